"""examples/consumer-app, copied out of the project: its own tests, and judges that know nothing of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import parliament
import pytest

from ecr_constructs.testing import policies
from tests.examples.consumer import EXAMPLE, OUTPUT, Document, copy_to, run, synthesised_by
from tests.stacks.checkov import run_checkov
from tests.stacks.provider_shape import differences

README = (EXAMPLE / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The example, alone."""
    return copy_to(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, alone, for what is synthesised there."""
    return copy_to(tmp_path_factory.mktemp("consumer"))


@pytest.fixture(scope="module")
def documents(folder: Path) -> dict[str, Document]:
    """What is synthesised there, by stack."""
    return synthesised_by(folder)


def test_its_tests_of_the_stack_pass(copied: Path) -> None:
    done = run(copied, "-m", "pytest", "-p", "no:cacheprovider", "--ignore", "tests/test_plan.py")
    assert done.returncode == 0, done.stdout
    assert "2 snapshots passed." in done.stdout


def test_its_tests_see_what_is_no_longer_so(copied: Path) -> None:
    file = copied / "shop/images.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("url_for_digest(variable.string_value)", 'url_for_tag("latest")'), encoding="utf-8")
    done = run(copied, "-m", "pytest", "-p", "no:cacheprovider", "--ignore", "tests/test_plan.py")
    failed = set(re.findall(r"^FAILED tests/test_stack.py::(\w+)", done.stdout, re.MULTILINE))
    assert failed == {
        "test_an_environment_is_what_its_snapshot_shows",
        "test_nothing_names_latest",
        "test_so_is_the_image_of_the_function",
        "test_the_image_of_the_service_is_a_digest_of_what_is_published",
    }


@pytest.mark.deploy
def test_terraform_plans_what_its_tests_say(copied: Path) -> None:
    done = run(copied, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_plan.py")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^=+ 3 passed in ", done.stdout, re.MULTILINE)


def test_checkov_finds_what_the_readme_gives_reasons_for(folder: Path, documents: dict[str, Document]) -> None:
    assert documents.keys() == {"dev", "prod"}
    rows = re.findall(r"^\| (`CKV_.*?`) \| [^|]+ \|$", README, re.MULTILINE)
    assert run_checkov(folder / OUTPUT) == set(re.findall(r"CKV_AWS_\d+", " ".join(rows)))


def test_a_later_provider_takes_what_it_makes(documents: dict[str, Document]) -> None:
    assert [each for document in documents.values() for each in differences(document)] == []


def test_parliament_finds_every_policy_well_formed(documents: dict[str, Document]) -> None:
    for document in documents.values():
        found = policies(document)
        assert len(found) == 5
        for address, policy in found.items():
            for statement in policy["Statement"]:
                # A trust policy is about its role; parliament wants to be told.
                role = "arn:aws:iam::123456789012:role/shop"
                statement["Resource"] = _filled_in(statement.get("Resource", role))
            findings = parliament.analyze_policy_string(json.dumps(policy)).findings
            assert [(address, str(each)) for each in findings] == []


def _filled_in(resource: str) -> str:
    """Return an ARN of the kind that Terraform puts in the place of a reference."""
    resource = re.sub(r"^\$\{jsondecode\(.*\}$", "arn:aws:ecr:us-east-1:123456789012:repository/web", resource)
    return re.sub(r"^\$\{aws_cloudwatch_log_group[^}]*\}", "arn:aws:logs:us-east-1:123456789012:log-group:x", resource)


def test_nothing_of_the_machine_is_in_what_is_synthesised(folder: Path, documents: dict[str, Document]) -> None:
    assert str(folder) not in json.dumps(documents)


def test_its_commands_are_those_of_the_readme() -> None:
    variables = re.findall(r"--var (\w+)=", README)
    snapshot = EXAMPLE / "tests/__snapshots__/test_stack/test_an_environment_is_what_its_snapshot_shows"
    (file,) = snapshot.parent.glob(f"{snapshot.name}*dev*")
    assert sorted(variables) == sorted(json.loads(file.read_text(encoding="utf-8"))["variable"])
