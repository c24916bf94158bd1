"""Lifecycle policies as AWS's pages and public repositories have them, in short.

A rule is what it selects (`any`, `untagged`, patterns, or prefixes after a `^`), how it counts, and its number; the
storage class, the action and the unit follow. Numbers and selections are what is there; descriptions are left out
unless they say a number.
"""

from __future__ import annotations

import json

_KINDS = {
    "keep": ("imageCountMoreThan", "expire"),
    "older": ("sinceImagePushed", "expire"),
    "keep, archive": ("imageCountMoreThan", "transition"),
    "older, archive": ("sinceImagePushed", "transition"),
    "idle": ("sinceImagePulled", "transition"),
    "archived": ("sinceImageTransitioned", "expire"),
}


def document(*rules):
    """Return a policy as AWS's JSON."""
    return json.dumps({"rules": [_rule(number, *each) for number, each in enumerate(rules, 1)]})


def _rule(priority, selection, kind, number, description=None):
    count_type, action = _KINDS[kind]
    selected = {"tagStatus": selection if selection in ("any", "untagged") else "tagged"}
    if selected["tagStatus"] == "tagged":
        key = "tagPrefixList" if selection.startswith("^") else "tagPatternList"
        selected[key] = selection.removeprefix("^").split()
    if kind == "archived":
        selected["storageClass"] = "archive"
    selected |= {"countType": count_type, "countNumber": number}
    if count_type != "imageCountMoreThan":
        selected["countUnit"] = "days"
    return {
        "rulePriority": priority,
        **({} if description is None else {"description": description}),
        "selection": selected,
        "action": {"type": action, **({"targetStorageClass": "archive"} if action == "transition" else {})},
    }


# https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html, by the headings there.
OF_AWS = {
    "filtering on image age": document(("prod*", "older", 14, "Expire images older than 14 days")),
    "filtering on image count": document(("untagged", "keep", 1, "Keep only one untagged image, expire all others")),
    "filtering on multiple rules, example A": document(("prod*", "keep", 1), ("beta*", "keep", 1)),
    "filtering on multiple rules, example B": document(("beta*", "keep", 1), ("prod*", "keep", 1)),
    "filtering on multiple tags in a single rule, example A": document(("alpha* beta*", "older", 5)),
    "filtering on multiple tags in a single rule, example B": document(("alpha* beta*", "keep", 1)),
    "filtering on all images, example A": document(("any", "keep", 1)),
    "filtering on all images, example B": document(("alpha*", "keep", 1), ("untagged", "older", 1), ("any", "keep", 1)),
    "archiving what is not pulled": document(("any", "idle", 90)),
    "archiving, then deleting": document(("any", "idle", 30), ("any", "archived", 365)),
    "archiving all but the newest": document(("any", "keep, archive", 10)),
    "archiving by age": document(("any", "older, archive", 30)),
}

# As they stand in infrastructure code, scripts, guides and tests on github.com, found by their words in 2026-11.
OF_PUBLIC_REPOSITORIES = {
    "untagged and a prefix": document(
        ("untagged", "older", 14, "Expire untagged images older than 14 days"),
        ("^dev", "keep", 30, "Keep last 30 dev images"),
    ),
    "superseded manifests": document(
        ("untagged", "older", 7, "expire untagged (superseded buildx manifests) after 7 days"),
        ("*", "keep", 4, "keep the 4 most recent tags"),
    ),
    "last tagged": document(
        ("untagged", "older", 1, "Expire untagged images after 1 day"),
        ("*", "keep", 5, "Keep only last 5 tagged images"),
    ),
    "tagged and latest": document(
        ("v* latest", "keep", 20, "Keep the last 20 tagged images + latest"),
        ("untagged", "older", 7, "Drop untagged layers after 7 days"),
    ),
    "at most fifty": document(
        ("untagged", "older", 7, "Expire untagged images older than 7 days"),
        ("*", "keep", 50, "Retain at most 50 tagged images"),
    ),
    "frozen and semantic": document(
        ("*-frozen", "keep", 100, "Keep frozen production images"),
        ("[0-9].[0-9].[0-9]", "keep", 20, "Keep semantic versioned production images"),
        ("untagged", "older", 14, "Expire untagged images older than 14 days"),
    ),
    "archive class": document(
        (
            "*",
            "keep, archive",
            2,
            "Keep only 2 tagged images in standard storage class, transition all others to archive",
        ),
        ("untagged", "keep", 1, "Keep only 1 untagged image, expire all others."),
        ("any", "archived", 90, "Expire images archived for more than 90 days"),
    ),
    "one image": document(("*", "keep", 1, "Keep one image to avoid costs")),
    "three stages": document(
        ("^production-", "keep", 5, "Keep last 5 production images"),
        ("^staging-", "keep", 5, "Keep last 5 staging images"),
        ("^dev-", "keep", 5, "Keep last 5 sandbox images"),
        ("untagged", "keep", 10),
    ),
    "prefixes meant as alternatives": document(
        ("^nogit latest", "keep", 10, "Keep last 10 versioned images"),
        ("untagged", "older", 7, "Expire untagged images after 7 days"),
    ),
    "stages and the rest of a day": document(
        ("^prod-", "keep", 2), ("^dev-", "keep", 2, "Retain last 2 images with tag prefix 'dev-'"), ("any", "older", 1)
    ),
    "untagged and all": document(
        ("untagged", "older", 7, "Expire images older than 7 days"), ("any", "keep", 30, "Keep last 30 images")
    ),
    "releases and versions": document(
        ("untagged", "older", 14, "Expire untagged images older than 14 days"),
        ("^release v", "keep", 5, "Keep only the 5 most recent release images"),
    ),
    "a year": document(("any", "older", 365, "Expire images older than 365 days")),
    "a module's default": document(
        ("^prod", "keep", 9999),
        ("untagged", "older", 1),
        ("any", "keep", 500, "Rotate images when reach 500 images stored"),
    ),
    "the last fifteen": document(("^release", "keep", 15, "keep last 15 release tagged images")),
    "untagged of a month": document(("untagged", "older", 30, "Expire untagged images older than 30 days")),
    "the newest three": document(
        ("*", "keep", 3, "Keep the three most recent release images"),
        ("untagged", "older", 1, "Expire untagged images after one day"),
    ),
}
