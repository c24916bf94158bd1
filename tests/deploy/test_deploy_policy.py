"""The policy of the deploying role, held against every call of real Terraform and the real provider."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.kinds import Purpose
from ecr_constructs.deploying.statements import document_of
from ecr_constructs.deploying.table import KINDS
from ecr_constructs.sandbox.adapt import account_of
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import synthesise
from tests.deploy.authorized import Asked, refused
from tests.deploy.phases import asked_in_phases

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / "tests/deploy/environments"

# What the environment of every option does not have.
REST = """\
project: shop
env: rest
region: eu-west-1
account_id: "210987654321"
bucket: states
tags: {CostCenter: "4711"}
ecr_ssm_layout: config
ecr_vpc_endpoints:
  vpc_name: shop
  subnet_tags: {Tier: private}
  route_table_tags: {Tier: private}
services: [api]
ecr_deployments: {trigger: push, target_arn: "arn:aws:lambda:eu-west-1:210987654321:function:deploy:live"}
"""
# What constructs make for apps alone.
BY_HAND = {
    "aws_iam_user": {"ci": {"name": "ci", "permissions_boundary": "arn:aws:iam::210987654321:policy/developers"}},
    "aws_iam_user_policy": {
        "ci": {
            "name": "ecr",
            "user": "${aws_iam_user.ci.name}",
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}],
                }
            ),
        }
    },
    "aws_cloudwatch_event_permission": {"dev": {"statement_id": "dev", "principal": "111111111111"}},
}

# What the bundled provider calls and the releases that environments ask for do not, or not for a member account.
OLDER = {
    "iam:GetUser": "3.39 asks so whose credentials these are, today's by sts:GetCallerIdentity, which anyone may",
    "logs:ListTagsLogGroup": "logs:ListTagsForResource today",
    "logs:TagLogGroup": "logs:TagResource today",
    "logs:UntagLogGroup": "logs:UntagResource today",
    "organizations:ListAWSServiceAccessForOrganization": "for the account that manages the organisation alone",
    "organizations:ListAccounts": "for the account that manages the organisation alone",
    "organizations:ListRoots": "for the account that manages the organisation alone",
}

# What the embedded AWS, or the bundled provider, does not have: told from the provider's source and AWS's pages.
NOT_THERE = (
    "aws_ecr_account_setting",
    "aws_ecr_pull_through_cache_rule",
    "aws_ecr_pull_time_update_exclusion",
    "aws_ecr_registry_scanning_configuration",
    "aws_ecr_repository_creation_template",
    "aws_ecrpublic_repository",
    "aws_ecrpublic_repository_policy",
    "aws_inspector2_enabler",
)
# The sandbox keeps the state on this machine: see test_deploy_policy_state.py.
OF_THE_STATE = {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}
_TAGS = "release 3.39 tags log groups by older calls"
_BOUNDARY = "a boundary that comes, changes or goes while the role or user stays"
# What nothing here calls, and why the policy has it.
UNCALLED = {
    "ec2:RevokeSecurityGroupEgress": "a rule that goes; a group of AWS begins with one for all that goes out",
    "iam:AddClientIDToOpenIDConnectProvider": "release 3.39 makes a provider anew for other clients",
    "iam:DeletePolicyVersion": "a policy has five versions at most, and goes with all of them",
    "iam:DeleteRolePermissionsBoundary": _BOUNDARY,
    "iam:PutRolePermissionsBoundary": _BOUNDARY,
    "iam:PutUserPermissionsBoundary": _BOUNDARY,
    "iam:RemoveClientIDFromOpenIDConnectProvider": "release 3.39 makes a provider anew for other clients",
    "iam:UpdateOpenIDConnectProviderThumbprint": "a thumbprint that somebody says: constructs leave it to AWS",
    "iam:UpdateUser": "a user that gets another path",
    "kms:EnableKey": "a key that somebody disabled",
    "logs:AssociateKmsKey": "another key for logs, at which the embedded AWS fails",
    "logs:DisassociateKmsKey": "another key for logs, at which the embedded AWS fails",
    "logs:ListTagsForResource": _TAGS,
    "logs:TagResource": _TAGS,
    "logs:UntagResource": _TAGS,
}


@dataclasses.dataclass(frozen=True)
class Deployed:
    """A stack that was deployed, and what was asked of IAM meanwhile, by phase."""

    document: dict[str, Any]
    account: str
    phases: dict[str, list[Asked]]

    def policy(self, **options: Any) -> dict[str, Any]:
        derived = derive({"stack": self.document}, **options)
        return document_of(derived.statements[derived.role])

    def refused(self, phase: str, **options: Any) -> list[str]:
        """Return what a policy does not allow of a phase, each once, without what today's provider does not call."""
        asks = [each for each in self.phases[phase] if each.action not in OLDER]
        return refused(self.policy(**options), asks, self.account)


