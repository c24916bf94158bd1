"""The embedded AWS and the stand-ins in it, asked by boto3."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request

import pytest

from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from ecr_constructs.sandbox.readback import read_repositories
from ecr_constructs.sandbox.standins import make_stand_ins

pytestmark = pytest.mark.deploy

REGION = "eu-central-1"
PROVIDER = {"aws": [{"region": REGION}]}


def test_it_is_the_account_that_was_asked_for(aws: EmbeddedAws) -> None:
    """Whoever asks is told that account, without credentials of their own."""
    assert aws.client("sts", REGION).get_caller_identity()["Account"] == "210987654321"


def test_nothing_of_the_users_own_set_up_counts(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that does not exist, a proxy and another endpoint change nothing."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.setenv(name, "missing")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert aws.client("sts", "eu-north-1").get_caller_identity()["Account"] == "210987654321"


@pytest.mark.parametrize(
    "name",
    [
        "AWS_DEFAULTS_MODE",
        "AWS_REQUEST_CHECKSUM_CALCULATION",
        "AWS_RESPONSE_CHECKSUM_VALIDATION",
        "AWS_RETRY_MODE",
        "AWS_MAX_ATTEMPTS",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        "AWS_SIGV4A_SIGNING_REGION_SET",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_CA_BUNDLE",
        "AWS_DATA_PATH",
    ],
)
def test_a_variable_that_boto3_does_not_understand_changes_nothing(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """And it is still there for others, such as the app."""
    monkeypatch.setenv(name, "xyz")
    monkeypatch.setattr(aws, "_clients", {})
    monkeypatch.setattr(aws, "_session", None)
    assert aws.client("sts", REGION).get_caller_identity()["Account"] == "210987654321"
    assert "Buckets" in aws.client("s3", REGION).list_buckets()
    assert os.environ[name] == "xyz"


def test_two_are_apart_and_each_is_gone_with_its_block(aws: EmbeddedAws) -> None:
    """Each has its own port and resources; after its `with` block nothing answers there any more."""
    aws.client("ecr", REGION).create_repository(repositoryName="mine")
    with embedded_aws() as other:
        assert other.alive
        assert other.endpoint != aws.endpoint
        assert other.client("ecr", REGION).describe_repositories()["repositories"] == []
    assert not other.alive
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(other.endpoint, timeout=5)
    aws.client("ecr", REGION).delete_repository(repositoryName="mine")


@pytest.mark.parametrize("name", ["a--b", "a__b", "1abc", "team/a.b-c_d"])
def test_names_that_ecr_takes_are_taken(aws: EmbeddedAws, name: str) -> None:
    """Repository names are checked by ECR's own pattern."""
    client = aws.client("ecr", REGION)
    assert client.create_repository(repositoryName=name)["repository"]["repositoryName"] == name
    client.delete_repository(repositoryName=name)


@pytest.mark.parametrize("name", ["Web", "-web", "web-", "a//b"])
def test_names_that_ecr_refuses_are_refused(aws: EmbeddedAws, name: str) -> None:
    """What ECR's pattern does not match is an error."""
    client = aws.client("ecr", REGION)
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.create_repository(repositoryName=name)


@pytest.mark.parametrize(("region", "domain"), [("cn-north-1", "amazonaws.com.cn"), ("us-gov-west-1", "amazonaws.com")])
def test_repositories_have_the_domain_of_their_partition(aws: EmbeddedAws, region: str, domain: str) -> None:
    """In China registries live under another domain."""
    made = aws.client("ecr", region).create_repository(repositoryName="web")["repository"]
    assert made["repositoryUri"] == f"{aws.account}.dkr.ecr.{region}.{domain}/web"


def test_archive_rules_are_taken_and_nonsense_is_not(aws: EmbeddedAws) -> None:
    """A lifecycle policy may archive; a text without rules is refused."""
    client = aws.client("ecr", REGION)
    client.create_repository(repositoryName="archived")
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": 90},
        "action": {"type": "transition", "targetStorageClass": "archive"},
    }
    text = json.dumps({"rules": [rule]})
    client.put_lifecycle_policy(repositoryName="archived", lifecyclePolicyText=text)
    assert client.get_lifecycle_policy(repositoryName="archived")["lifecyclePolicyText"] == text
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.put_lifecycle_policy(repositoryName="archived", lifecyclePolicyText='{"rules": []}' + " " * 100)
    client.delete_repository(repositoryName="archived")


def test_more_than_one_replication_rule_is_taken_and_the_own_region_is_not(aws: EmbeddedAws) -> None:
    """Replication is limited as in ECR: several rules, and never to where it comes from."""
    client = aws.client("ecr", "us-east-1")
    rules = [{"destinations": [{"region": region, "registryId": aws.account}]} for region in ("eu-west-1", "eu-west-2")]
    client.put_replication_configuration(replicationConfiguration={"rules": rules})
    assert len(client.describe_registry()["replicationConfiguration"]["rules"]) == 2
    own = [{"destinations": [{"region": "us-east-1", "registryId": aws.account}]}]
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.put_replication_configuration(replicationConfiguration={"rules": own})


