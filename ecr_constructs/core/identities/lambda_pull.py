"""What whoever creates Lambda functions from images needs of ECR.

Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions. Lambda itself reads the
image as a service, which the repository's policy allows by `enable_lambda_pull`. Only where that is missing does it add
the statement by itself, as the principal that creates the function, who then needs ecr:GetRepositoryPolicy and
ecr:SetRepositoryPolicy; that would be a change behind Terraform's back, and nobody is let do it here.
"""

from __future__ import annotations

import dataclasses

from ecr_constructs.core.access.statements import LAMBDA_ACTIONS
from ecr_constructs.core.identities.arguments import check_repositories, check_roles
from ecr_constructs.core.identities.identity import Identity, check_identity, check_policy_name
from ecr_constructs.core.identities.permissions import on_repositories
from ecr_constructs.core.places import Place
from ecr_constructs.errors import Problem

__all__ = ["LambdaCreators"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LambdaCreators:
    """A managed policy for roles that create and update functions; see `LambdaPull`.

    Attributes:
        policy_name: Its name.
        repositories: ARNs of the repositories.
        roles: Names of the roles that have it.
    """

    policy_name: str
    repositories: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the policy breaks."""
        problems = [
            *check_policy_name(self.policy_name, "policy_name"),
            *check_repositories(self.repositories, place, "repositories"),
            *check_roles(self.roles, "roles"),
        ]
        if problems:
            return problems
        (identity,) = self.identities(place)
        return check_identity(identity, "repositories")

    def identities(self, place: Place) -> list[Identity]:  # noqa: ARG002 - of others it depends on the place
        """Return the policy."""
        statements = tuple(on_repositories("UseImages", LAMBDA_ACTIONS, self.repositories))
        return [Identity(name=self.policy_name, statements=statements, role_names=self.roles, managed=True)]
