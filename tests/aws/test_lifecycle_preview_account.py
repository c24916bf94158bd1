"""`ecr-constructs lifecycle preview --from-aws --in-use-from-aws`, against an AWS within this process."""

from __future__ import annotations

import datetime
import io
import json

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from ecr_constructs.adoption.read import AwsRegistry
from ecr_constructs.cli.app import run
from ecr_constructs.errors import OperationError
from ecr_constructs.lifecycle.account import repository_images
from ecr_constructs.lifecycle.deployed import ask_what_is_deployed
from ecr_constructs.lifecycle.progress import Bar, bar_on

REGION, ACCOUNT = "eu-west-1", "123456789012"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
NAME = "shop-prod-web"
IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
HEAD = f"project: shop\nenv: prod\nregion: {REGION}\n"
NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)


def digest(number):
    return f"sha256:{number:064x}"


def put(ecr, number, tag, *children):
    manifest = {"schemaVersion": 2, "mediaType": INDEX if children else IMAGE}
    if children:
        manifest["manifests"] = [{"digest": digest(child), "size": 1, "mediaType": IMAGE} for child in children]
    else:
        manifest |= {"config": {"digest": digest(number), "size": number}, "layers": []}
    ecr.put_image(repositoryName=NAME, imageManifest=json.dumps(manifest), imageTag=tag, imageDigest=digest(number))


@pytest.fixture
def ecr():
    """A client of an AWS within this process, which the command asks as well, with three images in a repository."""
    with mock_aws():
        client = boto3.client("ecr", REGION)
        client.create_repository(repositoryName=NAME)
        put(client, 1, "v1")
        put(client, 2, "v2")
        put(client, 3, "multi", 1, 2)
        yield client


@pytest.fixture
def preview(tmp_path, monkeypatch, capsys):
    """Return what the command ends with, and its output, with these keys in the environment's file."""
    directory = tmp_path / "environments"
    directory.mkdir()
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(directory))

    def previewed(keys, *options):
        (directory / "prod.yaml").write_text(f"{HEAD}{keys}", encoding="utf-8")
        capsys.readouterr()
        status = run(["lifecycle", "preview", "prod", "web", *options])
        return status, *capsys.readouterr()

    return previewed


KEEP_ALL = "ecr_repositories: {web: {}}\n"


def test_images_are_those_of_the_account(ecr, preview):
    status, out, err = preview("ecr_repositories: {web: {max_image_count: 1}}\n", "--from-aws", "--format", "json")
    document = json.loads(out)
    assert (status, err) == (0, "")
    assert (document["registryId"], document["repositoryName"]) == (ACCOUNT, NAME)
    assert document["preview"]["totals"]["keep"]["images"] == 3


def test_what_an_index_refers_to_is_read_from_its_manifest(ecr, preview):
    ecr.batch_delete_image(repositoryName=NAME, imageIds=[{"imageTag": "v2"}])
    put(ecr, 4, "v4")
    tagged = '{tag_status: tagged, tag_pattern_list: ["v*"], count_type: sinceImagePushed, count_number: 1}'
    keys = f"ecr_repositories: {{web: {{max_image_count: null, lifecycle_rules: [{tagged}]}}}}\n"
    later = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)).isoformat()
    status, out, _ = preview(keys, "--from-aws", "--format", "json", "--at", later)
    document = json.loads(out)
    assert status == 0
    assert [each["imageDigest"] for each in document["previewResults"]] == [digest(4)]
    assert [each["referredToBy"] for each in document["preview"]["kept"] if "referredToBy" in each] == [digest(3)]


def test_a_repository_that_is_not_there_is_said(ecr, preview):
    ecr.delete_repository(repositoryName=NAME, force=True)
    status, out, err = preview(KEEP_ALL, "--from-aws")
    assert (status, out) == (1, "")
    assert err == (
        f"There is no repository {NAME} in account {ACCOUNT}, {REGION}: it is not deployed yet, or has another name "
        "there.\n"
    )


def test_another_account_is_not_asked(ecr, preview):
    status, out, err = preview(f'account_id: "111111111111"\n{KEEP_ALL}', "--from-aws")
    assert (status, out) == (1, "")
    assert err.startswith(f"The credentials are those of account {ACCOUNT}, and ")
    assert "prod.yaml is about account 111111111111: use credentials of that account" in err


