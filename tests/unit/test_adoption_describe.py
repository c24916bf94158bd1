"""Entries that make repositories what they are in AWS already."""

from __future__ import annotations

import dataclasses
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.adoption.access import declared_repository_policy, meaning_of
from ecr_constructs.adoption.describe import Entry, describe
from ecr_constructs.adoption.draft import Account
from ecr_constructs.adoption.effects import effects_of
from ecr_constructs.adoption.read import FoundRepository
from ecr_constructs.adoption.render import render_entries
from ecr_constructs.adoption.retention import declared_lifecycle_policy, same_document
from ecr_constructs.config.desired import settings_of
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.core.access.grants import AccessGrants, statements_of
from ecr_constructs.core.access.levels import TRUSTED_ACTIONS
from ecr_constructs.core.access.statements import grant_accounts, grant_lambda, grant_organization
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.lifecycle import Shortcuts, compose, render_lifecycle_policy
from ecr_constructs.core.places import KnownPlace

ACCOUNT, A, B = "999999999999", "111111111111", "222222222222"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = KEY.replace("5555", "6666")
ORGANIZATION = "o-a1b2c3d4e5"
HEAD = {"project": "shop", "env": "dev", "region": "us-east-1"}


def repository(**changed):
    name = changed.pop("name", "shop-dev-web")
    arn = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{name}"
    return FoundRepository(**{"name": name, "arn": arn, "scan_on_push": True, **changed})


def environment_of(data):
    environment, problems = parse_environment({**HEAD, **data}, file="dev.yaml")
    assert problems == []
    return environment


def described(found, defaults=None, *, account=None, name="web", **settings):
    """Return the entry of a repository and the problems, in an environment of these defaults and settings."""
    environment, _ = parse_environment({**HEAD, **settings}, file="dev.yaml")
    return describe(
        found,
        name,
        environment=environment,
        defaults=RepositoryOptions.model_validate(defaults or {}),
        account=account or Account(account_id=ACCOUNT),
    )


def options(found, defaults=None, **more):
    entry, problems = described(found, defaults, **more)
    assert problems == []
    return entry.options


def lifecycle(**values):
    return render_lifecycle_policy(compose([], Shortcuts(**values))[0])


def grants(accounts=(), organization=None, by_lambda=False):
    statements = grant_accounts(accounts, TRUSTED_ACTIONS, partition="aws", sid="Pull")
    statements += grant_organization(organization, TRUSTED_ACTIONS, sid="Organization")
    if by_lambda:
        statements += grant_lambda(
            own_account_id=ACCOUNT, other_account_ids=accounts, region="us-east-1", partition="aws"
        )
    return render_policy(statements)


ODD = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "NotAction": "ecr:*"}]})
NOTHING_KEPT = {"max_image_count": None}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (repository(), NOTHING_KEPT),
        (repository(scan_on_push=False), {"scan_on_push": False, **NOTHING_KEPT}),
        (repository(image_tag_mutability="IMMUTABLE"), {"image_tag_mutability": "IMMUTABLE", **NOTHING_KEPT}),
        (
            repository(image_tag_mutability="MUTABLE_WITH_EXCLUSION", exclusion_filters=("v*", "latest")),
            {
                "image_tag_mutability": "MUTABLE_WITH_EXCLUSION",
                "image_tag_mutability_exclusion_filters": ["v*", "latest"],
                **NOTHING_KEPT,
            },
        ),
        (
            repository(encryption_type="KMS", kms_key=KEY),
            {"encryption_type": "KMS", "kms_key": KEY, **NOTHING_KEPT},
        ),
        (
            repository(tags={"Team": "core", "Project": "shop", "ManagedBy": "hand", "aws:cloudformation:x": "y"}),
            {"tags": {"ManagedBy": "hand", "Team": "core"}, **NOTHING_KEPT},
        ),
        (repository(name="web"), {"repository_name": "web", **NOTHING_KEPT}),
    ],
)
def test_only_what_differs_from_the_defaults_is_said(found, expected):
    assert options(found) == {**expected, "adopt": ["repository"]}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"max_image_count": 100}, {}),
        ({"max_image_count": 5}, {"max_image_count": 5}),
        ({"expire_untagged_after_days": 3}, {"expire_untagged_after_days": 3, **NOTHING_KEPT}),
    ],
)
def test_retention_is_said_by_shortcuts_where_they_made_it(values, expected):
    found = repository(lifecycle_policy=lifecycle(**values))
    assert options(found) == {**expected, "adopt": ["repository", "lifecycle_policy"]}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (grants([A, B]), {"enable_cross_account_access": True, "allowed_account_ids": [A, B]}),
        (grants(organization=ORGANIZATION), {"organization_id": ORGANIZATION}),
        (grants(by_lambda=True), {"enable_lambda_pull": True}),
    ],
)
def test_access_is_said_where_it_means_the_same(policy, expected):
    found = repository(repository_policy=policy)
    assert options(found) == {**NOTHING_KEPT, **expected, "adopt": ["repository", "repository_policy"]}


