"""Which known key is proposed for an unknown one, and that no hint opens a repository or gives its images up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.config.reading.hints import FAR_REACHING_KEYS, key_hint, meant_key
from tests.unit.file_models import KEYS
from tests.unit.message_tables import HEAD


def test_the_far_reaching_keys_are_keys():
    assert set() == FAR_REACHING_KEYS - KEYS


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("alowed_account_ids", "allowed_account_ids"),
        ("allowed_acount_ids", "allowed_account_ids"),
        ("allowed_account_isd", "allowed_account_ids"),
        ("allowedAccountIds", "allowed_account_ids"),
        ("allowed-account-ids", "allowed_account_ids"),
        ("organisation", "organization"),
        ("replication_source", "replication_sources"),
        ("max_images", "max_image_count"),
        ("protected_tag", "protected_tags"),
    ],
)
def test_a_misspelling_is_recognised(word, meant):
    known = {key for key in KEYS if not key.startswith("organization_")} if meant == "organization" else KEYS
    assert key_hint(word, known) == f"Did you mean {meant!r}?"


@pytest.mark.parametrize(
    "word",
    [
        "allow_deletion",
        "deny_account_ids",
        "disable_cross_account_access",
        "enable_access",
        "organization_name",
        "organization_unit",
        "prevent_replacement",
        "deny_principals",
        "pull_account_ids",
        "trusted_accounts",
    ],
)
def test_a_far_reaching_key_is_not_proposed_for_what_resembles_it(word):
    assert meant_key(word, KEYS) not in FAR_REACHING_KEYS


@given(st.sampled_from(sorted(FAR_REACHING_KEYS)), st.text("abcdefghij_", min_size=2, max_size=12))
def test_more_than_one_letter_is_never_let_pass(key, more):
    if len(more.replace("_", "")) > 1:
        assert meant_key(f"{more}{key}", [key]) is None


def test_a_file_is_never_told_to_widen_access(messages):
    """What may pull is not what may push; and one repository is not the whole environment."""
    found = messages(
        dev=f"{HEAD}organization_name: shop\n"
        "ecr_repositories:\n"
        "  web: {pull_account_ids: ['222222222222'], organization_name: shop, organization: true}\n"
    )
    assert len(found) == 4
    # The one key that is proposed is a tag, which grants nothing.
    assert [each for each in found if "Did you mean" in each or "belongs" in each] == [
        (
            "dev.yaml:4: organization_name: must be a known key, got 'organization_name'. "
            "Did you mean 'organization_tag'? [unknown-key]"
        )
    ]
