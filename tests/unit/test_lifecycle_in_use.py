"""What is deployed is told from references, and kept by the smallest change."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given

from ecr_constructs.core.lifecycle import WrittenRule
from ecr_constructs.core.lifecycle.origin import Origin
from ecr_constructs.lifecycle.in_use import in_use_by, merged, read_in_use
from ecr_constructs.lifecycle.preview import monthly_cost, preview, size_of
from ecr_constructs.lifecycle.smallest import smallest_changes
from tests.unit.test_lifecycle_evaluation import NOW, image, images_of_a_repository, keep, older, rules_of_a_policy

HOST = "111111111111.dkr.ecr.us-east-1.amazonaws.com"
DIGEST = f"sha256:{'a' * 64}"
OTHER = f"sha256:{'b' * 64}"


def in_use(text, **options):
    found, problems = read_in_use(text, "team/web", **options)
    assert not problems
    return found


@pytest.mark.parametrize(
    ("reference", "tags", "digests"),
    [
        (f"{HOST}/team/web:v1", {"v1"}, set()),
        (f"{HOST}/team/web", {"latest"}, set()),
        (f"{HOST}/team/web@{DIGEST}", set(), {DIGEST}),
        (f"{HOST}/team/web:v1@{DIGEST}", set(), {DIGEST}),
        (f"docker-pullable://{HOST}/team/web@{DIGEST}", set(), {DIGEST}),
        ("team/web:v1", {"v1"}, set()),
        ("localhost/team/web:v1", {"v1"}, set()),
        ("localhost:5000/team/web:v1", {"v1"}, set()),
        (DIGEST, set(), {DIGEST}),
        (f'"{HOST}/team/web:v1",', {"v1"}, set()),
        (f'[\n    "{HOST}/team/web:v1",\n    "{HOST}/team/web@{DIGEST}"\n]', {"v1"}, {DIGEST}),
        ("# team/web:v1", set(), set()),
        ("", set(), set()),
        ('""', set(), set()),
    ],
)
def test_what_is_referred_to(reference, tags, digests):
    found = in_use(reference)
    assert (found.tags, found.digests, found.elsewhere) == (tags, digests, 0)


@pytest.mark.parametrize("reference", ["nginx", f"{HOST}/web:v1", f"{HOST}/team/web-admin:v1", "quay.io/team/api:v1"])
def test_what_is_elsewhere_is_counted(reference):
    found = in_use(reference)
    assert (found.tags, found.digests, found.elsewhere) == (frozenset(), frozenset(), 1)


def test_another_registry_is_elsewhere_where_the_own_one_is_known():
    other = HOST.replace("1", "2")
    found = in_use(f"{HOST}/team/web:v1 {other}/team/web:v2 team/web:v3", host=HOST)
    assert (found.tags, found.elsewhere) == ({"v1", "v3"}, 1)


def test_the_hosts_of_one_registry_are_one():
    dual_stack = "111111111111.dkr-ecr.us-east-1.on.aws"
    found = in_use(f"{dual_stack}/team/web:v1 {dual_stack.replace('us-east-1', 'eu-west-1')}/team/web:v2", host=HOST)
    assert (found.tags, found.elsewhere) == ({"v1"}, 1)


@pytest.mark.parametrize(
    ("host", "is_the_same"),
    [
        ("111111111111.dkr-ecr-fips.us-east-1.on.aws", True),
        ("111111111111.dkr.ecr-fips.us-east-1.amazonaws.com", True),
        ("111111111111.DKR.ECR.us-east-1.amazonaws.com", True),
        ("111111111111.dkr-ecr.us-east-1.on.example.com", False),
        ("222222222222.dkr-ecr.us-east-1.on.aws", False),
    ],
)
def test_only_the_hosts_of_aws_are_those_of_a_registry(host, is_the_same):
    found = in_use(f"{host}/team/web:v1", host=HOST)
    assert (found.tags, found.elsewhere) == (({"v1"}, 0) if is_the_same else (frozenset(), 1))


def test_what_may_be_of_the_repository_all_the_same_is_named():
    """A replica goes with its source where deletions are replicated; Docker prints an id where a tag has moved on."""
    replica = HOST.replace("us-east-1", "eu-west-1")
    found = in_use(f"{replica}/team/web:v1 {replica}/team/api:v1 0a1b2c3d4e5f nginx team/web:v2", host=HOST)
    assert found.doubtful == {f"{replica}/team/web:v1", "0a1b2c3d4e5f"}
    assert (found.tags, found.elsewhere) == ({"v2"}, 4)
    assert merged([found, in_use("5f4e3d2c1b0a", host=HOST)]).doubtful == {*found.doubtful, "5f4e3d2c1b0a"}


def test_words_of_one_line_are_references_each():
    assert in_use(f"team/web:v1 team/web:v2\n\n{DIGEST}").tags == {"v1", "v2"}


def test_every_word_that_is_none_is_said_with_its_line():
    found, problems = read_in_use("team/web:v1\nTeam/Web:v1 team/web:\n@", "team/web")
    assert [(problem.path, problem.got) for problem in problems] == [
        (("line", 2), "'Team/Web:v1'"),
        (("line", 2), "'team/web:'"),
        (("line", 3), "'@'"),
    ]
    assert found.tags == {"v1"}


def test_several_accounts_of_what_is_deployed_are_one():
    found = merged([in_use("team/web:v1 nginx"), in_use(f"team/web:v2 {DIGEST} nginx")])
    assert (found.tags, found.digests, found.elsewhere) == ({"v1", "v2"}, {DIGEST}, 2)


def test_an_index_is_deployed_where_an_image_of_it_is():
    images = [
        image("outer", "v1", children=("index",)),
        image("index", children=(DIGEST, "other")),
        image(DIGEST),
        image("other"),
        image("tagged", "v2", "stable"),
    ]
    assert in_use(f"{DIGEST} team/web:stable").of(images) == {
        DIGEST: DIGEST,
        "index": DIGEST,
        "outer": DIGEST,
        "tagged": "stable",
    }


def test_a_subject_is_deployed_where_its_signature_is():
    images = [image("image", "v1"), image(DIGEST, subject="image"), image(OTHER, subject="gone")]
    assert in_use(f"{DIGEST} {OTHER}").of(images) == {DIGEST: DIGEST, "image": DIGEST, OTHER: OTHER}


def test_who_refers_to_an_image_is_said_with_it():
    images = [image("index", children=(DIGEST,)), image(DIGEST), image("tagged", "v1")]
    found = merged(
        [
            in_use_by(f"team/web@{DIGEST}", "team/web", user="service web"),
            in_use_by(DIGEST, "team/web", user="another"),
            in_use_by("team/web:v1", "team/web"),
            in_use_by("quay.io/api:v1", "team/web", user="service api"),
        ]
    )
    assert found.of(images) == {DIGEST: f"{DIGEST} (service web)", "index": f"{DIGEST} (service web)", "tagged": "v1"}
    assert in_use_by("@", "team/web") is None


def test_what_is_deployed_and_not_there_any_more_is_said():
    images = [image(DIGEST, "v1")]
    assert in_use(f"team/web:v1 team/web:v9 {DIGEST} {OTHER}").missing(images) == ["v9", OTHER]


def written(rules):
    return [WrittenRule(each, Origin(("lifecycle_rules", number))) for number, each in enumerate(rules)]


def test_a_preview_says_what_goes_and_what_of_it_is_deployed():
    images = [image("new", "v3", pushed=1, size_in_bytes=5), image("old", "v1", pushed=9, size_in_bytes=7)]
    seen = preview(written([keep("any", 1)]), images, at=NOW, in_use={"old": "v1"})
    assert [each.image.digest for each in seen.outcomes] == ["new", "old"]
    assert [each.image.digest for each in seen.lost] == ["old"]
    assert (size_of(seen.of("expire")), size_of(seen.of("keep"))) == (7, 5)
    assert seen.origin_of(seen.lost[0].rule).path == ("lifecycle_rules", 0)


def test_a_gigabyte_costs_ten_cents_a_month():
    assert monthly_cost(10**9) == pytest.approx(0.1)
    assert monthly_cost(5 * 10**9, 0.2) == pytest.approx(1)


def changes(rules, images, *deployed):
    seen = preview(written(rules), images, at=NOW, in_use={each: each for each in deployed})
    return [(each.origin.path[-1], each.number) for each in smallest_changes(seen)]


def test_the_smallest_number_of_images_that_keeps_what_is_deployed():
    images = [image(str(number), "v1", pushed=number) for number in range(1, 10)]
    assert changes([keep("v*", 2)], images, "2") == []
    assert changes([keep("v*", 2)], images, "4") == [(0, 4)]
    assert changes([keep("v*", 2)], images, "4", "7", "1") == [(0, 7)]


def test_the_smallest_number_of_days_that_keeps_what_is_deployed():
    images = [image("A", pushed=9.5), image("B", pushed=9)]
    assert changes([older("any", 7)], images, "A") == [(0, 10)]
    assert changes([older("any", 7)], images, "B") == [(0, 9)]


def test_the_rule_that_acts_is_the_one_to_change():
    images = [image("A", "v1", pushed=9), image("B", pushed=8), image("C", pushed=7)]
    assert changes([older("v*", 5), keep("any", 1)], images, "A", "B") == [(0, 9), (1, 2)]


@given(rules_of_a_policy(), images_of_a_repository())
def test_with_the_changes_nothing_deployed_goes_and_with_one_less_something_does(rules, images):
    deployed = {each.digest: each.digest for each in images if each.subject is None}
    seen = preview(written(rules), images, at=NOW, in_use=deployed)
    changed = {each.rule.rule_priority: each.number for each in smallest_changes(seen)}
    assert bool(changed) == bool(seen.lost)
    for less in (None, *changed):
        numbers = {**changed, less: changed[less] - 1} if less else changed
        then = preview(with_numbers(seen.written, numbers), images, at=NOW, in_use=deployed)
        assert bool(then.lost) == (less is not None)


def with_numbers(rules, numbers):
    return [
        WrittenRule(
            dataclasses.replace(each.rule, count_number=numbers.get(each.rule.rule_priority, each.rule.count_number)),
            each.origin,
        )
        for each in rules
    ]
