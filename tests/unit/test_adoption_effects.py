"""What a first plan would change of repositories that are there, in words."""

from __future__ import annotations

import json

import pytest

from ecr_constructs.adoption.draft import Account
from ecr_constructs.adoption.effects import effects_of, replacement_of
from ecr_constructs.adoption.read import FoundRepository
from ecr_constructs.adoption.report import report
from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.core.access.levels import TRUSTED_ACTIONS
from ecr_constructs.core.access.statements import grant_accounts
from ecr_constructs.core.iam import render_policy

ACCOUNT, A, B = "999999999999", "111111111111", "222222222222"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
TAGS = {"Project": "shop", "Environment": "dev", "ManagedBy": "ecr-constructs", "Name": "web"}
KEEPS = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Keep the newest 100 images",
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100},
                "action": {"type": "expire"},
            }
        ]
    }
)
PULL = render_policy(grant_accounts([A], TRUSTED_ACTIONS, partition="aws", sid="PullFromAccounts"))


def found(**changed):
    arn = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/shop-dev-web"
    same = {"name": "shop-dev-web", "arn": arn, "scan_on_push": True, "tags": TAGS, "lifecycle_policy": KEEPS}
    return FoundRepository(**{**same, **changed})


def environment(options, settings=None):
    data = {"project": "shop", "env": "dev", "region": "us-east-1", **(settings or {})}
    data["ecr_repositories"] = {"web": {"adopt": ["repository", "lifecycle_policy"], **options}}
    made, problems = parse_environment(data, file="dev.yaml")
    assert problems == []
    return made


def effects(there, options, *, keys=None, **settings):
    declared = environment(options, settings)
    account = Account(account_id=ACCOUNT, keys=keys or {})
    return effects_of(there, declared.repositories["web"], environment=declared, account=account)


def notes(there, kind, **options):
    return effects(there, options).of(kind)


def test_what_is_the_same_is_imported_and_nothing_else_happens():
    made = effects(found(), {"publish_to_ssm": False})
    assert made.notes == (("imported", "repository"), ("imported", "lifecycle policy"))
    assert (made.parameters.imported, made.parameters.made) == (0, 0)


@pytest.mark.parametrize(
    ("there", "options", "text"),
    [
        ({}, {"image_tag_mutability": "IMMUTABLE"}, "tag mutability: IMMUTABLE instead of MUTABLE"),
        (
            {"image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION", "exclusion_filters": ("v*", "dev")},
            {},
            "tag mutability: MUTABLE instead of IMMUTABLE_WITH_EXCLUSION (dev, v*)",
        ),
        ({}, {"scan_on_push": False}, "scan on push: off"),
        ({"scan_on_push": False}, {}, "scan on push: on"),
        ({}, {"force_delete": True}, "force_delete: noted in the state alone"),
        ({"tags": {}}, {}, "tags added: Environment=dev, ManagedBy=ecr-constructs, Name=web, Project=shop"),
        ({"tags": {**TAGS, "Project": "x"}}, {}, "tags changed: Project=shop"),
        ({"tags": {**TAGS, "Old": "x", "aws:x": "y"}}, {}, "tags removed: Old"),
    ],
)
def test_what_is_changed_in_place_is_said(there, options, text):
    assert notes(found(**there), "changed", **options) == [text]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("100", "99", "lifecycle policy, by one of other rules"),
        ('"countNumber"', '"storageClass": "standard", "countNumber"', "lifecycle policy, by one of the same rules"),
    ],
)
def test_a_lifecycle_policy_that_is_replaced_is_said(before, after, text):
    """Terraform has no update for it; the repository stays."""
    made = effects(found(lifecycle_policy=KEEPS.replace(before, after)), {})
    assert made.of("replaced") == [text]
    assert not any(line.startswith("Nothing that exists") for line in report([made]))


@pytest.mark.parametrize(
    ("policy", "changed"),
    [
        (PULL, []),
        (
            PULL.replace("PullFromAccounts", "ByHand"),
            ["repository policy: written anew with the same meaning (sids, version, order)"],
        ),
        (PULL.replace(A, B), ["repository policy: other statements"]),
    ],
    ids=["same", "sid", "other account"],
)
def test_a_policy_that_is_written_anew_is_said(policy, changed):
    options = {"enable_cross_account_access": True, "allowed_account_ids": [A], "adopt": True}
    assert notes(found(repository_policy=policy), "changed", **options) == changed
    assert "repository policy" in notes(found(repository_policy=policy), "imported", **options)


