"""What holds of every review, whatever the files: of pairs of directories that hypothesis makes."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings

from ecr_constructs.config.model.identities import IdentitySettings
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.review.finding import CONSEQUENCES, SEVERITIES, Finding
from tests.unit.any_environments import Files, any_environments, project_of
from tests.unit.changed_environments import Changed, changed, changed_pairs, reordered
from tests.unit.changes_of_files import CHANGES
from tests.unit.neutral_changes import NEUTRAL
from tests.unit.reviewed import review_of

ROOT = Path(__file__).parents[2]
MODERATELY = settings(max_examples=min(40, settings().max_examples))
SEEDS = range(12)
OF_ACCESS = [
    each
    for each in CHANGES
    if re.search(r"\blet\b|organi[sz]ation|principals|trusted|options gone|defaults|scan|tag|immutable", each.name)
]


def by_seed(seed: int) -> Changed:
    """Return a pair with many changes."""
    random = Random(seed)
    return changed(any_environments(random), random.sample(CHANGES, 8), random)


def told(findings: list[Finding]) -> list[Finding]:
    """Return findings without the lines that they are at, in one order."""
    return sorted((dataclasses.replace(each, source="", shown_at="") for each in findings), key=repr)


def rewritten(files: Files) -> Files:
    """Return the same files with other bytes."""
    return {name: f"# {name}\n{text}" for name, text in files.items()}


@MODERATELY
@given(changed_pairs())
def test_what_stays_is_no_finding(pair):
    for files in (pair.base, pair.head):
        assert review_of(files, files) == []
        assert review_of(files, rewritten(files)) == []


@MODERATELY
@given(changed_pairs(among=NEUTRAL))
def test_what_is_merely_moved_is_no_finding(pair):
    assert review_of(pair.base, pair.head) == []
    if "rename moved, not published" not in pair.changes:  # back, nothing says that it is the same one
        assert review_of(pair.head, pair.base) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_files_and_of_their_keys_says_nothing(seed):
    pair = by_seed(seed)
    found = review_of(pair.base, pair.head)
    others = [reordered(files, Random(seed)) for files in (pair.base, pair.head)]
    assert told(review_of(*others)) == told(found)
    backwards = [dict(reversed(files.items())) for files in (pair.base, pair.head)]
    assert review_of(*backwards) == found


@MODERATELY
@given(changed_pairs())
def test_a_finding_says_what_where_and_what_to_do(pair):
    for each in review_of(pair.base, pair.head):
        check_finding(each, pair)


def check_finding(finding: Finding, pair: Changed) -> None:
    """Check that a finding is told as every finding is."""
    assert finding.code in catalogue()
    assert finding.severity in SEVERITIES
    assert finding.consequence in CONSEQUENCES
    files = pair.base if finding.at_base else pair.head
    if f"{finding.environment}.yaml" not in files:  # a file that is on one side alone
        files = {**pair.base, **pair.head}
    file, _, line = finding.source.partition(":")
    text = files[file.removeprefix("environments/")]
    assert not line or 1 <= int(line) <= len(text.splitlines())
    for words in (finding.what, finding.fix, *finding.details):
        assert "\n" not in words
        assert words == words.strip()
    assert finding.what
    assert not finding.what.endswith(".")
    assert not finding.fix or finding.fix.endswith((".", "?"))
    assert list(finding.repositories) == sorted(set(finding.repositories))
    for name in finding.repositories:
        assert not re.search(rf"(?<![\w./*{{}}-]){re.escape(name)}(?![\w./*-])", finding.what), finding.what


@MODERATELY
@given(changed_pairs(among=OF_ACCESS))
def test_who_is_let_in_is_shut_out_by_the_change_back(pair):
    assume(declared_in(pair.base) == declared_in(pair.head))  # what goes is told as that, and what is new as new
    forth, back = review_of(pair.base, pair.head), review_of(pair.head, pair.base)
    for opens, closes in (("access-opened", "access-closed"), ("network-opened", "network-closed")):
        assert where(forth, opens) == where(back, closes)
        assert where(back, opens) == where(forth, closes)


def where(findings: list[Finding], code: str) -> set[tuple[str, str]]:
    """Return the environments and repositories of which something is said."""
    return {(each.environment, name) for each in findings if each.code == code for name in each.repositories}


def declared_in(files: Files) -> dict[str, tuple[object, ...]]:
    """Return what each environment makes, and where: its repositories, and the roles and policies of its workloads."""
    return {
        each.name: (
            each.settings.project,
            each.settings.ecr_strategy,
            each.registry,
            {*each.repositories},
            [getattr(each.settings, key) for key in IdentitySettings.model_fields],
        )
        for each in project_of(files).environments
    }


def test_whatever_the_hash_seed_the_bytes_are_the_same(tmp_path):
    pair = by_seed(7)
    for side, files in (("base", pair.base), ("head", pair.head)):
        (tmp_path / side).mkdir()
        for name, text in files.items():
            (tmp_path / side / name).write_text(text, encoding="utf-8")
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "ecr_constructs.cli", "review", "base", "head", "--format", "json"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert b'"code"' in outputs.pop()
