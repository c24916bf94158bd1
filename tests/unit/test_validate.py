"""`ecr-constructs validate`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.core.rates import apply_minutes, plan_minutes


@pytest.fixture
def environments(tmp_path, monkeypatch):
    """Return a function that writes environment files, and make the command read them."""
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(tmp_path))

    def write(**texts):
        for name, text in texts.items():
            head = f"project: shop\nenv: {name}\nregion: us-east-1\n"
            (tmp_path / f"{name}.yaml").write_text(head + text, encoding="utf-8")

    return write


def repositories(count):
    return "ecr_repositories:\n" + "".join(f"  r{number}: {{}}\n" for number in range(count))


def test_what_is_declared_is_shown(environments, capsys):
    environments(dev='account_id: "111111111111"\necr_shards: 2\n' + repositories(3), prod=repositories(1))
    assert run(["validate"]) == 0
    rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in capsys.readouterr().out.splitlines()]
    shown = [row for row in rows if row[0] in ("dev", "prod")]
    assert shown == [
        ["dev", "111111111111", "us-east-1", "3", "2", "24", "under a minute", "under a minute"],
        ["prod", "any", "us-east-1", "1", "1", "8", "under a minute", "under a minute"],
    ]


def test_one_environment_can_be_shown(environments, capsys):
    environments(dev=repositories(1), prod=repositories(1))
    assert run(["validate", "prod"]) == 0
    assert "dev" not in capsys.readouterr().out


def test_every_problem_is_shown_with_status_2(environments, capsys):
    environments(dev="ecr_shards: 0\n", prod="colour: red\n")
    assert run(["validate"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.rsplit("[", 1)[1] for line in lines] == ["range]", "unknown-key]"]


def test_problems_of_an_environment_that_is_not_shown_count_as_well(environments, capsys):
    environments(dev=repositories(1), prod="colour: red\n")
    assert run(["validate", "dev"]) == 2
    assert "prod.yaml:4: colour" in capsys.readouterr().err


def test_an_unknown_environment_is_an_error_that_suggests_the_nearest(environments, capsys):
    environments(dev=repositories(1))
    assert run(["validate", "deb"]) == 2
    assert "Did you mean 'dev'?" in capsys.readouterr().err


def test_a_long_first_apply_comes_with_its_remedies(environments, capsys):
    environments(dev=repositories(300))
    run(["validate"])
    out = capsys.readouterr().out
    assert "13 min" in out
    assert "ecr_ssm_layout: config" in out


def test_a_short_first_apply_comes_with_none(environments, capsys):
    environments(dev="ecr_ssm_layout: config\n" + repositories(300))
    run(["validate"])
    out = capsys.readouterr().out
    assert "3 min" in out
    assert "throughput" not in out


def test_nothing_of_the_engine_is_loaded(environments):
    environments(dev=repositories(1))
    code = (
        "import sys; from ecr_constructs.cli.app import run; status = run(['validate']); "
        "assert not {'cdktf', 'jsii', 'boto3', 'moto'} & set(sys.modules); sys.exit(status)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False).returncode == 0


def test_ten_thousand_parameters_take_about_an_hour():
    """Three writes, and three descriptions, a second."""
    assert round(apply_minutes(10_000)) == 56
    assert round(plan_minutes(10_000)) == 56
