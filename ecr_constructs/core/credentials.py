"""Whose credentials Terraform uses: a profile of the AWS configuration, and a role that is taken on with them."""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.aws import ROLE_ARN
from ecr_constructs.core.places import Place, check_arn_place
from ecr_constructs.errors import Problem, show

__all__ = ["EXTERNAL_ID", "PROFILE", "Credentials"]

# What every SDK reads: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html; one with blanks would need
# quotes in that file alone.
PROFILE = re.compile(r"[A-Za-z0-9_\-/.%@:+]{1,255}")
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_+=,.@:/\-]{2,1224}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The credentials of an environment; nothing said is whatever the SDK finds.

    Attributes:
        profile: A profile of the AWS configuration on the machine.
        role_arn: A role that is taken on with them, in the environment's account.
        external_id: What the role's trust policy asks of those who do.
    """

    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None

    @property
    def assume_role(self) -> dict[str, str]:
        """The role as Terraform's backend and the data sources of its states take it; empty for none."""
        said = {"role_arn": self.role_arn, "external_id": self.external_id}
        return {name: value for name, value in said.items() if value is not None}

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that they break at the account and region that they are for."""
        problems = []
        profile, external_id = self.profile, self.external_id
        if profile is not None and not PROFILE.fullmatch(profile):
            rule = "must be the name of a profile: letters, digits and '_-/.%@:+', at most 255"
            fix = "Name it as in [profile NAME] of the AWS configuration."
            problems.append(Problem(("profile",), "profile-name", rule, show(profile), fix))
        if self.role_arn is not None:
            problems += _check_role(self.role_arn, place)
        if external_id is not None and not EXTERNAL_ID.fullmatch(external_id):
            rule = "must be 2 to 1,224 letters, digits and '_+=,.@:/-'"
            fix = "Write it as the role's trust policy has it."
            problems.append(Problem(("external_id",), "external-id", rule, show(external_id), fix))
        if external_id is not None and self.role_arn is None:
            rule, fix = "must come with role_arn: a role alone asks for it", "Say the role, or remove it."
            problems.append(Problem(("external_id",), "external-id", rule, show(external_id), fix))
        return problems


def _check_role(arn: str, place: Place) -> list[Problem]:
    path, account_id = ("role_arn",), place.known_account_id
    match = ROLE_ARN.fullmatch(arn)
    if match is None:
        fix = "Write arn:aws:iam::111111111111:role/NAME."
        return [Problem(path, "assume-role", "must be the ARN of a role", show(arn), fix)]
    if account_id not in (None, match[1]):
        rule = f"must be a role of account {account_id}: Terraform refuses to go on in any other"
        return [Problem(path, "assume-role", rule, show(arn), "Name the role that Terraform is to take on there.")]
    return check_arn_place(arn, place, *path, code="assume-role", what="a role")
