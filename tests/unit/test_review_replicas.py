"""Replicas that go with their source, where the file says that ECR replicates deletions."""

import pytest

from ecr_constructs.review.judge import judged
from ecr_constructs.review.replicas import judge_replicas
from tests.unit.reviewed import change_of

HEAD = "project: shop\nenv: dev\nregion: us-east-1\naccount_id: '111111111111'\n"
OTHER = "{region: eu-west-1, registry_id: '222222222222'"
OWN = "{region: us-west-2, registry_id: '111111111111', deletions_replicated: true}"
TO = "replication_destinations"


def web(*destinations, also="max_image_count: 50", enabled="true"):
    listed = ", ".join(each if each.endswith("}") else f"{each}}}" for each in destinations)
    return f"ecr_repositories: {{web: {{enable_replication: {enabled}, {TO}: [{listed}], {also}}}}}\n"


def deleted(destination):
    return f"{destination}, deletions_replicated: true}}"


WEST = "{region: us-west-2"


def found(base, head):
    return [*judge_replicas(change_of({"dev.yaml": HEAD + base}, {"dev.yaml": HEAD + head}))]


def test_that_replicas_newly_go_with_their_source_has_attention():
    (finding,) = found(web(OTHER), web(deleted(OTHER)))
    assert (finding.code, finding.severity, finding.consequence) == ("replicas-deleted", "attention", "deletes images")
    assert ".".join(map(str, finding.path)) == f"ecr_repositories.web.{TO}.0.deletions_replicated"
    assert finding.repositories == ("web",)
    assert "replicated to eu-west-1 of account 222222222222: replicas go with their source" in finding.what


def test_what_is_said_of_one_place_holds_of_the_whole_rule():
    (finding,) = found(web(WEST, OTHER), web(WEST, deleted(OTHER)))
    assert "to us-west-2 and eu-west-1 of account 222222222222: replicas go" in finding.what
    assert finding.path[-2:] == (1, "deletions_replicated")


def two(web, api, also=""):
    each = f"enable_replication: true, {TO}: "
    return f"ecr_repositories: {{api: {{{each}[{api}]{also}}}, web: {{{each}[{web}]}}}}\n"


PLAIN = f"{WEST}}}"


def test_what_is_said_of_one_repository_holds_of_those_that_share_its_rule():
    findings = found(two(PLAIN, PLAIN), two(deleted(WEST), OWN.replace(", deletions_replicated: true", "")))
    assert [(each.code, each.repositories) for each in findings] == [
        ("replicas-deleted", ("api",)),
        ("replicas-deleted", ("web",)),
    ]
    assert [".".join(map(str, each.path)) for each in findings] == [
        f"ecr_repositories.api.{TO}",
        f"ecr_repositories.web.{TO}.0.deletions_replicated",
    ]
    fewer = ", max_image_count: 5"
    (finding,) = found(two(deleted(WEST), PLAIN), two(deleted(WEST), PLAIN, also=fewer))
    assert (finding.code, finding.repositories) == ("replicas-expired", ("api",))
    # Both was said, and what is newly said may be what is new.
    (finding,) = found(two(deleted(WEST), PLAIN), two(deleted(WEST), deleted(WEST)))
    assert (finding.code, finding.repositories) == ("replicas-deleted", ("api",))
    assert found(two(deleted(WEST), PLAIN), two(deleted(WEST), PLAIN, also=", force_delete: true")) == []


def test_several_places_are_one_finding():
    (finding,) = found(web(WEST, OTHER), web(deleted(WEST), deleted(OTHER)))
    assert "to us-west-2 and eu-west-1 of account 222222222222:" in finding.what
    assert finding.path[-2:] == (0, "deletions_replicated")


def test_repositories_of_which_the_defaults_say_it_are_one_finding():
    def defaults(destination):
        listed = f"ecr_defaults: {{enable_replication: true, {TO}: [{destination}]}}\n"
        return f"{HEAD}{listed}ecr_repositories: {{api: , web: }}\n"

    change = change_of({"dev.yaml": defaults(f"{WEST}}}")}, {"dev.yaml": defaults(deleted(WEST))})
    (finding,) = judged(change)
    assert (finding.code, finding.repositories, finding.source) == (
        "replicas-deleted",
        ("api", "web"),
        "environments/dev.yaml:5",
    )


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (web(deleted(WEST)), web(deleted(WEST))),
        (web(deleted(WEST)), web(WEST)),
        # The own account, named or not.
        (web(deleted(WEST)), web(OWN)),
        # Where nothing was replicated to, there is no replica.
        (web(OTHER), web(deleted(WEST))),
        (web(WEST, enabled="false"), web(deleted(OTHER))),
        ("ecr_repositories: {api: }\n", f"{web(deleted(WEST))}"),
        (web(deleted(WEST)), web(deleted(WEST), also="max_image_count: 100")),
    ],
)
def test_nothing_is_said_where_no_replica_newly_goes(base, head):
    assert found(base, head) == []


def test_what_a_retention_newly_expires_goes_at_the_destinations_as_well():
    fewer = {"also": "max_image_count: 5"}
    (finding,) = found(web(deleted(WEST)), web(deleted(WEST), **fewer))
    assert (finding.code, finding.severity, finding.consequence) == ("replicas-expired", "attention", "deletes images")
    assert ".".join(map(str, finding.path)) == "ecr_repositories.web.max_image_count"
    assert finding.what == "has its deletions replicated to us-west-2: what newly expires goes there as well"
    assert found(web(WEST, OTHER), web(WEST, OTHER, **fewer)) == []
    archived = {"also": "max_image_count: null, archive_after_days_without_pull: 90, delete_archived_after_days: 365"}
    kept = {"also": "max_image_count: null"}
    codes = [each.code for each in found(web(deleted(WEST), **kept), web(deleted(WEST), **archived))]
    assert codes == ["replicas-expired"]
    only_moved = {"also": "max_image_count: null, archive_after_days_without_pull: 90"}
    assert found(web(deleted(WEST), **kept), web(deleted(WEST), **only_moved)) == []
