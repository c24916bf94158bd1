"""What a review says of another retention: which images newly go, and nothing of what is merely written otherwise."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ecr_constructs.core.lifecycle import Retention, compose_retention
from ecr_constructs.core.lifecycle.presets import PRESET_NAMES
from ecr_constructs.core.lifecycle.tag_languages import Undecided
from ecr_constructs.review.judge import judged
from ecr_constructs.review.retention import policies as policy_changes
from ecr_constructs.review.retention.judge import judge_retention
from tests.unit.reviewed import change_of
from tests.unit.test_lifecycle_newly import going, moved, random_images

HEAD = "project: shop\nenv: dev\nregion: eu-west-1\n"


def change(before, after, head=HEAD):
    return change_of({"dev.yaml": f"{head}{before}"}, {"dev.yaml": f"{head}{after}"})


def found(before, after):
    return list(judge_retention(change(before, after)))


def web(**options):
    said = ", ".join(f"{key}: {value}" for key, value in options.items())
    return f"ecr_repositories: {{web: {{{said}}}}}\n"


def rule(status, kind, number, *patterns, **others):
    fields = {"tag_status": status, "count_type": kind, "count_number": number, **others}
    if patterns:
        fields["tag_pattern_list"] = f"[{', '.join(repr(each) for each in patterns)}]"
    return f"{{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}"


OWN = ("ecr_repositories", "web")
DEFAULTS = ("ecr_defaults",)


@pytest.mark.parametrize(
    ("before", "after", "severity", "code", "path", "what"),
    [
        (
            web(),
            web(max_image_count=50),
            "danger",
            "retention-expires-tagged",
            (*OWN, "max_image_count"),
            "newly expires tagged images: of 51 the oldest",
        ),
        (
            web(expire_tagged_after_days=9),
            web(expire_tagged_after_days=5),
            "danger",
            "retention-expires-tagged",
            (*OWN, "expire_tagged_after_days"),
            "newly expires tagged images: one with a tag like build-1, 6 days after its push",
        ),
        (
            web(max_image_count="null", expire_untagged_after_days=9),
            web(max_image_count="null", expire_untagged_after_days=1),
            "attention",
            "retention-expires",
            (*OWN, "expire_untagged_after_days"),
            "newly expires untagged images: one, 2 days after its push",
        ),
        (
            web(max_image_count="null", max_untagged_count=9),
            web(max_image_count="null", max_untagged_count=5),
            "attention",
            "retention-expires",
            (*OWN, "max_untagged_count"),
            "newly expires untagged images: of 6 the oldest",
        ),
        (
            web(archive_after_days_without_pull=30, delete_archived_after_days=365),
            web(archive_after_days_without_pull=30, delete_archived_after_days=90),
            "attention",
            "retention-expires",
            (*OWN, "delete_archived_after_days"),
            "newly expires archived images: one with a tag like build-1, 91 days after its move to the archive",
        ),
        (
            web(delete_archived_after_days=365),
            web(delete_archived_after_days=365, archive_after_days_without_pull=30),
            "danger",
            "retention-archives",
            (*OWN, "archive_after_days_without_pull"),
            (
                "newly archives tagged images: one with a tag like build-1, 31 days after its push, and expires them "
                "there 365 days "
                "later"
            ),
        ),
        # What is due to another rule than the one that acts: the key that changed, here by the defaults.
        (
            "ecr_defaults: {protected_tags: ['v*', latest]}\n" + web(),
            "ecr_defaults: {protected_tags: [latest]}\n" + web(),
            "danger",
            "retention-expires-tagged",
            (*DEFAULTS, "protected_tags"),
            "newly expires tagged images: of 101 the oldest",
        ),
        # Of several keys that changed it is the one of the rule that acts.
        (
            web(expire_untagged_after_days=9, keep_tagged_count=9),
            web(expire_untagged_after_days=8, keep_tagged_count=5),
            "danger",
            "retention-expires-tagged",
            (*OWN, "keep_tagged_count"),
            "newly expires tagged images: of 6 the oldest",
        ),
        # Else of the rule that kept the image.
        (
            web(protected_tags="[v1, 'w*']", beyond_kept="expire", keep_tagged_count=9, expire_untagged_after_days=9),
            web(protected_tags="[v1]", beyond_kept="expire", keep_tagged_count=9, expire_untagged_after_days=10),
            "danger",
            "retention-expires-tagged",
            (*OWN, "protected_tags"),
            "newly expires tagged images: of 10 the oldest",
        ),
        (
            web(max_image_count="null", lifecycle_rules=f"[{rule('tagged', 'sinceImagePushed', 9, 'v*')}]"),
            web(max_image_count="null", lifecycle_rules=f"[{rule('tagged', 'sinceImagePushed', 5, 'v*')}]"),
            "danger",
            "retention-expires-tagged",
            (*OWN, "lifecycle_rules", 0),
            "newly expires tagged images: one with a tag like v1, 6 days after its push",
        ),
    ],
)
def test_what_newly_goes(before, after, severity, code, path, what):
    (one,) = found(before, after)
    assert (one.severity, one.code, one.path, one.at_base, one.what) == (severity, code, path, False, what)
    assert (one.consequence, one.repositories) == ("deletes images", ("web",))


def test_a_rule_or_pattern_is_pointed_at_by_its_line():
    head = "ecr_repositories:\n  web:\n    max_image_count: null\n"
    rules = "    lifecycle_rules:\n      - %s\n      - %s\n"
    one, other = (rule("tagged", "sinceImagePushed", days, "v*") for days in (9, 5))
    untagged = rule("untagged", "sinceImagePushed", 9)
    (finding,) = judged(
        change(head + rules % (untagged, one), head + rules % (untagged, other)), judges=[judge_retention]
    )
    assert finding.source == "environments/dev.yaml:9"
    kept = "    keep_tagged_per_pattern:\n      a*: 9\n      b*: %s\n"
    (finding,) = judged(change(head + kept % 9, head + kept % 5), judges=[judge_retention])
    assert (finding.source, finding.path[-1]) == ("environments/dev.yaml:9", "b*")
    text = """    lifecycle_policy: '{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType":
      "imageCountMoreThan", "countNumber": %s}, "action": {"type": "expire"}}]}'\n"""
    head = "ecr_repositories:\n  web:\n"
    (finding,) = judged(change(head + text % 9, head + text % 5), judges=[judge_retention])
    assert finding.source == "environments/dev.yaml:6"


