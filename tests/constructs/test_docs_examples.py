"""The examples of README and the guides to the constructs and the registry run as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ecr_constructs import InvalidInput, RegistryScanning, Repository
from ecr_constructs._engine.aws import IamRole
from ecr_constructs.config.load import load_environments
from stacks.app import build_app
from tests.constructs.synthesised import only, synth, warnings
from tests.either_engine import of_this_engine

ROOT = Path(__file__).parents[2]


def read(page):
    return of_this_engine((ROOT / page).read_text(encoding="utf-8"))


def blocks(text, language="python"):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def sections(page):
    """Return the parts of a page that show Python, by their titles."""
    parts = (part.split("\n", 1) for part in read(page).split("\n## ")[1:])
    return {title: text for title, text in parts if blocks(text)}


def all_warnings(stack):
    return [text for construct in stack.node.find_all() for text in warnings(construct)]


def take_newer_provider(stack):
    """Have a stack take what all examples need, in the words of docs/operations.md."""
    lines = (line for code in blocks(read("docs/operations.md")) for line in code.splitlines())
    (line,) = [line for line in lines if "aws.version" in line]
    exec(line, {"stack": stack})


def test_the_constructs_in_ten_lines(stack):
    (code,) = blocks(read("README.md"))
    assert len([line for line in code.splitlines() if line and not line.startswith((" ", "from", ")"))]) <= 10
    role = IamRole(stack, "Role", assume_role_policy="{}")
    exec(code, {"self": stack, "task_execution_role": role})
    assert {"aws_ecr_repository", "aws_ecr_replication_configuration", "aws_ssm_parameter"} <= set(
        synth(stack)["resource"]
    )


def test_the_guide_runs_from_top_to_bottom(stack):
    """Each example builds on those before it."""

    class Key:
        arn = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    names = {"self": stack, "key": Key, "ci_role": IamRole(stack, "CiRole", assume_role_policy="{}")}
    examples = [
        code
        for title, text in sections("docs/constructs.md").items()
        for code in blocks(text)
        if title not in ("EnvironmentRepositories", "Faster programs", "Snapshot tests")
    ]
    assert len(examples) >= 13
    take_newer_provider(stack)
    for code in examples:
        exec(code, names)
        check_values(code, names)
    assert len(synth(stack)["resource"]["aws_ssm_parameter"]) == 8
    assert all_warnings(stack) == []


def test_an_environment_file_is_declared_in_a_stack_as_the_guide_shows(stack):
    (code,) = blocks(sections("docs/constructs.md")["EnvironmentRepositories"])
    names = {"self": stack, "task_execution_role": IamRole(stack, "Role", assume_role_policy="{}")}
    exec(code, names)
    assert "web-app" in synth(stack)["resource"]["aws_ecr_repository"]


def check_values(code, names):
    """Check what `name = ...  # value` says, where that is an address."""
    for name, value in re.findall(r"^(\w+) = .*  # (\S+/\S+)$", code, re.MULTILINE):
        assert names[name] == value


REGISTRY = sections("docs/registry.md")


@pytest.fixture
def run(make_stack):
    """Return a function that runs an example in a stack of its own, with a repository `web`."""
    numbers = iter(range(100))

    def run(code):
        stack = make_stack(f"dev-{next(numbers)}")
        take_newer_provider(stack)
        names = {"self": stack, "web": Repository(stack, "Web", repository_name="shop/web", logical_id="web")}
        exec(code, names)
        document = synth(stack)
        assert all_warnings(stack) == []
        check_values(code, names)
        return document

    return run


# Those of the repositories, which an environment has and an example does not repeat.
BESIDE = {"aws_ecr_lifecycle_policy", "aws_ecr_repository", "aws_ssm_parameter"}


@pytest.mark.parametrize("title", REGISTRY)
def test_keys_and_construct_of_the_registry_make_the_same_resources(title, run, tmp_path):
    """The first example of each language, or all files that a part names, side by side."""
    code, *more = blocks(REGISTRY[title])
    for name, text in files_of(REGISTRY[title]).items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    build_app(load_environments(tmp_path), outdir=str(tmp_path / "out")).synth()
    documents = [json.loads(file.read_text()) for file in (tmp_path / "out").glob("stacks/*/cdk.tf.json")]
    by_keys = {kind for document in documents for kind in document["resource"]}
    assert by_keys - BESIDE == set(run(code)["resource"]) - BESIDE
    for another in more:
        run(another)


def test_the_scanning_guide_scans_what_its_comments_say(tmp_path):
    (tmp_path / "dev.yaml").write_text(files_of(REGISTRY["Scanning"])["dev"], encoding="utf-8")
    app = build_app(load_environments(tmp_path), outdir=str(tmp_path / "out"))
    (stack,) = (child for child in app.node.children if child.node.id == "dev")
    rules = only(stack, "aws_ecr_registry_scanning_configuration")["rule"]
    assert {rule["scan_frequency"]: [each["filter"] for each in rule["repository_filter"]] for rule in rules} == {
        "CONTINUOUS_SCAN": ["sh*op-dev-web"],
        "SCAN_ON_PUSH": ["sh*op-dev-api"],
    }


def files_of(text):
    """Return environment files that have what a part of the guide shows."""
    keys = blocks(text, "yaml")
    named = {match[1]: each for each in keys if (match := re.match(r"# environments/(\w+)\.yaml\n", each))}
    files = {}
    for name, said in (named or {"dev": keys[0]}).items():
        files[name] = f"project: shop\nenv: {name}\nregion: us-east-1\n{said}"
        for key, value in (("account_id", '"111111111111"'), ("ecr_repositories", "{web: }")):
            if not re.search(f"^{key}:", said, re.MULTILINE):
                files[name] += f"{key}: {value}\n"
    return files


def test_what_the_guide_says_of_a_second_one_is_said(stack):
    RegistryScanning.of(stack)
    with pytest.raises(InvalidInput) as caught:
        RegistryScanning(stack, "Second")
    assert f"{caught.value}\n" in blocks(read("docs/registry.md"), "text")


def test_what_the_guide_says_of_accidental_scans_is_said(stack):
    Repository(stack, "Web", repository_name="web", scan_on_push=False)
    Repository(stack, "WebWeb", repository_name="web-web", scan_on_push=False)
    RegistryScanning.of(stack).add_repositories(["web"], scan_frequency="CONTINUOUS_SCAN")
    synth(stack)
    (warning,) = all_warnings(stack)
    assert f"{warning}\n" in blocks(read("docs/registry.md"), "text")


@pytest.mark.parametrize("page", ["docs/constructs.md", "docs/registry.md", "README.md"])
def test_what_is_imported_in_the_documentation_exists(page):
    for code in blocks(read(page)):
        for line in re.findall(
            r"^from ecr_constructs import [^(].*$|^from ecr_constructs import \([^)]*\)$", code, re.MULTILINE
        ):
            exec(line, {})