@pytest.mark.parametrize(
    "policy",
    [
        ODD,
        grants([A]).replace('"Effect"', '"Resource":"*","Effect"'),
        grants([A]).replace("ecr:BatchGetImage", "ecr:NoSuchAction"),
        grants([A]).replace(f"arn:aws:iam::{A}:root", "AIDACKCEVSQ6C2EXAMPLE"),
        grants([A]).replace('"AWS"', '"Federated"'),
    ],
    ids=["another element", "resource", "no action", "a principal that was deleted", "identity provider"],
)
def test_a_repository_policy_that_no_option_can_say_is_left_alone_and_the_file_says_so(policy):
    entry, problems = described(repository(repository_policy=policy))
    assert problems == []
    assert entry == Entry(
        "web",
        {**NOTHING_KEPT, "adopt": ["repository"]},
        ("Its repository policy stays unmanaged, as it is in AWS: no options here mean the same.",),
    )


CI = f"arn:aws:iam::{B}:role/ci"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"
DENY = PolicyStatement(effect="Deny", actions=("ecr:*",), principals=("*",), sid="Nobody")
BOTH = PolicyStatement(actions=("ecr:BatchGetImage", "ecr:PutImage"), principals=(CI,), sid="new statement")


@pytest.mark.parametrize(
    "said",
    [
        {"pull_principals": [A]},
        {"pull_principals": [CI, ORGANIZATION, UNIT, "codebuild.amazonaws.com"]},
        {"push_principals": [A, CI]},
        {"read_principals": [ORGANIZATION]},
        {"admin_principals": [CI]},
        {"organization_paths": [UNIT]},
        {"enable_cross_account_access": True, "allowed_account_ids": [A], "push_principals": [CI]},
        {"enable_lambda_pull": True, "pull_principals": [A]},
        {"policy_statements": [DENY]},
        {"policy_statements": [BOTH], "pull_principals": [A]},
        {"policy_statements": [dataclasses.replace(BOTH, principals=("*",), conditions={
            "StringEquals": {"aws:PrincipalOrgID": (ORGANIZATION,), "aws:PrincipalTag/team": ("shop",)}})]},
        {"policy_statements": [PolicyStatement(
            sid="Owner", actions=("ecr:BatchGetImage",), principals=(f"arn:aws:iam::{ACCOUNT}:root",))]},
        {"policy_statements": [PolicyStatement(
            sid="Build", actions=("ecr:BatchGetImage",), service_principals=("codebuild.amazonaws.com",),
            conditions={"ArnLike": {"aws:SourceArn": (f"arn:aws:codebuild:us-east-1:{A}:project/*",)}})]},
    ],
    ids=lambda said: " and ".join(said),
)  # fmt: skip
def test_a_policy_of_levels_and_statements_is_said_by_them(said):
    """What this project writes, and whatever else its options can say, is recognised."""
    given = {key: value for key, value in said.items() if key not in ("enable_cross_account_access",)}
    accounts_ = [A] if given.get("enable_lambda_pull") else []
    place = KnownPlace("us-east-1", ACCOUNT)
    policy = render_policy(statements_of(AccessGrants(**given, lambda_account_ids=accounts_), place))
    found = repository(repository_policy=policy)
    entry, problems = described(found)
    assert problems == []
    expected = {**said, **({"policy_statements": found_statements(policy)} if "policy_statements" in said else {})}
    assert {key: entry.options.get(key) for key in said} == {
        key: sorted(value) if key.endswith("_principals") else value for key, value in expected.items()
    }
    assert entry.options["adopt"] == ["repository", "repository_policy"]
    file = {"ecr_repositories": yaml.safe_load(render_entries([entry], indent=0))}
    environment, _ = parse_environment({**HEAD, **file}, file="dev.yaml")
    made = declared_repository_policy(environment.repositories["web"], account_id=ACCOUNT, organization_id=None)
    assert meaning_of(made, "aws") == meaning_of(policy, "aws")


