"""Where a file has something else in the place of a mapping, the message has an example of how to write it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ecr_constructs.config.model.fields import Model
from tests.unit.every_option import ENVIRONMENTS
from tests.unit.judged import of_the_form, places, problems_of, with_value

REQUIRED = {"project": "shop", "env": "dev", "region": "us-east-1"}
NO_MAPPINGS = ["text", 5, True, [], ["text"], [{"a": "b"}], None]


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def refusals(data: Any, path: tuple[str | int, ...], value: object) -> list[str]:
    """Return the remedies where a mapping must be, and something else is."""
    problems = problems_of(with_value(data, path, value))
    return [each.fix for each in problems if each.path == path and each.rule.endswith("a mapping")]


def example_in(remedy: str) -> Any:
    match = re.search(r"as in (\{.*\})[.,;]", remedy)
    assert match, remedy
    return yaml.safe_load(match[1])


MAPPINGS = {
    f"{name}-{'.'.join(map(str, path))}": (data, path)
    for name, data in ENVIRONMENTS.items()
    for path in places(data)
    if isinstance(value_at(data, path), dict | None) and refusals(data, path, 5)
}


def test_they_are_all_there():
    """Mappings of ours, of repositories, templates, caches and tags, in lists and in one another."""
    found = {re.sub(r"\d+", "#", ".".join(str(part) for part in path)) for _, path in MAPPINGS.values()}
    assert found >= {
        *("tags", "ecr_defaults", "ecr_repositories", "ecr_repositories.web", "ecr_repositories.web.tags", "backend"),
        *("services.#", "services.#.ecr_config", "ecr_trusted_accounts.#"),
        *("ecr_defaults.replication_destinations.#", "ecr_defaults.lifecycle_rules.#", "ecr_kms_key.remote_state"),
        *("ecr_registry_policy", "ecr_registry_policy.replication_sources.#", "ecr_account_settings"),
        *("ecr_creation_templates", "ecr_creation_templates.shop", "ecr_creation_templates.shop.resource_tags"),
        *("ecr_pull_through_caches", "ecr_pull_through_caches.base", "ecr_public_repositories"),
        *("ecr_pull_through_caches.docker-hub.creation_template", "ecr_public_repositories.cli"),
    }


@pytest.mark.parametrize(("data", "path"), MAPPINGS.values(), ids=MAPPINGS.keys())
def test_an_example_says_how_to_write_a_mapping_and_is_right_in_its_place(data, path):
    for value in NO_MAPPINGS:
        for remedy in refusals(data, path, value):
            example = example_in(remedy)
            assert isinstance(example, dict)
            assert example
            found = [each for each in of_the_form(with_value(data, path, example)) if each.path[: len(path)] == path]
            assert [str(each) for each in found if each.code != "logical-name-taken"] == []


@pytest.mark.parametrize("value", [5, "text", True, ["text"]])
def test_so_does_that_of_a_file_as_a_whole(value):
    (problem,) = problems_of(value)
    assert "`project: shop`" in problem.fix


def models(model: type[Model]) -> set[type[Model]]:
    return {model, *(each for below in model.__subclasses__() for each in models(below))}


@pytest.mark.parametrize("model", sorted(models(Model), key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_an_example_of_a_model_is_right(model):
    if model.example:
        model.model_validate(model.example)


def test_nothing_without_a_value_is_to_be_removed_by_its_key_from_a_list():
    (remedy,) = refusals({**REQUIRED, "ecr_trusted_accounts": [{}]}, ("ecr_trusted_accounts", 0), None)
    assert remedy == "Write keys and values, as in {account_id: '222222222222'}, or remove the entry."
