"""Who may take a role on, as its trust policy names them, and whether another trust policy names them as well."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.evaluation.clauses import Clause, Named, clause_of
from ecr_constructs.core.evaluation.operators import all_hold, condition_texts
from ecr_constructs.core.evaluation.wildcards import SOME, matches
from ecr_constructs.core.iam import PolicyStatement

__all__ = ["Trusted", "is_broad", "trusted_by", "widened", "without_ids"]

_TESTED = re.compile(r"(ForAnyValue:)?(String|Arn)(Equals|Like)(IfExists)?")
# Jobs of any branch, tag or environment, or of whoever opens a pull request; also those of anything at all.
_BROAD = re.compile(r"(.*[:/])?\*|.*:pull_request")
_SUBJECT, _AUDIENCE = ":sub", ":aud"
_OWNER = re.compile(r"(?:repo|project_path):([^/@:]+)")
_WELL_KNOWN = ("token.actions.githubusercontent.com", "gitlab.com")
# The second form of a subject of GitHub: with whatever ids.
_ANY_IDS = re.compile(r"(repo:[^/@]+)@\*(/[^:@]+)@\*(:.*)")


@dataclasses.dataclass(frozen=True, slots=True)
class Trusted:
    """Somebody whom a trust policy names: one principal, with one value of each condition.

    Attributes:
        clause: The statement.
        principal: The principal.
        values: Values by condition key.
    """

    clause: Clause
    principal: Named
    values: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The same in words: a job by its subject, which says whose it is, where that is no matter of course."""
        subject, issuer = self.subject, self.issuer
        if subject is not None:
            return subject if issuer in _WELL_KNOWN else f"{subject} of {issuer}"
        conditions = " and ".join(condition_texts(self._conditions))
        return f"{self.principal[1]} if {conditions}" if conditions else self.principal[1]

    @property
    def subject(self) -> str | None:
        """The subject of a token, as GitHub and GitLab have it; None where there is none."""
        return next((value for key, value in self.values if key.endswith(_SUBJECT)), None)

    @property
    def full_text(self) -> str:
        """The same with all that a job has to show: who vouches for it, and whom its token is for."""
        if self.subject is None:
            return self.text
        audience = next((value for key, value in self.values if key.endswith(_AUDIENCE)), None)
        meant = "" if audience is None else f" with a token for {audience}"
        return f"{self.subject} of {self.issuer}{meant}"

    @property
    def issuer(self) -> str | None:
        """Who vouches for a job: the host that signs its token; None for who needs none."""
        named = self.principal[1].partition(":oidc-provider/")[2]
        return next((named or key.removesuffix(_SUBJECT) for key, _ in self.values if key.endswith(_SUBJECT)), None)

    @property
    def party(self) -> tuple[str, str] | None:
        """Who vouches for a job, and whose its code is: an owner of GitHub or a group of GitLab; None for no job."""
        if self.issuer is None or self.subject is None:
            return None
        match = _OWNER.match(self.subject)
        return self.issuer.lower(), "" if match is None else match[1].lower()

    @property
    def _conditions(self) -> Conditions:
        said = dict(self.values)
        return {
            operator: {key: said.get(key, values) for key, values in keys.items()}
            for operator, keys in self.clause.conditions.items()
        }


def trusted_by(statements: Iterable[PolicyStatement]) -> Iterator[Trusted]:
    """Yield everyone whom the statements of a trust policy name."""
    for statement in statements:
        clause = clause_of(statement, "trust policy")
        values = [(key, value) for key, value in _tested(clause.conditions)]
        for principal in clause.principals or () if clause.allows else ():
            for each in itertools.product(*(said for _, said in values)):
                yield Trusted(clause, principal, tuple(zip((key for key, _ in values), each, strict=True)))


def widened(before: Iterable[PolicyStatement], after: Iterable[PolicyStatement]) -> list[Trusted]:
    """Return whom one trust policy names and another one did not, not even by a pattern.

    A condition that cannot be tested with a value, such as a negation, is met by the same statement alone.

    Args:
        before: The statements before.
        after: The statements after.
    """
    known = [clause_of(each, "trust policy") for each in before]
    return [each for each in trusted_by(after) if not any(_covers(clause, each) for clause in known)]


def is_broad(trusted: Trusted) -> bool:
    """Tell whether anybody who may push any branch or tag, or open a pull request, is trusted; or anyone at all."""
    subject = trusted.subject
    return trusted.principal[1] == "*" if subject is None else _BROAD.fullmatch(subject) is not None


def without_ids(subject: str) -> str | None:
    """Return a subject of GitHub with names alone, where it is the form of the same with whatever ids; else None."""
    match = _ANY_IDS.fullmatch(subject)
    return None if match is None else "".join(match.groups())


def _covers(clause: Clause, trusted: Trusted) -> bool:
    """Whether a statement trusts somebody whom another one names."""
    mine = trusted.clause
    if not clause.allows or trusted.principal not in (clause.principals or ()):
        return False
    if not all(any(matches(known, each, ignore_case=True) for known in clause.actions) for each in mine.actions):
        return False
    if clause.conditions == mine.conditions:
        return True
    likes = {key.lower() for operator, keys in mine.conditions.items() if "Like" in operator for key in keys}
    known = {key.lower(): (_as_value(key, value, likes),) for key, value in trusted.values}
    return all_hold(clause.conditions, known)[0] is True


def _as_value(key: str, value: str, likes: set[str]) -> str:
    return value.replace("*", SOME) if key.lower() in likes else value


def _tested(conditions: Conditions) -> Iterator[tuple[str, tuple[str, ...]]]:
    for operator, keys in conditions.items():
        for key, said in keys.items() if _TESTED.fullmatch(operator) else ():
            yield key, (said,) if isinstance(said, str) else tuple(said)
