"""The decision about one action, from the policies on both sides of it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.

What is not in the policies given is no part of it: an organisation's control policies, boundaries of permissions and
policies of sessions may refuse more.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Sequence
from enum import StrEnum

from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.operators import Known, all_hold, with_variables
from ecr_constructs.core.evaluation.requesters import Requester, is_meant, names_one
from ecr_constructs.core.evaluation.truth import Truth, all_of, any_of, negated
from ecr_constructs.core.evaluation.wildcards import matches
from ecr_constructs.core.principals import EVERYONE, PrincipalKind

__all__ = ["Answer", "Decision", "Policies", "Request", "decide"]


class Answer(StrEnum):
    """Whether somebody may."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"


@dataclasses.dataclass(frozen=True, slots=True)
class Policies:
    """The policies of one side.

    Attributes:
        clauses: Their statements.
        others: What else may allow it and is not known, such as `its own identity policy allows it`; None where that is
            all.
        bound: What may keep it from being allowed and is not known, such as `its permissions boundary allows it`.
    """

    clauses: tuple[Clause, ...] = ()
    others: str | None = None
    bound: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asks to do something with a resource.

    Attributes:
        requester: Who asks.
        action: Such as `ecr:BatchGetImage`.
        resource: ARN of the resource; it may hold `SOME`.
        account_id: The account of the resource.
    """

    requester: Requester
    action: str
    resource: str
    account_id: str

    @property
    def known(self) -> Known:
        """What is known of it."""
        return {"aws:resourceaccount": (self.account_id,), **self.requester.known}

    @property
    def is_within_account(self) -> bool:
        """Whether who asks is of the resource's account."""
        return self.requester.account_id == self.account_id


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a request is allowed, and why.

    Attributes:
        truth: Whether it is; None where that depends.
        because: The statements that decided; none where none allows it.
        conditions: What it depends on.
        is_partly: Whether some of it is allowed for sure, and some of it is not.
    """

    truth: Truth
    because: tuple[Clause, ...] = ()
    conditions: tuple[str, ...] = ()
    is_partly: bool = False

    @property
    def answer(self) -> Answer:
        """The answer."""
        return {True: Answer.YES, False: Answer.NO, None: Answer.DEPENDS}[self.truth]


@dataclasses.dataclass(frozen=True, slots=True)
class _Side:
    """What one side says: whether it allows, by which statements, and on what that depends."""

    truth: Truth = False
    because: tuple[Clause, ...] = ()
    conditions: tuple[str, ...] = ()

    @classmethod
    def unknown(cls, what: str | None) -> _Side:
        """Return what is not known of a side."""
        return cls() if what is None else cls(None, (), (what,))


def decide(request: Request, of_resource: Policies, of_identity: Policies) -> Decision:
    """Return whether a request is allowed.

    An explicit deny comes first, of either side. Within an account either side suffices; but what a resource grants to
    its own account as a whole is for that account's identity policies to decide. Somebody of another account needs both
    sides. A service has no other side, and what an account as a whole may, its own policies hand on.

    What is not known of a side may allow, and is not thought to deny.

    Args:
        request: Who wants what.
        of_resource: The policies of the resource, and of whatever it is in.
        of_identity: The policies of who asks.
    """
    known = request.known
    resource = [(clause, *_applies(clause, request, known)) for clause in of_resource.clauses]
    identity = [(clause, *_applies(clause, request, known)) for clause in of_identity.clauses]
    denied = _side((*resource, *identity), allows=False)
    if denied.truth is True:
        return Decision(truth=False, because=denied.because)
    direct = [each for each in resource if not (request.is_within_account and _delegates(each[0], request.requester))]
    ours = _either(_side(direct, allows=True), _Side.unknown(of_resource.others))
    theirs = _either(_side(identity, allows=True), _Side.unknown(of_identity.others))
    allowed = _together(request, ours, theirs)
    bounds = [each.bound for each in (of_resource, of_identity) if each.bound is not None]
    truth = all_of((allowed.truth, negated(denied.truth), *(None for _ in bounds)))
    if truth is not None:
        return Decision(truth=truth, because=allowed.because if truth else ())
    refused = denied if denied.truth is None else _Side()
    conditions = (*(allowed.conditions if allowed.truth is None else ()), *bounds)
    return Decision(
        truth=None,
        because=tuple(dict.fromkeys((*allowed.because, *refused.because))),
        conditions=tuple(dict.fromkeys((*conditions, *(f"unless {each}" for each in refused.conditions)))),
    )


_Tested = tuple[Clause, Truth, tuple[str, ...]]


def _together(request: Request, ours: _Side, theirs: _Side) -> _Side:
    """Return what both sides say together."""
    many, within = request.requester.is_many, request.is_within_account
    if many or request.requester.kind is PrincipalKind.SERVICE:
        # Whoever decides for the account of the resource may do anything in it.
        return _Side(truth=True) if many and within else ours
    return _either(ours, theirs) if within else _both(ours, theirs)


def _delegates(clause: Clause, requester: Requester) -> bool:
    """Whether a statement is about who asks by the account alone, which hands the decision on to it."""
    if clause.principals is None or clause.other_principals or ("AWS", EVERYONE) in clause.principals:
        return False
    return not any(names_one(each, requester) for each in clause.principals)


def _both(ours: _Side, theirs: _Side) -> _Side:
    truth = all_of((ours.truth, theirs.truth))
    if truth is False:
        return _Side()
    conditions = [each.conditions for each in (ours, theirs) if each.truth is None]
    return _Side(truth, (*ours.because, *theirs.because), tuple(each for part in conditions for each in part))


def _either(one: _Side, other: _Side) -> _Side:
    truth = any_of((one.truth, other.truth))
    deciding = [each for each in (one, other) if each.truth is truth]
    because = tuple(clause for each in deciding for clause in each.because)
    return _Side(truth, because, _alternatives([each.conditions for each in deciding]))


def _side(tested: Iterable[_Tested], *, allows: bool) -> _Side:
    """Return whether any statement with an effect applies, and which; or which may, and on what that depends."""
    found = [each for each in tested if each[0].allows is allows and each[1] is not False]
    truth = any_of(each[1] for each in found)
    deciding = [each for each in found if each[1] is truth]
    because = tuple(clause for clause, *_ in deciding)
    if allows:
        return _Side(truth, because, _alternatives([each[2] for each in deciding]))
    # Any of them refuses.
    return _Side(truth, because, tuple(" and ".join(conditions) for *_, conditions in deciding if conditions))


def _alternatives(conditions: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return conditions any of which suffices, each of several, as one."""
    said = list(dict.fromkeys(each for each in conditions if each))
    if len(said) < 2:
        return said[0] if said else ()
    return (", or ".join(" and ".join(each) for each in said),)


