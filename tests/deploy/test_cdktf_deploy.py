"""`npx cdktf deploy` for real: what the embedded AWS holds afterwards is what the environment declares."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecr_constructs.discovery import RepositoryDirectory
from ecr_constructs.doctor.examine import examine
from ecr_constructs.sandbox.identities import STAND_IN_PATH
from tests.deploy.details import DETAILS, PARAMETERS

if TYPE_CHECKING:
    from conftest import Deployment

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = {"dev": ROOT / "environments", "everything": ROOT / "tests/deploy/environments"}

# What Terraform's references to these stand for, with the name that each has.
ARNS = {
    "aws_cloudwatch_event_rule": "arn:aws:events:{region}:{account}:rule/{name}",
    "aws_cloudwatch_log_group": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "aws_sns_topic": "arn:aws:sns:{region}:{account}:{name}",
}


def resolved(deployment: Deployment, text: str) -> str:
    """Return a synthesised text with its references filled in from the embedded AWS."""
    there = deployment.repositories()
    attributes = {
        "arn": "repositoryArn",
        "name": "repositoryName",
        "registry_id": "registryId",
        "repository_url": "repositoryUri",
    }

    def repository(match: re.Match[str]) -> str:
        name = deployment.resources("aws_ecr_repository")[match[1]]["name"]
        return str(there[name][attributes[match[2]]])

    def other(match: re.Match[str]) -> str:
        name = str(deployment.resources(match[1])[match[2]]["name"])
        arn = ARNS[match[1]].format(region=deployment.region, account=deployment.aws.account, name=name)
        return {"arn": arn, "name": name}[match[3]]

    text = re.sub(r"\$\{aws_ecr_repository\.([\w-]+)\.(\w+)\}", repository, text)
    text = re.sub(rf"\$\{{({'|'.join(ARNS)})\.([\w-]+)\.(\w+)\}}", other, text)
    if "aws_organizations_organization" in text:
        organization = deployment.client("organizations").describe_organization()["Organization"]["Id"]
        text = re.sub(r"\$\{data\.aws_organizations_organization\.\w+\.id\}", organization, text)
    return re.sub(r"\$\{data\.aws_caller_identity\.\w+\.account_id\}", deployment.aws.account, text)


def declared_policies(deployment: Deployment, kind: str, argument: str, policy: str) -> dict[str, Any]:
    """Return the synthesised policies of a type by what they are of."""
    return {
        resolved(deployment, body[argument]): json.loads(resolved(deployment, body[policy]))
        for body in deployment.resources(kind).values()
    }


def test_the_command_succeeds(deployment: Deployment) -> None:
    """`npx cdktf deploy ENV --auto-approve` ends well and prints the outputs."""
    assert deployment.deployed.returncode == 0, deployment.deployed.stdout + deployment.deployed.stderr
    for output in deployment.synthesised["output"].keys() - {"ecr_public_repository_urls"}:
        assert f"{output} = " in deployment.deployed.stdout


def test_exactly_the_declared_repositories_exist(deployment: Deployment) -> None:
    """Nothing is missing and nothing is there that was not declared."""
    declared = {body["name"] for body in deployment.resources("aws_ecr_repository").values()}
    assert set(deployment.repositories()) == declared


def test_settings_are_the_declared_ones(deployment: Deployment) -> None:
    """Tag mutability, scanning and encryption are as synthesised, as far as the provider's release can say them."""
    there = deployment.repositories()
    for body in deployment.resources("aws_ecr_repository").values():
        found = there[body["name"]]
        (encryption,) = body["encryption_configuration"]
        assert found["imageTagMutability"] == body["image_tag_mutability"].removesuffix("_WITH_EXCLUSION")
        assert found["imageScanningConfiguration"] == {
            "scanOnPush": body["image_scanning_configuration"]["scan_on_push"]
        }
        assert found["encryptionConfiguration"]["encryptionType"] == encryption["encryption_type"]


