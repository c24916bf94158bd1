"""What `adopt` says of all that exists already under the names of an environment, against an AWS in this process."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from ecr_constructs.adoption.failures import RefusedByAws
from ecr_constructs.adoption.fixed import Fixed
from ecr_constructs.adoption.lookups import LOOKUPS, Found, look_up
from ecr_constructs.adoption.read import AwsRegistry, FoundParameter
from ecr_constructs.cli.app import run

REGION, ACCOUNT = "eu-west-1", "123456789012"
HEAD = f"project: shop\nenv: dev\nregion: {REGION}\n"
OPEN = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}
)
SETTINGS = """\
ecr_encryption_type: KMS
ecr_kms_key: {create: true}
ecr_repositories: {web: {}}
ecr_registry_policy: {replication_sources: [{account_id: "111111111111"}]}
ecr_pull_through_caches:
  hub: {upstream: docker-hub, create_secret: true}
ecr_enable_scan_findings_logging: true
ecr_scan_alert_severity: HIGH
ecr_public_repositories: {cli: }
"""


@pytest.fixture(autouse=True)
def aws():
    """An AWS within this process, which the command asks as well."""
    with mock_aws():
        yield


@pytest.fixture
def adopt(tmp_path, monkeypatch, capsys):
    """Return what the command says of a file, and the file afterwards."""
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(tmp_path))
    file = tmp_path / "dev.yaml"

    def adopt(text="", *options):
        file.write_text(f"{HEAD}{text}")
        assert run(["adopt", "dev", *options]) == 0
        return capsys.readouterr().out, file.read_text()

    return adopt


@pytest.fixture(autouse=True)
def answers(monkeypatch):
    """What AWS answers to some calls otherwise, by permission: an error's code, an exception, or an answer.

    The AWS of this process does not know those that are here to begin with.
    """
    given = {
        "ecr-public:DescribeRepositories": "RepositoryNotFoundException",
        "ecr:DescribePullThroughCacheRules": "PullThroughCacheRuleNotFoundException",
        "ecr:DescribeRepositoryCreationTemplates": "TemplateNotFoundException",
        "ecr:ListPullTimeUpdateExclusions": {"pullTimeUpdateExclusions": []},
    }
    call = BaseClient._make_api_call

    def answer(client, operation, arguments):
        answer = given.get(f"{client.meta.service_model.service_name}:{operation}")
        if isinstance(answer, str):
            raise ClientError({"Error": {"Code": answer, "Message": "no"}}, operation)
        if isinstance(answer, Exception):
            raise answer
        return call(client, operation, arguments) if answer is None else answer

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)
    return given


def put(name, value="x", **more):
    boto3.client("ssm", REGION).put_parameter(Name=name, Value=value, **{"Type": "String", **more})


def repository(name="shop-dev-api"):
    return boto3.client("ecr", REGION).create_repository(repositoryName=name)


class TestParameters:
    def test_those_that_exist_are_written_to_be_imported(self, adopt):
        repository()
        put("/ecr/api/url", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop-dev-api")
        out, text = adopt()
        assert "adopt: [repository, parameters/url]\n" in text
        assert "  imported: repository, 1 SSM parameter\n" in out
        assert "  made: 7 SSM parameters\n" in out
        assert "Exists already" not in out

    def test_all_of_them_are_asked_for_ten_at_a_time(self, adopt):
        for name in ("aa", "bb", "cc"):
            repository(f"shop-dev-{name}")
            for last in ("url", "arn", "name", "registry-id", "scan-on-push", "encryption-type", "tag-mutability"):
                put(f"/ecr/{name}/{last}")
            put(f"/ecr/{name}/config")
        out, text = adopt()
        assert text.count("adopt: [repository, parameters]\n") == 3
        assert "imports 3 repositories, 24 SSM parameters" in out
        assert AwsRegistry(REGION).parameters(["/ecr/aa/url", "/none"]) == {
            "/ecr/aa/url": FoundParameter("String", "x")
        }

    def test_those_of_repositories_that_are_not_there_yet_are_named(self, adopt):
        put("/ecr/web/url")
        put("/ecr/job/config", Type="SecureString")
        out, _ = adopt("ecr_repositories: {web: , api: , job: }\n")
        assert (
            "Exists already, and an apply would stop at it, if this environment's state does not hold it yet:\n" in out
        )
        assert "  parameters, which `adopt: [parameters/url]` imports, of web\n" in out
        assert "  parameter /ecr/job/config (SecureString), which is no String and cannot become one" in out

    def test_without_permission_that_is_said_and_nothing_is_guessed(self, adopt, answers):
        repository()
        put("/ecr/api/url")
        answers["ssm:GetParameters"] = "AccessDeniedException"
        out, text = adopt()
        assert "adopt: [repository]\n" in text
        assert "Could not be looked at:\n  parameters: needs ssm:GetParameters.\n" in out


class TestOthers:
    def test_nothing_is_said_where_nothing_exists(self, adopt):
        out, _ = adopt(SETTINGS)
        assert "Exists already" not in out
        assert "Could not be looked at" not in out

    def test_each_is_named_with_what_it_is_and_how_the_state_comes_to_hold_it(self, adopt, answers):
        kms = boto3.client("kms", REGION)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/shop-dev-ecr", TargetKeyId=key)
        logs = boto3.client("logs", REGION)
        logs.create_log_group(logGroupName="/aws/events/ecr/findings")
        logs.put_retention_policy(logGroupName="/aws/events/ecr/findings", retentionInDays=7)
        logs.create_log_group(logGroupName="/aws/events/ecr/findings-of-another")
        logs.put_resource_policy(policyName="ecr-findings", policyDocument=OPEN)
        topic = boto3.client("sns", REGION).create_topic(Name="ecr-findings")["TopicArn"]
        boto3.client("events", REGION).put_rule(Name="ecr-findings-basic-scans", EventPattern="{}", Description="Mine")
        secrets = boto3.client("secretsmanager", REGION)
        secret = secrets.create_secret(Name="ecr-pullthroughcache/hub", SecretString="x")["ARN"]
        policy = {"policyText": json.dumps({"Statement": [{"Sid": "A"}, {"Sid": "B"}]})}
        answers["ecr:GetRegistryPolicy"] = policy
        answers["ecr-public:DescribeRepositories"] = {"repositories": [{}]}
        out, _ = adopt(SETTINGS)
        assert out[out.index("\nExists already") :] == (
            "\nExists already, and an apply would stop at it, if this environment's state does not hold it yet:\n"
            f"  KMS alias alias/shop-dev-ecr (of the key {key})\n"
            "  secret ecr-pullthroughcache/hub\n"
            "  log group /aws/events/ecr/findings (kept 7 days)\n"
            "  SNS topic ecr-findings\n"
            "  public repository cli\n"
            "\nExists already, and an apply would overwrite it without a word, if this environment's state does not "
            "hold it yet:\n"
            "  resource policy of CloudWatch Logs ecr-findings (1 statement)\n"
            "  EventBridge rule ecr-findings-basic-scans (Mine)\n"
            "  registry policy (2 statements (A, B))\n"
            "\nTo keep it, have the state hold it: once `npx cdktf synth` and, in cdktf.out/stacks/dev, `terraform "
            "init` are done, run there\n"
            "  terraform import aws_kms_alias.ecr alias/shop-dev-ecr\n"
            f"  terraform import aws_kms_key.ecr {key}\n"
            f"  terraform import aws_secretsmanager_secret.hub {secret}\n"
            "  terraform import aws_cloudwatch_log_group.ecr_findings /aws/events/ecr/findings\n"
            "  terraform import aws_cloudwatch_log_resource_policy.ecr_findings ecr-findings\n"
            f"  terraform import aws_sns_topic.ecr_findings {topic}\n"
            f"  terraform import aws_sns_topic_policy.ecr_findings {topic}\n"
            "  terraform import aws_cloudwatch_event_rule.ecr_findings_basic_scans ecr-findings-basic-scans\n"
            "  terraform import aws_ecrpublic_repository.cli cli\n"
            f"  terraform import aws_ecr_registry_policy.registry {ACCOUNT}\n"
        )

    def test_a_secret_that_is_to_be_deleted_is_in_the_way_and_cannot_be_imported(self, adopt):
        secrets = boto3.client("secretsmanager", REGION)
        secrets.create_secret(Name="ecr-pullthroughcache/hub", SecretString="x")
        secrets.delete_secret(SecretId="ecr-pullthroughcache/hub")
        out, _ = adopt(SETTINGS)
        assert "  secret ecr-pullthroughcache/hub (to be deleted: restore it first, or wait until it is gone)\n" in out
        assert "terraform import" not in out

    def test_what_may_not_be_looked_at_is_said_once_a_kind_with_the_permission(self, adopt, answers):
        answers |= {"events:DescribeRule": "AccessDenied", "kms:DescribeKey": "AccessDeniedException"}
        out, _ = adopt(SETTINGS)
        assert out.endswith(
            "Could not be looked at:\n"
            "  KMS alias: needs kms:DescribeKey.\n"
            "  EventBridge rule: needs events:DescribeRule.\n"
        )

    def test_what_cannot_be_reached_does_not_hide_the_rest(self, adopt, answers):
        answers["logs:DescribeResourcePolicies"] = EndpointConnectionError(endpoint_url="https://logs.example")
        boto3.client("sns", REGION).create_topic(Name="ecr-findings")
        out, _ = adopt(SETTINGS)
        assert "  SNS topic ecr-findings\n" in out
        assert "  resource policy of CloudWatch Logs: AWS cannot be reached: " in out

    def test_signs_that_cannot_be_seen_are_written_out(self, adopt):
        boto3.client("events", REGION).put_rule(
            Name="ecr-findings-basic-scans", EventPattern="{}", Description="Mine\x1b[2J\nForged"
        )
        out, _ = adopt(SETTINGS)
        assert "  EventBridge rule ecr-findings-basic-scans (Mine\\x1b[2J\\nForged)\n" in out


class TestLookups:
    """One by one, those that the AWS of this process does not know or answers too poorly."""

    @pytest.mark.parametrize(
        ("kind", "answer", "found"),
        [
            ("aws_ecr_account_setting", {"value": "V1"}, "V1, and would be V2"),
            ("aws_ecr_account_setting", {"value": "V2"}, None),
            ("aws_ecr_registry_scanning_configuration",
             {"scanningConfiguration": {"scanType": "BASIC", "rules": []}}, None),
            ("aws_ecr_registry_scanning_configuration",
             {"scanningConfiguration": {"scanType": "ENHANCED", "rules": [
                 {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "b*"}, {"filter": "a*"}]}]}},
             "ENHANCED; SCAN_ON_PUSH of a*, b*"),
            ("aws_ecr_replication_configuration", {"replicationConfiguration": {"rules": []}}, None),
            ("aws_ecr_replication_configuration",
             {"replicationConfiguration": {"rules": [{"destinations": [
                 {"region": "us-west-2", "registryId": "111111111111"}]}]}},
             "to 111111111111 in us-west-2"),
            ("aws_ecr_replication_configuration",
             {"replicationConfiguration": {"rules": [{"deleteReplication": {"enabled": True}, "destinations": [
                 {"region": "us-west-2", "registryId": "111111111111"}]}]}},
             "to 111111111111 in us-west-2, deletions as well, which the apply would switch off"),
            ("aws_ecr_pull_through_cache_rule",
             {"pullThroughCacheRules": [{"upstreamRegistryUrl": "quay.io"}]}, "of quay.io"),
            ("aws_ecr_pull_through_cache_rule",
             "PullThroughCacheRuleNotFoundException", None),
            ("aws_ecr_pull_time_update_exclusion",
             {"pullTimeUpdateExclusions": [{"principalArn": "REGISTRY_POLICY_SCOPE"}]}, ""),
            ("aws_ecr_pull_time_update_exclusion",
             {"pullTimeUpdateExclusions": [{"principalArn": "arn:aws:iam::111111111111:role/other"}]}, None),
            ("aws_ecr_repository_creation_template",
             {"repositoryCreationTemplates": [{"appliedFor": ["REPLICATION"]}]}, "for REPLICATION"),
            ("aws_ecr_repository_creation_template",
             {"repositoryCreationTemplates": []}, None),
            ("aws_inspector2_enabler",
             {"accounts": [{"resourceState": {"ec2": {"status": "ENABLED"}, "ecr": {"status": "DISABLED"}}}]},
             "enabled for ec2, and would be for ECR alone"),
            ("aws_inspector2_enabler", {"accounts": []}, None),
            ("aws_iam_role", {"Role": {}}, ""),
        ],
    )  # fmt: skip
    def test_what_is_there_now(self, answers, kind, answer, found):
        answers[LOOKUPS[kind].needs] = answer
        fixed = Fixed(kind=kind, logical_id="x", name="REGISTRY_POLICY_SCOPE", value="V2")
        there = look_up(AwsRegistry(REGION), fixed)
        assert (None if there is None else there.now) == found

    @pytest.mark.parametrize("kind", sorted(LOOKUPS.keys() - {"aws_ecr_account_setting"}))
    def test_none_of_them_takes_what_is_not_there_for_a_failure(self, kind):
        assert look_up(AwsRegistry(REGION), Fixed(kind=kind, logical_id="x", name="alias/none")) is None

    @pytest.mark.parametrize("kind", sorted(LOOKUPS))
    def test_each_takes_the_permission_that_it_names(self, answers, kind):
        answers[LOOKUPS[kind].needs] = "AccessDenied"
        with pytest.raises(RefusedByAws):
            look_up(AwsRegistry(REGION), Fixed(kind=kind, logical_id="x", name="alias/none"))

    def test_a_role_is_imported_by_its_name(self, answers):
        answers["iam:GetRole"] = {"Role": {}}
        fixed = Fixed(kind="aws_iam_role", logical_id="x", name="maker")
        assert look_up(AwsRegistry(REGION), fixed) == Found("", "maker")


class TestOpenPolicies:
    def test_a_repository_that_lets_everyone_in_ends_the_report_and_is_no_unmanaged_one(self, adopt):
        repository()
        boto3.client("ecr", REGION).set_repository_policy(repositoryName="shop-dev-api", policyText=OPEN)
        out, text = adopt()
        last = out.splitlines()[-1]
        assert last.startswith(
            "DANGER: shop-dev-api is open to EVERYONE: its repository policy allows ecr:BatchGetImage to any account"
        )
        assert "delete-repository-policy --repository-name shop-dev-api" in last
        assert "unmanaged" not in out + text
        assert "    # DANGER: its repository policy lets EVERYONE in." in text

    def test_one_that_the_file_writes_over_says_so(self, adopt):
        repository()
        boto3.client("ecr", REGION).set_repository_policy(repositoryName="shop-dev-api", policyText=OPEN)
        out, _ = adopt("ecr_repositories: {api: {adopt: true, enable_lambda_pull: true}}\n")
        assert out.splitlines()[-1].endswith("until the apply writes the one that the file makes.")