def test_the_details_are_the_smallest_set_of_images():
    kept = 'rule 1 ("Keep the newest 2 images"); before: keep, rule 1 ("Protect images tagged v*")'
    (one,) = found(web(protected_tags="['v*']", max_image_count=2), web(max_image_count=2))
    assert one.details == (
        "The smallest set of images that shows it:",
        f"v3, 1 day old: keep, {kept}",
        f"v2, 2 days old: keep, {kept}",
        f"v1, 3 days old: expire, {kept}",
    )
    (one,) = found(web(max_image_count=2_000), web(max_image_count=1_000))
    assert len(one.details) == 5
    assert one.details[3] == "998 more in between"
    assert one.details[4].startswith("build-1, 1,001 days old: expire, rule 1")


def test_an_image_that_was_pulled_says_so():
    idle = rule("any", "sinceImagePulled", 5, action_type="transition")
    old = rule("any", "sinceImagePushed", 9, action_type="transition")
    (one,) = found(
        web(max_image_count="null", lifecycle_rules=f"[{idle}]"),
        web(max_image_count="null", lifecycle_rules=f"[{old}]"),
    )
    assert one.details[1:] == ("build-1, 10 days old, pulled 1 day ago: archive, rule 1; before: keep, rule 1",)


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        (web(protected_tags="['v*']"), web(), (*OWN, "protected_tags")),
        (web(retention="production"), web(), (*OWN, "retention")),
        (
            web(protected_tags="['v*']", expire_untagged_after_days=5),
            web(expire_untagged_after_days=9),
            (*OWN, "protected_tags"),
        ),
        (
            "ecr_defaults: {protected_tags: ['v*']}\n" + web(),
            "ecr_defaults: {scan_on_push: true}\n" + web(),
            (*DEFAULTS, "protected_tags"),
        ),
    ],
)
def test_what_is_gone_from_the_file_is_shown_where_it_was(before, after, path):
    (one,) = found(before, after)
    assert (one.path, one.at_base) == (path, True)


COUNTED = rule("any", "imageCountMoreThan", 100)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (web(), web()),
        (web(max_image_count=50), web(max_image_count=51)),
        (web(), web(protected_tags="['v*']")),
        (web(), web(max_image_count="null")),
        # The same, written otherwise.
        (web(), web(max_image_count=100)),
        (
            web(expire_untagged_after_days=5, keep_tagged_count=9),
            web(expire_untagged_after_days=5, keep_tagged_count=9, max_image_count=100),
        ),
        (web(), web(lifecycle_rules=f"[{COUNTED}]")),
        (web(max_image_count=50), "ecr_defaults: {max_image_count: 50}\n" + web()),
        (web(protected_tags="['v*', latest]"), web(protected_tags="[latest, 'v*']")),
        (
            web(expire_untagged_after_days=5, max_image_count="null", keep_tagged_count=9),
            web(
                max_image_count="null",
                lifecycle_rules=f"[{rule('tagged', 'imageCountMoreThan', 9, '*')}, "
                f"{rule('untagged', 'sinceImagePushed', 5)}]",
            ),
        ),
        # Neither or only one of the sides makes it, or it is another repository.
        (web(), web(max_image_count=50).replace("web", "api")),
        (web(), "ecr_repositories: {web: {}, api: {max_image_count: 1}}\n"),
        (web(), web(max_image_count=50, repository_name="other")),
        (web(), web(max_image_count=50, encryption_type="KMS")),
        (web(), "ecr_repositories: {}\n"),
    ],
)
def test_what_lets_nothing_newly_go_is_no_finding(before, after):
    assert found(before, after) == []


