"""What exists in AWS under a name that an environment is about to make something under.

What an environment has made itself is found as well: nothing in AWS tells whose state holds it.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecr_constructs.adoption.failures import RefusedByAws
from ecr_constructs.adoption.fixed import Fixed, fixed_of, published_of
from ecr_constructs.adoption.lookups import LOOKUPS, Found, look_up
from ecr_constructs.adoption.read import AwsRegistry, FoundParameter
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.adoption import adopted_parameters, parameter_parts
from ecr_constructs.errors import OperationError

__all__ = ["Existing", "find_existing", "left_parameters", "parameters_there", "report_existing"]


@dataclasses.dataclass(frozen=True, slots=True)
class Existing:
    """What was found, and what could not be looked at.

    Attributes:
        found: What exists, with what it is.
        parameters: Which parameters exist that no `adopt` names, by the value of `adopt` that names them, with the
            logical names of the repositories.
        in_the_way: Parameters that exist and cannot become what is published.
        unseen: What could not be looked at, each with the reason.
        stack: Id of the stack that makes all of it but the parameters.
    """

    found: tuple[tuple[Fixed, Found], ...] = ()
    parameters: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    in_the_way: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    stack: str = ""


def parameters_there(
    registry: AwsRegistry, names: Iterable[str]
) -> tuple[Mapping[str, FoundParameter] | None, tuple[str, ...]]:
    """Return the parameters that exist, by name; None where they cannot be looked at, with the reason."""
    try:
        return registry.parameters(names), ()
    except OperationError as error:
        return None, (_unseen("parameters", "ssm:GetParameters", error),)


def find_existing(registry: AwsRegistry, environment: Environment) -> Existing:
    """Return what exists of all that an environment makes under fixed names, parameters apart."""
    found, unseen = [], dict[str, None]()
    for fixed in fixed_of(environment):
        lookup = LOOKUPS[fixed.kind]
        try:
            there = look_up(registry, fixed)
        except OperationError as error:
            unseen[_unseen(lookup.noun, lookup.needs, error)] = None  # once for all of a kind
            continue
        if there is not None:
            found.append((fixed, there))
    return Existing(found=tuple(found), unseen=tuple(unseen), stack=environment.stack_ids[0])


def left_parameters(
    repositories: Iterable[DeclaredRepository], there: Mapping[str, FoundParameter]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return which parameters exist that `adopt` does not name.

    Returns:
        By the value of `adopt` that names them, the logical names of the repositories; and the full names of those
        that cannot be imported.
    """
    to_name: dict[str, tuple[str, ...]] = {}
    in_the_way = []
    for each in repositories:
        layout = each.environment.ecr_ssm_layout
        adopted, paths = adopted_parameters(each.options.adopt, layout), published_of(each)
        found = {name: there[path] for name, path in paths.items() if name not in adopted and path in there}
        in_the_way += [
            f"{paths[name]} ({parameter.type})" for name, parameter in found.items() if not parameter.is_importable
        ]
        names = [name for name, parameter in found.items() if parameter.is_importable]
        if names:
            word = ", ".join(parameter_parts(names, layout))
            to_name[word] = (*to_name.get(word, ()), each.logical_name)
    return to_name, tuple(in_the_way)


def report_existing(existing: Existing) -> Iterator[str]:
    """Return what was found as lines of text, each heading after an empty line."""
    unless = "if this environment's state does not hold it yet:"
    before = f"once `npx cdktf synth` and, in cdktf.out/stacks/{existing.stack}, `terraform init` are done"
    stopping = [*_lines(existing.found, "stops"), *_parameter_lines(existing)]
    for heading, lines in (
        (f"Exists already, and an apply would stop at it, {unless}", stopping),
        (
            f"Exists already, and an apply would overwrite it without a word, {unless}",
            _lines(existing.found, "overwrites"),
        ),
        (f"To keep it, have the state hold it: {before}, run there", _commands(existing.found)),
        ("Could not be looked at:", [f"{each}." for each in existing.unseen]),
    ):
        if lines:
            yield ""
            yield heading
            yield from (f"  {line}" for line in lines)


def _lines(found: Sequence[tuple[Fixed, Found]], fate: str) -> list[str]:
    return [
        " ".join(part for part in (LOOKUPS[fixed.kind].noun, fixed.name, f"({there.now})" if there.now else "") if part)
        for fixed, there in found
        if fixed.fate == fate
    ]


def _parameter_lines(existing: Existing) -> Iterator[str]:
    for word, names in existing.parameters.items():
        yield f"parameters, which `adopt: [{word}]` imports, of {', '.join(names)}"
    for each in existing.in_the_way:
        yield f"parameter {each}, which is no String and cannot become one: delete it before"


def _commands(found: Sequence[tuple[Fixed, Found]]) -> list[str]:
    return [
        f"terraform import {shlex.quote(f'{kind}.{fixed.logical_id}')} {shlex.quote(remote_id)}"
        for fixed, there in found
        if there.remote_id is not None
        for kind, remote_id in {fixed.kind: there.remote_id, **there.beside}.items()
    ]


def _unseen(noun: str, needs: str, error: OperationError) -> str:
    return f"{noun}: needs {needs}" if isinstance(error, RefusedByAws) else f"{noun}: {str(error).rstrip('.')}"
