"""A second, slow evaluation of lifecycle policies, sentence by sentence from AWS's page, with nothing of the fast one.

Sentences: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html and
https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html. It reads AWS's document, not
our rules.
"""

from __future__ import annotations

from datetime import timedelta


def matches(pattern, tag):
    """Tell whether a tag matches a pattern: each `*` stands for zero or more characters."""
    if not pattern:
        return not tag
    if pattern[0] == "*":
        return matches(pattern[1:], tag) or (bool(tag) and matches(pattern, tag[1:]))
    return bool(tag) and tag[0] == pattern[0] and matches(pattern[1:], tag[1:])


def selects(selection, image):
    """Tell whether a rule identifies an image: its storage class, and every entry of its list has a tag."""
    if selection.get("storageClass", "standard") != image.storage_class:
        return False
    if selection["tagStatus"] == "untagged":
        return not image.tags
    if selection["tagStatus"] == "any":
        return True
    patterns = [*selection.get("tagPatternList", []), *(f"{each}*" for each in selection.get("tagPrefixList", []))]
    return all(any(matches(pattern, tag) for tag in image.tags) for pattern in patterns)


def pushed(image):
    return image.activated_at or image.pushed_at


def pulled(image):
    """Return the last pull; of a restored image that was not pulled since, when it was restored."""
    if image.pulled_at is None or (image.activated_at is not None and image.pulled_at < image.activated_at):
        return pushed(image)
    return image.pulled_at


def is_newer(one, other):
    return (pushed(one), other.digest) > (pushed(other), one.digest)


def is_due(selection, image, identified, at):
    """Tell whether an image is expired by what a rule counts, among those that the rule identifies."""
    number, kind = selection["countNumber"], selection["countType"]
    if kind == "imageCountMoreThan":
        return sum(is_newer(other, image) for other in identified) >= number
    since = {
        "sinceImagePushed": pushed(image),
        "sinceImagePulled": pulled(image),
        "sinceImageTransitioned": image.archived_at or pushed(image),
    }[kind]
    return at - since > timedelta(days=number)


def evaluate_naively(document, images, at):
    """Return the action and the rule's priority for each digest; None and None for what stays."""
    there = {image.digest for image in images}
    children = {child for image in images for child in image.children if child in there}
    subjects = {image.digest: image.subject for image in images if image.subject in there}
    looked_at = [image for image in images if image.digest not in subjects]
    rules = sorted(document["rules"], key=lambda rule: rule["rulePriority"])
    results = {}
    for image in looked_at:
        results[image.digest] = (None, None)
        for rule in rules:
            selection = rule["selection"]
            if not selects(selection, image):
                continue
            ranked = [other for other in looked_at if selects(selection, other) and other.digest not in children]
            if image.digest not in children and is_due(selection, image, ranked, at):
                results[image.digest] = (rule["action"]["type"], rule["rulePriority"])
            break  # the first rule that identifies an image has it, whether it acts or not
    for digest, subject in subjects.items():
        while subject in subjects:  # what is about something that is about something else
            subject = subjects[subject]
        results[digest] = (results[subject][0], None)
    return results
