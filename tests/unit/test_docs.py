"""What the documentation shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ecr_constructs.config.load import load_environments
from ecr_constructs.config.models import EnvironmentFile, TrustedAccount
from ecr_constructs.config.repository_options import LifecycleRuleOptions, RepositoryOptions
from ecr_constructs.config.workloads import BackendOptions, EcrConfig, WorkloadOptions
from ecr_constructs.core.ssm import PARAMETERS

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*/README.md")])


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


MODELS = (
    EnvironmentFile,
    RepositoryOptions,
    LifecycleRuleOptions,
    BackendOptions,
    WorkloadOptions,
    EcrConfig,
    TrustedAccount,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
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
    text = "project: shop\nenv: dev\nregion: us-east-1\n"
    if set(yaml.safe_load(example)) <= set(EnvironmentFile.model_fields):
        used = "ecr_encryption_type: KMS\n" if "ecr_kms_key" in example else ""
        text += used + "ecr_repositories: {web: }\n" + example
    else:
        text += "ecr_repositories:\n  web:\n" + re.sub("^", "    ", example, flags=re.MULTILINE)
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    assert load_environments(tmp_path)


def files_of(section):
    """Return the environment files that a section shows, with the keys that each file needs and those leave out."""
    files = {}
    for block in blocks(section, "yaml"):
        name = re.match(r"# environments/(\w+)\.yaml\n", block)[1]
        files[name] = f"project: shop\nenv: {name}\nregion: us-east-1\n{block}"
    return files


STRATEGIES = [part for part in read("docs/strategies.md").split("\n## ") if files_of(part)]


@pytest.mark.parametrize("section", STRATEGIES, ids=lambda section: section.split("\n")[0])
def test_the_files_of_every_strategy_are_right_together(section, load):
    files = files_of(section)
    assert {each.name for each in load(**files)} == set(files)


ACCOUNTS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333", "test": "111111111111"}
FROM_DEV = "ecr_strategy: cross_account\necr_source_env: dev\n"
TWO = "services: [api, web]\n"
TRUSTING = 'ecr_trusted_accounts: [{account_id: "222222222222"}, {account_id: "333333333333"}]\n' + TWO
WEB = 'ecr_repository_name: "{project}/{name}"\necr_repositories: {web: }\n'
MISTAKES = [
    {"dev": TWO, "prod": FROM_DEV},
    {"dev": TRUSTING, "prod": FROM_DEV + "services: [apy]\n"},
    {"dev": TRUSTING, "staging": FROM_DEV, "prod": "ecr_strategy: cross_account\necr_source_env: staging\n"},
    {"dev": TRUSTING, "prod": FROM_DEV + 'ecr_account_id: "222222222222"\n'},
    {"dev": 'ecr_trusted_accounts: [{account_id: "222222222222", env: prod}]\n', "prod": ""},
    {"prod": 'ecr_strategy: cross_account\necr_account_id: "444444444444"\necr_account_region: cn-north-1\n'},
    {"dev": TRUSTING, "prod": FROM_DEV + "services:\n  - {name: api, max_image_count: 5}\n"},
    {"dev": WEB, "test": "ecr_ssm_prefix: /test\n" + WEB},
    {"dev": WEB, "test": WEB.replace("{project}", "test")},
]


def test_the_messages_between_files_are_those_of_the_guide(messages):
    """Files with one mistake each, in the order of the page."""
    (shown,) = (text for text in blocks(read("docs/strategies.md"), "text") if "must " in text)
    said = []
    for files in MISTAKES:
        head = 'project: shop\nenv: {0}\nregion: us-east-1\naccount_id: "{1}"\n'
        said += messages(**{name: head.format(name, ACCOUNTS[name]) + text for name, text in files.items()})
    assert said == shown.replace("environments/", "").splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_that_is_named_exists(page):
    makefile = read("Makefile")
    for target in re.findall(r"`make ([a-z-]+)`|^\$ make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE), target
