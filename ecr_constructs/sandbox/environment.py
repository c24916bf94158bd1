"""Which environment variables each child of the sandbox gets.

Terraform, its providers and the embedded AWS get what is named here, so that neither credentials nor what would have
Terraform do something else (`TF_CLI_ARGS`, `TF_VAR_...`, `TF_WORKSPACE`, `TF_LOG`) reaches them. The app is the user's
own program and gets the user's variables, without values for Terraform and credentials of AWS.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["NETWORK", "NO_OTHER_AWS", "of_app", "of_embedded_aws", "of_terraform"]

_ANY = ("HOME", "LANG", "LC_*", "PATH", "TZ")
# What Python needs to find its library and its packages, where it is not installed in the usual way.
_PYTHON = ("DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
NETWORK = (
    *(name for each in ("all_proxy", "http_proxy", "https_proxy", "no_proxy") for name in (each, each.upper())),
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
)
"""How a registry of providers is reached: names of variables."""

# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html and, for containers,
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
_LET_INTO_AWS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_BEARER_TOKEN_*",
    "AWS_CONTAINER_*",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
# The AWS provider and boto3 look for credentials and settings in these places too.
NO_OTHER_AWS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""Keeps what asks AWS from the user's own set-up."""


def of_terraform(folder: Path, *, by_python: bool = False, downloads: bool = False, **variables: str) -> dict[str, str]:
    """Return what Terraform gets, and with it its providers.

    Args:
        folder: The sandbox's temporary folder.
        by_python: Whether it is the library, which runs in Python.
        downloads: Whether it may have to reach a registry of providers.
        variables: What to add.
    """
    names = (*_ANY, *(_PYTHON if by_python else ()), *(NETWORK if downloads else ()))
    return {
        **_with_home(_named(os.environ, names), folder),
        **NO_OTHER_AWS,
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        **variables,
    }


def of_embedded_aws(folder: Path) -> dict[str, str]:
    """Return what the embedded AWS gets.

    Args:
        folder: The sandbox's temporary folder.
    """
    return {**_with_home(_named(os.environ, (*_ANY, *_PYTHON)), folder), **NO_OTHER_AWS}


def of_app(folder: Path, **variables: str) -> dict[str, str]:
    """Return what the project's app gets: what it gets under `cdktf synth`, and no credentials of AWS.

    Args:
        folder: The sandbox's temporary folder.
        variables: What to add.
    """
    left_out = _named(os.environ, (*_LET_INTO_AWS, "TF_VAR_*"))
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**_with_home(kept, folder), **variables}


def _named(variables: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return the variables of some names, of which one that ends with `*` is the beginning of several."""
    beginnings = tuple(name.removesuffix("*") for name in names if name.endswith("*"))
    return {name: value for name, value in variables.items() if name in names or name.startswith(beginnings or ("\0",))}


def _with_home(variables: dict[str, str], folder: Path) -> dict[str, str]:
    """Return them with a home that can be written to: programs keep caches there, and Node may try to for ever."""
    home = variables.get("HOME", os.path.expanduser("~"))  # noqa: PTH111  # which says `~` where there is none
    if not _can_be_written(home):
        made = folder / "home"
        made.mkdir(mode=0o700, exist_ok=True)
        home = str(made)
    return {**variables, "HOME": home}


def _can_be_written(home: str) -> bool:
    if not Path(home).is_absolute():
        return False
    try:
        # Tried, because a file system may refuse what the permissions allow.
        with tempfile.TemporaryFile(dir=home):
            return True
    except OSError:
        return False
