"""What an environment wants of its registry fits the constructs that make it."""

from __future__ import annotations

import inspect

import pytest
import yaml

import ecr_constructs
from ecr_constructs.config.desired import Wanted, created_key_of, everything, wanted_of
from ecr_constructs.config.desired import registry as registry_subjects
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import load_file
from ecr_constructs.config.model.kms import KeyToCreate
from tests.unit.every_option import ENVIRONMENTS, REGISTRY
from tests.unit.file_models import models_in


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with every key about the registry."""
    file = tmp_path_factory.mktemp("wanted") / "dev.yaml"
    file.write_text(yaml.safe_dump(REGISTRY), encoding="utf-8")
    return load_file(file)


@pytest.fixture(scope="module")
def wanted(environment: Environment) -> list[Wanted]:
    return [*wanted_of(environment), *created_key_of(environment)]


def keys_in(value: object) -> set[str]:
    """Return every key that stands anywhere in a value."""
    if isinstance(value, dict):
        return {*value}.union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def parameters_of(wanted: Wanted) -> dict[str, inspect.Parameter]:
    return dict(signature_of(wanted).parameters)


def signature_of(wanted: Wanted) -> inspect.Signature:
    """Return what a construct takes; of the class itself, only jsii's own call is known."""
    return inspect.signature(getattr(ecr_constructs, wanted.construct).__init__)


def misfit(wanted: Wanted) -> str:
    """Return what Python says of the construct's arguments, as `environment.registry` gives them."""
    given = {**wanted.keywords, "logical_id": wanted.logical_id}
    # What is looked up or made in the stack comes besides.
    besides = {
        "kms_key": wanted.kms_key is not None,
        "provider": wanted.region is not None,
        "repositories": wanted.repositories is not None,
        "pull_repositories": wanted.pull_repositories is not None,
    }
    try:
        signature_of(wanted).bind("self", "scope", wanted.id, **given, **{key: "" for key in besides if besides[key]})
    except TypeError as error:
        return str(error)
    return ""


def test_the_environment_has_every_key_about_the_registry():
    ours = models_in("registry", "templates", "caches", "public", "identities", "oidc", "endpoints", "deployments")
    said = keys_in(REGISTRY) | keys_in(ENVIRONMENTS["elsewhere"])  # which is deployed by the other trigger
    assert {key for model in (*ours, KeyToCreate) for key in model.model_fields} - said == set()


def test_everything_that_can_be_wanted_is(environment):
    for find in (*registry_subjects._OF_THE_REGISTRY, *everything._SUBJECTS, created_key_of):
        assert [*find(environment)], find.__name__


def test_the_arguments_fit_the_construct(wanted):
    assert {each.id: misfit(each) for each in wanted} == {each.id: "" for each in wanted}


def test_a_construct_takes_what_it_names_and_nothing_else(wanted):
    """Otherwise whatever is given would fit."""
    for each in wanted:
        kinds = {parameter.kind for parameter in parameters_of(each).values()}
        assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}, each.construct


def test_what_a_file_calls_otherwise_is_an_argument(wanted):
    for each in wanted:
        assert {*each.words, *each.judged_elsewhere} - {*parameters_of(each)} == set(), each.construct


def test_a_construct_is_a_public_name(wanted):
    assert {each.construct for each in wanted} - {*ecr_constructs.__all__} == set()


def test_no_two_have_one_id_or_one_terraform_name_of_the_same_kind(wanted):
    assert len({each.id for each in wanted}) == len(wanted)
    assert len({(each.construct, each.logical_id) for each in wanted}) == len(wanted)