@pytest.fixture(scope="module", params=["everything", "rest"])
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    name, folder = request.param, tmp_path_factory.mktemp("environments")
    (folder / "everything.yaml").write_bytes((ENVIRONMENTS / "everything.yaml").read_bytes())
    (folder / "rest.yaml").write_text(REST, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, Processes() as processes:
        patch.setenv("ECR_ENVIRONMENTS_DIR", str(folder))
        document = synthesise(name, ROOT, processes)[name].document
        # All are alike, and each takes four calls.
        parameters = document["resource"]["aws_ssm_parameter"]
        document["resource"]["aws_ssm_parameter"] = dict(sorted(parameters.items())[:8])
        if name == "rest":
            for kind, bodies in BY_HAND.items():
                document["resource"].setdefault(kind, {}).update(copy.deepcopy(bodies))
        aws = EmbeddedAws(processes)
        aws.open(account_of(document))
        make_stand_ins(document, aws)
        phases = asked_in_phases(document, aws, processes, changed)
        yield Deployed(document, aws.account, phases)


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with another value wherever the provider changes in place."""
    document = copy.deepcopy(document)
    for block in document["provider"]["aws"]:
        tags = block["default_tags"][0]["tags"]
        tags.pop("CostCenter", None)
        tags["Changed"] = "yes"
    texts = {"description": "Changed", "display_name": "Changed"}
    for kind, bodies in document["resource"].items():
        for body in bodies.values():
            for name, text in texts.items():
                if name in body and kind not in ("aws_iam_policy", "aws_security_group"):
                    body[name] = text
    for body in document["resource"]["aws_ecr_repository"].values():
        body["image_scanning_configuration"]["scan_on_push"] ^= True
        body["image_tag_mutability"] = "MUTABLE" if body["image_tag_mutability"] == "IMMUTABLE" else "IMMUTABLE"
    for body in document["resource"].get("aws_kms_key", {}).values():
        body["enable_key_rotation"] = False
        body["policy"] = body["policy"].replace("EncryptRepositoriesThroughEcr", "EncryptThroughEcr")
    for body in document["resource"].get("aws_iam_role", {}).values():
        body["max_session_duration"] = 7200
        body["assume_role_policy"] = body["assume_role_policy"].replace('"Statement"', '"Id":"changed","Statement"')
    for kind in ("aws_iam_policy", "aws_iam_user_policy"):
        for body in document["resource"].get(kind, {}).values():
            body["policy"] = body["policy"].replace('"Statement"', '"Id":"changed","Statement"')
    for body in document["resource"].get("aws_security_group", {}).values():
        body["ingress"][0]["from_port"] = 80
        body["egress"] = [{**body["ingress"][0], "from_port": 443}]
    for body in document["resource"].get("aws_cloudwatch_log_group", {}).values():
        del body["retention_in_days"]
    return document


def destroying(document: dict[str, Any]) -> set[str]:
    """Return the actions by which what the embedded AWS has of a stack is lost."""
    needs = [need for name in document["resource"] if name not in NOT_THERE for need in KINDS[name].needs]
    return {action for need in needs if need.purpose is Purpose.DESTROY for action in need.actions}


def test_it_allows_every_call_of_an_apply(deployed):
    for phase in ("apply", "plan", "change"):
        assert deployed.phases[phase]
        assert deployed.refused(phase) == [], phase


def test_it_deletes_what_is_lost_only_where_that_is_allowed(deployed):
    assert deployed.refused("destroy", allow_delete=True) == []
    kept = {each.partition(" ")[0] for each in deployed.refused("destroy")}
    assert kept == destroying(deployed.document)


def test_for_plans_it_allows_all_of_a_plan_and_nothing_else(deployed):
    assert deployed.refused("plan", plan_only=True) == []
    kept = {each.partition(" ")[0] for each in deployed.refused("apply", plan_only=True)}
    changing = {asked.action for asked in deployed.phases["apply"]} - OLDER.keys()
    assert kept == {each for each in changing if not re.search(r":(Describe|Get|List)", each)}
    assert {"ecr:CreateRepository", "ssm:PutParameter"} <= kept


def test_without_any_one_action_a_call_is_refused(deployed):
    """What is held against the calls can fail: each action that is called is needed."""
    policy = deployed.policy(allow_delete=True)
    asked = [each for asks in deployed.phases.values() for each in asks if each.action not in OLDER]
    for action in {each.action for each in asked}:
        less = copy.deepcopy(policy)
        for each in less["Statement"]:
            each["Action"] = [one for one in listed(each["Action"]) if one != action] or "none:None"
        assert refused(less, [each for each in asked if each.action == action], deployed.account), action


def test_it_is_decided_the_same_by_another_evaluation(deployed):
    """moto's own evaluation of policies agrees, as far as it reaches: it knows no conditions."""
    text = json.dumps(deployed.policy(allow_delete=True))
    plain = {
        "Version": "2012-10-17",
        "Statement": [each for each in json.loads(text)["Statement"] if "Condition" not in each],
    }
    under_conditions = {
        action for each in json.loads(text)["Statement"] if "Condition" in each for action in listed(each["Action"])
    }
    policy = IAMPolicy(json.dumps(plain).replace("??????", "*"))
    decided = 0
    for phase, asks in deployed.phases.items():
        for asked in asks:
            if asked.action not in under_conditions | OLDER.keys():
                for arn in asked.resources:
                    decided += 1
                    assert policy.is_action_permitted(asked.action, arn) is PermissionResult.PERMITTED, (
                        phase,
                        asked.action,
                        arn,
                    )
    assert decided > 100


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_every_action_is_called_or_has_its_reason(deployed):
    """What the policy has and nothing called is said here with why, or in the description with AWS's page."""
    called = {asked.action for asks in deployed.phases.values() for asked in asks}
    needs = [need for kind in KINDS.values() for need in kind.needs]
    with_page = {action for need in needs if need.because for action in need.actions}
    policy = {action for each in deployed.policy(allow_delete=True)["Statement"] for action in listed(each["Action"])}
    kinds = [*deployed.document["resource"], *(f"data.{each}" for each in deployed.document.get("data", {}))]
    of_missing = {
        action
        for name in kinds
        if name in NOT_THERE and name in KINDS
        for need in KINDS[name].needs
        for action in need.actions
    }
    unseen = policy - called - with_page - of_missing - OF_THE_STATE
    assert not unseen - UNCALLED.keys(), "\n".join(sorted(unseen - UNCALLED.keys()))
