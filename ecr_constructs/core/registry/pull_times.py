"""Whose pulls ECR does not record as an image's last pull.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-time-update-exclusions.html and
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection

from ecr_constructs.core.places import Place, known_partition
from ecr_constructs.core.principals import EVERYONE, PrincipalKind, kind_of
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "EXCLUDED_ARN",
    "LONGEST_EXCLUDED_ARN",
    "MOST_EXCLUSIONS",
    "PullTimeExclusion",
    "check_number_of_exclusions",
    "exclusion_address",
    "exclusion_notices",
    "running_notice",
    "running_notices",
]

MOST_EXCLUSIONS = 100
"""How many exclusions an account has in a region at most."""

LONGEST_EXCLUDED_ARN = 200
"""How long the ARN of an excluded principal is at most: shorter than that of a role with a long path may be."""

# As ECR's API has it; `\w` is written out for schemas.
_PART = r"[A-Za-z0-9_+=,.@-]+"
EXCLUDED_ARN = re.compile(rf"arn:(aws[a-z-]*):iam::([0-9]{{12}}):((?:role|user)/{_PART}(?:/{_PART})*)")
"""The ARN of a role or user whose pulls are not recorded."""

_CODE = "pull-exclusion"
_SESSION = re.compile(r"arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/.+")
_ESCAPES = {"/": "_S_", ".": "_D_", "@": "_A_", "+": "_P_", "=": "_E_", ",": "_C_", "_": "__"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PullTimeExclusion:
    """A principal whose pulls are not recorded; see `PullTimeUpdateExclusion`."""

    principal_arn: str

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the exclusion breaks.

        Args:
            place: Where the registry is.
        """
        arn, path = self.principal_arn, ("principal_arn",)
        if is_unresolved(arn):
            return []
        match = EXCLUDED_ARN.fullmatch(arn)
        if match is None:
            return [Problem(path, _CODE, "must be the ARN of a role or user", show(arn), _instead_of(arn))]
        if len(arn) > LONGEST_EXCLUDED_ARN:
            rule = f"must have at most {LONGEST_EXCLUDED_ARN} characters"
            return [Problem(path, _CODE, rule, f"{len(arn)}", "Give the role a shorter path.")]
        partition = known_partition(place)
        if partition not in (None, match[1]):
            rule = f"must be a principal of the partition {partition}"
            return [Problem(path, _CODE, rule, show(arn), "Identities of one partition are not known in another.")]
        return []


def exclusion_notices(exclusion: PullTimeExclusion, place: Place) -> list[Problem]:
    """Point out a principal of another account: AWS says neither that it counts nor that it does not.

    Args:
        exclusion: The exclusion, which has no problems.
        place: Where the registry is.
    """
    match = None if is_unresolved(exclusion.principal_arn) else EXCLUDED_ARN.fullmatch(exclusion.principal_arn)
    own = place.known_account_id
    if match is None or own is None or is_unresolved(own) or match[2] == own:
        return []
    rule = f"account {match[2]} is not that of the registry, {own}: no page of AWS says that its pulls can be excluded"
    fix = "Check the number; where it is right, compare lastRecordedPullTime of an image that it pulls."
    return [Problem(("principal_arn",), "pull-exclusion-foreign", rule, fix=fix, severity="warning")]


def running_notices(
    exclusion: PullTimeExclusion, role_names: Collection[str], account_id: str | None, *, by: str
) -> list[Problem]:
    """Point out a role by which images are run: what only it pulls would look unused.

    Args:
        exclusion: The exclusion, which has no problems.
        role_names: Names of roles by which images of the registry are run.
        account_id: Their account; None where it is not known.
        by: What has them do so.
    """
    match = None if is_unresolved(exclusion.principal_arn) else EXCLUDED_ARN.fullmatch(exclusion.principal_arn)
    if match is None or not match[3].startswith("role/") or account_id not in (None, match[2]):
        return []
    name = match[3].rpartition("/")[2]
    return [running_notice(name, by)] if name in role_names else []


def running_notice(name: str, by: str) -> Problem:
    """Return what is to be said of a role that is excluded and runs images.

    Args:
        name: Its name.
        by: What has it do so.
    """
    rule = f"images that the role {name} pulls would look unused, and it pulls those that run"
    fix = f"Remove it: exclude who looks at images, not who needs them, as the role does by {by}."
    return Problem(("principal_arn",), "pull-exclusion-runs", rule, fix=fix, severity="warning")


def check_number_of_exclusions(number: int, *path: str | int) -> list[Problem]:
    """Check how many exclusions a registry has.

    Args:
        number: How many there are.
        *path: Where they are said.
    """
    if number <= MOST_EXCLUSIONS:
        return []
    rule = f"must come to at most {MOST_EXCLUSIONS} exclusions in an account and region"
    fix = "Have several programs pull by one role, and exclude that."
    return [Problem(path, "pull-exclusions", rule, f"{number}", fix)]


def exclusion_address(principal_arn: str) -> str:
    """Return the Terraform name of an exclusion: made from the ARN alone, another one for each.

    It is the path and name of the principal, then its account: `role_S_ci_S_scanner_111111111111`. What no Terraform
    name may have becomes a letter between underscores; an underscore becomes two. The partition is left out: a registry
    has principals of its own alone.

    Args:
        principal_arn: The ARN, which has no problems.
    """
    account_id, name = principal_arn.split(":")[4:6]
    return f"{''.join(_ESCAPES.get(each, each) for each in name)}_{account_id}"


def _instead_of(arn: str) -> str:
    session = _SESSION.fullmatch(arn)
    if session is not None:
        return f"Name the role itself: arn:{session[1]}:iam::{session[2]}:role/{session[3]}, with its path, if any."
    if arn == EVERYONE or kind_of(arn) in (PrincipalKind.ACCOUNT, PrincipalKind.ROOT):
        return "Name each role and user: an account as a whole cannot be excluded."
    return "Write arn:aws:iam::111111111111:role/NAME or :user/NAME, without '*'."
