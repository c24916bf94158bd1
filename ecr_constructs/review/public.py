"""Repositories that become public: everyone pulls from them, whatever policies say."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import public_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import at

__all__ = ["judge_public"]


def judge_public(change: Change) -> Iterator[Finding]:
    """Yield the repositories that are public and were not."""
    for pair in change.changed:
        before = {} if pair.before is None else _public(pair.before)
        private = set() if pair.before is None else {*pair.before.made}
        for name in () if pair.after is None else _public(pair.after):
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


def _public(environment: Environment) -> dict[str, None]:
    return dict.fromkeys(str(each.path[-1]) for each in public_of(environment))
