"""Parameters that a change removes or moves, as Terraform plans it, and URLs that it changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import reference_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import INHERITED
from ecr_constructs.core.shards import shard_of
from ecr_constructs.core.ssm import LAYOUTS
from ecr_constructs.review.change import Change, EnvironmentPair, RepositoryPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.readers import consumers_of, readers_of
from ecr_constructs.review.said import Said, at, said_of, said_of_one

__all__ = ["judge_parameters"]

_NAME = "NAME"


def judge_parameters(change: Change) -> Iterator[Finding]:
    """Yield what becomes of parameters that are destroyed or replaced, and of URLs that change.

    Whatever is published of a repository has an address made of its logical name: Terraform destroys a parameter whose
    repository is not published any more, and replaces one whose name or region changes. A value changes in place.
    """
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _of_environment(pair, pair.before, pair.after, consumers_of(pair.before, change.base))


def _of_environment(
    pair: EnvironmentPair, before: Environment, after: Environment, consumers: tuple[str, ...]
) -> Iterator[Finding]:
    readers: dict[str, tuple[str, ...]] | None = None
    for each in pair.repositories:
        one, other = each.before, each.after
        if one is None or (one is other and before is after):
            continue
        found = [
            *(_finding("parameters-removed", pair, each, *lost) for lost in _removed(one, other, before, after)),
            *(_finding("parameters-moved", pair, each, *lost) for lost in _moved(each, before, after)),
        ]
        if found and readers is None:
            readers = readers_of(before)
        for finding in found:
            details = (*(readers or {}).get(one.logical_name, ()), *consumers)
            yield dataclasses.replace(finding, details=details)
        if other is not None:
            yield from _url(pair.name, one, other, (before, after), consumers)


def _finding(code: str, pair: EnvironmentPair, repository: RepositoryPair, said: Said, what: str, fix: str) -> Finding:
    return Finding(
        code=code,
        severity="attention",
        consequence="breaks",
        environment=pair.name,
        what=what,
        fix=fix,
        repositories=(repository.logical_name,),
        **said,
    )


_Lost = tuple[Said, str, str]
"""Where it is said that parameters go, what that means, and what to do."""


def _removed(
    one: DeclaredRepository, other: DeclaredRepository | None, before: Environment, after: Environment
) -> Iterator[_Lost]:
    """Yield which parameters of a repository are there no more, wherever that would be."""
    if one.ssm_path is None:
        return
    if other is None or other.ssm_path is None:
        what = f"is published no more: its parameters below {_below(before)} are destroyed"
        if other is None:
            said = at("ecr_strategy") if one.path == INHERITED else at(*one.path, at_base=True)
            yield said, what, "Have those who read them read others before this is applied."
        else:
            fix = "Leave publish_to_ssm true until nobody reads them."
            yield said_of_one(one, other, "publish_to_ssm"), what, fix
        return
    kept = LAYOUTS[after.settings.ecr_ssm_layout]
    gone = [name for name in LAYOUTS[before.settings.ecr_ssm_layout] if name not in kept]
    if gone:
        what = f"is published in fewer parameters: {', '.join(gone)} below {_below(before)} are destroyed"
        fix = "Have those who read them read config instead, before this is applied."
        yield said_of(before, after, "ecr_ssm_layout"), what, fix


def _moved(pair: RepositoryPair, before: Environment, after: Environment) -> Iterator[_Lost]:
    """Yield what moves the parameters of a repository that stays published."""
    one, other = pair.before, pair.after
    if one is None or other is None or None in (one.ssm_path, other.ssm_path):
        return
    old, new = before.settings, after.settings
    fix = "Have those who read them take whichever is there of the two, before this is applied."
    if pair.is_renamed:
        what = f"is published below another name: its parameters below {one.ssm_path} are destroyed"
        yield said_of_one(one, other, "renamed_from"), what, fix
    elif one.ssm_path != other.ssm_path:
        what = f"is published below {_below(after)}: its parameters below {_below(before)} are destroyed"
        yield said_of(before, after, "ecr_ssm_prefix"), what, fix
    elif old.region != new.region:
        what = f"is published in {new.region}: its parameters in {old.region} are destroyed"
        yield at("region"), what, fix
    elif None not in (old.account_id, new.account_id) and old.account_id != new.account_id:
        what = f"is published in account {new.account_id}: its parameters in {old.account_id} are kept up by nobody"
        yield at("account_id"), what, fix
    elif (former := _stack(one, before)) != (later := _stack(other, after)):
        what = f"moves from the state of {former} to that of {later}, which destroys its parameters"
        fix = "Move its resources by `terraform state mv`, or set ecr_shards to what it was."
        same = old.ecr_shards == new.ecr_shards
        yield at(*other.path) if same else said_of(before, after, "ecr_shards"), what, fix


def _url(
    name: str,
    one: DeclaredRepository,
    other: DeclaredRepository,
    sides: tuple[Environment, Environment],
    consumers: tuple[str, ...],
) -> Iterator[Finding]:
    """Yield that a repository is pulled and pushed by another URL, whether it is published or not."""
    before, after = sides
    if (one is other and before is after) or (one.is_made is other.is_made is True and _same_place(one, other)):
        return
    old, new = _place(one, before), _place(other, after)
    # An account that is not said is not another one.
    parts = [part for part in old if None not in (old[part], new.get(part)) and old[part] != new[part]]
    if not parts:
        return
    said, how = at(*other.path), ""
    if other.is_made and one.is_made:
        if parts == [_REPOSITORY]:
            said, how = _renamed(one, other, before, after)
        else:
            said = at(*{_ACCOUNT: ("account_id",), _REGION: ("region",)}.get(parts[0], other.path))
    elif before.settings.ecr_strategy != after.settings.ecr_strategy:
        said = said_of(before, after, "ecr_strategy")
    elif not (one.is_made or other.is_made) and (one.uri, other.uri) == (None, None):
        said = said_of(before, after, *_source_keys(before, after))
    values = {part: f"is {new[part]} instead of {old[part]}" for part in parts}
    names = (f"{other.logical_name}: its {_REPOSITORY} {values[_REPOSITORY]}",) if _REPOSITORY in values else ()
    how = how or "; ".join(f"its {part} {'changes' if part == _REPOSITORY else values[part]}" for part in parts)
    yield Finding(
        code="url-changed",
        severity="attention",
        consequence="breaks",
        environment=name,
        what=f"gets another URL: {how}",
        fix="Have those who pull and push take the URL from its parameter url, or from the output ecr_repository_urls.",
        repositories=(other.logical_name,),
        details=(*names, *consumers),
        **said,
    )


_ACCOUNT, _REGION, _REPOSITORY = "account", "region", "name in ECR"


def _place(repository: DeclaredRepository, environment: Environment) -> Mapping[str, str | None]:
    """Return what the URL of a repository is made of."""
    reference = reference_of(repository, environment)
    if reference is None and environment.settings.ecr_strategy == "cross_account":
        return {}  # where its source is, is not known
    if reference is not None:
        arn, _ = reference
        return {_ACCOUNT: arn.account_id, _REGION: arn.region, _REPOSITORY: arn.repository_name}
    settings, owner = environment.settings, environment.owner_of(repository)
    return {_ACCOUNT: settings.account_id, _REGION: settings.region, _REPOSITORY: owner.repository_name}


def _same_place(one: DeclaredRepository, other: DeclaredRepository) -> bool:
    old, new = one.environment, other.environment
    places = ((each.account_id, each.region) for each in (old, new))
    return len({*places}) == 1 and one.repository_name == other.repository_name


def _renamed(
    one: DeclaredRepository, other: DeclaredRepository, before: Environment, after: Environment
) -> tuple[Said, str]:
    """Return where a repository that is made here gets another name in ECR, and how."""
    if one.is_named_by_template and other.is_named_by_template:
        old, new = before.settings, after.settings
        for key in ("ecr_repository_name", "project"):
            if getattr(old, key) != getattr(new, key):
                return said_of(before, after, key), f"{key} is {getattr(new, key)} instead of {getattr(old, key)}"
    if one.options.repository_name != other.options.repository_name:
        return said_of_one(one, other, "repository_name"), ""
    return at(*other.path), ""


def _source_keys(before: Environment, after: Environment) -> list[str]:
    keys = ("ecr_source_env", "ecr_account_id", "ecr_account_region", "ecr_repository_name", "project")
    return [key for key in keys if getattr(before.settings, key) != getattr(after.settings, key)]


def _below(environment: Environment) -> str:
    return f"{environment.settings.ecr_ssm_prefix.rstrip('/')}/{_NAME}"


def _stack(repository: DeclaredRepository, environment: Environment) -> str:
    shards = environment.settings.ecr_shards
    return environment.stack_id(shard_of(repository.same_as or repository.logical_name, shards))