def test_tags_are_those_of_the_environment_and_the_repository(deployment: Deployment) -> None:
    """Every repository carries the default tags and its own."""
    provider = deployment.synthesised["provider"]["aws"][0]
    (default,) = provider["default_tags"]
    client, there = deployment.client("ecr"), deployment.repositories()
    for body in deployment.resources("aws_ecr_repository").values():
        tags = client.list_tags_for_resource(resourceArn=there[body["name"]]["repositoryArn"])["tags"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {**default["tags"], **body.get("tags", {})}


def test_lifecycle_policies_are_the_synthesised_texts(deployment: Deployment) -> None:
    """ECR holds each lifecycle policy byte for byte."""
    client = deployment.client("ecr")
    assert deployment.resources("aws_ecr_lifecycle_policy")
    for body in deployment.resources("aws_ecr_lifecycle_policy").values():
        name = resolved(deployment, body["repository"])
        assert client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"] == body["policy"]


def test_repository_policies_are_the_synthesised_documents(deployment: Deployment) -> None:
    """ECR holds each repository policy, and none where none is declared."""
    client = deployment.client("ecr")
    declared = declared_policies(deployment, "aws_ecr_repository_policy", "repository", "policy")
    found = {}
    for name in deployment.repositories():
        try:
            found[name] = json.loads(client.get_repository_policy(repositoryName=name)["policyText"])
        except client.exceptions.RepositoryPolicyNotFoundException:
            continue
    assert found == declared


def test_every_parameter_holds_what_is_there(deployment: Deployment) -> None:
    """Each published parameter says what the repository really is."""
    there = deployment.parameters()
    declared = {
        body["name"]: resolved(deployment, body["insecure_value"])
        for body in deployment.resources("aws_ssm_parameter").values()
    }
    assert {name: found["Value"] for name, found in there.items()} == declared
    assert {found["Type"] for found in there.values()} == {"String"}
    assert len(declared) % len(PARAMETERS) == 0


def test_the_reader_finds_what_is_published_and_the_doctor_nothing_to_say(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", deployment.aws.endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    found = examine(deployment.name, ENVIRONMENTS[deployment.name])
    # The provider of the sandbox does not know them.
    assert [each for each in found.findings if "_WITH_EXCLUSION" not in each.detail] == []
    assert found.repositories
    directory = RepositoryDirectory(found.prefix, region=deployment.region)
    published = directory.list().values()
    assert len(published) == found.repositories
    urls = {name: each["repositoryUri"] for name, each in deployment.repositories().items()}
    own = [each for each in published if each.name in urls]
    assert own
    assert all(each.url == urls[each.name] for each in own)


def test_the_registry_policy_is_the_synthesised_document(deployment: Deployment) -> None:
    """The registry has the policy that is declared, and none where none is."""
    client = deployment.client("ecr")
    declared = [json.loads(body["policy"]) for body in deployment.resources("aws_ecr_registry_policy").values()]
    try:
        found = [json.loads(client.get_registry_policy()["policyText"])]
    except client.exceptions.RegistryPolicyNotFoundException:
        found = []
    assert found == declared


def test_rules_lead_from_their_events_to_their_targets(deployment: Deployment) -> None:
    """EventBridge has each rule's pattern, and sends what matches to its target, in the words that are declared."""
    client = deployment.client("events")
    targets: dict[str, list[Any]] = {}
    for body in deployment.resources("aws_cloudwatch_event_target").values():
        target = {"Id": body["target_id"], "Arn": resolved(deployment, body["arn"])}
        if "input_transformer" in body:
            words = body["input_transformer"]
            target["InputTransformer"] = {
                "InputPathsMap": words["input_paths"],
                "InputTemplate": words["input_template"],
            }
        targets.setdefault(resolved(deployment, body["rule"]), []).append(target)
    declared = {
        body["name"]: (json.loads(body["event_pattern"]), "ENABLED", targets[body["name"]])
        for body in deployment.resources("aws_cloudwatch_event_rule").values()
    }
    found = {
        rule["Name"]: (
            json.loads(rule["EventPattern"]),
            rule["State"],
            client.list_targets_by_rule(Rule=rule["Name"])["Targets"],
        )
        for rule in client.list_rules()["Rules"]
    }
    assert found == declared


def test_log_groups_and_topics_let_in_whom_they_should(deployment: Deployment) -> None:
    """What findings are sent to is there, with the policies that are declared."""
    logs, sns = deployment.client("logs"), deployment.client("sns")
    groups = {each["logGroupName"]: each.get("retentionInDays", 0) for each in logs.describe_log_groups()["logGroups"]}
    assert groups == {
        body["name"]: body.get("retention_in_days", 0)
        for body in deployment.resources("aws_cloudwatch_log_group").values()
    }
    policies = logs.describe_resource_policies()["resourcePolicies"]
    assert {each["policyName"]: json.loads(each["policyDocument"]) for each in policies} == declared_policies(
        deployment, "aws_cloudwatch_log_resource_policy", "policy_name", "policy_document"
    )
    topics = [each["TopicArn"] for each in sns.list_topics()["Topics"]]
    assert {
        arn: json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]) for arn in topics
    } == declared_policies(deployment, "aws_sns_topic_policy", "arn", "policy")


