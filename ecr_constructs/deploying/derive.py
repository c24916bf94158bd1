"""From what an app synthesised to what whoever deploys it may do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.deploying.kinds import EVERYTHING, Need, Purpose
from ecr_constructs.deploying.statements import Grant, patterned, statements_of
from ecr_constructs.deploying.states import states_of
from ecr_constructs.deploying.subjects import MARKS, Document, Subject, bodies, subjects_of
from ecr_constructs.deploying.table import KINDS, LOCAL
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["Derived", "derive"]

_TYPE = "deploy-policy-type"
_STATE = "data.terraform_remote_state"
_BY_TAGS = ("aws_kms_key", "aws_security_group", "aws_vpc_endpoint")  # AWS chooses their ids
_HOLDERS = ("aws_iam_role", "aws_iam_user")
_GIVEN = ("aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_user_policy")
# Arguments that say which one something is, or which one it is given to.
_NAMES = (
    "bucket",
    "cluster_name",
    "custom_role_arn",
    "event_bus_name",
    "function_name",
    "managed_policy_arns",
    "name",
    "policy_arn",
    "prefix",
    "repository",
    "repository_name",
    "role",
    "role_arn",
    "rule",
    "user",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Who needs what.

    Attributes:
        role: The role that makes the resources; empty for the credentials of whoever runs Terraform.
        statements: What each may do, by the ARN of a role that is taken on; those of whoever runs Terraform under an
            empty text.
        notices: What has to be seen of it.
    """

    role: str
    statements: Mapping[str, Sequence[PolicyStatement]]
    notices: tuple[Problem, ...] = ()


def derive(
    stacks: Mapping[str, Document],
    *,
    account: str | None = None,
    plan_only: bool = False,
    allow_delete: bool = False,
    without: Iterable[str] = (),
    deployed: Mapping[str, Document] | None = None,
) -> Derived:
    """Return what is needed to deploy stacks.

    Args:
        stacks: Each in Terraform's JSON syntax, by its name.
        account: The account of stacks that say none; default: any.
        plan_only: Only what a plan needs.
        allow_delete: Also what takes away what is lost then, such as images.
        without: Types of resources that are left out.
        deployed: Stacks as they are deployed now: what they have and the others have not may be taken away.

    Raises:
        InvalidInput: There are types that are not known, or modules, whose content is not.
    """
    left_out, everything = frozenset(without), [*stacks.items(), *(deployed or {}).items()]
    raise_problems(problem for name, stack in everything for problem in _unknown(name, stack, left_out))
    purposes = {Purpose.READ} if plan_only else {Purpose.READ, Purpose.WRITE}
    purposes |= {Purpose.DESTROY} if allow_delete and not plan_only else set()
    grants: dict[str, list[Grant]] = {}
    notices: dict[Problem, None] = {}
    roles: dict[str, None] = {}
    for name, stack in everything:
        subjects = [each for each in subjects_of(stack, KINDS, account or EVERYTHING) if each.kind.type not in left_out]
        for subject in subjects:
            roles[subject.where.role] = None
            grants.setdefault(subject.where.role, []).extend(_granted(subject, purposes))
        notices.update(dict.fromkeys(_notices(name, subjects, purposes)))
        for state in states_of(stack):
            more = () if plan_only else state.writes
            grants.setdefault(state.role, []).extend((*state.grants, *more))
            if state.elsewhere:
                notices[_elsewhere(name, state.elsewhere)] = None
    for role in sorted(filter(None, grants)):
        if "${" in role:  # IAM would take it for a variable of its own
            notices[_taken_late(role)] = None
        else:
            grants.setdefault("", []).append(Grant(action="sts:AssumeRole", resources=(role,)))
    statements = {role: statements_of(found) for role, found in sorted(grants.items()) if found}
    return Derived(role=next(iter(roles), ""), statements=statements, notices=tuple(notices))


def _unknown(stack: str, document: Document, left_out: frozenset[str]) -> Iterator[Problem]:
    names: dict[str, list[str]] = {}
    for kind, name, _ in bodies(document):
        if kind not in KINDS and kind != _STATE and kind not in left_out and not _asks_nobody(kind):
            names.setdefault(kind, []).append(name)
    for kind, found in sorted(names.items()):
        rule = f"is a type of which it is not known what deploying it needs: {', '.join(sorted(found))}"
        fix = f"Leave it out with --without {kind}, and allow what it needs by a policy of your own."
        yield Problem((kind,), _TYPE, rule, "", fix, stack)
    for name in sorted(document.get("module", {})):
        rule = "is a module, and what is in it is not known before Terraform has fetched it"
        yield Problem(("module", name), _TYPE, rule, "", "Put it in a stack of its own.", stack)


def _asks_nobody(kind: str) -> bool:
    return kind.removeprefix("data.").removeprefix("ephemeral.").startswith(LOCAL)


def _granted(subject: Subject, purposes: set[Purpose]) -> Iterator[Grant]:
    for need in subject.kind.needs:
        if need.purpose in purposes and (need.when is None or need.when(subject)):
            resources = _resources(subject, need)
            conditions = {} if need.conditions is None else patterned(need.conditions(subject))
            for action in need.actions if resources else ():
                yield Grant(action=action, resources=resources, conditions=conditions)


