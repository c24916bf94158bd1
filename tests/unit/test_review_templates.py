"""Creation templates that take over from one another: what counts is what a prefix gets, and not who says it."""

import pytest

from ecr_constructs.review.templates import template_pairs
from tests.unit.reviewed import change_of, review_of

DEV = "project: shop\nenv: dev\nregion: us-east-1\naccount_id: '111111111111'\necr_repositories: {web: {}}\n"
FIXED = "applied_for: [REPLICATION], image_tag_mutability: IMMUTABLE"
LOOSE = "applied_for: [REPLICATION], max_image_count: 1"
TAGS = "lets tags be moved to another image, so that what is deployed by one can be replaced"


def templates(**said):
    return DEV + f"ecr_creation_templates: {{{', '.join(f'{key}: {{{each}}}' for key, each in said.items())}}}\n"


def told(base, head):
    return [
        (each.code, f"{'-' * each.at_base}{'.'.join(map(str, each.path))}", each.repositories, each.what)
        for each in review_of({"dev.yaml": base}, {"dev.yaml": head})
    ]


def test_a_nearer_template_takes_over_what_the_one_above_gave():
    base, head = templates(ROOT=FIXED), templates(ROOT=FIXED, team=LOOSE)
    expires, mutable = told(base, head)
    assert expires[:2] == ("retention-expires-tagged", "ecr_creation_templates.team.max_image_count")
    assert expires[3].endswith("of repositories that ECR makes from now on: those that there are keep their policy")
    assert mutable == ("tags-mutable", "ecr_creation_templates.team", ("team/*",), TAGS)
    # It gave its prefix nothing that it had not been given.
    assert told(base, templates(ROOT=FIXED, team=FIXED)) == []
    assert [each[0] for each in told(head, base)] == ["tags-immutable"]


def test_the_one_above_takes_over_from_a_template_that_goes():
    two = templates(ROOT=LOOSE, team=FIXED)
    expires, mutable = told(two, templates(ROOT=LOOSE))
    assert (expires[0], expires[1]) == ("retention-expires-tagged", "-ecr_creation_templates.team")
    assert mutable == ("tags-mutable", "-ecr_creation_templates.team", ("team/*",), TAGS)
    assert told(templates(team=FIXED), templates(ROOT=FIXED)) == []
    assert [each[0] for each in told(templates(team=FIXED), DEV)] == ["template-removed"]


def test_the_nearest_of_several_counts():
    base = templates(ROOT=LOOSE, team=FIXED, **{"'team/tools'": FIXED})
    assert told(base, templates(ROOT=LOOSE, team=FIXED)) == []
    change = change_of({"dev.yaml": base}, {"dev.yaml": templates(ROOT=LOOSE)})
    (pair,) = change.environments
    found = {each.prefix: each.after.template.prefix for each in template_pairs(pair.before, pair.after)}
    assert found == {"ROOT": "ROOT", "team": "ROOT", "team/tools": "ROOT"}


def test_a_template_for_something_else_takes_over_nothing():
    cached = LOOSE.replace("REPLICATION", "PULL_THROUGH_CACHE")
    assert told(templates(ROOT=FIXED), templates(ROOT=FIXED, team=cached)) == []
    both = FIXED.replace("REPLICATION", "REPLICATION, PULL_THROUGH_CACHE")
    assert [each[2] for each in told(templates(ROOT=both), templates(ROOT=both, team=cached)) if each[2]] == [
        ("team/*",)
    ]
    # For one of two purposes it is gone, and nothing else is for that.
    left = both.replace("REPLICATION, ", "")
    ((code, path, _, what),) = told(templates(team=both), templates(team=left))
    assert (code, path) == ("template-removed", "ecr_creation_templates.team.applied_for")
    assert what.startswith("repositories that ECR makes below team for replication get what AWS gives")


@pytest.mark.parametrize("said", [FIXED, LOOSE])
def test_what_a_template_above_becomes_is_told_once(said):
    other = said.replace("IMMUTABLE", "MUTABLE").replace("max_image_count: 1", "max_image_count: 9")
    one, two = (templates(ROOT=each, team=FIXED) for each in (said, other))
    found = [*told(one, two), *told(two, one)]
    assert found
    assert all("ROOT" in path for _, path, *_ in found)


def test_the_template_of_a_cache_that_goes_leaves_it_to_the_one_above():
    above = FIXED.replace("REPLICATION", "PULL_THROUGH_CACHE")
    caches = "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {max_image_count: 9}}}\n"
    base, head = (templates(ROOT=above) + each for each in (caches, "ecr_pull_through_caches: {quay: quay}\n"))
    assert [each[:2] for each in told(base, head)] == [
        ("tags-immutable", "-ecr_pull_through_caches.quay.creation_template")
    ]