def test_without_credentials_it_says_what_to_do(preview, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    status, out, err = preview(KEEP_ALL, "--from-aws")
    assert (status, out) == (1, "")
    assert err.startswith("There are no credentials for AWS: log in")


def test_what_is_wrong_is_said_before_aws_is_asked(preview):
    status, _, err = preview("ecr_repositories: {api: {}}\n", "--from-aws", "--at", "noon")
    assert status == 2
    assert [line.rpartition("[")[2] for line in err.splitlines()] == ["repository-known]", "images-time]"]


@pytest.fixture
def deployed(ecr):
    """A service that runs v1, a task that was started from v2, and a function of v3."""
    ecs = boto3.client("ecs", REGION)
    ecs.create_cluster(clusterName="main")
    for family, reference in (("web", f"{HOST}/{NAME}:v1"), ("job", f"{HOST}/{NAME}:v2"), ("proxy", "nginx:1.27")):
        ecs.register_task_definition(
            family=family,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[
                {"name": name, "image": image, "memory": 64}
                for name, image in ((family, reference), ("side", "nginx:1.27"))
            ],
        )
    for family in ("web", "proxy"):
        ecs.create_service(
            cluster="main", serviceName=f"{family}-service", taskDefinition=family, desiredCount=1, launchType="FARGATE"
        )
    ec2 = boto3.client("ec2", REGION)
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}}
    ecs.run_task(cluster="main", taskDefinition="job", launchType="FARGATE", networkConfiguration=network)
    put(ecr, 5, "v3")
    role = boto3.client("iam", REGION).create_role(RoleName="f", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = boto3.client("lambda", REGION)
    functions.create_function(
        FunctionName="resize", Role=role, PackageType="Image", Code={"ImageUri": f"{HOST}/{NAME}:v3"}
    )
    return ecr


def test_what_services_tasks_and_functions_use_is_deployed(deployed):
    asked = ask_what_is_deployed(AwsRegistry(REGION), NAME, Bar(), host=HOST)
    assert {"v1", "v2", "v3"} <= asked.in_use.tags
    assert asked.in_use.users["v1"] == "service web-service of main"
    assert asked.in_use.users["v2"] == "a task of main"
    assert asked.in_use.users["v3"] == "function resize"
    assert asked.in_use.elsewhere > 0
    assert asked.notes[0].startswith(f"Amazon ECS and AWS Lambda were asked in account {ACCOUNT}, {REGION}; Amazon Ins")
    assert "--in-use" in asked.notes[1]


def test_something_deployed_that_would_go_ends_with_3(deployed, preview):
    later = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)).isoformat()
    keys = "ecr_repositories:\n  web:\n    expire_tagged_after_days: 1\n"
    status, out, err = preview(keys, "--from-aws", "--in-use-from-aws", "--at", later)
    assert (status, err) == (3, "")
    assert "v3, deployed as v3 (function resize): expire by 1 expire_tagged_after_days." in out
    assert "prod.yaml:6: ecr_repositories.web.expire_tagged_after_days: 1 -> 3 or more" in out


def test_images_of_a_file_are_compared_with_what_is_deployed(deployed, preview, tmp_path):
    details = deployed.describe_images(repositoryName=NAME)["imageDetails"]
    file = tmp_path / "images.json"
    file.write_text(json.dumps({"imageDetails": details}, default=lambda time: time.isoformat()), encoding="utf-8")
    status, out, _ = preview(KEEP_ALL, "--images", str(file), "--in-use-from-aws", "--format", "json")
    in_use = {each["imageDigest"]: each["deployedAs"] for each in json.loads(out)["preview"]["inUse"]}
    assert status == 0
    assert in_use[digest(1)] == "v1 (service web-service of main)"


@pytest.fixture
def registry():
    """A registry, of which botocore checks each call and each answer against its models."""
    with mock_aws():
        yield AwsRegistry(REGION)


def described(number, **more):
    return {"imageDigest": digest(number), "imagePushedAt": NOW, "repositoryName": NAME, **more}


