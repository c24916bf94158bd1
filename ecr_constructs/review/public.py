"""Public repositories: those that are new, which everyone pulls from, and those that go, with their images."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import public_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.public import PublicSettings
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import Change
from ecr_constructs.review.deletes import fate_of
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.protection import newly_deletable
from ecr_constructs.review.said import Said, at

__all__ = ["judge_public", "judge_public_losses"]


def judge_public(change: Change) -> Iterator[Finding]:
    """Yield the repositories that are public and were not."""
    for pair in change.changed:
        before = {} if pair.before is None else _by_name(pair.before)
        private = set() if pair.before is None else {*pair.before.made}
        for name in () if pair.after is None else _by_name(pair.after):
            if name not in before:
                what = "is made public" if name in private else "is public"
                yield Finding(
                    code="public-added",
                    severity="danger",
                    consequence="opens",
                    environment=pair.name,
                    what=f"{what}: everyone can pull it, without an account of AWS",
                    fix="Make it in ecr_repositories, and name those who need it.",
                    repositories=(name,),
                    **at("ecr_public_repositories", name),
                )


def judge_public_losses(change: Change) -> Iterator[Finding]:
    """Yield which of them are destroyed or replaced with their images, or may newly be."""
    for pair in change.changed:
        if pair.before is None or pair.after is None:
            continue
        before, after = (_by_address(each) for each in (pair.before, pair.after))
        names = {each.repository_name: address for address, (_, each) in after.items() if address not in before}
        for address, (path, stored) in before.items():
            if address in after:
                yield from _changed(pair.name, pair.after, after[address][0], stored, after[address][1])
            else:
                yield _destroyed(pair.name, path, stored, is_taken=stored.repository_name in names)


def _destroyed(environment: str, path: KeyPath, stored: PublicSettings, *, is_taken: bool) -> Finding:
    taken = "its place is taken by another with its name in ECR, " if is_taken else ""
    fate = fate_of(in_whole=bool(stored.force_destroy))
    return Finding(
        code="repository-destroyed",
        severity="danger",
        consequence="deletes images",
        environment=environment,
        path=path,
        at_base=True,
        repositories=(str(path[-1]),),
        what=f"is a public repository that is declared no more: {taken}it is destroyed, {fate}",
        fix="Keep it under the name that it had.",
    )


def _changed(
    environment: str, after: Environment, path: KeyPath, stored: PublicSettings, wanted: PublicSettings
) -> Iterator[Finding]:
    name = str(path[-1])
    if wanted.repository_name != stored.repository_name:
        yield Finding(
            code="repository-replaced",
            severity="danger",
            consequence="deletes images",
            environment=environment,
            repositories=(name,),
            what=f"will change the public name from {stored.repository_name} to {wanted.repository_name}, which "
            f"replaces it, {fate_of(in_whole=bool(stored.force_destroy))}",
            fix=f"Set repository_name: {stored.repository_name}.",
            **_said(after, (*path, "repository_name")),
        )
    if wanted.force_destroy and not stored.force_destroy:
        yield newly_deletable(environment, (*path, "force_destroy"), name)


def _said(after: Environment, path: KeyPath) -> Said:
    """Return where an option of a public repository is said; that of the base where it says it no more."""
    options = after.settings.ecr_public_repositories[str(path[1])]
    return at(*path, at_base=options is None or path[-1] not in options.model_fields_set)


def _by_name(environment: Environment) -> dict[str, None]:
    return dict.fromkeys(str(each.path[-1]) for each in public_of(environment))


def _by_address(environment: Environment) -> dict[str, tuple[KeyPath, PublicSettings]]:
    return {
        wanted.logical_id: (wanted.path, wanted.value)
        for wanted in public_of(environment)
        if isinstance(wanted.value, PublicSettings)
    }
