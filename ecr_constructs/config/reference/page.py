"""The page with every key of the environment file: its meaning, what it may be, its default and where that comes from.

`python -m ecr_constructs.config.reference.page FILE` writes it. Each key is a heading, so that it can be linked.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ecr_constructs.config.model.fields import Model
from ecr_constructs.config.model.file import EnvironmentFile
from ecr_constructs.config.model.schema import environment_schema
from ecr_constructs.config.reference.sources import source_of
from ecr_constructs.config.reference.words import code, words

__all__ = ["SECTIONS", "Section", "key_headings", "render_page"]

_ROOT = "environment"
_SCHEMA = "../environments/environment.schema.json"
_MAKERS = {
    "developer.hashicorp.com": "Terraform",
    "docs.github.com": "GitHub",
    "docs.gitlab.com": "GitLab",
    "git-scm.com": "Git",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A part of the page.

    Attributes:
        title: Its heading.
        guide: Where in the guides it is explained: a page, and a heading there.
        part: What the schema calls the mapping that has the keys.
        models: The classes that have them; those of `EnvironmentFile` where none is named.
        besides: The part whose keys it has as well.
    """

    title: str
    guide: str
    part: str
    models: tuple[str, ...] = ()
    besides: str = ""


SECTIONS = (
    Section("The environment", "environments.md#the-environment", _ROOT, ("EnvironmentSettings", "EnvironmentFile")),
    Section("Trusted account", "environments.md#strategies", "trusted-account"),
    Section("Repository", "environments.md#options-of-a-repository", "repository"),
    Section("Lifecycle rule", "environments.md#retention", "lifecycle-rule"),
    Section("Policy statement", "environments.md#access", "policy-statement"),
    Section("Replication destination", "environments.md#replication", "replication-destination"),
    Section("Workload", "environments.md#workloads", "workload", besides="repository"),
    Section("Images of a workload", "environments.md#workloads", "images-of-a-workload"),
    Section("Key by its alias", "environments.md#encryption", "key-by-its-alias"),
    Section("Key in a parameter", "environments.md#encryption", "key-in-a-parameter"),
    Section("Key in a state", "environments.md#encryption", "key-in-a-state"),
    Section("Output of a state", "environments.md#encryption", "output-of-a-state"),
    Section("Key to be made", "environments.md#encryption", "key-to-be-made"),
    Section("The registry", "environments.md#the-registry", _ROOT, ("RegistrySettings",)),
    Section("Registry policy", "registry.md", "registry-policy"),
    Section("Replication source", "registry.md", "replication-source"),
    Section("Template of a cache", "registry.md", "template-of-a-cache"),
    Section("Creation template", "registry.md", "creation-template", besides="template-of-a-cache"),
    Section("Pull-through cache", "registry.md", "pull-through-cache"),
    Section("Public repository", "registry.md", "public-repository"),
    Section("Account settings", "registry.md", "account-settings"),
    Section("The network", "environments.md#private-networks", _ROOT, ("EndpointSettings",)),
    Section("VPC endpoints", "environments.md#private-networks", "VPC-endpoints"),
    Section("Identities", "environments.md#identities", _ROOT, ("IdentitySettings",)),
    Section("Argo CD Image Updater", "access.md#identities", "Argo-CD-Image-Updater"),
    Section("Nodes that pull", "access.md#identities", "nodes-that-pull"),
    Section("ECS task execution role", "access.md#identities", "ECS-task-execution-role"),
    Section("Who creates functions", "access.md#identities", "who-creates-functions"),
    Section("CodeBuild projects", "access.md#identities", "CodeBuild-projects"),
    Section("Readers of parameters", "access.md#identities", "readers-of-parameters"),
    Section("Jobs of CI services", "environments.md#jobs-of-ci-services", _ROOT, ("OidcSettings",)),
    Section("Repository on GitHub", "ci.md", "repository-on-GitHub"),
    Section("Project on GitLab", "ci.md", "project-on-GitLab"),
    Section("What deploys", "environments.md#deployments", _ROOT, ("DeploymentSettings",)),
    Section("Deployments", "deployments.md", "deployments"),
)
# The backend is a workload without a name.
_ALSO = {"backend": "workload"}


