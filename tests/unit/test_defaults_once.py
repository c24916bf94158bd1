"""A wrong default is one mistake at its place among the defaults, however many repositories there are."""

from __future__ import annotations

import textwrap
from typing import get_origin

import pytest
import yaml

from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.errors import InvalidInput

HEAD = {"project": "shop", "env": "dev", "region": "us-east-1", "account_id": "111111111111"}
THREE = {"api": None, "web": {"scan_on_push": False}, "worker": {}}
KEYS = [*RepositoryOptions.model_fields]

US, HERE, OTHER = "222222222222", "111111111111", {"region": "us-west-2"}
ANY_IMAGE = {"tag_status": "any", "count_type": "imageCountMoreThan"}
# What has the right type and is wrong, alone or with what is said beside it.
WRONG = {
    "repository_name": [{"repository_name": "Web"}, {"repository_name": "web"}],
    "image_tag_mutability": [{"image_tag_mutability": "immutable"}, {"image_tag_mutability": "MUTABLE_WITH_EXCLUSION"}],
    "image_tag_mutability_exclusion_filters": [
        {"image_tag_mutability_exclusion_filters": ["latest"]},
        {"image_tag_mutability": "MUTABLE_WITH_EXCLUSION", "image_tag_mutability_exclusion_filters": ["a b"]},
        {"image_tag_mutability": "MUTABLE_WITH_EXCLUSION", "image_tag_mutability_exclusion_filters": []},
    ],
    "scan_frequency": [{"scan_frequency": "NEVER"}, {"scan_frequency": "CONTINUOUS_SCAN"}],
    "max_image_count": [{"max_image_count": 0}],
    "expire_untagged_after_days": [
        {"expire_untagged_after_days": -1},
        {"expire_untagged_after_days": 3, "max_untagged_count": 3},
    ],
    "expire_tagged_after_days": [{"expire_tagged_after_days": 0}],
    "max_untagged_count": [{"max_untagged_count": 0}],
    "protected_tags": [{"protected_tags": ["a*b*c*d*e*"]}, {"protected_tags": [""]}],
    "lifecycle_rules": [
        {"lifecycle_rules": [{**ANY_IMAGE, "count_number": 0}]},
        {"lifecycle_rules": [{**ANY_IMAGE, "count_number": 5, "tag_pattern_list": ["v*"]}], "max_image_count": None},
    ],
    "lifecycle_policy": [{"lifecycle_policy": "{"}, {"lifecycle_policy": {"rules": []}}],
    "enable_cross_account_access": [{"enable_cross_account_access": True}],
    "allowed_account_ids": [
        {"allowed_account_ids": ["2"]},
        {"allowed_account_ids": [US]},
        {"enable_cross_account_access": True, "allowed_account_ids": [US, US]},
        {"enable_cross_account_access": True, "allowed_account_ids": [HERE]},
    ],
    "organization_id": [{"organization_id": "o-x"}],
    "enable_replication": [{"enable_replication": True}],
    "replication_destinations": [
        {"replication_destinations": [OTHER]},
        {"enable_replication": True, "replication_destinations": [{"region": "oregon"}]},
        {"enable_replication": True, "replication_destinations": [{"region": "us-east-1"}]},
        {"enable_replication": True, "replication_destinations": [OTHER, OTHER]},
        {"enable_replication": True, "replication_destinations": [{"region": "cn-north-1"}]},
    ],
    "encryption_type": [{"encryption_type": "kms"}, {"encryption_type": "KMS_DSSE"}],
    "kms_key": [
        {"encryption_type": "KMS", "kms_key": "alias/ecr"},
        {"encryption_type": "KMS", "kms_key": {"create": True}},
        {"encryption_type": "KMS", "kms_key": "security_layer"},
        {"encryption_type": "KMS", "kms_key": "arn:aws:kms:us-west-2:111111111111:key/1234abcd"},
        {"kms_key": {"alias": "alias/ecr"}},
    ],
    "tags": [{"tags": {"aws:owner": "web"}}, {"tags": {"Team": "a&b"}}],
    "adopt": [{"adopt": ["images"]}],
    "renamed_from": [{"renamed_from": "Old"}, {"renamed_from": "old"}, {"renamed_from": "web"}],
    "acknowledge": [{"acknowledge": ["adopted"]}],
}
# Of the others, a text that nothing takes; what is true or false is right in either way.
WRONG |= {
    key: [{key: [""] if get_origin(field.annotation) is tuple else "?"}]
    for key, field in RepositoryOptions.model_fields.items()
    if key not in WRONG and field.annotation is not bool
}


