"""Names of repositories, held to botocore's model of ECR, and the Terraform addresses made from logical names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.names import (
    check_logical_name,
    check_repository_name,
    check_template,
    expand_template,
    terraform_address,
)
from tests.unit.aws_models import near, takes

# The pattern of the model makes hypothesis take seconds; these are names that match it.
PARTS = st.lists(st.text("as19", min_size=1, max_size=3), min_size=1, max_size=3)
NAMES = st.lists(
    st.sampled_from(["-", "--", "_", "__", ".", "/"]).flatmap(lambda sign: PARTS.map(sign.join)), min_size=1, max_size=3
).map("/".join)
LIKE_NAMES = near(NAMES | NAMES.map(lambda name: (name * 256)[:256]))


@given(LIKE_NAMES)
def test_a_name_is_right_where_ecr_takes_it(name):
    assert (check_repository_name(name) == []) == takes("ecr", "RepositoryName", name)


@pytest.mark.parametrize("name", ["a--b", "a__b", "1abc", "a" * 256, "ab", "team/web.app/v1_2"])
def test_names_that_older_patterns_refuse_are_right(name):
    assert takes("ecr", "RepositoryName", name)
    assert check_repository_name(name) == []


@pytest.mark.parametrize(
    "name", ["a", "a" * 257, "Web", "a..b", "a___b", "a._b", "-a", "a-", "/a", "a/", "a//b", "", 5]
)
def test_a_wrong_name_is_reported_where_it_stands(name):
    (problem,) = check_repository_name(name, "web", "repository_name")
    assert (problem.key, problem.code) == ("web.repository_name", "repository-name")
    assert problem.got == (repr(name) if len(str(name)) < 60 else f"'{'a' * 56}...")


def test_a_token_may_become_any_name():
    assert check_repository_name("${TfToken[TOKEN.0]}-web") == []


@given(LIKE_NAMES)
def test_a_logical_name_is_a_repositorys_name_of_which_one_character_will_do(name):
    assert (check_logical_name(name) == []) == takes("ecr", "RepositoryName", name if len(name) > 1 else name * 2)


# Changing any of these would make Terraform replace the repository and delete its images.
ADDRESSES = {
    "web": "web",
    "web-app": "web-app",
    "web_app": "web_app",
    "web__app": "web__app",
    "web--app": "web--app",
    "web.app": "web_D_app",
    "team/api": "team_S_api",
    "team/api.v2/x-y": "team_S_api_D_v2_S_x-y",
    "1": "N_1",
    "3scale": "N_3scale",
    "2048/game": "N_2048_S_game",
}


@pytest.mark.parametrize(("logical_name", "address"), ADDRESSES.items())
def test_an_address_never_changes(logical_name, address):
    assert terraform_address(logical_name) == address


@given(NAMES)
def test_an_address_is_an_identifier_of_terraform(logical_name):
    # https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", terraform_address(logical_name))


def logical_name_of(address: str) -> str:
    """Return the logical name that an address was made from."""
    return address.removeprefix("N_").replace("_S_", "/").replace("_D_", ".")


@given(NAMES)
def test_an_address_leads_back_to_its_logical_name_so_that_no_two_share_one(logical_name):
    assert logical_name_of(terraform_address(logical_name)) == logical_name


def values(project: str = "shop", env: str = "dev", name: str = "web") -> dict[str, str]:
    return {"project": project, "env": env, "name": name}


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{project}-{env}-{name}", "shop-dev-web"),
        ("{name}", "web"),
        ("{project}/{env}/{name}", "shop/dev/web"),
        ("images/{name}__{name}.v1", "images/web__web.v1"),
    ],
)
def test_a_template_is_filled_in(template, name):
    assert check_template(template) == []
    assert expand_template(template, values()) == name


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{project}-{env}", "must contain {name}"),
        ("web", "must contain {name}"),
        ("", "must contain {name}"),
        ("{{name}}", "must contain {name}"),
        ("{name}-{stage}", "must use the placeholders {project}, {env}, {name} alone, got '{stage}'"),
        ("{name}-{}", "alone, got '{}'. Remove the placeholder."),
        ("{name}-{0}", "alone, got '{0}'. Remove the placeholder."),
        ("{nmae}-{name}", "Did you mean 'name'?"),
        ("{name.upper}-{name}", "alone, got '{name.upper}'. Remove the placeholder."),
        ("{name[0]}-{name}", "alone, got '{name[0]}'"),
        ("{name!r}", "alone, got '{name!r}'. Write {name}: names take no format."),
        ("{name:>10}", "alone, got '{name:>10}'. Write {name}: names take no format."),
        ("{name", "must be a template (expected '}' before end of string)"),
        ("name}", "must be a template (Single '}' encountered in format string)"),
        ("{project}-DEV-{name}", "must make names that ECR takes"),
        ("{name}-", "must make names that ECR takes"),
        ("{project}..{name}", "must make names that ECR takes"),
        ("{project} {name}", "must make names that ECR takes"),
        ("{name}-{{x}}", "must make names that ECR takes"),
        ("x" * 255 + "{name}", "must make names that ECR takes"),
    ],
)
def test_a_wrong_template_is_reported_once(template, words):
    (problem,) = check_template(template, "ecr_repository_name")

    assert (problem.key, problem.code) == ("ecr_repository_name", "name-template")
    assert words in str(problem)


def test_every_wrong_placeholder_is_reported():
    assert [problem.got for problem in check_template("{a}{b}")] == ["'{a}'", "'{b}'", "'{a}{b}'"]


SHORT = st.text("az09", min_size=2, max_size=4)
AROUND = st.lists(
    st.sampled_from(["{project}", "{env}", "{name}", "-", "--", "/", "_", "__", ".", "v1", "V", " "]), max_size=4
)


@given(AROUND, AROUND, SHORT, SHORT, NAMES)
def test_a_template_is_right_where_it_makes_right_names_of_all_that_are_right(before, after, project, env, name):
    template = "".join([*before, "{name}", *after])
    made = expand_template(template, values(project, env, name * 2 if len(name) == 1 else name))

    assert (check_template(template) == []) == (check_repository_name(made) == [])


@given(st.text("{}[]!:.<0ename-", max_size=12))
def test_any_text_is_a_template_or_a_problem(text):
    if check_template(text) == []:
        assert check_repository_name(expand_template(text, values())) == []
