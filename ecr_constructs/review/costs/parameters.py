"""Parameters: they cost nothing, and Terraform takes as long as Parameter Store lets it."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.core.prices import PARAMETER_CALLS
from ecr_constructs.core.rates import apply_minutes, plan_minutes
from ecr_constructs.core.ssm import LAYOUTS, PARAMETERS
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.terminal.counting import number_of

__all__ = ["parameter_costs"]

# What an apply and a review take anyway.
_WORTH_TELLING = 1
# From here on an apply is long enough to be planned for.
_LONG = 10


def parameter_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield that an apply takes a minute longer or more, because of the parameters that it writes."""
    before, after = pair.before, pair.after
    if after is None:
        return
    written = _names(after) - (set() if before is None or _is_elsewhere(before, after) else _names(before))
    minutes = apply_minutes(len(written))
    if minutes < _WORTH_TELLING:
        return
    count, former = after.parameter_count, 0 if before is None else before.parameter_count
    planned = plan_minutes(count - former)
    longer = f", and each plan after it {_minutes(planned)} longer" if planned > 0 else ""
    is_whole = after.settings.ecr_ssm_layout != "config"
    fewer = f"Set ecr_ssm_layout: config, which publishes two of {len(PARAMETERS)}, or raise" if is_whole else "Raise"
    yield Finding(
        code="cost-parameters",
        severity="attention" if minutes >= _LONG else "note",
        consequence="costs",
        environment=pair.name,
        path=_cause(before, after),
        what=(
            f"{number_of(len(written), 'parameter')} of Parameter Store are written: the next apply takes at least "
            f"{_minutes(minutes)} longer{longer}"
        ),
        fix=f"{fewer} the throughput of Parameter Store in the account, which costs {PARAMETER_CALLS}.",
        details=(f"{number_of(former, 'parameter')} before, {number_of(count, 'parameter')} after.",),
    )


def _names(environment: Environment) -> set[tuple[str, str]]:
    """Return the parameters of an environment: the path of a repository's, and the last part."""
    parts = LAYOUTS[environment.settings.ecr_ssm_layout]
    paths = (each.ssm_path for each in environment.repositories.values())
    return {(path, part) for path in paths if path is not None for part in parts}


def _is_elsewhere(before: Environment, after: Environment) -> bool:
    """Tell whether an environment is in another account or region than it was, as far as its files say."""
    accounts = {before.settings.account_id, after.settings.account_id} - {None}
    return before.settings.region != after.settings.region or len(accounts) > 1


def _cause(before: Environment | None, after: Environment) -> KeyPath:
    if before is not None and not _is_elsewhere(before, after):
        for key in ("ecr_ssm_layout", "ecr_ssm_prefix"):
            if getattr(before.settings, key) != getattr(after.settings, key):
                return (key,)
    known = set() if before is None else {each.ssm_path for each in before.repositories.values()}
    new = (each for each in after.repositories.values() if each.ssm_path is not None and each.ssm_path not in known)
    return next((each.path[:1] for each in new), ())


def _minutes(value: float) -> str:
    shown = f"{value:.1f}".removesuffix(".0") if value < _LONG else f"{value:.0f}"
    return f"{shown} minute{'' if shown == '1' else 's'}"
