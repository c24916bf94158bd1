"""What the shell completes: the environments of the project, in no more time than it takes to list a folder."""

from __future__ import annotations

from ecr_constructs.config.directory import SUFFIX, environments_directory

__all__ = ["environments"]


def environments(incomplete: str) -> list[str]:
    """Return the names of the environments that begin so, sorted; none where there is no such folder.

    Args:
        incomplete: What was typed of the name until now.
    """
    names = (file.stem for file in environments_directory().glob(f"*{SUFFIX}"))
    return sorted(name for name in names if name.startswith(incomplete))
