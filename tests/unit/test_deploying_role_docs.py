"""docs/deploying-role.md says what the description says, and its documents and workflow are right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import parliament
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from ecr_constructs.core.provider_features import PROVIDER_FEATURES
from ecr_constructs.core.provider_versions import OLDEST_PROVIDER, short_version
from ecr_constructs.deploying import table
from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.kinds import EVERYTHING, Kind, Purpose
from ecr_constructs.deploying.statements import LONGEST_MANAGED, documents_of
from ecr_constructs.deploying.table import KINDS

PAGE = (Path(__file__).parents[2] / "docs/deploying-role.md").read_text(encoding="utf-8")
PURPOSES = (Purpose.READ, Purpose.WRITE, Purpose.DESTROY)
HEAD = "| feature | to plan | to make and change, besides | with `--allow-delete` |\n|---|---|---|---|\n"
# Said in words below the table.
ELSEWHERE = re.compile(r"kms:(CreateGrant|RetireGrant)|iam:(PassRole|CreateServiceLinkedRole)")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def rows() -> str:
    """Return the table as the page has to have it: a row for each feature, in the order of the description."""
    features: dict[str, list[Kind]] = {}
    for kind in KINDS.values():
        features.setdefault(kind.feature, []).append(kind)
    cells = {feature: [cell(kinds, purpose) for purpose in PURPOSES] for feature, kinds in features.items()}
    return HEAD + "".join(f"| {feature} | {' | '.join(said)} |\n" for feature, said in cells.items() if any(said))


def cell(kinds: list[Kind], purpose: Purpose) -> str:
    found: dict[str, bool] = {}
    for kind in kinds:
        for need in kind.needs:
            if need.purpose is purpose:
                everywhere = (kind.arn if need.on is None else need.on) == EVERYTHING
                found.update({action: everywhere for action in need.actions if not ELSEWHERE.fullmatch(action)})
    by_service: dict[str, list[str]] = {}
    for action, everywhere in sorted(found.items()):
        service, _, name = action.partition(":")
        by_service.setdefault(service, []).append(f"{name}{' (*)' if everywhere else ''}")
    return "; ".join(f"`{service}:` {', '.join(names)}" for service, names in by_service.items())


def test_the_table_is_the_description():
    (shown,) = re.findall(r"^\| feature .*?(?=\n\n)", PAGE, re.DOTALL | re.MULTILINE)
    assert f"{shown}\n" == rows()


def test_whose_calls_they_are_is_said_of_a_resource_that_came_later_as_well():
    """6.25 has no such resource: its calls are those of the release that brought it."""
    kind = "aws_ecr_pull_time_update_exclusion"
    (since,) = (each.since for each in PROVIDER_FEATURES if each.what == "an exclusion from updates of the pull time")
    assert since > OLDEST_PROVIDER
    assert kind in KINDS
    for text in (PAGE, str(table.__doc__)):
        assert short_version(OLDEST_PROVIDER) in text
        assert re.search(rf"`{kind}`,?[^.;]* v?{re.escape(short_version(since))}", text)


def test_every_document_is_sound():
    """parliament finds nothing in the policies; a control policy refuses, and a trust policy has no resource."""
    documents = [json.loads(each) for each in blocks("json")]
    assert len(documents) == 2
    (trust,) = [each for each in documents if "Principal" in each["Statement"][0]]
    (control,) = [each for each in documents if each is not trust]
    assert {each["Effect"] for each in control["Statement"]} == {"Deny"}
    assert [str(each) for each in parliament.analyze_policy_string(json.dumps(control)).findings] == []
    (statement,) = trust["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    subject = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subject == "repo:acme/infra:environment:dev"


class Loader(yaml.SafeLoader):
    """YAML of workflows, in which `on` is a key and no truth value."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))


def test_the_workflow_is_one_by_githubs_schema():
    (text,) = blocks("yaml")
    workflow: dict[str, Any] = yaml.load(text, Loader)  # a SafeLoader
    jsonschema.validate(workflow, get_builtin_schema("vendor.github-workflows"))
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    # The job that deploys is the one that the deploying role's trust policy lets in.
    assert workflow["jobs"]["deploy"]["environment"] == "dev"
    assert "environment" not in workflow["jobs"]["plan"]


def test_as_many_repositories_go_into_one_policy_as_it_says():
    (said,) = re.findall(r"About (\d+) repositories with their parameters", PAGE)

    def documents(count: int) -> int:
        names = [f"shop-prod-service-{number}" for number in range(count)]
        resource = {
            "aws_ecr_repository": {name: {"name": name} for name in names},
            "aws_ecr_lifecycle_policy": {
                name: {"repository": f"${{aws_ecr_repository.{name}.name}}"} for name in names
            },
            "aws_ssm_parameter": {
                name: {
                    "name": f"/ecr/{name}/url",
                    "insecure_value": f"${{aws_ecr_repository.{name}.repository_url}}",
                }
                for name in names
            },
        }
        provider = {"region": "eu-central-1", "allowed_account_ids": ["1" * 12]}
        derived = derive({"prod": {"provider": {"aws": [provider]}, "resource": resource}})
        return len(documents_of(derived.statements[""], LONGEST_MANAGED))

    assert documents(int(said)) == 1
    assert documents(int(said) + 10) == 2
