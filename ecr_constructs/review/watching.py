"""What a change watches less: scans of images, what becomes of their findings, alerts, and events of deployments."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import FINDINGS_KEYS, findings_of, scanning_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.scanning import scanning_paths
from ecr_constructs.core.registry.account_settings import ACCOUNT_SETTINGS
from ecr_constructs.core.registry.finding_events import SEVERITIES
from ecr_constructs.core.registry.findings import FindingsLog
from ecr_constructs.core.registry.scanning import SCAN_FREQUENCIES
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, said_of, said_of_one, watches_less
from ecr_constructs.review.wanted import deployment_of

__all__ = ["judge_watching"]

_SCANNING = ("enable_enhanced_scanning", "scan_frequency", "scan_on_push")
_LOG = "ecr_enable_scan_findings_logging"


def judge_watching(change: Change) -> Iterator[Finding]:
    """Yield what is watched less than before, by the settings that count and not by what the files say."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _scanning(pair, pair.before, pair.after)
            yield from _findings(pair.before, pair.after)
            yield from _account(pair.before, pair.after)
            yield from _deliveries(pair.before, pair.after)


def _scanning(pair: EnvironmentPair, before: Environment, after: Environment) -> Iterator[Finding]:
    enhanced = bool(scanning_of(before)), bool(scanning_of(after))
    fix = "Leave the scanning as it was, where somebody relies on it."
    for each in pair.made:
        one, other = each.before, each.after
        if one is None or other is None or (one.options is other.options and enhanced[0] == enhanced[1]):
            continue
        old, new = _scans(one, enhanced=enhanced[0]), _scans(other, enhanced=enhanced[1])
        if old <= new:
            continue
        keys = [key for key in _SCANNING if getattr(one.options, key) != getattr(other.options, key)]
        said = said_of_one(one, other, *keys) if keys else _switch(before)
        what = f"is scanned {_in_words(*new)} instead of {_in_words(*old)}"
        yield watches_less("scanning-weakened", after, said, what, fix, repositories=(each.logical_name,))
    if enhanced == (True, False) and before.scanned_beside:
        what = "repositories of other environments in its registry are scanned by basic scanning, not by Inspector"
        yield watches_less("scanning-weakened", after, _switch(before), what, fix, *before.scanned_beside)
    if before.settings.ecr_enable_inspector and not after.settings.ecr_enable_inspector:
        said = said_of(before, after, "ecr_enable_inspector")
        what = "Amazon Inspector is switched off in the account and region, for all that it scans there"
        yield watches_less("inspector-disabled", after, said, what, "Keep it where anything else is scanned by it.")


def _switch(before: Environment) -> Said:
    """Return where the file said that Inspector scans the registry."""
    return at(*next(scanning_paths(before), ()), at_base=True)


def _scans(repository: DeclaredRepository, *, enhanced: bool) -> tuple[int, bool]:
    """Return how often a repository is scanned, as an index in `SCAN_FREQUENCIES`, and whether Inspector does it."""
    options = repository.options
    if options.enable_enhanced_scanning:
        frequency = options.scan_frequency
    else:
        frequency = "SCAN_ON_PUSH" if options.scan_on_push else "MANUAL"
    index = SCAN_FREQUENCIES.index(frequency)
    return index, enhanced and index > 0


def _in_words(frequency: int, enhanced: bool) -> str:  # noqa: FBT001 - as `_scans` returns it
    often = ("only when that is asked for", "on push", "continuously")[frequency]
    return f"{often} by Amazon Inspector" if enhanced else often


def _findings(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = _log(before), _log(after)
    if old is None or old == new:
        return
    if new is None:
        what = f"findings of scans are logged no more: the log group {old.log_group_name} is destroyed with all in it"
        fix = "Export what has to be kept before."
        yield watches_less("findings-log-removed", after, said_of(before, after, _LOG), what, fix)
    else:
        yield from _log_kept(before, after, old, new)
    if old.alert_severity is not None:
        yield from _alerts(before, after, old, new)


def _log_kept(before: Environment, after: Environment, old: FindingsLog, new: FindingsLog) -> Iterator[Finding]:
    # 0 is for ever.
    days = [each.retention_in_days or float("inf") for each in (old, new)]
    if days[1] < days[0]:
        how_long = "for ever" if not old.retention_in_days else f"for {old.retention_in_days} days"
        what = f"findings are kept for {new.retention_in_days} days and not {how_long}: what is older is deleted"
        said = said_of(before, after, FINDINGS_KEYS["retention_in_days"])
        yield watches_less("findings-log-shortened", after, said, what, "Export what has to be kept before.")


def _alerts(before: Environment, after: Environment, old: FindingsLog, new: FindingsLog | None) -> Iterator[Finding]:
    one, other = str(old.alert_severity), None if new is None else new.alert_severity
    key, fix = FINDINGS_KEYS["alert_severity"], "Say it to whoever acts on them."
    if new is None or other is None:
        said = said_of(before, after, key) if new is not None else said_of(before, after, _LOG)
        made = "" if old.topic_arn is not None else ", and the topic goes with all who are subscribed to it"
        what = f"nobody is told any more of findings of severity {one} and above{made}"
        yield watches_less("alerts-removed", after, said, what, fix)
        return
    if SEVERITIES.index(other) > SEVERITIES.index(one):
        what = f"people are told of findings of severity {other} and above, and no more from {one} upwards"
        yield watches_less("alerts-narrowed", after, said_of(before, after, key), what, fix)
    if old.topic_arn != new.topic_arn:
        topic = "the topic that is made here" if old.topic_arn is None else f"the topic {old.topic_arn}"
        what = f"whoever is subscribed to {topic} is told of findings no more: another one gets them"
        said = said_of(before, after, FINDINGS_KEYS["topic_arn"])
        yield watches_less("alerts-moved", after, said, what, "Subscribe them to the other topic before.")


def _log(environment: Environment) -> FindingsLog | None:
    values = (wanted.value for wanted in findings_of(environment))
    return next((each for each in values if isinstance(each, FindingsLog)), None)


def _account(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = before.settings.ecr_account_settings, after.settings.ecr_account_settings
    for key in ACCOUNT_SETTINGS if old is not None else ():
        value, later = getattr(old, key), None if new is None else getattr(new, key)
        if value is not None and later is None:
            said = at("ecr_account_settings", *([] if new is None else [key]), at_base=True)
            what = f"the account's {key} stays {value}, but nothing sets it again where somebody changes it"
            yield Finding(
                code="account-setting-released",
                severity="note",
                consequence="loosens watching",
                environment=after.name,
                what=what,
                fix="Keep the key.",
                **said,
            )


def _deliveries(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = (deployment_of(each) for each in (before, after))
    if old is not None and new is not None and old.target.dead_letter_arn and not new.target.dead_letter_arn:
        what = "events that could not be delivered are lost: nobody sees that a push did not deploy"
        said = at("ecr_deployments", "dead_letter_arn", at_base=True)
        yield watches_less("deployment-failures-unseen", after, said, what, "Keep dead_letter_arn.")
