"""Workloads that a change has deployed no more, or by another event."""

import pytest

from ecr_constructs.review.deployments import judge_deployments
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
TWO = "ecr_repositories: {api: {}, web: {}}\n"
LAMBDA = "arn:aws:lambda:eu-west-1:111111111111:function"
PUSH = f"trigger: push, target_arn: {LAMBDA}:deploy"
EVENT = f"trigger: event, target_arn: {LAMBDA}:deploy"


def by(said):
    return f"ecr_deployments: {{{said}}}\n"


def found(base, head):
    return [*judge_deployments(change_of({"dev.yaml": DEV + base}, {"dev.yaml": DEV + head}))]


def told(base, head):
    return [
        (each.code, each.severity, ".".join(map(str, each.path)), each.at_base, each.repositories, each.what)
        for each in found(base, head)
    ]


CASES = {
    "no deployments": (
        by(PUSH) + TWO,
        TWO,
        [
            (
                "deployment-removed",
                "attention",
                "ecr_deployments",
                True,
                ("api", "web"),
                "is deployed by no push any more",
            )
        ],
    ),
    "deployments of fewer": (
        by(EVENT) + TWO,
        by(f"{EVENT}, repositories: [web]") + TWO,
        [
            (
                "deployment-removed",
                "attention",
                "ecr_deployments.repositories",
                False,
                ("api",),
                "is deployed by no event any more",
            )
        ],
    ),
    "others, by another event": (
        by(f"{EVENT}, repositories: [api]") + TWO,
        by(f"{PUSH}, repositories: [web]") + TWO,
        [
            (
                "deployment-removed",
                "attention",
                "ecr_deployments.repositories",
                False,
                ("api",),
                "is deployed by no event any more",
            )
        ],
    ),
    "events instead of pushes": (
        by(PUSH) + TWO,
        by(EVENT) + TWO,
        [
            (
                "deployment-changed",
                "attention",
                "ecr_deployments.trigger",
                False,
                (),
                "workloads are deployed by the event action.production DEPLOY, and by a push no more",
            )
        ],
    ),
    "pushes instead of events": (
        by(EVENT) + TWO,
        by(PUSH) + TWO,
        [
            (
                "deployment-changed",
                "attention",
                "ecr_deployments.trigger",
                False,
                (),
                "workloads are deployed by a push, and by the event action.production DEPLOY no more",
            )
        ],
    ),
    "other tags": (
        by(f"{PUSH}, tags: [latest, stable, 'v1*']") + TWO,
        by(f"{PUSH}, tags: [edge, 'v*']") + TWO,
        [
            (
                "deployment-changed",
                "attention",
                "ecr_deployments.tags",
                False,
                (),
                "a push of the tag latest, stable deploys no more",
            )
        ],
    ),
    "the default tag alone": (
        by(f"{PUSH}, tags: [stable, latest]") + TWO,
        by(PUSH) + TWO,
        [
            (
                "deployment-changed",
                "attention",
                "ecr_deployments.tags",
                True,
                (),
                "a push of the tag stable deploys no more",
            )
        ],
    ),
    "another event": (
        by(EVENT) + TWO,
        by(f"{EVENT}, detail_type: Ship, event_bus_name: deployments") + TWO,
        [
            (
                "deployment-changed",
                "attention",
                "ecr_deployments.detail_type",
                False,
                (),
                (
                    "workloads are deployed by another event: detail_type is Ship instead of DEPLOY, event_bus_name is "
                    "deployments instead of default"
                ),
            )
        ],
    ),
    "another target": (
        by(PUSH) + TWO,
        by(PUSH.replace(":deploy", ":ship")) + TWO,
        [
            (
                "deployment-changed",
                "note",
                "ecr_deployments.target_arn",
                False,
                (),
                f"{LAMBDA}:ship is told to deploy instead of {LAMBDA}:deploy",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_deployed_otherwise_is_told(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected
    assert {each.consequence for each in found(base, head)} == {"breaks"}


KEPT = {
    "a comment": (by(PUSH) + TWO, f"# deployed\n{by(PUSH)}{TWO}"),
    "defaults written out": (by(PUSH) + TWO, by(f"{PUSH}, tags: [latest]") + TWO),
    "another order": (
        by(f"{EVENT}, repositories: [web, api]") + TWO,
        by(f"{EVENT}, repositories: [api, web]") + TWO,
    ),
    "all named": (by(EVENT) + TWO, by(f"{EVENT}, repositories: [web, api]") + TWO),
    "more tags": (by(PUSH) + TWO, by(f"{PUSH}, tags: [latest, stable]") + TWO),
    "any tag": (by(f"{PUSH}, tags: [latest, 'v*']") + TWO, by(f"{PUSH}, tags: ['*']") + TWO),
    "a workload whose repository goes": (by(EVENT) + TWO, by(EVENT) + "ecr_repositories: {web: {}}\n"),
    "deployments that come": (TWO, by(PUSH) + TWO),
    "none on either side": (TWO, "ecr_repositories: {web: {}}\n"),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_deployed_as_before_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_a_part_of_a_tag_is_no_pattern_of_it():
    (each,) = found(by(f"{PUSH}, tags: [stable-2]") + TWO, by(f"{PUSH}, tags: [stable]") + TWO)
    assert each.what == "a push of the tag stable-2 deploys no more"


def test_a_file_that_comes_or_goes_is_told_elsewhere():
    text = DEV + by(PUSH) + TWO
    assert [*judge_deployments(change_of({"dev.yaml": text}, {}))] == []
    assert [*judge_deployments(change_of({}, {"dev.yaml": text}))] == []
