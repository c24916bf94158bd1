"""Configurations that users of other modules have: what those modules make of them, ours make as well.

Read were the examples and test fixtures of terraform-aws-modules/terraform-aws-ecr 3.2.0, cloudposse/terraform-aws-ecr
(2025-12) and lgallard/terraform-aws-ecr 2.1. The expectations are the attributes that those modules set, less what AWS
ignores or refuses in them, which each test names. Descriptions of rules are prose and not compared.
"""

from __future__ import annotations

import json

import pytest

from ecr_constructs import (
    CrossAccountPolicy,
    LifecyclePolicy,
    LifecycleRule,
    PolicyStatement,
    ReplicationConfig,
    ReplicationDestination,
    Repository,
)
from ecr_constructs._engine.aws import DataAwsCallerIdentity, KmsKey
from ecr_constructs.core.access.levels import PULL_ACTIONS, PUSH_ACTIONS
from tests.constructs.synthesised import OTHER, OWN, every, only, statements
from tests.constructs.synthesised import rules as all_rules

CI = f"arn:aws:iam::{OWN}:role/ci"
ROOT = f"arn:aws:iam::{OWN}:root"
ORGANIZATION = "o-a1b2c3d4e5"

# What the modules let readers do; ecr:GetAuthorizationToken, which does nothing in a repository policy, is left out.
READING = (
    *PULL_ACTIONS,
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetLifecyclePolicy",
    "ecr:GetLifecyclePolicyPreview",
    "ecr:GetRepositoryPolicy",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
)
# What they let writers do lacks ecr:BatchGetImage, without which a push fails.
WRITING = {"ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"}


def attributes(stack):
    """Return the attributes of the one repository, blocks that hold one thing as that thing."""
    resource = dict(only(stack, "aws_ecr_repository"))
    filters = resource.pop("image_tag_mutability_exclusion_filter", [])
    (encryption,) = resource.pop("encryption_configuration")
    assert {each["filter_type"] for each in filters} <= {"WILDCARD"}
    return {
        **resource,
        "image_scanning_configuration": resource["image_scanning_configuration"]["scan_on_push"],
        "encryption_configuration": tuple(encryption.values()),
        "image_tag_mutability_exclusion_filter": [each["filter"] for each in filters],
    }


def rules(stack):
    """Return the lifecycle rules as (tags, count type, number); the prefix `v` is the pattern `v*`."""
    found = []
    for number, rule in enumerate(all_rules(stack), start=1):
        selection = rule["selection"]
        assert (rule["rulePriority"], rule["action"]) == (number, {"type": "expire"})
        assert selection.get("countUnit", "days") == "days"
        tags = selection.get("tagPatternList", [f"{each}*" for each in selection.get("tagPrefixList", [])])
        found.append((tags or selection["tagStatus"], selection["countType"], selection["countNumber"]))
    return found


def policy(stack):
    """Return the statements by sid: who may do what."""
    return {
        each["Sid"]: (each["Principal"], {each["Action"]} if isinstance(each["Action"], str) else set(each["Action"]))
        for each in statements(stack)
    }


def replication(stack):
    """Return each rule as (what names begin with, where to)."""
    return [
        (
            {each["filter"] for each in rule["repository_filter"]},
            {(each["region"], each["registry_id"]) for each in rule["destination"]},
        )
        for rule in only(stack, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]
    ]


KEEP_30_RELEASES = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Keep last 30 images",
            "selection": {
                "tagStatus": "tagged",
                "tagPrefixList": ["v"],
                "countType": "imageCountMoreThan",
                "countNumber": 30,
            },
            "action": {"type": "expire"},
        }
    ]
}


