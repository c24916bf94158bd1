"""What is pointed out of a policy, and what is not."""

import pytest

from ecr_constructs.core.lifecycle import Origin, Retention, compose_retention, policy_traps
from ecr_constructs.core.lifecycle.descriptions import quantities
from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.presets import PRESETS
from ecr_constructs.core.lifecycle.repository_traps import repository_traps, template_traps
from ecr_constructs.core.lifecycle.tag_machine import LETTERS
from tests.unit.test_lifecycle_evaluation import keep, older, rule


def archived(tags="any", days=90, **others):
    return rule(tags, "sinceImageTransitioned", days, **others)


def to_archive(tags, days=30, **others):
    return rule(tags, "sinceImagePulled", days, action_type="transition", **others)


def traps(*rules):
    written = [WrittenRule(each, Origin(("lifecycle_rules", index))) for index, each in enumerate(rules)]
    return policy_traps(written)


def codes(*rules):
    return sorted(trap.notice.code.removeprefix("lifecycle-") for trap in traps(*rules))


REST = keep("any", 100)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([REST], []),
        ([keep("v*", 5), REST], []),
        ([keep("v*", 5), keep("v1*", 5), REST], ["inert"]),
        # Alternatives were meant, unless each of them has a rule.
        ([keep("v* w*", 5), REST], ["tags-and"]),
        ([keep("v* w*", 5), keep("v*", 5), REST], ["tags-and"]),
        ([keep("v* w*", 5), keep("v*", 5), keep("w*", 5), REST], []),
        ([archived("v* w*"), keep("v*", 5), keep("w*", 5), REST], ["tags-and"]),
        # Together they have what neither has by itself.
        ([keep("a* b*", 5), keep("a*x b*", 5), REST], ["inert", "tags-and", "tags-and"]),
        ([keep("*a* *b*", 5), keep("*ab*", 5), REST], ["inert", "tags-and"]),
        ([keep("*ab*", 5), keep("*a* *b*", 5), REST], ["tags-and"]),
        ([keep("release/*", 5), keep("release/1*", 5), REST], ["selects-nothing", "selects-nothing"]),
        # What no repository has more of, and what one image has at a time, protects on purpose.
        ([keep("v*", 999_999), keep("latest", 1), REST], []),
        ([keep("v*", 999_999), keep("v1*", 1), REST], ["inert"]),
        # By their age alone.
        ([older("v*", 5), REST], ["age-alone"]),
        ([older("any", 5)], ["age-alone"]),
        ([older("untagged", 5), REST], []),
        ([keep("*", 5), older("any", 5)], ["any-skips-tagged"]),
        ([older("v*", 5, action_type="transition"), archived(), REST], ["age-alone"]),
        ([to_archive("any"), archived()], []),
        # Without a bound.
        ([older("untagged", 5)], ["grows-tagged"]),
        ([keep("*", 5)], ["grows-untagged"]),
        ([keep("v*", 5)], ["grows-tagged", "grows-untagged"]),
        ([keep("v*", 5), keep("*", 5), older("untagged", 5)], []),
        ([keep("v* w*", 5), older("untagged", 5)], ["grows-tagged", "tags-and"]),
        ([keep("${var.tag}", 5)], []),
        ([to_archive("any")], ["grows-archived"]),
        ([to_archive("v*"), archived("v1*"), REST], ["grows-archived"]),
        ([to_archive("v1*"), archived("v*"), REST], []),
        ([to_archive("any"), archived("*")], ["grows-archived"]),
        ([to_archive("v1*"), to_archive("v*"), archived("v*"), REST], []),
        ([keep("v*", 5), to_archive("v1*"), REST], ["inert"]),
        # What a rule protects.
        ([keep("v*", 5), keep("v1*", 999_999), REST], ["inert", "protected-reached"]),
        ([keep("*-rc*", 5), keep("v*", 999_999), REST], ["protected-reached"]),
        ([keep("*-rc*", 5), keep("latest", 1), REST], ["protected-reached"]),
        ([keep("v*", 999_999), keep("*-rc*", 5), REST], []),
        ([keep("v*", 999_999), keep("*-rc*", 999_999), REST], []),
        ([older("untagged", 5), keep("v*", 999_999), REST], []),
        ([archived("v*"), keep("v*", 999_999), REST], []),
    ],
)
def test_what_is_pointed_out_of_a_policy(rules, found):
    assert codes(*rules) == sorted(found)


