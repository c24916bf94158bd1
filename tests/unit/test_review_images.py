"""The images that there are, as a review of another retention tells of them: numbers, bytes, and what is deployed."""

from __future__ import annotations

import json

import pytest

from ecr_constructs.errors import InvalidInput
from ecr_constructs.lifecycle.progress import Bar
from ecr_constructs.review.retention.images import real_images
from ecr_constructs.review.retention.judge import judge_retention
from tests.unit import previewed
from tests.unit.previewed import ACCOUNT, HOST, NOW, digest_of
from tests.unit.reviewed import change_of

HEAD = "project: shop\nregion: us-east-1\n"
NAME = "shop-dev-web"
FORM = "Name it ENV/REPOSITORY.json, by the name in the file or in ECR, with folders in the place of '/'."
FOLDER = "Put it into the folder of one of them."
TWO = "got 'dev/shop-dev-web.json' and 'dev/web.json'. Remove one of the two."
REFERENCE = "As in 111111111111.dkr.ecr.us-east-1.amazonaws.com/web:v1, or with @sha256:... instead of a tag."
LISTING = "Write what `aws ecr describe-images --repository-name NAME --output json` prints."
NO_JSON = "must be JSON: Expecting property name enclosed in double quotes (line 1)."
ALONE = "must come with the images, of which it says what is deployed. Add --images DIR or --from-aws."


def detail(name, *tags, days, megabytes=1):
    """Return an image, as a listing has it that does not say of which repository it is."""
    found = previewed.detail(name, *tags, pushed=days, imageSizeInBytes=megabytes * 10**6)
    return {key: value for key, value in found.items() if key not in ("registryId", "repositoryName")}


def files(text, *names):
    return {f"{name}.yaml": f"{HEAD}env: {name}\n{text}" for name in names or ["dev"]}


def change(before, after, *names):
    return change_of(files(before, *names), files(after, *names))


def web(number):
    return f"ecr_repositories: {{web: {{max_image_count: {number}}}, api: {{}}}}\n"


@pytest.fixture
def directory(tmp_path):
    """Return what writes a listing of images to a file of a directory, and the directory."""

    class Directory:
        path = tmp_path / "images"

        def write(self, name, *details):
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"imageDetails": details}), encoding="utf-8")

    Directory.path.mkdir()
    return Directory()


def findings(changed, directory, tmp_path=None, in_use=None):
    """Return what is found with the images of a directory, and references to what is deployed."""
    named = None
    if in_use is not None:
        (tmp_path / "in-use.txt").write_text(in_use, encoding="utf-8")
        named = str(tmp_path / "in-use.txt")
    real = real_images(changed, images_dir=directory.path, in_use=named, at=NOW, progress=Bar())
    return list(judge_retention(changed, real))


def three(directory, name="dev/web.json"):
    directory.write(
        name,
        detail("a1", "v1", days=30, megabytes=100),
        detail("a2", "v2", "stable", days=20, megabytes=200),
        detail("a3", days=10, megabytes=300),
    )


def test_the_number_and_the_bytes_that_newly_expire(directory):
    three(directory)
    (one,) = findings(change(web(5), web(2)), directory)
    assert one.what == "newly expires 1 image of 3 (100 MB), which has tags"
    assert (one.severity, one.code) == ("danger", "retention-expires-tagged")
    assert one.details == ('web: v1: expire, rule 1 ("Keep the newest 2 images")',)
    (one,) = findings(change(web(5), web(1)), directory)
    assert one.what == "newly expires 2 images of 3 (300 MB), 2 of them with tags"


def test_what_is_none_of_the_images_that_there_are_is_a_note(directory):
    three(directory)
    (one,) = findings(change(web(50), web(5)), directory)
    assert one.severity == "note"
    later = "and later on tagged images: of 6 the oldest"
    assert one.what == f"newly expires none of the 3 images that are there, {later}"
    assert one.details[0] == "The smallest set of images that shows it:"


