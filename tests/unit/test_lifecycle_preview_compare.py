"""`ecr-constructs lifecycle preview --compare`: what a changed policy newly expires and newly keeps."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.unit.previewed import AT, Previewing, detail, digest_of

IMAGES = tuple(detail(f"a{number}", f"v{number}", pushed=10 - number) for number in range(1, 6))


def repositories(number):
    return f"ecr_repositories:\n  web: {{max_image_count: {number}}}\n"


@pytest.fixture
def web(tmp_path, monkeypatch, capsys):
    project = Previewing(tmp_path, monkeypatch, capsys)
    project.write(prod=repositories(2))
    project.images(*IMAGES)
    return project


def commit(project):
    """Commit the files of a project as they are, with the tag `first`."""

    def git(*arguments):
        identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=project.directory, check=True, capture_output=True)

    git("init", "-q")
    git("add", "environments")
    git("commit", "-q", "-m", "first")
    git("tag", "first")


@pytest.fixture
def committed(web):
    commit(web)
    return web


def digests(result, key):
    return result.json["preview"]["comparison"][key]


def policy(number):
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number}
    return {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}


def test_a_stricter_policy_newly_expires(web):
    web.file("before.json", policy(4))
    result = web.preview("--compare", "before.json")
    assert "Compared with before.json: 2 images newly expire." in result.out
    (row,) = [line for line in result.out.partition("Compared")[2].splitlines() if line.startswith("v3")]
    assert re.split(r" {2,}", row) == ["v3", "7 d", "1.0 GB", "keep", "expire", "1 max_image_count"]


def test_a_looser_policy_newly_keeps(web):
    web.file("before.json", policy(1))
    result = web.preview("--compare", "before.json", "--format", "json")
    assert digests(result, "newlyKept") == [digest_of("a4")]
    assert digests(result, "newlyExpired") == []
    assert "1 image newly stays." in web.preview("--compare", "before.json").out


def test_what_is_archived_in_place_of_expired_is_no_longer_expired(web):
    document = policy(2)
    document["rules"][0]["action"] = {"type": "transition", "targetStorageClass": "archive"}
    web.file("archive.json", document)
    web.file("expire.json", policy(2))
    archived = web.preview("--policy", "archive.json", "--compare", "expire.json", "--format", "json")
    assert len(digests(archived, "newlyArchived")) == 3
    expired = web.preview("--policy", "expire.json", "--compare", "archive.json", "--format", "json")
    assert len(digests(expired, "newlyExpired")) == 3


def test_the_same_policy_has_the_same_outcomes(web):
    web.file("same.json", policy(2))
    assert "Compared with same.json: every image has the same outcome." in web.preview("--compare", "same.json").out


def test_an_environment_file_of_any_name_is_compared_by_its_repository(web):
    before = (web.directory / "environments/prod.yaml").read_text().replace("count: 2", "count: 4")
    web.file("old copy.yaml", before)
    assert "2 images newly expire." in web.preview("--compare", "old copy.yaml").out


def test_a_revision_of_git_has_the_file_as_it_was(committed):
    committed.write(prod=repositories(1))
    for revision in ("HEAD", "first"):
        assert f"Compared with {revision}: 1 image newly expires." in committed.preview("--compare", revision).out


def test_a_revision_is_read_from_below_another_folder_too(committed, monkeypatch):
    committed.write(prod=repositories(1))
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(committed.directory / "environments"))
    monkeypatch.chdir(committed.directory.parent)
    images = str(committed.directory / "images.json")
    result = committed.run("prod", "web", "--images", images, "--at", AT, "--compare", "HEAD")
    assert "1 image newly expires." in result.out


def test_a_repository_that_was_renamed_is_found_by_its_former_name(committed):
    name = "repository_name: shop-prod-web, renamed_from: web, max_image_count: 1"
    committed.write(prod=f"ecr_repositories:\n  site: {{{name}}}\n")
    result = committed.run("prod", "site", "--images", "images.json", "--at", AT, "--compare", "HEAD")
    assert "1 image newly expires." in result.out


def test_a_repository_whose_key_is_another_is_found_by_its_name_in_ecr(committed):
    committed.write(prod="ecr_repositories:\n  site: {repository_name: shop-prod-web, max_image_count: 1}\n")
    result = committed.run("prod", "site", "--images", "images.json", "--at", AT, "--compare", "HEAD")
    assert "1 image newly expires." in result.out


def test_a_file_goes_before_a_revision_of_its_name(committed):
    committed.file("first", policy(4))
    assert "2 images newly expire." in committed.preview("--compare", "first").out


@pytest.mark.parametrize("revision", ["nowhere", "-h", "--output=/tmp/x", "HEAD:x", ""])
def test_a_revision_that_there_is_not_is_said(committed, revision):
    result = committed.preview(f"--compare={revision}")
    assert (result.status, result.out) == (2, "")
    assert "--compare: must be a file, or a revision of git that has environments/prod.yaml, got " in result.err


def test_a_folder_without_git_is_said(web, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(web.directory.parent))
    result = web.preview("--compare", "HEAD")
    assert (result.status, "not a git repository" in result.err) == (2, True)


def test_git_itself_may_be_missing(web, monkeypatch):
    monkeypatch.setenv("PATH", str(web.directory))
    assert "no git on the PATH" in web.preview("--compare", "HEAD").err


def test_what_is_wrong_with_an_earlier_file_is_said_with_its_name(web):
    web.file("old.yaml", "project: shop\nenv: prod\nregion: us-east-1\necr_repositories: {web: {max_image_count: 0}}\n")
    result = web.preview("--compare", "old.yaml")
    assert result.status == 2
    assert result.err.startswith("old.yaml:4: ecr_repositories.web.max_image_count: ")


def test_what_is_wrong_with_a_revision_is_said_with_its_line(web):
    web.write(prod=repositories(0))
    commit(web)
    web.write(prod=repositories(2))
    assert web.preview("--compare", "HEAD").err.startswith("HEAD:environments/prod.yaml:5: ecr_repositories.web.")


def test_a_revision_is_one_of_an_environments_file(web):
    web.file("p.json", policy(2))
    result = web.run("--policy", "p.json", "--images", "images.json", "--compare", "HEAD")
    assert "--compare: must be a file: a revision of git is one of an environment's file, got 'HEAD'." in result.err


def test_an_environment_is_compared_where_a_repository_is_named(web):
    web.file("p.json", policy(2))
    result = web.run("--policy", "p.json", "--images", "images.json", "--compare", "environments/prod.yaml")
    assert "--compare: must be a policy where no repository is named" in result.err


def test_a_file_without_the_repository_is_said(web):
    web.file("old.yaml", "project: shop\nenv: prod\nregion: us-east-1\necr_repositories: {api: {}}\n")
    result = web.preview("--compare", "old.yaml")
    assert result.err.startswith("old.yaml: --compare: must be a repository of prod, got 'web'. It has api.")
