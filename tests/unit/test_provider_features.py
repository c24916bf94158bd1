"""What needs a later provider than the oldest that does, and what an environment takes for it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from ecr_constructs.config.desired import newer_features_of, provider_version_of
from ecr_constructs.config.load import load_file, parse_document
from ecr_constructs.config.reading.reader import read_yaml
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.provider_features import PROVIDER_FEATURES, features_of
from ecr_constructs.core.provider_versions import OLDEST_PROVIDER, short_version
from ecr_constructs.core.registry.account_settings import AccountSettingValues
from ecr_constructs.core.registry.pull_times import PullTimeExclusion
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.deploying.table import KINDS

ROOT = Path(__file__).parents[2]
HEAD = 'project: shop\nenv: dev\nregion: us-east-1\naccount_id: "111111111111"\n'
ON_PUSH = "ecr_creation_templates: {shop: {applied_for: [CREATE_ON_PUSH], max_image_count: 20}}\n"
MOUNTED = "ecr_account_settings: {blob_mounting: ENABLED}\n"
EXCLUDED = 'ecr_pull_time_update_exclusions: ["arn:aws:iam::111111111111:role/scanner"]\n'
FUNCTION = "arn:aws-eusc:lambda:eusc-de-east-1:111111111111:function:deploy"

EXCLUDING = RepositorySettings(
    image_tag_mutability="IMMUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=["latest"]
)

ASKING = {
    "tag mutability with exclusions": EXCLUDING,
    "a creation template with exclusions": CreationTemplate(
        prefix="shop", applied_for=["REPLICATION"], settings=EXCLUDING
    ),
    "a creation template for CREATE_ON_PUSH": CreationTemplate(prefix="shop", applied_for=["CREATE_ON_PUSH"]),
    "an exclusion from updates of the pull time": PullTimeExclusion(
        principal_arn="arn:aws:iam::111111111111:role/scanner"
    ),
    "the account setting BLOB_MOUNTING": AccountSettingValues(blob_mounting="DISABLED"),
    "a function called in the European Sovereign Cloud": EventTarget(arn=FUNCTION),
}
ASKING_FOR_NOTHING = [
    RepositorySettings(image_tag_mutability="IMMUTABLE", encryption_type="KMS"),
    RepositorySettings(image_tag_mutability="${var.mutability}"),
    CreationTemplate(prefix="shop", applied_for=["REPLICATION", "PULL_THROUGH_CACHE"]),
    CreationTemplate(prefix="shop", applied_for=["${var.applied_for}"]),
    AccountSettingValues(registry_policy_scope="V2"),
    EventTarget(arn=FUNCTION, role_arn="arn:aws-eusc:iam::111111111111:role/events"),
    EventTarget(arn=FUNCTION.replace("lambda", "states").replace("function", "stateMachine")),
    EventTarget(arn="arn:aws:lambda:us-east-1:111111111111:function:deploy"),
]


@pytest.fixture
def load(tmp_path):
    def load(text):
        (tmp_path / "dev.yaml").write_text(HEAD + text, encoding="utf-8")
        return load_file(tmp_path / "dev.yaml")

    return load


@pytest.mark.parametrize("feature", PROVIDER_FEATURES, ids=lambda feature: feature.what)
def test_a_feature_is_of_the_major_version_and_has_its_place_in_the_changelog(feature):
    assert (OLDEST_PROVIDER[0], 0, 0) < feature.since < (OLDEST_PROVIDER[0] + 1, 0, 0)
    assert f"CHANGELOG.md#{''.join(map(str, feature.since))}-" in feature.source


@pytest.mark.parametrize("feature", PROVIDER_FEATURES, ids=lambda feature: feature.what)
def test_what_asks_for_a_feature_is_known_to_ask_for_that_alone(feature):
    ((found, _),) = features_of(ASKING[feature.what])
    assert found is feature


@pytest.mark.parametrize("value", ASKING_FOR_NOTHING, ids=repr)
def test_what_asks_for_nothing_new(value):
    assert list(features_of(value)) == []


def test_a_type_that_the_bindings_of_the_oldest_lack_is_a_feature():
    (bindings,) = find_spec("cdktf_cdktf_provider_aws").submodule_search_locations
    made = {kind for kind in KINDS if kind.startswith("aws_")}
    lacking = {kind for kind in made if not Path(bindings, kind.removeprefix("aws_")).is_dir()}
    # What asks for each of them is in the table above.
    assert lacking == {"aws_ecr_pull_time_update_exclusion"}


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("ecr_repositories: {web: }\n", "~> 6.25"),
        (ON_PUSH, "~> 6.28"),
        (EXCLUDED, "~> 6.28"),
        (MOUNTED, "~> 6.29"),
        (ON_PUSH + MOUNTED + EXCLUDED, "~> 6.29"),
    ],
)
def test_the_default_rises_to_the_latest_that_is_asked_for(load, text, versions):
    environment = load(text)

    assert provider_version_of(environment) == versions
    assert [each.code for each in environment.notices] == ["provider-raised"] * (versions != "~> 6.25")
    # Once, for what it rises to.
    floor = versions.removeprefix("~> ")
    assert all(f"needs version {floor} of the AWS provider or a later one" in each.rule for each in environment.notices)


@pytest.mark.parametrize(
    ("shards", "fix"),
    [
        (1, "run `terraform -chdir=cdktf.out/stacks/dev init -upgrade`."),
        (2, "run `terraform -chdir=cdktf.out/stacks/STACK init -upgrade` for each stack: dev, dev-2."),
        (3, "run `terraform -chdir=cdktf.out/stacks/STACK init -upgrade` for each stack: dev, dev-2, dev-3."),
        (100, "run `terraform -chdir=cdktf.out/stacks/STACK init -upgrade` for each stack: dev, dev-2, ..., dev-100."),
    ],
)
def test_every_stack_of_an_environment_is_named_where_the_default_rises(load, shards, fix):
    (notice,) = load(f"{MOUNTED}ecr_shards: {shards}\n").notices
    assert notice.fix == f"Where a lock file has an older one, {fix}"


def test_features_stand_in_the_order_of_their_versions():
    assert [each.since for each in PROVIDER_FEATURES] == sorted(each.since for each in PROVIDER_FEATURES)


@pytest.mark.parametrize(
    ("constraint", "newer"),
    [
        ("~> 6.0", {(6, 8, 0): ("ecr_repositories", "web"), (6, 10, 0): ("ecr_creation_templates", "shop")}),
        ("~> 6.9", {(6, 10, 0): ("ecr_creation_templates", "shop")}),
        ("~> 6.10", {}),
        ("~> 6.25", {}),
    ],
)
def test_versions_before_the_oldest_that_does_are_told_apart_as_well(tmp_path, constraint, newer):
    excluding = "{image_tag_mutability: MUTABLE_WITH_EXCLUSION, image_tag_mutability_exclusion_filters: [v*]"
    text = f"ecr_repositories: {{web: {excluding}}}}}\naws_provider_version: '{constraint}'\n"
    text += f"ecr_creation_templates: {{shop: {excluding}, applied_for: [REPLICATION]}}}}\n"
    (tmp_path / "dev.yaml").write_text(HEAD + text, encoding="utf-8")
    environment, problems = parse_document(read_yaml(tmp_path / "dev.yaml"))

    assert {each.since: path[:2] for each, path in newer_features_of(environment).items()} == newer
    assert [each.code for each in problems] == ["provider-older"] * len(newer)


@pytest.mark.parametrize("said", ["~> 6.29", ">= 6.29.0, < 7", "6.40.1", "~> 6.25, >= 6.31"])
def test_what_a_file_says_stays_and_is_nothing_to_be_seen(load, said):
    environment = load(f'{ON_PUSH}{MOUNTED}aws_provider_version: "{said}"\n')
    assert (provider_version_of(environment), environment.notices) == (said, ())


def test_what_a_file_says_stays_where_it_is_not_judged(tmp_path):
    (tmp_path / "dev.yaml").write_text(f'{HEAD}{MOUNTED}aws_provider_version: "~> 6.26"\n', encoding="utf-8")
    environment, _ = parse_document(read_yaml(tmp_path / "dev.yaml"), judged=False)
    assert provider_version_of(environment) == "~> 6.26"


def test_a_notice_that_is_acknowledged_leaves_the_floor_where_it_is(load):
    environment = load(f"{ON_PUSH}acknowledge: [provider-raised]\n")
    assert (provider_version_of(environment), environment.notices) == ("~> 6.28", ())


def test_the_guide_says_which_version_what_needs():
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.startswith("| ") and "CHANGELOG.md#" in line]

    assert len(rows) == len(PROVIDER_FEATURES)
    for feature, row in zip(PROVIDER_FEATURES, rows, strict=True):
        assert f"| {short_version(feature.since)} |" in row
        assert feature.source in row
