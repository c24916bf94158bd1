"""What the benchmarks measure, and what they make of it; nothing here takes time."""

import re
from pathlib import Path

import pytest

from benchmarks.cases import COUNTS, OURS, TARGETS, synthesis_cases
from benchmarks.measure import Figures
from benchmarks.report import markdown, to_json
from benchmarks.review import ENVIRONMENTS, review_cases
from ecr_constructs.config.load import load_project

PAGE = Path(__file__).parents[2] / "docs/performance.md"


def cases(count):
    return {case.name: case for case in synthesis_cases(count, cdktn="/cdktn/python", aws_cdk="/aws-cdk/python")}


def figures(seconds):
    return [Figures(wall=seconds, cpu=seconds, memory_mb=100)] * 3


def test_both_engines_are_held_to_the_same_targets():
    on_cdktf, on_cdktn = (
        {(each.count, each.against, each.at_most) for each in TARGETS if each.ours == ours} for ours in OURS
    )
    assert on_cdktn <= on_cdktf
    assert {against for _, against, _ in on_cdktf - on_cdktn} == {"cdktf bindings, loaded lazily"}
    assert {
        (1, "cdktf bindings as shipped", 0.10),
        (1, "cdktn bindings as shipped", 0.50),
        (1, "aws-cdk, validation off", 1.00),
        (100, "aws-cdk, validation off", 0.90),
    } <= on_cdktn


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_what_a_target_compares_is_measured_in_the_same_turns(target):
    assert target.count in COUNTS
    assert {target.ours, target.against} <= set(cases(target.count))


def test_each_engine_is_measured_where_it_is_installed():
    measured = cases(1)
    for engine in ("cdktf", "cdktn"):
        ours, shipped = measured[f"ecr-constructs on {engine}"], measured[f"{engine} bindings as shipped"]
        assert ours.environment["ECR_CONSTRUCTS_ENGINE"] == engine
        assert ours.command("x")[0] == shipped.command("x")[0]
        assert shipped.command("x")[-1] == engine
    assert measured[OURS[1]].command("x")[0] == "/cdktn/python"


def test_the_table_has_a_row_for_each_target_with_both_engines():
    results = {count: {name: figures(2.0) for name in cases(count)} for count in COUNTS}
    results[1][OURS[0]], results[1][OURS[1]] = figures(0.5), figures(1.0)
    table = markdown(to_json(results, {"import": figures(1.0)}, {"python": "3.11"}))
    assert "| 1 | aws-cdk, validation off | 0.25 | 0.50 | at most 1.00 |" in table
    assert "| 1000 | cdktf bindings, loaded lazily | 1.00 |  | at most 1.15 |" in table


def test_the_page_has_a_place_for_the_tables():
    text = PAGE.read_text(encoding="utf-8")
    assert re.search(r"<!-- figures -->\n.*<!-- /figures -->", text, re.DOTALL)


def test_the_changes_that_are_reviewed_are_right_and_do_change_the_files(tmp_path):
    validate, one, every = review_cases(tmp_path)
    assert validate.environment["ECR_ENVIRONMENTS_DIR"] == one.environment["ECR_ENVIRONMENTS_DIR"]
    for case, changed in ((one, 1), (every, ENVIRONMENTS)):
        project = load_project(case.environment["ECR_ENVIRONMENTS_DIR"])
        assert len(project.environments) == ENVIRONMENTS
        assert sum(each.defaults.max_image_count == 50 for each in project.environments) == changed
