"""Environments that are another one under a new name: their files are renamed, and their states are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from ecr_constructs.config.environment import Environment
from ecr_constructs.core.adoption import named_parts
from ecr_constructs.core.aws import ROLE_ARN
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Consequence, Finding, Severity

__all__ = ["Renamed", "account_of", "renamed_environments", "state_of", "states_of", "told_state"]

State = tuple[str, str]
"""The bucket of a state and its key in it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Renamed:
    """An environment, and the one that it was.

    Attributes:
        former: What it was, under the name that is gone.
        environment: What it is to be.
    """

    former: Environment
    environment: Environment

    @property
    def keeps_state(self) -> bool:
        """Whether it goes on with the states that there are."""
        states = states_of(self.environment)
        return bool(states) and states == states_of(self.former)

    @property
    def finding(self) -> Finding:
        """What it comes to."""
        name, later = self.former.name, self.environment.name
        here = [each.repository_name for each in self.environment.made.values()]
        there = {each.repository_name for each in self.former.made.values()}
        if self.keeps_state:
            lost = tuple(self._lost())
            if lost:
                what = f"{later} goes on with the state of {name}, whose repositories it has no more, or by other names"
                fix = "Say the repository_name and the encryption_type that each had, and leave ecr_shards as it was."
                return self._found("danger", "deletes images", what, fix, lost)
            what = f"{later} goes on with the state of {name}: tags, roles and rules get the new name"
            return self._found("attention", "breaks", what, "Move whoever acts by those roles.")
        began = f"{later} is {name} by another name, with a state of its own"
        if there.isdisjoint(here):
            what = f"{began}: it makes empty repositories, and those of {name} stay with their images, unmanaged"
            return self._found("danger", "breaks", what, f"{self._keep_state} and say the repository_name of each.")
        if all("repository" in named_parts(each.options.adopt) for each in self.environment.made.values()):
            what = f"{began}, which adopts the repositories: the state of {name} has them as well"
            fix = f"Apply nothing to {name} any more, and remove its state."
            return self._found("attention", "breaks", what, fix)
        what = f"{began}: its repositories are there already, and Terraform cannot make them again"
        return self._found("danger", "breaks", what, f"{self._keep_state}, or adopt the repositories.")

    @property
    def _keep_state(self) -> str:
        """What has it go on with the state that there is."""
        one, other = self.former, self.environment
        if one.settings.bucket is not None:
            return f"Set state_key: {one.state_key()}"
        return f"Rename {state_of(one)[1]} to {state_of(other)[1]}"

    def _lost(self) -> Iterator[str]:
        """Yield the repositories that the state has, and that would not be the same ones."""
        for each in EnvironmentPair(self.environment.name, self.former, self.environment).made:
            before, after = each.before, each.after
            if before is None:
                continue
            kept = after is not None and (before.repository_name, before.encryption_type) == (
                after.repository_name,
                after.encryption_type,
            )
            if not kept:
                yield each.logical_name

    def _found(
        self, severity: Severity, consequence: Consequence, what: str, fix: str, repositories: tuple[str, ...] = ()
    ) -> Finding:
        return Finding(
            code="environment-renamed",
            severity=severity,
            consequence=consequence,
            environment=self.environment.name,
            path=("env",),
            what=what,
            fix=fix,
            repositories=repositories,
        )


def renamed_environments(change: Change) -> Mapping[str, Renamed]:
    """Return the environments that were another one, by their names.

    That is told by what they have in common: the state, names in ECR, which no two environments of a registry share,
    or else the logical names of all repositories.
    """
    gone = [pair.before for pair in change.changed if pair.after is None and pair.before is not None]
    new = {pair.name: pair.after for pair in change.changed if pair.before is None and pair.after is not None}
    found: dict[str, Renamed] = {}
    for former in gone:
        alike = {name: score for name, each in new.items() if name not in found and any(score := _alike(former, each))}
        if alike:
            best = max(sorted(alike), key=lambda name: alike[name])
            found[best] = Renamed(former, new[best])
    return found


def account_of(environment: Environment) -> str | None:
    """Return the account of an environment, as it is said or as its role has it."""
    said, role = environment.settings.account_id, environment.settings.assume_role_arn
    match = None if role is None else ROLE_ARN.fullmatch(role)
    return said or (match[1] if match else None)


def state_of(environment: Environment, shard: int = 1) -> State:
    """Return the bucket of a shard's state, empty for a local file, and its key or the name of the file."""
    bucket = environment.settings.bucket
    if bucket is None:
        return "", f"terraform.{environment.stack_id(shard)}.tfstate"
    return bucket, environment.state_key(shard)


def states_of(environment: Environment) -> tuple[State, ...]:
    """Return the states of an environment that are in a bucket."""
    if environment.settings.bucket is None:
        return ()
    return tuple(state_of(environment, shard) for shard in range(1, environment.settings.ecr_shards + 1))


def told_state(environment: Environment) -> str:
    """Return where the first state of an environment is, in words."""
    bucket, key = state_of(environment)
    return f"s3://{bucket}/{key}" if bucket else f"the local file {key}"


def _alike(former: Environment, later: Environment) -> tuple[bool, int, bool]:
    """Return what two environments have in common, the surest first."""
    one, other = former.settings, later.settings
    accounts = {one.account_id, other.account_id} - {None}
    states = states_of(former)
    same_state = bool(states) and states == states_of(later)
    if one.region != other.region or len(accounts) > 1:
        return same_state, 0, False
    names = [{each.repository_name for each in side.made.values()} for side in (former, later)]
    same_names = one.project == other.project and bool(former.made) and former.made.keys() == later.made.keys()
    return same_state, len(names[0] & names[1]), same_names
