"""Bringing environment files to the current version, and making them from files of other layouts.

Nothing here writes but `files`; everything else returns what is to be written, with notes and problems.
"""

from __future__ import annotations

from ecr_constructs.migration.convert import migrate_source, migrate_tfvars
from ecr_constructs.migration.files import (
    Replacement,
    difference,
    read_source,
    replace_all,
    write_new,
)
from ecr_constructs.migration.result import Migration
from ecr_constructs.migration.versions import CURRENT

__all__ = [
    "CURRENT",
    "Migration",
    "Replacement",
    "difference",
    "migrate_source",
    "migrate_tfvars",
    "read_source",
    "replace_all",
    "write_new",
]