def test_rules_that_identify_everything_between_them_are_named_all():
    parts = [keep("v", 5), keep("x*", 5), *(keep(f"v{letter}*", 5) for letter in LETTERS)]
    (trap,) = [each for each in traps(*parts, keep("v*", 5), REST) if each.notice.code == "lifecycle-inert"]
    assert trap.notice.sentence.startswith("Rule 68 never acts: rule 1, rule 3, rule 4, ")
    assert "rule 67 come first and identify every image that it selects between them, and later" in trap.notice.sentence
    assert "lifecycle-inert" not in [each.notice.code for each in traps(*parts[:-1], keep("v*", 5), REST)]


@pytest.mark.parametrize(
    ("rules", "code", "place", "sentence"),
    [
        (
            [older("v*", 5, description="Old")],
            "age-alone",
            "lifecycle_rules[0]",
            (
                'Rule 1 ("Old") expires tagged images by their age alone, those that are deployed and the '
                "newest one too: to pull an image does not keep it. Use keep_tagged_count instead, or name the "
                "tags of what runs in protected_tags and acknowledge this."
            ),
        ),
        (
            [older("v*", 5, action_type="transition")],
            "age-alone",
            "lifecycle_rules[0]",
            (
                "Rule 1 moves tagged images to the archive by their age alone, those that are deployed and "
                "the newest one too: to pull an image does not keep it. Use keep_tagged_count instead, or name "
                "the tags of what runs in protected_tags and acknowledge this."
            ),
        ),
        (
            [older("untagged", 5)],
            "grows-tagged",
            "max_image_count",
            (
                "Nothing bounds how many tagged images there are: no rule identifies one with the tag "
                "'build-1' alone. Set max_image_count."
            ),
        ),
        (
            [keep("*", 5)],
            "grows-untagged",
            "max_image_count",
            (
                "Nothing bounds how many untagged images there are: no rule identifies them. "
                "Set expire_untagged_after_days."
            ),
        ),
        (
            [to_archive("any", description="Idle")],
            "grows-archived",
            "lifecycle_rules[0]",
            (
                'Nothing bounds how many archived images there are: rule 1 ("Idle") moves images to the '
                "archive, and no rule expires them there. Set delete_archived_after_days, or expire them by a "
                "rule on sinceImageTransitioned."
            ),
        ),
        (
            [to_archive("any"), archived("*")],
            "grows-archived",
            "lifecycle_rules[0]",
            (
                "Nothing bounds how many archived images there are: rule 2 moves images to the archive, and "
                "no rule expires those without a tag there. Set delete_archived_after_days, or expire them by a "
                "rule on sinceImageTransitioned."
            ),
        ),
        (
            [to_archive("any"), archived("v*")],
            "grows-archived",
            "lifecycle_rules[0]",
            (
                "Nothing bounds how many archived images there are: rule 2 moves images to the archive, and "
                "no rule expires those tagged 'build-1' there. Set delete_archived_after_days, or expire them by "
                "a rule on sinceImageTransitioned."
            ),
        ),
        (
            [keep("*-rc*", 5, rule_priority=1), keep("v* stable*", 999_999, rule_priority=4)],
            "protected-reached",
            "lifecycle_rules[0].rule_priority",
            (
                "Rule 1 comes before rule 4, identifies images that carry the protected 'v*' and 'stable*' "
                "too, and expires them. Give it a priority above 4."
            ),
        ),
        (
            [keep("v*", 5, description="Keep the last 10 releases")],
            "description-number",
            "lifecycle_rules[0].description",
            (
                "Rule 1 (\"Keep the last 10 releases\") says '10 releases' in its description, and counts 5 "
                "images. Correct the one or the other."
            ),
        ),
    ],
)
def test_what_is_said_and_where(rules, code, place, sentence):
    (notice,) = [trap.notice for trap in traps(*rules) if trap.notice.code == f"lifecycle-{code}"]
    assert (notice.key, notice.sentence) == (place, sentence)


def test_a_document_of_aws_is_mended_there():
    document = {
        "rules": [
            {
                "rulePriority": 7,
                "selection": {
                    "tagStatus": "tagged",
                    "tagPatternList": ["*-rc*"],
                    "countType": "imageCountMoreThan",
                    "countNumber": 5,
                },
                "action": {"type": "expire"},
            },
            {
                "rulePriority": 8,
                "selection": {
                    "tagStatus": "tagged",
                    "tagPatternList": ["v*"],
                    "countType": "imageCountMoreThan",
                    "countNumber": 999999,
                },
                "action": {"type": "expire"},
            },
        ]
    }
    written, _ = compose_retention(Retention(lifecycle_policy=document))
    found = {trap.notice.key: trap.notice.fix for trap in policy_traps(written)}
    assert found == {
        "lifecycle_policy.rules[0].rulePriority": "Give it a priority above 8.",
        "lifecycle_policy": "Add a rule for untagged images.",
    }


