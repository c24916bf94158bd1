"""What keeps images from being destroyed, and where they may be."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.defaults import by_place, count_of
from ecr_constructs.errors import Problem

__all__ = ["check_protected", "point_out_replacement"]


def check_protected(environment: Environment) -> Iterator[Problem]:
    """Check that nothing in a protected environment may be destroyed."""
    if not environment.settings.protected:
        return
    if environment.settings.ecr_strategy != "local":
        rule, fix = "must come with ecr_strategy: local", "Set it where the repositories are made."
        yield Problem(("protected",), "strategy-unused", rule, "cross_account", fix)
    for repository in environment.made.values():
        if "prevent_destroy" in repository.options.model_fields_set and not repository.options.prevent_destroy:
            path, rule = repository.path_of("prevent_destroy"), "must not be false with protected: true"
            yield Problem(path, "protected", rule, "false", "Remove it, or protected: true.")
    for name, options in environment.settings.ecr_public_repositories.items():
        if options is not None and options.force_destroy:
            rule, fix = "must not be true with protected: true", "Remove it, or protected: true."
            yield Problem(("ecr_public_repositories", name, "force_destroy"), "protected", rule, "true", fix)


def point_out_replacement(environment: Environment) -> Iterator[Problem]:
    """Point out which repositories a change may replace; what the defaults say is one notice."""
    for path, repositories in by_place(environment, "allow_replacement").items():
        text = f"{count_of(repositories)} may be replaced, which deletes the images"
        about = repositories[0].logical_name if len(repositories) == 1 else ""
        yield Problem(path, "replacement-allowed", text, severity="warning", about=about)
