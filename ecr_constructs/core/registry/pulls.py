"""Who may pull from repositories that ECR makes by itself: what the policy of their creation template lets in.

A repository that ECR makes for a cache or a replica has the policy of the template whose prefix is the nearest, and
without one no policy: then its own account alone may pull. The grants of a registry's policy, and those of a replica's
source, say nothing of that
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.core.access.levels import PULL_ACTIONS
from ecr_constructs.core.aws import account_root_arn
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place
from ecr_constructs.core.principals import parse_principal
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem

__all__ = ["cache_notices", "lets_pull", "replica_lets_pull", "template_of"]

_IMAGE = PULL_ACTIONS[1].lower()


def cache_notices(
    prefix: str, principals: Sequence[str], templates: Iterable[CreationTemplate], place: Place
) -> Iterator[Problem]:
    """Point out each principal of another account that may have images cached and pull none of them.

    Nothing is said where the account of the registry is not known, nor of a principal that is not.

    Args:
        prefix: The prefix of the cache.
        principals: Who may have images cached.
        templates: The creation templates of the registry.
        place: Where the registry is.
    """
    known = [each for each in templates if _may_be_for(each, "PULL_THROUGH_CACHE")]
    nearest = template_of(prefix, known)
    # A template of a part of the cache may be what is meant.
    deciding = [each for each in known if each is nearest or prefix == ROOT or each.prefix.startswith(f"{prefix}/")]
    closed: dict[str, int] = {}
    for index, text in enumerate(principals):
        account_id = _other_account(text, place)
        if account_id is not None and not any(lets_pull(each, text, account_id, place) for each in deciding):
            closed.setdefault(account_id, index)
    for account_id, index in closed.items():
        rule = f"account {account_id} may have images cached and pull none: no creation template of {prefix} lets it"
        fix = "Let it pull by the repository_policy of a creation template of that prefix."
        yield Problem(("principals", index), "pull-through-closed", rule, fix=fix, severity="warning")


def replica_lets_pull(name: str, account_id: str, templates: Iterable[CreationTemplate], place: Place) -> bool:
    """Tell whether the template of a replica lets an account pull from it.

    Args:
        name: Name of the repository.
        account_id: The account, another than the replica's.
        templates: The creation templates of the registry.
        place: Where the registry is.
    """
    template = template_of(name, [each for each in templates if _may_be_for(each, "REPLICATION")])
    return template is not None and lets_pull(template, account_id, account_id, place)


def template_of(name: str, templates: Iterable[CreationTemplate]) -> CreationTemplate | None:
    """Return the template of repositories of a name or below a prefix: that of the longest prefix, or of `ROOT`."""
    found = [each for each in templates if each.prefix == ROOT or f"{name}/".startswith(f"{each.prefix}/")]
    return max(found, key=lambda each: -1 if each.prefix == ROOT else len(each.prefix), default=None)


def lets_pull(template: CreationTemplate, principal: str, account_id: str, place: Place) -> bool:
    """Tell whether the policy of a template's repositories lets a principal pull, or may, as an organisation's does."""
    names = {principal, account_id, account_root_arn(account_id, place.partition), "*"}
    return any(
        each.effect == "Allow" and _pulls(each) and any(is_unresolved(who) or who in names for who in each.principals)
        for each in template.repository_policy
    )


def _pulls(statement: PolicyStatement) -> bool:
    """Whether a statement is about fetching images; a wildcard and what is known at apply may be."""
    return any(is_unresolved(each) or "*" in each or each.lower() == _IMAGE for each in statement.actions)


def _may_be_for(template: CreationTemplate, purpose: str) -> bool:
    applied_for = template.applied_for
    return is_unresolved(applied_for) or any(is_unresolved(each) or each == purpose for each in applied_for)


def _other_account(text: str, place: Place) -> str | None:
    found = None if is_unresolved(text) else parse_principal(text)
    own = place.known_account_id
    if found is None or own is None or is_unresolved(own) or found.account_id == own:
        return None
    return found.account_id
