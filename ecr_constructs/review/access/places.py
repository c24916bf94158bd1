"""Where a file says what lets somebody in, or said it before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from ecr_constructs.access.holders import Holder
from ecr_constructs.access.told import as_said
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import public_of, registry_grants_of, templates_of, wanted_of
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.rules.defaults import place_of
from ecr_constructs.core.access.grants import AccessGrants
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.registry.public import PublicSettings
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.access.answers import Shift
from ecr_constructs.review.access.sites import ActedOn, SitePair
from ecr_constructs.review.said import Said, at

__all__ = ["place_of_pair", "place_of_shift"]

_OPTIONS = (
    *(each.name for each in dataclasses.fields(AccessGrants) if each.name in RepositoryOptions.model_fields),
    "enable_cross_account_access",
)
_SETTINGS = ("ecr_trusted_accounts", "organization_id", "organization")
_OF_TEMPLATE: Final = "policy of the creation template"
_OF_REGISTRY: Final = "registry policy"
# A place that names somebody goes before the role's, and that before any other that differs.
_NAMED, _MADE, _DIFFERS = 4, 2, 0

_Place = tuple[int, KeyPath]


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked for.

    Attributes:
        names: By which words a file may name somebody, those that say it best first.
        levels: What it is about; an option that is called after it says it best.
        holder: The role or policy, where it is made.
        policies: Which policies decided; none where that is not known.
    """

    names: tuple[str, ...]
    levels: tuple[str, ...]
    holder: Holder | None
    policies: frozenset[str] = frozenset()

    def is_by(self, policy: str) -> bool:
        """Tell whether a policy decided, or may have."""
        return not self.policies or policy in self.policies


def place_of_shift(shift: Shift, abilities: Collection[Ability], *, opens: bool) -> Said:
    """Return where the head says what lets somebody in, or the base said it; else the place of the repository.

    What nobody says any more, such as a statement that refused somebody, is at its place in the base.

    Args:
        shift: Who may do what else.
        abilities: What it is about.
        opens: Whether it is about more, which the head says, or about less, which the base said.
    """
    pair, levels = shift.pairs[0], tuple(each.value for each in abilities if each is not Ability.PULL)
    moves = [move for ability, move in shift.moves if ability in abilities]
    requester = shift.access.requester
    names = tuple(as_said(each) for each in (requester.text, *shift.access.sources, requester.account_id) if each)
    later, former = (pair.after, pair.before, shift.after, False), (pair.before, pair.after, shift.before, True)
    for one, other, access, at_base in (later, former) if opens else (former, later):
        decisions = [move.before if at_base else move.after for move in moves]
        policies = frozenset(clause.policy for each in decisions for clause in each.because)
        asked = _Asked(names, levels or ("pull",), None if access is None else access.holder, policies)
        found = [] if one is None else sorted(_places(one, other, asked), key=lambda each: -each[0])
        if found:
            return at(*found[0][1], at_base=at_base)
    return place_of_pair(pair)


def place_of_pair(pair: SitePair) -> Said:
    """Return where a repository is said, whatever it is."""
    site = pair.site
    path: KeyPath
    if site.kind == "public":
        path = ("ecr_public_repositories", site.logical_name)
    elif site.kind == "pattern":
        prefix = ROOT if site.logical_name == "*" else site.logical_name.removesuffix("/*")
        is_template = prefix in site.environment.settings.ecr_creation_templates
        path = ("ecr_creation_templates" if is_template else "ecr_pull_through_caches", prefix)
    else:
        path = site.environment.repositories[site.logical_name].path
    return at(*path, at_base=pair.after is None)


def _places(one: ActedOn, other: ActedOn | None, asked: _Asked) -> Iterator[_Place]:
    """Yield what one side says and the other one does not, each with how well it says it."""
    site = one.site
    if site.kind == "made":
        yield from _of_made(one, other, asked)
    elif site.kind == "pattern" and asked.is_by(_OF_TEMPLATE):
        known = [] if other is None else [each.value for each in templates_of(other.site.environment)]
        for wanted in templates_of(site.environment):
            is_meant = isinstance(wanted.value, CreationTemplate) and _reaches(wanted.value.prefix, site.logical_name)
            if is_meant and wanted.value not in known and any(name in str(wanted.value) for name in asked.names):
                yield _NAMED, wanted.path
    elif site.kind == "public":
        for wanted in public_of(site.environment):
            if wanted.path[-1] == site.logical_name and isinstance(wanted.value, PublicSettings):
                index = _index(wanted.value.push_account_ids, (), asked.names)
                yield _DIFFERS, wanted.path if index is None else (*wanted.path, "push_account_ids", *index)
    holder = asked.holder
    if holder is not None and holder.environment.name == site.environment.name:
        yield from ((_MADE, path) for path in _of_holder(holder))
    if not asked.is_by(_OF_REGISTRY):
        return
    grants = [] if other is None else [grant for _, grant in registry_grants_of(other.site.environment)]
    for path, grant in registry_grants_of(site.environment):
        if grant not in grants and any(name in str(grant) for name in asked.names):
            yield _NAMED, path


def _reaches(prefix: str, name: str) -> bool:
    """Whether a template's prefix is that of repositories which are shown by a name such as `team/*`, or above it."""
    return prefix == ROOT or f"{name.removesuffix('*')}".startswith(f"{prefix}/")


def _of_made(one: ActedOn, other: ActedOn | None, asked: _Asked) -> Iterator[_Place]:
    mine, theirs = _owner(one), None if other is None else _owner(other)
    if mine is None:
        return

    def places(
        keys: Iterable[str], of: Callable[[DeclaredRepository], object], path: Callable[[str], KeyPath]
    ) -> Iterator[_Place]:
        for key in keys:
            value, former = (None if each is None else getattr(of(each), key) for each in (mine, theirs))
            if value != former and value:
                index = () if key in asked.names else _index(value, former, asked.names)
                said = sum(level in key for level in asked.levels)
                yield (_DIFFERS if index is None else _NAMED) + said, (*path(key), *(index or ()))

    options = [key for key in _OPTIONS if key in mine.options.model_fields_set]
    yield from places(options, lambda each: each.options, lambda key: place_of(mine, key))
    yield from places(_SETTINGS, lambda each: each.environment, lambda key: (key,))


def _owner(acted_on: ActedOn) -> DeclaredRepository | None:
    environment = acted_on.site.environment
    repository = environment.repositories.get(acted_on.site.logical_name)
    return None if repository is None else environment.owner_of(repository)


def _index(value: object, former: object, names: tuple[str, ...]) -> tuple[int, ...] | None:
    """Return where in a value somebody is named: an empty path if that is the value itself, None if nowhere."""
    if isinstance(value, tuple):
        known = former if isinstance(former, tuple) else ()
        new = [(index, str(each)) for index, each in enumerate(value) if each not in known]
        return next(((index,) for name in names for index, text in new if name in text), None)
    return () if str(value) in names else None


def _of_holder(holder: Holder) -> Iterator[KeyPath]:
    """Yield where its file asks for a role or policy."""
    place = holder.environment.place
    for wanted in wanted_of(holder.environment):
        identities = getattr(wanted.value, "identities", None)
        for each in identities(place) if callable(identities) else ():
            if holder.name in (each.name, *each.role_names):
                yield wanted.path