def reported(load, defaults, repositories=THREE):
    with pytest.raises(InvalidInput) as raised:
        load(dev=yaml.safe_dump({**HEAD, "ecr_defaults": defaults, "ecr_repositories": repositories}))
    return [problem.path for problem in raised.value.problems]


@pytest.mark.parametrize("key", KEYS)
def test_a_default_of_a_wrong_type_is_one_mistake(load, key):
    (path,) = reported(load, {key: [[1]]})
    assert path[:2] == ("ecr_defaults", key)


@pytest.mark.parametrize(
    ("key", "defaults"),
    [pytest.param(key, each, id=f"{key}-{each}"[:60]) for key, all_ in WRONG.items() for each in all_],
)
def test_a_wrong_default_is_one_mistake(load, key, defaults):
    (path,) = reported(load, defaults)
    assert path[0] == "ecr_defaults"
    assert path[1] in (key, *COMPANIONS.get(key, ()))


# What a default calls for, and which is what is reported.
COMPANIONS = {
    "enable_cross_account_access": ["allowed_account_ids"],
    "enable_replication": ["replication_destinations"],
    "image_tag_mutability": ["image_tag_mutability_exclusion_filters"],
    "expire_untagged_after_days": ["max_untagged_count"],
}


CALLS = {
    "enable_replication": True,
    "enable_cross_account_access": True,
    "image_tag_mutability": "MUTABLE_WITH_EXCLUSION",
}
LACKING = {
    "enable_replication": ("replication_destinations", [OTHER]),
    "enable_cross_account_access": ("allowed_account_ids", [US]),
    "image_tag_mutability": ("image_tag_mutability_exclusion_filters", ["latest"]),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_default_that_one_repository_follows_is_right_and_the_others_are_not(load, call):
    missing, value = LACKING[call]
    defaults = {call: CALLS[call]}
    assert reported(load, defaults, {**THREE, "api": {missing: value}}) == [
        ("ecr_repositories", "web", missing),
        ("ecr_repositories", "worker", missing),
    ]


@pytest.mark.parametrize("call", CALLS)
def test_what_each_repository_calls_for_itself_is_missing_from_each(load, call):
    missing, _ = LACKING[call]
    repositories = {name: {call: CALLS[call]} for name in ("api", "web")}
    assert reported(load, {"scan_on_push": False}, repositories) == [
        ("ecr_repositories", "api", missing),
        ("ecr_repositories", "web", missing),
    ]


@pytest.mark.parametrize("call", CALLS)
def test_of_one_repository_it_is_said_where_it_can_be_mended(load, call):
    missing, _ = LACKING[call]
    assert reported(load, {call: CALLS[call]}, {"web": None}) == [("ecr_repositories", "web", missing)]


def test_repositories_that_are_made_elsewhere_have_nothing_to_say_in_it(messages):
    text = """\
    ecr_defaults: {enable_replication: true}
    ecr_repositories: {api: , web: }
    services:
      - {name: mail, ecr_config: {mode: manual_repo, repository_uri: 222222222222.dkr.ecr.us-east-1.amazonaws.com/mail}}
    """
    head = "".join(f"{key}: '{value}'\n" for key, value in HEAD.items())
    (message,) = messages(dev=head + textwrap.dedent(text))
    assert message == (
        "dev.yaml:5: ecr_defaults.replication_destinations: must name a destination, got none. "
        "Name at least one region, or switch replication off. [replication-destination]"
    )
