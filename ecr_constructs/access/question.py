"""Whether one principal may do one thing with one repository."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence

from ecr_constructs.access.as_json import principal_as_json
from ecr_constructs.access.askers import asker_of
from ecr_constructs.access.decided import Access, access_of
from ecr_constructs.access.holders import Holder, Holders
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.access.named import site_named
from ecr_constructs.access.needs import is_needed
from ecr_constructs.access.sites import Site
from ecr_constructs.access.told import as_said
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID, OWN_ORGANIZATION
from ecr_constructs.core.aws import lambda_functions_arn
from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.evaluate import Answer, Policies
from ecr_constructs.core.evaluation.requesters import Requester
from ecr_constructs.core.evaluation.wildcards import SOME
from ecr_constructs.core.principals import PrincipalKind, parse_principal
from ecr_constructs.errors import Problem, nearest, show

__all__ = ["Answered", "Question", "ask", "lines_of_answer", "parse_question"]

_CODE = "arguments"
_STATUS = {Answer.YES: 0, Answer.NO: 1, Answer.DEPENDS: 3}


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Question:
    """May this requester do this with this repository?"""

    text: str
    requester: Requester
    holder: Holder | None
    ability: Ability
    site: Site


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A question with its answer."""

    question: Question
    access: Access

    @property
    def answer(self) -> Answer:
        """The answer."""
        return self.access.answer(self.question.ability)

    @property
    def status(self) -> int:
        """The exit status of the command: 0 yes, 1 no, 3 depends."""
        return _STATUS[self.answer]


def parse_question(
    said: tuple[str, str, str], environments: Sequence[Environment], matrix: Matrix
) -> tuple[Question | None, list[Problem]]:
    """Return what is asked, or what is wrong with that.

    Args:
        said: The principal, the ability and the repository, as they are written.
        environments: The environments that are named.
        matrix: All of them.
    """
    principal, ability, repository = said
    problems = []
    if ability not in list(Ability):
        rule = f"must be one of {', '.join(Ability)}"
        problems.append(
            Problem(("--can",), _CODE, rule, show(ability), nearest(ability, [each.value for each in Ability]))
        )
    if len(environments) != 1:
        rule, fix = "must be one environment with --can", "Name the one that has the repository."
        problems.append(Problem(("ENV",), _CODE, rule, str(len(environments) or "none"), fix))
        return None, problems
    site, unknown = site_named(repository, matrix.sites(environments[0]), environments[0])
    who, strange = _requester(principal, environments[0], matrix.holders)
    problems += [*unknown, *strange]
    if problems or site is None or who is None:
        return None, problems
    requester, holder = who
    if requester.kind is PrincipalKind.SERVICE:
        requester = _on_behalf_of(requester, site)
    return Question(principal, requester, holder, Ability(ability), site), []


def ask(question: Question, matrix: Matrix) -> Answered:
    """Return the answer to a question."""
    requester, holder = question.requester, question.holder
    policies = Policies() if requester.kind is PrincipalKind.SERVICE else matrix.holders.policies_of(requester)
    if holder is not None and holder.what == "policy":
        policies = holder.policies
    return Answered(question, access_of(question.site, requester, policies, holder))


def lines_of_answer(answered: Answered, *, as_json: bool) -> Iterator[str]:
    """Return an answer and its reasons, for people or as one JSON object."""
    question, access = answered.question, answered.access
    if as_json:
        said = {"answer": answered.answer.value, "ability": question.ability.value}
        where = {"repository_name": question.site.repository_name, "logical_name": question.site.logical_name}
        yield json.dumps({**said, **where, **principal_as_json(access, question.site)}, indent=2)
        return
    verb = {Answer.YES: "may", Answer.NO: "may not", Answer.DEPENDS: "may, depending on what follows,"}[answered.answer]
    what = f"{question.ability.value} {question.site.repository_name}"
    yield f"{answered.answer.value}: {as_said(question.text)} {verb} {what}."
    decision = access.decisions[question.ability]
    yield from (f"  because {clause.name}" for clause in decision.because)
    if not decision.because:
        yield f"  because {_WITHOUT[answered.answer]}"
    if access.sources:
        yield f"  on behalf of the account {', '.join(map(as_said, access.sources))}"
    yield from (f"  if {as_said(text)}" for text in decision.conditions)
    if answered.answer is not Answer.NO:
        yield from (f"  needs {text}" for text in is_needed(access, question.site))


_WITHOUT = {
    Answer.YES: "an account may do anything in it, as its own identity policies say",
    Answer.NO: "no statement allows it",
    Answer.DEPENDS: "no statement that is known decides it",
}


def _requester(
    text: str, environment: Environment, holders: Holders
) -> tuple[tuple[Requester, Holder | None] | None, list[Problem]]:
    """Return who a text names; a role of the environment goes before those of others."""
    named = [each for each in holders.all if text in (each.name, each.requester.text)]
    here = [each for each in named if each.environment is environment]
    if len(named) == 1 or len(here) == 1:
        (holder,) = here if len(here) == 1 else named
        return (holder.requester, holder), []
    if named:
        rule, fix = "must be one of the roles of that name", "Write its ARN."
        return None, [Problem(("--can",), _CODE, rule, show(text), fix)]
    if text == OWN_ORGANIZATION:
        return (requesters.organization(ANY_ORGANIZATION_ID), None), []
    found = parse_principal(text)
    if found is not None and found.partition not in (None, environment.partition):
        rule = f"must be a principal of the partition {environment.partition}"
        fix = "Identities of one partition are not known in another."
        return None, [Problem(("--can",), _CODE, rule, show(text), fix)]
    if found is not None and found.kind is PrincipalKind.SERVICE:
        return (requesters.service(text), None), []
    requester = asker_of(text, environment.partition)
    if requester is not None:
        return (requester, holders.of(requester)), []
    rule = "must be an account id, an ARN, a service, or the name of a role that is made here"
    known = [each.name for each in holders.all]
    return None, [Problem(("--can",), _CODE, rule, show(text), nearest(text, known) or "Write the ARN of the role.")]


def _on_behalf_of(service: Requester, site: Site) -> Requester:
    """Return a service that acts for the account of a repository; Lambda's requests have the ARN of a function."""
    known: dict[str, tuple[str, ...]] = {"aws:sourceaccount": (site.account_id,)}
    if service.text.startswith("lambda."):
        place = site.environment.place
        pattern = lambda_functions_arn(site.account_id, place.region, place.partition)
        known["aws:sourcearn"] = (pattern.removesuffix("*") + SOME,)
    return requesters.service(service.text, known=known)