def test_a_renamed_repository_is_compared_with_what_it_was():
    before = web(repository_name="shop-web", max_image_count=9)
    after = "ecr_repositories: {site: {repository_name: shop-web, renamed_from: web, max_image_count: 5}}\n"
    (one,) = found(before, after)
    assert (one.repositories, one.path) == (("site",), ("ecr_repositories", "site", "max_image_count"))


def test_there_and_back_is_said_of_one_way_alone_where_one_keeps_more():
    assert found(web(max_image_count=9), web(max_image_count=5)) != []
    assert found(web(max_image_count=5), web(max_image_count=9)) == []
    # Neither keeps all that the other keeps.
    assert found(web(protected_tags="['a*']"), web(protected_tags="['b*']")) != []
    assert found(web(protected_tags="['b*']"), web(protected_tags="['a*']")) != []


TEMPLATE = "ecr_creation_templates: {%s: {applied_for: [REPLICATION], %s}}\n"


def test_a_template_is_about_repositories_to_come():
    (one,) = found(TEMPLATE % ("mirror", "max_image_count: 9"), TEMPLATE % ("mirror", "max_image_count: 5"))
    assert (one.severity, one.code, one.repositories) == ("attention", "retention-expires-tagged", ())
    assert (one.path, one.at_base) == (("ecr_creation_templates", "mirror", "max_image_count"), False)
    assert one.what == (
        "newly expires tagged images: of 6 the oldest, of repositories that ECR makes from now on: "
        "those that there are keep their policy"
    )
    assert found(TEMPLATE % ("mirror", "max_image_count: 9"), TEMPLATE % ("other", "max_image_count: 5")) == []


def test_what_is_gone_from_a_template_is_shown_where_it_was():
    (one,) = found(
        TEMPLATE % ("m1", "max_image_count: 9, protected_tags: ['v*']"), TEMPLATE % ("m1", "max_image_count: 9")
    )
    assert (one.path, one.at_base) == (("ecr_creation_templates", "m1", "protected_tags"), True)


def test_the_template_of_a_cache_is_one_as_well():
    cache = "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {max_image_count: %s}}}\n"
    (one,) = found(cache % 9, cache % 5)
    assert one.path == ("ecr_pull_through_caches", "quay", "creation_template", "max_image_count")


def test_a_document_of_aws_is_compared_by_what_it_does():
    text = (
        '{"rules": [{"rulePriority": 3, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", '
        '"countNumber": %s}, "action": {"type": "expire"}}]}'
    )
    policy = "ecr_repositories:\n  web:\n    lifecycle_policy: "
    assert found(web(), f"{policy}'{text % 100}'\n") == []
    assert found(web(), f"{policy}{text % 100}\n") == []
    for written in (f"'{text % 50}'", text % 50):
        (one,) = found(web(), f"{policy}{written}\n")
        assert (one.code, one.path) == ("retention-expires-tagged", (*OWN, "lifecycle_policy", "rules", 0))


def test_a_change_of_the_defaults_is_one_finding_of_all_repositories_and_compared_once():
    names = [f"app-{number}" for number in range(300)]
    text = "ecr_defaults: {max_image_count: %s}\necr_repositories:\n" + "".join(f"  {name}: {{}}\n" for name in names)
    policy_changes._compared.cache_clear()
    (one,) = judged(change(text % 77, text % 33), judges=[judge_retention])
    assert one.repositories == tuple(sorted(names))
    assert one.source == "environments/dev.yaml:4"
    assert policy_changes._compared.cache_info().misses == 1


def test_one_finding_shows_one_set_of_images():
    text = "ecr_defaults: {max_image_count: %s}\necr_repositories: {api: {expire_untagged_after_days: 5}, web: {}}\n"
    (one,) = judged(change(text % 9, text % 1), judges=[judge_retention])
    assert one.repositories == ("api", "web")
    was = 'before: keep, rule 2 ("Keep the newest 9 images")'
    assert one.details[1:] == (
        f'build-2, 1 day old: keep, rule 2 ("Keep the newest image"); {was}',
        f'build-1, 2 days old: expire, rule 2 ("Keep the newest image"); {was}',
    )


