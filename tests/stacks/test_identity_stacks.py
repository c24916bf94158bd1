"""Roles and policies that a file asks for reach Terraform as they are: once, at addresses that stay, and no wider."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import parliament
import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from syrupy.extensions.json import JSONSnapshotExtension

from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput
from stacks.app import build_app
from tests.stacks.checkov import run_checkov
from tests.stacks.readable import readable
from tests.stacks.test_any_environments import PHASES, check_problems, environment_files, some, synthesised

OWN, THEIRS = "111111111111", "222222222222"
ISSUER = "https://oidc.eks.us-gov-west-1.amazonaws.com/id/ABC123"

# Everything that identities can be told, in a file and in one whose repositories are those of another account.
SOURCE = f"""\
project: shop
env: dev
region: us-gov-west-1
account_id: "{OWN}"
ecr_defaults: {{enable_lambda_pull: true, image_tag_mutability: IMMUTABLE}}
ecr_encryption_type: KMS
ecr_ssm_layout: config
ecr_trusted_accounts: [{{account_id: "{THEIRS}"}}]
ecr_repositories: {{team: , team/api: , web.v2: {{publish_to_ssm: false}}}}
ecr_image_updater:
  oidc_provider: {ISSUER}
  namespace: cd
  service_account: updater
  permissions_boundary: arn:aws-us-gov:iam::{OWN}:policy/developers
  tags: {{Team: platform}}
ecr_node_pull: {{roles: [eks-nodes, fargate_pods, a.b@c], name: nodes, tags: {{Team: platform}}}}
ecr_ecs_execution_role:
  repositories: [team/api]
  log_groups: [/ecs/api]
  secret_arns: ["arn:aws-us-gov:secretsmanager:us-gov-west-1:{OWN}:secret:db-??????"]
  parameter_names: [/shop/db]
  kms_key_arns: ["arn:aws-us-gov:kms:us-gov-west-1:{OWN}:key/1234abcd"]
