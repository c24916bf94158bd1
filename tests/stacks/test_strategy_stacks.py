"""The strategies, by their examples: what the source lets pull, and that a consumer of it looks like the source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecr_constructs.config.load import load_environments
from stacks.app import build_app

EXAMPLES = Path(__file__).parents[2] / "examples"
ACCOUNTS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}
CONSUMERS = [("centralized-dev", "staging"), ("centralized-dev", "prod"), ("isolated-production", "staging")]
SOURCES = [("centralized-dev", "dev", {"staging", "prod"}), ("isolated-production", "dev", {"staging"})]
LOCAL = [("isolated-production", "prod"), *(("per-environment", name) for name in ACCOUNTS)]

TRUSTED = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:ListImages",
]


@pytest.fixture(scope="session")
def examples(tmp_path_factory):
    """Every stack of every example, by example and environment."""
    documents = {}
    for folder in (found.parent for found in EXAMPLES.glob("*/environments")):
        outdir = tmp_path_factory.mktemp(folder.name)
        build_app(load_environments(folder / "environments"), outdir=str(outdir)).synth()
        for file in outdir.glob("stacks/*/cdk.tf.json"):
            documents[folder.name, file.parent.name] = json.loads(file.read_text(encoding="utf-8"))
    return documents


def parameters(document):
    """Return what is published, by path."""
    return {each["name"]: each["insecure_value"] for each in document["resource"]["aws_ssm_parameter"].values()}


def outputs(document):
    return {name: output["value"] for name, output in document["output"].items()}


def resolved(document, account, region="us-east-1"):
    """Return a document with what AWS will say of its repositories in place of the references to them."""
    text = json.dumps(document)
    for address, repository in document["resource"].get("aws_ecr_repository", {}).items():
        name = repository["name"]
        for attribute, value in {
            "name": name,
            "arn": f"arn:aws:ecr:{region}:{account}:repository/{name}",
            "registry_id": account,
            "repository_url": f"{account}.dkr.ecr.{region}.amazonaws.com/{name}",
        }.items():
            text = text.replace(f"${{aws_ecr_repository.{address}.{attribute}}}", value)
    return json.loads(text)


def kinds(document):
    return set(document["resource"])


class TestConsumers:
    @pytest.mark.parametrize("consumer", CONSUMERS)
    def test_a_consumer_makes_parameters_alone(self, examples, consumer):
        document = examples[consumer]
        assert kinds(document) == {"aws_ssm_parameter"}
        assert "data" not in document
        assert "import" not in document

    @pytest.mark.parametrize("consumer", [each for each in CONSUMERS if each[0] == "centralized-dev"])
    def test_a_consumer_publishes_and_puts_out_exactly_what_its_source_does(self, examples, consumer):
        source = resolved(examples["centralized-dev", "dev"], ACCOUNTS["dev"])
        assert parameters(examples[consumer]) == parameters(source)
        assert (
            examples[consumer]["resource"]["aws_ssm_parameter"].keys() == source["resource"]["aws_ssm_parameter"].keys()
        )
        assert outputs(examples[consumer])["ecr_registry_id"] == ACCOUNTS["dev"]
        for name in ("ecr_repository_urls", "ecr_repository_arns", "ecr_repository_names"):
            assert outputs(examples[consumer])[name] == outputs(source)[name]

    def test_a_consumer_that_names_some_repositories_publishes_those_alone(self, examples):
        source = resolved(examples["isolated-production", "dev"], ACCOUNTS["dev"])
        some = {path: value for path, value in parameters(source).items() if "/experiments/" not in path}
        assert parameters(examples["isolated-production", "staging"]) == some
        assert len(some) == 3 * 8

    def test_names_are_those_that_the_source_gave(self, examples):
        staging = examples["isolated-production", "staging"]
        assert outputs(staging)["ecr_repository_names"]["web-app"] == "shop-dev-web-app"
        assert (
            parameters(staging)["/ecr/web-app/url"] == "111111111111.dkr.ecr.us-east-1.amazonaws.com/shop-dev-web-app"
        )

    @pytest.mark.parametrize("consumer", CONSUMERS)
    def test_a_consumer_is_deployed_into_its_own_account(self, examples, consumer):
        (provider,) = examples[consumer]["provider"]["aws"]
        assert provider["allowed_account_ids"] == [ACCOUNTS[consumer[1]]]


class TestSources:
    @pytest.mark.parametrize(("example", "source", "consumers"), SOURCES)
    def test_every_repository_lets_exactly_the_consumers_accounts_pull(self, examples, example, source, consumers):
        resources = examples[example, source]["resource"]
        policies = {name: json.loads(each["policy"]) for name, each in resources["aws_ecr_repository_policy"].items()}
        assert set(policies) == set(resources["aws_ecr_repository"])
        for policy in policies.values():
            (statement,) = policy["Statement"]
            assert (statement["Effect"], statement["Action"]) == ("Allow", TRUSTED)
            let_in = statement["Principal"]["AWS"]
            roots = sorted(f"arn:aws:iam::{ACCOUNTS[name]}:root" for name in consumers)
            assert ([let_in] if isinstance(let_in, str) else let_in) == roots

    @pytest.mark.parametrize("environment", LOCAL)
    def test_where_nobody_consumes_nobody_is_let_in(self, examples, environment):
        document = examples[environment]
        assert "aws_ecr_repository_policy" not in kinds(document)
        assert len(document["resource"]["aws_ecr_repository"]) == 3

    def test_the_organisation_of_the_account_is_read_once_and_let_in_by_every_repository(self, synthesise_all):
        document = synthesise_all(
            dev="project: shop\nenv: dev\nregion: us-east-1\norganization: true\nservices: [api, web]\n"
        )["dev"]
        ((address, _),) = document["data"]["aws_organizations_organization"].items()
        for policy in document["resource"]["aws_ecr_repository_policy"].values():
            (statement,) = json.loads(policy["policy"])["Statement"]
            organization = f"${{data.aws_organizations_organization.{address}.id}}"
            assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": organization}}


class TestWorkloads:
    """The development environment of the example has one of each kind."""

    def test_each_has_a_repository_named_after_it_but_those_that_use_one(self, examples):
        made = examples["centralized-dev", "dev"]["resource"]["aws_ecr_repository"]
        assert {address: each["name"] for address, each in made.items()} == {
            "backend": "shop_backend",
            "service_api": "shop_service_api",
            "service_storefront": "shop_service_storefront",
            "task_migrate": "shop_task_migrate",
        }

    def test_one_that_uses_another_s_repository_is_published_with_that(self, examples):
        published = parameters(examples["centralized-dev", "dev"])
        for parameter in ("url", "arn", "config"):
            assert published[f"/ecr/task_report/{parameter}"] == published[f"/ecr/service_api/{parameter}"]

    def test_one_with_a_uri_is_published_by_its_parts(self, examples):
        published = parameters(examples["centralized-dev", "dev"])
        uri = "444444444444.dkr.ecr.us-east-1.amazonaws.com/platform/proxy"
        arn = "arn:aws:ecr:us-east-1:444444444444:repository/platform/proxy"
        assert published["/ecr/service_proxy/url"] == uri
        assert published["/ecr/service_proxy/arn"] == arn
        assert published["/ecr/service_proxy/registry-id"] == "444444444444"


@pytest.mark.parametrize("environment", [("centralized-dev", "dev"), ("centralized-dev", "prod")], ids="-".join)
def test_snapshot(examples, environment, terraform_snapshot):
    """The source and a consumer become what their snapshots show."""
    assert examples[environment] == terraform_snapshot