def _applies(clause: Clause, request: Request, known: Known) -> tuple[Truth, tuple[str, ...]]:
    """Return whether a statement is about a request, and on what that depends."""
    acts = _is_of(clause.actions, request.action) is not clause.other_actions
    meant = is_meant(clause, request.requester) if acts else False
    if meant is False:
        return False, ()
    there = _is_about(clause, request, known)
    if there is False:
        return False, ()
    truth, undecided = all_hold(clause.conditions, known)
    if truth is False:
        return False, ()
    texts = list(undecided)
    if meant is None:
        texts.insert(0, f"it is one of {', '.join(text for _, text in clause.principals or ())}")
    if there is None:
        texts.insert(0, f"the resource is one of {', '.join(clause.resources)}")
    return all_of((meant, there, truth)), tuple(texts)


@functools.lru_cache(maxsize=4096)
def _is_of(patterns: tuple[str, ...], action: str) -> bool:
    """Return whether an action is one of those that a statement names; the same few are asked for again and again."""
    return any(matches(each, action, ignore_case=True) for each in patterns)


def _is_about(clause: Clause, request: Request, known: Known) -> Truth:
    """Return whether a statement is about a resource; one of a resource's own policy names none."""
    if not clause.resources:
        return True
    written = (with_variables(each, known) for each in clause.resources)
    truth = any_of(None if each is None else matches(each, request.resource) for each in written)
    return negated(truth) if clause.other_resources else truth
