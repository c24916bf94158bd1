"""`ecr-constructs init`: all of it written or nothing, and every mistake said at once."""

from __future__ import annotations

import errno
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.errors import OperationError
from ecr_constructs.start import write
from ecr_constructs.start.surroundings import place_in_repository
from ecr_constructs.start.write import write_all

FILES = [
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "app.py",
    "cdktf.json",
    "environments/dev.yaml",
    "environments/environment.schema.json",
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "tests/test_stacks.py",
]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A folder of its own, and no region in the process's environment."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "work"


@pytest.fixture
def init(capsys):
    """Run it, and return the exit status, and the lines of standard output and error."""

    def init(*arguments: str) -> tuple[int, list[str], list[str]]:
        status = run(["init", *arguments])
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return init


def there(folder: Path = Path()) -> dict[str, Any]:
    """Return everything that is in a folder: files with their text, links, and folders."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = str(path.readlink()) if path.is_symlink() else path.read_text("utf-8") if path.is_file() else None
    return found


def files(folder: Path) -> list[str]:
    return [name for name, text in there(folder).items() if text is not None]


class TestWritten:
    def test_everything_is_written_and_listed_with_the_next_commands(self, init):
        status, out, err = init("shop", "--region", "eu-west-1")
        assert (status, err) == (0, [])
        assert files(Path("shop")) == FILES
        assert [line.split()[0] for line in out if line.startswith("  ")][: len(FILES)] == FILES
        assert out[0] == "The project shop is in shop:"
        assert out[-6:] == [
            "  cd shop",
            "  pip install --no-compile --requirement requirements.txt",
            "  npm install",
            "  ecr-constructs validate",
            "  pytest --snapshot-update",
            "  npx cdktf deploy dev",
        ]

    def test_the_current_folder_is_the_default(self, init, home):
        _, out, _ = init("--region", "eu-west-1")
        assert files(home) == FILES
        assert out[0] == "The project work is in this folder:"
        assert not any(line.startswith("  cd ") for line in out)

    def test_every_option_is_in_the_files(self, init):
        options = "--env prod --region eu-west-1 --account 111111111111 --project shop --github acme/web"
        more = "--gitlab acme/web --state-bucket acme-states"
        status, out, _ = init("x", *options.split(), *more.split())
        assert status == 0
        text = Path("x/environments/prod.yaml").read_text("utf-8")
        for line in (
            "project: shop",
            "env: prod",
            "region: eu-west-1",
            'account_id: "111111111111"',
            "bucket: acme-states",
            "  - repo: acme/web",
            "  - project: acme/web",
        ):
            assert f"\n{line}\n" in text
        assert {*files(Path("x"))} - {*FILES} == {
            ".github/workflows/check.yml",
            ".gitlab-ci.yml",
            "bootstrap.py",
            "environments/prod.yaml",
        }
        assert out[-2:] == ["  npx cdktf deploy bootstrap", "  npx cdktf deploy prod"]

    @pytest.mark.parametrize(
        ("folder", "name"), [("My App_2", "my-app-2"), ("a.b", "a-b"), ("Ünder", "nder"), ("1", "1")]
    )
    def test_the_name_is_made_of_the_folder_s(self, init, folder, name):
        assert init(folder, "--region", "eu-west-1")[0] == 0
        text = (Path(folder) / "environments/dev.yaml").read_text("utf-8")
        assert re.search(rf'^project: "?{re.escape(name)}"?$', text, re.MULTILINE)

    def test_folders_are_made(self, init):
        assert init("a/b/c", "--region", "eu-west-1")[0] == 0
        assert files(Path("a/b/c")) == FILES

    def test_what_else_is_there_stays(self, init):
        Path("environments").mkdir()
        Path("environments/prod.yaml").write_text("mine", "utf-8")
        Path(".git").mkdir()
        assert init("--region", "eu-west-1")[0] == 0
        assert Path("environments/prod.yaml").read_text("utf-8") == "mine"
        assert sorted(path.name for path in Path().iterdir() if path.name.startswith(".")) == [
            ".git",
            ".gitignore",
            ".pre-commit-config.yaml",
        ]

    def test_files_can_be_read_by_whom_the_mask_says(self, init):
        before = os.umask(0o027)
        try:
            init("--region", "eu-west-1")
        finally:
            os.umask(before)
        assert {Path(name).stat().st_mode & 0o777 for name in FILES} == {0o640}
        assert {Path(name).stat().st_mode & 0o777 for name in ("tests", "environments")} == {0o750}

    def test_below_the_root_of_a_git_repository_it_says_what_has_to_be_moved(self, init, home):
        subprocess.run(["git", "init", "--quiet", "."], check=True)
        _, out, _ = init("infra", "--region", "eu-west-1", "--github", "acme/web")
        (line,) = [each for each in out if "Git repository" in each]
        assert line.endswith(": .github/workflows/check.yml, .pre-commit-config.yaml")
        assert "working-directory" in Path("infra/.github/workflows/check.yml").read_text("utf-8")

    def test_in_the_root_there_is_nothing_to_be_moved(self, init):
        subprocess.run(["git", "init", "--quiet", "."], check=True)
        status, out, _ = init("--region", "eu-west-1", "--github", "acme/web")
        assert status == 0
        assert not any("Git repository" in each for each in out)

    def test_a_work_tree_has_a_file_instead(self, home):
        (home / "tree/deep").mkdir(parents=True)
        (home / "tree/.git").write_text("gitdir: elsewhere", "utf-8")
        assert str(place_in_repository(Path("tree/deep/new"))) == "deep/new"

    def test_a_folder_s_name_can_be_copied_into_a_shell(self, init):
        _, out, _ = init("it's a $HOME", "--region", "eu-west-1")
        (line,) = [each for each in out if each.startswith("  cd ")]
        assert shlex.split(line) == ["cd", "it's a $HOME"]


class TestRefused:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ([], "--region: must be given. Add it, as in --region us-east-1. [start-region]"),
            (
                ["--region", "us-east"],
                "--region: must be the name of an AWS region, got 'us-east'. Write it as in us-east-1. [region]",
            ),
            (
                ["--region", "us-esat-1"],
                "--region: no region us-esat-1 is known to have ECR. Did you mean 'us-east-1'? [region-unknown]",
            ),
            (
                ["--account", "12"],
                "--account: must be an AWS account id of 12 digits, got '12'. Give the 12 digits alone. [account-id]",
            ),
            (["--account", "1111-1111-1111"], "[account-id]"),
            (
                ["--env", "Dev"],
                "--env: must be 1 to 63 lowercase letters, digits and inner hyphens, got 'Dev'. Give one such as dev.",
            ),
            (["--env", "../dev"], "[environment-name]"),
            (["--env", ""], "[environment-name]"),
            (
                ["--project", "My App"],
                "--project: must be lowercase letters and digits, joined by '.', '_' or '-', got 'My App'.",
            ),
            (["--project", "a" * 250], "--project: must be a name that ECR takes, got "),
            (["--github", "acme"], "--github: must be the name of a repository on GitHub, with its owner, got 'acme'."),
            (["--github", "https://github.com/acme/web"], "Write acme/web. [github-repository]"),
            (["--gitlab", "acme"], "--gitlab: must be the path of a project on GitLab, with its group, got 'acme'."),
            (["--state-bucket", "Acme_States"], "--state-bucket: must be the name of an S3 bucket, got 'Acme_States'."),
            (["--state-bucket", "192.168.5.4"], "[bucket-name]"),
            (["--state-bucket", "a..b"], "[bucket-name]"),
            (["--state-bucket", "xn--abc"], "must not begin or end as names that S3 keeps for itself"),
            (
                ["--state-bucket", "acme-states", "--env", "bootstrap"],
                "--env: must not be the stack that makes the bucket, got 'bootstrap'.",
            ),
        ],
    )
    def test_what_is_wrong_is_said_where_it_is_and_nothing_is_written(self, init, home, options, said):
        given = options if "--region" in options or not options else ["--region", "us-east-1", *options]
        status, out, err = init(*given)
        assert (status, out) == (2, [])
        (line,) = err
        assert said in line
        assert re.fullmatch(r"--[a-z-]+: .*\. \[[a-z-]+\]", line) or re.fullmatch(r"--[a-z-]+: .*\? \[[a-z-]+\]", line)
        assert there(home) == {}

    def test_a_region_of_the_environment_is_offered_and_not_taken(self, init, monkeypatch):
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
        assert init() == (
            2,
            [],
            ["--region: must be given. AWS_DEFAULT_REGION says eu-north-1: add --region eu-north-1. [start-region]"],
        )

    def test_everything_is_said_at_once_with_what_is_there_already(self, init, home):
        (home / "README.md").write_text("mine", "utf-8")
        (home / "tests").write_text("mine", "utf-8")
        before = there(home)
        status, out, err = init(
            *["--account", "1", "--env", "X", "--github", "a", "--gitlab", "b", "--state-bucket", "C", "--project", "-"]
        )
        assert (status, out) == (2, [])
        assert sorted(line.partition(": ")[0] for line in err) == [
            "--account",
            "--env",
            "--github",
            "--gitlab",
            "--project",
            "--region",
            "--state-bucket",
            "README.md",
            "tests",
        ]
        assert there(home) == before

    def test_all_files_that_are_there_are_listed_and_none_is_overwritten(self, init, home):
        init("--region", "eu-west-1")
        before = there(home)
        status, out, err = init("--region", "us-east-1")
        assert (status, out) == (2, [])
        assert [line.partition(": ")[0] for line in err] == FILES
        (said,) = {line.partition(": ")[2] for line in err}
        assert said == (
            "must not be there yet: nothing is overwritten. Move it away, or add --keep-existing to leave it as it is. "
            "[start-exists]"
        )
        assert there(home) == before

    @pytest.mark.parametrize("kind", ["a link that leads nowhere", "a folder"])
    def test_whatever_has_the_name_of_a_file_is_there(self, init, home, kind):
        (home / "app.py").mkdir() if kind == "a folder" else (home / "app.py").symlink_to("nowhere")
        before = there(home)
        status, _, err = init("--region", "eu-west-1")
        assert status == 2
        assert [line.partition(":")[0] for line in err] == ["app.py"]
        assert there(home) == before

    def test_what_is_kept_is_said_and_the_others_are_written(self, init, home):
        (home / "README.md").write_text("mine", "utf-8")
        status, out, _ = init("--region", "eu-west-1", "--keep-existing")
        assert status == 0
        assert files(home) == FILES
        assert (home / "README.md").read_text("utf-8") == "mine"
        assert "  README.md                             left as it was" in out

    def test_a_list_for_git_that_is_kept_is_said_to_need_the_states(self, init, home):
        """Else the first commit would have a state in it."""
        (home / ".gitignore").write_text(".venv/\n", "utf-8")
        _, out, _ = init("--region", "eu-west-1", "--keep-existing")
        (line,) = [line for line in out if line.startswith("Have .gitignore leave out")]
        said = {each.strip() for each in line.partition(": ")[2].split(", ")}
        text = (Path(write.__file__).parent / "templates/gitignore.txt").read_text("utf-8")
        assert said == {*text.partition("# What cdktf")[2].splitlines()[1:]}
        assert not [line for line in init("other", "--region", "eu-west-1")[1] if "Have .gitignore" in line]

    @pytest.mark.parametrize("path", ["environments", "tests", ".github/workflows"])
    def test_nothing_is_written_through_a_link_that_leads_elsewhere(self, init, home, path):
        elsewhere = home / "elsewhere"
        elsewhere.mkdir()
        project = home / "project"
        (project / path).parent.mkdir(parents=True)
        (project / path).symlink_to(elsewhere)
        status, _, err = init("project", "--region", "eu-west-1", "--github", "acme/web", "--keep-existing")
        rule = "must be in the project's folder, got a link that leads out of it. Remove the link. [start-folder]"
        assert (status, err) == (2, [f"project/{path}: {rule}"])
        assert not [*elsewhere.iterdir()]
        # One that stays within is the project's own.
        (project / path).unlink()
        (project / "own").mkdir()
        (project / path).symlink_to(project / "own")
        assert init("project", "--region", "eu-west-1", "--github", "acme/web")[0] == 0

    @pytest.mark.parametrize(
        ("folder", "said"),
        [
            ("file", "file: must be a folder, got a file. Name another one. [start-folder]"),
            ("link", "link: must be a folder, got a link that leads nowhere. Name another one. [start-folder]"),
            ("file/below", "{home}/file: must be a folder, got a file. Name another one. [start-folder]"),
        ],
    )
    def test_what_is_no_folder_is_said(self, init, home, folder, said):
        (home / "file").write_text("mine", "utf-8")
        (home / "link").symlink_to("nowhere")
        before = there(home)
        assert init(folder, "--region", "eu-west-1") == (2, [], [said.format(home=home)])
        assert there(home) == before

    def test_a_folder_that_cannot_be_written_to_is_said(self, init, home, monkeypatch):
        # Whoever may do everything, as in a container, may write there in truth.
        (home / "locked").mkdir()
        access = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "locked" and access(path, mode))
        said = "locked: must be a folder that can be written to. Name another one. [start-folder]"
        assert init("locked", "--region", "eu-west-1") == (2, [], [said])

    def test_of_a_folder_that_no_name_can_be_made_of_a_name_is_asked_for(self, init, home):
        status, _, err = init("日本", "--region", "eu-west-1")
        assert (status, there(home)) == (2, {})
        (said,) = err
        rule = "must have a name that the project's can be made of: letters of a to z, or digits, got '日本'"
        assert said == f"DIR: {rule}. Give a name by --project. [project-name]"
        assert init("日本", "--region", "eu-west-1", "--project", "nihon")[0] == 0


class TestAllOrNothing:
    TEXTS: Final = {"a": "one", "b/c": "two", "b/d/e": "three"}

    @pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device", "x"), KeyboardInterrupt()])
    @pytest.mark.parametrize("after", range(3))
    @pytest.mark.parametrize("links", [True, False])
    def test_what_was_written_before_a_failure_is_removed(self, home, monkeypatch, failure, after, links):
        place, placed = write._place, []
        if not links:
            monkeypatch.setattr(os, "link", refuses_links)

        def fails(*arguments: Any) -> None:
            if len(placed) == after:
                raise failure
            place(*arguments)
            placed.append(arguments)

        monkeypatch.setattr(write, "_place", fails)
        (home / "b").mkdir()
        (home / "b/mine").write_text("mine", "utf-8")
        before = there(home)
        expected = KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else OperationError
        with pytest.raises(expected):
            write_all(home, self.TEXTS)
        assert len(placed) == after
        assert there(home) == before
        with pytest.raises(expected):
            write_all(home / "new/er", self.TEXTS)
        assert there(home) == before

    @pytest.mark.parametrize("links", [True, False])
    def test_what_comes_to_be_in_the_meantime_is_not_overwritten(self, home, monkeypatch, links):
        if not links:
            monkeypatch.setattr(os, "link", refuses_links)
        (home / "b").mkdir()
        (home / "b/c").write_text("theirs", "utf-8")
        before = there(home)
        with pytest.raises(OperationError, match=r"b/c is there now; nothing was written\.$"):
            write_all(home, self.TEXTS)
        assert there(home) == before

    @pytest.mark.parametrize("links", [True, False])
    def test_everything_is_there_in_the_end_and_nothing_else(self, home, monkeypatch, links):
        if not links:
            monkeypatch.setattr(os, "link", refuses_links)
        write_all(home / "new", self.TEXTS)
        assert {name: text for name, text in there(home / "new").items() if text is not None} == self.TEXTS

    def test_a_folder_that_is_full_is_a_sentence_of_the_command(self, init, home, monkeypatch):
        def full(*_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device", str(home / "x"))

        monkeypatch.setattr(write, "_place", full)
        said = f"{home / 'x'} cannot be written (No space left on device); nothing was."
        assert init("--region", "eu-west-1") == (1, [], [said])
        assert there(home) == {}

    def test_a_folder_that_others_take_away_is_one_too(self, init, home, monkeypatch):
        monkeypatch.setattr(write, "_make", lambda folder, _: shutil.rmtree(folder, ignore_errors=True))
        status, _, err = init("new", "--region", "eu-west-1")
        assert status == 1
        assert err[0].endswith("(No such file or directory); nothing was.")


def refuses_links(*_: Any, **__: Any) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")
