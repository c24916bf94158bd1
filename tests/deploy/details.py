"""What the environments of the deploy tests come to in the embedded AWS, told by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Deployment

__all__ = ["DETAILS", "PARAMETERS"]

PARAMETERS = ("arn", "config", "encryption-type", "name", "registry-id", "scan-on-push", "tag-mutability", "url")

FINDINGS = "/aws/events/ecr/findings"
OWN = "arn:aws:{}:eu-central-1:444444444444:{}"


def details_of_dev(deployment: Deployment) -> None:
    host = f"{deployment.aws.account}.dkr.ecr.{deployment.region}.amazonaws.com"
    name = "myproject-dev-web-app"
    there = {leaf: deployment.parameters()[f"/ecr/web-app/{leaf}"]["Value"] for leaf in PARAMETERS}
    config = json.loads(there.pop("config"))
    assert config == {**there, "scan-on-push": True}
    assert there == {
        "arn": f"arn:aws:ecr:{deployment.region}:{deployment.aws.account}:repository/{name}",
        "encryption-type": "AES256",
        "name": name,
        "registry-id": deployment.aws.account,
        "scan-on-push": "true",
        "tag-mutability": "MUTABLE",
        "url": f"{host}/{name}",
    }
    rules = json.loads(deployment.client("ecr").get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
    assert rules["rules"][-1]["selection"] == {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": 50,
    }


def repositories_of_everything(deployment: Deployment) -> None:
    client, there = deployment.client("ecr"), deployment.repositories()
    shared, typed = "everything/everything-shared/web", "everything/everything-typed"

    policy = json.loads(client.get_repository_policy(repositoryName=shared)["policyText"])
    text = json.dumps(policy)
    for expected in ("111111111111", "222222222222", "o-a1b2c3d4e5", "666666666666", "lambda.amazonaws.com"):
        assert expected in text

    (rule,) = client.describe_registry()["replicationConfiguration"]["rules"]
    assert sorted((each["region"], each["registryId"]) for each in rule["destinations"]) == [
        ("eu-west-1", "444444444444"),
        ("us-west-2", "555555555555"),
    ]

    def lifecycle(name: str) -> list[dict[str, Any]]:
        return json.loads(client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])["rules"]

    archive = [rule for rule in lifecycle(typed) if rule["action"]["type"] == "transition"]
    assert [rule["action"]["targetStorageClass"] for rule in archive] == ["archive"]
    assert [rule["selection"]["tagPatternList"] for rule in lifecycle(shared)[:2]] == [["v*"], ["release-*"]]
    assert [rule["description"] for rule in lifecycle("legacy--name/raw")] == ["Keep ten"]

    tags = client.list_tags_for_resource(resourceArn=there[shared]["repositoryArn"])["tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags}.items() >= {
        "CostCenter": "4711",
        "Owner": "web",
        "Tier": "critical",
    }.items()


def workloads_of_everything(deployment: Deployment) -> None:
    there, parameters = deployment.repositories(), deployment.parameters()
    assert {name for name in there if not name.startswith("everything/")} == {
        *("everything_backend", "everything_service_api", "everything_task_nightly"),
        *("legacy--name/raw", "third/party"),
    }
    urls = {
        name.removeprefix("/platform/ecr/").removesuffix("/url"): found["Value"].partition("/")[2]
        for name, found in parameters.items()
        if name.endswith("/url")
    }
    assert urls == {
        "backend": "everything_backend",
        "by-parameter": "everything/everything-by-parameter",
        "plain": "everything/everything-plain",
        "raw-policy": "legacy--name/raw",
        "service_api": "everything_service_api",
        "service_proxy": "platform/proxy",
        "service_worker": "everything_service_api",
        "shared/web": "everything/everything-shared/web",
        "task_nightly": "everything_task_nightly",
        "task_report": "everything_task_nightly",
        "third/party": "third/party",
        "typed": "everything/everything-typed",
    }
    assert parameters["/platform/ecr/service_proxy/registry-id"]["Value"] == "555555555555"
    assert there["everything_backend"]["imageScanningConfiguration"] == {"scanOnPush": False}


def access_to_everything(deployment: Deployment) -> None:
    """Everything is open to the trusted account and the own organisation, which was read while planning."""
    organization = deployment.client("organizations").describe_organization()["Organization"]["Id"]
    client = deployment.client("ecr")
    for name in ("everything/everything-plain", "everything_backend", "everything_task_nightly", "third/party"):
        accounts, everyone = json.loads(client.get_repository_policy(repositoryName=name)["policyText"])["Statement"]
        assert accounts["Principal"] == {"AWS": "arn:aws:iam::666666666666:root"}
        assert "Condition" not in accounts
        assert everyone["Principal"] == "*"
        assert everyone["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": organization}}

    levels = client.get_repository_policy(repositoryName="everything/everything-levels")["policyText"]
    assert sorted(each["Sid"] for each in json.loads(levels)["Statement"]) == [
        *("AdminPrincipals", "Build", "Nobody deletes it", "PullFromAccounts", "PullFromOrganization"),
        *("PullFromOrganizationPaths", "PullPrincipals", "PullPrincipalsCodebuild", "PullPrincipalsOrganization"),
        *("PullPrincipalsOrganizationPaths", "PushFromAccounts", "PushFromOrganization", "PushFromOrganizationPaths"),
        *("PushPrincipals", "ReadPrincipals", "ReadPrincipalsOrganization"),
    ]
    assert levels.count(organization) == 2  # of the environment, and by name

    statements = json.loads(client.get_registry_policy()["policyText"])["Statement"]
    granted = {
        (each["Principal"]["AWS"].split(":")[4], action.removeprefix("ecr:"), each["Resource"])
        for each in statements
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert granted == {
        ("222222222222", "BatchImportUpstreamImage", OWN.format("ecr", "repository/docker-hub/*")),
        ("222222222222", "CreateRepository", OWN.format("ecr", "repository/docker-hub/*")),
        ("777777777777", "CreateRepository", OWN.format("ecr", "repository/platform/*")),
        ("777777777777", "ReplicateImage", OWN.format("ecr", "repository/platform/*")),
        ("888888888888", "ReplicateImage", OWN.format("ecr", "repository/*")),
    }


def keys_of_everything(deployment: Deployment) -> None:
    """Each way of naming a key leads to the full ARN of the one that is meant."""
    kms = deployment.client("kms")
    there = {name: each["encryptionConfiguration"] for name, each in deployment.repositories().items()}

    def arn(key: str) -> str:
        return str(kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"])

    state = deployment.client("s3").get_object(
        Bucket="everything-states-444444444444", Key="layers/security/everything/terraform.tfstate"
    )
    parameter = deployment.client("ssm").get_parameter(Name="/security/image-key")["Parameter"]["Value"]
    made = arn("alias/everything-images")
    assert {name: each.get("kmsKey") for name, each in there.items()} == {
        **dict.fromkeys(
            (
                *("everything/everything-levels", "everything/everything-plain", "everything_backend"),
                *("everything_service_api", "everything_task_nightly", "third/party"),
            ),
            made,
        ),
        "everything/everything-by-parameter": arn(parameter),
        "everything/everything-shared/web": json.load(state["Body"])["outputs"]["ecr_kms_key_arn"]["value"],
        "everything/everything-typed": arn("alias/everything"),
        "everything/everything-unpublished": OWN.format("kms", "key/5a9d0c30-1111-4222-8333-444444444444"),
        "legacy--name/raw": None,
    }
    assert kms.get_key_rotation_status(KeyId=made)["KeyRotationEnabled"] is True
    statements = json.loads(kms.get_key_policy(KeyId=made, PolicyName="default")["Policy"])["Statement"]
    by_ecr = [each for each in statements if "Condition" in each]
    assert by_ecr
    for each in by_ecr:
        assert "ecr.eu-central-1.amazonaws.com" in json.dumps(each["Condition"])


def findings_of_everything(deployment: Deployment) -> None:
    """Events about scans reach the log, kept for as long as it is said, and alerts have a topic to go to."""
    logs, events = deployment.client("logs"), deployment.client("events")
    (group,) = logs.describe_log_groups()["logGroups"]
    key = deployment.client("kms").describe_key(KeyId="alias/everything-logs")["KeyMetadata"]["Arn"]
    assert (group["logGroupName"], group["retentionInDays"], group["kmsKeyId"]) == (FINDINGS, 90, key)
    targets = {
        rule["Name"]: [target["Arn"] for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
        for rule in events.list_rules()["Rules"]
    }
    log, topic = OWN.format("logs", f"log-group:{FINDINGS}"), OWN.format("sns", "ecr-findings")
    assert targets == {
        "ecr-findings-basic-alerts": [topic],
        "ecr-findings-basic-scans": [log],
        "ecr-findings-enhanced-alerts": [topic],
        "ecr-findings-enhanced-findings": [log],
        "ecr-findings-enhanced-scans": [log],
    }

    # Of a severity below that of alerts: the embedded AWS delivers to log groups, not from EventBridge to topics.
    scan = {"scan-status": "COMPLETE", "repository-name": "plain", "finding-severity-counts": {"LOW": 3}}
    image_scan = {"repository-name": "plain", "scan-status": "INITIAL_SCAN_COMPLETE"}
    for source, kind, detail in (
        ("aws.ecr", "ECR Image Scan", scan),
        ("aws.ecr", "ECR Image Action", {"repository-name": "plain", "result": "SUCCESS"}),
        ("aws.inspector2", "Inspector2 Scan", image_scan),
        ("aws.inspector2", "Inspector2 Scan", {"instance-id": "i-0123456789abcdef0"}),
    ):
        events.put_events(Entries=[{"Source": source, "DetailType": kind, "Detail": json.dumps(detail)}])
    streams = logs.describe_log_streams(logGroupName=FINDINGS)["logStreams"]
    logged = [
        json.loads(event["message"])
        for stream in streams
        for event in logs.get_log_events(logGroupName=FINDINGS, logStreamName=stream["logStreamName"])["events"]
    ]
    assert sorted((each["source"], each["detail"]["scan-status"]) for each in logged) == [
        ("aws.ecr", "COMPLETE"),
        ("aws.inspector2", "INITIAL_SCAN_COMPLETE"),
    ]


def identities_of_everything(deployment: Deployment) -> None:
    iam = deployment.client("iam")
    repository = OWN.format("ecr", "repository/everything/everything-{}").format
    role = iam.get_role(RoleName="everything-everything-ecr-image-updater")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == "arn:aws:iam::444444444444:policy/developers"
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC123"
    assert trust["Principal"] == {"Federated": f"arn:aws:iam::444444444444:oidc-provider/{issuer}"}
    found = {
        "everything-everything-ecr-node-pull": ("eks-nodes", "PullImages", [repository("plain"), repository("typed")]),
        "everything-everything-ecr-lambda-pull": ("deploy", "UseImages", repository("shared/web")),
        "everything-everything-ecr-codebuild": ("builds", "PushImages", repository("plain")),
        "ECRSSMParameterRead": ("functions", "ListParameters", OWN.format("ssm", "parameter/platform/ecr/plain")),
    }
    for name, (role_name, sid, resource) in found.items():
        (policy,) = iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]
        assert policy["PolicyName"] == name
        document = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId="v1")["PolicyVersion"]["Document"]
        assert {each["Sid"]: each["Resource"] for each in document["Statement"]}[sid] == resource
    tags = iam.get_policy(PolicyArn="arn:aws:iam::444444444444:policy/everything-everything-ecr-node-pull")["Policy"]
    assert {each["Key"]: each["Value"] for each in tags["Tags"]}.items() >= {
        "Owner": "platform",
        "Team": "platform",
    }.items()
    execution = iam.get_role_policy(RoleName="everything-everything-ecr-ecs-execution", PolicyName="ecr")
    statements = {each["Sid"]: each["Resource"] for each in execution["PolicyDocument"]["Statement"]}
    assert statements["WriteLogs"] == OWN.format("logs", "log-group:/ecs/plain:*")
    assert statements["ReadParameters"] == OWN.format("ssm", "parameter/plain/db")


def what_cannot_be_tried_of_everything(deployment: Deployment) -> None:
    """Nothing is left out in silence."""
    said = deployment.deployed.stdout + deployment.deployed.stderr
    for what in (
        "aws_ecr_account_setting (the embedded AWS does not have it)",
        "aws_ecr_pull_through_cache_rule (the embedded AWS does not have it): docker-hub, ghcr, quay",
        (
            "aws_ecr_pull_time_update_exclusion (the embedded AWS does not have it): "
            "role_S_security_S_scanner_444444444444"
        ),
        "aws_ecr_registry_scanning_configuration (not known to provider 3.39.0): registry",
        "aws_ecr_repository_creation_template (the embedded AWS does not have it): docker-hub, platform",
        "aws_ecrpublic_repository (the embedded AWS does not have it): everything_S_cli",
        "aws_ecrpublic_repository_policy (the embedded AWS does not have it): everything_S_cli",
        "aws_inspector2_enabler (not known to provider 3.39.0): registry",
        "output (refers to aws_ecrpublic_repository.everything_S_cli): ecr_public_repository_urls",
    ):
        assert f"INFO [everything]: left out {what}" in said


DETAILS: dict[str, tuple[Callable[[Deployment], None], ...]] = {
    "dev": (details_of_dev,),
    "everything": (
        repositories_of_everything,
        workloads_of_everything,
        access_to_everything,
        keys_of_everything,
        findings_of_everything,
        identities_of_everything,
        what_cannot_be_tried_of_everything,
    ),
}
