"""`ecr-constructs validate`: what people read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ecr_constructs.core.rates import apply_minutes, plan_minutes
from tests.unit.validated import DEV, STAGING, Validation


@pytest.fixture
def validation(tmp_path, monkeypatch, capsys):
    return Validation(tmp_path, monkeypatch, capsys)


def account(account_id):
    return f'account_id: "{account_id}"\n'


def repositories(count):
    return "ecr_repositories:\n" + "".join(f"  r{number}: {{}}\n" for number in range(count))


def cells(out):
    """Return the lines of a table, each with its cells."""
    table = out.split("\n\n")[0]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table.splitlines()]


def test_where_the_environments_are_what_they_make_and_who_pulls_from_whom_is_shown(validation):
    validation.write(
        dev=account(DEV)
        + f'ecr_shards: 2\norganization: true\necr_trusted_accounts: [{{account_id: "{STAGING}"}}]\n'
        + repositories(3),
        staging=account(STAGING) + "ecr_strategy: cross_account\necr_source_env: dev\n",
    )
    assert validation.run() == (
        0,
        """\
             account                                                                                     first
environment  region        strategy       repositories   who pulls                 stacks  parameters    apply     plan
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
dev          111111111111  local          3 made         staging (222222222222)         2          24  < 1 min  < 1 min
             us-east-1                                   own organisation
staging      222222222222  cross_account  3 referred to  from dev (111111111111,        1          24  < 1 min  < 1 min
             us-east-1                                   us-east-1)
""",
        "",
    )


def test_the_table_fits_120_columns_where_nothing_says_how_wide_it_may_be(validation):
    validation.write(
        dev=account(DEV) + f'ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]\n' + repositories(400),
        staging=account(STAGING) + "ecr_strategy: cross_account\necr_source_env: dev\n",
    )
    table = validation.run().out.split("\n\n")[0]
    assert 100 < max(map(len, table.splitlines())) <= 120


def test_nothing_is_cut_where_names_are_longer_than_the_table_is_wide(validation):
    name = "e" * 60
    validation.write(**{name: account(DEV) + "organization_id: o-a1b2c3d4e5\n" + repositories(1)})
    out = validation.run().out
    assert name in out
    assert DEV in out
    assert "o-a1b2c3d4e5" in out
    assert out.count("< 1 min") == 2


ONE = "ecr_repositories: {web: }\n"
LIST = '["444444444444"]'
# What the file of dev says, and what stands in its row for those who pull.
PULLERS = {
    "nobody": (ONE, ["own account"]),
    "an account that is no environment's": (
        'ecr_trusted_accounts: [{account_id: "444444444444"}]\n' + ONE,
        ["444444444444"],
    ),
    "an account that is said to be an environment's": (
        'ecr_trusted_accounts: [{account_id: "444444444444", env: lab}]\n' + ONE,
        ["lab (444444444444)"],
    ),
    "an account with two environments": (
        f'ecr_trusted_accounts: [{{account_id: "{STAGING}", env: qa}}]\n' + ONE,
        ["qa, staging (222222222222)"],
    ),
    "an organisation": ("organization_id: o-a1b2c3d4e5\n" + ONE, ["organisation o-a1b2c3d4e5"]),
    "some of the repositories": (
        f"ecr_repositories:\n  api:\n  web: {{enable_cross_account_access: true, allowed_account_ids: {LIST}}}\n",
        ["444444444444: 1 of 2"],
    ),
}


@pytest.mark.parametrize(("text", "shown"), PULLERS.values(), ids=PULLERS.keys())
def test_who_may_pull_is_shown_by_account_and_environment(validation, text, shown):
    validation.write(dev=account(DEV) + text, staging=account(STAGING))
    row = next(row for row in cells(validation.run("dev").out) if row[0] == "dev")
    assert row[4:-4] == shown


def test_a_source_that_is_no_environment_is_shown_by_account_and_region(validation):
    source = 'ecr_account_id: "444444444444"\necr_account_region: us-east-1\necr_source_env: ci\n'
    validation.write(dev=account(DEV) + "ecr_strategy: cross_account\n" + source + ONE)
    assert "from 444444444444," in cells(validation.run().out)[3]
    assert cells(validation.run().out)[4] == ["us-east-1", "us-east-1"]


def test_the_repositories_that_workloads_take_from_elsewhere_are_counted_apart(validation):
    uri = "444444444444.dkr.ecr.us-east-1.amazonaws.com/mail"
    text = f"backend: true\nservices: [{{name: mail, ecr_config: {{mode: manual_repo, repository_uri: {uri}}}}}]\n"
    validation.write(dev=text, empty="")
    rows = cells(validation.run().out)
    assert "1 made" in rows[3]
    assert "1 referred to" in rows[4]
    assert "none" in rows[5]


def test_renames_replacements_that_are_allowed_and_adoptions_are_always_shown_with_file_and_line(validation):
    validation.write(
        dev="ecr_repositories:\n"
        "  api: {adopt: [repository, lifecycle_policy]}\n"
        "  web:\n"
        "    renamed_from: app\n"
        "    allow_replacement: true\n"
    )
    _, below, count = validation.run().out.split("\n\n")
    assert count == "1 warning, 2 notices in 1 file.\n"
    assert (
        below
        == """\
