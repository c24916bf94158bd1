"""The scripts of examples/shell do what they say, with an AWS and a docker that are in the test's own hands."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from ecr_constructs.core.aws import DUAL_STACK_SUFFIXES, PARTITION_SUFFIXES
from tests.discovery.parameters import ACCOUNT, HOST
from tests.examples.conftest import EXAMPLES, HOSTS, OF_CONFIG, OF_SINGLES, urls

SHELL = EXAMPLES / "shell"
SCRIPTS = sorted(SHELL.glob("*.sh"))
SHELLCHECK = Path(sysconfig.get_path("scripts")) / "shellcheck"
# Notes each call and what it is told; knows the images that a file names.
DOCKER = """#!/bin/sh
echo "$*" >> "$NOTED"
case "$1 $2" in
    login*) sed 's/^/< /' >> "$NOTED" ;;
    "manifest inspect" | "image inspect") [ "$3" = "$THERE" ] || exit 1 ;;
esac
echo "docker says something"
"""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_shell_is_sound(script):
    # Braces around every name, and commands within conditions, are no faults.
    command = [SHELLCHECK, "--severity=style", "--enable=all", "--exclude=SC2250,SC2310,SC2312", script]
    assert subprocess.run(command, text=True, capture_output=True, check=False).stdout == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_help_names_every_option(script):
    text = script.read_text(encoding="utf-8")
    done = subprocess.run([script, "--help"], text=True, capture_output=True, check=True)
    for option in {word for word in text.replace(")", " ").split() if word in KNOWN}:
        assert f"  {option}" in done.stdout
    assert done.stdout.startswith(f"Usage: {script.name} ")


KNOWN = {"--help", "--latest", "--prefix", "--region", "--tag"}


class Run:
    """A script run in a folder that is a repository of git, and what it had docker do."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder / "code"
        self.folder.mkdir()
        (folder / "bin/docker").write_text(DOCKER)
        (folder / "bin/docker").chmod(0o755)
        self._noted = folder / "noted"
        self.environment = {**environment, "NOTED": str(self._noted), "THERE": "none"}
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        for command in (("init", "--quiet"), (*who, "commit", "--quiet", "--allow-empty", "--message=first")):
            subprocess.run(["git", *command], cwd=self.folder, env=self.environment, check=True)
        asked = ["git", "rev-parse", "HEAD"]
        self.commit = subprocess.run(asked, cwd=self.folder, check=True, capture_output=True, text=True).stdout.strip()

    def __call__(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", SHELL / script, *arguments],
            cwd=self.folder,
            env={**self.environment, **variables},
            text=True,
            capture_output=True,
            check=False,
            timeout=900,
        )

    @property
    def docker(self) -> list[str]:
        """How docker was called, and what it was told."""
        return self._noted.read_text().splitlines() if self._noted.exists() else []


@pytest.fixture
def run(tmp_path: Path, asking: dict[str, str]) -> Run:
    return Run(tmp_path, asking)


def login(host: str) -> list[str]:
    return [f"login --username AWS --password-stdin {host}", f"< {ACCOUNT}-auth-token"]


def test_an_image_is_built_and_pushed_under_its_commit(run):
    done = run("deploy.sh", "web-app")
    image = f"{HOST}/shop-dev-web-app:{run.commit}"
    # What docker says is not among the output, which is the image.
    assert (done.returncode, done.stdout) == (0, f"{image}\n")
    assert run.docker == [*login(HOST), f"manifest inspect {image}", f"build --tag {image} .", f"push {image}"]


def test_files_that_were_changed_since_are_in_the_tag(run):
    (run.folder / "file").touch()
    assert run("deploy.sh", "web-app").stdout == f"{HOST}/shop-dev-web-app:{run.commit}-dirty\n"


def test_what_docker_build_takes_comes_last(run):
    done = run("deploy.sh", "--tag", "v1", "team/lambda-processor", "app", "--", "--platform", "linux/arm64")
    image = f"{HOST}/shop-dev-team/lambda-processor:v1"
    assert done.stdout == f"{image}\n"
    assert f"build --tag {image} --platform linux/arm64 app" in run.docker


@pytest.mark.parametrize("name", ["china", "dual-stack", "fips", "elsewhere"])
def test_the_registry_is_that_of_the_url_in_every_region_partition_and_account(run, name):
    assert run("deploy.sh", "--tag", "v1", name).stdout == f"{HOSTS[name]}/shop-dev-{name}:v1\n"
    assert run.docker[:2] == login(HOSTS[name])


def test_every_partition_there_is_has_registries():
    text = (SHELL / "deploy.sh").read_text(encoding="utf-8")
    of_aws = re.compile("".join(re.findall(r"^of_aws\+?='(.*)'$", text, re.MULTILINE)))
    assert all(of_aws.fullmatch(each) for each in (*PARTITION_SUFFIXES.values(), *DUAL_STACK_SUFFIXES.values()))
    assert not any(of_aws.fullmatch(each) for each in ("example.com", "amazonaws.com.example.com", "xamazonaws.com"))


def test_the_token_is_of_the_registrys_region(run, tmp_path):
    aws = tmp_path / "bin/aws"
    aws.rename(tmp_path / "bin/asked")
    aws.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/asked"\nexec "{tmp_path}/bin/asked" "$@"\n')
    aws.chmod(0o755)
    assert run("deploy.sh", "--tag", "v1", "elsewhere").returncode == 0
    _, token = (tmp_path / "asked").read_text().splitlines()
    assert token == "ecr get-login-password --region eu-central-1"