def found_statements(policy):
    """Return the statements of a policy whose sids are none of a level's, in the form of a file."""

    def listed(value):
        return value if isinstance(value, list) else [value]

    found = []
    for each in json.loads(policy)["Statement"]:
        if "Principals" not in each["Sid"]:
            principal = each["Principal"] if isinstance(each["Principal"], dict) else {"AWS": each["Principal"]}
            names = {"AWS": "principals", "Service": "service_principals"}
            conditions = {
                operator: {key: listed(value) for key, value in keys.items()}
                for operator, keys in each.get("Condition", {}).items()
            }
            found.append(
                {
                    "sid": each["Sid"],
                    **({"effect": "Deny"} if each["Effect"] == "Deny" else {}),
                    "actions": listed(each["Action"]),
                    **{names[kind]: listed(who) for kind, who in principal.items()},
                    **({"conditions": conditions} if conditions else {}),
                }
            )
    return found


def test_more_organisations_than_one_are_a_statement():
    values = ["o-a1b2c3d4e5", "o-b1b2c3d4e5"]
    policy = grants(organization="x").replace('"x"', json.dumps(values))
    said = options(repository(repository_policy=policy))
    (statement,) = said["policy_statements"]
    assert statement["conditions"] == {"StringEquals": {"aws:PrincipalOrgID": values}}
    assert "organization_id" not in said


def test_a_policy_that_lets_everyone_in_is_never_said():
    policy = grants(organization=ORGANIZATION).replace('"StringEquals"', '"StringLike"').replace(ORGANIZATION, "*")
    entry, _ = described(repository(repository_policy=policy))
    assert entry.options["adopt"] == ["repository"]
    assert "EVERYONE" in entry.comments[0]


def test_a_lifecycle_policy_that_no_file_can_say_is_left_alone_and_the_file_says_why():
    policy = lifecycle(max_image_count=5).replace("Keep", "${Keep}")
    entry, problems = described(repository(lifecycle_policy=policy))
    assert (problems, entry.options) == ([], {**NOTHING_KEPT, "adopt": ["repository"]})
    assert "expression of Terraform" in entry.comments[0]


def test_all_three_parts_are_adopted_by_true():
    found = repository(lifecycle_policy=lifecycle(max_image_count=100), repository_policy=grants([A]))
    assert options(found)["adopt"] is True


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        (
            {"lifecycle_rules": [{"tag_status": "any", "count_type": "imageCountMoreThan", "count_number": 1}]},
            "lifecycle_rules",
        ),
        ({"protected_tags": ["v*"]}, "protected_tags"),
        ({"enable_cross_account_access": True, "allowed_account_ids": [A]}, "enable_cross_account_access"),
        ({"organization_id": ORGANIZATION}, "organization_id"),
        ({"enable_lambda_pull": True}, "enable_lambda_pull"),
        ({"organization_paths": ["o-a1b2c3d4e5/r-ab12/*"]}, "organization_paths"),
        ({"pull_principals": [A]}, "pull_principals"),
        ({"admin_principals": [A]}, "admin_principals"),
        ({"push_account_ids": [A]}, "push_account_ids"),
        ({"push_organization_id": ORGANIZATION}, "push_organization_id"),
        ({"policy_statements": [{"actions": ["ecr:BatchGetImage"], "principals": [A]}]}, "policy_statements"),
    ],
)
def test_defaults_that_would_add_something_are_set_aside(defaults, expected):
    said = options(repository(), defaults)
    assert not said[expected]