def test_what_went_before_is_not_newly_gone(directory):
    three(directory)
    (one,) = findings(change(web(2), web(1)), directory)
    assert one.what == "newly expires 1 image of 3 (200 MB), which has tags"


def test_untagged_ones_alone_have_attention(directory):
    directory.write("dev/web.json", detail("a1", days=30, megabytes=1), detail("a2", "v2", days=20, megabytes=1))
    (one,) = findings(change(web(5), web(1)), directory)
    assert (one.severity, one.what) == ("attention", "newly expires 1 image of 2 (1.0 MB), which has no tag")


def test_what_is_deployed_is_a_danger_named_tag_by_tag(directory, tmp_path):
    three(directory)
    reference = f"{HOST}/{NAME}"
    (one,) = findings(change(web(5), web(1)), directory, tmp_path, f"{reference}:stable nginx:1.27")
    assert (one.severity, one.what) == ("danger", "newly expires 2 images of 3 (300 MB), 1 of them deployed")
    assert one.details[:3] == (
        'web: DEPLOYED v2, stable, in use as stable: expire, rule 1 ("Keep the newest image")',
        "web: all that is deployed is kept by protected_tags: ['stable']",
        'web: v1: expire, rule 1 ("Keep the newest image")',
    )
    assert one.fix == "Keep what is deployed by protected_tags or larger numbers."
    (one,) = findings(change(web(5), web(2)), directory, tmp_path, f"{reference}:stable")
    assert (one.severity, one.what) == ("attention", "newly expires 1 image of 3 (100 MB), which is not deployed")


def test_what_is_deployed_and_newly_archived_is_a_danger(directory, tmp_path):
    three(directory)
    idle = "ecr_repositories: {web: {max_image_count: null%s}, api: {}}\n"
    changed = change(idle % "", idle % ", archive_after_days_without_pull: 25")
    (one,) = findings(changed, directory, tmp_path, f"{NAME}:v1")
    assert (one.severity, one.code) == ("danger", "retention-archives")
    assert one.what == "newly archives 1 image of 3 (100 MB), which is deployed"
    (one,) = findings(changed, directory)
    assert one.severity == "attention"


def test_what_expired_before_is_not_newly_archived(directory):
    three(directory)
    text = "ecr_repositories: {web: {max_image_count: null, expire_tagged_after_days: %s%s}, api: {}}\n"
    changed = change(
        text % (25, ""),
        (text % (25, ", archive_after_days_without_pull: 15")).replace("expire_tagged_after_days: 25, ", ""),
    )
    (one,) = findings(changed, directory)
    assert (one.code, one.what) == ("retention-archives", "newly archives 1 image of 3 (200 MB), which has tags")


def test_what_is_pushed_later_is_left_out(directory):
    directory.write("web.json", detail("a1", "v1", days=9), detail("a2", "v2", days=-1))
    (one,) = findings(change(web(5), web(1)), directory)
    assert one.severity == "note"
    assert one.details[0] == "web: 1 of the images that are listed were pushed after that time, and are left out."


def test_a_reference_to_another_registry_is_said(directory, tmp_path):
    directory.write("dev/web.json", {**detail("a1", "v1", days=9), "registryId": ACCOUNT})
    other = HOST.replace(ACCOUNT, "222222222222")
    (one,) = findings(change(web(5), web(1)), directory, tmp_path, f"{other}/{NAME}:v1")
    assert one.details[0].startswith(f"web: Look yourself at {other}/{NAME}:v1")


def test_what_is_to_be_known_of_the_images_is_said(directory):
    directory.write("dev/web.json", {**detail("a1", "v1", days=9), "repositoryName": "shop-prod-web"})
    (one,) = findings(change(web(5), web(1)), directory)
    assert one.details[0] == f"web: The images are those of shop-prod-web, not of {NAME}."


def test_a_repository_without_a_file_is_told_by_the_smallest_set(directory):
    (one,) = findings(change(web(5), web(1)), directory)
    assert one.what == "newly expires tagged images: of 2 the oldest"


