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
                "deployment-added",
                "attention",
                "ecr_deployments.repositories",
                False,
                ("web",),
                "is newly deployed by a push of the tag latest",
            ),
            (
                "deployment-removed",
                "attention",
                "ecr_deployments.repositories",
                False,
                ("api",),
                "is deployed by no event any more",
            ),
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
                "deployment-added",
                "attention",
                "ecr_deployments.tags",
                False,
                (),
                "a push of the tag edge, v* newly deploys",
            ),
            (
                "deployment-changed",
                "attention",
                "ecr_deployments.tags",
                False,
                (),
                "a push of the tag latest, stable deploys no more",
            ),
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
    opens = {each.code == "deployment-added": each.consequence for each in found(base, head)}
    assert opens.get(False, "breaks") == "breaks"
    assert opens.get(True, "opens") == "opens"


KEPT = {
    "a comment": (by(PUSH) + TWO, f"# deployed\n{by(PUSH)}{TWO}"),
    "defaults written out": (by(PUSH) + TWO, by(f"{PUSH}, tags: [latest]") + TWO),
    "another order": (
        by(f"{EVENT}, repositories: [web, api]") + TWO,
        by(f"{EVENT}, repositories: [api, web]") + TWO,
    ),
    "all named": (by(EVENT) + TWO, by(f"{EVENT}, repositories: [web, api]") + TWO),
    "a tag that a pattern covers": (by(f"{PUSH}, tags: ['v*']") + TWO, by(f"{PUSH}, tags: ['v*', v1]") + TWO),
    "a new repository": (by(PUSH) + "ecr_repositories: {web: {}}\n", by(PUSH) + TWO),
    "AWS's numbers written out": (
        by(PUSH) + TWO,
        by(f"{PUSH}, maximum_retry_attempts: 185, maximum_event_age_in_seconds: 86400") + TWO,
    ),
    "a workload whose repository goes": (by(EVENT) + TWO, by(EVENT) + "ecr_repositories: {web: {}}\n"),
    "none on either side": (TWO, "ecr_repositories: {web: {}}\n"),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_deployed_as_before_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_a_part_of_a_tag_is_no_pattern_of_it():
    _, each = found(by(f"{PUSH}, tags: [stable-2]") + TWO, by(f"{PUSH}, tags: [stable]") + TWO)
    assert each.what == "a push of the tag stable-2 deploys no more"


def test_a_file_that_comes_or_goes_is_told_elsewhere():
    text = DEV + by(PUSH) + TWO
    assert [*judge_deployments(change_of({"dev.yaml": text}, {}))] == []
    assert [*judge_deployments(change_of({}, {"dev.yaml": text}))] == []


BUS = "arn:aws:events:us-east-1:999999999999:event-bus/x"
ELSEWHERE = f"trigger: push, target_arn: '{BUS}'"
TOLD = f"account 999999999999 is newly told what is to be deployed, by {BUS}"


@pytest.mark.parametrize("base", ["", by(PUSH), by(EVENT)])
def test_a_stranger_who_is_told_is_a_danger_whatever_was_there_before(base):
    strange = [each for each in found(base + TWO, by(ELSEWHERE) + TWO) if each.severity == "danger"]
    assert [(each.code, each.consequence, each.path, each.what) for each in strange] == [
        ("deployment-told-elsewhere", "opens", ("ecr_deployments", "target_arn"), TOLD)
    ]


def test_an_account_of_the_app_has_attention_and_one_that_comes_with_the_change_is_none():
    other = DEV.replace("env: dev", "env: tools").replace("1" * 12, "9" * 12) + TWO
    head = {"dev.yaml": DEV + by(ELSEWHERE) + TWO, "tools.yaml": other}
    for base, severity in (({"tools.yaml": other}, "attention"), ({}, "danger")):
        told_it = judge_deployments(change_of({"dev.yaml": DEV + TWO, **base}, head))
        assert [each.severity for each in told_it if each.code == "deployment-told-elsewhere"] == [severity]


def test_an_environment_that_comes_tells_strangers_as_well():
    (each,) = judge_deployments(change_of({}, {"dev.yaml": DEV + by(ELSEWHERE) + TWO}))
    assert (each.severity, each.code) == ("danger", "deployment-told-elsewhere")


def test_who_was_told_before_is_not_told_newly():
    other = ELSEWHERE.replace("bus/x", "bus/y")
    assert [each[0] for each in told(by(ELSEWHERE) + TWO, by(other) + TWO)] == ["deployment-changed"]


def test_deployments_that_come_are_a_note():
    assert told(TWO, by(PUSH) + TWO) == [
        (
            "deployment-added",
            "note",
            "ecr_deployments",
            False,
            ("api", "web"),
            "is newly deployed by a push of the tag latest",
        )
    ]


def test_more_that_is_deployed():
    one, other = (by(f"{EVENT}, repositories: {each}") + TWO for each in ("[web]", "[web, api]"))
    ((*first, what),) = told(one, other)
    assert first == ["deployment-added", "attention", "ecr_deployments.repositories", False, ("api",)]
    assert what == "is newly deployed by the event action.production"
    one, other = (by(f"{PUSH}, tags: ['{each}']") + TWO for each in ("release-*", "*"))
    ((*first, what),) = told(one, other)
    assert first == ["deployment-added", "attention", "ecr_deployments.tags", False, ()]
    assert what == "a push of the tag * newly deploys"


@pytest.mark.parametrize(
    ("option", "key", "what"),
    [
        (
            "role_arn: 'arn:aws:iam::111111111111:role/r'",
            "role_arn",
            "EventBridge reaches what deploys as arn:aws:iam::111111111111:role/r instead of a role that is made here",
        ),
        (
            "maximum_retry_attempts: 0",
            "maximum_retry_attempts",
            "an event that could not be delivered is tried again up to 0 times instead of 185, then lost",
        ),
        (
            "maximum_event_age_in_seconds: 60",
            "maximum_event_age_in_seconds",
            "an event that could not be delivered is tried for up to 60 seconds instead of 86,400, then lost",
        ),
    ],
)
def test_what_is_delivered_otherwise(option, key, what):
    queue = "trigger: push, target_arn: 'arn:aws:sqs:eu-west-1:111111111111:q'"
    assert told(by(queue) + TWO, by(f"{queue}, {option}") + TWO) == [
        ("deployment-changed", "attention", f"ecr_deployments.{key}", False, (), what)
    ]


def test_another_queue_for_what_could_not_be_delivered():
    one, other = (by(f"{PUSH}, dead_letter_arn: 'arn:aws:sqs:eu-west-1:111111111111:{each}'") + TWO for each in "ab")
    (each,) = found(one, other)
    assert (each.code, each.severity, each.consequence, each.path) == (
        "deployment-failures-unseen",
        "attention",
        "loosens watching",
        ("ecr_deployments", "dead_letter_arn"),
    )
    assert each.what == (
        "events that could not be delivered go to arn:aws:sqs:eu-west-1:111111111111:b instead of "
        "arn:aws:sqs:eu-west-1:111111111111:a"
    )
