"""The whole of an adoption, up to where something would be written."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from ecr_constructs.adoption.choose import Choice, choose, logical_names
from ecr_constructs.adoption.describe import Entry, describe
from ecr_constructs.adoption.draft import Account
from ecr_constructs.adoption.effects import Effects, effects_of, replacement_of
from ecr_constructs.adoption.existing import Existing, find_existing, left_parameters, parameters_there
from ecr_constructs.adoption.file import load_with
from ecr_constructs.adoption.fixed import published_of
from ecr_constructs.adoption.insert import insert_entries, with_mapping
from ecr_constructs.adoption.read import AwsRegistry, FoundParameter, FoundRepository
from ecr_constructs.adoption.render import render_entries
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.model.kms import KeyAlias
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.named import unknown_environment
from ecr_constructs.config.reading.content import file_content
from ecr_constructs.config.reading.reader import read_yaml
from ecr_constructs.core.adoption import adopted_parts
from ecr_constructs.core.ssm import LAYOUTS, published_path
from ecr_constructs.errors import InvalidInput, OperationError, Problem, file_name, raise_problems

__all__ = ["Adoption", "prepare_adoption"]


@dataclasses.dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption would write, and what would come of it.

    Attributes:
        file: The environment's file.
        before: Its text.
        after: The text with the new entries; the same where there are none.
        account_id: The account that was read.
        region: The region that was read.
        entries: The new entries, sorted.
        effects: What a first plan would do to each repository that is adopted, those of earlier adoptions among them.
        warnings: What would go wrong with other repositories that are declared.
        notes: What is left out or left as it is.
        existing: What else exists that the environment is about to make.
    """

    file: Path
    before: str
    after: str
    account_id: str
    region: str
    entries: tuple[Entry, ...]
    effects: tuple[Effects, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    existing: Existing


def prepare_adoption(
    env: str, directory: Path, *, prefix: str = "", patterns: Sequence[str] = (), excluded: Sequence[str] = ()
) -> Adoption:
    """Read the account of an environment and return what would be written; nothing is.

    Args:
        env: The environment.
        directory: Where the environment files are.
        prefix: How the names of the repositories begin that are taken.
        patterns: Names with `*` and `?`, of which one must match; none for all.
        excluded: The same, of which none may match.

    Raises:
        InvalidInput: The files are not right, there is no such environment, nothing matches, or an entry cannot say
            what a repository is.
        OperationError: AWS cannot be asked, or is another account than the environment's.
    """
    file = directory / f"{env}.yaml"
    before, environments = _load(directory, file)
    environment = _environment(environments, env, file)
    registry = AwsRegistry(environment.settings.region, environment.credentials)
    account = _account(registry, environment, file)
    found = registry.repositories()
    choice = choose(found, environments, env, account.account_id, prefix=prefix, patterns=patterns, excluded=excluded)
    names = logical_names([each.name for each in choice.taken], environment.settings, environment.repositories)
    details = registry.with_details(choice.taken)
    parameters, unseen = parameters_there(registry, _parameter_names(environment, names.values()))
    entries = _describe(details, names, environment, account, parameters, file)
    missing = tuple(_missing(environment, found))
    after = before
    if entries:
        after = insert_entries(
            with_mapping(before),
            lambda column, newline: render_entries(entries, indent=column, newline=newline),
            file=file_name(file),
        )
        environment = _environment(load_with(directory, file.name, after), env, file)
    earlier = {each.name: name for name, each in choice.declared.items() if environment.made[name].options.adopt}
    details += registry.with_details(each for each in choice.declared.values() if each.name in earlier)
    names |= earlier
    effects = [
        effects_of(
            each,
            environment.made[names[each.name]],
            environment=environment,
            account=account,
            parameters=parameters,
        )
        for each in details
    ]
    told = {each.logical_name for each in effects}
    others = [each for name, each in environment.repositories.items() if name not in told]
    to_name, in_the_way = left_parameters(others, parameters or {})
    existing = find_existing(registry, environment)
    return Adoption(
        file=file,
        before=before,
        after=after,
        account_id=account.account_id,
        region=registry.region,
        entries=entries,
        effects=tuple(sorted(effects, key=lambda each: each.logical_name)),
        warnings=(*_replaced(choice, environment, account, earlier), *missing),
        notes=tuple(_notes(choice, earlier)),
        existing=dataclasses.replace(
            existing, parameters=to_name, in_the_way=in_the_way, unseen=(*unseen, *existing.unseen)
        ),
    )


def _parameter_names(environment: Environment, taken: Iterable[str]) -> list[str]:
    """Return the full names of all parameters that repositories are published in, and those to come."""
    settings = environment.settings
    declared = [path for each in environment.repositories.values() for path in published_of(each).values()]
    below = (published_path(settings.ecr_ssm_prefix, name) for name in taken)
    return [*declared, *(f"{path}/{last}" for path in below for last in LAYOUTS[settings.ecr_ssm_layout])]


def _load(directory: Path, file: Path) -> tuple[str, list[Environment]]:
    """Return a file's text, and all environments; a file whose `ecr_repositories:` is still empty is right here."""
    try:
        text = file_content(file, file.name)[0].decode()
        start = with_mapping(text)
    except (UnicodeDecodeError, yaml.YAMLError):
        text = start = ""  # what is wrong is said below
    if start != text:
        return text, load_with(directory, file.name, start)
    return text, load_environments(directory)


def _environment(environments: Iterable[Environment], env: str, file: Path) -> Environment:
    by_name = {each.name: each for each in environments}
    if env not in by_name:
        raise InvalidInput([unknown_environment(env, by_name)])
    if by_name[env].settings.ecr_strategy != "local":
        rule, fix = "must be local for repositories to be adopted", "Adopt them in the environment that has them."
        problem = Problem(("ecr_strategy",), "adopt-strategy", rule, "cross_account", fix, file_name(file))
        raise InvalidInput([problem])
    return by_name[env]


def _account(registry: AwsRegistry, environment: Environment, file: Path) -> Account:
    settings = environment.settings
    if settings.account_id not in (None, registry.account_id):
        raise OperationError(
            f"The credentials are those of account {registry.account_id}, and {file_name(file)} is about account "
            f"{settings.account_id}: use credentials of that account, such as by AWS_PROFILE."
        )
    references = (settings.ecr_kms_key, *(each.kms_key for each in environment.made.values()))
    keys = {each.alias: registry.key_of_alias(each.alias) for each in references if isinstance(each, KeyAlias)}
    return Account(
        account_id=registry.account_id,
        # One that nobody may look up is granted to all the same.
        organization_id=(registry.organization_id() or "unknown") if settings.organization else None,
        keys={alias: arn for alias, arn in keys.items() if arn is not None},
    )


def _describe(
    details: Sequence[FoundRepository],
    names: Mapping[str, str],
    environment: Environment,
    account: Account,
    parameters: Mapping[str, FoundParameter] | None,
    file: Path,
) -> tuple[Entry, ...]:
    data = read_yaml(file).data
    said = data.get(DEFAULTS) if isinstance(data, dict) else None
    defaults = RepositoryOptions.model_validate(said or {})
    described = [
        describe(
            each,
            names[each.name],
            environment=environment,
            defaults=defaults,
            account=account,
            parameters=parameters,
        )
        for each in details
    ]
    raise_problems((problem for _, problems in described for problem in problems), source=file_name(file))
    return tuple(entry for entry, _ in described)


def _replaced(choice: Choice, environment: Environment, account: Account, adopted: Container[str]) -> Iterator[str]:
    for name, found in choice.declared.items():
        reason = replacement_of(found, environment.made[name], account)
        if reason is not None and found.name not in adopted:
            yield f"{found.name} {reason}."


def _missing(environment: Environment, found: Sequence[FoundRepository]) -> Iterator[str]:
    """Return what is declared and not there, perhaps because it has another name there."""
    names = {each.name for each in found}
    nobodys = names - {each.repository_name for each in environment.made.values()}
    for logical_name, declared in environment.made.items():
        if declared.repository_name in names:
            continue
        text = f"{logical_name} is declared as {declared.repository_name}, which is not there"
        imported = bool(adopted_parts(declared.options.adopt))
        if imported:
            text += " though it is to be adopted, so that Terraform would refuse to plan"
        similar = sorted(nobodys & {logical_name, declared.name_by_template(logical_name)})
        if similar:
            text += (
                f", and {' and '.join(similar)} is: if that is meant, say repository_name: {similar[0]}, or a state "
                "that has it would have it REPLACED, and its images DELETED"
            )
        if similar or imported:
            yield f"{text}."


def _notes(choice: Choice, adopted: Container[str]) -> Iterator[str]:
    for env in sorted(set(choice.elsewhere.values())):
        names = [name for name, owner in choice.elsewhere.items() if owner == env]
        yield f"Left out, because the environment {env} declares it: {_some(names)}."
    names = [each.name for each in choice.declared.values() if each.name not in adopted]
    if names:
        yield f"Declared already, without adopt, which it needs unless a state has it: {_some(names)}."


def _some(names: Sequence[str], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(sorted(names)[:most]) + more
