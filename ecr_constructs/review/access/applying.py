"""What statements say of somebody and a repository, without whom and what else they are about."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from ecr_constructs.access.sites import Site
from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.requesters import Requester, is_meant, names_one
from ecr_constructs.core.evaluation.truth import Truth, any_of
from ecr_constructs.core.evaluation.wildcards import SOME, has_variables, matches
from ecr_constructs.core.principals import EVERYONE

__all__ = ["applying"]

_NOT_PLAIN = frozenset("*?$")


def applying(clauses: Iterable[Clause], requester: Requester, site: Site) -> Iterator[Hashable]:
    """Yield the statements that are about somebody and a repository, without whom else they are about.

    Args:
        clauses: The statements.
        requester: Who asks.
        site: The repository.
    """
    for clause in filter(_is_about_registries, clauses):
        meant = is_meant(clause, requester)
        about = any_of(_meets(each, site.arn) for each in clause.resources)
        if meant is False or (clause.resources and about is clause.other_resources):
            continue
        alone = any(names_one(each, requester) for each in clause.principals or ())
        # Which of them it is does not matter, but where that is not known.
        exactly = site.arn in clause.resources
        resources = clause.resources if about is None else (about, exactly)
        yield (
            (clause.allows, meant, alone, resources, clause.actions, str(clause.conditions)),
            (clause.principals is None, ("AWS", EVERYONE) in (clause.principals or ())),
            (clause.other_actions, clause.other_principals, clause.other_resources),
        )


def _is_about_registries(clause: Clause) -> bool:
    """Whether a statement may be about an action of ECR: a role reads parameters and writes logs as well."""
    services = (each.partition(":")[0].lower() for each in clause.actions)
    return clause.other_actions or any(each.startswith("ecr") or not _NOT_PLAIN.isdisjoint(each) for each in services)


def _meets(resource: str, arn: str) -> Truth:
    """Return whether a resource of a policy is an ARN; most name one repository of many, and have no pattern."""
    if resource == arn:
        return True
    if _NOT_PLAIN.isdisjoint(resource) and SOME not in arn:
        return False
    return None if has_variables(resource) else matches(resource, arn)
