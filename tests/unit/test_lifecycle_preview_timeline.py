"""What remains day by day if pushes go on as they did: told, drawn in a terminal, and as a picture."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings

from ecr_constructs.core.lifecycle.evaluate import evaluate
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.lifecycle.chart import chart
from ecr_constructs.lifecycle.timeline import timeline
from ecr_constructs.terminal.screen import Screen
from tests.unit.previewed import Previewing, detail
from tests.unit.test_lifecycle_evaluation import (
    NOW,
    image,
    images_of_a_repository,
    keep,
    older,
    rule,
    rules_of_a_policy,
)


def days_of(rules, images, days, **options):
    return timeline(assign_priorities(rules), images, at=NOW, days=days, **options).days


def counts(rules, images, days, **options):
    return [day.images for day in days_of(rules, images, days, **options)]


def daily(number, *tags, **more):
    """Return an image of each of the last days, half a day old at least."""
    return [image(f"d{day}", *(f"{tag}{day}" for tag in tags), pushed=day + 0.5, **more) for day in range(number)]


def test_without_a_rule_everything_that_is_pushed_stays():
    found = days_of([], daily(3, "v", size_in_bytes=10), 6)
    assert [day.images for day in found] == [3, 4, 5, 6, 7, 8, 9]
    assert [day.pushed for day in found] == [0, 1, 1, 1, 1, 1, 1]
    assert [day.size for day in found] == [30, 40, 50, 60, 70, 80, 90]


def test_a_rule_acts_on_each_day():
    found = days_of([keep("any", 2)], daily(3, "v"), 4)
    assert [(day.images, day.expired) for day in found] == [(2, 1)] * 5


def test_the_first_day_is_what_the_policy_does_now():
    images = daily(5, "v")
    assert days_of([older("any", 2)], images, 1)[0].expired == 3


def test_images_grow_old():
    assert counts([older("any", 4)], daily(2, "v"), 6) == [2, 3, 4, 4, 4, 4, 4]


def test_pushes_come_in_the_rhythm_in_which_they_came():
    images = [image("a", "v1", pushed=0.5), image("b", "v2", pushed=0.75), image("c", "v3", pushed=6.5)]
    assert [day.pushed for day in days_of([], images, 14)] == [0, 1, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 2]


def test_the_pushes_of_so_many_days_are_repeated():
    assert [day.pushed for day in days_of([], daily(10, "v"), 4, window=1)] == [0, 1, 1, 1, 1]
    old = [image("a", "v1", pushed=20)]
    assert [day.pushed for day in days_of([], old, 3, window=10)] == [0, 0, 0, 0]


def test_a_repository_younger_than_that_is_not_taken_for_a_quiet_one():
    assert sum(day.pushed for day in days_of([], daily(2, "v"), 30, window=30)) == 30


def test_a_tag_without_a_digit_moves_to_the_newest_image():
    images = [image("a", "latest", "v1", pushed=0.5)]
    assert counts([older("latest", 1)], images, 5) == [1, 2, 3, 4, 5, 6]
    only = [image("a", "latest", pushed=0.5)]
    assert counts([older("untagged", 2)], only, 5) == [1, 2, 2, 2, 2, 2]


def test_a_tag_with_a_digit_stays():
    assert counts([older("v1", 2)], [image("a", "v1", pushed=0.5)], 5) == [1, 2, 2, 2, 2, 2]


def test_images_of_an_index_come_with_it_and_stay_while_it_does():
    images = [image("index", "v1", pushed=0.5, children=("child",)), image("child", pushed=0.5)]
    found = counts([older("untagged", 1), keep("v*", 2)], images, 8)
    # Two indexes with a child each; a child of an index that is gone goes in the next run.
    assert found == [2, 4, 5, 5, 5, 5, 5, 5, 5]


def test_what_is_archived_is_counted_by_itself_and_expires_later():
    archive = rule("any", "imageCountMoreThan", 1, action_type="transition")
    purge = rule("any", "sinceImageTransitioned", 90)
    found = days_of([archive, purge], [image("a", "v1", pushed=0.5, size_in_bytes=7)], 100)
    assert (found[1].images, found[1].archived, found[1].archived_size, found[1].moved) == (1, 1, 7, 1)
    assert (found[90].archived, found[100].archived) == (90, 91)


def test_nothing_pushed_is_nothing_coming():
    assert counts([], [], 2) == [0, 0, 0]


@settings(max_examples=30)
@given(rules_of_a_policy(), images_of_a_repository())
def test_the_first_day_agrees_with_the_evaluation_and_none_loses_count(rules, images):
    found = days_of(rules, images, 4)
    outcomes = evaluate(rules, images, at=NOW)
    assert found[0].expired == sum(each.action == "expire" for each in outcomes)
    assert found[0].moved == sum(each.action == "transition" for each in outcomes)
    for before, after in itertools.pairwise(found):
        assert after.images + after.archived == before.images + before.archived + after.pushed - after.expired


@pytest.fixture
def web(tmp_path, monkeypatch, capsys):
    project = Previewing(tmp_path, monkeypatch, capsys)
    project.write(prod="ecr_repositories: {web: {max_image_count: 5}}\n")
    project.images(*(detail(f"a{number}", f"v{number}", pushed=number + 0.5) for number in range(8)))
    return project


def test_a_chart_has_a_line_for_each_day(web):
    out = web.preview("--timeline", "3").out
    lines = out[out.index("day ") :].splitlines()
    assert lines[0].split() == ["day", "date", "pushed", "expired", "images", "size", "USD", "a", "month", "remaining"]
    assert [line.split()[:6] for line in lines[2:6]] == [
        [str(day), f"2026-{date}", str(int(day > 0)), "3" if day == 0 else "1", "5", "5.0"]
        for day, date in enumerate(["01-31", "02-01", "02-02", "02-03"])
    ]
    assert all(line.endswith("█") for line in lines[2:6])
    assert "repeat the pushes of the 8 days before, 8 images (--pushes-of)" in " ".join(out.split())


def test_many_days_are_shown_in_steps_unless_all_are_asked_for(web):
    found = timeline([], [image("a", "v1", pushed=0.5)], at=NOW, days=365)
    screen = Screen(width=80, is_bounded=True)
    lines = [*chart(found, screen, price=0.1, every=False)]
    assert lines[-1] == "Every 6 days; --all shows each."
    assert len(lines) < 70
    assert lines[-2].split()[:3] == ["365", "2027-01-31", "5"]
    assert lines[-3].split()[:3] == ["360", "2027-01-26", "6"]
    assert len([*chart(found, screen, price=0.1, every=True)]) == 3 + 366


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_chart_fits_the_screen(width):
    found = timeline([], daily(20, "v", size_in_bytes=10**9), at=NOW, days=20)
    lines = [*chart(found, Screen(width=width, is_bounded=True), price=0.1, every=False)]
    assert max(map(len, lines)) <= width
    assert "█" * 8 in lines[-1]


def test_a_day_with_few_images_has_a_bar_and_one_with_none_has_none():
    images = [
        image("once", "v1", pushed=0.5),
        *(image(f"d{number}", f"v{number}", pushed=1.5) for number in range(999)),
    ]
    found = timeline(assign_priorities([older("any", 2)]), images, at=NOW, days=2, window=1)
    assert [day.images for day in found.days] == [1000, 2, 2]
    few = [*chart(found, Screen(width=80, is_bounded=True), price=0.1, every=False)]
    assert [line.count("█") > 0 for line in few[3:]] == [day.images > 0 for day in found.days]
    emptied = timeline(assign_priorities([older("any", 2)]), images[1:], at=NOW, days=1, window=1)
    assert [day.images for day in emptied.days] == [999, 0]
    assert "█" not in [*chart(emptied, Screen(width=80, is_bounded=True), price=0.1, every=False)][-1]


def test_a_terminal_without_blocks_gets_other_signs(web):
    words = ("lifecycle", "preview", "prod", "web", "--images", "images.json", "--timeline", "3")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "ecr_constructs.cli", *words]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert b"--------" in done.stdout
    assert b"########" in done.stdout
    assert b"\\u" not in done.stdout


def test_a_picture_comes_with_a_timeline(web):
    result = web.preview("--svg", "x.svg")
    assert "--svg: must come with --timeline, which it shows." in result.err
    assert result.status == 2


def test_a_picture_is_the_same_for_the_same_days(web):
    assert web.preview("--timeline", "30", "--svg", "one.svg").status == 0
    assert web.preview("--timeline", "30", "--svg", "two.svg").status == 0
    text = (web.directory / "one.svg").read_text(encoding="utf-8")
    assert text.lstrip().startswith("<?xml")
    assert text == (web.directory / "two.svg").read_text(encoding="utf-8")
    assert web.preview("--timeline", "3", "--svg", "no/where.svg").status == 1
