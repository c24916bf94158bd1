"""Bringing environment files to the current version, and making them from files of other layouts.

Nothing here writes but `files`; everything else returns what is to be written, with notes and problems.

- `convert`: what becomes of each kind of file.
- `versions`: the versions of the environment file, and what each of them changed.
- `in_place`: an environment file brought to the current version, in its own words.
- `edit`: changes of top-level keys in a YAML text, which stays as it is otherwise.
- `meroku`: files of the meroku layout.
- `tfvars`: a tfvars file, whichever variables it has.
- `repositories`: its repositories, where it says them as an environment file does.
- `github`: its repositories on GitHub, whose jobs get roles.
- `carried`: what of a tfvars file may not be left out, and the names that repositories keep.
- `terraform_aws_modules`: the variables of terraform-aws-modules/terraform-aws-ecr.
- `cloud_posse`: the variables of Cloud Posse's terraform-aws-ecr.
- `said`: the variables of a module, read by their types.
- `hcl`: the values of a tfvars file, each with its line.
- `tfvars_json`: those of a file that is JSON.
- `render`: an environment file written from data.
- `texts`: texts as the loader reads them, and what it finds wrong with them.
- `files`: the files read and written back, all of them or none.
- `result`: what migrating a file comes to.
"""

from __future__ import annotations

from ecr_constructs.migration.convert import is_json, migrate_source, migrate_tfvars
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
    "is_json",
    "migrate_source",
    "migrate_tfvars",
    "read_source",
    "replace_all",
    "write_new",
]