@pytest.mark.parametrize(
    ("action", "taken"),
    [
        ("ecr:BatchImportUpstreamImage", True),
        (["ecr:ReplicateImage", "ecr:GetDownloadUrlForLayer"], True),
        ("*", False),
    ],
)
def test_the_registry_policy_may_be_about_every_action_of_ecr(
    aws: EmbeddedAws, action: str | list[str], *, taken: bool
) -> None:
    """And about nothing else."""
    client = aws.client("ecr", "eu-west-2")
    principal, resource = {"AWS": "arn:aws:iam::111111111111:root"}, "arn:aws:ecr:eu-west-2:210987654321:repository/*"
    statement = {"Sid": "S", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if taken:
        client.put_registry_policy(policyText=text)
        assert client.get_registry_policy()["policyText"] == text
    else:
        with pytest.raises(client.exceptions.InvalidParameterException):
            client.put_registry_policy(policyText=text)


def test_a_state_of_another_layer_stands_in_with_real_keys(aws: EmbeddedAws) -> None:
    """Every output that the document reads of a remote state is there, and is the ARN of a key that exists."""
    document = {
        "provider": PROVIDER,
        "data": {
            "terraform_remote_state": {
                "security": {
                    "backend": "s3",
                    "config": {"bucket": "states", "key": "layers/security/dev", "region": "eu-west-3"},
                }
            }
        },
        "output": {
            "one": {"value": "${data.terraform_remote_state.security.outputs.ecr_key}"},
            "two": {"value": '${data.terraform_remote_state.security.outputs["other-key"]}'},
        },
    }
    assert make_stand_ins(document, aws) == ("state s3://states/layers/security/dev with ecr_key, other-key",)
    body = aws.client("s3", "eu-west-3").get_object(Bucket="states", Key="layers/security/dev")["Body"]
    outputs = json.load(body)["outputs"]
    assert sorted(outputs) == ["ecr_key", "other-key"]
    for output in outputs.values():
        key = aws.client("kms", REGION).describe_key(KeyId=output["value"])["KeyMetadata"]
        assert key["Arn"] == output["value"]
        assert output["value"].startswith(f"arn:aws:kms:{REGION}:{aws.account}:key/")


def test_what_data_sources_look_up_stands_in(aws: EmbeddedAws) -> None:
    """Keys, parameters, repositories, secrets and the organisation are there.

    What the document makes itself, or knows only later, is left to it.
    """
    document = {
        "provider": PROVIDER,
        "resource": {
            "aws_ssm_parameter": {"own": {"name": "/ecr/own/url"}},
            "aws_ecr_repository": {"own": {"name": "own"}},
            "aws_kms_alias": {"own": {"name": "alias/own"}},
            "aws_secretsmanager_secret": {"own": {"name": "own"}},
        },
        "data": {
            "aws_kms_alias": {
                "a": {"name": "alias/ecr"},
                "b": {"name": "alias/ecr"},
                "aws": {"name": "alias/aws/ecr"},
                "ssm": {"name": "alias/aws/ssm"},
                "own": {"name": "alias/own"},
            },
            "aws_organizations_organization": {"o": {}},
            "aws_ecr_repository": {"there": {"name": "there"}, "own": {"name": "own"}},
            "aws_secretsmanager_secret": {
                "by_arn": {"arn": f"arn:aws:secretsmanager:{REGION}:{aws.account}:secret:other-AbCdEf"},
                "hub": {"name": "ecr-pullthroughcache/hub"},
                "own": {"name": "own"},
            },
            "aws_ssm_parameter": {
                "config": {"name": "/ecr/web/config"},
                "later": {"name": "/ecr/${local.name}/url"},
                "own": {"name": "/ecr/own/url"},
            },
        },
    }
    expected = (
        *("repository there", "key of alias/ecr", "key of alias/aws/ecr", "key of alias/aws/ssm", "organisation"),
        *("secret ecr-pullthroughcache/hub", "parameter /ecr/web/config"),
    )
    assert make_stand_ins(document, aws) == expected
    assert make_stand_ins(document, aws) == expected  # and it can be done again
    targets = {each["AliasName"]: each["TargetKeyId"] for each in aws.client("kms", REGION).list_aliases()["Aliases"]}
    for alias in ("alias/ecr", "alias/aws/ecr", "alias/aws/ssm"):
        assert aws.client("kms", REGION).describe_key(KeyId=targets[alias])["KeyMetadata"]["Enabled"]
    assert aws.client("organizations", REGION).describe_organization()["Organization"]["FeatureSet"] == "ALL"
    assert aws.client("secretsmanager", REGION).describe_secret(SecretId="ecr-pullthroughcache/hub")["ARN"]
    value = aws.client("ssm", REGION).get_parameter(Name="/ecr/web/config")["Parameter"]["Value"]
    assert json.loads(value)["arn"] == f"arn:aws:ecr:{REGION}:{aws.account}:repository/web"
    assert json.loads(value)["scan-on-push"] is True


def test_a_parameter_that_names_a_key_stands_in_with_a_real_one(aws: EmbeddedAws) -> None:
    """What is encrypted with the value of a parameter finds the full ARN of a key there, whatever it is called."""
    name, key = (f"${{data.aws_ssm_parameter.{each}.insecure_value}}" for each in ("name", "name_of_key"))
    document = {
        "provider": PROVIDER,
        "data": {"aws_ssm_parameter": {"name": {"name": "/a/name"}, "name_of_key": {"name": "/b/name"}}},
        "resource": {"aws_ecr_repository": {"r": {"name": name, "encryption_configuration": [{"kms_key": key}]}}},
    }
    assert make_stand_ins(document, aws) == ("parameter /a/name", "parameter /b/name")
    ssm, kms = aws.client("ssm", REGION), aws.client("kms", REGION)
    assert ssm.get_parameter(Name="/a/name")["Parameter"]["Value"] == "a"
    value = ssm.get_parameter(Name="/b/name")["Parameter"]["Value"]
    assert kms.describe_key(KeyId=value)["KeyMetadata"]["Arn"] == value


def test_what_stands_in_stays_what_it_is_when_more_is_needed(aws: EmbeddedAws) -> None:
    """So that a stack which is applied again, to a sandbox that is kept up, has nothing to change of what it was."""
    key = "${data.aws_ssm_parameter.key.insecure_value}"
    config = {"bucket": "kept", "key": "layers/security/dev", "region": REGION}
    first = {
        "provider": PROVIDER,
        "data": {
            "aws_ssm_parameter": {"key": {"name": "/kept/key"}},
            "aws_subnets": {
                "s": {"filter": [{"name": "vpc-id", "values": ["${data.aws_vpc.v.id}"]}], "tags": {"Tier": "kept"}}
            },
            "aws_route_tables": {"t": {"vpc_id": "${data.aws_vpc.v.id}", "tags": {"Tier": "kept"}}},
            "aws_vpc": {"v": {"tags": {"Name": "kept"}}},
            "terraform_remote_state": {"security": {"backend": "s3", "config": config}},
        },
        "resource": {"aws_ecr_repository": {"r": {"encryption_configuration": [{"kms_key": key}]}}},
        "output": {"one": {"value": "${data.terraform_remote_state.security.outputs.one}"}},
    }
    more = {
        **first,
        "output": {**first["output"], "two": {"value": "${data.terraform_remote_state.security.outputs.two}"}},
    }

    def there() -> tuple[dict[str, object], list[str]]:
        ec2, ssm = aws.client("ec2", REGION), aws.client("ssm", REGION)
        tagged = [{"Name": "tag:Tier", "Values": ["kept"]}]
        state = aws.client("s3", REGION).get_object(Bucket="kept", Key="layers/security/dev")["Body"]
        return json.load(state)["outputs"], sorted(
            [
                ssm.get_parameter(Name="/kept/key")["Parameter"]["Value"],
                *(each["SubnetId"] for each in ec2.describe_subnets(Filters=tagged)["Subnets"]),
                *(each["RouteTableId"] for each in ec2.describe_route_tables(Filters=tagged)["RouteTables"]),
            ]
        )

    make_stand_ins(first, aws)
    outputs, others = there()
    make_stand_ins(more, aws)
    outputs_then, others_then = there()
    assert len(others) == 4
    assert others_then == others
    assert outputs_then["one"] == outputs["one"]
    assert sorted(outputs_then) == ["one", "two"]


def test_reading_back_tells_what_is_there(aws: EmbeddedAws) -> None:
    """Rows are sorted and count the parameters in the folder that holds the repository's URL."""
    ecr, ssm = aws.client("ecr", "ap-south-1"), aws.client("ssm", "ap-south-1")
    urls = [ecr.create_repository(repositoryName=name)["repository"]["repositoryUri"] for name in ("bb", "aa")]
    ssm.put_parameter(Name="/ecr/aa/url", Value=urls[1], Type="String")
    for number in range(12):
        ssm.put_parameter(Name=f"/ecr/aa/{number}", Value="x", Type="String")
    rows = read_repositories(aws, "ap-south-1")
    assert [(row.name, row.url, row.parameters) for row in rows] == [("aa", urls[1], 13), ("bb", urls[0], 0)]
    assert {(row.mutability, row.scanning, row.retention, row.pullers) for row in rows} == {
        ("MUTABLE", "off", "everything", "this account")
    }


def test_reading_back_tells_what_is_published_of_repositories_elsewhere(aws: EmbeddedAws) -> None:
    ssm, url = aws.client("ssm", "eu-north-1"), "111111111111.dkr.ecr.us-east-1.amazonaws.com/shop/web"
    for name, value in (("url", url), ("arn", "x")):
        ssm.put_parameter(Name=f"/ecr/web/{name}", Value=value, Type="String")
    (row,) = read_repositories(aws, "eu-north-1")
    assert (row.name, row.url, row.mutability, row.parameters) == ("shop/web", url, "made elsewhere", 2)