class Told(Bar):
    """A bar that keeps what it is told."""

    def __init__(self):
        super().__init__()
        self.told = []

    def start(self, what, total=None):
        self.told.append([what, total, 0])

    def advance(self, number=1):
        self.told[-1][2] += number


def test_all_pages_are_read_and_archived_images_as_well(registry):
    ecr = registry.client("ecr")
    asked = {"repositoryName": NAME, "filter": {"imageStatus": "ANY"}, "maxResults": 1000}
    with Stubber(ecr) as stubber:
        one = [described(1), described(2, imageStatus="ARCHIVED", lastArchivedAt=NOW)]
        # An image that was pushed meanwhile moved the second one to the next page.
        two = [described(2, imageStatus="ARCHIVED", lastArchivedAt=NOW), described(3)]
        stubber.add_response("describe_images", {"imageDetails": one, "nextToken": "more"}, asked)
        stubber.add_response("describe_images", {"imageDetails": two}, {**asked, "nextToken": "more"})
        bar = Told()
        listing = repository_images(registry, NAME, bar)
        stubber.assert_no_pending_responses()
    assert [(each.digest, each.storage_class) for each in listing.images] == [
        (digest(1), "standard"),
        (digest(2), "archive"),
        (digest(3), "standard"),
    ]
    assert bar.told == [[f"Images of {NAME}", None, 4]]


def test_manifests_are_asked_for_by_the_hundred(registry, monkeypatch):
    monkeypatch.setattr("ecr_constructs.lifecycle.account._AT_ONCE", 1)  # answers are stubbed in an order
    indexes = [described(number, imageManifestMediaType=INDEX) for number in range(1, 151)]
    with Stubber(registry.client("ecr")) as stubber:
        stubber.add_response("describe_images", {"imageDetails": [*indexes, described(900)]})
        for first, last in ((1, 101), (101, 151)):
            ids = [{"imageDigest": digest(number)} for number in range(first, last)]
            manifests = [
                {"imageId": each, "imageManifest": json.dumps({"manifests": [{"digest": digest(900)}]})} for each in ids
            ]
            failures = []
            if first > 1:  # one has gone meanwhile
                gone = manifests.pop()["imageId"]
                failures = [{"imageId": gone, "failureCode": "ImageNotFound", "failureReason": "none"}]
            stubber.add_response(
                "batch_get_image",
                {"images": manifests, "failures": failures},
                {"repositoryName": NAME, "imageIds": ids, "acceptedMediaTypes": ANY},
            )
        bar = Told()
        listing = repository_images(registry, NAME, bar)
        stubber.assert_no_pending_responses()
    assert sum(each.children == (digest(900),) for each in listing.images) == 149
    assert listing.unread_indexes == (digest(150),)
    assert bar.told[1] == ["What manifest lists refer to", 150, 150]


def test_an_answer_of_aws_that_is_a_refusal_is_said_plainly(registry):
    with Stubber(registry.client("ecr")) as stubber:
        stubber.add_client_error("describe_images", "AccessDeniedException", "not authorized")
        with pytest.raises(OperationError, match="AWS refuses DescribeImages to these credentials: not authorized"):
            repository_images(registry, NAME, Bar())


def test_what_ecs_or_lambda_use_has_to_be_known(registry):
    with Stubber(registry.client("ecs")) as stubber:
        stubber.add_client_error("list_clusters", "AccessDeniedException", "not authorized")
        with pytest.raises(OperationError, match="AWS refuses ListClusters"):
            ask_what_is_deployed(registry, NAME, Bar())


