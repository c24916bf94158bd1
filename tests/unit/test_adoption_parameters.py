"""Parameters that exist when their repository is adopted."""

from __future__ import annotations

import pytest

from ecr_constructs.adoption.describe import describe
from ecr_constructs.adoption.draft import Account
from ecr_constructs.adoption.existing import left_parameters
from ecr_constructs.adoption.parameters import parameter_effects
from ecr_constructs.adoption.read import FoundParameter, FoundRepository
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.reading.parse import parse_environment

ACCOUNT, REGION = "999999999999", "us-east-1"
URL = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop-dev-web"
RIGHT = {"/ecr/web/url": FoundParameter("String", URL)}
ALL = ("url", "arn", "name", "registry-id", "scan-on-push", "encryption-type", "tag-mutability", "config")


def environment(adopt=(), **settings):
    data = {"project": "shop", "env": "dev", "region": REGION, **settings}
    made, problems = parse_environment({**data, "ecr_repositories": {"web": {"adopt": list(adopt)}}}, file="dev.yaml")
    assert problems == []
    return made


def effects(adopt, there, **settings):
    return parameter_effects(environment(adopt, **settings).repositories["web"], there, ACCOUNT)


def texts(adopt, there, kind):
    return [text for each, text in effects(adopt, there).notes if each == kind]


def described(there, **settings):
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop-dev-web"
    entry, problems = describe(
        FoundRepository(name="shop-dev-web", arn=arn, scan_on_push=True),
        "web",
        environment=environment(**settings),
        defaults=RepositoryOptions.model_validate({}),
        account=Account(account_id=ACCOUNT),
        parameters=there,
    )
    assert problems == []
    return entry.options["adopt"]


class TestWritten:
    def test_those_that_exist_are_named_one_by_one(self):
        assert described(RIGHT) == ["repository", "parameters/url"]

    def test_all_of_a_layout_are_named_together(self):
        there = {f"/ecr/web/{name}": FoundParameter("String", "") for name in ALL}
        assert described(there) == ["repository", "parameters"]
        assert described({**RIGHT, "/ecr/web/config": RIGHT["/ecr/web/url"]}, ecr_ssm_layout="config") == [
            "repository",
            "parameters",
        ]

    def test_those_of_another_prefix_or_layout_are_nobodys(self):
        assert described(RIGHT, ecr_ssm_prefix="/other") == ["repository"]
        there = {"/ecr/web/arn": FoundParameter("String", "")}
        assert described(there, ecr_ssm_layout="config") == ["repository"]

    @pytest.mark.parametrize("there", [None, {}, {"/ecr/web/url": FoundParameter("SecureString", "x")}])
    def test_what_is_not_known_not_there_or_no_string_is_not_named(self, there):
        assert described(there) == ["repository"]


class TestEffects:
    def test_what_exists_is_imported_and_the_rest_made(self):
        made = effects(["repository", "parameters/url"], RIGHT)
        assert (made.imported, made.made, made.notes) == (1, 7, ())

    def test_where_nothing_is_known_the_file_is_believed(self):
        made = effects(["parameters"], None, ecr_ssm_layout="config")
        assert (made.imported, made.made, made.notes) == (2, 0, ())

    def test_another_url_is_a_change_and_a_warning(self):
        there = {"/ecr/web/url": FoundParameter("String", "old.example/web")}
        assert texts(["parameters/url"], there, "changed") == [
            f"parameter /ecr/web/url: '{URL}' instead of 'old.example/web'"
        ]
        (warning,) = texts(["parameters/url"], there, "warning")
        assert warning.endswith(f"whatever reads it pulls from {URL} after the first apply")

    def test_what_exists_and_is_not_adopted_is_a_warning_that_says_what_to_add(self):
        (warning,) = texts(["repository"], RIGHT, "warning")
        assert warning == (
            "has parameters already, at which the apply would stop: add parameters/url to adopt (/ecr/web/url)"
        )

    def test_what_is_adopted_and_not_there_is_a_warning_that_says_what_is(self):
        (warning,) = texts(["parameters/url", "parameters/arn"], RIGHT, "warning")
        assert warning == (
            "has no parameter /ecr/web/arn to adopt, so that Terraform would refuse to plan: "
            "name parameters/url in adopt instead"
        )
        (warning,) = texts(["parameters/arn"], {}, "warning")
        assert warning.endswith("take parameters out of adopt")

    def test_another_type_is_a_warning_whether_adopted_or_not(self):
        there = {"/ecr/web/url": FoundParameter("SecureString", "x")}
        for adopt in ([], ["parameters/url"]):
            made = effects(adopt, there)
            ((kind, text),) = made.notes
            assert (kind, made.imported, made.made) == ("warning", 0, 7)
            assert text.startswith("has a parameter /ecr/web/url of type SecureString")


def test_parameters_of_others_are_put_together_by_what_adopts_them():
    data = {"project": "shop", "env": "dev", "region": REGION, "ecr_ssm_layout": "config"}
    data["ecr_repositories"] = {"api": {}, "job": {"adopt": ["parameters"]}, "site": {}, "web": {}}
    made, _ = parse_environment(data, file="dev.yaml")
    names = ("/ecr/api/url", "/ecr/job/url", "/ecr/web/url")
    there = {name: FoundParameter("String", "") for name in names}
    there["/ecr/site/config"] = FoundParameter("StringList", "")
    assert left_parameters(made.repositories.values(), there) == (
        {"parameters/url": ("api", "web")},
        ("/ecr/site/config (StringList)",),
    )
