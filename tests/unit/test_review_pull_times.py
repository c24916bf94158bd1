"""What a change means by which pulls of somebody count no more, or again: images that look unused."""

import pytest

from ecr_constructs.review.pull_times import judge_pull_times
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\naws_provider_version: ~> 6.28\n"
SCANNER = "arn:aws:iam::111111111111:role/scanner"
OTHER = "arn:aws:iam::111111111111:user/other"
UNUSED = "archive_after_days_without_pull: 90"
WEB = f"ecr_repositories: {{api: {{}}, web: {{{UNUSED}}}}}\n"
LOOKS = f"images that nobody but {SCANNER} pulls look unused from now on: they are archived, from where nobody can pull"
COUNT = f"pulls of {SCANNER} count again: images that it pulls are archived no more, and stay at full price"


def excluded(*arns):
    return f"ecr_pull_time_update_exclusions: [{', '.join(arns)}]\n"


def found(base, head, **others):
    more = {f"{name}.yaml": text for name, text in others.items()}
    return [*judge_pull_times(change_of({"dev.yaml": DEV + base, **more}, {"dev.yaml": DEV + head, **more}))]


def test_an_exclusion_that_comes_makes_images_look_unused():
    (each,) = found(WEB, WEB + excluded(OTHER, SCANNER).replace(f"{OTHER}, ", ""))
    assert (each.code, each.severity, each.consequence) == ("pull-exclusion-added", "attention", "deletes images")
    assert (each.path, each.at_base) == (("ecr_pull_time_update_exclusions", 0), False)
    assert (each.what, each.repositories) == (f"{LOOKS} them", ("web",))


def test_where_what_is_archived_is_deleted_it_says_so():
    unused = WEB.replace(UNUSED, f"{UNUSED}, delete_archived_after_days: 365")
    (each,) = found(unused, unused + excluded(SCANNER))
    assert each.what == f"{LOOKS} them, and deleted after their days there"


def test_an_exclusion_that_goes_makes_images_look_used():
    (each,) = found(WEB + excluded(OTHER, SCANNER), WEB + excluded(OTHER))
    assert (each.code, each.severity, each.consequence) == ("pull-exclusion-removed", "note", "costs")
    assert (each.path, each.at_base) == (("ecr_pull_time_update_exclusions", 1), True)
    assert (each.what, each.repositories) == (COUNT, ("web",))


def test_one_in_the_place_of_another_is_both():
    codes = [each.code for each in found(WEB + excluded(OTHER), WEB + excluded(SCANNER))]
    assert codes == ["pull-exclusion-added", "pull-exclusion-removed"]


POLICY = """\
ecr_repositories:
  web:
    lifecycle_policy:
      rules:
        - rulePriority: 1
          selection: {tagStatus: any, countType: sinceImagePulled, countUnit: days, countNumber: 90}
          action: {type: transition, targetStorageClass: archive}
"""
QA = "project: shop\nenv: qa\nregion: eu-west-1\naccount_id: '111111111111'\necr_ssm_prefix: /qa\n"
CACHE = f"ecr_creation_templates: {{hub: {{applied_for: [PULL_THROUGH_CACHE], {UNUSED}}}}}\n"
FOLLOW = {
    "a rule in AWS's words": (POLICY, {}, ("web",), ()),
    "the defaults": (f"ecr_defaults: {{{UNUSED}}}\necr_repositories: {{web: {{}}}}\n", {}, ("web",), ()),
    "repositories of another environment there": ("", {"qa": QA + WEB}, (), ("qa: web",)),
    "repositories that ECR makes": (CACHE, {}, (), ("dev: 1 creation template: hub",)),
}


@pytest.mark.parametrize("case", FOLLOW)
def test_whatever_follows_the_last_pull_in_the_registry_is_named(case):
    text, others, repositories, details = FOLLOW[case]
    (each,) = found(text, text + excluded(SCANNER), **others)
    assert (each.repositories, each.details) == (repositories, details)


NOTHING = {
    "no rule by the last pull": (
        "ecr_repositories: {web: {}}\n",
        "ecr_repositories: {web: {}}\n" + excluded(SCANNER),
        {},
    ),
    "another order": (WEB + excluded(SCANNER, OTHER), WEB + excluded(OTHER, SCANNER), {}),
    "a rule that comes, which is a matter of retention": (
        excluded(SCANNER) + "ecr_repositories: {web: {}}\n",
        excluded(SCANNER) + f"ecr_repositories: {{web: {{{UNUSED}}}}}\n",
        {},
    ),
    "such a rule in another registry": ("", excluded(SCANNER), {"qa": QA.replace("eu-west-1", "us-east-1") + WEB}),
}


@pytest.mark.parametrize("case", NOTHING)
def test_what_changes_no_rule_is_not_told(case):
    base, head, others = NOTHING[case]
    assert found(base, head, **others) == []


def test_a_file_that_comes_or_goes_is_told_by_others():
    text = DEV + WEB + excluded(SCANNER)
    assert [*judge_pull_times(change_of({"dev.yaml": text}, {}))] == []
    assert [*judge_pull_times(change_of({}, {"dev.yaml": text}))] == []
