"""States, accounts and regions that a change moves: Terraform would begin from nothing, or take over another state."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from ecr_constructs.config.desired import newer_features_of, provider_version_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.provider_features import ProviderFeature
from ecr_constructs.core.provider_versions import OLDEST_PROVIDER, ProviderVersion, short_version
from ecr_constructs.core.shards import shard_of
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.readers import consumers_of
from ecr_constructs.review.renamed import account_of, renamed_environments, state_of, states_of, told_state
from ecr_constructs.review.said import at, breaks, said_of

__all__ = ["judge_states"]

_CREDENTIALS = ("aws_profile", "assume_role_arn", "assume_role_external_id")


def judge_states(change: Change) -> Iterator[Finding]:
    """Yield which states and environments move, and which have nobody who manages them any more."""
    renamed = renamed_environments(change)
    former = {each.former.name for each in renamed.values()}
    for pair in change.changed:
        before, after = pair.before, pair.after
        if before is not None and after is not None:
            yield from _of_environment(before, after)
        elif before is not None and pair.name not in former:
            yield _left(before, consumers_of(before, change.base))
    for each in renamed.values():
        yield each.finding
    yield from _taken(change, renamed)


def _of_environment(before: Environment, after: Environment) -> Iterator[Finding]:
    yield from _place(before, after)
    yield from _state(before, after)
    yield from _stacks(before, after)
    yield from _unchecked(before, after)
    if before.credentials != after.credentials:
        said = said_of(before, after, *_changed(before, after, *_CREDENTIALS))
        what = f"Terraform acts with {_who(after)} instead of {_who(before)}, and reaches its state so as well"
        fix = "Let them reach all that is managed; `terraform init -reconfigure` takes them for the state."
        # Of one that was checked before, that is told by itself.
        is_open = account_of(after) is None and before.settings.account_id is None
        details = ("without account_id nothing refuses credentials of another account",) if is_open else ()
        yield breaks("credentials-changed", after, said, what, fix, *details)
    yield from _provider(before, after)


def _provider(before: Environment, after: Environment) -> Iterator[Finding]:
    # What the files say, or what the default rises to.
    one, other = provider_version_of(before), provider_version_of(after)
    if _clauses(one) == _clauses(other):
        return
    was, newer = newer_features_of(before), newer_features_of(after)
    said, falls = said_of(before, after, "aws_provider_version"), False
    if not said["path"]:
        # The default follows what is asked for: what is newest of either is what has come, or gone.
        falls = _floor(was) > _floor(newer)
        asked = was if falls else newer
        said = at(*asked[max(asked, key=lambda feature: feature.since)], at_base=falls)
    gone = [each for each in was if falls and each not in newer]
    yield Finding(
        code="provider-versions",
        severity="note",
        consequence="breaks",
        environment=after.name,
        what=f"Terraform's AWS provider may be {other} instead of {one}",
        fix="The version that was installed is one of these as well."
        if falls
        else "Look at a plan before it is applied; `terraform init -upgrade` takes the other version.",
        details=(
            *(
                f"{each.what}, which needs {short_version(each.since)} or a later one, is asked for no more"
                for each in gone
            ),
            *(f"{each.what} needs {short_version(each.since)} or a later one" for each in newer),
        ),
        **said,
    )


def _floor(features: Iterable[ProviderFeature]) -> ProviderVersion:
    return max((each.since for each in features), default=OLDEST_PROVIDER)


def _place(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = account_of(before), account_of(after)
    # Of the repositories that it makes, that is told as what becomes of their images.
    if None not in (old, new) and old != new and not before.made:
        key = "account_id" if before.settings.account_id != after.settings.account_id else "assume_role_arn"
        what = f"everything is made again in account {new}: what is there in {old} stays, with nobody who manages it"
        fix = f"Make another environment for {new}, or destroy this one in {old} before."
        yield breaks("environment-moved", after, said_of(before, after, key), what, fix, severity="danger")
    if before.settings.region != after.settings.region and not before.made:
        one, other = before.settings.region, after.settings.region
        what = f"everything is made again in {other}, and what is there in {one} is destroyed"
        fix = f"Make another environment for {other}, have images replicated there, and move who pulls them before."
        yield breaks("environment-moved", after, at("region"), what, fix, severity="danger")


def _unchecked(before: Environment, after: Environment) -> Iterator[Finding]:
    """Yield that Terraform acts in whatever account it gets to, which it refused before."""
    account = before.settings.account_id
    # A role is in an account of its own; what comes of another one is told of all that is made.
    if account is None or account_of(after) is not None:
        return
    is_moved = before.credentials != after.credentials
    how = f", and acts with {_who(after)} instead of {_who(before)}" if is_moved else ""
    yield breaks(
        "account-unchecked",
        after,
        said_of(before, after, "account_id"),
        f"Terraform refuses credentials of other accounts than {account} no more{how}: in another one it makes "
        "everything again, and what is there stays with nobody who manages it",
        f"Keep account_id: '{account}'.",
        severity="danger" if is_moved else "attention",
    )


def _state(before: Environment, after: Environment) -> Iterator[Finding]:
    keys = _changed(before, after, "bucket", "state_key")
    if state_of(before) != state_of(after):
        old, new = told_state(before), told_state(after)
        what = f"its state is {new} instead of {old}: Terraform begins with an empty one and makes everything again"
        fix = f"Deploy with `npx cdktf deploy {after.name} --migrate-state`, which is `terraform init -migrate-state`."
        yield breaks("state-moved", after, said_of(before, after, *keys), what, fix, severity="danger")
    elif after.settings.bucket is not None and before.settings.region != after.settings.region:
        what = f"the bucket of its state is looked for in {after.settings.region}, where it is not"
        fix = "Name a bucket of that region, and copy the state into it before."
        yield breaks("state-moved", after, at("region"), what, fix, severity="danger")


def _stacks(before: Environment, after: Environment) -> Iterator[Finding]:
    one, other = before.settings.ecr_shards, after.settings.ecr_shards
    if one == other:
        return
    moved = tuple(
        name
        for name, each in after.repositories.items()
        if name in before.repositories
        and not each.is_made
        and shard_of(each.same_as or name, one) != shard_of(each.same_as or name, other)
    )
    if moved:
        what = f"moves to the state of another stack, of which there are {other} instead of {one}"
        fix = f"Move its resources by `terraform state mv`, or leave ecr_shards at {one}."
        yield breaks(
            "state-shards",
            after,
            said_of(before, after, "ecr_shards"),
            what,
            fix,
            repositories=moved,
            severity="danger",
        )


def _left(before: Environment, consumers: tuple[str, ...]) -> Finding:
    account = account_of(before)
    place = "its account" if account is None else f"account {account}"
    return Finding(
        code="environment-removed",
        severity="attention",
        consequence="breaks",
        environment=before.name,
        path=(),
        at_base=True,
        what=f"its file goes, which destroys nothing: all that it made stays in {place}, with nobody who manages it",
        fix=f"To destroy it, run `npx cdktf destroy {' '.join(before.stack_ids)}` before; else keep the file.",
        details=(
            f"state: {told_state(before)}",
            *([f"repositories: {len(before.made):,}"] if before.made else []),
            *consumers,
        ),
    )


def _taken(change: Change, renamed: Container[str]) -> Iterator[Finding]:
    """Yield which environments keep their state where another one kept its."""
    owners = {state: each.name for each in change.base.environments.values() for state in states_of(each)}
    for pair in change.changed:
        after = pair.after
        if after is None or pair.name in renamed:
            continue
        taken = {owners.get(state, pair.name) for state in states_of(after)} - {pair.name}
        for other in sorted(taken):
            what = f"its state is the one of {other}: the next apply destroys what {other} has made"
            fix = "Leave state_key out: then each environment has a state of its own."
            key = "bucket" if after.settings.state_key is None else "state_key"
            yield breaks("state-taken", after, at(key), what, fix, severity="danger")


def _changed(before: Environment, after: Environment, *keys: str) -> list[str]:
    return [key for key in keys if getattr(before.settings, key) != getattr(after.settings, key)]


def _who(environment: Environment) -> str:
    """Return whose credentials Terraform uses, in words."""
    said = environment.credentials
    words = [
        *([] if said.profile is None else [f"the profile {said.profile}"]),
        *([] if said.role_arn is None else [f"the role {said.role_arn}"]),
        *([] if said.external_id is None else [f"the external id {said.external_id}"]),
    ]
    return ", ".join(words) or "what it finds"


def _clauses(constraint: str) -> list[str]:
    """Return what a constraint says, however it is written."""
    return sorted("".join(each.split()).removeprefix("=") for each in constraint.split(","))
