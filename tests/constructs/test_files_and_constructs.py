"""What a file refuses of a value, the constructs refuse of the same value, by the same code.

Each code that files can cause is in one of the tables here: with a file and the call of a construct that both have it,
or among those that are about files alone, with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import ecr_constructs as ecr
from ecr_constructs._engine.door import TerraformStack
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.errors import InvalidInput
from tests.constructs.alike import (
    KEY,
    NOT_SCANNED,
    SCANNED,
    SELECTION,
    Alike,
    Call,
    access,
    cache,
    document,
    endpoints,
    excluded,
    excluded_and_running,
    findings,
    key_of,
    many_filters,
    many_rules,
    of_repository,
    public,
    published,
    replicated,
    repository,
    retention,
    rules,
    statement,
    template,
)
from tests.constructs.alike_identities import DEPLOYMENTS, IDENTITIES, JOBS
from tests.constructs.synthesised import OTHER, OWN, synth

FILE = f'project: shop\nenv: dev\nregion: us-east-1\naccount_id: "{OWN}"\n'
ACCOUNTS = [f"{number}" for number in range(10**11, 10**11 + 400)]
ANY = {"tag_status": "any"}
TAGGED = {"tag_status": "tagged", "tag_pattern_list": ["v*"]}

SAME: dict[str, Alike] = {
    # access
    "access-own-account": access([OWN]),
    "access-twice": access([OTHER, OTHER]),
    "account-id": access(["12"]),
    "grant-principal": cache("quay", upstream="quay", principals=["me"]),
    "access-service-open": statement(principals=[], service_principals=["lambda.amazonaws.com"]),
    "access-wide": (
        {"ecr_repositories": {"web": {"push_organization_id": "o-a1b2c3d4e5"}}},
        lambda stack: ecr.CrossAccountPolicy(
            stack, "Access", repository=repository(stack), push_organization_id="o-a1b2c3d4e5"
        ),
    ),
    "organization-path": (
        {"ecr_repositories": {"web": {"push_organization_paths": ["o-a1b2c3d4e5/r"]}}},
        lambda stack: ecr.CrossAccountPolicy(
            stack, "Access", repository=repository(stack), push_organization_paths=["o-a1b2c3d4e5/r"]
        ),
    ),
    "policy-action-unused": statement(actions=["ecr:PutRegistryPolicy"]),
    "policy-actions": statement(actions=["ecr:Pull"]),
    "policy-condition": statement(conditions={"StringIs": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
    "policy-principals": statement(principals=[], service_principals=["lambda.c2s.ic.gov"]),
    "policy-public": statement(principals=["*"]),
    "policy-sid": statement(sid="mine!"),
    "policy-token-action": statement(actions=["ecr:GetAuthorizationToken"]),
    "organization-id": access([OTHER], organization_id="acme"),
    "policy-size": access(ACCOUNTS),
    # caches
    "pull-through-credentials": cache(upstream="docker-hub"),
    "pull-through-prefix": cache("Hub", upstream="quay"),
    "pull-through-role": cache("base", upstream=f"{OTHER}.dkr.ecr.us-east-1.amazonaws.com"),
    "pull-through-secret": cache(upstream="docker-hub", secret_name="hub"),
    "pull-through-secret-recovery": cache(upstream="docker-hub", create_secret=True, recovery_window_in_days=6),
    "pull-through-upstream": cache(upstream="dokcer-hub"),
    # keys
    "encryption-type": of_repository(encryption_type="KMS_DSSE", kms_key=KEY),
    "kms-alias": key_of({"alias": "ecr"}, lambda stack: ecr.RepositoryKey.from_alias(stack, "Key", "ecr")),
    "kms-key": of_repository(encryption_type="KMS", kms_key="1234abcd"),
    "kms-key-region": of_repository(encryption_type="KMS", kms_key=KEY.replace("us-east-1", "us-west-2")),
    "kms-key-unused": of_repository(kms_key=KEY),
    # lifecycle policies
    "lifecycle-beyond-kept-unused": retention(beyond_kept="archive"),
    "lifecycle-kept-patterns": retention(keep_tagged_per_pattern={"*": 5}),
    "lifecycle-none": template(),
    "lifecycle-preset-alone": retention(retention="development", keep_tagged_count=5),
    "lifecycle-shortcut-tagged": retention(keep_tagged_count=5, expire_tagged_after_days=5),
    "retention-mutability": retention(retention="production"),
    "lifecycle-age-alone": retention(expire_tagged_after_days=5),
    "lifecycle-any-last": rules({**ANY, "rule_priority": 1}, {"rule_priority": 2}),
    "lifecycle-any-room": rules({**ANY, "rule_priority": 1}, {}),
    "lifecycle-any-skips-tagged": rules(ANY, {"tag_status": "tagged", "tag_pattern_list": ["*"], "count_number": 9}),
    "lifecycle-any-unique": rules(ANY, ANY),
    "lifecycle-count-action": rules({"count_type": "sinceImagePulled"}),
    "lifecycle-count-number": document(selection={**SELECTION, "countNumber": 0}),
    "lifecycle-count-storage-class": rules({"storage_class": "archive"}),
    "lifecycle-count-type": document(selection={**SELECTION, "countType": "sinceImageMade"}),
    "lifecycle-count-unit": document(selection={**SELECTION, "countType": "sinceImagePushed", "countUnit": "hours"}),
    "lifecycle-count-unit-unused": rules({"count_type": "imageCountMoreThan", "count_unit": "days"}),
    "lifecycle-description": document(description=5),
    "lifecycle-description-number": rules({"description": "Expire after 9 days"}),
    "lifecycle-grows-archived": rules({"action_type": "transition"}),
    "lifecycle-grows-tagged": retention(max_image_count=None, expire_untagged_after_days=5),
    "lifecycle-grows-untagged": document(selection={**SELECTION, "tagStatus": "tagged", "tagPatternList": ["*"]}),
    "lifecycle-inert": rules({**TAGGED, "tag_pattern_list": ["*"]}, {**TAGGED, "count_number": 9}),
    "lifecycle-json-missing-key": document(rulePriority=...),
    "lifecycle-json-null": document(description=None),
    "lifecycle-json-repeated-key": retention(lifecycle_policy='{"rules": [], "rules": []}'),
    "lifecycle-json-syntax": retention(lifecycle_policy="{"),
    "lifecycle-json-type": document(selection=5),
    "lifecycle-json-unknown-key": document(colour="blue"),
    "lifecycle-policy-alone": retention(**{**document()[0]["ecr_repositories"]["web"], "max_image_count": 5}),
    "lifecycle-prefix-wildcard": rules({"tag_status": "tagged", "tag_prefix_list": ["v*"]}),
    "lifecycle-priority": document(rulePriority=0),
    "lifecycle-priority-unique": rules({"rule_priority": 1}, {**TAGGED, "rule_priority": 1}),
    "lifecycle-protected-reached": retention(
        protected_tags=["*-lts"],
        lifecycle_rules=[{**TAGGED, "count_type": "sinceImagePushed", "count_number": 5, "rule_priority": 1}],
    ),
    "lifecycle-protects-nothing": retention(protected_tags=["-v"], max_image_count=5),
    "lifecycle-rules": rules(*({**TAGGED, "tag_pattern_list": [f"t{number}"]} for number in range(51))),
    "lifecycle-selects-nothing": rules({**TAGGED, "tag_pattern_list": ["-v"]}),
    "lifecycle-shortcut-untagged": retention(expire_untagged_after_days=5, max_untagged_count=5),
    "lifecycle-size": rules(
        *({**TAGGED, "tag_pattern_list": [f"t{number}"], "description": "d" * 900} for number in range(40))
    ),
    "lifecycle-storage-class": document(selection={**SELECTION, "storageClass": "cold"}),
    "lifecycle-tag": document(selection={**SELECTION, "tagStatus": "tagged", "tagPatternList": [5]}),
    "lifecycle-tag-status": document(selection={**SELECTION, "tagStatus": "some"}),
    "lifecycle-tag-wildcards": rules({**TAGGED, "tag_pattern_list": ["*a*b*c*d*e*"]}),
    "lifecycle-tags-and": rules({**TAGGED, "tag_pattern_list": ["v*", "w*"]}),
    "lifecycle-tags-both": rules({**TAGGED, "tag_prefix_list": ["v"]}),
    "lifecycle-tags-missing": rules({"tag_status": "tagged"}),
    "lifecycle-tags-unique": rules(TAGGED, TAGGED),
    "lifecycle-tags-unused": rules({"tag_pattern_list": ["v*"]}),
    "lifecycle-target-storage-class": document(action={"type": "transition", "targetStorageClass": "cold"}),
    "lifecycle-target-unused": rules({"target_storage_class": "archive"}),
    "lifecycle-untagged-unique": rules({}, {}),
    # parameters
    "ssm-collision": published("/ecr", "web", "web/url"),
    "ssm-path": published("/e r", "web"),
    "ssm-path-length": published(f"/{'e' * 1020}", "web"),
    "ssm-path-levels": published("/a" * 15, "web"),
    "ssm-path-reserved": published("/aws/ecr", "web"),
    # the registry
    "account-settings-empty": (
        {"ecr_account_settings": {}},
        lambda stack: ecr.AccountSettings(stack, "Settings"),
    ),
    "alert-topic": findings(
        {"ecr_scan_alert_severity": "HIGH", "ecr_scan_alert_topic_arn": "me@example.com"},
        alert_severity="HIGH",
        topic_arn="me@example.com",
    ),
    "log-retention": findings({"ecr_log_retention_days": 8}, retention_in_days=8),
    "public-catalog": public(description="d" * 1025),
    "public-repository-name": public("CLI"),
    "public-undiscoverable": public(architectures=["arm64"]),
    "pull-exclusion": excluded(OTHER),
    "pull-exclusion-foreign": excluded(f"arn:aws:iam::{OTHER}:role/scanner"),
    "pull-exclusion-runs": excluded_and_running("tasks"),
    "pull-exclusion-twice": excluded(*[f"arn:aws:iam::{OWN}:role/scanner"] * 2),
    "pull-exclusions": excluded(*(f"arn:aws:iam::{OWN}:role/scanner-{number}" for number in range(101))),
    "registry-policy-prefix": (
        {
            "ecr_registry_policy": {
                "replication_sources": [{"account_id": OTHER, "repository_prefixes": ["Shop"]}],
            }
        },
        lambda stack: ecr.RegistryPolicy.of(stack).grant_replication([OTHER], repository_prefixes=["Shop"]),
    ),
    "replication-destination": replicated({"region": "us-east-1"}),
    "replication-destinations": replicated(*({"region": f"us-west-{number}"} for number in range(26))),
    "replication-partition": replicated({"region": "cn-north-1"}),
    "replication-rules": (
        {
            "ecr_repositories": {
                f"r{number}x": {
                    "enable_replication": True,
                    "replication_destinations": [{"region": f"us-west-{number}"}],
                }
                for number in range(11)
            }
        },
        many_rules,
    ),
    "scanning-filters": (
        {
            "ecr_repositories": {
                **{
                    name: {
                        "repository_name": name,
                        "enable_enhanced_scanning": True,
                        "scan_frequency": "CONTINUOUS_SCAN",
                    }
                    for name in SCANNED
                },
                **{name: {"repository_name": name, "scan_on_push": False} for name in NOT_SCANNED},
            }
        },
        many_filters,
    ),
    "template-any-push": template("ROOT", applied_for=["CREATE_ON_PUSH"]),
    "template-applied-for": template(applied_for=[]),
    "template-description": template(description="d" * 257),
    "template-prefix": template("Shop"),
    "template-role": template(resource_tags={"Team": "web"}),
    # the network
    "endpoints-id": endpoints(vpc_id="my-vpc"),
    "endpoints-lookup": endpoints(vpc_name="main"),
    "endpoints-policy-size": endpoints(principal_account_ids=[f"{number}" for number in range(10**11, 10**11 + 2000)]),
    "endpoints-s3": endpoints(s3_bucket_arns=["mine"]),
    "endpoints-s3-closed": endpoints(),
    # repositories
    "region": replicated({"region": "us_west_2"}),
    "repository-name": of_repository(repository_name="Web"),
    "tag-exclusion-filters": of_repository(
        image_tag_mutability="IMMUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=["a*b*c*d"]
    ),
    "tags": of_repository(tags={"aws:team": "web"}),
    **DEPLOYMENTS,
    **IDENTITIES,
    **JOBS,
}


# What constructs say by another code: the file may have the key of a repository among its defaults, and a list in which
# something stands twice.
OTHERWISE = {"kms-key-unused": "kms-key", "pull-exclusion-twice": "one-per-registry"}


def of_files(codes: str, reason: str) -> dict[str, str]:
    return dict.fromkeys(codes.split(), reason)


FILES_ALONE = {
    **of_files(
        "file file-size file-suffix directory environment-name yaml-alias yaml-documents yaml-duplicate-key "
        "yaml-encoding yaml-expression yaml-key yaml-merge yaml-size yaml-syntax yaml-tag yaml-value unknown-key "
        "required text-lines",
        "is about how files are written",
    ),
    **of_files("choice range type lifecycle-policy-type kms-key-create", "has a code of its subject, or argument-type"),
    **of_files(
        "access-not-enabled access-without-accounts findings-not-logged replication-not-enabled strategy-unused "
        "scan-frequency-unused state-without-bucket reference-option ecr-config strategy-empty deployment-unused "
        "oidc-deploys-nothing oidc-one-role oidc-unused "
        "lifecycle-replicas",
        "is about keys that go together, of which a construct is one",
    ),
    **of_files(
        "account-settings-shared findings-shared registry-key-shared registry-policy-shared replication-shared "
        "scanning-shared replication-counterpart replication-closed replication-source source-access source-closed "
        "source-repository strategy-partition strategy-source trusted-account pull-through-closed state-shared "
        "stack-taken ecr-config-source lambda-region endpoints-region endpoints-shared deployment-account "
        "deployment-source",
        "is about what other files say",
    ),
    **of_files(
        "acknowledge-code acknowledge-default acknowledge-unused adopt-left adopted renamed rename-adopted "
        "rename-default rename-replaces rename-source rename-stack rename-taken replacement-allowed protected "
        "repository-name-default",
        "is about what an environment says of itself as a whole",
    ),
    **of_files(
        "logical-name logical-name-taken name-template project-name ssm-parameter deployment-repositories "
        "identity-repository",
        "is about logical names and what is made of them",
    ),
    **of_files(
        "bucket-name state-key version-constraint provider-older provider-raised assume-role external-id profile-name",
        "is about the stack's backend and provider",
    ),
    **of_files(
        "deployment-immutable identity-lambda-closed identity-unpublished",
        "is about options of a repository that somebody else's key depends on",
    ),
    **of_files("output-name kms-key-state", "is about the state of another stack, which a program reads by itself"),
    **of_files("lambda-organization organization-twice", "is about defaults that meet options of a repository"),
    **of_files(
        "kms-without-key region-unknown tags-alike grant-other-side",
        "is no error, but pointed out to who writes a file by hand",
    ),
    **of_files(
        "replication-accident replication-deletions scan-accident tags-in-place",
        "depends on all of an app, which synthesis alone knows; constructs warn then",
    ),
    **of_files("repository-uri", "is about a workload's key; constructs take names and ARNs"),
    **of_files("public-region", "has a provider of its own made for it by the environment"),
    **of_files(
        "repository-name-taken secret-taken template-twice ssm-limit",
        "is of what one construct does not know of another",
    ),
}


@pytest.fixture
def of_a_file(tmp_path: Path) -> Callable[[Mapping[str, Any]], set[str]]:
    """Return the codes of what is said of a file with some keys."""

    def codes(keys: Mapping[str, Any]) -> set[str]:
        folder = tmp_path / "environments"
        folder.mkdir()
        (folder / "dev.yaml").write_text(FILE + yaml.safe_dump(json.loads(json.dumps(keys))), encoding="utf-8")
        try:
            return {notice.code for each in load_environments(folder) for notice in each.notices}
        except InvalidInput as error:
            return {problem.code for problem in error.problems}

    return codes


def of_constructs(stack: TerraformStack, call: Call) -> set[str]:
    """Return the codes of what constructs raise or point out."""
    try:
        call(stack)
        synth(stack)
    except InvalidInput as error:
        return {problem.code for problem in error.problems}
    except RuntimeError as error:  # what is raised while the engine synthesises
        return {*re.findall(r"\[([a-z0-9-]+)\]$", str(error), re.MULTILINE)}
    annotations = [entry for each in stack.node.find_all() for entry in each.node.metadata]
    said = [entry.data for entry in annotations if entry.type in ("@cdktf/info", "@cdktf/warn")]
    return {code for text in said for code in re.findall(r"\[([a-z0-9-]+)\]$", text)}


def test_every_code_of_files_is_here_once() -> None:
    known = {code for code, entry in catalogue().items() if entry.by == "files"}
    assert known == SAME.keys() | FILES_ALONE.keys()
    assert SAME.keys() & FILES_ALONE.keys() == set()


@pytest.mark.parametrize("code", SAME)
def test_what_a_file_says_of_a_value_the_constructs_say_of_it(
    code: str, of_a_file: Callable[[Mapping[str, Any]], set[str]], stack: TerraformStack
) -> None:
    keys, call = SAME[code]
    assert code in of_a_file(keys)
    assert OTHERWISE.get(code, code) in of_constructs(stack, call)
