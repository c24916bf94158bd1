"""What comes of a policy, or of none, for the repository that has it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence

from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import UNTAGGED, Kind, is_known, reaches_untagged, tagged_reached
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.tag_languages import Undecided
from ecr_constructs.core.lifecycle.trap import Trap, only_protects
from ecr_constructs.errors import Problem

__all__ = ["repository_traps", "template_traps"]


def repository_traps(
    written: Sequence[WrittenRule], replicated_to: Sequence[str] = (), *, deleted_at: Collection[str] = ()
) -> list[Trap]:
    """Return what is to be pointed out of a repository with a policy.

    ECR can delete at the destinations what is deleted at the source, also by the policy
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-delete.html). Terraform has no setting for it:
    whether the registry does so is for the file to say.

    Args:
        written: The rules of a policy that AWS takes, and where they were written; none where there is no policy.
        replicated_to: The regions that its images are replicated to, as far as nothing says that deletions are.
        deleted_at: The regions that deletions are replicated to as well.
    """
    of_none = _without_policy(written, "the repository has")
    return [*of_none, *_replicas(written, replicated_to, sorted(deleted_at))]


def template_traps(written: Sequence[WrittenRule]) -> list[Trap]:
    """Return what is to be pointed out of the repositories that ECR makes by a template.

    Args:
        written: The rules of the template's policy, which AWS takes; none where it has no policy.
    """
    return [*_without_policy(written, "repositories that ECR makes by the template have")]


def _without_policy(written: Sequence[WrittenRule], whose: str) -> Iterator[Trap]:
    if not written:
        text = f"Nothing bounds how many images there are: {whose} no lifecycle policy"
        fix = "Set max_image_count, or retention to one of the presets."
        yield Trap(Problem(("max_image_count",), "lifecycle-none", text, fix=fix, severity="notice"), kind=UNTAGGED)


def _replicas(written: Sequence[WrittenRule], staying: Sequence[str], going: Sequence[str]) -> Iterator[Trap]:
    if not (staying or going):
        return
    rules = [each.rule for each in written if each.rule.selected_class == "standard"]
    said, fixes = [], []
    if going:
        said.append(f"goes at {_in_words(going)} as well, where deletions are replicated")
        fixes.append("No replica there is a copy to fall back on.")
    if staying:
        said.append(
            f"stays at {_in_words(staying)} until a policy there expires it, or goes there too if the registry "
            "replicates deletions, which is switched on outside of Terraform"
        )
        fixes.append(
            "Look at deleteReplication in aws ecr describe-registry: where it is on, say deletions_replicated: true."
        )
    text = f"What the policy expires here {', and '.join(said)}"
    fix = " ".join([*fixes, "Acknowledge this once it is as meant."])
    # The rule that takes the fewest images to act.
    for index, rule in sorted(enumerate(rules), key=lambda each: each[1].count_type == "imageCountMoreThan"):
        with contextlib.suppress(Undecided):
            kind = _acted_on(rule, rules[:index])
            if kind is not None:
                path = ("enable_replication",)
                yield Trap(Problem(path, "lifecycle-replicas", text, fix=fix, severity="notice"), rule, kind)
                return


def _in_words(regions: Sequence[str]) -> str:
    return f"{', '.join(regions[:-1])} and {regions[-1]}" if len(regions) > 1 else regions[0]


def _acted_on(rule: LifecycleRule, earlier: Sequence[LifecycleRule]) -> Kind | None:
    """Return a kind of images that a rule expires; None where it expires none."""
    if rule.action_type != "expire" or only_protects(rule) or not is_known(rule):
        return None
    return UNTAGGED if reaches_untagged(rule, earlier) else tagged_reached(rule, earlier)
