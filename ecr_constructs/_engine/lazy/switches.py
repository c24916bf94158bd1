"""The names of the bindings, and the environment variables that have a say in how they load."""

from __future__ import annotations

import os

__all__ = ["BINDINGS", "EAGER", "END_OF_LIFE", "LAZY_BINDINGS", "NO_INDEX_WAIT", "SILENCED", "is_on"]

EAGER = "ECR_CONSTRUCTS_EAGER"
NO_INDEX_WAIT = "ECR_CONSTRUCTS_NO_INDEX_WAIT"
BINDINGS = "cdktf_cdktf_provider_aws"
LAZY_BINDINGS = "cdktn_provider_aws"  # in Python lazy by themselves

# jsii prints a banner in every process that runs on such a Node. `notice` says it once instead.
END_OF_LIFE = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"  # the releases; of the others any value will do
SILENCED = {
    END_OF_LIFE: ",".join(map(str, range(12, 60))),
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
}


def is_on(switch: str) -> bool:
    """Whether the environment variable is set to something other than ``0``, ``false`` or ``no``."""
    return os.environ.get(switch, "").strip().lower() not in ("", "0", "false", "no")