class TestTerraformAwsModules:
    def tags(self, name):
        return {
            "Name": name,
            "Example": name,
            "Repository": "https://github.com/terraform-aws-modules/terraform-aws-ecr",
        }

    def test_examples_complete(self, stack):
        caller = DataAwsCallerIdentity(stack, "current")
        repository = Repository(
            stack,
            "Ecr",
            repository_name="ecr-ex-complete",
            image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=["latest*", "dev-*", "qa-*"],
            force_delete=True,
            tags=self.tags("ecr-ex-complete"),
        )
        repository.add_to_policy(
            PolicyStatement(sid="PrivateReadOnly", actions=READING, principals=[caller.arn]),
            PolicyStatement(sid="ReadWrite", actions=PUSH_ACTIONS, principals=[caller.arn]),
        )
        LifecyclePolicy(stack, "Lifecycle", repository=repository, lifecycle_policy=json.dumps(KEEP_30_RELEASES))
        ReplicationConfig.of(stack).add_rule(
            destinations=[ReplicationDestination(region="us-west-2"), ReplicationDestination(region="eu-west-1")],
            repository_filters=["prod-microservice"],
        )
        assert attributes(stack) == {
            "name": "ecr-ex-complete",
            "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
            "image_tag_mutability_exclusion_filter": ["latest*", "dev-*", "qa-*"],
            "image_scanning_configuration": True,
            "encryption_configuration": ("AES256",),
            "force_delete": True,
            "tags": self.tags("ecr-ex-complete"),
        }
        who = {"AWS": "${data.aws_caller_identity.current.arn}"}
        allowed = policy(stack)
        assert allowed["PrivateReadOnly"] == (who, set(READING))
        assert allowed["ReadWrite"] == (who, {*WRITING, "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"})
        assert all_rules(stack) == KEEP_30_RELEASES["rules"]
        assert replication(stack) == [({"prod-microservice"}, {("us-west-2", OWN), ("eu-west-1", OWN)})]

    def test_examples_repository_template(self, stack):
        """A repository with the settings that the template gives to those made by it."""
        repository = Repository(
            stack,
            "Ecr",
            repository_name="ecr-public/nginx",
            image_tag_mutability="MUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=["latest*", "dev-*", "qa-*"],
            tags=self.tags("ecr-ex-repository-template"),
        )
        repository.add_to_policy(PolicyStatement(sid="PrivateReadOnly", actions=READING, principals=[ROOT]))
        LifecyclePolicy(stack, "Lifecycle", repository=repository, lifecycle_policy=KEEP_30_RELEASES)
        assert attributes(stack) == {
            "name": "ecr-public/nginx",
            "image_tag_mutability": "MUTABLE_WITH_EXCLUSION",
            "image_tag_mutability_exclusion_filter": ["latest*", "dev-*", "qa-*"],
            "image_scanning_configuration": True,
            "encryption_configuration": ("AES256",),
            "tags": self.tags("ecr-ex-repository-template"),
        }
        assert policy(stack) == {"PrivateReadOnly": ({"AWS": ROOT}, set(READING))}
        assert rules(stack) == [(["v*"], "imageCountMoreThan", 30)]

    def test_functions_that_may_use_the_images(self, stack):
        """`repository_lambda_read_access_arns`, with every function of an account instead of single ones."""
        repository = Repository(stack, "Ecr", repository_name="ecr-ex-complete")
        CrossAccountPolicy(stack, "Access", repository=repository, enable_lambda_pull=True)
        (statement,) = statements(stack)
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert statement["Action"] == ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