def test_what_terraform_knows_alone_is_said_as_unknown(monkeypatch):
    known = {9: Retention(max_image_count=9), 5: Retention(max_image_count="${var.n}")}
    monkeypatch.setattr(policy_changes, "retention_of", lambda each: known[each.options.max_image_count])
    (one,) = found(web(max_image_count=9), web(max_image_count=5))
    assert (one.severity, one.code, one.path) == ("attention", "retention-unknown", (*OWN, "max_image_count"))
    assert one.what == (
        "has another retention, and nobody can tell what newly goes by it: a value of it is known at apply alone"
    )


def test_what_would_take_too_long_is_said_as_unknown_beside_what_is_found(monkeypatch):
    asked = policy_changes.newly

    def slow(before, after, action="expire", **only):
        if action == "transition":
            raise Undecided
        return asked(before, after, action, **only)

    policy_changes._compared.cache_clear()
    monkeypatch.setattr(policy_changes, "newly", slow)
    try:
        codes = [each.code for each in found(web(max_image_count=9), web(max_image_count=5))]
    finally:
        policy_changes._compared.cache_clear()
    assert codes == ["retention-unknown", "retention-expires-tagged"]


def random_retention(chosen):
    """Return a retention in shortcuts, or a preset with a few of them."""

    def number(name, least=1):
        return {name: least + chosen.randint(0, 4)} if chosen.random() < 0.4 else {}

    tags = {"protected_tags": chosen.sample(["aa*", "b*", "*z"], chosen.randint(0, 2))}
    if chosen.random() < 0.2:
        return Retention(retention=chosen.choice(PRESET_NAMES), **tags)
    patterns = {each: chosen.randint(1, 3) for each in chosen.sample(["a*", "*b", "ab*"], chosen.randint(0, 2))}
    every = chosen.choice(("expire_tagged_after_days", "keep_tagged_count", "archive_after_days_without_pull"))
    untagged = chosen.choice(("expire_untagged_after_days", "max_untagged_count"))
    numbers = {
        **number("max_image_count"),
        **number(every),
        **number(untagged),
        **number("delete_archived_after_days", 90),
    }
    return Retention(keep_tagged_per_pattern=patterns, **numbers, **tags)


def test_what_random_images_show_of_two_retentions_is_found_and_what_is_found_is_shown_by_its_images():
    seen = Counter()
    for seed in range(70):
        chosen = random.Random(seed)
        before, after = random_retention(chosen), random_retention(chosen)
        assert compose_retention(before)[1] == compose_retention(after)[1] == []
        verdict = policy_changes.compared(before, after)
        rules, later = ([each.rule for each in compose_retention(one)[0]] for one in (before, after))
        found = {"expire": verdict.expires, "transition": verdict.archives}
        for action, one in found.items():
            if one is not None:
                images = moved([each.image for each in one.after], one.at)
                assert (action, images[-1].digest) in {(how, name) for how, _, name in going(rules, later, images)}
                seen[action] += 1
        for _ in range(8):
            images = random_images(chosen, [*rules, *later], chosen.choice((1, 1, 2, 3, 4)))
            for action, is_tagged, name in going(rules, later, images):
                one = found[action]
                assert one is not None, (before, after, images)
                seen["random"] += 1
                if is_tagged and next(each for each in images if each.digest == name).storage_class == "standard":
                    assert one.gone.image.tags, (before, after, images)
    assert min(seen["expire"], seen["transition"], seen["random"]) > 5, seen


ARCHIVES = "archive_after_days_without_pull"


def test_what_is_archived_and_then_expired_is_lost_and_each_is_shown_where_it_is_said():
    defaults = "ecr_defaults: {max_image_count: null%s}\n"
    both = defaults % f", {ARCHIVES}: 1, delete_archived_after_days: 90"
    told = {(each.severity, each.code): each.path for each in found((defaults % "") + web(), both + web())}
    assert told == {
        ("danger", "retention-archives"): (*DEFAULTS, ARCHIVES),
        ("attention", "retention-expires"): (*DEFAULTS, "delete_archived_after_days"),
    }


def test_what_is_archived_and_kept_can_be_restored():
    one, other = (web(max_image_count="null", **each) for each in ({}, {ARCHIVES: 1}))
    assert [(each.severity, each.code) for each in found(one, other)] == [("attention", "retention-archives")]
    # What was archived before is in no use.
    later = web(max_image_count="null", delete_archived_after_days=90, **{ARCHIVES: 1})
    assert [(each.severity, each.code) for each in found(other, later)] == [("attention", "retention-expires")]
