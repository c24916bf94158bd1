"""The files of a new project: right by the tools that read them, whatever is asked for."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sysconfig
from pathlib import Path, PurePosixPath

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from ecr_constructs.config.desired import oidc_of
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.schema import render_schema
from ecr_constructs.start.environment_file import environment_text, scalar
from ecr_constructs.start.files import _compatible, files_of, paths_of
from ecr_constructs.start.wanted import NewProject
from tests.unit.test_ci_examples import Loader, read
from tests.unit.yaml_core_schema import read_by_core_schema

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
EVERYTHING = {
    "account_id": "111111111111",
    "github": "acme/web",
    "gitlab": "acme/platform/web",
    "bucket": "acme-states",
}
# What is asked for, by a name of it.
ASKED = {"little": {}, "everything": EVERYTHING, "prod": {"env": "prod"}, "odd-names": {"env": "null", "name": "1e3"}}
# In a folder of a Git repository, which has every sign that a shell or YAML reads otherwise.
ODD = PurePosixPath('it\'s {a} "b" #c: $d')


def wanted(**asked):
    return NewProject(folder=Path("shop"), **{"region": "eu-west-1", **asked})


@pytest.fixture(params=ASKED)
def asked(request):
    return wanted(**ASKED[request.param])


@pytest.fixture
def project(asked, tmp_path):
    """A folder with the files."""
    return written(asked, tmp_path)


def written(asked, folder):
    for path, text in files_of(asked).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_each_file_is_one_that_is_looked_for_before(asked):
    assert sorted(files_of(asked)) == paths_of(asked)
    assert {*paths_of(asked)} - {*paths_of(asked, with_environment=False)} == {f"environments/{asked.env}.yaml"}


def test_nothing_is_left_to_be_filled_in(asked):
    for path, text in files_of(asked, below=ODD).items():
        assert re.findall(r"(?<![\w/])@[a-z_]+@", text) == [], path
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path


class TestEnvironment:
    def test_it_is_right_and_there_is_nothing_to_be_seen(self, asked, project):
        (environment,) = load_environments(project / "environments")
        assert environment.notices == ()
        assert (environment.name, environment.settings.project) == (asked.env, asked.project)

    def test_it_says_what_was_asked_for_and_the_schema_takes_it(self, asked, project):
        text = (project / f"environments/{asked.env}.yaml").read_text(encoding="utf-8")
        said = read_by_core_schema(text)
        acknowledged = {} if asked.github is None else {"acknowledge": ["github-by-name"]}
        assert said == {"schema_version": 7, **asked.declared(), **acknowledged}
        assert said == yaml.safe_load(text)
        schema = json.loads((project / "environments/environment.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(said)

    def test_an_editor_finds_the_schema_beside_it(self, asked, project):
        text = (project / f"environments/{asked.env}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=environment.schema.json\n")
        assert (project / "environments/environment.schema.json").read_text(encoding="utf-8") == render_schema()

    def test_jobs_of_both_services_get_a_role(self, tmp_path):
        (environment,) = load_environments(written(wanted(**EVERYTHING), tmp_path) / "environments")
        assert {each.construct for each in oidc_of(environment)} == {"GithubOidcRole", "GitlabOidcRole"}

    def test_what_it_shows_in_comments_is_right_too(self, tmp_path):
        """Each key that a comment offers can be taken as it stands there."""
        text = environment_text(wanted(github="acme/web"))
        keys = re.findall(r"^( *)# (account_id|bucket|prevent_destroy|owner_id|id): ", text, re.MULTILINE)
        assert len(keys) == 5
        shown = re.sub(r"^( *)# ((account_id|prevent_destroy|owner_id|id): )", r"\1\2", text, flags=re.MULTILINE)
        shown = shown.replace("# bucket: NAME", "bucket: acme-states").replace("acknowledge: [github-by-name]\n", "")
        shown += "github_oidc_provider: existing\n"
        (tmp_path / "dev.yaml").write_text(shown, encoding="utf-8")
        (environment,) = load_environments(tmp_path)
        assert environment.notices == ()
        assert environment.settings.bucket == "acme-states"

    @pytest.mark.parametrize(
        "text", ["123", "1e3", "0x1f", "null", "true", "no", "on", "y", "1.5", "a: b", "#a", "", "1_0"]
    )
    def test_a_name_that_would_be_something_else_is_quoted(self, text):
        assert yaml.safe_load(scalar(text)) == text
        assert read_by_core_schema(f"a: {scalar(text)}") == {"a": text}

    @pytest.mark.parametrize("text", ["dev", "eu-west-1", "Acme/web.x", "acme-states", "1/2"])
    def test_any_other_name_is_not(self, text):
        assert scalar(text) == text


class TestPython:
    def test_ruff_finds_nothing(self, project):
        """Neither with its defaults nor with the rules of this project, but for the line of another width."""
        rules = ["A", "ARG", "B", "C4", "D", "E", "F", "I", "N", "PTH", "RET", "RUF", "S", "SIM", "T20", "UP", "W"]
        google = ["--config", 'lint.pydocstyle.convention = "google"', "--ignore", "S101"]
        for arguments in (
            ["format", "--check"],
            ["check"],
            ["check", "--select", ",".join(rules), *google],
        ):
            done = subprocess.run(
                [SCRIPTS / "ruff", arguments[0], "--isolated", "--no-cache", *arguments[1:], "."],
                cwd=project,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout


class TestWorkflows:
    @pytest.mark.parametrize("below", [None, ODD])
    @pytest.mark.parametrize(
        ("path", "schema"),
        [(".github/workflows/check.yml", "github-workflows"), (".gitlab-ci.yml", "gitlab-ci")],
    )
    def test_a_workflow_has_the_form_that_its_service_reads(self, path, schema, below):
        said = yaml.load(files_of(wanted(**EVERYTHING), below=below)[path], Loader)
        found = get_builtin_schema(f"vendor.{schema}")
        validator = jsonschema.validators.validator_for(found)(found)
        assert [error.message for error in validator.iter_errors(said)] == []

    def test_a_job_on_github_may_read_the_code_and_nothing_else(self):
        said = yaml.load(files_of(wanted(**EVERYTHING))[".github/workflows/check.yml"], Loader)
        assert (said["permissions"], said["jobs"]["check"]["permissions"]) == ({}, {"contents": "read"})
        assert said["on"]["pull_request"] is None
        assert "defaults" not in said

    def test_both_check_the_files_and_what_terraform_is_told(self):
        files = files_of(wanted(**EVERYTHING))
        github = yaml.load(files[".github/workflows/check.yml"], Loader)["jobs"]["check"]["steps"]
        gitlab = yaml.load(files[".gitlab-ci.yml"], Loader)["check"]["script"]
        assert [step["run"] for step in github if "run" in step][-2:] == [
            "ecr-constructs validate --format github",
            "pytest",
        ]
        assert gitlab == ["ecr-constructs validate", "pytest"]

    def test_a_pull_request_is_reviewed_by_the_action_of_this_version(self):
        said = yaml.load(files_of(wanted(**EVERYTHING))[".github/workflows/check.yml"], Loader)["jobs"]["review"]
        assert said["if"] == "github.event_name == 'pull_request'"
        assert said["permissions"] == {"contents": "read", "pull-requests": "write"}
        step = said["steps"][-1]
        metadata = importlib.metadata.metadata("ecr-constructs")
        (source,) = (each for each in metadata.get_all("Project-URL") if each.startswith("Source, "))
        assert f"Source, https://github.com/{step['uses']}" == f"{source}@v{metadata['Version']}"
        assert {*step["with"]} <= {*read(ROOT / "action.yml")["inputs"]}
        # What the project pins is what reviews it.
        assert step["with"]["version"] == "installed"
        assert [each["run"] for each in said["steps"] if "run" in each] == [
            "pip install --no-compile --requirement requirements.txt"
        ]

    def test_neither_is_there_unless_it_is_asked_for(self):
        assert {path for path in files_of(wanted()) if "git" in path} == {".gitignore"}

    def test_below_the_root_of_a_repository_each_runs_in_its_folder(self, tmp_path):
        files = files_of(wanted(**EVERYTHING), below=ODD)
        github = yaml.load(files[".github/workflows/check.yml"], Loader)
        assert PurePosixPath(github["defaults"]["run"]["working-directory"]) == ODD
        # Which is of no meaning for an action.
        assert PurePosixPath(github["jobs"]["review"]["steps"][-1]["with"]["directory"]) == ODD / "environments"
        (tmp_path / ODD / "environments").mkdir(parents=True)
        change = yaml.load(files[".gitlab-ci.yml"], Loader)["check"]["before_script"][0]
        done = subprocess.run(
            ["sh", "-c", f"{change} && pwd -P"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert Path(done.stdout.rstrip("\n")) == (tmp_path / ODD).resolve()
        ((hook,),) = (each["hooks"] for each in yaml.safe_load(files[".pre-commit-config.yaml"])["repos"])
        assert re.search(hook["files"], f"{ODD}/environments/dev.yaml")
        assert not re.search(hook["files"], "environments/dev.yaml")
        show = hook["entry"].replace("ecr-constructs validate", "sh -c 'cd \"$ECR_ENVIRONMENTS_DIR\" && pwd -P'")
        done = subprocess.run(["sh", "-c", show], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert Path(done.stdout.rstrip("\n")) == (tmp_path / ODD / "environments").resolve()


def test_the_hook_runs_for_environment_files_alone():
    ((hook,),) = (each["hooks"] for each in yaml.safe_load(files_of(wanted())[".pre-commit-config.yaml"])["repos"])
    assert hook["entry"] == "ecr-constructs validate"
    matching = ["environments/dev.yaml", "environments/dev.yml"]
    assert [
        path for path in [*matching, "app.py", "x/environments/a.yaml"] if re.search(hook["files"], path)
    ] == matching


def test_git_leaves_out_what_tools_write(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    written(wanted(**EVERYTHING), tmp_path)
    made = [
        "terraform.dev.tfstate",
        "terraform.dev.tfstate.backup",
        "cdktf.out/manifest.json",
        ".venv/a",
        "node_modules/b",
    ]
    for path in [*made, "package-lock.json", "tests/__snapshots__/c.tf.json", "tests/__pycache__/d.pyc"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    done = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = {line[3:] for line in done.stdout.splitlines()}
    assert seen == {*paths_of(wanted(**EVERYTHING)), "package-lock.json", "tests/__snapshots__/c.tf.json"}


def test_the_command_is_of_the_version_that_is_tested_here():
    ours = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    theirs = json.loads(files_of(wanted())["package.json"])
    assert theirs["devDependencies"] == ours["devDependencies"]


def test_npm_warns_of_a_node_that_the_command_has_to_be_compiled_for():
    """What is built for it, tests/engine/test_cdktn_guide.py holds: Node 20 and 22, and not 24."""
    files = files_of(wanted())
    assert json.loads(files["package.json"])["engines"] == {"node": ">=20.9 <23"}
    example = (ROOT / "examples/consumer-app/package.json").read_text(encoding="utf-8")
    assert json.loads(example)["engines"] == {"node": ">=20.9 <23"}
    assert "Node 20 or 22.\nOn Node 24, `npm install` has to compile" in files["README.md"]
    guide = (ROOT / "docs/start.md").read_text(encoding="utf-8")
    assert "and Node 20 or 22; on\nNode 24, all but the `cdktf` command works" in guide


def test_the_app_is_run_by_the_python_of_the_virtual_environment_that_is_active():
    assert json.loads(files_of(wanted())["cdktf.json"])["app"] == "python app.py"


@pytest.mark.parametrize(
    ("version", "compatible"),
    [
        ("0.1.0", ">=0.1.0,<0.2"),
        ("0.12.3.dev1+abc", ">=0.12.3.dev1,<0.13"),
        ("1.2.3", ">=1.2.3,<2"),
        ("2.0", ">=2.0,<3"),
    ],
)
def test_the_package_is_of_this_version_or_a_compatible_one(version, compatible):
    assert _compatible(version) == compatible


def test_the_readme_says_how_states_get_into_their_bucket():
    with_bucket, without = (files_of(wanted(**asked))["README.md"] for asked in (EVERYTHING, {}))
    # Nothing is left over, and what is accepted is what Terraform is told then.
    assert "bootstrap.py && rm bootstrap.py.before\n" in with_bucket
    assert "npx cdktf deploy bootstrap --migrate-state\n$ pytest --snapshot-update\n" in with_bucket
    assert "bootstrap" not in without
    assert "`terraform.dev.tfstate`" in without