def test_keys_are_rotated_and_do_what_is_declared(deployment: Deployment) -> None:
    """Every alias that is made leads to a key with the declared policy, which is rotated."""
    client = deployment.client("kms")
    aliases = {each["AliasName"]: each.get("TargetKeyId") for each in client.list_aliases()["Aliases"]}
    for name, body in deployment.resources("aws_kms_key").items():
        (alias,) = (
            each["name"]
            for each in deployment.resources("aws_kms_alias").values()
            if each["target_key_id"] == f"${{aws_kms_key.{name}.key_id}}"
        )
        key = aliases[alias]
        assert client.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is body["enable_key_rotation"]
        policy = client.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        assert json.loads(policy) == json.loads(resolved(deployment, body["policy"]))
        assert client.describe_key(KeyId=key)["KeyMetadata"]["Description"] == body["description"]


def test_secrets_are_made_without_a_value(deployment: Deployment) -> None:
    """Those that are declared are there, and empty: their values are set outside of Terraform."""
    client = deployment.client("secretsmanager")
    read = {
        body["name"] for body in deployment.synthesised.get("data", {}).get("aws_secretsmanager_secret", {}).values()
    }
    made = [each for each in client.list_secrets()["SecretList"] if each["Name"] not in read]
    declared = deployment.resources("aws_secretsmanager_secret").values()
    assert {each["Name"]: each["Description"] for each in made} == {
        body["name"]: body["description"] for body in declared
    }
    for each in made:
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_secret_value(SecretId=each["Name"])


def test_a_second_plan_is_empty(deployment: Deployment) -> None:
    """`npx cdktf diff ENV` finds nothing to change."""
    diff = deployment.cdktf("diff", deployment.name, "--skip-synth")
    assert diff.returncode == 0, diff.stdout + diff.stderr
    assert "No changes." in diff.stdout


def test_everything_declared_is_there_in_detail(deployment: Deployment) -> None:
    """What the environment file says is there, told by hand for a part of each file."""
    for details in DETAILS[deployment.name]:
        details(deployment)


def test_destroy_leaves_nothing(deployment: Deployment) -> None:
    """`npx cdktf destroy ENV` takes away what it made; a key and a secret can be had back for some days."""
    destroyed = deployment.cdktf("destroy", deployment.name, "--auto-approve", ECR_SANDBOX_UNPROTECTED="1")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    ecr = deployment.client("ecr")
    assert deployment.repositories() == {}
    assert deployment.parameters() == {}
    assert ecr.describe_registry()["replicationConfiguration"]["rules"] == []
    with pytest.raises(ecr.exceptions.RegistryPolicyNotFoundException):
        ecr.get_registry_policy()
    assert deployment.client("events").list_rules()["Rules"] == []
    assert deployment.client("logs").describe_log_groups()["logGroups"] == []
    assert deployment.client("logs").describe_resource_policies()["resourcePolicies"] == []
    assert deployment.client("sns").list_topics()["Topics"] == []
    iam = deployment.client("iam")
    assert [each for each in iam.list_roles()["Roles"] if each["Path"] != STAND_IN_PATH] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []
    made = {body["name"] for body in deployment.resources("aws_kms_alias").values()}
    assert not made & {each["AliasName"] for each in deployment.client("kms").list_aliases()["Aliases"]}
