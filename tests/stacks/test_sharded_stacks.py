"""An environment in several stacks."""

from __future__ import annotations

import pytest

from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput

HEAD = 'project: shop\nenv: dev\nregion: us-east-1\naccount_id: "111111111111"\n'
NAMES = [f"service-{number}" for number in range(20)]


@pytest.fixture
def sharded(tmp_path, synthesise_all):
    def sharded(shards, more=""):
        text = HEAD + more + f"ecr_shards: {shards}\necr_repositories: {{{', '.join(f'{name}: ' for name in NAMES)}}}\n"
        return synthesise_all(dev=text)

    return sharded


def made(document):
    return set(document["resource"].get("aws_ecr_repository", {}))


def test_each_shard_is_a_stack(sharded):
    assert set(sharded(3)) == {"dev", "dev-2", "dev-3"}


def test_every_repository_is_in_one_stack(sharded):
    documents = sharded(3)
    assert sum(len(made(document)) for document in documents.values()) == len(NAMES)
    assert set().union(*map(made, documents.values())) == set(NAMES)


def test_a_repository_has_the_same_address_in_any_shard(sharded):
    one, three = sharded(1), sharded(3)
    addresses = {
        (kind, name)
        for document in three.values()
        for kind, resources in document["resource"].items()
        for name in resources
    }
    assert addresses == {(kind, name) for kind, resources in one["dev"]["resource"].items() for name in resources}


def test_what_the_registry_has_once_is_in_the_first_stack_for_all(sharded):
    more = "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2}]}\n"
    documents = sharded(3, more)
    having = [name for name, each in documents.items() if "aws_ecr_replication_configuration" in each["resource"]]
    assert having == ["dev"]
    configuration = documents["dev"]["resource"]["aws_ecr_replication_configuration"]["registry"]
    (rule,) = configuration["replication_configuration"]["rule"]
    # service-1 covers service-10 to service-19: ECR matches the beginning of names.
    assert [each["filter"] for each in rule["repository_filter"]] == [f"shop-dev-service-{n}" for n in range(10)]


def test_each_shard_has_a_state_of_its_own(sharded):
    keys = {
        name: document["terraform"]["backend"]["s3"]["key"]
        for name, document in sharded(2, "bucket: states\nstate_key: a/b.tfstate\n").items()
    }
    assert keys == {"dev": "a/b.tfstate", "dev-2": "a/b-2.tfstate"}


def test_each_shard_s_outputs_are_of_its_own_repositories(sharded):
    for document in sharded(2).values():
        assert set(document["output"]["ecr_repository_urls"]["value"]) == made(document)


def test_a_shard_must_not_have_the_name_of_another_environment(tmp_path):
    for name, more in (("dev", "ecr_shards: 2\n"), ("dev-2", "")):
        (tmp_path / f"{name}.yaml").write_text(f"project: shop\nenv: {name}\nregion: us-east-1\n{more}")
    with pytest.raises(InvalidInput, match=r"dev.yaml:2: env: must not have a stack of the name dev-2; .*dev-2.yaml"):
        load_environments(tmp_path)


def test_config_alone_is_published_where_that_is_asked_for(synthesise_all):
    text = HEAD + "ecr_ssm_layout: config\necr_repositories: {web: }\n"
    assert set(synthesise_all(dev=text)["dev"]["resource"]["aws_ssm_parameter"]) == {"web_config", "web_url"}


def test_a_thousand_repositories_spread_evenly(tmp_path):
    """Names that look alike spread, too."""
    text = HEAD + "ecr_shards: 8\necr_repositories:\n" + "".join(f"  r{n}: {{}}\n" for n in range(1000))
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    (environment,) = load_environments(tmp_path)
    sizes = [len(environment.repositories_of(shard)) for shard in range(1, 9)]
    assert sum(sizes) == 1000
    assert max(sizes) < 160
