"""Images read from what the AWS CLI prints: `aws ecr describe-images`, and for indexes `aws ecr batch-get-image`.

Forms: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html,
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Image.html and, for what an index refers to,
https://github.com/opencontainers/image-spec/blob/main/image-index.md. Times are ISO 8601, or seconds since 1970 as
version 1 of the AWS CLI writes them.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.rule import StorageClass
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["INDEX_MEDIA_TYPES", "Listing", "listing_of", "read_images", "read_listing"]

INDEX_MEDIA_TYPES = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
"""The media types of a manifest that refers to images, one for each platform."""

_CLASSES: Mapping[str, StorageClass] = {"ACTIVE": "standard", "ACTIVATING": "archive", "ARCHIVED": "archive"}
_KEYS = {
    "imageDigest": (str, "a digest"),
    "imageTags": (list, "a list of tags"),
    "imageSizeInBytes": (int, "a number of bytes"),
    "imageManifestMediaType": (str, "a media type"),
    "subjectManifestDigest": (str, "a digest"),
    "imageStatus": (str, "a status"),
    "registryId": (str, "an account id"),
    "repositoryName": (str, "a name"),
}
_TIMES = ("imagePushedAt", "lastRecordedPullTime", "lastArchivedAt", "lastActivatedAt")
_FORM = "Write what `aws ecr describe-images --repository-name NAME --output json` prints."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The images of a repository, and what is known of it.

    Attributes:
        images: The images, as they were listed.
        registry_id: The account of its registry; None where that is not said.
        repository_name: Its name in ECR; None where that is not said.
        unread_indexes: Digests of indexes of which it is not known what they refer to.
    """

    images: tuple[Image, ...] = ()
    registry_id: str | None = None
    repository_name: str | None = None
    unread_indexes: tuple[str, ...] = ()


def read_images(text: str) -> tuple[list[Image], list[Problem]]:
    """Return the images of what `read_listing` reads, and every problem."""
    listing, problems = read_listing(text)
    return list(listing.images), problems


def read_listing(text: str) -> tuple[Listing, list[Problem]]:
    """Read images: one answer of `DescribeImages`, the answers of several pages one after the other, or a list of them.

    Answers of `BatchGetImage` may stand among them; they say what indexes refer to.

    Args:
        text: JSON.

    Returns:
        The images in their order, and every problem. A path begins with the number of the answer where there are more.
    """
    answers, problems = _answers(text)
    return (Listing(), problems) if problems else listing_of(answers)


def listing_of(answers: Sequence[object]) -> tuple[Listing, list[Problem]]:
    """Return the images of answers of `DescribeImages` and `BatchGetImage`, with times as text, seconds or as they are.

    Args:
        answers: The answers.

    Returns:
        The images, none where there is a problem, and every problem.
    """
    problems: list[Problem] = []
    details: list[tuple[Mapping[str, object], KeyPath]] = []
    manifests: dict[str, tuple[str, ...]] = {}
    for number, answer in enumerate(answers):
        path: KeyPath = (number,) if len(answers) > 1 else ()
        if not isinstance(answer, Mapping) or not {"imageDetails", "images"} & answer.keys():
            problems.append(Problem(path, "images-form", "must have imageDetails", show(answer), _FORM))
            continue
        for key in ("imageDetails", "images"):
            listed = answer.get(key, [])
            if not isinstance(listed, list):
                problems.append(Problem((*path, key), "images-form", "must be a list", show(listed), _FORM))
                continue
            for index, each in enumerate(listed):
                at = (*path, key, index)
                if not isinstance(each, Mapping):
                    problems.append(Problem(at, "images-form", "must be an object", show(each), _FORM))
                elif key == "imageDetails":
                    details.append((each, at))
                else:
                    problems += _manifest(each, at, manifests)
    images = _images(details, manifests, problems)
    places = {tuple(detail.get(key) for key in ("registryId", "repositoryName")) for detail, _ in details}
    if not problems and len(places) > 1:
        fix = "List the images of each by themselves: a policy looks at one repository."
        got = ", ".join(sorted("/".join(str(part) for part in place if part) or "none" for place in places)[:3])
        problems.append(Problem((), "images-of-one", "must be the images of one repository", got, fix))
    if problems:
        return Listing(), problems
    registry_id, name = next(iter(places), (None, None))
    return Listing(
        images=tuple(images),
        registry_id=None if registry_id is None else str(registry_id),
        repository_name=None if name is None else str(name),
        unread_indexes=tuple(_unread(details, manifests)),
    ), []