@pytest.mark.parametrize("name", ["dev/web.json", f"dev/{NAME}.json", f"{NAME}.json", "web.json"])
def test_a_file_has_the_name_in_the_file_or_in_ecr(directory, name):
    three(directory, name)
    (one,) = findings(change(web(5), web(2)), directory)
    assert "of 3" in one.what


def test_a_name_with_slashes_is_folders_and_a_former_name_will_do(directory):
    before = "ecr_repositories: {team/web: {repository_name: shop/web, max_image_count: 5}}\n"
    after = "ecr_repositories: {site: {repository_name: shop/web, renamed_from: team/web, max_image_count: 2}}\n"
    for name in ("dev/team/web.json", "team/web.json", "dev/shop/web.json", "site.json"):
        for file in directory.path.rglob("*.json"):
            file.unlink()
        three(directory, name)
        (one,) = findings(change(before, after), directory)
        assert one.what.startswith("newly expires 1 image of 3")


def refused(changed, **options):
    with pytest.raises(InvalidInput) as raised:
        real_images(changed, at=NOW, progress=Bar(), **options)
    return [str(each) for each in raised.value.problems]


def test_every_file_that_is_wrong_is_said_at_once(directory, tmp_path):
    three(directory, "web.json")  # of which environment?
    three(directory, "dev/wbe.json")
    three(directory, "dev/web.json")
    three(directory, f"dev/{NAME}.json")
    (directory.path / "prod").mkdir()
    (directory.path / "prod" / "web.json").write_text("{", encoding="utf-8")
    (directory.path / "README.md").write_text("", encoding="utf-8")
    (directory.path / ".gitkeep").write_text("", encoding="utf-8")
    (tmp_path / "in-use").write_text("web:v1\n???\n", encoding="utf-8")
    messages = refused(
        change(web(5), web(1), "dev", "prod"), images_dir=str(directory.path), in_use=str(tmp_path / "in-use")
    )
    assert messages == [
        f"--images: must be a .json file, got 'README.md'. {FORM} [images-directory]",
        "--images: must have the name of a repository, got 'dev/wbe.json'. Did you mean 'web'? [images-directory]",
        f"--images: must have one file for web of dev, {TWO} [images-directory]",
        f"--images: must be of one environment: dev and prod have it, got 'web.json'. {FOLDER} [images-directory]",
        f"--in-use.line[2]: must be a reference to an image, got '???'. {REFERENCE} [image-reference]",
        f"{directory.path.as_posix()}/prod/web.json: {NO_JSON} {LISTING} [images-json]",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"images_dir": "none"},
            f"--images: must be a directory with a file for each repository, got 'none'. {FORM} [images-directory]",
        ),
        ({"in_use_from_aws": True}, f"--in-use-from-aws: {ALONE} [review-options]"),
    ],
)
def test_what_does_not_go_together_is_refused(options, message):
    assert refused(change(web(5), web(1)), **options) == [message]


def test_one_source_of_images_is_enough(directory):
    messages = refused(change(web(5), web(1)), images_dir=directory.path, from_aws=True)
    fix = "Give a directory, or have the accounts asked."
    assert messages == [f"must have one of --images and --from-aws, got both. {fix} [review-options]"]


def test_files_of_repositories_whose_images_stay_are_not_read(directory):
    (directory.path / "api.json").write_text("{", encoding="utf-8")
    three(directory, "web.json")
    (one,) = findings(change(web(5), web(2)), directory)
    assert "of 3" in one.what


def test_references_of_one_file_are_those_of_each_repository(directory, tmp_path):
    both = "ecr_defaults: {max_image_count: %s}\necr_repositories: {web: {}, api: {}}\n"
    three(directory, "web.json")
    three(directory, "api.json")
    said = f"shop-dev-api:v1\n{digest_of('a2')}\n"
    found = {each.repositories: each.what for each in findings(change(both % 5, both % 1), directory, tmp_path, said)}
    assert found == {
        ("api",): "newly expires 2 images of 3 (300 MB), 2 of them deployed",
        ("web",): "newly expires 2 images of 3 (300 MB), 1 of them deployed",
    }
