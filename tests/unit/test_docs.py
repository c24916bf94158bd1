"""What the documentation shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecr_constructs.config.load import load_environments
from ecr_constructs.config.models import EnvironmentFile, LifecycleRuleOptions, RepositoryOptions
from ecr_constructs.core.ssm import PARAMETERS

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("model", [EnvironmentFile, RepositoryOptions, LifecycleRuleOptions])
def test_every_key_is_documented_as_the_models_describe_it(model):
    page = read("docs/environments.md")
    for key, field in model.model_fields.items():
        assert f"| `{key}` | {field.description} |" in page


def test_every_parameter_is_documented():
    page = read("docs/parameters.md")
    for parameter in PARAMETERS:
        assert f"| `{parameter}` |" in page


def test_the_first_environment_is_right(tmp_path):
    """The environment of the README loads as it stands there, and has ten lines."""
    (text,) = blocks(read("README.md"), "yaml")
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    (environment,) = load_environments(tmp_path)
    assert list(environment.repositories) == ["api-service", "team/worker", "web-app"]
    assert len(text.splitlines()) <= 10


@pytest.mark.parametrize("example", blocks(read("docs/environments.md"), "yaml"))
def test_every_example_of_the_guide_is_right(example, tmp_path):
    """An example is a part of a repository's options, or of the environment with something to use it."""
    minimal = "project: shop\nenv: dev\nregion: us-east-1\n"
    if example.startswith("ecr_kms_key"):
        text = minimal + "ecr_encryption_type: KMS\necr_repositories: {web: }\n" + example
    else:
        text = minimal + "ecr_repositories:\n  web:\n" + re.sub("^", "    ", example, flags=re.MULTILINE)
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    assert load_environments(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page):
    makefile = read("Makefile")
    for target in re.findall(r"`make ([a-z-]+)`|^\$ make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE), target