class TestCloudPosse:
    TAGS = {"Name": "eg-test-ecr-test", "Namespace": "eg", "Stage": "test"}  # noqa: RUF012 - never changed
    UNTAGGED = ("untagged", "imageCountMoreThan", 1)

    def repository(self, stack, name="eg-test-ecr-test", **others):
        """A repository as the module makes it by default: its tags cannot be changed."""
        given = {"image_tag_mutability": "IMMUTABLE", "tags": self.TAGS, **others}
        return Repository(stack, f"Ecr-{name}", repository_name=name, **given)

    def test_fixtures_complete_and_scanning(self, stack):
        repository = self.repository(stack, encryption_type="AES256")
        LifecyclePolicy(stack, "Rotation", repository=repository, max_untagged_count=1, max_image_count=500)
        assert attributes(stack) == {
            "name": "eg-test-ecr-test",
            "image_tag_mutability": "IMMUTABLE",
            "image_tag_mutability_exclusion_filter": [],
            "image_scanning_configuration": True,
            "encryption_configuration": ("AES256",),
            "tags": self.TAGS,
        }
        assert rules(stack) == [self.UNTAGGED, ("any", "imageCountMoreThan", 500)]

    def test_fixtures_immutable(self, stack):
        """`dev-`, without a wildcard, is the tag of that name alone, there as here."""
        self.repository(
            stack,
            image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=["latest", "dev-"],
        )
        found = attributes(stack)
        assert found["image_tag_mutability"] == "IMMUTABLE_WITH_EXCLUSION"
        assert found["image_tag_mutability_exclusion_filter"] == ["latest", "dev-"]

    def test_protected_tags(self, stack):
        LifecyclePolicy(
            stack,
            "Rotation",
            repository=self.repository(stack),
            protected_tags=["*-prod", "v*"],
            max_untagged_count=1,
            max_image_count=500,
        )
        assert rules(stack) == [
            (["*-prod"], "imageCountMoreThan", 999999),
            (["v*"], "imageCountMoreThan", 999999),
            self.UNTAGGED,
            ("any", "imageCountMoreThan", 500),
        ]

    def test_protected_tags_of_which_the_newest_are_kept(self, stack):
        """`protected_tags_keep_count`; prefixes stay prefixes."""
        rule = LifecycleRule(
            tag_status="tagged", tag_prefix_list=["v"], count_type="imageCountMoreThan", count_number=20
        )
        LifecyclePolicy(
            stack,
            "Rotation",
            repository=self.repository(stack),
            lifecycle_rules=[rule],
            max_untagged_count=1,
            max_image_count=500,
        )
        assert rules(stack) == [(["v*"], "imageCountMoreThan", 20), self.UNTAGGED, ("any", "imageCountMoreThan", 500)]

    def test_time_based_rotation(self, stack):
        by_age = LifecycleRule(tag_status="any", count_type="sinceImagePushed", count_number=30)
        LifecyclePolicy(
            stack,
            "Rotation",
            repository=self.repository(stack),
            max_untagged_count=1,
            lifecycle_rules=[by_age],
        )
        assert rules(stack) == [self.UNTAGGED, ("any", "sinceImagePushed", 30)]

    def test_custom_rules(self, stack):
        """One for untagged images replaces the default one, and the one for all images stays last."""
        custom = [
            LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=7),
            LifecycleRule(
                tag_status="tagged", tag_pattern_list=["pr-*"], count_type="sinceImagePushed", count_number=14
            ),
        ]
        LifecyclePolicy(
            stack, "Rotation", repository=self.repository(stack), lifecycle_rules=custom, max_image_count=500
        )
        assert rules(stack) == [
            ("untagged", "sinceImagePushed", 7),
            (["pr-*"], "sinceImagePushed", 14),
            ("any", "imageCountMoreThan", 500),
        ]

    def test_principals(self, stack):
        """Readers, writers, owners and those that pull through."""
        through = ("ecr:BatchImportUpstreamImage", "ecr:TagResource")
        self.repository(stack).add_to_policy(
            PolicyStatement(sid="ReadonlyAccess", actions=READING, principals=[ROOT, CI]),
            PolicyStatement(sid="PushAccess", actions=PUSH_ACTIONS, principals=[CI]),
            PolicyStatement(sid="FullAccess", actions=["ecr:*"], principals=[CI]),
            PolicyStatement(sid="PullThroughAccess", actions=through, principals=[CI]),
        )
        assert policy(stack) == {
            "ReadonlyAccess": ({"AWS": [CI, ROOT]}, set(READING)),
            "PushAccess": ({"AWS": CI}, {*WRITING, "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage"}),
            "FullAccess": ({"AWS": CI}, {"ecr:*"}),
            "PullThroughAccess": ({"AWS": CI}, set(through)),
        }

    def test_functions_of_other_accounts(self, stack):
        """Of the repository's own region alone, because Lambda fetches from no other."""
        CrossAccountPolicy(stack, "Access", repository=self.repository(stack), lambda_account_ids=[OTHER])
        actions = {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
        assert policy(stack) == {
            "LambdaECRImageCrossAccountRetrievalPolicy": ({"Service": "lambda.amazonaws.com"}, actions),
            "CrossAccountPermission": ({"AWS": f"arn:aws:iam::{OTHER}:root"}, actions),
        }

    @pytest.mark.parametrize(
        ("sid", "actions"),
        [
            ("OrganizationsReadonlyAccess", READING),
            ("OrganizationsFullAccess", ("ecr:*",)),
            ("OrganizationsPushAccess", PUSH_ACTIONS),
        ],
    )
    def test_organizations(self, stack, sid, actions):
        condition = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
        self.repository(stack).add_to_policy(
            PolicyStatement(sid=sid, actions=actions, principals=["*"], conditions=condition)
        )
        (statement,) = statements(stack)
        assert (statement["Principal"], statement["Condition"]) == ("*", condition)

    def test_examples_replication(self, make_stack):
        stack = make_stack(region="us-east-2")
        redis = self.repository(stack, "redis")
        ReplicationConfig.of(stack).add_repository(
            redis, destinations=[ReplicationDestination(region="us-east-1"), ReplicationDestination(region="eu-west-1")]
        )
        assert replication(stack) == [({"redis"}, {("us-east-1", OWN), ("eu-west-1", OWN)})]

    def test_examples_several_images(self, stack):
        for name in ("redis", "nginx"):
            repository = self.repository(stack, name)
            LifecyclePolicy(repository, "Rotation", repository=repository, max_untagged_count=1, max_image_count=500)
        repositories = every(stack, "aws_ecr_repository").values()
        assert {each.pop("name") for each in repositories} == {"redis", "nginx"}
        assert len({json.dumps(each, sort_keys=True) for each in repositories}) == 1
        texts = [each["policy"] for each in every(stack, "aws_ecr_lifecycle_policy").values()]
        assert len(texts) == 2
        assert len(set(texts)) == 1


class TestLgallard:
    def test_examples_protected(self, stack):
        key = KmsKey(stack, "key")
        tags = {
            "Name": "protected-ecr-repo",
            "Environment": "production",
            "Protected": "true",
            "ManagedBy": "Terraform",
        }
        repository = Repository(
            stack,
            "Ecr",
            repository_name="protected-ecr-repo",
            image_tag_mutability="IMMUTABLE",
            prevent_destroy=True,
            encryption_type="KMS",
            kms_key=key.arn,
            tags=tags,
        )
        pulling = (*PULL_ACTIONS, "ecr:DescribeRepositories", "ecr:GetRepositoryPolicy", "ecr:ListImages")
        deleting = ("ecr:DeleteRepository", "ecr:DeleteRepositoryPolicy")
        repository.add_to_policy(
            PolicyStatement(sid="DenyDelete", effect="Deny", actions=deleting, principals=[ROOT]),
            PolicyStatement(sid="AllowPull", actions=pulling, principals=[ROOT]),
        )
        assert attributes(stack) == {
            "name": "protected-ecr-repo",
            "image_tag_mutability": "IMMUTABLE",
            "image_tag_mutability_exclusion_filter": [],
            "image_scanning_configuration": True,
            "encryption_configuration": ("KMS", "${aws_kms_key.key.arn}"),
            "lifecycle": {"prevent_destroy": True},
            "tags": tags,
        }
        assert {each["Sid"]: each["Effect"] for each in statements(stack)} == {
            "DenyDelete": "Deny",
            "AllowPull": "Allow",
        }
        assert policy(stack) == {
            "DenyDelete": ({"AWS": ROOT}, set(deleting)),
            "AllowPull": ({"AWS": ROOT}, set(pulling)),
        }

    def test_fixtures_complete(self, stack):
        tags = {"Environment": "test", "Terraform": "true", "Test": "true", "Name": "ecr-test"}
        repository = Repository(
            stack,
            "Ecr",
            repository_name="ecr-test",
            image_tag_mutability="IMMUTABLE",
            encryption_type="KMS",
            kms_key=KmsKey(stack, "key").arn,
            force_delete=True,
            tags=tags,
        )
        repository.add_to_policy(PolicyStatement(sid="TestPolicy", actions=PULL_ACTIONS, principals=[ROOT]))
        LifecyclePolicy(stack, "Lifecycle", repository=repository, max_image_count=10)
        assert attributes(stack) == {
            "name": "ecr-test",
            "image_tag_mutability": "IMMUTABLE",
            "image_tag_mutability_exclusion_filter": [],
            "image_scanning_configuration": True,
            "encryption_configuration": ("KMS", "${aws_kms_key.key.arn}"),
            "force_delete": True,
            "tags": tags,
        }
        assert policy(stack) == {"TestPolicy": ({"AWS": ROOT}, set(PULL_ACTIONS))}
        assert rules(stack) == [("any", "imageCountMoreThan", 10)]

    @pytest.mark.parametrize(
        ("untagged", "count", "prefixes", "age"),
        [
            (7, 50, ("dev", "feature"), None),
            (14, 100, ("v", "release", "prod"), 90),
            (30, 200, ("v", "release", "audit"), 365),
            (5, 25, ("test", "qa"), 45),
        ],
    )
    def test_fixtures_lifecycle_policies(self, stack, untagged, count, prefixes, age):
        """Of its prefixes, meant as alternatives, each has a rule of its own: in one list they would mean AND."""
        kept = [
            LifecycleRule(
                tag_status="tagged", tag_prefix_list=[each], count_type="imageCountMoreThan", count_number=count
            )
            for each in prefixes
        ]
        rest = LifecycleRule(tag_status="any", count_type="sinceImagePushed", count_number=age or 0)
        LifecyclePolicy(
            stack,
            "Lifecycle",
            repository=Repository(stack, "Ecr", repository_name="lifecycle-test"),
            expire_untagged_after_days=untagged,
            lifecycle_rules=kept if age is None else [*kept, rest],
        )
        assert rules(stack) == [
            *(([f"{each}*"], "imageCountMoreThan", count) for each in prefixes),
            ("untagged", "sinceImagePushed", untagged),
            *([] if age is None else [("any", "sinceImagePushed", age)]),
        ]

    def test_fixtures_lifecycle_policies_to_save_cost(self, stack):
        """Its template has two rules for all images, by number and by age; AWS takes one, here that by number."""
        repository = Repository(stack, "Ecr", repository_name="lifecycle-test")
        LifecyclePolicy(stack, "Lifecycle", repository=repository, expire_untagged_after_days=3, max_image_count=10)
        assert rules(stack) == [("untagged", "sinceImagePushed", 3), ("any", "imageCountMoreThan", 10)]

    def test_fixtures_lifecycle_policies_by_hand(self, stack):
        document = json.loads(json.dumps(KEEP_30_RELEASES).replace('"v"', '"manual"').replace("30}", "3}"))
        repository = Repository(stack, "Ecr", repository_name="lifecycle-test")
        LifecyclePolicy(stack, "Lifecycle", repository=repository, lifecycle_policy=json.dumps(document))
        assert rules(stack) == [(["manual*"], "imageCountMoreThan", 3)]
