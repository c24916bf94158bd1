"""A preview as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ecr_constructs.core.lifecycle.evaluate import Outcome
from ecr_constructs.core.lifecycle.trap import name_of
from ecr_constructs.errors import one_line
from ecr_constructs.lifecycle.assumed import said_of
from ecr_constructs.lifecycle.chart import chart
from ecr_constructs.lifecycle.compare import Comparison
from ecr_constructs.lifecycle.grid import grid
from ecr_constructs.lifecycle.preview import monthly_cost, size_of
from ecr_constructs.lifecycle.run import Result
from ecr_constructs.lifecycle.smallest import Change
from ecr_constructs.lifecycle.words import ACTIONS, Words, size_of_bytes
from ecr_constructs.start.environment_file import scalar
from ecr_constructs.terminal.colours import CYAN, bold, painted
from ecr_constructs.terminal.counting import number_of, some_of
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.severities import in_colour
from ecr_constructs.terminal.wrapping import INDENT, indented, wrapped

__all__ = ["as_text"]

_MOST_MISSING = 11


def as_text(result: Result, screen: Screen, *, every: bool = False) -> Iterator[str]:
    """Yield the lines of a preview.

    Args:
        result: What was found.
        screen: Where it is read.
        every: Whether images to which nothing happens, and all days, have a line each.
    """
    words = Words(result)

    def said(text: str) -> str:
        return wrapped(text, screen)

    yield said(bold(_title(result), screen))
    yield from _rules(result, words, screen)
    yield from _images(result, words, screen, every=every)
    yield from _totals(result, screen)
    yield from _lost(result, words, screen, said)
    if result.comparison is not None:
        yield from _comparison(result.comparison, words, screen)
    if result.timeline is not None:
        yield from chart(result.timeline, screen, price=result.request.price, every=every)
    yield ""
    yield from (said(one_line(text)) for text in (*result.notes, *said_of(result)))


def _title(result: Result) -> str:
    place = "/".join(part for part in (result.registry_id, result.repository_name) if part)
    number = number_of(len(result.preview.outcomes), "image")
    about = ", ".join(part for part in (place, number) if part)
    return one_line(f"{result.subject.title}: {about}, at {result.preview.at.isoformat(timespec='minutes')}")


def _rules(result: Result, words: Words, screen: Screen) -> Iterator[str]:
    acted = Counter(each.rule.rule_priority for each in result.preview.outcomes if each.rule and each.action != "keep")
    shielded = Counter(each.shielded_by.rule_priority for each in result.preview.outcomes if each.shielded_by)
    rows = [
        (
            words.rule(rule.rule_priority),
            one_line(str(rule.description or "")),
            ACTIONS["transition" if rule.action_type == "transition" else "expire"],
            f"{acted[rule.rule_priority]:,}",
            f"{shielded[rule.rule_priority]:,}",
        )
        for rule, _ in result.preview.written
    ]
    if rows:
        yield ""
        headings = ("rule", "description", "action", "acts on", "shields")
        yield from grid(headings, rows, screen, right=("acts on", "shields"))


def _images(result: Result, words: Words, screen: Screen, *, every: bool) -> Iterator[str]:
    preview = result.preview
    shown = [each for each in preview.outcomes if every or each.action != "keep" or each.image.digest in preview.in_use]
    if shown:
        yield ""
        yield from _table(shown, result, words, screen)
    left = [each for each in preview.outcomes if each.action == "keep" and each.image.digest not in preview.in_use]
    if left and not every:
        yield ""
        others = "other " if shown else ""
        yield wrapped(f"{number_of(len(left), others + 'image')} kept: {_why(left)}. --all lists them.", screen)


def _table(outcomes: Sequence[Outcome], result: Result, words: Words, screen: Screen) -> Iterator[str]:
    in_use = result.preview.in_use
    rows = [
        (
            words.image(each.image),
            words.age(each.image),
            words.pull(each.image),
            size_of_bytes(each.image.size_in_bytes),
            "archive" if each.image.storage_class == "archive" else "",
            ACTIONS[each.action],
            words.reason(each),
            one_line(in_use.get(each.image.digest, "")),
        )
        for each in outcomes
    ]
    headings = ("image", "age", "pulled", "size", "in", "outcome", "rule", "deployed")
    yield from grid(headings, rows, screen, right=("age", "pulled", "size"))


def _why(kept: Sequence[Outcome]) -> str:
    reasons = Counter(
        "that go and stay with another"
        if each.follows
        else "that no rule finds due"
        if each.rule is None
        else "shielded by an earlier rule"
        if each.shielded_by
        else "that an index refers to"
        for each in kept
    )
    return ", ".join(f"{number:,} {reason}" for reason, number in reasons.most_common())


def _totals(result: Result, screen: Screen) -> Iterator[str]:
    preview, price = result.preview, result.request.price
    kept = preview.of("keep")
    stay = [each for each in kept if each.image.storage_class == "standard"]
    archived = [each for each in kept if each.image.storage_class == "archive"]
    rows = []
    for name, outcomes in (
        ("expire", preview.of("expire")),
        ("archive", preview.of("transition")),
        ("keep", stay),
        ("keep in the archive", archived),
    ):
        size = size_of(outcomes)
        if name == "keep in the archive" and not outcomes:
            continue
        # What the archive costs is another price.
        billed = size_of([each for each in outcomes if each.image.storage_class == "standard"])
        rows.append((name, f"{len(outcomes):,}", size_of_bytes(size), f"{monthly_cost(billed, price):,.2f}"))
    yield ""
    yield from grid(("total", "images", "size", "USD a month"), rows, screen, right=("images", "size", "USD a month"))
    going = [each for each in preview.outcomes if each.action != "keep" and each.image.storage_class == "standard"]
    freed = size_of(going)
    text = (
        f"Freed: {size_of_bytes(freed)} of the storage class standard, {monthly_cost(freed, price):,.2f} USD a month."
    )
    yield wrapped(text, screen)


def _lost(result: Result, words: Words, screen: Screen, said: Callable[[str], str]) -> Iterator[str]:
    preview = result.preview
    if result.missing:
        yield ""
        names = some_of([*map(one_line, result.missing)], "image", most=_MOST_MISSING)
        yield said(f"Deployed, and not there any more: {names}.")
    if not preview.lost:
        if preview.in_use:
            yield ""
            yield said(f"Nothing that is deployed would go ({number_of(len(preview.in_use), 'image')}).")
        return
    yield ""
    yield in_colour(f"DEPLOYED, and would go: {number_of(len(preview.lost), 'image')}.", "danger", screen)
    for each in preview.lost:
        why = f"by {words.reason(each)}" if each.follows is None else f"as it {words.reason(each)}"
        tags = f"{words.image(each.image)}, " if each.image.tags else ""
        deployed = one_line(preview.in_use[each.image.digest])
        yield from _below(f"{tags}deployed as {deployed}: {ACTIONS[each.action]} {why}.", screen)
    heading = "The smallest change that keeps them this time:"
    yield said(heading if result.changes else "No number of a rule would keep them.")
    for change in _changes(result, screen):
        yield from _below(change, screen)
    if result.protected_tags and result.subject.repository is not None:
        place = result.subject.place_of((*result.subject.repository.path, "protected_tags"))
        yield said("Or, to keep them for as long as they have these tags:")
        yield from _below(f"{painted(place, CYAN, screen)}: [{', '.join(map(scalar, result.protected_tags))}]", screen)


def _below(text: str, screen: Screen) -> Iterator[str]:
    return indented(wrapped(text, screen.narrower(len(INDENT))))


def _changes(result: Result, screen: Screen) -> Iterator[str]:
    """Yield each number that has to be another one; several rules may come of one, which is to be enough for each."""
    largest: dict[str, Change] = {}
    for change in result.changes:
        place = result.subject.place(change.origin)
        if change.origin.form == "shortcut" and change.origin.path[-1] == "retention":  # a preset has no number
            place = f"{place}, written out, with {name_of(change.rule)}"
        if place not in largest or largest[place].number < change.number:
            largest[place] = change
    for place, change in largest.items():
        aged = "" if change.rule.count_type == "imageCountMoreThan" else ", until they are older than that"
        yield f"{painted(place, CYAN, screen)}: {change.rule.count_number} -> {change.number} or more{aged}"


def _comparison(comparison: Comparison, words: Words, screen: Screen) -> Iterator[str]:
    yield ""
    name = one_line(comparison.name)
    groups = (
        (("newly expires", "newly expire"), comparison.newly_expired),
        (("is newly archived", "are newly archived"), comparison.newly_archived),
        (("newly stays", "newly stay"), comparison.newly_kept),
    )
    if not any(outcomes for _, outcomes in groups):
        yield wrapped(f"Compared with {name}: every image has the same outcome.", screen)
        return
    before = {each.image.digest: each.action for each in comparison.earlier.outcomes}
    told = ", ".join(
        f"{number_of(len(outcomes), 'image')} {verbs[len(outcomes) > 1]}" for verbs, outcomes in groups if outcomes
    )
    yield wrapped(f"Compared with {name}: {told}.", screen)
    rows = [
        (
            words.image(each.image),
            words.age(each.image),
            size_of_bytes(each.image.size_in_bytes),
            ACTIONS[before[each.image.digest]],
            ACTIONS[each.action],
            words.reason(each),
        )
        for _, outcomes in groups
        for each in outcomes
    ]
    yield from grid(("image", "age", "size", "was", "now", "rule"), rows, screen, right=("age", "size"))