def test_replication_is_said():
    options = {"enable_replication": True, "replication_destinations": [{"region": "us-west-2"}]}
    assert "replicated to us-west-2" in notes(found(), "changed", **options)[0]


@pytest.mark.parametrize(("layout", "number"), [("parameters", 8), ("config", 2)])
def test_parameters_are_counted(layout, number):
    assert effects(found(), {}, ecr_ssm_layout=layout).parameters.made == number


def test_what_is_not_declared_stays_unmanaged():
    there = found(repository_policy=PULL)
    options = {"max_image_count": None, "adopt": ["repository"]}
    assert notes(there, "unmanaged", **options) == ["lifecycle policy", "repository policy"]


def test_a_policy_that_is_not_there_is_made():
    assert notes(found(lifecycle_policy=None), "created", adopt=["repository"]) == ["lifecycle policy"]


@pytest.mark.parametrize(
    ("there", "options", "text"),
    [
        ({"lifecycle_policy": None}, {}, "has no lifecycle policy to adopt, so that Terraform would refuse to plan"),
        ({}, {"adopt": ["repository"]}, "has a lifecycle policy that would be overwritten: add lifecycle_policy to"),
        ({}, {"adopt": ["lifecycle_policy"]}, "exists, and adopt leaves the repository out"),
        ({"encryption_type": "KMS", "kms_key": KEY}, {}, "is encrypted with KMS and declared with AES256: it would be"),
        ({"tags": {**TAGS, "aws:cloudformation:stack-name": "S"}}, {}, "belongs to the CloudFormation stack S"),
    ],
)
def test_what_nobody_wants_is_a_warning(there, options, text):
    (warning,) = notes(found(**there), "warning", **options)
    assert warning.startswith(text)


@pytest.mark.parametrize(
    ("key", "known", "replaced"),
    [
        (KEY, {}, False),
        (KEY.replace("5555", "6666"), {}, True),
        ({"alias": "alias/ecr"}, {"alias/ecr": KEY}, False),
        ({"alias": "alias/ecr"}, {"alias/ecr": KEY.replace("5555", "6666")}, True),
        ({"alias": "alias/ecr"}, {}, False),
        ({"remote_state": {"bucket": "states", "key": "a", "region": "us-east-1", "output": "key"}}, {}, False),
    ],
    ids=["same", "other", "alias", "alias of another", "unknown alias", "another state"],
)
def test_another_key_replaces_the_repository(key, known, replaced):
    declared = environment({"encryption_type": "KMS", "kms_key": key}).repositories["web"]
    there = found(encryption_type="KMS", kms_key=KEY)
    reason = replacement_of(there, declared, Account(account_id=ACCOUNT, keys=known))
    assert (reason is not None) is replaced
    assert reason is None or "its images DELETED" in reason


def test_the_report_adds_everything_up():
    made = [
        effects(found(tags={}), {}),
        effects(
            found(lifecycle_policy=None, repository_policy=PULL), {"max_image_count": None, "adopt": ["repository"]}
        ),
    ]
    imports = "2 repositories, 1 lifecycle policy"
    assert list(report(made)) == [
        "web (shop-dev-web)",
        "  imported: repository, lifecycle policy",
        "  changed in place: tags added: Environment=dev, ManagedBy=ecr-constructs, Name=web, Project=shop",
        "  made: 8 SSM parameters",
        "web (shop-dev-web)",
        "  imported: repository",
        "  made: 8 SSM parameters",
        "  unmanaged: repository policy",
        "",
        f"A first plan imports {imports}, changes 1 repository in place and makes 16 SSM parameters.",
        "Nothing that exists would be made again, replaced or destroyed.",
    ]


def test_the_report_ends_with_its_warnings():
    lines = list(report([effects(found(lifecycle_policy=None), {})], ["Further."]))
    assert lines[-2] == "WARNING: Further."
    assert lines[-1].startswith("WARNING: shop-dev-web has no lifecycle policy")
    assert not any(line.startswith("Nothing that exists") for line in lines)


def test_there_is_no_report_of_nothing():
    assert list(report([])) == []