def _resources(subject: Subject, need: Need) -> tuple[str, ...]:
    on = subject.kind.arn if need.on is None else need.on
    return (subject.formatted(on),) if isinstance(on, str) else tuple(on(subject))


def _notices(stack: str, subjects: Sequence[Subject], purposes: set[Purpose]) -> Iterator[Problem]:
    regions = sorted({each.where.region for each in subjects if each.where.account == EVERYTHING})
    if regions:
        rule = "is not known, so that the policy is about resources of these names in any account"
        fix = "Say account_id in the file, or --account."
        yield Problem(("account_id",), "deploy-policy-account", rule, "", fix, stack, "notice")
    for subject in subjects:
        if _is_named_late(subject):
            rule = "has a name that is known at the apply alone, so that the policy allows it on any name"
            yield Problem((subject.address,), "deploy-policy-name", rule, "", "", stack, "notice")
    for subject in subjects:
        if subject.kind.type in _BY_TAGS and not subject.marks("aws:ResourceTag"):
            rule = f"has none of the tags {', '.join(MARKS)}, so that the policy is about every one of the account"
            yield Problem((subject.address,), "deploy-policy-tags", rule, "", "Give it one of them.", stack, "notice")
    if Purpose.WRITE in purposes:
        yield from _rights(stack, subjects)
    kept = [each for each in subjects if any(need.purpose is Purpose.DESTROY for need in each.kind.needs)]
    if kept and Purpose.DESTROY not in purposes and Purpose.WRITE in purposes:
        actions = sorted({action for each in kept for need in each.kind.needs for action in _destroying(need)})
        rule = f"cannot be deleted or replaced by this policy, which leaves out {', '.join(actions)}"
        what = ", ".join(sorted({each.kind.type for each in kept}))
        yield Problem((what,), "deploy-policy-delete", rule, "", "--allow-delete adds them.", stack, "notice")


def _rights(stack: str, subjects: Sequence[Subject]) -> Iterator[Problem]:
    """Return by what whoever has the policy can give rights that nobody has looked at, to itself in the end."""
    code, control = "deploy-policy-boundary", "or keep the deploying role from that by a control policy."
    free = [each.address for each in subjects if each.kind.type in _HOLDERS and not _is_bounded(each)]
    if free:
        rule = "has no permissions boundary, so that whoever has this policy can give it any right"
        fix = f"Say ci_permissions_boundary, or permissions_boundary where its key has that, {control}"
        yield Problem((", ".join(free),), code, rule, "", fix, stack, "notice")
    attached = {other.name for each in subjects if (other := each.referred("policy_arn")) is not None}
    elsewhere = [
        each.address
        for each in subjects
        if (each.kind.type in _GIVEN and _holder_of(each) is None)
        or (each.kind.type == "aws_iam_policy" and each.name not in attached)
    ]
    if elsewhere:
        rule = "is for who is made elsewhere, so that whoever has this policy can give them any right by it"
        yield Problem((", ".join(elsewhere),), code, rule, "", f"Give them a boundary, {control}", stack, "notice")
    own = [each.address for each in subjects if each.where.role and _is_about(each, each.where.role)]
    if own:
        rule = "is about the very role that has this policy, so that it can give itself any right"
        fix = "Have an administrator make the deploying role, in a stack of its own."
        yield Problem((", ".join(own),), code, rule, "", fix, stack, "notice")


def _is_bounded(holder: Subject) -> bool:
    """Tell whether a role or user has a boundary that whoever has the policy cannot choose or change."""
    boundary = holder.text("permissions_boundary")
    return bool(boundary) and EVERYTHING not in boundary and holder.referred("permissions_boundary") is None


def _holder_of(subject: Subject) -> Subject | None:
    """Return the role or user of the stack that a policy is given to."""
    found = (subject.referred(kind) for kind in ("role", "user"))
    return next((each for each in found if each is not None and each.kind.type in _HOLDERS), None)


def _is_about(subject: Subject, role: str) -> bool:
    if subject.kind.type == "aws_iam_role":
        return subject.formatted(subject.kind.arn) == role
    return subject.kind.type in _GIVEN and subject.text("role") == role.rpartition("/")[2]


def _destroying(need: Need) -> tuple[str, ...]:
    return need.actions if need.purpose is Purpose.DESTROY else ()


def _is_named_late(subject: Subject) -> bool:
    names = (*_NAMES, "arn") if subject.kind.arn == "{arn}" else _NAMES
    return any(EVERYTHING in text for name in names if subject.raw(name) for text in subject.texts(name))


def _taken_late(role: str) -> Problem:
    rule = "is known at the apply alone, so that taking it on is not in the policy"
    fix = "Allow sts:AssumeRole on it by a policy of your own."
    return Problem(("assume_role", role), "deploy-policy-name", rule, "", fix, "", "notice")


def _elsewhere(stack: str, backend: str) -> Problem:
    rule = f"is in {backend}, and what reaching it needs is not in the policy"
    return Problem(("terraform", "backend"), "deploy-policy-state", rule, "", "", stack, "notice")