def test_defaults_that_say_it_already_are_left_to_say_it():
    defaults = {"enable_cross_account_access": True, "allowed_account_ids": [B, A], "max_image_count": 7}
    found = repository(lifecycle_policy=lifecycle(max_image_count=7), repository_policy=grants([A, B]))
    assert options(found, defaults) == {"adopt": True}


def test_a_default_policy_in_json_is_compared_by_what_it_says():
    assert options(repository(lifecycle_policy=HAND_MADE), {"lifecycle_policy": f"  {HAND_MADE}"}) == {
        "adopt": ["repository", "lifecycle_policy"]
    }


def test_the_key_of_the_environment_is_not_said_again():
    settings = {"ecr_encryption_type": "KMS", "ecr_kms_key": {"alias": "alias/ecr"}}
    account = Account(account_id=ACCOUNT, keys={"alias/ecr": KEY})
    same, other = (repository(encryption_type="KMS", kms_key=key) for key in (KEY, OTHER_KEY))
    assert options(same, account=account, **settings) == {**NOTHING_KEPT, "adopt": ["repository"]}
    assert options(other, account=account, **settings)["kms_key"] == OTHER_KEY
    assert options(same, **settings)["kms_key"] == KEY  # where nobody may look the alias up


def test_what_the_environment_grants_to_every_repository_is_not_said_again():
    settings = {"ecr_trusted_accounts": [{"account_id": A}], "organization_id": ORGANIZATION}
    found = repository(repository_policy=grants([A, B], ORGANIZATION))
    said = options(found, **settings)
    assert {name: said.get(name) for name in ("allowed_account_ids", "organization_id")} == {
        "allowed_account_ids": [B],
        "organization_id": None,
    }
    assert said["adopt"] == ["repository", "repository_policy"]


def test_the_organisation_that_is_read_at_plan_is_recognised():
    found = repository(repository_policy=grants(organization=ORGANIZATION))
    known = Account(account_id=ACCOUNT, organization_id=ORGANIZATION)
    assert options(found, account=known, organization=True)["adopt"] == ["repository", "repository_policy"]


def test_a_policy_that_the_environment_would_overwrite_is_a_problem():
    _, problems = described(repository(repository_policy=ODD), ecr_trusted_accounts=[{"account_id": A}])
    (problem,) = problems
    assert (problem.key, problem.code) == ("ecr_repositories.web", "adopt-policy")
    assert "--exclude shop-dev-web" in problem.fix


def test_what_no_entry_can_say_is_a_problem():
    _, problems = described(repository(encryption_type="KMS_X", kms_key=KEY, tags={"Team": "a;b"}))
    assert [problem.key for problem in problems] == [
        "ecr_repositories.web.encryption_type",
        "ecr_repositories.web.tags.Team",
    ]
    assert all("--exclude shop-dev-web" in problem.fix for problem in problems)


numbers = st.none() | st.integers(1, 99)
accounts = st.lists(st.sampled_from([A, B]), unique=True)
organizations = st.sampled_from([None, ORGANIZATION])
mutabilities = st.sampled_from(
    [("MUTABLE", ()), ("IMMUTABLE", ()), ("IMMUTABLE_WITH_EXCLUSION", ("v*",)), ("MUTABLE_WITH_EXCLUSION", ("w",))]
)
tags = st.dictionaries(
    st.sampled_from(["Team", "Project", "Environment", "Cost"]), st.sampled_from(["shop", "dev", "x"])
)
retentions = st.fixed_dictionaries(
    {},
    optional={
        "max_image_count": numbers,
        "expire_tagged_after_days": numbers,
        "protected_tags": st.lists(st.sampled_from(["v*", "w"]), unique=True),
    },
).flatmap(
    lambda values: st.sampled_from(["expire_untagged_after_days", "max_untagged_count"]).flatmap(
        lambda name: numbers.map(lambda number: {**values, name: number})
    )
)
HAND_MADE = json.dumps({"rules": [
    {
        "rulePriority": 3,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3},
        "action": {"type": "expire"},
    }
]})  # fmt: skip


