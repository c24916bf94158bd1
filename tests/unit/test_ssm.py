"""Paths in Parameter Store: their rules, and who publishes where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.ssm import (
    DEFAULT_PREFIX,
    PARAMETERS,
    PublishedPaths,
    check_parameter_path,
    parameter_path,
)

LONGEST_REGION = "ap-southeast-99"


def test_a_path_is_prefix_logical_name_and_parameter():
    assert parameter_path("/ecr", "team/api", "url") == "/ecr/team/api/url"
    assert parameter_path("/ecr/", "web", "config") == "/ecr/web/config"


def test_eight_parameters_are_published_each_with_a_description_that_parameter_store_takes():
    assert [*PARAMETERS] == [
        "url",
        "arn",
        "name",
        "registry-id",
        "scan-on-push",
        "encryption-type",
        "tag-mutability",
        "config",
    ]
    # 1,024 characters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
    assert all(len(text.format(name="n" * 256)) <= 1024 for text in PARAMETERS.values())


@pytest.mark.parametrize(
    "path",
    [DEFAULT_PREFIX, "/ecr/team/api", "/a", "/A_b.c-9", "/images/aws/ssm", "/xaws", "/" + "/".join("abcdefghijklmn")],
)
def test_a_path_that_parameter_store_takes_has_no_problem(path):
    assert check_parameter_path(path) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "ssm-path"),
        ("/", "ssm-path"),
        ("ecr", "ssm-path"),
        ("/ecr/", "ssm-path"),
        ("//ecr", "ssm-path"),
        ("/ecr//web", "ssm-path"),
        ("/ecr web", "ssm-path"),
        ("/ecr\n", "ssm-path"),
        ("/ecr/{env}", "ssm-path"),
        ("/\N{LATIN SMALL LETTER E WITH ACUTE}cr", "ssm-path"),
        ("/aws", "ssm-path-reserved"),
        ("/SSM/ecr", "ssm-path-reserved"),
        ("/awsome", "ssm-path-reserved"),
        ("/" + "/".join("abcdefghijklmno"), "ssm-path-levels"),
        ("/" + "a" * 939, "ssm-path-length"),
    ],
)
def test_a_path_that_parameter_store_refuses_has_one_problem(path, code):
    (problem,) = check_parameter_path(path, "ecr_ssm_prefix")
    assert (problem.key, problem.code) == ("ecr_ssm_prefix", code)


def test_every_rule_that_a_path_breaks_is_reported():
    codes = [problem.code for problem in check_parameter_path("/aws" + "/a" * 600)]
    assert codes == ["ssm-path-reserved", "ssm-path-levels", "ssm-path-length"]


def test_the_longest_path_leaves_room_for_the_longest_arn_of_1011_characters():
    path = "/" + "a" * 937
    arns = [
        f"arn:{partition_of(region)}:ssm:{region}:111111111111:parameter{path}/{parameter}"
        for region in ("us-gov-west-1", "cn-northwest-1", LONGEST_REGION)
        for parameter in PARAMETERS
    ]

    assert check_parameter_path(path) == []
    assert check_parameter_path(path + "a") != []
    assert max(map(len, arns)) <= 1011


def test_a_token_may_become_any_path():
    assert check_parameter_path("${var.prefix}/web") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/ecr/web", "/ecr/web"),
        ("/ecr/web", "/ecr/web/url"),
        ("/ecr/web", "/ecr/web/url/x"),
        ("/ecr/web/config", "/ecr/web"),
        ("/ecr/web/config/x/y", "/ecr/web"),
    ],
)
def test_two_paths_collide_if_one_lies_at_or_below_a_parameter_of_the_other(one, other):
    published = PublishedPaths()

    assert published.add(one, "first") is None
    assert published.add(other, "second") == "first"
    assert len(published) == len(PARAMETERS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/ecr/web", "/ecr/web-url"),
        ("/ecr/web", "/ecr/web/api"),
        ("/ecr/web/api", "/ecr/web"),
        ("/ecr/web", "/ecr/api"),
        ("/ecr/url", "/ecr/web"),
        ("/a/web", "/b/web"),
    ],
)
def test_other_paths_go_together(one, other):
    published = PublishedPaths()

    assert [published.add(one, "first"), published.add(other, "second")] == [None, None]
    assert len(published) == 2 * len(PARAMETERS)


PATHS = st.lists(st.sampled_from(["a", "b", "url", "config"]), min_size=1, max_size=4).map(
    lambda levels: "/" + "/".join(levels)
)


@given(st.lists(PATHS, max_size=6))
def test_whatever_is_published_no_parameter_lies_at_or_below_another(paths):
    published = PublishedPaths()
    taken = [path for path in paths if published.add(path, path) is None]
    parameters = [f"{path}/{parameter}" for path in taken for parameter in PARAMETERS]

    assert len(published) == len(parameters) == len(set(parameters))
    assert not any(one.startswith(f"{other}/") for one in parameters for other in parameters)


@given(PATHS, PATHS)
def test_whether_two_paths_collide_does_not_depend_on_their_order(one, other):
    def collide(first: str, second: str) -> bool:
        published = PublishedPaths()
        return [published.add(first, "first"), published.add(second, "second")][1] is not None

    assert collide(one, other) == collide(other, one)
