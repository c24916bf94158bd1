"""Where Terraform keeps the state of the stacks, and how these are called."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.errors import Problem, show

__all__ = ["check_bucket", "check_stack_ids", "check_states"]


def check_bucket(environment: Environment) -> Iterator[Problem]:
    """Check that a key comes with its bucket."""
    settings = environment.settings
    if settings.state_key is not None and settings.bucket is None:
        fix = "Add bucket:, or remove state_key:."
        yield Problem(("state_key",), "state-without-bucket", "must come with a bucket", "none", fix)


def check_stack_ids(environments: Environments) -> Iterator[Located]:
    """Check that no shard's stack has the name of another environment's."""
    first: dict[str, str] = {}
    for file, environment in environments.by_file.items():
        for stack_id in environment.stack_ids:
            owner = first.setdefault(stack_id, file)
            if owner != file:
                there = environments.where(owner, ("env",))
                rule = f"must not have a stack of the name {stack_id}; {there} has one"
                fix = "Rename one of the two environments, or change ecr_shards before anything is deployed."
                yield file, Problem(("env",), "stack-taken", rule, "", fix)


def check_states(environments: Environments) -> Iterator[Located]:
    """Check that no two environments keep one state: to apply one would destroy the other."""
    first: dict[tuple[str, str], str] = {}
    for file, environment in environments.by_file.items():
        bucket = environment.settings.bucket
        for shard in range(1, environment.settings.ecr_shards + 1):
            key = environment.state_key(shard)
            owner = file if bucket is None else first.setdefault((bucket, key), file)
            if owner != file:
                place = environments.where(owner, ("state_key",))
                rule = f"must differ from that of {place}, which keeps its state in the same bucket"
                fix = "Leave it out: then each environment has a key of its own."
                yield file, Problem(("state_key",), "state-shared", rule, show(key), fix)
