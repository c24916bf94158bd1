"""What a repository made here and one that exists already have in common."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.aws import EcrLifecyclePolicy, EcrRepositoryPolicy
from ecr_constructs._engine.door import Construct, TerraformElement, TerraformProvider
from ecr_constructs._engine.unchecked import unchecked
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.grantees import Grantee
from ecr_constructs.constructs.base.grants import NamedElsewhere, grant
from ecr_constructs.constructs.base.lifecycle import LifecycleContributions
from ecr_constructs.constructs.base.placed import PlacedConstruct, stack_of
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.repository_events import RepositoryEvents
from ecr_constructs.constructs.base.state_blocks import add_import, add_move
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.constructs.base.tokens import check_list_tokens, rule_as_text
from ecr_constructs.core.access.levels import Level
from ecr_constructs.core.access.notices import service_notices
from ecr_constructs.core.adoption import PARTS, RepositoryPart
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.images import check_digest, check_tag
from ecr_constructs.core.lifecycle import (
    LifecycleRule,
    Retention,
    mutability_notices,
    policy_notices,
    render_lifecycle_policy,
)
from ecr_constructs.core.places import known_partition
from ecr_constructs.core.policies import check_repository_policy
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["RepositoryBase"]


@checks_arguments
class RepositoryBase(RepositoryEvents):
    """A repository, whether made here or existing already.

    It has one repository policy and one lifecycle policy. Grants, statements and rules may come from anywhere in the
    app and in any order, up to synthesis; each is checked with all that came before it.

    Attributes:
        repository_name: The name as it was given, for checks; `name` is an attribute that Terraform can depend on.
        name: Name of the repository.
        arn: ARN of the repository.
        url: Where to push and pull, without a tag.
        registry_id: Account that owns the repository.
        settings: What the repository was created with; None where that is not known.
    """

    repository_name: str
    name: str
    arn: str
    url: str
    registry_id: str
    settings: RepositorySettings | None
    _adopted: frozenset[RepositoryPart] = frozenset()
    _renamed_from: str | None = None

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
        self._elsewhere = NamedElsewhere(self)
        self._lifecycle = LifecycleContributions()
        self._lifecycle_policy: EcrLifecyclePolicy | None = None
        self._warns = False

    @property
    def policies(self) -> list[EcrRepositoryPolicy | EcrLifecyclePolicy]:
        """The `aws_ecr_repository_policy` and the `aws_ecr_lifecycle_policy`, each where one is made by now.

        For what must not be made before the repository lets it in, such as a function of an image:
        `depends_on=web.policies`. By its URL alone, Terraform makes the function and the policy at once.
        """
        return [each for each in (self._policy, self._lifecycle_policy) if each is not None]

    def url_for_tag(self, tag: str = "latest") -> str:
        """Return the image of a tag, as `docker pull` takes it.

        Args:
            tag: 1 to 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`; default `latest`.

        Raises:
            InvalidInput: It is not a tag.
        """
        self._raise(check_tag(tag, "tag"))
        return f"{self.url}:{tag}"

    def url_for_digest(self, digest: str) -> str:
        """Return the image of a digest, which never changes.

        Args:
            digest: `sha256:` and 64 hexadecimal digits.

        Raises:
            InvalidInput: It is not a digest.
        """
        self._raise(check_digest(digest, "digest"))
        return f"{self.url}@{digest}"

    def grant_pull(self, *principals: Grantee) -> None:
        """Let principals pull images.

        A principal of another account needs an identity policy of its own as well, and everyone needs
        `ecr:GetAuthorizationToken` in one
        (https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html). A role or
        user of this app gets it here: one inline policy `ecr-access`, whatever the number of repositories. Where it is
        of another stack, the provider of the repository has to say its account and region. For one that is named by its
        ARN, a notice says what is still needed.

        Args:
            *principals: Account ids, ARNs or objects that have one, and services (`codebuild.amazonaws.com`, on behalf
                of the repository's own account alone). A token is taken for an ARN.

        Raises:
            InvalidInput: A principal is none of these, the policy would break one of ECR's rules, or that of a role or
                user would be too long
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
        """
        grant(self, principals, [Level.PULL])

    def grant_push(self, *principals: Grantee) -> None:
        """Let principals push images; arguments and errors as in `grant_pull`."""
        grant(self, principals, [Level.PUSH])

    def grant_pull_push(self, *principals: Grantee) -> None:
        """Let principals pull and push images; arguments and errors as in `grant_pull`."""
        grant(self, principals, [Level.PULL, Level.PUSH])

    def grant_read(self, *principals: Grantee) -> None:
        """Let principals list and describe images and findings; arguments and errors as in `grant_pull`."""
        grant(self, principals, [Level.READ])

    def grant_admin(self, *principals: Grantee) -> None:
        """Let principals manage the repository; arguments and errors as in `grant_pull`.

        They may set and delete its policies, scanning, mutability and tags, and delete images; they may neither pull
        nor push, nor delete the repository. Whoever may set the policy can let anybody do the rest.
        """
        grant(self, principals, [Level.ADMIN])

    def add_to_policy(self, *statements: PolicyStatement) -> None:
        """Add statements to the repository's policy.

        Raises:
            InvalidInput: The policy would break one of ECR's rules, or open the repository to everyone.
        """
        self._contribute_statements(statements, self)
        for notice in service_notices(statements, "statements"):
            warn(self, notice)

    def add_lifecycle_rule(self, *rules: LifecycleRule) -> None:
        """Add rules to the repository's lifecycle policy; those without a priority are numbered in order.

        Raises:
            InvalidInput: The rules, with those that were there before, are not what ECR takes.
        """
        self._contribute_retention(Retention(lifecycle_rules=rules), self)

    def _contribute_statements(self, statements: Iterable[PolicyStatement], contributor: PlacedConstruct) -> None:
        added = tuple(statements)
        if not added:
            return
        together = [*self._statements, *added]
        problems = [
            *check_repository_policy(together, partition=known_partition(self._registry)),
            *check_list_tokens(together),
            *self._claim("policy"),
        ]
        raise_problems(problems, source=contributor._path)
        self._statements = together
        text = render_policy(together)
        if self._policy is None:
            self._policy = unchecked(EcrRepositoryPolicy)(
                self, "Policy", repository=self.name, policy=text, provider=self._provider
            )
            self._place(self._policy, "repository_policy")
        else:
            self._policy.policy = text

    def _contribute_retention(self, retention: Retention, contributor: PlacedConstruct) -> None:
        retention = dataclasses.replace(retention, lifecycle_rules=tuple(map(rule_as_text, retention.lifecycle_rules)))
        problems = self._lifecycle.add(retention, contributor._path)
        if not problems and self._lifecycle.rules:
            problems = self._claim("lifecycle policy")
        raise_problems(problems, source=contributor._path)
        if not self._lifecycle.rules:
            return
        text = render_lifecycle_policy([rule for rule, _ in self._lifecycle.rules])
        if self._lifecycle_policy is None:
            self._lifecycle_policy = unchecked(EcrLifecyclePolicy)(
                self, "LifecyclePolicy", repository=self.name, policy=text, provider=self._provider
            )
            self._place(self._lifecycle_policy, "lifecycle_policy")
        else:
            self._lifecycle_policy.policy = text
        if not self._warns and self._notices_of_lifecycle():
            # Not now: a rule that is still to come may change what there is to say.
            self._warns = True
            at_synthesis(self, self._warn_of_lifecycle)

    def _warn_of_lifecycle(self) -> None:
        for notice in self._notices_of_lifecycle():
            warn(self, notice)

    def _notices_of_lifecycle(self) -> list[Problem]:
        settings = getattr(self, "settings", None)
        notices = policy_notices(self._lifecycle.rules)
        return notices if settings is None else [*notices, *mutability_notices(self._lifecycle.preset, settings)]

    @property
    def _owner_account_id(self) -> str | None:
        """The account that the repository belongs to, where it is known."""
        return self._registry.known_account_id

    def _claim(self, what: str) -> list[Problem]:
        """Note that a policy of the repository is managed here."""
        problems = self._registry.claim(f"{what} of the repository {self._identity}", self)
        return [problem.at(self._path) for problem in problems]

    def _place(self, element: TerraformElement, part: RepositoryPart) -> None:
        """Give a resource its Terraform address, and say what Terraform finds there: see `adopt` and `renamed_from`."""
        set_logical_id(element, self._logical_id)
        if part in self._adopted:
            add_import(stack_of(self), PARTS[part], element, self.repository_name)
        if self._renamed_from is not None:
            add_move(stack_of(self), PARTS[part], element, self._renamed_from)

    def _raise(self, problems: Iterable[Problem]) -> None:
        raise_problems(problems, source=self._path)
