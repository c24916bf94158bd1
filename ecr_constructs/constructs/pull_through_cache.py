"""Images of another registry, cached in this one when they are first pulled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.grantees import Grantee, names_of
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.constructs.registry_policy import RegistryPolicy
from ecr_constructs.constructs.repository_creation_template import CreationTemplateArguments, RepositoryCreationTemplate
from ecr_constructs.core.aws import dns_suffix, registry_host
from ecr_constructs.core.registry.caches import PullThroughRule, cached_image
from ecr_constructs.core.registry.pulls import cache_notices
from ecr_constructs.core.registry.upstreams import (
    EcrUpstream,
    Upstream,
    check_ecr_upstream,
    ecr_upstream,
    find_upstream,
)
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["PullThroughCache"]


@checks_arguments
class PullThroughCache(PlacedConstruct):
    """A rule by which ECR fetches images of another registry and keeps them.

    `docker pull` of `uri("nginx:1.27")` makes ECR fetch the image, make the repository and answer; later pulls are
    served from here, and ECR looks for a new image of the tag once a day
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html).

    AWS Lambda cannot have an image cached: what a function uses must have been pulled before by something else.

    Example:
        >>> hub = PullThroughCache(self, "Hub", ecr_repository_prefix="docker-hub", upstream="docker-hub",
        ...     create_secret=True, principals=[task_execution_role])
        >>> hub.uri("nginx:1.27")  # 111111111111.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/nginx:1.27

    Attributes:
        resource: The `aws_ecr_pull_through_cache_rule` itself.
        secret: The `aws_secretsmanager_secret` that was made by `create_secret`, or None.
        ecr_repository_prefix: The prefix, which a creation template for the cached repositories has as well.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        ecr_repository_prefix: str,
        upstream: str | EcrUpstream,
        upstream_repository_prefix: str | None = None,
        credential_arn: str | None = None,
        secret_name: str | None = None,
        create_secret: bool = False,
        recovery_window_in_days: float | None = None,
        custom_role_arn: str | None = None,
        principals: Sequence[Grantee] = (),
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make a rule.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            ecr_repository_prefix: What the names of the cached repositories begin with, 2 to 30 characters, without the
                `/` that ECR adds; `ROOT` for none.
            upstream: `docker-hub`, `ecr-public`, `quay`, `k8s`, `ghcr`, `gitlab`, `chainguard`, the host or URL of one
                of them, `NAME.azurecr.io`, or an `EcrUpstream`.
            upstream_repository_prefix: What the names begin with in the upstream registry, in place of
                `ecr_repository_prefix`; default: all of the registry is cached.
            credential_arn: Secret with the credentials, whose name begins with `ecr-pullthroughcache/`, in the account
                and region of the registry. Docker Hub, GitHub, GitLab, Azure and Chainguard need credentials.
            secret_name: Name of that secret instead, which is looked up; with `create_secret`, the name that it gets.
            create_secret: Whether to make the secret here; default False. It is encrypted with the default key, the
                only one that ECR can use, and has no value: set `{"username": ..., "accessToken": ...}` outside of
                Terraform. ECR looks at the secret when it makes the rule, so the first apply may stop there until the
                value is set. The name is `ecr-pullthroughcache/` and the prefix, if `secret_name` says nothing else.
            recovery_window_in_days: Days in which a destroyed secret can be restored, 7 to 30, and its name is
                taken; 0 deletes it at once. Default: 30, that of Secrets Manager.
            custom_role_arn: Role that ECR assumes to pull from a registry of ECR in another account
                (https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private.html).
            principals: Who may have images cached, by the policy of the registry: account ids, ARNs or objects that
                have one. Those of other accounts need a creation template that lets them pull as well; where none does,
                a warning says so. Default: nobody but who may by an identity policy.
            logical_id: Terraform name of the resources; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Arguments break rules of ECR, or the registry has a rule of that prefix; it names both.
        """
        super().__init__(scope, id)
        self._registry = registry_of(self, provider)
        self.ecr_repository_prefix = ecr_repository_prefix
        found, problems = self._find(upstream)
        self._rule = PullThroughRule(
            ecr_repository_prefix=ecr_repository_prefix,
            upstream=found,
            upstream_repository_prefix=upstream_repository_prefix,
            credential_arn=credential_arn,
            secret_name=secret_name,
            create_secret=create_secret,
            recovery_window_in_days=recovery_window_in_days,
            custom_role_arn=custom_role_arn,
        )
        problems += self._rule.problems(self._registry)
        problems += self._registry.claim(f"pull-through cache of the prefix {ecr_repository_prefix}", self)
        problems += claim_logical_id(logical_id, "pull-through cache", self)
        name = self._rule.made_secret
        problems += [] if name is None else self._registry.claim(f"secret {name}", self)
        if problems or found is None:
            raise_problems(problems, source=self._path)
            return
        if principals:
            policy = RegistryPolicy.of(self, provider=provider)
            policy._contribute_pull_through(principals, [ecr_repository_prefix], self)
            self._principals = names_of(principals, "")[0]
            at_synthesis(self, self._warn_of_closed)
        self._logical_id = logical_id
        self.secret: aws.SecretsmanagerSecret | None = None if name is None else self._make_secret(name, found.url)
        self.resource: aws.EcrPullThroughCacheRule = aws.EcrPullThroughCacheRule(
            self,
            "Resource",
            ecr_repository_prefix=ecr_repository_prefix,
            upstream_registry_url=found.url,
            upstream_repository_prefix=upstream_repository_prefix,
            credential_arn=self._credential_arn(),
            custom_role_arn=custom_role_arn,
            provider=self._registry.provider,
        )
        set_logical_id(self.resource, logical_id)

    def uri(self, image: str) -> str:
        """Return where to pull an image of the upstream registry from the cache.

        Args:
            image: The image as its own registry has it, such as `nginx:1.27`, `bitnami/redis` or
                `quay.io/prometheus/node-exporter@sha256:...`. At Docker Hub, a name without a `/` means the official
                image, which lies under `library/`.

        Raises:
            InvalidInput: It is no image, or not one of those that are cached.
        """
        path, problems = cached_image(self._rule, image)
        raise_problems(problems, source=self._path)
        registry = self._registry
        return f"{registry_host(registry.account_id, registry.region, registry.dns_suffix)}/{path}"

    def add_creation_template(
        self,
        id: str = "CreationTemplate",  # noqa: A002 - CDK's name
        **options: Unpack[CreationTemplateArguments],
    ) -> RepositoryCreationTemplate:
        """Say what the cached repositories are like.

        Args:
            id: Name of the template in the cache.
            **options: The arguments of `RepositoryCreationTemplate`, less `prefix`, `applied_for` and `provider`, which
                are those of the cache.

        Raises:
            InvalidInput: Arguments break rules of ECR, or the registry has a template of the prefix; it names both.
        """
        if self.node.try_find_child(id) is not None:
            rule = f"must be the only template of the cache; {self._path}/{id} is there already"
            raise_problems([Problem((), "one-per-registry", rule, fix="Say everything in one.")], source=self._path)
        return RepositoryCreationTemplate(
            self,
            id,
            prefix=self.ecr_repository_prefix,
            applied_for=["PULL_THROUGH_CACHE"],
            provider=self._registry.provider,
            **options,
        )

    def _warn_of_closed(self) -> None:
        owners = self._registry.owners_of_app()
        templates = [each._template for each in owners if isinstance(each, RepositoryCreationTemplate)]
        for notice in cache_notices(self.ecr_repository_prefix, self._principals, templates, self._registry):
            warn(self, notice)

    def _find(self, upstream: str | EcrUpstream) -> tuple[Upstream | None, list[Problem]]:
        if not isinstance(upstream, EcrUpstream):
            return find_upstream(upstream)
        problems = check_ecr_upstream(upstream)
        if problems:
            return None, problems
        account_id = self._registry.account_id if upstream.account_id is None else upstream.account_id
        region_known = not is_unresolved(upstream.region)
        suffix = dns_suffix(upstream.region) if region_known else self._registry.dns_suffix
        return ecr_upstream(upstream.region, account_id, suffix), []

    def _credential_arn(self) -> str | None:
        if self.secret is not None:
            return self.secret.arn
        if self._rule.secret_name is None:
            return self._rule.credential_arn
        secret = aws.DataAwsSecretsmanagerSecret(
            self, "Credentials", name=self._rule.secret_name, provider=self._registry.provider
        )
        set_logical_id(secret, self._logical_id)
        return secret.arn

    def _make_secret(self, name: str, host: str) -> aws.SecretsmanagerSecret:
        secret = aws.SecretsmanagerSecret(
            self,
            "Secret",
            name=name,
            description=f"username and accessToken at {host} for the pull-through cache {self.ecr_repository_prefix}",
            recovery_window_in_days=self._rule.recovery_window_in_days,
            provider=self._registry.provider,
        )
        set_logical_id(secret, self._logical_id)
        return secret
