"""The workflows of examples/ci: right by the schemas of GitHub and GitLab, and sound shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from ecr_constructs.config.desired import oidc_of
from ecr_constructs.config.load import load_environments
from ecr_constructs.core.events.deployments import DEFAULT_DETAIL_TYPE, DEFAULT_SOURCE
from ecr_constructs.core.places import KnownPlace
from tests.unit.message_tables import HEAD

CI = Path(__file__).parents[2] / "examples" / "ci"
FILES = sorted(CI.glob("*.yml"))
GITHUB = [file for file in FILES if file.name.startswith("github")]
PLACE = KnownPlace("us-east-1", "111111111111")
SHELLCHECK = Path(sysconfig.get_path("scripts")) / "shellcheck"


class Loader(yaml.SafeLoader):
    """YAML of workflows, in which `on` is a key and no truth value."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader)  # a SafeLoader
    return found


def scripts(file: Path) -> list[tuple[str, str]]:
    """Return the shell in a workflow, each script with the shell that runs it."""
    data = read(file)
    if file.name.startswith("gitlab"):
        return [("sh", "\n".join([*job.get("before_script", []), *job["script"]])) for job in data.values()]
    return [("bash", step["run"]) for job in data["jobs"].values() for step in job["steps"] if "run" in step]


def test_there_is_one_of_each():
    assert [file.name for file in FILES] == ["github-deploy.yml", "github-scan.yml", "github.yml", "gitlab.yml"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_workflow_has_the_form_that_its_service_reads(file):
    kind = "gitlab-ci" if file.name.startswith("gitlab") else "github-workflows"
    schema = get_builtin_schema(f"vendor.{kind}")
    assert [
        error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(read(file))
    ] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_shell_is_sound(file):
    assert scripts(file)
    for shell, script in scripts(file):
        # What GitHub puts in before, a shell does not see.
        assert "${{" not in script
        command = [
            SHELLCHECK,
            "--severity=style",
            "--enable=all",
            "--exclude=SC2154,SC2250,SC2312,SC2310",
            f"--shell={shell}",
            "-",
        ]
        done = subprocess.run(command, input=script, text=True, capture_output=True, check=False)
        assert done.stdout == ""


@pytest.mark.parametrize("file", GITHUB, ids=lambda file: file.stem)
def test_a_job_asks_for_the_token_and_for_nothing_that_it_does_not_need(file):
    data = read(file)
    assert data["permissions"] == {}
    for job in data["jobs"].values():
        assert job["permissions"]["id-token"] == "write"
        assert set(job["permissions"].values()) <= {"read", "write"}
        assert job["permissions"].get("contents", "read") == "read"
        assert "secrets." not in json.dumps(job)


def test_gitlab_asks_for_the_audience_that_a_role_takes_by_default(declare):
    (job,) = read(CI / "gitlab.yml").values()
    environment = declare("ecr_repositories: {web-app: }\ngitlab_projects: [acme/web]\n")
    assert job["id_tokens"]["AWS_TOKEN"]["aud"] == environment.settings.gitlab_url


def test_the_event_is_the_one_that_production_waits_for_and_the_role_may_put():
    ((_, script),) = [each for each in scripts(CI / "github-deploy.yml") if "put-events" in each[1]]
    assert f'Source: "{DEFAULT_SOURCE}"' in script
    assert f'DetailType: "{DEFAULT_DETAIL_TYPE}"' in script


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_entries_of_the_event_are_what_the_api_takes(tmp_path):
    ((_, script),) = [each for each in scripts(CI / "github-deploy.yml") if "put-events" in each[1]]
    (program,) = re.findall(r"jq --null-input .*?> entries\.json", script, re.DOTALL)
    environment = {"SERVICE": 'back"end', "TAG": "git-1", "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", program], cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert done.returncode == 0
    (entry,) = json.loads((tmp_path / "entries.json").read_text(encoding="utf-8"))
    assert set(entry) == {"Source", "DetailType", "Detail"}
    assert json.loads(entry["Detail"]) == {"service": 'back"end', "tag": "git-1"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_keys_in_its_head_are_those_of_environment_files(file, tmp_path):
    head = "".join(re.findall(r"^# ?(.*\n)", file.read_text(encoding="utf-8"), re.MULTILINE))
    said = re.findall(r"(?:`|  )((?:github_repos|gitlab_projects): \[.*\])", head)
    assert said
    names = re.findall(r"(?:dev|prod)\.yaml", head) or ["dev.yaml"]
    for name, text in zip(names, said, strict=True):
        environment = name.removesuffix(".yaml")
        more = "".join(re.findall(r"^ *(ecr_deployments: .*\n)", head, re.MULTILINE)) if name == "prod.yaml" else ""
        account = {"dev": "111111111111", "prod": "333333333333"}[environment]
        (tmp_path / name).write_text(
            f"project: shop\nenv: {environment}\nregion: us-east-1\naccount_id: '{account}'\n"
            f"ecr_repositories: {{web-app: , backend: }}\n{text}\n{more}",
            encoding="utf-8",
        )
    assert len(load_environments(tmp_path)) == len(names)


GUIDE = (CI.parents[1] / "docs" / "ci.md").read_text(encoding="utf-8")


def test_the_environment_of_the_guide_is_right_and_its_table_is_what_a_role_may(declare):
    (text,) = (
        each for each in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE) if "repos:" in each
    )
    tools, web, api = (wanted.value.identities(PLACE)[0] for wanted in oidc_of(declare(text)))
    assert [each.name for each in (tools, web, api)] == [
        "shop-dev-github-acme-tools",
        "shop-dev-github-acme-web",
        "shop-dev-gitlab-acme-platform-api",
    ]
    assert {each.sid for each in web.statements} == {"Token", "PushAndPull", "Pull", "ReadParameters"}
    assert len(tools.statements[1].resources) == 3


def test_the_notices_of_the_guide_are_those_that_there_are(notices):
    named = set(re.findall(r"^\| `([a-z-]+)` \|", GUIDE, re.MULTILINE))
    entry = '{repo: acme/web, branches: ["*"], pull_requests: true, deploy: true}'
    found = notices(dev=f"{HEAD}ecr_repositories: {{web: }}\ngithub_repos: [{entry}]\n")
    assert {each.rpartition("[")[2].removesuffix("]") for each in found} == named


def test_the_message_of_two_environments_that_make_the_provider_is_that_of_the_guide(messages):
    entry = "github_repos: [{repo: acme/web, owner_id: 1, id: 2}]\n"
    text = 'project: shop\nenv: {0}\nregion: us-east-1\naccount_id: "111111111111"\necr_ssm_prefix: /{0}\n'
    (said,) = messages(dev=text.format("dev") + SOME + entry, test=text.format("test") + SOME + entry)
    assert f"{said}\n" in GUIDE.replace("environments/", "").replace("yaml:6", "yaml:7")


SOME = "ecr_repositories: {web: }\n"