ecr_lambda_pull: {{roles: [deploy], repositories: [team]}}
ecr_codebuild: {{roles: [builds], projects: [api, web]}}
ecr_ssm_read: {{repositories: [team], roles: [functions]}}
"""
CONSUMER = f"""\
project: shop
env: prod
region: us-gov-east-1
account_id: "{THEIRS}"
ecr_strategy: cross_account
ecr_source_env: dev
ecr_shards: 2
ecr_image_updater: {{cluster_name: tools}}
ecr_node_pull: {{roles: [nodes], repositories: [web.v2]}}
ecr_ecs_execution_role: true
ecr_lambda_pull: true
ecr_ssm_read: true
"""
# An attachment's address ends in the name of its role.
ADDRESSES = {
    "aws_iam_policy": {"ecr_codebuild", "ecr_lambda_pull", "ecr_node_pull", "ecr_ssm_read"},
    "aws_iam_role": {"ecr_ecs_execution_role", "ecr_image_updater"},
    "aws_iam_role_policy": {"ecr_ecs_execution_role", "ecr_image_updater"},
    "aws_iam_role_policy_attachment": {
        "ecr_codebuild_builds",
        "ecr_lambda_pull_deploy",
        "ecr_node_pull_a_2Eb_40c",
        "ecr_node_pull_eks-nodes",
        "ecr_node_pull_fargate__pods",
        "ecr_ssm_read_functions",
    },
}


@pytest.fixture(scope="module")
def outdir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("identities")
    (folder / "environments").mkdir()
    for name, text in (("dev", SOURCE), ("prod", CONSUMER)):
        (folder / "environments" / f"{name}.yaml").write_text(text, encoding="utf-8")
    build_app(load_environments(folder / "environments"), outdir=str(folder / "out")).synth()
    return folder / "out"


@pytest.fixture(scope="module")
def documents(outdir):
    files = outdir.glob("stacks/*/cdk.tf.json")
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


def identities_in(document):
    """Return what a stack has of IAM and EKS, by type."""
    resources = document.get("resource", {})
    return {kind: named for kind, named in resources.items() if kind.startswith(("aws_iam_", "aws_eks_"))}


def policies_in(document):
    """Return every policy of an identity, with the most characters that IAM takes."""
    found = identities_in(document)
    for kind, most in (("aws_iam_policy", 6_144), ("aws_iam_role_policy", 10_240)):
        for body in found.get(kind, {}).values():
            yield body["policy"], most


def test_every_address_is_as_it_was(documents):
    assert {kind: {*named} for kind, named in identities_in(documents["dev"]).items()} == ADDRESSES


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_snapshot(documents, stack, snapshot):
    document = documents[stack]
    outputs = {name: value for name, value in document["output"].items() if "_role_" in name or "_policy_" in name}
    found = {"resource": identities_in(document), "output": outputs}
    assert readable(found) == snapshot(name=stack, extension_class=JSONSnapshotExtension)


def test_the_first_shard_alone_has_them(documents):
    assert identities_in(documents["prod-2"]) == {}
    assert not any("_arn" in name and "policy" in name for name in documents["prod-2"].get("output", {}))


def test_each_arn_is_an_output(documents):
    assert {name for name in documents["dev"]["output"] if name.endswith(("_role_arn", "_policy_arn"))} == {
        "ecr_image_updater_role_arn",
        "ecr_node_pull_policy_arn",
        "ecr_ecs_execution_role_arn",
        "ecr_lambda_pull_policy_arn",
        "ecr_codebuild_policy_arn",
        "ecr_ssm_read_policy_arn",
    }


def test_a_consumer_pulls_from_its_source_and_reads_what_its_own_account_publishes(documents):
    text = json.dumps(identities_in(documents["prod"]))
    assert f"arn:aws-us-gov:ecr:us-gov-west-1:{OWN}:repository/shop-dev-team/api" in text
    assert f"arn:aws-us-gov:ssm:us-gov-east-1:{THEIRS}:parameter/ecr/*" in text
    assert f"arn:aws-us-gov:ecr:us-gov-east-1:{THEIRS}" not in text
    assert f"arn:aws-us-gov:ssm:us-gov-west-1:{OWN}" not in text


def test_the_order_of_the_file_does_not_matter(documents, synthesise_all):
    turned = dict(reversed(yaml.safe_load(SOURCE).items()))
    turned["ecr_node_pull"]["roles"].reverse()
    again = synthesise_all(dev=yaml.safe_dump(turned, sort_keys=False), prod=CONSUMER)["dev"]
    assert json.dumps(identities_in(again)) == json.dumps(identities_in(documents["dev"]))


def test_parliament_finds_nothing(documents):
    found = [text for document in documents.values() for text, _ in policies_in(document)]
    assert len(found) == 11
    assert [str(each) for text in found for each in parliament.analyze_policy_string(text).findings] == []


def test_checkov_finds_nothing(outdir):
    """What is published is no secret, which it does not know."""
    assert run_checkov(outdir / "stacks" / "dev") == {"CKV2_AWS_34"}


ROLES = st.lists(st.sampled_from(["nodes", "Nodes", "a.b", "a_b"]), max_size=2)
SOME_NAMES = st.sampled_from(["shop", "Shop", "readers"])


def identities(declared):
    """Return what says identities, mostly of what is declared, and sometimes of what is not."""
    names = st.sampled_from([*declared * 9, "not-there"])
    named = {"repositories": st.lists(names, min_size=1, max_size=3, unique=True)}
    kinds = {
        "ecr_image_updater": some(**named).map(lambda said: {**said, "cluster_name": "a"}),
        "ecr_node_pull": st.just(True) | some(**named, roles=ROLES, name=SOME_NAMES),
        "ecr_ecs_execution_role": st.just(True) | some(**named, name=SOME_NAMES),
        "ecr_lambda_pull": st.just(True) | some(**named, roles=ROLES),
        "ecr_codebuild": st.just(True) | some(**named, roles=ROLES),
        "ecr_ssm_read": st.just(True) | some(**named, roles=ROLES, name=SOME_NAMES),
    }
    keys = st.lists(st.sampled_from([*kinds]), min_size=1, unique=True)
    return keys.flatmap(lambda chosen: st.fixed_dictionaries({key: kinds[key] for key in chosen}))


@st.composite
def files_with_identities(draw):
    """Return files of any kind, each with identities."""
    files = draw(environment_files())
    files["dev"].setdefault("ecr_repositories", {}).update({"team": {}, "team/web": {}})
    files["dev"].pop("repository_names", None)
    return {name: data | draw(identities(list(data.get("ecr_repositories", {})))) for name, data in files.items()}


@settings(
    deadline=None, max_examples=min(60, settings().max_examples), phases=PHASES, suppress_health_check=[*HealthCheck]
)
@given(files_with_identities())
def test_whatever_files_ask_for_nobody_gets_at_more_than_their_repositories(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, f"{name}.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
        try:
            environments = load_environments(Path(folder))
        except InvalidInput as error:
            event("refused")
            check_problems(error.problems)
            return
        documents = synthesised(environments, Path(folder, "out"))
    event("synthesised")
    for each in environments:
        arns = {each.repository_arn(name, each.place).replace("000000000000", "*") for name in each.repositories}
        for text, most in policies_in(documents[each.name]):
            assert len(text) <= most
            for statement in json.loads(text)["Statement"]:
                check_statement(statement, arns, each.settings.ecr_ssm_prefix)


def check_statement(statement, arns, prefix):
    """Check that what is about ECR and Parameter Store is about these repositories and this path alone."""
    actions, resources = (
        [said] if isinstance(said, str) else said for said in (statement["Action"], statement["Resource"])
    )
    if actions == ["ecr:GetAuthorizationToken"]:
        assert resources == ["*"]
    elif actions[0].startswith("ecr:"):
        event("of ECR")
        accounts = {arn: arn.split(":")[4] for arn in resources}
        known = [arn.replace(account, "*") if "${" in account else arn for arn, account in accounts.items()]
        assert {*known} <= arns
    else:
        assert actions[0].startswith("ssm:Get")
        assert all(f":parameter{prefix}" in resource for resource in resources)
