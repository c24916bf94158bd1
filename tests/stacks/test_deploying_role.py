"""The policy of the deploying role, for every environment there is: shipped, in examples, and with every option."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import parliament
import pytest

from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.statements import LONGEST_MANAGED, document_of, documents_of, length_of
from tests.stacks.conftest import synthesise

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "shipped": ROOT / "environments",
    "everything": ROOT / "tests/deploy/environments",
    **{each.parent.name: each for each in sorted((ROOT / "examples").glob("*/environments"))},
}
# What parliament's data does not have: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html, and
# actions that are newer than it.
UNKNOWN = ("kms:ResourceAliases", "PullTimeUpdateExclusion")


@pytest.fixture(scope="module", params=FOLDERS)
def stacks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return synthesise(FOLDERS[request.param], tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("options", [{}, {"plan_only": True}, {"allow_delete": True}], ids=str)
def test_parliament_finds_nothing(stacks, options):
    assert stacks
    for name, stack in stacks.items():
        for statements in derive({name: stack}, **options).statements.values():
            for document in documents_of(statements):
                assert length_of(document) <= LONGEST_MANAGED
                findings = parliament.analyze_policy_string(json.dumps(document_of(document))).findings
                assert [str(each) for each in findings if not any(known in str(each) for known in UNKNOWN)] == [], name


def test_each_environment_gets_what_it_has_and_nothing_of_others(stacks):
    """Every ARN with a name is one that the environment itself says; `*` is for what has none."""
    for name, stack in stacks.items():
        text = json.dumps(stack)
        for statements in derive({name: stack}, allow_delete=True).statements.values():
            for statement in statements:
                if statement.actions[0].startswith("ecr:") and statement.resources != ("*",):
                    assert all(
                        arn.rpartition("repository/")[2].removesuffix("/*") in text for arn in statement.resources
                    )


def test_shards_together_are_no_more_than_each(stacks):
    one = {name: derive({name: stack}).statements for name, stack in stacks.items()}
    together = derive(stacks).statements

    def allowed(found: Any) -> set[tuple[str, str, str]]:
        return {
            (role, action, json.dumps(each.conditions, sort_keys=True))
            for role, statements in found.items()
            for each in statements
            for action in each.actions
        }

    assert allowed(together) == set().union(*map(allowed, one.values()))