@pytest.mark.parametrize("region", [OF_CONFIG, OF_SINGLES])
def test_other_layouts_are_read_as_well(run, region):
    done = run("deploy.sh", "--region", region, "--tag", "v1", "--latest", "team/api")
    assert (done.returncode, run.docker) == (1, [])
    assert done.stderr == "deploy.sh: latest of team/api cannot be moved: its tags are IMMUTABLE\n"
    done = run("deploy.sh", "--region", region, "--tag", "v1", "team/api")
    assert done.stdout == f"{HOST}/shop-dev-team/api:v1\n"


@pytest.mark.parametrize("name", ["web-app", "some-mutable", "most-mutable"])
def test_what_is_there_already_and_may_not_change_stays(run, name):
    image = f"{HOST}/shop-dev-{name}:v1"
    done = run("deploy.sh", "--tag", "v1", name, THERE=image)
    assert (done.returncode, done.stdout) == (0, f"{image}\n")
    assert "is there already and stays as it is" in done.stderr
    assert run.docker == [*login(HOST), f"manifest inspect {image}"]


def test_a_tag_that_can_be_overwritten_is(run):
    image = f"{HOST}/shop-dev-mutable:v1"
    assert run("deploy.sh", "--tag", "v1", "mutable", THERE=image).returncode == 0
    assert run.docker == [*login(HOST), f"build --tag {image} .", f"push {image}"]


@pytest.mark.parametrize("name", ["mutable", "some-mutable", "most-mutable"])
def test_latest_moves_where_that_was_asked_for_and_may_be(run, name):
    url = f"{HOST}/shop-dev-{name}"
    assert run("deploy.sh", "--tag", "v1", "--latest", name, THERE=f"{url}:v1").returncode == 0
    assert run.docker[-3:] == [f"image inspect {url}:v1", f"tag {url}:v1 {url}:latest", f"push {url}:latest"]


def test_latest_is_that_of_the_registry_where_it_was_built_elsewhere(run):
    url = f"{HOST}/shop-dev-some-mutable"
    docker = Path(run.environment["NOTED"]).with_name("bin") / "docker"
    docker.write_text(DOCKER.replace(' | "image inspect")', ") ;;\n    image*) exit 1 ;;\n    x)"))
    assert run("deploy.sh", "--tag", "v1", "--latest", "some-mutable").returncode == 0
    assert run.docker[-3:] == [f"pull {url}:v1", f"tag {url}:v1 {url}:latest", f"push {url}:latest"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["none"], 1, "nothing is published as /ecr/none in this account and region"),
        (["--prefix", "/other/", "web-app"], 1, "nothing is published as /other/web-app in this account and region"),
        (["foreign"], 1, "registry.example.com is no registry of ECR"),
        (["alike"], 1, f"{HOSTS['alike']} is no registry of ECR"),
        (["of-another"], 1, f"{HOSTS['of-another']} is not of account {ACCOUNT}"),
        (["--latest", "web-app"], 1, "latest of web-app cannot be moved: its tags are IMMUTABLE"),
        ([], 2, "say which repository; --help says how"),
        (["--tag"], 2, "--tag needs a value"),
        (["--tag", "-x", "web-app"], 2, "-x cannot be the tag of an image"),
        (["--force", "web-app"], 2, "there is no option --force; --help says which there are"),
        (["a", "b", "c"], 2, "c is one argument too many; what docker build takes comes after --"),
    ],
)
def test_what_is_wrong_is_said_before_anybody_gets_a_password(run, arguments, status, message):
    done = run("deploy.sh", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", f"deploy.sh: {message}\n")
    assert run.docker == []


@pytest.mark.parametrize("fails", ["login", "build", "push"])
def test_what_fails_ends_it(run, fails):
    docker = Path(run.environment["NOTED"]).with_name("bin") / "docker"
    docker.write_text(f'{DOCKER}[ "$1" != {fails} ] || exit 3\n')
    done = run("deploy.sh", "--tag", "v1", "web-app")
    assert (done.returncode, done.stdout) == (3, "")
    assert [each.split()[0] for each in run.docker if each.startswith(("build", "push", fails))][-1] == fails


def test_every_repository_is_listed_by_its_whole_name(run):
    done = run("list-all-repos.sh")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [list(item) for item in urls().items()]
    assert len({line.index(".dkr") for line in done.stdout.splitlines() if ACCOUNT in line}) == 1


def test_the_other_layout_is_listed_as_well(run):
    assert run("list-all-repos.sh", "--region", OF_CONFIG).stdout == (
        f"team/api  {HOST}/shop-dev-team/api\nweb-app   {HOST}/shop-dev-web-app\n"
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--prefix", "/other"], 1, "nothing is published below /other in this account and region"),
        (["--prefix"], 2, "--prefix needs a value"),
        (["/ecr"], 2, "there is no argument /ecr; --help says which there are"),
    ],
)
def test_what_is_wrong_with_a_listing_is_said(run, arguments, status, message):
    done = run("list-all-repos.sh", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", f"list-all-repos.sh: {message}\n")


@pytest.mark.parametrize("arguments", [["list-all-repos.sh"], ["deploy.sh", "--tag", "v1", "web-app"]])
def test_what_aws_refuses_is_an_error_and_not_nothing(run, arguments):
    done = run(*arguments, AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
    assert done.returncode > 1
    assert done.stdout == ""
    assert "Could not connect to the endpoint URL" in done.stderr
    assert "nothing is published" not in done.stderr