environments/dev.yaml:7: notice: ecr_repositories.web.renamed_from: web was app: Terraform moves what its state has of it. [renamed]
environments/dev.yaml:8: warning: ecr_repositories.web.allow_replacement: web may be replaced, which deletes the images. [replacement-allowed]
environments/dev.yaml:5: notice: ecr_repositories.api.adopt: api: what exists in AWS is imported (repository, lifecycle_policy). [adopted]"""  # noqa: E501
    )


def test_what_the_defaults_say_of_many_repositories_is_one_line(validation):
    validation.write(dev="ecr_defaults: {allow_replacement: true}\n" + repositories(50))
    below = validation.run().out.split("\n\n")[1]
    (line,) = below.splitlines()
    assert line.startswith(
        "environments/dev.yaml:4: warning: ecr_defaults.allow_replacement: 50 repositories may be replaced"
    )


def test_one_environment_can_be_shown(validation):
    validation.write(dev="ecr_defaults: {adopt: true}\n" + repositories(1), prod=repositories(1))
    assert "dev" not in validation.run("prod").out


def test_every_problem_is_shown_with_status_2(validation):
    validation.write(dev="ecr_shards: 0\n", prod="colour: red\n")
    result = validation.run()
    assert (result.status, result.out) == (2, "")
    *lines, blank, count = result.err.splitlines()
    assert [line.rsplit("[", 1)[1] for line in lines] == ["range]", "unknown-key]"]
    assert (blank, count) == ("", "2 errors in 2 files.")


def test_problems_of_an_environment_that_is_not_shown_count_as_well(validation):
    validation.write(dev=repositories(1), prod="colour: red\n")
    result = validation.run("dev")
    assert (result.status, result.out) == (2, "")
    assert "environments/prod.yaml:4: colour" in result.err


def test_an_unknown_environment_is_an_error_that_suggests_the_nearest(validation):
    validation.write(dev=repositories(1))
    assert validation.run("deb") == (
        2,
        "",
        "ENV: must be one of: dev, got 'deb'. Did you mean 'dev'? [environment-known]\n",
    )


def test_a_long_first_apply_comes_with_its_remedies(validation):
    validation.write(dev=repositories(300))
    out = validation.run().out
    assert "13 min" in out
    assert "ecr_ssm_layout: config" in out


def test_a_short_first_apply_comes_with_none(validation):
    validation.write(dev="ecr_ssm_layout: config\n" + repositories(300))
    out = validation.run().out
    assert "3 min" in out
    assert "throughput" not in out


def test_the_remedy_that_is_taken_already_is_not_named(validation):
    validation.write(dev="ecr_ssm_layout: config\n" + repositories(1000))
    out = validation.run().out
    assert "ecr_ssm_layout" not in out
    assert "throughput" in out


@pytest.mark.parametrize("output", ["text", "json", "github"])
def test_nothing_is_loaded_that_the_format_does_not_need(validation, output):
    validation.write(dev=repositories(1))
    code = (
        f"import sys; from ecr_constructs.cli.app import run; status = run(['validate', '--format', '{output}']); "
        "assert not {'cdktf', 'jsii', 'boto3', 'moto'} & set(sys.modules); "
        f"assert {output == 'text'} or 'ecr_constructs.report.as_text' not in sys.modules and "
        "'rich.table' not in sys.modules; sys.exit(status)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=900, check=False).returncode == 0


def test_ten_thousand_parameters_take_about_an_hour():
    """Three writes, and three descriptions, a second."""
    assert round(apply_minutes(10_000)) == 56
    assert round(plan_minutes(10_000)) == 56
