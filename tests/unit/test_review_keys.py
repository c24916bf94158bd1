"""Keys and secrets that a change destroys."""

import pytest

from ecr_constructs.review.keys import judge_keys
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555"
ALLOW = "allow_replacement: true"
TWO = f"ecr_repositories: {{api: {{{ALLOW}}}, web: {{encryption_type: KMS, {ALLOW}}}}}\n"
MADE = "ecr_kms_key: {create: true}\n"


def hub(said):
    return f"ecr_pull_through_caches: {{hub: {{upstream: docker-hub, {said}}}}}\n"


def found(base, head):
    return [*judge_keys(change_of({"dev.yaml": DEV + base}, {"dev.yaml": DEV + head}))]


def told(base, head):
    return [
        (each.code, each.severity, each.consequence, ".".join(map(str, each.path)), each.at_base, each.repositories)
        for each in found(base, head)
    ]


DELETED = ("key-deleted", "danger", "deletes images")
CASES = {
    "another key": (MADE + TWO, f"ecr_kms_key: {KEY}\n{TWO}", [(*DELETED, "ecr_kms_key", False, ("web",))]),
    "AWS's key": (MADE + TWO, TWO, [(*DELETED, "ecr_kms_key", True, ("web",))]),
    "nothing that is encrypted with it": (
        MADE + TWO,
        f"ecr_repositories: {{api: {{}}, web: {{{ALLOW}}}}}\n",
        [(*DELETED, "ecr_kms_key", True, ("web",))],
    ),
    "a key of several regions": (
        MADE + TWO,
        "ecr_kms_key: {create: true, multi_region: true}\n" + TWO,
        [(*DELETED, "ecr_kms_key.multi_region", False, ("web",))],
    ),
    "a key of several regions that is one of one region": (
        "ecr_kms_key: {create: true, multi_region: true}\n" + TWO,
        MADE + TWO,
        [(*DELETED, "ecr_kms_key.multi_region", True, ("web",))],
    ),
    "another alias": (
        MADE + TWO,
        "ecr_kms_key: {create: true, alias: alias/images}\n" + TWO,
        [("key-renamed", "note", "breaks", "ecr_kms_key", False, ())],
    ),
    "a secret": (
        hub("create_secret: true"),
        hub("credential_arn: arn:aws:secretsmanager:eu-west-1:111111111111:secret:ecr-pullthroughcache/hub-a1b2c3"),
        [("secret-destroyed", "attention", "breaks", "ecr_pull_through_caches.hub", True, ())],
    ),
    "a cache with its secret": (
        hub("create_secret: true"),
        "",
        [("secret-destroyed", "attention", "breaks", "ecr_pull_through_caches.hub", True, ())],
    ),
    "a secret by another name": (
        hub("create_secret: true"),
        hub("create_secret: true, secret_name: ecr-pullthroughcache/docker"),
        [("secret-destroyed", "attention", "breaks", "ecr_pull_through_caches.hub", True, ())],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_lost_with_a_key_or_a_secret_is_told(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected


KEPT = {
    "a comment": (MADE + TWO, f"# encrypted\n{MADE}{TWO}"),
    "defaults written out": (
        MADE + TWO,
        "ecr_kms_key: {create: true, alias: alias/shop-dev-ecr, multi_region: false, deletion_window_in_days: 30}\n"
        + TWO,
    ),
    "a key that was not made": (
        "ecr_repositories: {web: {encryption_type: KMS}}\n",
        "ecr_repositories: {web: {encryption_type: AES256, allow_replacement: true}}\n",
    ),
    "a key that is made from now on": (TWO, MADE + TWO),
    "a key that nothing was encrypted with": (
        f"{MADE}ecr_repositories: {{web: {{}}}}\n",
        "ecr_repositories: {web: {}}\n",
    ),
    "fewer repositories": (
        MADE + TWO,
        f"{MADE}ecr_repositories: {{web: {{encryption_type: KMS}}}}\n",
    ),
    "a secret that is made from now on": (
        hub("secret_name: ecr-pullthroughcache/docker"),
        hub("secret_name: ecr-pullthroughcache/docker, create_secret: true"),
    ),
    "the name of a secret written out": (
        hub("create_secret: true"),
        hub("create_secret: true, secret_name: ecr-pullthroughcache/hub"),
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_stays_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_it_is_told_until_when_a_deletion_can_be_cancelled():
    (each,) = found("ecr_kms_key: {create: true, deletion_window_in_days: 7}\n" + TWO, TWO)
    assert each.what == (
        "the key alias/shop-dev-ecr of its images is deleted: what it has encrypted can be read no more after 7 days"
    )
    assert "aws kms cancel-key-deletion" in each.fix


def test_protection_keeps_a_key_from_being_replaced_alone():
    protected = f"protected: true\n{MADE}{TWO}"
    (replaced,) = found(protected, protected.replace("create: true", "create: true, multi_region: true"))
    assert replaced.severity == "attention"
    assert replaced.details == ("Terraform refuses that because of protected: true",)
    (deleted,) = found(protected, f"protected: true\n{TWO}")
    assert deleted.severity == "danger"
    assert deleted.details == ("protected: true keeps no key that the file asks for no more",)


@pytest.mark.parametrize(
    ("said", "restored"),
    [
        ("", "can be restored for 30 days"),
        (", recovery_window_in_days: 7", "can be restored for 7 days"),
        (", recovery_window_in_days: 0", "cannot be restored"),
    ],
)
def test_it_is_told_for_how_long_a_secret_can_be_restored(said, restored):
    (each,) = found(hub(f"create_secret: true{said}"), "")
    assert each.what == (
        f"the secret ecr-pullthroughcache/hub with the credentials of a cache is destroyed and {restored}"
    )


def test_a_file_that_comes_or_goes_deletes_no_key():
    assert [*judge_keys(change_of({"dev.yaml": DEV + MADE + TWO}, {}))] == []
    assert [*judge_keys(change_of({}, {"dev.yaml": DEV + MADE + TWO}))] == []


@pytest.mark.parametrize("base", ["", ", deletion_window_in_days: 9"])
def test_a_key_that_can_be_kept_for_less_time(base):
    one, other = (f"ecr_kms_key: {{create: true{each}}}\n{TWO}" for each in (base, ", deletion_window_in_days: 7"))
    ((*first, where, _, _),) = told(one, other)
    assert first == ["key-window-shortened", "attention", "loosens watching"]
    assert where == "ecr_kms_key.deletion_window_in_days"
    assert found(one, other)[0].what == (
        f"a deletion of the key alias/shop-dev-ecr of its images can be cancelled for 7 days instead of "
        f"{9 if base else 30}"
    )
    assert told(other, one) == []


@pytest.mark.parametrize(("days", "how"), [(0, "no more, and for 30 days until now"), (7, "for 7 days instead of 30")])
def test_a_secret_that_can_be_restored_for_less_time(days, how):
    one, other = (hub(f"create_secret: true{each}") for each in ("", f", recovery_window_in_days: {days}"))
    ((*first, where, _, _),) = told(one, other)
    assert first == ["secret-window-shortened", "attention", "loosens watching"]
    assert where == "ecr_pull_through_caches.hub.recovery_window_in_days"
    assert found(one, other)[0].what == f"once the secret ecr-pullthroughcache/hub is deleted, it can be restored {how}"
    assert told(other, one) == []
