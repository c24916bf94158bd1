"""Real Terraform reads every free text as it was written, whichever key or argument it came by."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

import ecr_constructs as ecr
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs._engine.door import Testing as EngineTesting
from ecr_constructs.config.load import load_environments
from ecr_constructs.core.texts import as_template
from ecr_constructs.sandbox.terraform import find_terraform
from stacks.app import build_app
from tests.deploy.surroundings import clean_environment

pytestmark = pytest.mark.deploy

Text = Callable[[str], str]

NASTY = ["%{", "%{if true}x%{endif}", "%%{", "%%%{", "%{for a in [1]}%{endfor}", "100%{off", "$%{a}", "%{~", "%\n{"]
# What Terraform is asked to evaluate, and what it makes of that.
EXPRESSION, RESULT = "${1 + 1}", "2"
# These are no templates (https://developer.hashicorp.com/terraform/language/meta-arguments).
META = {"lifecycle", "depends_on", "provider", "//"}
# Elsewhere there is nothing to refer to.
REFERENCE = re.compile(r"\$\{[^{}]*\b(?:aws_|data\.)[^{}]*\}")


def texts(wrong: str, *special: str) -> st.SearchStrategy[str]:
    """Return texts full of what Terraform might take for more than text, less those that a pattern finds wrong."""
    part = st.sampled_from([*NASTY, *special, "%", "{", "}", "$", '"', "\\", "\n", "é", "a "])
    # Of what the gallery shows, each entry has at most 50 characters.
    short = st.lists(part, min_size=1, max_size=6).map(lambda parts: "".join(parts)[:40])
    return short.filter(lambda text: not re.search(wrong, text))


def read_back(document: Mapping[str, Any]) -> set[str]:
    """Return every text of a document as Terraform reads it, with those of the JSON that is in them."""
    sections = ("resource", "data", "provider", "output")
    bodies = [body for section in sections for body in _bodies(document.get(section, {}))]
    return evaluated(_without_references(bodies))


def evaluated(values: list[Any]) -> set[str]:
    """Return every text that Terraform reads in some values."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = {f"o{index}": {"value": value} for index, value in enumerate(values)}
        Path(folder, "texts.tf.json").write_text(json.dumps({"output": outputs}, indent=1), encoding="utf-8")
        for arguments in (("apply", "-auto-approve", "-no-color"), ("output", "-json")):
            done = subprocess.run(
                [*find_terraform().command, *arguments],
                cwd=folder,
                env=clean_environment(),
                capture_output=True,
                text=True,
                timeout=900,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    return {text for output in json.loads(done.stdout).values() for text in _texts(output["value"])}


def _bodies(section: Any) -> Iterator[Any]:
    if isinstance(section, list):
        for each in section:
            yield from _bodies(each)
    elif isinstance(section, dict) and all(isinstance(each, dict | list) for each in section.values()):
        for each in section.values():
            yield from _bodies(each)
    else:
        yield {key: value for key, value in section.items() if key not in META}


def _without_references(value: Any) -> Any:
    if isinstance(value, str):
        return REFERENCE.sub("", value)
    if isinstance(value, list):
        return [_without_references(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_references(each) for key, each in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value.startswith(("{", "[")):
            try:
                yield from _texts(json.loads(value))
            except ValueError:
                return
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)


def environment(text: Text) -> dict[str, Any]:
    """Return an environment with free text in every key that takes any."""
    any_image = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    rule = {"rulePriority": 1, "selection": any_image, "action": {"type": "expire"}}
    written = {"tag_status": "untagged", "count_type": "sinceImagePushed", "count_number": 3}
    replicas = {"applied_for": ["REPLICATION"], "lifecycle_rules": [{**written, "description": text("template rule")}]}
    return {
        "project": "shop",
        "env": "dev",
        "region": "eu-west-1",
        "account_id": "111111111111",
        "ecr_repositories": {
            "api": {"lifecycle_policy": {"rules": [{**rule, "description": text("policy")}]}},
            "web": {"lifecycle_rules": [{**written, "description": text("rule")}]},
        },
        "ecr_creation_templates": {"shop": {**replicas, "description": text("template")}},
        "ecr_public_repositories": {
            "cli": {
                "description": text("public"),
                "about_text": text("about"),
                "usage_text": text("usage"),
                "architectures": [text("arch")],
                "operating_systems": [text("system")],
            }
        },
    }


def constructs(stack: TerraformStack, text: Text, mixed: Text) -> None:
    """Make constructs with text in every argument that takes any.

    Args:
        stack: The stack.
        text: Makes free text.
        mixed: Makes text with an expression, which is checked nowhere, so that it can stand in any argument.
    """
    anyone = {"principals": ("*",), "actions": (mixed("action"),)}
    known = {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
    condition = {
        "StringLike": {
            **known,
            "aws:RequestTag/a": text("condition"),
            mixed("aws:RequestTag/b"): [mixed("one"), text("other")],
        }
    }
    rule = ecr.LifecycleRule(
        tag_status="tagged",
        tag_pattern_list=[mixed("pattern")],
        count_type="sinceImagePushed",
        count_number=1,
        description=mixed("mixed rule"),
    )
    web = ecr.Repository(stack, "Web", repository_name=mixed("name"), tags={mixed("tag"): mixed("tag value")})
    web.add_to_policy(ecr.PolicyStatement(sid=mixed("sid"), conditions=condition, **anyone))
    web.add_to_policy(ecr.PolicyStatement(principals=(mixed("principal"),), actions=("ecr:BatchGetImage",)))
    web.add_lifecycle_rule(rule)
    ecr.SsmPublisher(stack, "Ssm", repository=web, name=mixed("published"), prefix="/ecr")
    registry = ecr.RegistryPolicy.of(stack)
    for name in ("first", "second"):  # the second one sets the policy anew
        of_registry = {"StringEquals": {**known, "aws:RequestTag/a": text(f"{name} registry")}}
        grant = ecr.PolicyStatement(sid=name, conditions=of_registry, resources=(mixed(name),), **anyone)
        registry.add_to_policy(grant)
    key = ecr.RepositoryKey(stack, "Key", alias=mixed("alias"), description=text("key"), tags={"a": mixed("key tag")})
    key.allow_log_group(mixed("encrypted log group"))
    ecr.RepositoryKey.from_alias(stack, "Alias", mixed("other alias"))
    ecr.RepositoryKey.from_ssm(stack, "Parameter", mixed("key parameter"))
    ecr.ScanFindingsLog(stack, "Log", log_group_name=mixed("log group"), repositories=[mixed("scanned")])
    ecr.PullThroughCache(
        stack, "Cache", ecr_repository_prefix=mixed("prefix"), upstream="quay", upstream_repository_prefix=mixed("up")
    )
    ecr.RepositoryCreationTemplate(
        stack,
        "Template",
        prefix=mixed("template prefix"),
        applied_for=["REPLICATION"],
        description=text("template"),
        resource_tags={mixed("template tag"): mixed("template value")},
        lifecycle_rules=[rule],
        create_role=True,
        role_name=mixed("role"),
    )
    ecr.PublicRepository(
        stack,
        "Public",
        repository_name=mixed("public name"),
        about_text=text("about"),
        usage_text=mixed("usage"),
        description=text("public"),
        architectures=[text("arch")],
        operating_systems=[mixed("system")],
        policy_statements=[
            ecr.PolicyStatement(
                principals=("*",),
                actions=("ecr-public:PutImage",),
                conditions={"StringLike": {**known, "aws:RequestTag/a": text("gallery")}},
            )
        ],
        provider=AwsProvider(stack, "PublicAws", region="us-east-1", alias="public"),
    )


SETTINGS = settings(
    max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)
WORST = "%{if true}%{endif} %%{ %%%{ $%{ %{"


@SETTINGS
@given(st.lists(texts(r"\$\{"), min_size=50, max_size=200))
def test_terraform_reads_any_text_as_it_was_given(given: list[str]) -> None:
    written = [as_template(text) for text in given]
    assert {*given} - evaluated([written]) == set()
    assert {*given} - evaluated([dict.fromkeys(written, "")]) == set()


@SETTINGS
@example(WORST)
@given(texts(r"\$\{"))
def test_the_text_of_a_file_is_what_terraform_reads(nasty: str) -> None:
    expected = set()

    def text(field: str) -> str:
        expected.add(f"{field}: {nasty}.")
        return f"{field}: {nasty}."

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "dev.yaml").write_text(yaml.safe_dump(environment(text)), encoding="utf-8")
        build_app(load_environments(Path(folder)), outdir=f"{folder}/out").synth()
        document = json.loads(Path(folder, "out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))
    assert expected - read_back(document) == set()


@SETTINGS
@example(f"$${{x}} {WORST}")
@given(texts(r"(?<!\$)\$\{", "$${x}"))
def test_the_text_of_an_argument_is_what_terraform_reads(nasty: str) -> None:
    expected = set()

    def made(text: str) -> str:
        expected.add(text.replace(EXPRESSION, RESULT).replace("$${", "${"))
        return text

    stack = TerraformStack(App(), "dev")
    AwsProvider(stack, "Aws", region="eu-west-1", allowed_account_ids=["111111111111"])
    constructs(
        stack,
        lambda field: made(f"{field}: {nasty}."),
        lambda field: made(f"{field}: {EXPRESSION} {nasty}."),
    )
    found = read_back(json.loads(EngineTesting.synth(stack)))
    # Some stand within other text, such as the name of a parameter.
    assert [text for text in sorted(expected - found) if not any(text in other for other in found)] == []
