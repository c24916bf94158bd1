"""`ecr-constructs lifecycle check`: what is found in the policies of environments, and how it is shown."""

import json

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.cli.lifecycle_check import CheckFormat, check
from ecr_constructs.config.load import load_project
from ecr_constructs.errors import InvalidInput
from ecr_constructs.lifecycle import check as checking
from ecr_constructs.lifecycle.check_as_text import check_as_text
from ecr_constructs.terminal.screen import Screen

HEAD = "schema_version: 7\nproject: shop\nenv: {env}\nregion: us-east-1\n"
SHADOWED = """\
ecr_repositories:
  api: {}
  web:
    lifecycle_rules:
      - {tag_status: tagged, tag_pattern_list: ["v*"], count_type: imageCountMoreThan, count_number: 20}
      - {tag_status: tagged, tag_pattern_list: ["v*-rc*"], count_type: imageCountMoreThan, count_number: 8}
"""
AGED = "ecr_defaults: {expire_tagged_after_days: 30, max_image_count: null, expire_untagged_after_days: 3}\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write environments, and let commands read them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "environments")
    (tmp_path / "environments").mkdir()

    def write_files(**files):
        for env, text in files.items():
            (tmp_path / f"environments/{env}.yaml").write_text(HEAD.format(env=env) + text, encoding="utf-8")
        return load_project("environments")

    return write_files


def test_each_finding_comes_with_the_images_that_show_it(write, capsys):
    write(dev=SHADOWED)
    assert check() == 1
    assert capsys.readouterr().out == (
        "environments/dev.yaml:10: warning: ecr_repositories.web.lifecycle_rules[1]: Rule 2 never acts: rule 1 comes "
        "first and identifies every image that it selects, and later rules leave alone what an earlier one identifies. "
        "[lifecycle-inert]\n"
        "  Repositories: web\n"
        "\n"
        "  images  age  outcome  by\n"
        "  ────────────────────────────────────────────\n"
        "  v1-rc1  1 d  keep     rule 1\n"
        "  v2-rc2  2 d  keep     rule 1\n"
        "  6 more       keep     rule 1\n"
        "  v9-rc9  9 d  keep     rule 1, before rule 2\n"
        "\n"
        "dev: 1 warning in 2 policies.\n"
    )


