"""Options of a repository: its own, then the environment's defaults, then the models'."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.config.defaults import RETENTION_OPTIONS, merge_options
from ecr_constructs.config.desired import (
    accounts_that_pull,
    replication_destinations_of,
    retention_of,
    settings_of,
)
from ecr_constructs.config.model.kms import KeyAlias, KeyInState
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts, compose_retention
from ecr_constructs.core.registry.replication import ReplicationDestination

ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd"
UNTAGGED = {"tag_status": "untagged", "count_type": "sinceImagePushed", "count_number": 3}
ANY = {"tag_status": "any", "count_type": "sinceImagePushed", "count_number": 30}
TAGGED = {"tag_status": "tagged", "tag_pattern_list": ["v*"], "count_type": "imageCountMoreThan", "count_number": 5}
ARCHIVED = {"tag_status": "any", "count_type": "sinceImageTransitioned", "count_number": 90}
POLICY = {"rules": []}


def merged(defaults: dict, own: dict) -> dict:
    """Return what the two say together, without what neither says."""
    options = merge_options(RepositoryOptions.model_validate(defaults), RepositoryOptions.model_validate(own))
    return {name: getattr(options, name) for name in options.model_fields_set}


def rules(*said: dict) -> tuple:
    return RepositoryOptions.model_validate({"lifecycle_rules": list(said)}).lifecycle_rules


def test_own_options_stand_before_defaults_and_defaults_before_the_models():
    options = merge_options(
        RepositoryOptions(scan_on_push=False, max_image_count=30), RepositoryOptions(max_image_count=5)
    )

    assert (options.max_image_count, options.scan_on_push, options.force_delete) == (5, False, False)
    assert options.model_fields_set == {"max_image_count", "scan_on_push"}


@pytest.mark.parametrize(
    ("defaults", "own", "together"),
    [
        ({}, {}, {}),
        ({"max_image_count": 5}, {}, {"max_image_count": 5}),
        ({"max_image_count": 5, "beyond_kept": "archive"}, {}, {"max_image_count": 5}),
        ({"max_image_count": 5}, {"max_image_count": None}, {"max_image_count": None}),
        ({"scan_on_push": True}, {"scan_on_push": False}, {"scan_on_push": False}),
        ({"protected_tags": ["a"]}, {"protected_tags": ["b"]}, {"protected_tags": ("b",)}),
        ({"protected_tags": ["a"]}, {"protected_tags": []}, {"protected_tags": ()}),
        ({"lifecycle_rules": [TAGGED]}, {"lifecycle_rules": [ANY]}, {"lifecycle_rules": rules(ANY)}),
        ({"allowed_account_ids": ["111111111111"]}, {"allowed_account_ids": []}, {"allowed_account_ids": ()}),
    ],
)
def test_an_own_option_replaces_the_default_even_by_nothing(defaults, own, together):
    assert merged(defaults, own) == together


@pytest.mark.parametrize(
    ("defaults", "own", "together"),
    [
        ({"a": "1", "b": "1"}, {"b": "2", "c": "2"}, {"a": "1", "b": "2", "c": "2"}),
        ({"a": "1"}, {}, {"a": "1"}),
        ({}, {"a": "1"}, {"a": "1"}),
    ],
)
def test_tags_are_joined_and_own_ones_win(defaults, own, together):
    assert merged({"tags": defaults}, {"tags": own}) == {"tags": together}
    assert merged({"tags": defaults}, {})["tags"] == defaults


SHORTCUTS = {
    "max_image_count": 30,
    "expire_untagged_after_days": 7,
    "expire_tagged_after_days": 90,
    "keep_tagged_per_pattern": {"rc-*": 5},
    "beyond_kept": "archive",
    "delete_archived_after_days": 90,
    "protected_tags": ["v*"],
    "lifecycle_rules": [TAGGED],
}


def without(*names: str) -> set[str]:
    return {*SHORTCUTS} - {*names}


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ({}, without()),
        ({"lifecycle_policy": POLICY}, set()),
        ({"lifecycle_policy": None}, without()),
        ({"scan_on_push": False}, without()),
        ({"max_untagged_count": 5}, without("expire_untagged_after_days")),
        ({"max_untagged_count": None}, without()),
        ({"expire_untagged_after_days": 1}, without()),
        ({"max_untagged_count": 5, "expire_untagged_after_days": 1}, without()),
        ({"lifecycle_rules": [UNTAGGED]}, without("expire_untagged_after_days")),
        ({"lifecycle_rules": [ANY]}, without("max_image_count")),
        ({"lifecycle_rules": [ANY], "max_image_count": 5}, without()),
        ({"lifecycle_rules": [UNTAGGED, ANY, TAGGED]}, without("expire_untagged_after_days", "max_image_count")),
        ({"lifecycle_rules": [ARCHIVED]}, without("delete_archived_after_days")),
        ({"lifecycle_rules": [{**ARCHIVED, "tag_status": "untagged"}]}, without()),
        ({"keep_tagged_count": 5}, without("expire_tagged_after_days")),
        ({"archive_after_days_without_pull": 5}, without("expire_tagged_after_days")),
        ({"keep_tagged_per_pattern": {"rc-*": 9}}, without()),
        ({"keep_tagged_per_pattern": {}}, without("beyond_kept")),
        ({"retention": "releases"}, {"protected_tags", "lifecycle_rules"}),
        ({"retention": None}, without()),
        ({"lifecycle_rules": []}, without()),
    ],
)
def test_own_retention_sets_aside_the_defaults_that_do_not_go_with_it(own, kept):
    found = merged(SHORTCUTS, own)
    assert {name for name in found if name in RETENTION_OPTIONS and name in SHORTCUTS} == kept | {*own} & {*SHORTCUTS}


@pytest.mark.parametrize("name", RETENTION_OPTIONS)
def test_own_shortcuts_and_rules_set_aside_a_default_policy(name):
    numbers = {"max_untagged_count": 5, "keep_tagged_count": 5, "archive_after_days_without_pull": 5}
    own = {**numbers, "retention": "releases", **SHORTCUTS}[name]
    beside = {"keep_tagged_count": 5} if name == "beyond_kept" else {}

    assert {*merged({"lifecycle_policy": POLICY}, {name: own, **beside})} == {name, *beside}
    nothing = type(own)() if isinstance(own, list | dict) else None
    assert merged({"lifecycle_policy": POLICY}, {name: nothing})["lifecycle_policy"] == POLICY


def test_a_number_of_images_that_the_defaults_keep_is_given_up_by_name_alone():
    for other in ("expire_tagged_after_days", "archive_after_days_without_pull"):
        assert merged({"keep_tagged_count": 20}, {other: 5}) == {"keep_tagged_count": 20, other: 5}
        found = merged({"keep_tagged_count": 20}, {other: 5, "keep_tagged_count": None})
        assert found == {"keep_tagged_count": None, other: 5}


FILTERS = {"image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION", "image_tag_mutability_exclusion_filters": ["latest"]}


@pytest.mark.parametrize(
    ("mutability", "filters"),
    [("MUTABLE", ()), ("IMMUTABLE", ()), ("MUTABLE_WITH_EXCLUSION", ("latest",)), (None, ("latest",))],
)
def test_an_own_mutability_without_exclusion_sets_aside_the_default_filters(mutability, filters):
    found = merged(FILTERS, {} if mutability is None else {"image_tag_mutability": mutability})
    assert found.get("image_tag_mutability_exclusion_filters", ()) == filters


def test_own_filters_are_kept_beside_a_mutability_that_they_do_not_go_with_to_be_reported():
    own = {"image_tag_mutability": "MUTABLE", "image_tag_mutability_exclusion_filters": ["dev"]}
    assert merged(FILTERS, own)["image_tag_mutability_exclusion_filters"] == ("dev",)


SAID = st.fixed_dictionaries(
    {},
    optional={
        "max_image_count": st.none() | st.integers(1, 9),
        "expire_untagged_after_days": st.none() | st.integers(1, 9),
        "max_untagged_count": st.none() | st.integers(1, 9),
        "expire_tagged_after_days": st.none() | st.integers(1, 9),
        "keep_tagged_count": st.none() | st.integers(1, 9),
        "keep_tagged_per_pattern": st.dictionaries(st.sampled_from(["v*", "latest"]), st.integers(1, 9)),
        "retention": st.none() | st.sampled_from(["production", "releases"]),
        "protected_tags": st.lists(st.sampled_from(["v*", "latest"]), unique=True),
        "lifecycle_rules": st.lists(st.sampled_from([TAGGED, ARCHIVED]), unique_by=str),
        "lifecycle_policy": st.none() | st.just(POLICY),
        "image_tag_mutability": st.sampled_from(["MUTABLE", "IMMUTABLE"]),
        "scan_on_push": st.booleans(),
        "tags": st.dictionaries(st.sampled_from("ab"), st.sampled_from("12")),
    },
)


@given(SAID, SAID)
def test_what_a_repository_says_always_holds(defaults, own):
    found = merged(defaults, own)
    for name, value in RepositoryOptions.model_validate(own):
        if name in own and name != "tags":
            assert found[name] == value


@given(SAID)
def test_defaults_alone_and_own_options_alone_come_to_the_same(said):
    assert merged(said, {}) == merged({}, said)


def web(declare, own: str = "", above: str = ""):
    """Return the repository `web`, which says this itself, of an environment that says that above."""
    return declare(f"{above}\necr_repositories: {{api: , web: {{{own}}}}}").repositories["web"]


def test_a_repository_is_named_by_the_template_or_by_itself(declare):
    template = 'ecr_repository_name: "{env}/{project}/{name}"\n'
    repositories = declare(template + "ecr_repositories: {team/web: , api: {repository_name: api}}").repositories

    assert {name: each.repository_name for name, each in repositories.items()} == {
        "api": "api",
        "team/web": "dev/shop/team/web",
    }


def test_repositories_are_sorted_whatever_their_order_in_the_file(declare):
    assert [*declare("ecr_repositories: {web: , api: {}, team/a: }").repositories] == ["api", "team/a", "web"]


def test_an_environment_has_three_tags_or_four_which_its_own_win_over(declare):
    always = {"Project": "shop", "Environment": "dev", "ManagedBy": "ecr-constructs"}

    assert declare("").tags == always
    assert declare("organization_tag: acme").tags == {**always, "Organization": "acme"}
    assert declare("tags: {Team: web, ManagedBy: me}").tags == {**always, "Team": "web", "ManagedBy": "me"}


def test_the_state_has_a_key_of_its_own_for_each_environment(declare):
    assert declare("bucket: states").state_key() == "layers/compute/dev/terraform.tfstate"
    assert declare("bucket: states\nstate_key: mine").state_key() == "mine"


KEY = "ecr_kms_key: {alias: alias/a}\n"
KMS = f"ecr_encryption_type: KMS\n{KEY}"


@pytest.mark.parametrize(
    ("above", "own", "encryption_type", "key"),
    [
        ("", "", "AES256", None),
        (KMS, "", "KMS", KeyAlias(alias="alias/a")),
        (KMS, f"kms_key: '{ARN}'", "KMS", ARN),
        (KMS, "encryption_type: AES256", "AES256", None),
        (KEY, "encryption_type: KMS", "KMS", KeyAlias(alias="alias/a")),
        ("", "encryption_type: KMS, kms_key: {alias: alias/b}", "KMS", KeyAlias(alias="alias/b")),
        (f"ecr_defaults: {{encryption_type: KMS, kms_key: '{ARN}'}}", "", "KMS", ARN),
        (f"ecr_defaults: {{encryption_type: KMS, kms_key: '{ARN}'}}", "encryption_type: AES256", "AES256", None),
    ],
)
def test_the_key_is_the_repositorys_own_or_that_of_all_and_none_without_kms(declare, above, own, encryption_type, key):
    repository = web(declare, own, above)

    assert (repository.encryption_type, repository.kms_key) == (encryption_type, key)
    assert settings_of(repository).encryption_type == encryption_type


def test_a_key_may_be_an_output_of_another_state(declare):
    state = "{bucket: states, key: a/b, region: us-east-1, output: arn}"
    found = web(declare, f"encryption_type: KMS, kms_key: {{remote_state: {state}}}").kms_key

    assert isinstance(found, KeyInState)
    assert found.remote_state.model_dump() == {"bucket": "states", "key": "a/b", "region": "us-east-1", "output": "arn"}


def test_exclusion_filters_are_given_as_text_or_in_the_shape_that_aws_has_for_them(declare):
    filters = "[v*, {filter: rc-*}, {filter_type: WILDCARD, filter: dev}]"
    said = f"image_tag_mutability: MUTABLE_WITH_EXCLUSION, image_tag_mutability_exclusion_filters: {filters}"
    assert settings_of(web(declare, said)).image_tag_mutability_exclusion_filters == ("v*", "rc-*", "dev")


def in_yaml(*rules: dict) -> str:
    """Return the rules as an option; JSON is YAML as well."""
    return f"lifecycle_rules: {json.dumps(rules)}"


def test_typed_rules_are_those_of_the_core(declare):
    rules = retention_of(web(declare, in_yaml(ANY, TAGGED))).lifecycle_rules
    assert rules == (LifecycleRule(**ANY), LifecycleRule(**TAGGED))


@pytest.mark.parametrize(
    ("defaults", "own", "shortcuts"),
    [
        ("", "", Shortcuts(max_image_count=100)),
        ("", "max_image_count: null", Shortcuts()),
        ("max_image_count: 30", "", Shortcuts(max_image_count=30)),
        ("", in_yaml(ANY), Shortcuts()),
        (in_yaml(ANY), "", Shortcuts()),
        ("", in_yaml(ARCHIVED), Shortcuts(max_image_count=100)),
        ("", in_yaml(UNTAGGED), Shortcuts(max_image_count=100)),
        ("max_image_count: 30", in_yaml(ANY), Shortcuts()),
        ("retention: releases", "", Shortcuts(retention="releases")),
        ("", "keep_tagged_count: 5", Shortcuts(max_image_count=100, keep_tagged_count=5)),
        ("max_untagged_count: 7", "keep_tagged_count: 5", Shortcuts(max_untagged_count=7, keep_tagged_count=5)),
        ("expire_untagged_after_days: 7", in_yaml(UNTAGGED), Shortcuts(max_image_count=100)),
        ("max_untagged_count: 7, protected_tags: [v1]", in_yaml(ANY, UNTAGGED), Shortcuts(protected_tags=["v1"])),
    ],
)
def test_the_shortcuts_make_way_for_rules_that_select_the_same_images(declare, defaults, own, shortcuts):
    repository = web(declare, own, f"ecr_defaults: {{{defaults}}}")

    assert retention_of(repository).shortcuts == shortcuts
    assert compose_retention(retention_of(repository))[1] == []


@pytest.mark.parametrize(("enabled", "accounts"), [("true", ("222222222222",)), ("false", ())])
def test_accounts_may_pull_where_access_is_enabled(declare, enabled, accounts):
    defaults = "ecr_defaults: {enable_cross_account_access: true, allowed_account_ids: ['222222222222']}"
    assert accounts_that_pull(web(declare, f"enable_cross_account_access: {enabled}", defaults)) == accounts


def test_a_destination_says_whether_deletions_are_replicated(declare):
    said = "[{region: us-west-2, deletions_replicated: true}, {region: eu-west-1}]"
    found = replication_destinations_of(web(declare, f"enable_replication: true, replication_destinations: {said}"))
    assert [(each.region, each.deletions_replicated) for each in found] == [("us-west-2", True), ("eu-west-1", False)]


@pytest.mark.parametrize(("enabled", "to"), [("true", (ReplicationDestination(region="us-west-2"),)), ("false", ())])
def test_images_are_replicated_where_replication_is_enabled(declare, enabled, to):
    defaults = "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2}]}"
    assert replication_destinations_of(web(declare, f"enable_replication: {enabled}", defaults)) == to


@pytest.mark.parametrize(
    ("above", "own", "path"),
    [
        ("", "", "/ecr/web"),
        ("ecr_ssm_prefix: /shop/images", "", "/shop/images/web"),
        ("", "repository_name: other", "/ecr/web"),
        ("", "publish_to_ssm: false", None),
        ("ecr_defaults: {publish_to_ssm: false}", "", None),
        ("ecr_defaults: {publish_to_ssm: false}", "publish_to_ssm: true", "/ecr/web"),
    ],
)
def test_a_repository_is_published_by_its_logical_name(declare, above, own, path):
    assert web(declare, own, above).ssm_path == path


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1"])
def test_an_environment_lies_in_the_partition_of_its_region(load, region):
    (environment,) = load(dev=f"project: shop\nenv: dev\nregion: {region}\n")
    assert environment.partition == partition_of(region)
