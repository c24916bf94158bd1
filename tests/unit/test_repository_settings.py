"""Tag mutability, exclusion filters and encryption of a repository, held to botocore's model of ECR."""

import pytest
from hypothesis import given

from ecr_constructs.core.repository import (
    ENCRYPTION_TYPES,
    IMAGE_TAG_MUTABILITIES,
    RepositorySettings,
    check_settings,
)
from tests.unit.aws_models import limits, near, right, takes

KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd"


def excluding(*filters: str) -> RepositorySettings:
    return RepositorySettings(
        image_tag_mutability="IMMUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=filters
    )


def test_a_repository_is_made_mutable_scanned_on_push_and_encrypted_with_keys_of_ecr_unless_told_otherwise():
    settings = RepositorySettings()

    assert (settings.image_tag_mutability, settings.image_tag_mutability_exclusion_filters) == ("MUTABLE", ())
    assert settings.scan_on_push is True
    assert (settings.encryption_type, settings.kms_key) == ("AES256", None)


def test_the_choices_are_those_of_ecr():
    assert [*IMAGE_TAG_MUTABILITIES] == limits("ecr", "ImageTagMutability")["enum"]
    assert [*ENCRYPTION_TYPES] == limits("ecr", "EncryptionType")["enum"]


@given(near(right("ecr", "ImageTagMutabilityExclusionFilterValue")))
def test_a_filter_is_right_where_ecr_takes_it_and_it_has_at_most_two_wildcards(text):
    # The limit of wildcards is on the page of the type, not in the model.
    is_right = takes("ecr", "ImageTagMutabilityExclusionFilterValue", text) and text.count("*") <= 2
    assert (check_settings(excluding(text)) == []) == is_right


@pytest.mark.parametrize("number", range(8))
def test_as_many_filters_are_right_as_ecr_takes(number):
    found = limits("ecr", "ImageTagMutabilityExclusionFilters")
    problems = check_settings(excluding(*(f"v{index}" for index in range(number))))

    assert (problems == []) == (found["min"] <= number <= found["max"])


@pytest.mark.parametrize(
    "settings",
    [
        RepositorySettings(),
        RepositorySettings(image_tag_mutability="IMMUTABLE", scan_on_push=False),
        RepositorySettings(
            image_tag_mutability="MUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=("v*", "*-rc*")
        ),
        RepositorySettings(encryption_type="KMS"),
        RepositorySettings(encryption_type="KMS", kms_key=KEY),
        RepositorySettings(encryption_type="KMS_DSSE", kms_key=KEY),
        RepositorySettings(image_tag_mutability="${var.mutability}", image_tag_mutability_exclusion_filters=("v*",)),
        RepositorySettings(encryption_type="${var.type}", kms_key="${var.key}"),
        RepositorySettings(encryption_type="KMS", kms_key="${aws_kms_key.ecr.arn}"),
        excluding("${var.tag}", "${var.tag}"),
        RepositorySettings(
            image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=("#{TfToken[TOKEN.0]}",),
        ),
    ],
)
def test_settings_that_ecr_takes_have_no_problem(settings):
    assert check_settings(settings) == []


FILTERS = "image_tag_mutability_exclusion_filters"


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        (RepositorySettings(image_tag_mutability="immutable"), "image_tag_mutability", "Did you mean 'IMMUTABLE'?"),
        (
            RepositorySettings(image_tag_mutability="off", image_tag_mutability_exclusion_filters=("v*",)),
            "image_tag_mutability",
            "must be one of MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION, got 'off'. Use one",
        ),
        (
            RepositorySettings(image_tag_mutability_exclusion_filters=("v*",)),
            FILTERS,
            "must be empty with MUTABLE, got ['v*']. Set image_tag_mutability: MUTABLE_WITH_EXCLUSION",
        ),
        (excluding("v*", "a*b*c*"), f"{FILTERS}[1]", "must have at most two '*', got 'a*b*c*'"),
        (excluding("v*", "v*"), f"{FILTERS}[1]", "must be unique, got 'v*'"),
        (excluding("a/b"), f"{FILTERS}[0]", "must be 1 to 128 letters, digits, '.', '_', '-' or '*', got 'a/b'"),
        (RepositorySettings(encryption_type="KMSS"), "encryption_type", "Did you mean 'KMS'?"),
        (RepositorySettings(kms_key=KEY), "kms_key", "must be left out with AES256"),
        (RepositorySettings(encryption_type="KMS", kms_key="alias/ecr"), "kms_key", "must be the full ARN"),
    ],
)
def test_a_wrong_setting_is_reported_once(settings, key, words):
    (problem,) = check_settings(settings)

    assert problem.key == key
    assert words in str(problem)


def test_every_wrong_setting_is_reported():
    settings = RepositorySettings(
        image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
        image_tag_mutability_exclusion_filters=("", "a b", "c*d*e*", "f", "f", "g"),
        encryption_type="none",
        kms_key="key",
    )
    assert [problem.key for problem in check_settings(settings)] == [
        "image_tag_mutability_exclusion_filters",
        "image_tag_mutability_exclusion_filters[0]",
        "image_tag_mutability_exclusion_filters[1]",
        "image_tag_mutability_exclusion_filters[2]",
        "image_tag_mutability_exclusion_filters[4]",
        "encryption_type",
        "kms_key",
    ]
