"""What each type of Terraform resource needs of AWS: the one description, a file for each subject.

What the provider calls is its source, https://github.com/hashicorp/terraform-provider-aws/tree/v6.25.0/internal/service,
for `aws_ecr_pull_time_update_exclusion` that of v6.28.0, which brought it;
on what an action can be allowed, and under which conditions, is the Service Authorization Reference,
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
What AWS asks for besides, such as a service-linked role, comes with its page.

- `repositories`: repositories, their policies and lifecycle policies, private and public.
- `registry`: what a registry has once.
- `encryption`: KMS keys and aliases.
- `identities`: roles, policies, users and identity providers.
- `events`: rules, targets, buses, and who may invoke a function.
- `findings`: log groups and topics.
- `parameters`: parameters and secrets.
- `networks`: VPC endpoints and what they are in.
- `buckets`: the bucket of the states.
- `lookups`: what is only read and needs nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecr_constructs.deploying.kinds import Kind
from ecr_constructs.deploying.table.buckets import KINDS as BUCKETS
from ecr_constructs.deploying.table.encryption import KINDS as ENCRYPTION
from ecr_constructs.deploying.table.events import KINDS as EVENTS
from ecr_constructs.deploying.table.findings import KINDS as FINDINGS
from ecr_constructs.deploying.table.identities import KINDS as IDENTITIES
from ecr_constructs.deploying.table.lookups import KINDS as LOOKUPS
from ecr_constructs.deploying.table.networks import KINDS as NETWORKS
from ecr_constructs.deploying.table.parameters import KINDS as PARAMETERS
from ecr_constructs.deploying.table.registry import KINDS as REGISTRY
from ecr_constructs.deploying.table.repositories import KINDS as REPOSITORIES

__all__ = ["KINDS", "LOCAL"]

_ALL = (
    *REPOSITORIES,
    *REGISTRY,
    *ENCRYPTION,
    *IDENTITIES,
    *EVENTS,
    *FINDINGS,
    *PARAMETERS,
    *NETWORKS,
    *BUCKETS,
    *LOOKUPS,
)

KINDS: Mapping[str, Kind] = {kind.type: kind for kind in _ALL}
"""Every type that is known, by its name."""

LOCAL = ("null_", "random_", "terraform_", "time_")
"""How the types of providers begin that ask nobody: what they make needs nothing of AWS."""