def _unread(
    details: Iterable[tuple[Mapping[str, object], KeyPath]], manifests: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    for detail, _ in details:
        if detail.get("imageManifestMediaType") in INDEX_MEDIA_TYPES and detail["imageDigest"] not in manifests:
            yield str(detail["imageDigest"])


def _answers(text: str) -> tuple[list[object], list[Problem]]:
    """Return the values that stand in a text one after the other; of one list, its entries."""
    decoder, answers, position = json.JSONDecoder(), [], 0
    rest = text.lstrip("\ufeff \t\r\n")
    while position < len(rest):
        try:
            answer, position = decoder.raw_decode(rest, position)
        except (json.JSONDecodeError, RecursionError) as error:
            where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
            return [], [Problem((), "images-json", f"must be JSON: {reason}{where}", fix=_FORM)]
        answers += answer if isinstance(answer, list) else [answer]
        while position < len(rest) and rest[position] in " \t\r\n":
            position += 1
    if not answers:
        return [], [Problem((), "images-json", "must hold an answer of DescribeImages", "nothing", _FORM)]
    return answers, []


def _images(
    details: Sequence[tuple[Mapping[str, object], KeyPath]],
    manifests: Mapping[str, tuple[str, ...]],
    problems: list[Problem],
) -> list[Image]:
    images: dict[str, Image] = {}
    for detail, path in details:
        found = list(_check(detail, path))
        digest = detail.get("imageDigest")
        if digest in images:
            fix = "List each page once."
            found.append(Problem((*path, "imageDigest"), "images-twice", "must be listed once", show(digest), fix))
        problems += found
        if not found:
            image = _image(detail, manifests)
            images[image.digest] = image
    return list(images.values())


def _check(detail: Mapping[str, object], path: KeyPath) -> Iterator[Problem]:
    for key, (kind, what) in _KEYS.items():
        value = detail.get(key)
        if value is None:
            if key == "imageDigest":
                yield Problem((*path, key), "images-form", "must be given", "none", _FORM)
        elif not isinstance(value, kind) or isinstance(value, bool):
            yield Problem((*path, key), "images-form", f"must be {what}", show(value), _FORM)
    for tag in _list(detail.get("imageTags")):
        if not isinstance(tag, str):
            yield Problem((*path, "imageTags"), "images-form", "must be a list of tags", show(tag), _FORM)
    status = detail.get("imageStatus")
    if isinstance(status, str) and status not in _CLASSES:
        rule = f"must be one of {', '.join(_CLASSES)}"
        yield Problem((*path, "imageStatus"), "images-form", rule, show(status), _FORM)
    for key in _TIMES:
        value = detail.get(key)
        if value is None and key == "imagePushedAt":
            yield Problem((*path, key), "images-form", "must be given", "none", _FORM)
        elif value is not None and _time(value) is None:
            fix = "Write it with its time zone, as in 2026-01-31T12:00:00Z."
            yield Problem((*path, key), "images-time", "must be a time", show(value), fix)


def _image(detail: Mapping[str, object], manifests: Mapping[str, tuple[str, ...]]) -> Image:
    """Return an image, from a description that is right."""
    digest, pushed = str(detail["imageDigest"]), _time(detail["imagePushedAt"])
    size, subject = detail.get("imageSizeInBytes"), detail.get("subjectManifestDigest")
    assert pushed is not None  # noqa: S101 - it was checked
    return Image(
        digest=digest,
        pushed_at=pushed,
        tags=tuple(map(str, _list(detail.get("imageTags")))),
        pulled_at=_time(detail.get("lastRecordedPullTime")),
        activated_at=_time(detail.get("lastActivatedAt")),
        archived_at=_time(detail.get("lastArchivedAt")),
        storage_class=_CLASSES[str(detail.get("imageStatus") or "ACTIVE")],
        size_in_bytes=size if isinstance(size, int) else 0,
        children=manifests.get(digest, ()),
        subject=subject if isinstance(subject, str) else None,
    )


def _manifest(answer: Mapping[str, object], path: KeyPath, manifests: dict[str, tuple[str, ...]]) -> list[Problem]:
    """Note what the manifest of an index refers to."""
    named = answer.get("imageId")
    digest = named.get("imageDigest") if isinstance(named, Mapping) else None
    text = answer.get("imageManifest")
    try:
        manifest = json.loads(text) if isinstance(text, str) else None
    except (json.JSONDecodeError, RecursionError):
        manifest = None
    if not isinstance(digest, str) or not isinstance(manifest, Mapping):
        fix = "Write what `aws ecr batch-get-image` prints."
        return [Problem(path, "images-form", "must have imageId.imageDigest and imageManifest", fix=fix)]
    entries = [each for each in _list(manifest.get("manifests")) if isinstance(each, Mapping)]
    manifests[digest] = tuple(each["digest"] for each in entries if isinstance(each.get("digest"), str))
    return []


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _time(value: object) -> datetime.datetime | None:
    """Return a time with its zone, or None where it is none."""
    if isinstance(value, str):
        return _time_of_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.datetime.fromtimestamp(value, datetime.UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return value if isinstance(value, datetime.datetime) and value.tzinfo else None


@functools.lru_cache(maxsize=16)  # it is read once when it is checked, and at once again
def _time_of_text(text: str) -> datetime.datetime | None:
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
