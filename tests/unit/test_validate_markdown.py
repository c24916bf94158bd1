"""`ecr-constructs validate --format markdown`: the page of a job."""

from __future__ import annotations

import pytest

from ecr_constructs.report.rule_pages import address_of_rule
from tests.unit.validated import DEV, STAGING, Validation

LOCAL = f"""\
account_id: "{DEV}"
ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]
ecr_repositories:
  web:
    renamed_from: app
    adopt: false
    allow_replacement: true
"""
CROSS_ACCOUNT = f'account_id: "{STAGING}"\necr_strategy: cross_account\necr_source_env: dev\n'


@pytest.fixture
def validation(tmp_path, monkeypatch, capsys):
    return Validation(tmp_path, monkeypatch, capsys)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_environments_are_a_table_and_the_notices_are_one(validation):
    validation.write(dev=LOCAL, staging=CROSS_ACCOUNT)
    status, out, err = validation.run("--format", "markdown")
    assert (status, err) == (0, "")
    assert out == (
        "## Environments\n\n"
        "| environment | account region | strategy | repositories | who pulls "
        "| stacks | parameters | first apply | plan |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| dev | 111111111111<br>us-east-1 | local | 1 made | staging (222222222222) "
        "| 1 | 8 | \\< 1 min | \\< 1 min |\n"
        "| staging | 222222222222<br>us-east-1 | cross\\_account | 1 referred to | from dev (111111111111, us-east-1) "
        "| 1 | 8 | \\< 1 min | \\< 1 min |\n"
        "\n## Findings\n\n"
        "1 warning, 1 notice in 1 file.\n\n"
        "| severity | where | what | what to do | code |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| notice | environments/dev.yaml:8<br>ecr\\_repositories.web.renamed\\_from "
        "| web was app: Terraform moves what its state has of it. |  "
        f"| [renamed]({address_of_rule('renamed')}) |\n"
        "| warning | environments/dev.yaml:10<br>ecr\\_repositories.web.allow\\_replacement "
        "| web may be replaced, which deletes the images. |  "
        f"| [replacement-allowed]({address_of_rule('replacement-allowed')}) |\n"
    )


def test_problems_are_a_table_with_what_to_do_and_no_environments(validation):
    validation.write(dev="ecr_shards: 0\nnotes: x\n")
    status, out, err = validation.run("--format", "markdown")
    assert (status, err) == (2, "")
    heading, _, count, _, *table = out.splitlines()
    assert (heading, count) == ("## Findings", "2 errors in 1 file.")
    assert ["error", "environments/dev.yaml:4<br>ecr\\_shards", "must be at least 1, got 0.", "Use 1 or more."] in [
        cells(line)[:4] for line in table
    ]


def test_where_there_is_nothing_to_see_the_environments_are_all(validation):
    validation.write(dev="backend: true\n")
    assert validation.run("--format", "markdown").out.splitlines()[-1].startswith("| dev |")


def test_how_an_environment_would_be_faster_is_said_below_the_table(validation):
    validation.write(dev="ecr_repositories:\n" + "".join(f"  r{number}: {{}}\n" for number in range(300)))
    table, _, rest = validation.run("--format", "markdown").out.partition("\n\n")[2].partition("\n\n")
    assert table.splitlines()[-1].startswith("| dev |")
    assert rest.startswith(
        "dev: Parameter Store takes 3 writes a second by default. To be faster, set ecr\\_ssm\\_layout"
    )


def test_no_name_breaks_out_of_its_cell(validation):
    """A cell ends at `|`, and `<`, `[` and `*` would be more than text."""
    validation.write(dev='ecr_repositories: {"a|b": {"<i>x": [y]}, "*c*": }\n')
    out = validation.run("--format", "markdown").out
    assert "a\\|b" in out
    assert "\\<i\\>x" in out
    assert "\\*c\\*" in out