def test_a_running_task_is_known_by_the_digest_that_it_was_started_from(registry):
    cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/main"
    definition = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:1"
    container = {"image": f"{HOST}/{NAME}:latest", "imageDigest": digest(7)}
    task = {"taskDefinitionArn": definition, "group": "service:web", "containers": [container, {"image": "nginx"}]}
    deployment = {"taskDefinition": definition.replace(":1", ":2")}
    with Stubber(registry.client("ecs")) as stubber:
        stubber.add_response("list_clusters", {"clusterArns": [cluster]})
        stubber.add_response("list_services", {"serviceArns": ["s"]})
        service = {"serviceName": "web", "taskDefinition": definition, "deployments": [deployment], "taskSets": []}
        stubber.add_response("describe_services", {"services": [service]}, {"cluster": cluster, "services": ["s"]})
        stubber.add_response("list_tasks", {"taskArns": ["t"]})
        stubber.add_response("describe_tasks", {"tasks": [task]}, {"cluster": cluster, "tasks": ["t"]})
        for number in (1, 2):
            containers = [{"image": f"{HOST}/{NAME}:v{number}"}, {"image": "sidecar"}]
            stubber.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": containers}})
        found = ask_what_is_deployed(registry, NAME, Bar(), host=HOST).in_use
        stubber.assert_no_pending_responses()
    # What it was started from, not what the tag is by now; and what the next task of either definition would pull.
    assert (found.digests, found.tags) == ({digest(7)}, {"v1", "v2"})
    assert found.users == dict.fromkeys((digest(7), "v1", "v2"), "service web of main")


def test_each_version_of_a_function_is_deployed_by_its_own_image(registry, monkeypatch):
    monkeypatch.setattr("ecr_constructs.lifecycle.deployed._AT_ONCE", 1)  # answers are stubbed in an order
    versions = [{"FunctionName": "resize", "Version": each, "PackageType": "Image"} for each in ("$LATEST", "7", "8")]
    with Stubber(registry.client("lambda")) as stubber:
        zipped = {"FunctionName": "other", "Version": "$LATEST", "PackageType": "Zip"}
        asked = {"FunctionVersion": "ALL"}
        stubber.add_response("list_functions", {"Functions": [zipped, versions[0]], "NextMarker": "more"}, asked)
        stubber.add_response("list_functions", {"Functions": versions[1:]}, {**asked, "Marker": "more"})
        code = {"ImageUri": f"{HOST}/{NAME}:v2", "ResolvedImageUri": f"{HOST}/{NAME}@{digest(2)}"}
        stubber.add_response("get_function", {"Code": code}, {"FunctionName": "resize", "Qualifier": "$LATEST"})
        stubber.add_response(
            "get_function", {"Code": {"ImageUri": f"{HOST}/{NAME}:v1"}}, {"FunctionName": "resize", "Qualifier": "7"}
        )
        stubber.add_client_error("get_function", "ResourceNotFoundException", "gone meanwhile")
        bar = Told()
        found = ask_what_is_deployed(registry, NAME, bar, host=HOST).in_use
        stubber.assert_no_pending_responses()
    assert (found.tags, found.digests) == ({"v1", "v2"}, {digest(2)})
    assert found.users["v1"] == "function resize"
    assert ["Functions of AWS Lambda", 3, 3] in bar.told


def test_what_inspector_counts_is_deployed(registry):
    def covered(number, count):
        metadata = {"ecrImage": {"inUseCount": count}}
        return {
            "resourceId": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{NAME}/{digest(number)}",
            "resourceType": "AWS_ECR_CONTAINER_IMAGE",
            "accountId": ACCOUNT,
            "scanType": "PACKAGE",
            "resourceMetadata": metadata,
        }

    wanted = {
        "ecrRepositoryName": [{"comparison": "EQUALS", "value": NAME}],
        "ecrImageInUseCount": [{"lowerInclusive": 1}],
    }
    with Stubber(registry.client("inspector2")) as stubber:
        stubber.add_response(
            "list_coverage", {"coveredResources": [covered(1, 3)], "nextToken": "more"}, {"filterCriteria": wanted}
        )
        stubber.add_response(
            "list_coverage",
            {"coveredResources": [covered(2, 0), covered(3, 1)]},
            {"filterCriteria": wanted, "nextToken": "more"},
        )
        asked = ask_what_is_deployed(registry, NAME, Bar())
        stubber.assert_no_pending_responses()
    assert asked.in_use.digests == {digest(1), digest(3)}
    assert asked.notes[0].endswith(", and Amazon Inspector's counts.")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_how_far_it_has_come_and_nothing_else_does(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with bar_on(stream) as bar:
            bar.start("Images", 10)
            bar.advance(4)
    assert "Images" in terminal.getvalue()
    assert file.getvalue() == ""
