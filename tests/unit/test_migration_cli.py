"""`ecr-constructs migrate`: what it shows, what it writes, and that it writes all or nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.config.load import load_environments
from ecr_constructs.migration import files
from ecr_constructs.migration.meroku import KEYS

DEV = "schema_version: 6\nproject: shop\nenv: dev\nregion: us-east-1\n"
DEV_AFTER = "schema_version: 7\nproject: shop\nenv: dev\nregion: us-east-1\necr_strategy: local\n"
PROD = DEV.replace("dev", "prod")
PROD_AFTER = DEV_AFTER.replace("dev", "prod")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of environment files, which is also the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", ".")
    return tmp_path


def write(**texts):
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")


def contents():
    """Return what is in the folder, with the time in names as `T`."""
    return {re.sub(r"\d{8}T\d{6}Z", "T", path.name): path.read_text(encoding="utf-8") for path in Path().iterdir()}


def test_a_file_is_shown_kept_and_written(capsys):
    write(dev=DEV)
    assert run(["migrate", "dev.yaml"]) == 0
    assert contents() == {"dev.yaml": DEV_AFTER, "dev.yaml.T.bak": DEV}
    shown = re.sub(r"\d{8}T\d{6}Z", "T", capsys.readouterr().out)
    assert shown.splitlines() == [
        "--- dev.yaml",
        "+++ dev.yaml",
        "@@ -1,4 +1,5 @@",
        "-schema_version: 6",
        "+schema_version: 7",
        " project: shop",
        " env: dev",
        " region: us-east-1",
        "+ecr_strategy: local",
        "dev.yaml: schema_version: 7, was 6",
        "dev.yaml: ecr_strategy: local, because env is dev",
        "dev.yaml: written; what it was is in dev.yaml.T.bak",
    ]


def test_a_second_run_says_so_and_writes_nothing(capsys):
    write(dev=DEV)
    run(["migrate", "dev.yaml"])
    before = contents()
    capsys.readouterr()
    assert run(["migrate", "dev.yaml"]) == 0
    assert capsys.readouterr().out == "dev.yaml: version 7 already, nothing to do\n"
    assert contents() == before


def test_a_dry_run_shows_the_same_and_writes_nothing(capsys):
    write(dev=DEV)
    assert run(["migrate", "dev.yaml", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "+ecr_strategy: local\n" in out
    assert out.endswith("Nothing was written.\n")
    assert contents() == {"dev.yaml": DEV}


def test_all_is_every_file_of_the_environments_directory_and_what_comes_of_it_loads():
    write(dev=DEV, prod=PROD)
    Path(".hidden.yaml").write_text("[")
    assert run(["migrate", "all"]) == 0
    assert (contents()["dev.yaml"], contents()["prod.yaml"]) == (DEV_AFTER, PROD_AFTER)
    assert [environment.name for environment in load_environments(Path())] == ["dev", "prod"]


def test_a_file_named_twice_is_migrated_once():
    write(dev=DEV)
    assert run(["migrate", "dev.yaml", "./dev.yaml", str(Path("dev.yaml").absolute())]) == 0
    assert sorted(contents()) == ["dev.yaml", "dev.yaml.T.bak"]


def test_if_one_file_is_refused_none_is_written_and_every_problem_is_shown(capsys):
    write(dev=DEV, prod=PROD + "colour: red\nsize: 1\n", test="project: [\n")
    before = contents()
    assert run(["migrate", "all"]) == 2
    captured = capsys.readouterr()
    assert [line.split(": must")[0] for line in captured.err.splitlines()] == [
        "prod.yaml:5: colour",
        "prod.yaml:6: size",
        "test.yaml:2",
        "",
        "3 errors in 2 files.",
    ]
    assert captured.out == ""
    assert contents() == before


def test_what_has_still_to_be_corrected_is_shown(capsys):
    write(dev=DEV + "ecr_shards: 0\n")
    assert run(["migrate", "dev.yaml"]) == 0
    assert "has still to be corrected by hand:\n  dev.yaml:6: ecr_shards: must be at least 1" in capsys.readouterr().out


def test_a_link_is_refused_and_where_it_leads_is_said(capsys):
    write(real=DEV)
    Path("dev.yaml").symlink_to("real.yaml")
    assert run(["migrate", "dev.yaml"]) == 2
    message = "dev.yaml: must not be a link. Name real.yaml, where it leads, to have that changed. [file-link]\n"
    assert capsys.readouterr().err == f"{message}\n1 error in 1 file.\n"
    assert Path("dev.yaml").is_symlink()


@pytest.mark.parametrize("name", ["none.yaml", "folder"])
def test_what_is_no_file_is_refused(capsys, name):
    Path("folder").mkdir()
    assert run(["migrate", name]) == 2
    assert capsys.readouterr().err.startswith(f"{name}: must be a file")


MEROKU = "project: shop\nenv: prod\nregion: us-east-1\nis_prod: true\nservices: [{name: api}]\n"


def test_a_meroku_file_becomes_a_new_file_and_stays_as_it_is(capsys):
    write(meroku=MEROKU)
    assert run(["migrate", "meroku.yaml", "--output", "prod.yaml"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "prod.yaml: left out, because no repository depends on it: is_prod",
        "prod.yaml: written",
    ]
    assert contents()["meroku.yaml"] == MEROKU
    Path("meroku.yaml").unlink()
    (environment,) = load_environments(Path())
    assert sorted(environment.repositories) == ["backend", "service_api"]


def test_a_meroku_file_is_refused_without_output(capsys):
    write(prod=MEROKU)
    assert run(["migrate", "prod.yaml"]) == 2
    assert "Say --output FILE" in capsys.readouterr().err
    assert contents() == {"prod.yaml": MEROKU}


def test_output_leaves_a_file_of_ours_as_it_is_too():
    write(dev=DEV)
    assert run(["migrate", "dev.yaml", "--output", "new.yaml"]) == 0
    assert contents() == {"dev.yaml": DEV, "new.yaml": DEV_AFTER}


def test_a_dry_run_with_output_shows_the_new_file_alone(capsys):
    write(dev=DEV)
    assert run(["migrate", "dev.yaml", "--output", "new.yaml", "--dry-run"]) == 0
    assert capsys.readouterr().out == DEV_AFTER
    assert contents() == {"dev.yaml": DEV}


def test_a_tfvars_file_is_shown_as_an_environment_file_with_the_notes_beside_it(capsys):
    Path("prod.tfvars").write_text('env = "prod"\necr_repositories = { web = {} }\nvpc = 1\n')
    assert run(["migrate", "--from-tfvars", "prod.tfvars", "--project", "shop", "--region", "us-east-1"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(
        "# yaml-language-server: $schema=environment.schema.json\n#\n# Made from prod.tfvars."
    )
    assert captured.out.endswith("  max_image_count: null\n\necr_repositories:\n  web: {}\n")
    assert captured.err.endswith("left out, because an environment file has no such key: vpc\n")
    assert sorted(contents()) == ["prod.tfvars"]


def test_a_tfvars_file_becomes_a_file_that_loads():
    Path("x.tfvars").write_text(
        'env = "prod"\nproject = "shop"\nregion = "us-east-1"\necr_repositories = { web = {} }\n'
    )
    assert run(["migrate", "--from-tfvars", "x.tfvars", "--output", "prod.yaml"]) == 0
    (environment,) = load_environments(Path())
    assert list(environment.repositories) == ["web"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "FILE: must be given, or --from-tfvars, and not both."),
        (["dev.yaml", "--from-tfvars", "x.tfvars"], "FILE: must be given, or --from-tfvars, and not both."),
        (["all", "dev.yaml"], "FILE: must be `all` alone, or files, got both."),
        (["all", "--output", "x.yaml"], "--output: must come with one FILE."),
        (["dev.yaml", "prod.yaml", "--output", "x.yaml"], "--output: must come with one FILE."),
        (["dev.yaml", "--output", "prod.yaml"], "--output: must name a file that is not there yet, got 'prod.yaml'."),
        (["dev.yaml", "--project", "a"], "--project: must come with --from-tfvars."),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(capsys, arguments, message):
    write(dev=DEV, prod=PROD)
    assert run(["migrate", *arguments]) == 2
    assert capsys.readouterr().err.startswith(message)
    assert contents() == {"dev.yaml": DEV, "prod.yaml": PROD}


@pytest.mark.parametrize("directory", ["empty", "missing"])
def test_all_needs_files(capsys, monkeypatch, directory):
    Path("empty").mkdir()
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", directory)
    assert run(["migrate", "all"]) == 2
    assert capsys.readouterr().err.startswith(f"{directory}: must be a directory with .yaml files")


def test_a_file_of_another_spelling_is_not_passed_over_in_silence(capsys):
    write(dev=DEV)
    Path("prod.YAML").write_text(PROD, encoding="utf-8")
    assert run(["migrate", "all"]) == 2
    assert "prod.YAML: must end in .yaml" in capsys.readouterr().err
    assert contents() == {"dev.yaml": DEV, "prod.YAML": PROD}


def test_the_command_ends_with_status_1_if_a_file_cannot_be_written(capsys, monkeypatch):
    write(dev=DEV)
    monkeypatch.setattr(
        files.tempfile, "mkstemp", lambda **_: (_ for _ in ()).throw(PermissionError(13, "Denied", "."))
    )
    assert run(["migrate", "dev.yaml"]) == 1
    assert capsys.readouterr().err == ".: Denied. Nothing was changed.\n"
    assert contents() == {"dev.yaml": DEV}


def test_nothing_of_the_engine_is_loaded():
    write(dev=DEV)
    code = (
        "import sys; from ecr_constructs.cli.app import run; status = run(['migrate', 'dev.yaml']); "
        "assert not {'cdktf', 'jsii', 'boto3', 'moto', 'hcl2'} & set(sys.modules); sys.exit(status)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=900, check=False).returncode == 0


GUIDE = (Path(__file__).parents[2] / "docs" / "migration.md").read_text(encoding="utf-8")


def test_the_guide_shows_what_the_command_does(capsys):
    before = re.search(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)[1]
    shown = re.search(
        r"^\$ ecr-constructs migrate environments/prod\.yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE
    )[1]
    Path("environments").mkdir()
    Path("environments/prod.yaml").write_text(before, encoding="utf-8")
    assert run(["migrate", "environments/prod.yaml"]) == 0
    assert re.sub(r"\d{8}T\d{6}Z", "20261121T120000Z", capsys.readouterr().out) == shown


def test_the_guide_names_every_key_of_the_meroku_layout():
    assert [key for key in sorted(KEYS) if f"`{key}`" not in GUIDE] == []


def test_whatever_the_name_of_a_file_holds_it_is_shown_in_one_line(capsys):
    file = Path("de\x1b[2Jv\n.yaml")
    file.write_text(DEV, encoding="utf-8")
    assert run(["migrate", f"./{file}", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["--- de\\x1b[2Jv\\n.yaml", "+++ de\\x1b[2Jv\\n.yaml"]
    assert run(["migrate", f"./{file}"]) == 0
    assert "de\\x1b[2Jv\\n.yaml: written; what it was is in de\\x1b[2Jv\\n.yaml." in capsys.readouterr().out
