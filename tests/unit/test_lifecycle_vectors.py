"""Policies of AWS's pages, of public repositories and of chance: what they do, and a second evaluation beside it."""

import collections
import json
import random

import pytest

from ecr_constructs.core.lifecycle import Origin, parse_policy, policy_traps, render_lifecycle_policy
from ecr_constructs.core.lifecycle.evaluate import evaluate
from ecr_constructs.core.lifecycle.origin import WrittenRule
from tests.unit.lifecycle_policies import OF_AWS, OF_PUBLIC_REPOSITORIES
from tests.unit.naive_lifecycle import evaluate_naively
from tests.unit.test_lifecycle_evaluation import NOW, image
from tests.unit.test_lifecycle_shown import random_rules

POLICIES = OF_AWS | OF_PUBLIC_REPOSITORIES
ALWAYS = [*(f"sha-{number}" for number in range(5)), "latest", "1.2.3", "git hash"]


def rules_of(text):
    rules, problems = parse_policy(text)
    assert not problems
    return rules


def repository(chosen, tags, size):
    """Return images: tagged and not, of few times, in both storage classes, with indexes and referrers."""
    left = chosen.sample(tags, len(tags))
    images = []
    for number in range(size):
        digest = f"sha256:{chosen.randrange(16**6):06x}{number:02}"
        own = [left.pop() for _ in range(chosen.choice((0, 0, 1, 1, 1, 2, 3))) if left]
        archived = chosen.random() < 0.2
        before = [each.digest for each in images]
        images.append(
            image(
                digest,
                *own,
                pushed=chosen.choice((0.5, 1, 1.5, 5, 6, 14, 14.5, 20, 31, 100, 400)),
                pulled=chosen.choice((None, None, 0, 0.5, 29, 31, 91, 400)),
                archived=chosen.choice((1, 89, 90, 91, 366)) if archived else None,
                restored=chosen.choice((None, 0.5, 20)) if archived else None,
                children=tuple(chosen.sample(before, min(len(before), 2))) if chosen.random() < 0.2 else (),
                subject=chosen.choice(before) if before and chosen.random() < 0.1 else None,
            )
        )
    chosen.shuffle(images)
    return images


def both(rules, images):
    """Return what the two evaluations say of each image."""
    fast = {
        each.image.digest: (None, None)
        if each.action == "keep"
        else (each.action, each.rule.rule_priority if each.rule else None)
        for each in evaluate(rules, images, at=NOW)
    }
    return fast, evaluate_naively(json.loads(render_lifecycle_policy(rules)), images, NOW)


def tags_for_policy(rules):
    """Return tags that the patterns of a policy are about, and others."""
    patterns = [
        *(each for rule in rules for each in (*rule.tag_pattern_list, *(f"{x}*" for x in rule.tag_prefix_list)))
    ]
    return [*ALWAYS, *dict.fromkeys(each.replace("*", str(n)) for each in patterns for n in range(40))]


@pytest.mark.parametrize("name", POLICIES)
def test_a_second_evaluation_agrees_on_policies_that_there_are(name):
    rules = rules_of(POLICIES[name])
    done = collections.Counter()
    for seed in range(24):
        chosen = random.Random(f"{name} {seed}")
        fast, slow = both(rules, repository(chosen, tags_for_policy(rules), chosen.choice((1, 8, 15, 60))))
        assert fast == slow
        done.update(action for action, _ in fast.values())
    assert done[None]
    # A policy that does nothing to any of them would be proof of little.
    assert done["expire"] + done["transition"], f"{name} never acts on anything"


def test_a_second_evaluation_agrees_on_thousands_of_policies_and_images():
    done = collections.Counter()
    tags = ["".join(letters) for letters in ("a", "b", "c", "aa", "ab", "ba", "bb", "ac", "aab", "aba", "bab", "abb")]
    for seed in range(3_000):
        chosen = random.Random(seed)
        rules = random_rules(chosen)
        fast, slow = both(rules, repository(chosen, tags, chosen.randint(1, 12)))
        assert fast == slow, seed
        done.update(action for action, _ in fast.values())
    assert min(done["expire"], done["transition"], done[None]) > 1_000


@pytest.mark.parametrize(
    ("name", "images", "acted"),
    [
        ("filtering on image age", {"prod-1": 14, "prod-2": 14.1, "beta-1": 99, "": 99}, {"prod-2": "expire"}),
        ("archiving what is not pulled", {"v1": 90, "v2": 90.1}, {"v2": "transition"}),
        ("archiving by age", {"v1": 30, "v2": 30.1}, {"v2": "transition"}),
        ("archiving, then deleting", {"v1": 30.1, "v2": 400}, {"v1": "transition", "v2": "transition"}),
        # What nobody expects of them.
        ("tagged and latest", {"v1": 1, "v2": 900, "latest": 950}, {}),
        ("prefixes meant as alternatives", {"nogit-1": 900, "latest": 950}, {}),
        ("frozen and semantic", {"1.2.3": 900, "1.2.4": 1}, {}),
        ("a year", {"v1": 366}, {"v1": "expire"}),
        ("stages and the rest of a day", {"prod-1": 900, "v1": 2}, {"v1": "expire"}),
    ],
)
def test_what_they_do(name, images, acted):
    there = [image(tag or "untagged", *([tag] if tag else []), pushed=age) for tag, age in images.items()]
    outcomes = evaluate(rules_of(POLICIES[name]), there, at=NOW)
    assert {each.image.digest: each.action for each in outcomes if each.action != "keep"} == acted


def test_of_an_image_that_is_not_tagged_only_one_is_kept():
    there = [image(digest, pushed=age) for digest, age in {"new": 1, "old": 2, "older": 3}.items()]
    outcomes = evaluate(rules_of(OF_AWS["filtering on image count"]), there, at=NOW)
    assert [each.action for each in outcomes] == ["keep", "expire", "expire"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("filtering on image age", ["age-alone", "grows-tagged", "grows-untagged"]),
        ("filtering on all images, example B", []),
        ("archiving, then deleting", []),
        ("archiving what is not pulled", ["grows-archived"]),
        ("tagged and latest", ["grows-tagged", "tags-and"]),
        ("prefixes meant as alternatives", ["grows-tagged", "tags-and"]),
        ("releases and versions", ["grows-tagged", "tags-and"]),
        ("frozen and semantic", ["grows-tagged", "selects-nothing"]),
        ("archive class", []),
        ("superseded manifests", []),
        ("untagged and all", []),
        ("a module's default", []),
        ("the newest three", []),
        ("a year", ["age-alone"]),
        ("stages and the rest of a day", ["age-alone"]),
        ("three stages", ["grows-tagged"]),
    ],
)
def test_what_is_pointed_out_of_them(name, codes):
    written = [WrittenRule(rule, Origin(("rules", n), "json")) for n, rule in enumerate(rules_of(POLICIES[name]))]
    found = sorted(trap.notice.code.removeprefix("lifecycle-") for trap in policy_traps(written))
    assert found == codes