def test_a_rule_with_a_priority_of_its_own_goes_before_protected_tags_and_without_it_after_them():
    reaching = keep("*-rc*", 5, rule_priority=1)
    written, _ = compose_retention(Retention(max_image_count=9, protected_tags=["v*"], lifecycle_rules=[reaching]))
    (trap,) = policy_traps(written)
    assert trap.notice.sentence == (
        "Rule 1 comes before rule 2 (\"Protect images tagged v*\"), identifies images that carry the protected 'v*' "
        "too, and expires them. Leave out its rule_priority: it is then numbered after what protects them."
    )
    written, _ = compose_retention(
        Retention(max_image_count=9, protected_tags=["v*"], lifecycle_rules=[keep("*-rc*", 5)])
    )
    assert policy_traps(written) == []


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("Expire images older than 14 days", [(14, 14, "days")]),
        ("Keep last 30 images", [(30, 30, "images")]),
        ("Keep only one untagged image, expire all others", [(1, 1, "images")]),
        ("keep the 4 most recent tags", [(4, 4, "images")]),
        ("Keep the three most recent release images", [(3, 3, "images")]),
        ("expire after 2 weeks", [(14, 14, "days")]),
        ("30-day retention", [(30, 30, "days")]),
        ("30d", [(30, 30, "days")]),
        ("Delete after 1 month", [(28, 31, "days")]),
        ("Delete after a year", []),
        ("after 24 hours", [(1, 1, "days")]),
        ("Keep last 10", [(10, 10, None)]),
        ("keep at most 1,000 images", [(1000, 1000, "images")]),
        ("Rule 1", []),
        ("Expire v1 and release-2", []),
        ("Keep v1.2 images", []),
        ("Section 3.1 of the policy", []),
        ("", []),
    ],
)
def test_the_numbers_that_a_description_says(description, said):
    assert [(each.least, each.most, each.of) for each in quantities(description)] == said


@pytest.mark.parametrize(
    ("each", "is_said"),
    [
        (older("untagged", 14, description="Expire images older than 14 days"), False),
        (older("untagged", 14, description="Expire images older than 2 weeks"), False),
        (older("untagged", 30, description="Expire after a month, that is 1 month"), False),
        (older("untagged", 7, description="Expire images older than 14 days"), True),
        (keep("any", 14, description="Keep 14 days"), True),
        (keep("any", 5, description="Keep the last 5"), False),
        (keep("any", 5, description="Keep 5 images of 30 days"), False),
        (keep("any", 5, description="Rule 3"), False),
        (keep("any", 3, description="Keep the last ten images"), True),
        (keep("any", "${var.n}", description="Keep the last 5"), False),
        (keep("any", 3, description="Keep the last ${var.n} images"), False),
    ],
)
def test_a_description_with_another_number_is_pointed_out(each, is_said):
    assert ("description-number" in codes(each)) == is_said


@pytest.mark.parametrize("preset", PRESETS)
def test_there_is_nothing_to_point_out_of_the_presets(preset):
    written, problems = compose_retention(Retention(retention=preset))
    assert (problems, policy_traps(written)) == ([], [])


def test_a_repository_without_a_policy_keeps_everything():
    for trap in (*repository_traps([]), *template_traps([])):
        assert (trap.notice.key, trap.notice.code) == ("max_image_count", "lifecycle-none")
        assert trap.notice.severity == "notice"
    assert len(template_traps([])) == 1
    assert template_traps(compose_retention(Retention(max_image_count=5))[0]) == []


STAYS = (
    "stays at {} until a policy there expires it, or goes there too if the registry replicates deletions, which is "
    "switched on outside of Terraform"
)
GOES = "goes at {} as well, where deletions are replicated"


@pytest.mark.parametrize(
    ("replicated_to", "deleted_at", "said"),
    [
        (["us-west-2", "eu-west-1"], [], STAYS.format("us-west-2 and eu-west-1")),
        ([], ["us-west-2"], GOES.format("us-west-2")),
        (["eu-west-1"], ["us-west-2"], f"{GOES.format('us-west-2')}, and {STAYS.format('eu-west-1')}"),
    ],
)
def test_replicas_are_pointed_out_where_something_expires(replicated_to, deleted_at, said):
    expiring = [WrittenRule(older("untagged", 5), Origin(("lifecycle_rules", 0)))]
    keeping = [WrittenRule(keep("v*", 999_999), Origin(("lifecycle_rules", 0)))]
    (trap,) = repository_traps(expiring, replicated_to, deleted_at=deleted_at)
    assert trap.notice.code == "lifecycle-replicas"
    assert trap.notice.rule == f"What the policy expires here {said}"
    assert ("say deletions_replicated: true" in trap.notice.fix) == bool(replicated_to)
    assert repository_traps(expiring) == repository_traps(keeping, replicated_to, deleted_at=deleted_at) == []