def test_it_is_a_command(write, capsys):
    write(dev=SHADOWED)
    assert run(["lifecycle", "check", "dev", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["environments"][0]["name"] == "dev"
    assert run(["lifecycle", "check", "stage"]) == 2
    assert "must be one of: dev" in capsys.readouterr().err


def test_it_ends_with_0_where_nothing_is_found(write, capsys):
    write(dev="ecr_repositories: {web: {}}\n")
    assert check() == 0
    assert capsys.readouterr().out == "dev: no findings in 1 policy.\n"


def test_what_many_repositories_have_of_the_defaults_is_said_once(write, capsys):
    write(dev=AGED + "ecr_repositories: {a: , b: , c: , d: , e: , f: , g: }\n")
    assert check() == 1
    out = capsys.readouterr().out
    assert out.count("[lifecycle-age-alone]") == 1
    assert "  Repositories: a, b, c, d and 3 more repositories\n" in out
    assert out.endswith("dev: 1 warning in 7 policies.\n")


def test_what_the_file_acknowledges_is_counted_alone(write, capsys):
    write(dev=AGED + "acknowledge: [lifecycle-age-alone]\necr_repositories: {web: }\n")
    assert check() == 0
    assert capsys.readouterr().out == "dev: no findings in 1 policy, 1 more acknowledged.\n"


def test_a_repository_may_acknowledge_what_others_do_not(write):
    text = (
        "ecr_repositories:\n"
        "  api: {max_image_count: null}\n"
        "  web: {max_image_count: null, acknowledge: [lifecycle-none]}\n"
    )
    project = write(dev=text)
    (found,) = [checking.check(each, project) for each in project.environments]
    assert [each.repositories for each in found.findings] == [("api",)]
    assert found.acknowledged == 1


def test_environments_can_be_named(write, capsys):
    write(dev=SHADOWED, prod="ecr_repositories: {web: {}}\n")
    assert check(["prod"]) == 0
    assert capsys.readouterr().out == "prod: no findings in 1 policy.\n"
    assert check(["environments/dev.yaml", "prod"]) == 1
    assert capsys.readouterr().out.endswith("dev: 1 warning in 2 policies.\nprod: no findings in 1 policy.\n")
    with pytest.raises(InvalidInput, match="must be one of: dev, prod"):
        check(["stage"])


def test_templates_of_repositories_are_looked_at(write):
    text = (
        'account_id: "111111111111"\n'
        "ecr_creation_templates:\n"
        "  shop: {applied_for: [REPLICATION], max_image_count: 1, expire_tagged_after_days: 3}\n"
    )
    project = write(dev=text)
    (found,) = [checking.check(each, project) for each in project.environments]
    assert found.policies == 1
    assert [(each.notice.code, each.repositories) for each in found.findings] == [
        ("lifecycle-any-skips-tagged", ()),
        ("lifecycle-age-alone", ()),
    ]
    assert found.findings[0].notice.source == "environments/dev.yaml:7"


@pytest.mark.parametrize("applied_for", ["CREATE_ON_PUSH", "PULL_THROUGH_CACHE", "REPLICATION"])
def test_a_template_without_a_policy_is_looked_at(write, applied_for):
    template = f"ecr_creation_templates: {{shop: {{applied_for: [{applied_for}]}}}}\n"
    project = write(dev=f'account_id: "111111111111"\naws_provider_version: "~> 6.28"\n{template}')
    (environment,) = project.environments
    (finding,) = checking.check(environment, project).findings
    assert [finding.notice] == list(environment.notices)
    assert (finding.notice.code, finding.notice.key) == (
        "lifecycle-none",
        "ecr_creation_templates.shop.max_image_count",
    )
    # An image that stays shows it.
    assert finding.shown is not None


def test_what_it_finds_is_what_validate_points_out(write):
    project = write(dev=SHADOWED + "  none: {max_image_count: null}\n  aged: {expire_tagged_after_days: 3}\n")
    (environment,) = project.environments
    found = checking.check(environment, project)
    assert {each.notice for each in found.findings} == set(environment.notices)
    assert len(found.findings) == 4


def test_programs_get_one_object(write, capsys):
    write(dev=SHADOWED)
    assert check(output=CheckFormat.JSON) == 1
    (found,) = json.loads(capsys.readouterr().out)["environments"]
    (finding,) = found.pop("findings")
    assert found == {"name": "dev", "file": "environments/dev.yaml", "policies": 2, "acknowledged": 0}
    images = finding.pop("images")
    message = finding.pop("message")
    assert message.startswith("Rule 2 never acts: rule 1 comes first")
    assert finding == {
        "code": "lifecycle-inert",
        "severity": "warning",
        "file": "environments/dev.yaml",
        "line": 10,
        "key": "ecr_repositories.web.lifecycle_rules[1]",
        "repositories": ["web"],
    }
    assert len(images) == 9
    assert images[0] == {
        "imageTags": ["v1-rc1"],
        "storageClass": "STANDARD",
        "ageInDays": 1,
        "action": None,
        "rulePriority": 1,
        "shieldedFromRulePriority": None,
    }
    assert images[-1] == {**images[0], "imageTags": ["v9-rc9"], "ageInDays": 9, "shieldedFromRulePriority": 2}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_the_screen(write, width):
    project = write(dev=AGED + SHADOWED)
    found = [checking.check(each, project) for each in project.environments]
    lines = "\n".join(check_as_text(found, Screen(width=width, is_bounded=True))).splitlines()
    assert max(map(len, lines)) <= width
    assert "  v9-rc9  9 d  keep     rule 1, before rule 2" in lines
