"""The environment variables of what the deploy tests start by themselves, as a user does."""

from __future__ import annotations

import os

__all__ = ["clean_environment"]


def clean_environment(**variables: str) -> dict[str, str]:
    """Return this process's environment variables without what would lead to another AWS or another Terraform set-up.

    Args:
        variables: What to add.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_", "TF_"))}
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        **variables,
    }
