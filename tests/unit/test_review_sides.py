"""`ecr-constructs review [BASE] [HEAD]`: what is compared with what, and how that is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from ecr_constructs.changes.revisions import GitError, Revision, WorkTree
from ecr_constructs.cli.app import run
from ecr_constructs.config.reading import parse
from tests.unit.committed import GitProject

DEV = """\
project: shop
env: dev
region: us-east-1
ecr_repositories:
  web: {}
  api: {}
"""
PROD = DEV.replace("env: dev", "env: prod")
WITHOUT_API = DEV.replace("  api: {}\n", "")
REMOVED = [("dev", "repository-destroyed", ["api"])]


@pytest.fixture(autouse=True)
def _nobody_says_a_branch(monkeypatch):
    for variable in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "ECR_ENVIRONMENTS_DIR"):
        monkeypatch.delenv(variable, raising=False)
    for variable in [each for each in os.environ if each.startswith("GIT_")]:
        monkeypatch.delenv(variable)


@pytest.fixture
def project(tmp_path, monkeypatch):
    found = GitProject(tmp_path / "checkout")
    found.write(dev=DEV, prod=PROD)
    found.commit()
    monkeypatch.chdir(found.directory)
    return found


@pytest.fixture
def review(capsys):
    """Run the command and return what it says as JSON; or its status and errors."""

    def run_it(*arguments, status=0):
        capsys.readouterr()
        assert run(["review", "--format", "json", *arguments]) == status
        out, err = capsys.readouterr()
        return json.loads(out) if out else err

    return run_it


def findings(report):
    return [
        (each["environment"], each["code"], each["repositories"])
        for each in report["findings"]
        if each["consequence"] == "deletes images"
    ]


class TestWhatIsComparedByDefault:
    def test_the_working_tree_with_where_it_left_the_branch(self, project, review):
        left = project.git("rev-parse", "HEAD")
        project.git("checkout", "--quiet", "-b", "change")
        project.write(dev=WITHOUT_API)
        project.commit()
        project.git("checkout", "--quiet", "main")
        project.write(prod=PROD.replace("  web: {}\n", ""))
        project.commit("what others did meanwhile is not of this change")
        project.git("checkout", "--quiet", "change")
        report = review()
        assert findings(report) == REMOVED
        assert (report["base"], report["head"]) == (f"main ({left[:7]})", "The working tree")
        assert report["changed"] == ["dev"]

    def test_what_is_not_committed_counts(self, project, review):
        project.write(dev=WITHOUT_API)
        assert findings(review()) == REMOVED
        assert project.git("status", "--porcelain") == "M environments/dev.yaml"

    def test_nothing_changed(self, project, review):
        report = review("--fail-on", "attention")
        assert (report["findings"], report["changed"]) == ([], [])
        assert report["environments"] == ["dev", "prod"]

    def test_the_branch_of_origin_before_a_local_one(self, project, review, tmp_path):
        shutil.copytree(project.directory, tmp_path / "origin")
        project.git("remote", "add", "origin", str(tmp_path / "origin"))
        project.git("fetch", "--quiet", "origin")
        project.git("remote", "set-head", "origin", "main")
        project.write(dev=WITHOUT_API)
        project.commit("on main, and not pushed")
        report = review()
        assert report["base"].startswith("origin/main (")
        assert findings(report) == REMOVED

    @pytest.mark.parametrize("variable", ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"])
    def test_the_branch_that_ci_names(self, project, review, tmp_path, monkeypatch, variable):
        project.git("branch", "release")
        shutil.copytree(project.directory, tmp_path / "origin")
        project.git("remote", "add", "origin", str(tmp_path / "origin"))
        project.git("fetch", "--quiet", "origin")
        project.write(dev=WITHOUT_API)
        monkeypatch.setenv(variable, "release")
        report = review()
        assert report["base"].startswith("origin/release (")
        assert findings(report) == REMOVED

    def test_outside_of_a_repository_base_has_to_be_named(self, tmp_path, review, monkeypatch):
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
        (tmp_path / "environments").mkdir()
        (tmp_path / "environments" / "dev.yaml").write_text(DEV, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        error = review(status=1)
        assert error.startswith("What to compare with is not known: not a git repository")
        assert error.endswith("Name BASE, a revision or a directory.\n")

    def test_a_shallow_clone_says_how_to_get_the_rest(self, project, review, tmp_path, monkeypatch):
        project.git("checkout", "--quiet", "-b", "change")
        project.commit("one")
        clone = tmp_path / "clone"
        address = f"file://{project.directory}"
        project.git("clone", "--quiet", "--depth", "1", "--no-single-branch", "--branch", "change", address, str(clone))
        monkeypatch.chdir(clone)
        monkeypatch.setenv("GITHUB_BASE_REF", "main")
        assert "shallow clone: fetch with `git fetch --unshallow`" in review(status=1)

    def test_without_git(self, project, review, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "there is no git on the PATH" in review(status=1)


class TestRevisionsAndDirectories:
    def test_two_revisions_whatever_the_working_tree_has(self, project, review):
        project.write(dev=WITHOUT_API)
        project.commit()
        project.write(dev="- broken")
        assert findings(review("HEAD~1", "HEAD")) == REMOVED
        assert findings(review("HEAD", "HEAD~1")) == []

    def test_two_directories(self, project, review):
        project.write("before", dev=DEV)
        project.write("after", dev=WITHOUT_API)
        report = review("before", "after")
        assert findings(report) == REMOVED
        assert (report["base"], report["head"]) == ("before", "after")
        finding = report["findings"][0]
        assert (finding["side"], finding["file"], finding["line"]) == ("base", "before/dev.yaml", 6)

    def test_a_directory_does_not_stand_for_a_revision_of_its_name(self, project, review):
        project.write(dev=WITHOUT_API)
        project.commit()
        project.git("branch", "before", "HEAD~1")
        commit = project.git("rev-parse", "before")
        for name in ("before", commit):
            project.write(name, dev=WITHOUT_API)
            error = review(name, status=2)
            assert error.startswith(f"BASE: must be a directory or a revision, not both, got '{name}'.")
            assert findings(review(f"./{name}")) == findings(review(f"{name}/")) == []
        assert findings(review("refs/heads/before")) == REMOVED

    def test_a_revision_that_is_none(self, project, review):
        error = review("nope", status=2)
        assert error.startswith("BASE: must be a directory, or a revision of git, got 'nope' (")
        assert "[review-side]" in error
        assert review("main", "nope", status=2).startswith("HEAD: must be a directory")

    @pytest.mark.parametrize("name", ["", "--output=x", ":environments", "HEAD:environments/dev.yaml"])
    def test_what_is_no_commit_to_git_is_no_revision(self, project, review, name):
        assert "must be a directory, or a revision of git" in review("--", name, status=2)
        assert project.git("status", "--porcelain") == ""

    def test_a_revision_without_the_directory_had_no_environments(self, project, review):
        project.git("checkout", "--quiet", "--orphan", "empty")
        project.git("rm", "-rfq", ".")
        project.commit("nothing")
        project.git("checkout", "--quiet", "main")
        report = review("empty")
        assert report["changed"] == ["dev", "prod"]
        assert not [each for each in report["findings"] if each["consequence"] == "deletes images"]

    def test_files_in_a_folder_of_the_repository(self, project, review, monkeypatch):
        project.write("infra/ecr", dev=DEV)
        project.commit()
        project.write("infra/ecr", dev=WITHOUT_API)
        monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(project.directory / "infra" / "ecr"))
        assert findings(review("HEAD")) == REMOVED
        monkeypatch.chdir(project.directory / "infra")
        monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "ecr")
        assert findings(review("HEAD")) == REMOVED

    def test_names_that_git_would_quote(self, project, review, monkeypatch):
        project.write("läng er", dev=DEV)
        project.commit()
        project.write("läng er", dev=WITHOUT_API)
        monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "läng er")
        assert findings(review("HEAD")) == REMOVED

    def test_a_hook_has_another_repository_in_its_variables(self, project, review, monkeypatch, tmp_path):
        project.write(dev=WITHOUT_API)
        for variable, value in (("GIT_DIR", tmp_path / "nowhere"), ("GIT_INDEX_FILE", tmp_path / "index")):
            monkeypatch.setenv(variable, str(value))
        assert findings(review("HEAD")) == REMOVED


class TestFilesOfTheBase:
    def test_a_link_is_followed_within_the_repository(self, project, review):
        project.write("shared", dev=DEV)
        (project.directory / "environments" / "dev.yaml").unlink()
        (project.directory / "environments" / "dev.yaml").symlink_to("../shared/dev.yaml")
        project.commit()
        project.write("shared", dev=WITHOUT_API)
        assert findings(review("HEAD")) == REMOVED

    def test_a_link_out_of_it_is_said(self, project, review, tmp_path):
        (tmp_path / "dev.yaml").write_text(DEV, encoding="utf-8")
        (project.directory / "environments" / "dev.yaml").unlink()
        (project.directory / "environments" / "dev.yaml").symlink_to(tmp_path / "dev.yaml")
        project.commit()
        report = review("HEAD", "--fail-on", "danger", status=3)
        assert [each["file"] for each in report["uncompared"]] == ["environments/dev.yaml"]
        assert (report["environments"], report["findings"]) == (["prod"], [])

    def test_one_that_was_wrong_is_not_compared_and_said(self, project, review):
        project.write(dev=DEV.replace("us-east-1", "[us-east-1]"))
        project.commit()
        project.write(dev=DEV, prod=PROD.replace("  web: {}\n", ""))
        report = review("HEAD")
        assert [(each["file"], each["line"]) for each in report["uncompared"]] == [("environments/dev.yaml", 3)]
        assert findings(report) == [("prod", "repository-destroyed", ["web"])]
        assert review("HEAD", "--fail-on", "danger", status=3)

    def test_one_that_later_rules_refuse_is_compared_all_the_same(self, project, review):
        project.write(dev=DEV.replace("api: {}", "api: {acknowledge: [nope]}"))
        project.commit()
        project.write(dev=WITHOUT_API)
        report = review("HEAD")
        assert (findings(report), report["uncompared"]) == (REMOVED, [])


class TestFilesOfTheHead:
    def test_every_problem_at_once(self, project, review):
        project.write(dev=DEV.replace("web: {}", "web: {max_image_count: 0, nope: 1}"), prod=PROD.replace("shop", "S"))
        error = review("HEAD", status=2)
        assert {line.split(": ")[1] for line in error.splitlines()[:3]} == {
            "ecr_repositories.web.max_image_count",
            "ecr_repositories.web.nope",
            "project",
        }

    def test_what_files_are_to_one_another(self, project, review):
        keys = "ecr_strategy: cross_account\necr_source_env: nope\n"
        project.write(prod=PROD.split("ecr_repositories")[0] + keys)
        assert "strategy-source" in review("HEAD", status=2)

    def test_a_file_that_is_the_same_is_not_judged_again(self, project, review, monkeypatch):
        judged = []
        rules = (lambda repository, _environment: judged.append(repository.environment.env) or [],)
        monkeypatch.setattr(parse, "OF_A_REPOSITORY", rules)
        project.write(dev=WITHOUT_API)
        assert findings(review("HEAD")) == REMOVED
        assert set(judged) == {"dev"}

    def test_whoever_uses_what_changed_has_changed_as_well(self, project, review):
        keys = "account_id: '222222222222'\necr_strategy: cross_account\necr_source_env: dev\n"
        source = DEV.replace(
            "region", "account_id: '111111111111'\necr_trusted_accounts: [{account_id: '222222222222'}]\nregion"
        )
        consumer = PROD.split("ecr_repositories")[0] + keys
        project.write(dev=source, prod=consumer, other=PROD.replace("env: prod", "env: other"))
        project.commit()
        project.write(dev=source.replace("  api: {}\n", ""))
        assert review("HEAD")["changed"] == ["dev", "prod"]

    def test_whoever_others_replicate_to_has_changed_as_well(self, project, review):
        target = PROD.replace("region", "account_id: '222222222222'\nregion")
        source = DEV.replace("region", "account_id: '111111111111'\nregion")
        destination = "{region: us-east-1, registry_id: '222222222222'}"
        replicated = f"api: {{enable_replication: true, replication_destinations: [{destination}]}}"
        project.write(dev=source, prod=target)
        project.commit()
        project.write(dev=source.replace("api: {}", replicated))
        assert review("HEAD")["changed"] == ["dev", "prod"]


def test_contents_are_read_byte_by_byte(tmp_path):
    project = GitProject(tmp_path)
    held = {"a": b"", "b": b"\n", "c": b"x blob 3\n\0\xff", "empty folder/d": b"last"}
    for name, content in held.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    project.commit()
    tree = WorkTree.around(tmp_path)
    names = ["missing", *held, "empty folder", "missing too"]
    assert tree.contents(tree.revision("HEAD"), names) == held


def test_what_git_cannot_tell_is_not_taken_for_nothing(tmp_path):
    project = GitProject(tmp_path)
    project.commit()
    tree = WorkTree.around(tmp_path)
    head = tree.revision("HEAD")
    project.git("checkout", "--quiet", "--orphan", "other")
    project.commit("with no parent")
    assert tree.merge_base(head, tree.revision("other")) is None
    with pytest.raises(GitError, match="0000000"):
        tree.merge_base(Revision("gone", "0" * 40), head)


def test_a_checkout_of_a_worktree(tmp_path, monkeypatch, review):
    project = GitProject(tmp_path / "first")
    project.write(dev=DEV)
    project.commit()
    project.git("worktree", "add", "--quiet", "-b", "change", str(tmp_path / "second"))
    file = tmp_path / "second" / "environments" / "dev.yaml"
    file.write_text(WITHOUT_API, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "second")
    assert findings(review()) == REMOVED


def test_the_command_starts_no_engine(tmp_path):
    project = GitProject(tmp_path)
    project.write(dev=DEV)
    project.commit()
    program = (
        "import sys\nfrom ecr_constructs.cli.app import run\n"
        "status = run(['review', 'HEAD'])\n"
        "assert not {'cdktf', 'jsii', 'boto3', 'botocore'} & set(sys.modules)\nsys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


class TestOptionsThatDoNotGoTogether:
    def test_a_state_stands_in_the_place_of_the_base(self, project, review):
        error = review("main", "--against", "dev=dev.tfstate", status=2)
        assert error.startswith("BASE: must not come with --against, which stands in its place, got 'main'.")

    @pytest.mark.parametrize("option", [["--images", "x"], ["--from-aws"], ["--in-use", "x"], ["--in-use-from-aws"]])
    def test_a_state_has_no_retention(self, project, review, option):
        error = review("--against", "dev=dev.tfstate", *option, status=2)
        assert error.startswith("--against: must not come with images: a state has no retention to compare with")


class TestAgainstStates:
    @staticmethod
    def state(project, **repositories):
        resources = [
            {"mode": "managed", "type": "aws_ecr_repository", "name": name, "instances": [{"attributes": attributes}]}
            for name, attributes in repositories.items()
        ]
        text = json.dumps({"version": 4, "resources": resources})
        (project.directory / "dev.tfstate").write_text(text, encoding="utf-8")

    def test_what_a_state_has_and_the_files_do_not_declare(self, project, review):
        names = {name: {"name": f"shop-dev-{name}"} for name in ("web", "api", "old")}
        self.state(project, **names)
        report = review("--against", "dev=dev.tfstate")
        assert findings(report) == [("dev", "repository-destroyed", ["old"])]
        assert (report["base"], report["head"], report["environments"]) == ("dev.tfstate", "The working tree", ["dev"])

    def test_what_would_be_replaced_with_file_and_line(self, project, review):
        self.state(project, web={"name": "shop-web"}, api={"name": "shop-dev-api"})
        report = review("--against", "dev=dev.tfstate", "--fail-on", "danger", status=3)
        (finding,) = report["findings"]
        assert (finding["code"], finding["file"], finding["line"]) == (
            "repository-replaced",
            "environments/dev.yaml",
            5,
        )

    def test_what_the_file_acknowledges(self, project, review):
        project.write(dev=f"{DEV}acknowledge: [repository-destroyed]\n")
        self.state(project, old={"name": "shop-dev-old"})
        assert [each["acknowledged"] for each in review("--against", "dev=dev.tfstate")["findings"]] == [True]

    def test_all_that_is_wrong_at_once(self, project, review):
        error = review("--against", "nope=x", "--against", "dev", status=2)
        assert ("[environment-known]" in error, "[against-form]" in error) == (True, True)
        assert "[against-file]" in review("--against", "dev=nothing.tfstate", status=2)

    def test_the_state_of_another_account(self, project, review):
        project.write(dev=DEV.replace("region", "account_id: '111111111111'\nregion"))
        arn = "arn:aws:ecr:us-east-1:222222222222:repository/shop-dev-web"
        self.state(project, web={"name": "shop-dev-web", "arn": arn})
        error = review("--against", "dev=dev.tfstate", status=2)
        assert error.startswith("environments/dev.yaml:3: account_id: must be that of dev.tfstate, 222222222222")


class TestFilesThatAreElsewhere:
    def test_a_folder_that_is_a_link_is_followed(self, project, review):
        project.git("mv", "environments", "infra")
        (project.directory / "environments").symlink_to("infra")
        project.commit()
        project.write(dev=WITHOUT_API)
        assert findings(review("HEAD")) == REMOVED
        project.commit()
        assert findings(review("HEAD~1", "HEAD")) == REMOVED

    def test_files_that_moved_are_not_new(self, project, review, monkeypatch):
        (project.directory / "infra").mkdir()
        project.git("mv", "environments", "infra/envs")
        monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "infra/envs")
        project.write("infra/envs", dev=WITHOUT_API)
        report = review("HEAD", "--fail-on", "danger", status=3)
        assert [(each["code"], each["file"]) for each in report["uncompared"]] == [("review-moved", "infra/envs")]
        assert "It has environments/dev.yaml" in report["uncompared"][0]["message"]
        assert (report["environments"], report["findings"]) == ([], [])

    def test_a_head_without_files_is_no_head(self, project, review):
        project.git("rm", "-rq", "environments")
        project.commit()
        assert "[directory]" in review("HEAD~1", "HEAD", status=2)

    def test_a_revision_is_read_by_the_rules_of_the_working_tree(self, project, review):
        (project.directory / "environments/prod.yaml").rename(project.directory / "environments/prod.yml")
        project.write(large="# " + "x" * 5_000_000)
        project.commit()
        error = review("HEAD~1", "HEAD", status=2)
        assert ("[file-suffix]" in error, "[file-size]" in error) == (True, True)
        codes = [each["code"] for each in review("HEAD", "HEAD~1", "--fail-on", "danger", status=3)["uncompared"]]
        assert codes == ["file-suffix", "file-size"]

    @pytest.mark.parametrize("name", ["^main", "main^!", "main..main"])
    def test_what_is_no_one_commit_is_no_revision(self, project, review, name):
        assert "must be a directory, or a revision of git" in review(name, status=2)

    def test_a_source_that_was_wrong_leaves_its_consumers_uncompared(self, project, review):
        source = DEV.replace("region", "account_id: '111111111111'\nregion")
        trusting = source.replace("region", "ecr_trusted_accounts: [{account_id: '222222222222'}]\nregion")
        consumer = PROD.split("ecr_repositories")[0]
        consumer += "account_id: '222222222222'\necr_strategy: cross_account\necr_source_env: dev\n"
        project.write(dev=trusting.replace("us-east-1", "[x]"), prod=consumer)
        project.commit()
        project.write(dev=trusting)
        report = review("HEAD")
        assert (report["environments"], report["findings"]) == ([], [])


class TestAllowedBefore:
    ALLOWED = DEV.replace("web: {}", "web: {allow_replacement: true}")

    def test_what_was_allowed_for_an_earlier_change_is_not_allowed_for_this_one(self, project, review):
        project.write(dev=self.ALLOWED)
        project.commit()
        replaced = self.ALLOWED.replace("replacement: true", "replacement: true, encryption_type: KMS")
        project.write(dev=replaced)
        assert [each["acknowledged"] for each in review("HEAD")["findings"][:1]] == [False]
        assert [each["acknowledged"] for each in review("HEAD~1")["findings"][:1]] == [True]
