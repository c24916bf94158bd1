"""What a repository made here and one that exists already have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from ecr_constructs._engine import Annotations, Construct, TerraformElement, TerraformProvider
from ecr_constructs._engine.aws import EcrLifecyclePolicy, EcrRepositoryPolicy
from ecr_constructs._engine.registry import registry_of
from ecr_constructs.core.access import PULL_ACTIONS, PUSH_ACTIONS, READ_ACTIONS, grant_services
from ecr_constructs.core.aws import account_root_arn
from ecr_constructs.core.iam import PolicyStatement, check_repository_policy, render_policy
from ecr_constructs.core.lifecycle import (
    LifecycleRule,
    Shortcuts,
    compose,
    inert_warnings,
    tag_list_warnings,
)
from ecr_constructs.core.lifecycle import render_policy as render_lifecycle_policy
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["Principal", "RepositoryBase"]

# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ACCOUNT_ID = re.compile(r"\d{12}")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")


class HasArn(Protocol):
    """Anything with an ARN, such as the bindings' `IamRole` and `DataAwsIamRole`."""

    @property
    def arn(self) -> str:
        """ARN of the principal."""


Principal = str | HasArn
"""Who may act: an account id, the ARN of a role or user (or an object that has one), or a service's principal."""


class RepositoryBase(Construct):
    """A repository, whether made here or existing already.

    It has one repository policy and one lifecycle policy. Grants, statements and rules may come from anywhere in the
    app and in any order, up to synthesis; each is checked with all that came before it.

    Attributes:
        name: Name of the repository.
        arn: ARN of the repository.
        url: Where to push and pull, without a tag.
        registry_id: Account that owns the repository.
        settings: What the repository was created with; None where that is not known.
    """

    name: str
    arn: str
    url: str
    registry_id: str
    settings: RepositorySettings | None

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        identity: str,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._identity = identity
        self._logical_id = logical_id
        self._provider = provider
        self._registry = registry_of(self, provider)
        self._statements: list[PolicyStatement] = []
        self._policy: EcrRepositoryPolicy | None = None
        self._lifecycle_rules: list[LifecycleRule] = []
        self._lifecycle_shortcuts = Shortcuts()
        self._lifecycle_policy: EcrLifecyclePolicy | None = None
        self._warnings: set[str] = set()

    def url_for_tag(self, tag: str = "latest") -> str:
        """Return the image of a tag, as `docker pull` takes it.

        Args:
            tag: 1 to 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`; default `latest`.

        Raises:
            InvalidInput: It is not a tag.
        """
        if not is_unresolved(tag) and not _TAG.fullmatch(tag):
            fix = "Use 1 to 128 letters, digits, '_', '.' and '-', starting with none of the last two."
            self._raise([Problem(("tag",), "image-tag", "must be an image tag", show(tag), fix)])
        return f"{self.url}:{tag}"

    def url_for_digest(self, digest: str) -> str:
        """Return the image of a digest, which never changes.

        Args:
            digest: `sha256:` and 64 hexadecimal digits.

        Raises:
            InvalidInput: It is not a digest.
        """
        if not is_unresolved(digest) and not _DIGEST.fullmatch(digest):
            fix = "Use sha256: and 64 hexadecimal digits, as `aws ecr describe-images` shows it."
            self._raise([Problem(("digest",), "image-digest", "must be an image digest", show(digest), fix)])
        return f"{self.url}@{digest}"

    def grant_pull(self, *principals: Principal) -> None:
        """Let principals pull images.

        A principal of another account needs an identity policy of its own as well, and everyone needs
        `ecr:GetAuthorizationToken` in one
        (https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html).

        Args:
            *principals: Account ids, ARNs or objects that have one, and services (`codebuild.amazonaws.com`, on behalf
                of the repository's own account alone).

        Raises:
            InvalidInput: A principal is none of these, or the policy would break one of ECR's rules.
        """
        self._grant(principals, PULL_ACTIONS, "GrantPull")

    def grant_push(self, *principals: Principal) -> None:
        """Let principals push images; arguments and errors as in `grant_pull`."""
        self._grant(principals, PUSH_ACTIONS, "GrantPush")

    def grant_pull_push(self, *principals: Principal) -> None:
        """Let principals pull and push images; arguments and errors as in `grant_pull`."""
        self._grant(principals, {*PULL_ACTIONS, *PUSH_ACTIONS}, "GrantPullPush")

    def grant_read(self, *principals: Principal) -> None:
        """Let principals list and describe images and findings; arguments and errors as in `grant_pull`."""
        self._grant(principals, READ_ACTIONS, "GrantRead")

    def add_to_policy(self, *statements: PolicyStatement) -> None:
        """Add statements to the repository's policy.

        Raises:
            InvalidInput: The policy would break one of ECR's rules, or open the repository to everyone.
        """
        self._contribute_statements(statements, self)

    def add_lifecycle_rule(self, *rules: LifecycleRule) -> None:
        """Add rules to the repository's lifecycle policy; those without a priority are numbered in order.

        Raises:
            InvalidInput: The rules, with those that were there before, are not what ECR takes.
        """
        self._contribute_lifecycle(rules, Shortcuts(), self)

    def _contribute_statements(self, statements: Iterable[PolicyStatement], contributor: Construct) -> None:
        added = tuple(statements)
        if not added:
            return
        raise_problems(check_repository_policy([*self._statements, *added]), source=contributor.node.path)
        self._statements.extend(added)
        text = render_policy(self._statements)
        if self._policy is None:
            self._registry.claim(f"policy of the repository {self._identity}", self.node.path)
            self._policy = EcrRepositoryPolicy(
                self, "Policy", repository=self.name, policy=text, provider=self._provider
            )
            self._address(self._policy)
        else:
            self._policy.policy = text

    def _contribute_lifecycle(
        self, rules: Iterable[LifecycleRule], shortcuts: Shortcuts, contributor: Construct
    ) -> None:
        written = [*self._lifecycle_rules, *rules]
        merged, problems = self._lifecycle_shortcuts.merge(shortcuts)
        composed, more = compose(written, merged)
        raise_problems([*problems, *more], source=contributor.node.path)
        if not composed:
            return
        self._lifecycle_rules, self._lifecycle_shortcuts = written, merged
        text = render_lifecycle_policy(composed)
        if self._lifecycle_policy is None:
            self._registry.claim(f"lifecycle policy of the repository {self._identity}", self.node.path)
            self._lifecycle_policy = EcrLifecyclePolicy(
                self, "LifecyclePolicy", repository=self.name, policy=text, provider=self._provider
            )
            self._address(self._lifecycle_policy)
        else:
            self._lifecycle_policy.policy = text
        for notice in (*inert_warnings(composed), *tag_list_warnings(composed)):
            # Untagged images apart from the rest is how policies are usually meant.
            if notice.code != "lifecycle-any-skips-untagged":
                self._warn(str(notice))

    def _grant(self, principals: Iterable[Principal], actions: Iterable[str], sid: str) -> None:
        names = [principal if isinstance(principal, str) else principal.arn for principal in principals]
        services = [name for name in names if not is_unresolved(name) and _SERVICE.fullmatch(name)]
        arns = tuple(
            account_root_arn(name, self._registry.partition) if _ACCOUNT_ID.fullmatch(name) else name
            for name in names
            if name not in services
        )
        statements = [PolicyStatement(sid=sid, actions=tuple(actions), principals=arns)] if arns else []
        if services:
            accounts = [self._registry.account_id]
            statements += grant_services(services, tuple(actions), source_account_ids=accounts, sid=sid)
        self._contribute_statements(statements, self)

    def _address(self, element: TerraformElement, suffix: str = "") -> None:
        """Give an element the Terraform address that follows from the logical id, where there is one."""
        if self._logical_id is not None:
            element.override_logical_id(f"{self._logical_id}{suffix}")

    def _warn(self, warning: str) -> None:
        if warning not in self._warnings:
            self._warnings.add(warning)
            Annotations.of(self).add_warning(warning)

    def _raise(self, problems: Iterable[Problem]) -> None:
        raise_problems(problems, source=self.node.path)
