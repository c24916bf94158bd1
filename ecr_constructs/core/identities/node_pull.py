"""What the nodes of an EKS cluster need to pull images: kubelet pulls as the node, whatever role a pod has.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html and
https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html.
"""

from __future__ import annotations

import dataclasses

from ecr_constructs.core.access.levels import PULL_ACTIONS
from ecr_constructs.core.identities.arguments import check_repositories, check_roles
from ecr_constructs.core.identities.identity import Identity, check_identity, check_policy_name
from ecr_constructs.core.identities.permissions import on_repositories, token_statement
from ecr_constructs.core.places import Place
from ecr_constructs.errors import Problem

__all__ = ["NodePull"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NodePull:
    """A managed policy for node roles and Fargate's pod execution roles; see `NodePullPolicy`.

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
        statements = (token_statement(), *on_repositories("PullImages", PULL_ACTIONS, self.repositories))
        return [Identity(name=self.policy_name, statements=statements, role_names=self.roles, managed=True)]
