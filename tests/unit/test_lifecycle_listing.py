"""Images read from what the AWS CLI prints."""

from __future__ import annotations

import datetime
import json

import pytest

from ecr_constructs.lifecycle.listing import INDEX_MEDIA_TYPES, read_images

PUSHED = datetime.datetime(2026, 1, 31, 10, tzinfo=datetime.UTC)


def detail(digest="sha256:a", **others):
    return {"imageDigest": digest, "imagePushedAt": "2026-01-31T12:00:00+02:00", **others}


def page(*details):
    return json.dumps({"imageDetails": list(details)})


def read(text):
    images, problems = read_images(text)
    assert not problems
    return images


def refused(text):
    images, problems = read_images(text)
    assert not images
    return [(problem.path, problem.code) for problem in problems]


def test_an_image_has_what_a_policy_looks_at():
    (image,) = read(
        page(
            detail(
                imageTags=["v1", "latest"],
                imageSizeInBytes=1234,
                lastRecordedPullTime="2026-01-31T12:00:00.5Z",
                lastArchivedAt="2026-01-30T12:00:00Z",
                lastActivatedAt="2026-01-31T11:00:00Z",
                imageStatus="ACTIVE",
                subjectManifestDigest="sha256:b",
                imageManifestMediaType="application/vnd.oci.image.manifest.v1+json",
                registryId="111111111111",
                repositoryName="web",
                artifactMediaType="x",
            )
        )
    )
    assert (image.digest, image.tags, image.size_in_bytes, image.subject) == (
        "sha256:a",
        ("v1", "latest"),
        1234,
        "sha256:b",
    )
    assert (image.pushed_at, image.counts_from.hour) == (PUSHED, 11)
    assert image.storage_class == "standard"
    assert image.pulled_at > image.pushed_at > image.archived_at


def test_what_is_not_said_is_as_it_is_by_default():
    (image,) = read(page(detail(imageTags=None)))
    assert (image.tags, image.pulled_at, image.size_in_bytes, image.children, image.subject) == ((), None, 0, (), None)


@pytest.mark.parametrize(("status", "storage_class"), [("ARCHIVED", "archive"), ("ACTIVATING", "archive")])
def test_an_archived_image_is_of_the_other_storage_class(status, storage_class):
    assert read(page(detail(imageStatus=status)))[0].storage_class == storage_class


def test_seconds_are_times_too():
    assert read(page(detail(imagePushedAt=PUSHED.timestamp())))[0].pushed_at == PUSHED


@pytest.mark.parametrize("between", ["", "\n", " \n\n "])
def test_pages_stand_one_after_the_other(between):
    text = page(detail("sha256:a")) + between + page(detail("sha256:b")) + "\n"
    assert [image.digest for image in read(text)] == ["sha256:a", "sha256:b"]


def test_pages_are_listed():
    text = f"[{page(detail('sha256:a'))}, {page(detail('sha256:b'))}]"
    assert [image.digest for image in read(text)] == ["sha256:a", "sha256:b"]


def test_manifests_say_what_an_index_refers_to():
    manifest = {"mediaType": INDEX_MEDIA_TYPES[1], "manifests": [{"digest": "sha256:b"}, {"digest": "sha256:c"}]}
    image = {"imageId": {"imageDigest": "sha256:a"}, "imageManifest": json.dumps(manifest)}
    got = {"images": [image], "failures": []}
    assert read(json.dumps(got) + page(detail()))[0].children == ("sha256:b", "sha256:c")


def test_an_empty_repository_has_no_images():
    assert read('{"imageDetails": []}') == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", [((), "images-json")]),
        ("{", [((), "images-json")]),
        ("[" * 100_000, [((), "images-json")]),
        ("tags", [((), "images-json")]),
        ("{}", [((), "images-form")]),
        ('"x"', [((), "images-form")]),
        ('{"imageDetails": {}}', [(("imageDetails",), "images-form")]),
        ('{"imageDetails": [7]}', [(("imageDetails", 0), "images-form")]),
        ('{"images": [{}]}', [(("images", 0), "images-form")]),
        (page(detail(), detail()), [(("imageDetails", 1, "imageDigest"), "images-twice")]),
        (page({}), [(("imageDetails", 0, key), "images-form") for key in ("imageDigest", "imagePushedAt")]),
        (page(detail(imageTags="v1")), [(("imageDetails", 0, "imageTags"), "images-form")]),
        (page(detail(imageTags=[1])), [(("imageDetails", 0, "imageTags"), "images-form")]),
        (page(detail(imageSizeInBytes=True)), [(("imageDetails", 0, "imageSizeInBytes"), "images-form")]),
        (page(detail(imageStatus="GONE")), [(("imageDetails", 0, "imageStatus"), "images-form")]),
        (page(detail(imagePushedAt="yesterday")), [(("imageDetails", 0, "imagePushedAt"), "images-time")]),
        (page(detail(imagePushedAt="2026-01-31T12:00:00")), [(("imageDetails", 0, "imagePushedAt"), "images-time")]),
        (page(detail(imagePushedAt=1e300)), [(("imageDetails", 0, "imagePushedAt"), "images-time")]),
        (
            page(detail()) + page(detail("sha256:b", imageTags=3)),
            [((1, "imageDetails", 0, "imageTags"), "images-form")],
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, where):
    assert refused(text) == where


def test_everything_wrong_is_said_at_once():
    assert len(refused(page(detail(imageTags=1), {"imageDigest": 7}))) == 3
