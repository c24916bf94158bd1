"""What is asked for of a new project, held to the rules of environment files."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.core.aws import check_region
from ecr_constructs.core.regions import region_notices
from ecr_constructs.errors import Problem, show

__all__ = ["BOOTSTRAP", "FIRST_REPOSITORY", "NewProject"]

BOOTSTRAP = "bootstrap"
"""The stack that makes the bucket of the states."""

FIRST_REPOSITORY = "web-app"
"""Logical name of the repository that the first environment declares."""

_OPTIONS = {
    "account_id": "--account",
    "bucket": "--state-bucket",
    "env": "--env",
    "github_repos": "--github",
    "gitlab_projects": "--gitlab",
    "project": "--project",
    "region": "--region",
}

# Where the remedy of a file is another one on a command line.
_FIXES = {
    "account-id": "Give the 12 digits alone.",
    "environment-name": "Give one such as dev.",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """What is asked for.

    Attributes:
        folder: Where it is written; made if it is not there.
        env: Name of the first environment; default `dev`.
        region: Its region, of which there is no default: where images are is nothing to be guessed.
        account_id: Its account, 12 digits; default: the one of whoever deploys.
        name: Name of the project; default: the folder's, in lowercase, with a hyphen for what a name cannot have.
        github: Repository on GitHub, `OWNER/NAME`, whose jobs check the project and may push images; default none.
        gitlab: Project on GitLab, `GROUP/NAME`, alike; default none.
        bucket: Bucket of Terraform's states, which a stack of the project makes; default: local states.
    """

    folder: Path
    env: str = "dev"
    region: str | None = None
    account_id: str | None = None
    name: str | None = None
    github: str | None = None
    gitlab: str | None = None
    bucket: str | None = None

    @property
    def project(self) -> str:
        """Its name, given or made of the folder's; empty where nothing can be made of that."""
        if self.name is not None:
            return self.name
        return "-".join(re.findall(r"[a-z0-9]+", self.folder.absolute().resolve().name.lower()))

    def declared(self) -> dict[str, object]:
        """Return what its environment file says, as data."""
        said = {
            "project": self.project,
            "env": self.env,
            "region": self.region,
            "account_id": self.account_id,
            "bucket": self.bucket,
        }
        return {
            **{key: value for key, value in said.items() if value is not None},
            "ecr_defaults": {
                "image_tag_mutability": "IMMUTABLE",
                "expire_untagged_after_days": 14,
                "max_image_count": 100,
            },
            "ecr_repositories": {FIRST_REPOSITORY: {}},
            **({} if self.github is None else {"github_repos": [{"repo": self.github}]}),
            **({} if self.gitlab is None else {"gitlab_projects": [{"project": self.gitlab}]}),
        }

    def problems(self, variables: Mapping[str, str]) -> list[Problem]:
        """Return every rule that it breaks, each at its option.

        Args:
            variables: The process's environment variables: a region that they have is offered, and not taken.
        """
        _, found = parse_environment(self.declared(), file=f"{self.env}.yaml")
        if self.region is None:
            found = [each for each in found if each.path != ("region",)]
        problems = [self._at_option(each) for each in found]
        return [*self._missing(variables), *problems, *self._unknown_region(), *self._taken()]

    def _at_option(self, problem: Problem) -> Problem:
        key = str(problem.path[0])
        if key == "project" and self.name is None:
            rule = "must have a name that the project's can be made of: letters of a to z, or digits"
            return Problem(("DIR",), "project-name", rule, show(self.folder.name), "Give a name by --project.")
        fix = _FIXES.get(problem.code, problem.fix)
        # A repository of a name that is too long: nothing but the project's can be shorter.
        return dataclasses.replace(problem, fix=fix).moved(_OPTIONS.get(key, "--project"))

    def _missing(self, variables: Mapping[str, str]) -> Iterator[Problem]:
        if self.region is None:
            known = [name for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if variables.get(name)]
            example = f"{known[0]} says {variables[known[0]]}: add" if known else "Add it, as in"
            region = variables[known[0]] if known else "us-east-1"
            yield Problem(("--region",), "start-region", "must be given", "", f"{example} --region {region}.")

    def _unknown_region(self) -> Iterator[Problem]:
        if self.region is not None and not check_region(self.region):
            for notice in region_notices(self.region, "--region"):
                yield dataclasses.replace(notice, severity="error")

    def _taken(self) -> Iterator[Problem]:
        if self.bucket is not None and self.env == BOOTSTRAP:
            fix = "Call the environment something else."
            yield Problem(("--env",), "stack-taken", "must not be the stack that makes the bucket", show(self.env), fix)
