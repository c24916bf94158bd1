"""Reading a directory of environment files: which ones, all of their problems at once, and what they share."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ecr_constructs.config.load import DIRECTORY_VARIABLE, environments_directory, load_environments
from ecr_constructs.errors import InvalidInput

ROOT = Path(__file__).parents[2]
ACCOUNT, OTHER = 'account_id: "111111111111"\n', 'account_id: "222222222222"\n'
WEB = "ecr_repositories: {web: }\n"
REPLICATED = "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2}]}\n"


def env(name: str, *more: str, region: str = "us-east-1") -> str:
    return f"project: shop\nenv: {name}\nregion: {region}\n" + "".join(more)


def test_the_environments_are_sorted_by_name(load):
    found = load(staging=env("staging"), dev=env("dev"), prod=env("prod"))
    assert [environment.name for environment in found] == ["dev", "prod", "staging"]


def test_the_directory_comes_from_the_process_environment_and_is_environments_by_default(monkeypatch):
    monkeypatch.delenv(DIRECTORY_VARIABLE, raising=False)
    assert environments_directory() == Path("environments")
    monkeypatch.setenv(DIRECTORY_VARIABLE, "")
    assert environments_directory() == Path("environments")
    monkeypatch.setenv(DIRECTORY_VARIABLE, "/etc/images")
    assert (DIRECTORY_VARIABLE, environments_directory()) == ("ECR_ENVIRONMENTS_DIR", Path("/etc/images"))


def test_the_directory_of_the_process_environment_is_read(tmp_path, monkeypatch):
    (tmp_path / "dev.yaml").write_text(env("dev"))
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path))
    assert [environment.name for environment in load_environments()] == ["dev"]


def test_what_is_hidden_or_of_another_suffix_is_not_an_environment(tmp_path):
    (tmp_path / "dev.yaml").write_text(env("dev"))
    for name in (".dev.yaml", "environment.schema.json", "notes.txt", "dev.yaml~"):
        (tmp_path / name).write_text("[")
    assert [environment.name for environment in load_environments(tmp_path)] == ["dev"]


def refused(directory: Path) -> list[str]:
    """Return what is reported of a directory."""
    with pytest.raises(InvalidInput) as raised:
        load_environments(directory)
    return str(raised.value).replace(f"{directory.parent.as_posix()}/", "").splitlines()


def test_a_directory_that_is_missing_or_a_file_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    fix = f"Make it, or set {DIRECTORY_VARIABLE} to the directory of the environment files. [directory]"

    assert refused(tmp_path / "missing") == [
        f"missing: must be a directory that can be read, got No such file or directory. {fix}"
    ]
    assert refused(tmp_path / "file") == [f"file: must be a directory that can be read, got Not a directory. {fix}"]


def test_a_directory_without_files_is_reported(tmp_path):
    directory = tmp_path / "images"
    directory.mkdir()
    assert refused(directory) == [
        "images: must hold .yaml files, got no such file. Add one file per environment, such as dev.yaml. [directory]"
    ]


def test_a_file_of_the_other_suffix_of_yaml_is_reported_and_not_left_out_silently(tmp_path):
    directory = tmp_path / "images"
    directory.mkdir()
    (directory / "dev.yml").write_text(env("dev"))
    only = refused(directory)
    (directory / "prod.yaml").write_text(env("prod"))

    message = "images/dev.yml: must end in .yaml, got '.yml'. Rename it to dev.yaml. [file-suffix]"
    assert only == refused(directory) == [message]


def test_a_file_that_cannot_be_read_is_reported_with_the_problems_of_the_others(tmp_path):
    directory = tmp_path / "images"
    (directory / "dev.yaml").mkdir(parents=True)
    (directory / "prod.yaml").write_text(env("dev"))

    unreadable, misnamed = refused(directory)
    assert unreadable.startswith("images/dev.yaml: must be a file that can be read, got Is a directory. Check what it")
    assert misnamed.startswith("images/prod.yaml:2: env: must equal the file's name, prod, got 'dev'.")


def test_what_is_no_file_is_not_opened(tmp_path):
    """To read a pipe may take for ever, and a device has no end."""
    directory = tmp_path / "images"
    directory.mkdir()
    os.mkfifo(directory / "dev.yaml")
    (directory / "prod.yaml").symlink_to("/dev/zero")
    with contextlib.chdir(directory), socket.socket(socket.AF_UNIX) as listener:
        listener.bind("test.yaml")

    fix = "Check what it is, and who may read it. [file]"
    assert refused(directory) == [
        f"images/dev.yaml: must be a file that can be read, got a named pipe. {fix}",
        f"images/prod.yaml: must be a file that can be read, got a device. {fix}",
        f"images/test.yaml: must be a file that can be read, got a socket. {fix}",
    ]


def test_a_link_to_a_file_is_read(tmp_path):
    directory = tmp_path / "images"
    directory.mkdir()
    (tmp_path / "shared").write_text(env("dev"))
    (directory / "dev.yaml").symlink_to("../shared")
    assert [environment.name for environment in load_environments(directory)] == ["dev"]


def test_a_name_that_would_write_to_the_terminal_is_shown_escaped(tmp_path):
    directory = tmp_path / "images"
    directory.mkdir()
    (directory / "a\nb\x1b[1m.yaml").write_text(env("dev"))
    (directory / "c\r.yml").write_text("")
    suffix, name = refused(directory)
    assert suffix == r"images/c\r.yml: must end in .yaml, got '.yml'. Rename it to c\r.yaml. [file-suffix]"
    assert name.startswith(r"images/a\nb\x1b[1m.yaml:2: env: must equal the file's name, a\nb\x1b[1m, got 'dev'.")


def test_the_problems_of_all_files_are_reported_at_once(messages):
    found = messages(
        dev=env("dev", "schema_version: 6\n"),
        prod=env("prod", "ecr_repositories: {Web: }\n"),
        staging=env("staging"),
        test="project: [\n",
    )
    assert [message.split(": must")[0] for message in found] == [
        "dev.yaml:4: schema_version",
        "prod.yaml:4: ecr_repositories.Web",
        "test.yaml:2",
    ]


def test_a_problem_of_the_defaults_is_reported_once_however_many_repositories_take_them(messages):
    text = "ecr_defaults:\n  protected_tags: [a*b*c*d*e*]\necr_repositories: {api: , web: , worker: }\n"
    (message,) = messages(dev=env("dev", text))
    assert message.startswith("dev.yaml:5: ecr_defaults.protected_tags[0]: ")


# What the files say, and the words of the message.
SHARED = {
    "parameters": (
        {"dev": env("dev", ACCOUNT, WEB), "test": env("test", ACCOUNT, WEB)},
        "test.yaml:5: ecr_repositories.web: must not be published where dev.yaml:5 is, in the same account and",
        "region, got '/ecr/web'. Give one environment another ecr_ssm_prefix, such as /ecr/test. [ssm-collision]",
    ),
    "parameters_below_others": (
        {
            "dev": env("dev", ACCOUNT, WEB),
            "test": env("test", ACCOUNT, "ecr_ssm_prefix: /ecr/web\necr_repositories: {url: }\n"),
        },
        "test.yaml:6: ecr_repositories.url: must not be published where dev.yaml:5 is, in the same account and",
        "region, got '/ecr/web/url'. Give one environment another ecr_ssm_prefix, such as /ecr/test. [ssm-collision]",
    ),
    "more_parameters_than_parameter_store_takes": (
        {
            "dev": env("dev", ACCOUNT, "ecr_repositories:\n", *(f"  a{number}:\n" for number in range(1250))),
            "test": env("test", ACCOUNT, "ecr_repositories:\n  b:\n"),
        },
        "test.yaml:5: ecr_repositories: must come to at most 10,000 Standard parameters in one account and region,",
        "with those of the environments that share them, got 10,008.",
        "Set ecr_ssm_layout: config, which publishes two of 8 for each repository. [ssm-limit]",
    ),
    "repository_names": (
        {
            "dev": env("dev", ACCOUNT, 'ecr_repository_name: "{project}-{name}"\n', WEB),
            "test": env(
                "test", ACCOUNT, "ecr_ssm_prefix: /test\necr_repositories: {app: {repository_name: shop-web}}\n"
            ),
        },
        "test.yaml:6: ecr_repositories.app: must have a name that dev.yaml:6 does not have, in the same account",
        "and region, got 'shop-web'. Give it another repository_name.",
        "[repository-name-taken]",
    ),
    "replication": (
        {
            "dev": env("dev", ACCOUNT, REPLICATED, WEB),
            "test": env("test", ACCOUNT, REPLICATED, "ecr_ssm_prefix: /test\necr_repositories:\n  app:\n  web:\n"),
        },
        "test.yaml:8: ecr_repositories.app: must leave replication to dev.yaml:6: an account has one configuration of",
        "it in a region. Set enable_replication: false in one of the two files. [replication-shared]",
    ),
    "state": (
        {
            "dev": env("dev", "bucket: states\nstate_key: images.tfstate\n"),
            "test": env("test", "bucket: states\nstate_key: images.tfstate\n"),
        },
        "test.yaml:5: state_key: must differ from that of dev.yaml:5, which keeps its state in the same bucket,",
        "got 'images.tfstate'. Leave it out: then each environment has a key of its own. [state-shared]",
    ),
}


@pytest.mark.parametrize(
    ("files", "message"), [(files, " ".join(words)) for files, *words in SHARED.values()], ids=SHARED.keys()
)
def test_environments_that_would_overwrite_each_other_are_reported(messages, files, message):
    assert messages(**files) == [message]


@pytest.mark.parametrize(
    "files",
    [
        {"dev": env("dev", ACCOUNT, REPLICATED, WEB), "test": env("test", OTHER, REPLICATED, WEB)},
        {"dev": env("dev", ACCOUNT, WEB), "test": env("test", ACCOUNT, WEB, region="us-west-2")},
        {"dev": env("dev", WEB), "test": env("test", WEB)},
        {"dev": env("dev", ACCOUNT, WEB), "test": env("test", WEB)},
        {"dev": env("dev", ACCOUNT, WEB), "test": env("test", ACCOUNT, "ecr_ssm_prefix: /ecr/test\n", WEB)},
        {"dev": env("dev", ACCOUNT, WEB), "test": env("test", ACCOUNT, "ecr_defaults: {publish_to_ssm: false}\n", WEB)},
        {"dev": env("dev", "bucket: states\n"), "test": env("test", "bucket: states\n")},
        {
            "dev": env("dev", "bucket: states-dev\nstate_key: images\n"),
            "test": env("test", "bucket: states-test\nstate_key: images\n"),
        },
    ],
    ids=["accounts", "regions", "no accounts", "one account", "prefixes", "unpublished", "state keys", "buckets"],
)
def test_environments_that_do_not_meet_go_together(load, files):
    assert [environment.name for environment in load(**files)] == ["dev", "test"]


def test_what_a_wrong_key_is_replaced_by_collides_with_nothing(messages):
    (message,) = messages(
        dev=env("dev", ACCOUNT, WEB),
        test=env("test", ACCOUNT, "ecr_ssm_prefix: ecr-test\n", WEB),
    )
    assert message.startswith("test.yaml:5: ecr_ssm_prefix: must be a path that Parameter Store takes")


def test_the_app_reports_all_problems_on_standard_error_and_writes_nothing(tmp_path):
    files, output = tmp_path / "environments", tmp_path / "cdktf.out"
    files.mkdir()
    (files / "dev.yaml").write_text(env("dev", "account_id: 1\n", "regoin: x\n"))
    (files / "prod.yaml").write_text(env("prod"))
    done = subprocess.run(
        [sys.executable, "-m", "stacks"],
        cwd=ROOT,
        env={**os.environ, DIRECTORY_VARIABLE: str(files), "CDKTF_OUTDIR": str(output)},
        capture_output=True,
        text=True,
        timeout=900,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "2 problems, nothing was synthesised:",
        f"{files}/dev.yaml:4: account_id: must be text, got 1. Write it in quotes. [type]",
        f"{files}/dev.yaml:5: regoin: must be a known key, got 'regoin'. Did you mean 'region'? [unknown-key]",
    ]
    assert not output.exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["dev.yaml", "environments", "prod.yaml"]