def render_page() -> str:
    """Return `docs/environment-file.md`."""
    return "\n".join(_page())


def key_headings() -> dict[tuple[str, str], str]:
    """Return the heading of each key by the part of the schema that has it and its name.

    A key of the environment and of a repository is its own heading; where another has taken it, or it belongs to
    something else, the heading says of what it is. So no two are alike.
    """
    parts = _parts(environment_schema())
    found: dict[tuple[str, str], str] = {}
    for section in SECTIONS:
        for key in _keys(section, parts):
            plain = section.part == _ROOT or (section.part == "repository" and key not in parts[_ROOT]["properties"])
            found[section.part, key] = f"`{key}`" if plain else f"`{key}` ({section.part.replace('-', ' ')})"
    return found


def _page() -> Iterator[str]:
    schema = environment_schema()
    parts = _parts(schema)
    headings = key_headings()
    yield "# Every key of the environment file"
    yield ""
    yield "<!-- Made from ecr_constructs/config/model by `make reference`. -->"
    yield ""
    yield "[The environment file](environments.md) is the guide to these keys. Editors know all of this from the"
    yield f"[JSON Schema]({_SCHEMA}), where those forms of values stand that are too long to be read here."
    for section in SECTIONS:
        yield ""
        yield f"## {section.title}"
        yield ""
        yield _introduction(section, parts)
        required = parts[section.part].get("required", ())
        for key, said in _keys(section, parts).items():
            yield ""
            yield f"### {headings[section.part, key]}"
            yield ""
            yield str(said["description"])
            yield ""
            yield from _facts(section.part, key, said, is_required=key in required)
    yield ""


def _introduction(section: Section, parts: Mapping[str, Any]) -> str:
    about = "" if section.part == _ROOT else f"{parts[section.part].get('description', '')} "
    besides = f"Besides these: every key of a {_link(section.besides)}. " if section.besides else ""
    return f"{about}{besides}[Guide]({section.guide})"


def _facts(part: str, key: str, said: Mapping[str, Any], *, is_required: bool) -> Iterator[str]:
    default = said.get("default")
    choices = said.get("anyOf", ())
    if default is None and (known := [each for each in choices if each.get("type") != "null"]):
        said = {**said, "anyOf": known}
    value = words(said, _link)
    yield f"- Value: {value}"
    if is_required:
        yield "- Required"
    elif default is not None:
        yield f"- Default: {code(default)}"
    elif "Default:" not in said["description"]:
        yield "- Default: none"
    if page := source_of(part, key):
        yield f"- Source: [{_MAKERS.get(urlsplit(page).netloc, 'AWS')}]({page})"


def _parts(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {_ROOT: schema, **schema["$defs"]}


def _keys(section: Section, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that a section describes: its own ones, not those of a section that it names."""
    keys = dict(parts[section.part]["properties"])
    if section.models:
        own = {key for model in _bases(EnvironmentFile) if model.__name__ in section.models for key in _own(model)}
        return {key: said for key, said in keys.items() if key in own}
    if not section.besides:
        return keys
    return {key: said for key, said in keys.items() if key not in parts[section.besides]["properties"]}


def _bases(model: type[Model]) -> list[type[Model]]:
    return [each for each in model.__mro__ if issubclass(each, Model)]


def _own(model: type[Model]) -> list[str]:
    return [key for key in model.__annotations__ if key in model.model_fields]


def _link(part: str) -> str:
    (title,) = (each.title for each in SECTIONS if each.part == _ALSO.get(part, part))
    return f"[{part.replace('-', ' ')}](#{re.sub(r'[^a-z0-9 _-]', '', title.lower()).replace(' ', '-')})"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_page(), encoding="utf-8")
