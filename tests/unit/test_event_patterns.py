"""Which events of AWS's samples each pattern means, as another's matcher of EventBridge's patterns sees it."""

import fnmatch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.events.patterns import (
    LONGEST_PATTERN,
    check_event_tags,
    check_pattern,
    image_deleted,
    image_pushed,
    image_replicated,
    pushed_anywhere,
    render_pattern,
    scan_completed,
)
from tests.unit.aws_events import ACCOUNT, SAMPLES, like, matches
from tests.unit.aws_models import takes

NAME, HUB = "my-repository-name", "docker-hub/alpine"
ARN = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{NAME}"
WEST, EAST = {"account_id": ACCOUNT, "region": "us-west-2"}, {"account_id": ACCOUNT, "region": "us-east-1"}
PATTERNS = {
    "push": image_pushed(NAME, **WEST),
    "delete": image_deleted(NAME, **WEST),
    "replication": image_replicated(HUB, **EAST),
    "scan": scan_completed(NAME, ARN, **EAST),
}
MEANT = {"push": {"push"}, "delete": {"delete"}, "replication": {"replication"}, "scan": {"scan", "enhanced scan"}}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("kind", PATTERNS)
def test_of_awss_samples_each_pattern_means_its_own_alone(kind, sample):
    assert matches(PATTERNS[kind], SAMPLES[sample]) == (sample in MEANT[kind])


@pytest.mark.parametrize("kind", PATTERNS)
@pytest.mark.parametrize(
    "changes",
    [
        {"account": "999999999999"},
        {"region": "eu-west-1"},
        {"source": "shop.app"},
        {"detail_type": "Something else"},
        {"repository_name": "another"},
        {"repository_name": f"{NAME}-2"},
        {"repository_name": f"team/{NAME}"},
        {"repository_name": NAME.upper()},
    ],
    ids=str,
)
def test_nothing_from_elsewhere_and_of_no_other_repository(kind, changes):
    for sample in MEANT[kind]:
        assert not matches(PATTERNS[kind], like(sample, **changes))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("push", {"result": "FAILURE"}),
        ("delete", {"result": "FAILURE"}),
        ("replication", {"result": "FAILED"}),
        ("replication", {"action_type": "DELETE"}),
        ("scan", {"scan_status": "FAILED"}),
    ],
)
def test_what_did_not_succeed_is_not_meant(kind, changes):
    assert not matches(PATTERNS[kind], like(kind, **changes))


def test_a_failed_enhanced_scan_and_one_of_another_account_are_not_meant():
    assert not matches(PATTERNS["scan"], like("enhanced scan", scan_status="INACTIVE"))
    other = ARN.replace(ACCOUNT, "999999999999")
    assert not matches(PATTERNS["scan"], like("enhanced scan", repository_name=other))


@pytest.mark.parametrize(
    ("tags", "meant", "others"),
    [
        (["latest"], ["latest"], ["latest2", "LATEST", "a-latest", "late"]),
        (["v*"], ["v", "v1", "v1.2-rc"], ["1v", "V1", "latest"]),
        (["*-prod"], ["a-prod", "-prod"], ["prod", "a-prod-1"]),
        (["v*-rc*"], ["v1-rc2", "v-rc"], ["v1", "rc1", "xv1-rc2"]),
        (["*build*"], ["build", "a-build-2"], ["buil", "latest"]),
        (["main-*-amd64"], ["main-3-amd64"], ["main-3-arm64", "main-amd64"]),
        (["latest", "v*", "*-rc*"], ["latest", "v2", "x-rc1"], ["dev", "rc1"]),
        (["*"], ["latest", "v1", "a.b_c-d"], []),
        (["v1.2"], ["v1.2"], ["v1x2"]),
    ],
    ids=str,
)
def test_tags_choose_pushes(tags, meant, others):
    pattern = image_pushed(NAME, tags, **WEST)
    assert check_event_tags(tags, "tags") == []
    assert [tag for tag in meant if not matches(pattern, like("push", image_tag=tag))] == []
    assert [tag for tag in others if matches(pattern, like("push", image_tag=tag))] == []
    assert not matches(pattern, like("push", "image-tag"))


