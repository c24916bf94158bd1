"""What AWS takes but what hardly anyone means, of a whole policy: each trap, and what to say of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from ecr_constructs.core.lifecycle.descriptions import other_number
from ecr_constructs.core.lifecycle.growth import expired_by_age, growing, growing_archive
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.rule import STORAGE_CLASSES, LifecycleRule
from ecr_constructs.core.lifecycle.shielding import protected_reached, shielded
from ecr_constructs.core.lifecycle.tag_languages import Undecided
from ecr_constructs.core.lifecycle.tag_lists import tag_list_traps
from ecr_constructs.core.lifecycle.trap import Said, Trap
from ecr_constructs.errors import Problem

__all__ = ["inert_notices", "policy_notices", "policy_traps", "tag_list_notices"]

_USUAL = "lifecycle-any-skips-untagged"


def policy_notices(written: Sequence[WrittenRule], *, said: Said = lambda _: True) -> list[Problem]:
    """Return what is to be pointed out of a policy: what `policy_traps` returns, in words.

    Args:
        written: The rules of a policy that AWS takes, and where they were written.
        said: Whether someone wrote something there; what nobody wrote is pointed out at the rule that comes first.
    """
    return [trap.notice for trap in policy_traps(written, said=said)]


def policy_traps(written: Sequence[WrittenRule], *, said: Said = lambda _: True) -> list[Trap]:
    """Return what is to be pointed out of a policy, each with the kind of images that shows it.

    Untagged images apart from the rest, which is how policies are usually meant, is nothing to point out. What would
    take too long to tell, of patterns that nobody writes, is not pointed out either.

    Args:
        written: The rules of a policy that AWS takes, and where they were written.
        said: As in `policy_notices`.
    """
    rules, origins = [rule for rule, _ in written], [origin for _, origin in written]
    numbered = _written(rules, origins)
    by_class = _by_class(numbered)
    traps = list(_shielded(by_class, said))
    traps += [trap for each in numbered for trap in tag_list_traps(each, rules)]
    for of_class in by_class.values():
        for index, each in enumerate(of_class):
            for find in (protected_reached, expired_by_age, other_number):
                with contextlib.suppress(Undecided):
                    traps += find(of_class[:index], each)
    with contextlib.suppress(Undecided):
        traps += growing(by_class["standard"])
    with contextlib.suppress(Undecided):
        traps += growing_archive(by_class["standard"], by_class["archive"])
    return [trap for trap in traps if trap.notice.code != _USUAL]


def inert_notices(
    rules: Sequence[LifecycleRule], origins: Sequence[Origin] = (), *, said: Said = lambda _: True
) -> list[Problem]:
    """Return what never acts because earlier rules identify everything that it selects.

    That is decided exactly, for all tags that images can have: what is not named can act. The codes are
    `lifecycle-inert` (a rule never acts), `lifecycle-any-skips-tagged` and `lifecycle-any-skips-untagged` (an `any`
    rule acts on the others alone).

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not.
        origins: Where each of them was written.
        said: As in `policy_notices`.
    """
    return [trap.notice for trap in _shielded(_by_class(_written(rules, origins)), said)]


def tag_list_notices(rules: Sequence[LifecycleRule], origins: Sequence[Origin] = ()) -> list[Problem]:
    """Return the tag lists that read like something else than what AWS makes of them.

    The codes are `lifecycle-tags-and` (a tag list of several entries), `lifecycle-prefix-wildcard` (a `*` in a prefix)
    and `lifecycle-selects-nothing` (a pattern or prefix that no tag can match).

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not.
        origins: Where each of them was written.
    """
    return [trap.notice for each in _written(rules, origins) for trap in tag_list_traps(each, rules)]


def _shielded(by_class: dict[str, list[WrittenRule]], said: Said) -> Iterator[Trap]:
    for of_class in by_class.values():
        for index, each in enumerate(of_class):
            with contextlib.suppress(Undecided):
                yield from shielded(of_class[:index], each, said)


def _by_class(written: Sequence[WrittenRule]) -> dict[str, list[WrittenRule]]:
    """Return the rules of each storage class, in the order in which they are applied."""
    ordered = sorted(written, key=lambda each: each.rule.rule_priority or 0)
    return {each: [rule for rule in ordered if rule.rule.selected_class == each] for each in STORAGE_CLASSES}


def _written(rules: Sequence[LifecycleRule], origins: Sequence[Origin]) -> list[WrittenRule]:
    numbered = rules if all(rule.rule_priority is not None for rule in rules) else assign_priorities(rules)
    return list(map(WrittenRule, numbered, origins or [Origin(())] * len(rules)))
