"""The keys of workloads: a backend, services and tasks, each with a repository named after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from ecr_constructs.config.model.fields import LogicalName, Model, RepositoryUri
from ecr_constructs.config.model.repository import RepositoryOptions

__all__ = ["BACKEND", "MADE_HERE", "WORKLOADS", "BackendOptions", "EcrConfig", "WorkloadOptions"]

BACKEND = "backend"
"""The workload of which there is one, with a repository `{project}_backend`."""

WORKLOADS = {"services": "service", "tasks": "task"}
"""Lists of workloads, and what stands for each in the names of repositories: `{project}_service_{name}`."""


_KEYS_OF_MODES = {
    "manual_repo": ("repository_uri",),
    "use_existing": ("source_service_name", "source_service_type"),
}


def _by_mode() -> dict[str, Any]:
    """Return what a schema says of the keys that go with a mode: they come with it, and with no other one."""
    given = {"not": {"type": "null"}}
    return {
        "allOf": [
            {
                "if": {"properties": {"mode": {"const": mode}}, "required": ["mode"]},
                "then": {"required": [*keys], "properties": dict.fromkeys(keys, given)},
                "else": {"properties": {key: {"type": "null"} for key in keys}},
            }
            for mode, keys in _KEYS_OF_MODES.items()
        ]
    }


class EcrConfig(Model, title="images of a workload", json_schema_extra=_by_mode()):
    """Where a workload's images are."""

    example: ClassVar[Mapping[str, object]] = {
        "mode": "use_existing",
        "source_service_name": "api",
        "source_service_type": "services",
    }

    mode: Literal["create_ecr", "manual_repo", "use_existing"] = Field(
        default="create_ecr",
        description="Make a repository, use one by its URI, or use that of another workload.",
    )
    repository_uri: RepositoryUri | None = Field(
        default=None, description="With manual_repo: the repository, without a tag."
    )
    source_service_name: LogicalName | None = Field(
        default=None, description="With use_existing: name of the workload whose repository it is."
    )
    source_service_type: Literal["services", "tasks"] | None = Field(
        default=None, description="With use_existing: the list that has that workload."
    )


# Not checked: what nothing is said of need not be, and most files never have a check made.
MADE_HERE = EcrConfig.model_construct()
"""What is so where nothing is said: the repository is the workload's own, made here."""


class BackendOptions(RepositoryOptions, title="backend"):
    """Options of the backend's repository."""

    ecr_config: EcrConfig = Field(
        default=MADE_HERE, description="Where the images are.", json_schema_extra={"default": {}}
    )


class WorkloadOptions(BackendOptions, title="workload"):
    """A service or task with a repository, or with a reference to one."""

    example: ClassVar[Mapping[str, object]] = {"name": "api", **RepositoryOptions.example}

    name: LogicalName = Field(description="Name of the workload.")
