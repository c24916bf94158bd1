"""What other projects take from here: each file right by its schema, and its shell sound and safe."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from ecr_constructs.review.formats.as_markdown import MARKER
from ecr_constructs.start.files import _compatible, files_of
from ecr_constructs.start.wanted import NewProject
from tests.examples.scratch import DEV, scratch_in
from tests.unit.test_ci_examples import Loader, read

ROOT = Path(__file__).parents[2]
ACTION, WORKFLOW, HOOKS = ROOT / "action.yml", ROOT / ".github/workflows/ci.yml", ROOT / ".pre-commit-hooks.yaml"
TEMPLATE = ROOT / "templates/review.yml"
SCRIPTS = sorted((ROOT / "tools/action").glob("*.sh"))
PROGRAMS = Path(sysconfig.get_path("scripts"))
SHELLCHECK = [
    str(PROGRAMS / "shellcheck"),
    "--severity=style",
    "--enable=all",
    # Variables come from the step.
    "--exclude=SC2153,SC2154,SC2250,SC2310,SC2311,SC2312",
]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def errors(kind: str, data: Any) -> list[str]:
    schema = get_builtin_schema(f"vendor.{kind}")
    return [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(data)]


def documents(file: Path) -> list[Any]:
    return [*yaml.load_all(file.read_text("utf-8"), Loader)]  # a SafeLoader


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(ACTION)["runs"]["steps"]
    return found


class TestSchemas:
    def test_the_action(self):
        assert errors("github-actions", read(ACTION)) == []

    def test_the_workflow(self):
        assert errors("github-workflows", read(WORKFLOW)) == []

    def test_the_template_and_its_header(self):
        header, jobs = documents(TEMPLATE)
        assert errors("gitlab-ci", header) == []
        assert [*header] == ["spec"]
        assert errors("gitlab-ci", jobs) == []

    def test_the_hooks(self):
        (hook,) = yaml.safe_load(HOOKS.read_text("utf-8"))
        known = {"id", "name", "description", "entry", "language", "additional_dependencies", "pass_filenames", "files"}
        assert {*hook} == known  # https://pre-commit.com/#creating-new-hooks
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)

    def test_pre_commit_takes_the_hooks(self):
        done = subprocess.run(
            [PROGRAMS / "pre-commit", "validate-manifest", HOOKS], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "")


class TestSafety:
    def test_the_shell_is_sound_and_can_be_run(self):
        assert [each.name for each in SCRIPTS] == ["comment.sh", "cut.sh", "install.sh", "review.sh"]
        done = subprocess.run([*SHELLCHECK, *SCRIPTS], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")
        for script in SCRIPTS:
            assert os.access(script, os.X_OK)
            assert "\nset -euo pipefail\n" in script.read_text("utf-8")

    def test_the_shell_of_the_template_is_sound(self):
        _, jobs = documents(TEMPLATE)
        (job,) = jobs.values()
        script = "\n".join([*job["before_script"], *job["script"]])
        # Of what both bash and a smaller shell read, whichever an image has.
        command = [*SHELLCHECK, "--shell=dash", "-"]
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")

    def test_no_step_has_anything_put_into_its_shell(self):
        """What GitHub or GitLab puts in stands in variables alone."""
        scripts = [step["run"] for step in steps() if "run" in step]
        scripts += [step["run"] for job in read(WORKFLOW)["jobs"].values() for step in job["steps"] if "run" in step]
        assert len(scripts) > 5
        assert not [script for script in scripts if "${{" in script]
        _, jobs = documents(TEMPLATE)
        (job,) = jobs.values()
        assert "$[[" not in "\n".join([*job["before_script"], *job["script"]])

    def test_each_step_of_the_action_runs_a_script_that_there_is(self):
        named = {name for step in steps() for name in re.findall(r"\$GITHUB_ACTION_PATH/(\S+)\"", step.get("run", ""))}
        assert named == {f"tools/action/{name}.sh" for name in ("comment", "install", "review")}
        assert {step["shell"] for step in steps() if "run" in step} == {"bash"}

    def test_the_variables_of_each_step_are_those_that_its_script_tells_of(self):
        for step in steps():
            for name in re.findall(r"tools/action/(\w+)\.sh", step.get("run", "")):
                head = (ROOT / f"tools/action/{name}.sh").read_text("utf-8").partition("\nset ")[0]
                told = ",".join(re.findall(r"^#   ([A-Z_]+(?:, [A-Z_]+)*)  ", head, re.MULTILINE))
                assert {*step["env"]} == {*re.findall(r"\w+", told)}

    def test_the_workflow_may_read_the_code_and_comment(self):
        data = read(WORKFLOW)
        assert data["permissions"] == {}
        permissions = {name: job["permissions"] for name, job in data["jobs"].items()}
        assert permissions == {"test": {"contents": "read"}, "review": {"contents": "read", "pull-requests": "write"}}
        for job in data["jobs"].values():
            assert job["timeout-minutes"]
            checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
            assert [step["with"]["persist-credentials"] for step in checkouts] == [False]

    def test_zizmor_finds_nothing(self, tmp_path):
        # Those of GitHub itself are taken by their major version, as in the examples; and `$/` is not known everywhere.
        rules = {
            "unpinned-uses": {"config": {"policies": {"actions/*": "ref-pin", "ecr-constructs/*": "ref-pin"}}},
            "self-repository": {"disable": True},
        }
        config = tmp_path / "zizmor.yml"
        config.write_text(yaml.safe_dump({"rules": rules}))
        started = tmp_path / ".github/workflows/check.yml"
        started.parent.mkdir(parents=True)
        project = NewProject(folder=tmp_path, region="eu-west-1", github="acme/web")
        started.write_text(files_of(project)[".github/workflows/check.yml"])
        files = [ACTION, WORKFLOW, started]
        done = subprocess.run(
            [PROGRAMS / "zizmor", "--offline", "--no-progress", "--format=plain", f"--config={config}", *files],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


class TestAgreement:
    def test_the_marker_is_that_of_the_report(self):
        for file in (ROOT / "tools/action/comment.sh", ROOT / "tools/action/review.sh", TEMPLATE):
            assert re.findall(r"(?:MARKER|marker)='(.*)'$", file.read_text("utf-8"), re.MULTILINE) == [MARKER]

    def test_each_version_is_the_one_of_this_package(self):
        named = re.compile(r"(?:ecr-constructs@|ecr-constructs/|rev: )v([\d.]+\d)")
        for file in (ACTION, HOOKS, TEMPLATE):
            assert named.findall(file.read_text("utf-8")) == [VERSION], file
        header, _ = documents(TEMPLATE)
        assert header["spec"]["inputs"]["package"]["default"] == f"ecr-constructs[cli]{_compatible(VERSION)}"

    def test_the_workflow_runs_the_two_commands_of_the_readme(self):
        runs = [step["run"] for step in read(WORKFLOW)["jobs"]["test"]["steps"] if "run" in step]
        readme = (ROOT / "README.md").read_text("utf-8")
        assert runs == ["make sandbox", "make test"]
        assert all(f"$ {run} " in readme for run in runs)

    def test_the_oldest_and_the_newest_python_are_those_that_the_package_claims(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        claimed = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
        matrix = read(WORKFLOW)["jobs"]["test"]["strategy"]["matrix"]["include"]
        assert [each["python"] for each in matrix] == [claimed[0], claimed[-1]]
        assert f">={claimed[0]}" == project["requires-python"]

    def test_the_workflow_reviews_by_the_action_that_is_here(self):
        (step,) = [step for step in read(WORKFLOW)["jobs"]["review"]["steps"] if step["uses"] == "./"]
        assert {*step.get("with", {})} <= {*read(ACTION)["inputs"]}


class TestGuides:
    """What the guides show of each can be taken as it stands."""

    @staticmethod
    def shown(said: str) -> list[Any]:
        """The YAML of every guide that says something."""
        pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        texts = re.findall(
            r"^```yaml\n(.*?)^```$", "\n".join(page.read_text("utf-8") for page in pages), re.DOTALL | re.MULTILINE
        )
        return [yaml.load(textwrap.dedent(text), Loader) for text in texts if said in text]  # a SafeLoader

    def test_the_action(self):
        for data in self.shown("uses: ecr-constructs/ecr-constructs@"):
            if isinstance(data, dict):
                assert errors("github-workflows", data) == []
            found = data if isinstance(data, list) else data["jobs"]["review"]["steps"]
            (step,) = (each for each in found if "ecr-constructs" in each["uses"])
            assert step["uses"].endswith(f"@v{VERSION}")
            assert {*step.get("with", {})} <= {*read(ACTION)["inputs"]}

    def test_the_template(self):
        header, _ = documents(TEMPLATE)
        for data in self.shown("/templates/review.yml"):
            assert errors("gitlab-ci", data) == []
            (included,) = data["include"]
            assert included["remote"].endswith(f"/v{VERSION}/templates/review.yml")
            assert {*included.get("inputs", {})} <= {*header["spec"]["inputs"]}

    def test_the_hook(self):
        (hook,) = yaml.safe_load(HOOKS.read_text("utf-8"))
        for data in self.shown("- id: ecr-constructs-"):
            (repository,) = data["repos"]
            assert repository["rev"] == f"v{VERSION}"
            assert [each["id"] for each in repository["hooks"]] == [hook["id"]]


class TestHook:
    """What pre-commit runs, in a repository that has nothing but environment files."""

    @pytest.fixture
    def hook(self) -> dict[str, Any]:
        ((found,),) = [yaml.safe_load(HOOKS.read_text("utf-8"))]
        return found

    @pytest.mark.parametrize(
        ("text", "status"), [(DEV, 0), (DEV.replace("web-app: {}", "web-app: {max_image_count: 0}"), 2)]
    )
    def test_its_entry_checks_the_files(self, hook, tmp_path, text, status):
        scratch = scratch_in(tmp_path)
        scratch.commit({"environments/dev.yaml": text})
        # What pre-commit puts on the PATH is its installation of the package.
        path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", hook["entry"]],
            cwd=scratch.origin,
            env={**scratch.environment, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status
        assert ("environments/dev.yaml:6: " in done.stderr) is (status == 2)

    def test_it_runs_for_environment_files_alone(self, hook):
        files = ["environments/dev.yaml", "environments/dev.yml", "app.py", "x/environments/a.yaml"]
        assert [file for file in files if re.search(hook["files"], file)] == files[:2]

    def test_pre_commit_runs_it(self, hook, tmp_path):
        """As it stands, but for its installation, which would ask a package index."""
        scratch = scratch_in(tmp_path)
        here = {**hook, "language": "system"}
        del here["additional_dependencies"]
        here["entry"] = hook["entry"].replace("ecr-constructs", str(PROGRAMS / "ecr-constructs"))
        config = {"repos": [{"repo": "local", "hooks": [here]}]}
        broken = DEV.replace("web-app: {}", "web-app: {max_image_count: 0}")
        scratch.commit({".pre-commit-config.yaml": yaml.safe_dump(config), "environments/dev.yaml": broken})
        done = subprocess.run(
            [PROGRAMS / "pre-commit", "run", "--all-files", "--color=never"],
            cwd=scratch.origin,
            env={**scratch.environment, "PRE_COMMIT_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "every check of the environment files" in done.stdout
        assert "environments/dev.yaml:6: " in done.stdout