def test_without_tags_any_push_is_meant_and_that_of_an_image_without_a_tag():
    assert matches(PATTERNS["push"], like("push", image_tag="anything"))
    assert matches(PATTERNS["push"], like("push", "image-tag"))


def test_the_order_of_tags_says_nothing():
    assert image_pushed(NAME, ["b", "a", "b"]) == image_pushed(NAME, ["a", "b"])


@pytest.mark.parametrize(
    "tags", [["a**"], [""], [".a"], ["-a"], ["a b"], ["x" * 129], ["a/b"], ["a:b"], ["a", "a"], ["a?"]], ids=str
)
def test_a_tag_that_no_push_has_or_twice(tags):
    assert [(problem.path[0], problem.code) for problem in check_event_tags(tags, "tags")] == [("tags", "event-tags")]


class TestPushesToSeveral:
    def test_all_of_them_are_meant_by_name(self):
        pattern = pushed_anywhere([NAME, HUB, NAME], ["latest"], **WEST)
        assert pattern["detail"]["repository-name"] == sorted([NAME, HUB])
        assert matches(pattern, SAMPLES["push"])
        assert matches(pattern, like("push", repository_name=HUB))
        assert not matches(pattern, like("push", repository_name="other"))

    def test_too_many_for_a_pattern_are_meant_by_what_they_begin_with(self):
        names = [f"shop/dev/service-{number:03}" for number in range(200)]
        pattern = pushed_anywhere(names, ["latest"], **WEST)
        assert pattern["detail"]["repository-name"] == [{"prefix": "shop/dev/service-"}]
        assert all(matches(pattern, like("push", repository_name=name, image_tag="latest")) for name in names)
        assert not matches(pattern, like("push", repository_name="shop/prod/service-001"))
        assert not matches(pattern, like("push", repository_name=names[0], image_tag="v1"))

    def test_with_nothing_in_common_any_repository_is(self):
        names = [f"{letter}{number:03}" for letter in "ab" for number in range(200)]
        pattern = pushed_anywhere(names, ["latest"], **WEST)
        assert pattern["detail"]["repository-name"] == [{"exists": True}]
        assert all(matches(pattern, like("push", repository_name=name)) for name in names)

    @pytest.mark.parametrize(("number", "by_name"), [(2, True), (60, True), (400, False)])
    def test_each_is_as_long_as_eventbridge_takes_it(self, number, by_name):
        names = [f"shop/dev/service-{each:03}" for each in range(number)]
        pattern = pushed_anywhere(names, ["latest"], **WEST)
        assert len(render_pattern(pattern)) <= LONGEST_PATTERN
        assert (pattern["detail"]["repository-name"] == names) == by_name


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_patterns_are_of_the_form_that_the_api_takes(pattern):
    assert takes("events", "EventPattern", render_pattern(pattern))


@pytest.mark.parametrize(("length", "right"), [(2048, True), (2049, False)])
def test_the_quota_counts_characters(length, right):
    name = "a" * (length - len(render_pattern({"a": [""]})))
    problems = check_pattern({"a": [name]}, "event_pattern", fix="Shorten it.")
    assert [(problem.key, problem.code) for problem in problems] == [("event_pattern", "event-pattern")] * (not right)


_LETTERS = st.text("ab1.-", min_size=1, max_size=4)


@settings(max_examples=200)
@given(
    parts=st.lists(_LETTERS, min_size=1, max_size=3),
    tag=st.text("ab1.-", min_size=1, max_size=8),
    ends=st.integers(0, 3),
)
def test_wildcards_mean_what_they_mean_everywhere(parts, tag, ends):
    """The standard library's matching of file names knows the same `*`."""
    chosen = ("*" if ends & 1 else "") + "*".join(parts) + ("*" if ends & 2 else "")
    said = matches(image_pushed(NAME, [chosen], **WEST), like("push", image_tag=tag))
    assert said == fnmatch.fnmatchcase(tag, chosen)