@st.composite
def repositories(draw):
    mutability, filters = draw(mutabilities)
    values, key = draw(retentions), draw(st.sampled_from([None, KEY, OTHER_KEY]))
    accounts_, organization, by_lambda = draw(accounts), draw(organizations), draw(st.booleans())
    made = any(values.values())
    return repository(
        name=draw(st.sampled_from(["shop-dev-web", "legacy/web"])),
        image_tag_mutability=mutability,
        exclusion_filters=filters,
        scan_on_push=draw(st.booleans()),
        encryption_type="AES256" if key is None else "KMS",
        kms_key=key,
        tags=draw(tags),
        lifecycle_policy=draw(st.sampled_from([None, HAND_MADE, *([lifecycle(**values)] if made else [])])),
        repository_policy=grants(accounts_, organization, by_lambda)
        if accounts_ or organization or by_lambda
        else draw(st.sampled_from([None, ODD])),
    )


@st.composite
def defaults(draw):
    mutability, filters = draw(mutabilities)
    who = draw(accounts)
    said = {
        "image_tag_mutability": mutability,
        "image_tag_mutability_exclusion_filters": list(filters),
        "scan_on_push": draw(st.booleans()),
        "tags": draw(tags),
        "organization_id": draw(organizations),
        "enable_lambda_pull": draw(st.booleans()),
        "adopt": draw(st.booleans()),
    }
    kept = draw(st.sets(st.sampled_from(sorted(said))))
    return {
        **{name: said[name] for name in sorted(kept)},
        **({"enable_cross_account_access": True, "allowed_account_ids": who} if who else {}),
        **draw(retentions | st.just({"lifecycle_policy": json.loads(HAND_MADE)}) | st.just({})),
    }


@given(repositories(), defaults(), st.sampled_from([{}, {"ecr_encryption_type": "KMS", "ecr_kms_key": KEY}]))
def test_whatever_is_there_and_whatever_the_defaults_are_the_entry_makes_it_the_same(found, defaults, settings):
    """Through the text of a file and back: what is declared is what is there, and nothing else is touched."""
    account = Account(account_id=ACCOUNT)
    entry, problems = described(found, defaults, name="web", **settings)
    assert problems == []
    text = render_entries([entry], indent=0)
    data = {**settings, "ecr_defaults": defaults, "ecr_repositories": yaml.safe_load(text)}
    environment, _ = parse_environment({**HEAD, **data}, file="dev.yaml")
    declared = environment.repositories["web"]
    its = settings_of(declared)
    assert declared.repository_name == found.name
    assert (its.image_tag_mutability, its.image_tag_mutability_exclusion_filters) == (
        found.image_tag_mutability,
        found.exclusion_filters,
    )
    assert (its.scan_on_push, its.encryption_type) == (found.scan_on_push, found.encryption_type)
    assert declared.kms_key == found.kms_key
    wanted = {**environment.tags, **declared.options.tags}
    assert found.tags.items() <= wanted.items()
    there, made = found.lifecycle_policy, declared_lifecycle_policy(declared)
    assert (there is None) == (made is None)
    assert there is None or same_document(there, made)
    policy = declared_repository_policy(declared, account_id=ACCOUNT, organization_id=None)
    assert (policy is None) == (found.repository_policy in (None, ODD))
    assert policy is None or meaning_of(policy, "aws") == meaning_of(found.repository_policy, "aws")
    effects = effects_of(found, declared, environment=environment, account=account)
    assert (effects.of("warning"), effects.of("created")) == ([], [])
    allowed = ("tags added", "repository policy: written anew with the same meaning")
    assert all(text.startswith(allowed) for text in effects.of("changed"))
    assert set(effects.of("unmanaged")) <= {"repository policy"}
