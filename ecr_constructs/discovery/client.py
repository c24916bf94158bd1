"""The client of Parameter Store, and whose account it asks."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from ecr_constructs.discovery.failures import DiscoveryError

__all__ = ["account_of", "new_client"]

# One that takes part in many calls at once; boto3's own default is 10.
_CONNECTIONS = 10
_ATTEMPTS = 10
# Of what is only to be said in a message, from networks that may not reach it.
_SECONDS_FOR_A_MESSAGE = 2


def new_client(region: str | None = None, profile: str | None = None) -> Any:
    """Return a client of Parameter Store that slows down where AWS throttles it.

    It retries in botocore's `adaptive` mode
    (https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html), 10 attempts in all or what
    `AWS_MAX_ATTEMPTS` says: an account and region share 40 reads a second.

    Args:
        region: The region; default: what boto3 finds.
        profile: A profile of the AWS configuration; default: what boto3 finds.

    Raises:
        DiscoveryError: boto3 is not installed.
    """
    try:
        import boto3  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise DiscoveryError(
            f"This needs {error.name}, which is not installed: pip install 'ecr-constructs[discovery]'"
        ) from error
    attempts = {} if "AWS_MAX_ATTEMPTS" in os.environ else {"total_max_attempts": _ATTEMPTS}
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        max_pool_connections=_CONNECTIONS,
        retries={"mode": "adaptive", **attempts},
    )
    # A session of its own: boto3's default one is not safe in threads.
    return boto3.Session(profile_name=profile, region_name=region).client("ssm", config=config)


def account_of(client: Any) -> str | None:
    """Return the account whose credentials a client has; None where that cannot be found out.

    Nothing says it but the credentials themselves and STS, which everybody may ask.

    Args:
        client: A client of boto3, or whatever stands for one.
    """
    credentials = getattr(getattr(client, "_request_signer", None), "_credentials", None)
    if credentials is None:
        return None
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    config = Config(
        connect_timeout=_SECONDS_FOR_A_MESSAGE, read_timeout=_SECONDS_FOR_A_MESSAGE, retries={"total_max_attempts": 1}
    )
    try:
        own = credentials.get_frozen_credentials()
        if known := getattr(own, "account_id", None):
            return str(known)
        session = boto3.Session(own.access_key, own.secret_key, own.token, region_name=client.meta.region_name)
        sts = session.client("sts", endpoint_url=_endpoint_beside(client.meta.endpoint_url), config=config)
        return str(sts.get_caller_identity()["Account"])
    except (AttributeError, BotoCoreError, ClientError):
        return None


def _endpoint_beside(endpoint: str) -> str | None:
    """Return where STS answers: at the same endpoint where that is no address of Parameter Store's alone."""
    host = urlsplit(endpoint).hostname or ""
    return None if host.startswith("ssm") else endpoint
