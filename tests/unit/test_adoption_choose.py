"""Which repositories are adopted, and by which logical names."""

from __future__ import annotations

import pytest

from ecr_constructs.adoption.choose import choose, logical_names
from ecr_constructs.adoption.read import FoundRepository
from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput

ACCOUNT = "111111111111"


def found(*names):
    return [FoundRepository(name=name, arn=f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{name}") for name in names]


@pytest.fixture
def environments(tmp_path):
    """Return a function that loads environments: `dev="..."` as dev.yaml."""

    def load(**texts):
        for name, text in texts.items():
            head = f"project: shop\nenv: {name}\nregion: us-east-1\n"
            (tmp_path / f"{name}.yaml").write_text(head + text, encoding="utf-8")
        return load_environments(tmp_path)

    return load


def taken(choice):
    return [each.name for each in choice.taken]


def test_everything_that_is_not_declared_is_taken(environments):
    loaded = environments(dev="ecr_repositories: {web: {}}\nservices: [api]\n")
    choice = choose(found("other", "shop-dev-web", "shop_service_api"), loaded, "dev", ACCOUNT)
    assert taken(choice) == ["other"]
    assert {name: each.name for name, each in choice.declared.items()} == {
        "web": "shop-dev-web",
        "service_api": "shop_service_api",
    }


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"prefix": "team/"}, ["team/api", "team/web"]),
        ({"patterns": ["*/web"]}, ["team/web"]),
        ({"patterns": ["*/web", "bil?ing"]}, ["billing", "team/web"]),
        ({"prefix": "team/", "patterns": ["*api"]}, ["team/api"]),
        ({"excluded": ["team/*"]}, ["billing"]),
    ],
)
def test_prefixes_and_patterns_choose(environments, options, names):
    loaded = environments(dev="")
    assert taken(choose(found("billing", "team/api", "team/web"), loaded, "dev", ACCOUNT, **options)) == names


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prefix": "x"}, "--prefix: must match a repository that is there, got 'x'."),
        ({"patterns": ["bilking"]}, "--repository: must match a repository that is there, got 'bilking'. Did you mean"),
        ({"excluded": ["y*"]}, "--exclude: must match a repository that is there, got 'y*'."),
    ],
)
def test_what_matches_nothing_is_an_error(environments, options, message):
    with pytest.raises(InvalidInput, match=message.replace("*", r"\*")):
        choose(found("billing"), environments(dev=""), "dev", ACCOUNT, **options)


@pytest.mark.parametrize(
    ("other", "elsewhere"),
    [
        ("", {"shop-prod-web": "prod"}),
        (f'account_id: "{ACCOUNT}"\n', {"shop-prod-web": "prod"}),
        ('account_id: "222222222222"\n', {}),
    ],
    ids=["unknown account", "same account", "another account"],
)
def test_what_another_environment_declares_is_left_to_it(environments, other, elsewhere):
    loaded = environments(dev="", prod=f"{other}ecr_repositories: {{web: {{}}}}\n")
    choice = choose(found("billing", "shop-prod-web"), loaded, "dev", ACCOUNT)
    assert choice.elsewhere == elsewhere
    assert ("shop-prod-web" in taken(choice)) is not bool(elsewhere)


@pytest.mark.parametrize(
    ("template", "name", "logical"),
    [
        ("{project}-{env}-{name}", "shop-dev-web", "web"),
        ("{project}-{env}-{name}", "shop-dev-team/web", "team/web"),
        ("{project}-{env}-{name}", "shop-prod-web", "shop-prod-web"),
        ("{project}-{env}-{name}", "shop-dev--web", "shop-dev--web"),
        ("{name}", "anything/at.all", "anything/at.all"),
        ("{env}/{name}-images", "dev/web-images", "web"),
        ("{env}/{name}-images", "dev/web", "dev/web"),
        ("{name}/{name}", "web/web", "web/web"),
    ],
)
def test_the_logical_name_is_what_the_template_has_for_it(environments, template, name, logical):
    (dev,) = environments(dev=f'ecr_repository_name: "{template}"\n')
    assert logical_names([name], dev.settings, ()) == {name: logical}


def test_a_name_that_is_used_gets_a_number(environments):
    """The one that the template made keeps its name."""
    (dev,) = environments(dev="")
    names = logical_names(["api", "shop-dev-api", "web"], dev.settings, {"web", "web-2"})
    assert names == {"api": "api-2", "shop-dev-api": "api", "web": "web-3"}
