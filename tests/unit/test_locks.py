"""What is installed is locked by version and hash, and no lock names an address to take it from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NODE = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
TESTS_NODE = json.loads((ROOT / "tests" / "node" / "package-lock.json").read_text(encoding="utf-8"))
PACKAGES, TESTS_PACKAGES = (
    {name: package for name, package in lock["packages"].items() if name} for lock in (NODE, TESTS_NODE)
)
REQUIREMENTS, CHECKOV, AWSCLI = (
    (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for file in ("requirements.lock", "requirements-checkov.lock", "requirements-awscli.lock")
)


@pytest.mark.parametrize(
    "file",
    [
        "requirements.lock",
        "requirements-awscli.lock",
        "requirements-checkov.lock",
        "package-lock.json",
        "tests/node/package-lock.json",
        ".npmrc",
    ],
)
def test_a_lock_names_no_address(file):
    text = (ROOT / file).read_text(encoding="utf-8")

    assert text.strip()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|registry)\b", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("lines", "least"), [(REQUIREMENTS, 50), (CHECKOV, 50), (AWSCLI, 5)], ids=["project", "checkov", "awscli"]
)
def test_every_requirement_has_one_version_and_a_hash(lines, least):
    assert len(lines) > least
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[^ ;]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+", line), line


def test_whatever_the_project_needs_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    checkov, awscli = extras.pop("checkov"), extras.pop("awscli")
    needed = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(each for extra in extras.values() for each in extra),
    ]

    assert names_of(needed) - {line.partition("==")[0] for line in REQUIREMENTS} == {"ecr-constructs"}
    assert names_of(checkov) <= {line.partition("==")[0] for line in CHECKOV}
    assert names_of(awscli) <= {line.partition("==")[0] for line in AWSCLI}


def names_of(requirements):
    return {re.match(r"[A-Za-z0-9._-]+", each)[0].lower().replace("_", "-") for each in requirements}


@pytest.mark.parametrize(("packages", "least"), [(PACKAGES, 100), (TESTS_PACKAGES, 30)], ids=["project", "tests"])
def test_every_node_package_has_a_version_and_its_integrity_and_no_other_source(packages, least):
    assert len(packages) > least
    for name, package in packages.items():
        # What is shipped within another package is covered by the integrity of that one.
        source = packages[name.partition("/node_modules/")[0]] if package.get("inBundle") else package
        assert package["version"], name
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", source["integrity"]), name
        assert not {"resolved", "link"} & package.keys(), name


def test_the_cdktf_command_is_pinned_to_one_version():
    declared = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]

    assert declared == NODE["packages"][""]["devDependencies"] == {"cdktf-cli": "0.21.0"}
    assert PACKAGES["node_modules/cdktf-cli"]["version"] == "0.21.0"


def test_npm_writes_no_addresses_into_the_lock():
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text(encoding="utf-8").splitlines()
