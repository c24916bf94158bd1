"""What `adopt` looks for under fixed names is what the stacks make."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_constructs.adoption.fixed import fixed_of, published_of
from ecr_constructs.adoption.lookups import LOOKUPS
from ecr_constructs.config.load import load_environments
from ecr_constructs.core.names import terraform_address

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "environments", ROOT / "tests/deploy/environments"]
# What has no name of its own, is part of something that is looked for, or is the repositories themselves.
OTHERS = {
    "aws_cloudwatch_event_target",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_repository",
    "aws_ecr_repository_policy",
    "aws_ecrpublic_repository_policy",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_sns_topic_policy",
}
# Where the name stands in a resource; a registry has one of what is not here.
NAMES = {
    "aws_cloudwatch_log_resource_policy": "policy_name",
    "aws_iam_openid_connect_provider": "url",
    "aws_ecr_pull_through_cache_rule": "ecr_repository_prefix",
    "aws_ecr_pull_time_update_exclusion": "principal_arn",
    "aws_ecr_repository_creation_template": "prefix",
    "aws_ecrpublic_repository": "repository_name",
}


def environments():
    return [each for folder in FOLDERS for each in load_environments(folder)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every resource of every stack of the shipped environments, and of the one with every option."""
    from tests.stacks.conftest import synthesise

    found = {}
    for folder in FOLDERS:
        found |= synthesise(folder, tmp_path_factory.mktemp("cdktf"))
    return found


def named(document):
    """Return the name of each resource that is not of a repository, by its address."""
    return {
        f"{kind}.{name}": body.get(NAMES.get(kind, "name"), "")
        for kind, resources in document.get("resource", {}).items()
        if kind not in OTHERS
        for name, body in resources.items()
        if kind != "aws_iam_role" or "name" in body  # else Terraform makes a name that nothing has yet
    }


def test_all_that_is_made_under_a_fixed_name_is_looked_for(made):
    kinds = set()
    for environment in environments():
        documents = [made[stack] for stack in environment.stack_ids]
        wanted = {each.address: each.name for each in fixed_of(environment)}
        parameters = {
            f"aws_ssm_parameter.{terraform_address(name)}_{last}": path
            for name, each in environment.repositories.items()
            for last, path in published_of(each).items()
        }
        assert wanted | parameters == {key: name for each in documents for key, name in named(each).items()}
        kinds |= {each.kind for each in fixed_of(environment)}
    # The environment with every option has one of each.
    assert kinds == LOOKUPS.keys()


def test_it_is_made_by_the_first_stack(made):
    for environment in environments():
        assert {each.address for each in fixed_of(environment)} <= named(made[environment.stack_ids[0]]).keys()
