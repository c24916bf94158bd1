"""The same values as keys of a file and as arguments of constructs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ecr_constructs as ecr
from ecr_constructs._engine.door import TerraformStack
from tests.constructs.synthesised import OTHER, OWN

KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd"
SELECTION = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
Call = Callable[[TerraformStack], object]
Alike = tuple[Mapping[str, Any], Call]
"""Keys of an environment's file, and what makes constructs of the same values."""


def repository(stack: TerraformStack, **options: Any) -> ecr.Repository:
    return ecr.Repository(stack, "Web", **{"repository_name": "shop-dev-web", **options})


def of_repository(**options: Any) -> Alike:
    """Return an option of a repository, as a key and as an argument by the same name."""
    return {"ecr_repositories": {"web": options}}, lambda stack: repository(stack, **options)


def retention(**options: Any) -> Alike:
    """Return options of a lifecycle policy, as keys and as arguments by the same names."""

    def call(stack: TerraformStack) -> None:
        rules = [ecr.LifecycleRule(**rule) for rule in options.get("lifecycle_rules", ())]
        arguments = {**options, **({"lifecycle_rules": rules} if rules else {})}
        ecr.LifecyclePolicy(stack, "Retention", repository=repository(stack), **arguments)

    return {"ecr_repositories": {"web": options}}, call


def rules(*several: Mapping[str, Any]) -> Alike:
    """Return rules of a lifecycle policy, each with what it does not say about itself."""
    made = [{"tag_status": "untagged", "count_type": "sinceImagePushed", "count_number": 5, **rule} for rule in several]
    return retention(lifecycle_rules=made)


def document(**rule: Any) -> Alike:
    """Return AWS's document with one rule, of which something is different; None leaves it out."""
    made = {"rulePriority": 1, "selection": SELECTION, "action": {"type": "expire"}, **rule}
    return retention(lifecycle_policy={"rules": [{key: value for key, value in made.items() if value is not ...}]})


def access(accounts: list[str], **more: Any) -> Alike:
    """Return accounts that may pull a repository."""

    def call(stack: TerraformStack) -> None:
        ecr.CrossAccountPolicy(stack, "Access", repository=repository(stack), allowed_account_ids=accounts, **more)

    options = {"enable_cross_account_access": True, "allowed_account_ids": accounts, **more}
    return {"ecr_repositories": {"web": options}}, call


def statement(**said: Any) -> Alike:
    """Return a statement of a repository's policy, of which something is different."""
    made = {"sid": "Mine", "actions": ["ecr:BatchGetImage"], "principals": [OTHER], **said}

    def call(stack: TerraformStack) -> None:
        statements = [ecr.PolicyStatement(**made)]
        ecr.CrossAccountPolicy(stack, "Access", repository=repository(stack), policy_statements=statements)

    return {"ecr_repositories": {"web": {"policy_statements": [made]}}}, call


def endpoints(**options: Any) -> Alike:
    """Return endpoints of a VPC, as keys and as arguments by the same names."""
    said = {"vpc_id": "vpc-1a2b3c4d", "subnet_ids": ["subnet-1a2b3c4d"], "route_table_ids": ["rtb-1a2b3c4d"], **options}

    def call(stack: TerraformStack) -> None:
        ecr.EcrVpcEndpoints(stack, "Endpoints", **said)

    return {"ecr_vpc_endpoints": said}, call


def published(prefix: str, *names: str) -> Alike:
    """Return repositories whose parameters are published below a prefix."""

    def call(stack: TerraformStack) -> None:
        for number, name in enumerate(names):
            made = ecr.Repository(stack, f"Of{number}", repository_name=f"shop-dev-{number}")
            ecr.SsmPublisher(stack, f"Published{number}", repository=made, name=name, prefix=prefix)

    return {"ecr_ssm_prefix": prefix, "ecr_repositories": {name: {"publish_to_ssm": True} for name in names}}, call


def template(prefix: str = "shop", **options: Any) -> Alike:
    said = {"applied_for": ["REPLICATION"], **options}

    def call(stack: TerraformStack) -> None:
        ecr.RepositoryCreationTemplate(stack, "Template", prefix=prefix, **said)

    return {"ecr_creation_templates": {prefix: said}}, call


def cache(prefix: str = "hub", **options: Any) -> Alike:
    def call(stack: TerraformStack) -> None:
        ecr.PullThroughCache(stack, "Cache", ecr_repository_prefix=prefix, **options)

    return {"ecr_pull_through_caches": {prefix: options}}, call


def excluded(*arns: str) -> Alike:
    def call(stack: TerraformStack) -> None:
        for number, arn in enumerate(arns):
            ecr.PullTimeUpdateExclusion(stack, f"Exclusion{number}", principal_arn=arn)

    return {"ecr_pull_time_update_exclusions": [*arns]}, call


def excluded_and_running(name: str) -> Alike:
    """Return a role whose pulls do not count, and by which ECS starts tasks."""
    arn = f"arn:aws:iam::{OWN}:role/{name}"
    keys, exclude = excluded(arn)

    def call(stack: TerraformStack) -> None:
        exclude(stack)
        ecr.EcsExecutionRole(stack, "Role", role_name=name, repositories=[repository(stack)])

    return {**keys, "ecr_repositories": {"web": {}}, "ecr_ecs_execution_role": {"name": name}}, call


def public(name: str = "cli", **options: Any) -> Alike:
    def call(stack: TerraformStack) -> None:
        ecr.PublicRepository(stack, "Public", repository_name=name, **options)

    return {"ecr_public_repositories": {"cli": {"repository_name": name, **options}}}, call


def findings(keys: Mapping[str, Any], **arguments: Any) -> Alike:
    return {"ecr_enable_scan_findings_logging": True, **keys}, lambda stack: ecr.ScanFindingsLog(
        stack, "Findings", **arguments
    )


def replicated(*destinations: Mapping[str, str]) -> Alike:
    def call(stack: TerraformStack) -> None:
        made = [ecr.ReplicationDestination(**each) for each in destinations]
        ecr.ReplicationConfig.of(stack).add_repository(repository(stack), destinations=made)

    options = {"enable_replication": True, "replication_destinations": [*destinations]}
    return {"ecr_repositories": {"web": options}}, call


def key_of(keys: Mapping[str, Any], call: Call) -> Alike:
    return {"ecr_encryption_type": "KMS", "ecr_kms_key": keys, "ecr_repositories": {"web": None}}, call


def many_rules(stack: TerraformStack) -> None:
    config = ecr.ReplicationConfig.of(stack)
    for number in range(11):
        config.add_rule(
            destinations=[ecr.ReplicationDestination(region=f"us-west-{number}")], repository_filters=[f"r{number}x"]
        )


def many_filters(stack: TerraformStack) -> None:
    scanning = ecr.RegistryScanning.of(stack)
    scanning.enable_enhanced_scanning()
    scanning.add_repositories(SCANNED, scan_frequency="CONTINUOUS_SCAN")
    for number, name in enumerate(NOT_SCANNED):
        ecr.Repository(stack, f"Not{number}", repository_name=name, scan_on_push=False)


SCANNED = [f"{number:03}x{number:03}" for number in range(101)]
NOT_SCANNED = [f"{number:03}y{number:03}" for number in range(101)]
