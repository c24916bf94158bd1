"""Where repositories are: made in an environment, referred to in another, named after workloads."""

from __future__ import annotations

import textwrap

import pytest

from ecr_constructs.config.desired import access_of, accounts_that_pull, reference_of

DEV, STAGING = "111111111111", "222222222222"
MAIL = "999999999999.dkr.ecr.eu-west-1.amazonaws.com/mail"


def env(name: str, account: str | None, text: str = "", region: str = "us-east-1") -> str:
    """Return an environment file; the text begins at line 5, or at line 4 without an account."""
    said = f'account_id: "{account}"\n' if account else ""
    return f"project: shop\nenv: {name}\nregion: {region}\n{said}{textwrap.dedent(text)}"


TRUSTED = f'ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]\n'
REPOSITORIES = (
    "ecr_repositories: {web: {}, team/api: {image_tag_mutability: IMMUTABLE}}\nbackend: true\nservices: [pay]\n"
)
FROM_DEV = f'ecr_strategy: cross_account\necr_account_id: "{DEV}"\necr_account_region: us-east-1\n'
SOURCE = env("dev", DEV, TRUSTED + REPOSITORIES)


def names(environment):
    """Return what each logical name of an environment stands for."""
    return {
        name: str(found) if (found := environment.arn_of(each)) else each.repository_name
        for name, each in environment.repositories.items()
    }


def arns(*repository_names, account=DEV, region="us-east-1"):
    return [f"arn:aws:ecr:{region}:{account}:repository/{name}" for name in repository_names]


@pytest.mark.parametrize("keys", [FROM_DEV, "ecr_strategy: cross_account\necr_source_env: dev\n"])
def test_without_repositories_of_its_own_an_environment_refers_to_all_of_its_source(load, keys):
    dev, staging = load(dev=SOURCE, staging=env("staging", STAGING, keys))

    assert names(dev) == {
        "backend": "shop_backend",
        "service_pay": "shop_service_pay",
        "team/api": "shop-dev-team/api",
        "web": "shop-dev-web",
    }
    assert names(staging) == dict(zip(names(dev), arns(*names(dev).values()), strict=True))
    assert staging.source.environment.name == dev.name
    assert staging.parameter_count == dev.parameter_count


def test_what_is_published_of_a_reference_is_what_the_source_has(load):
    _, staging = load(dev=SOURCE, staging=env("staging", STAGING, FROM_DEV))

    reference = reference_of(staging.repositories["team/api"], staging)
    assert reference[1].image_tag_mutability == "IMMUTABLE"


def test_an_environment_refers_to_those_that_it_names(load):
    text = FROM_DEV + "ecr_repositories: {web: {publish_to_ssm: false}}\nservices: [pay]\n"
    _, staging = load(dev=SOURCE, staging=env("staging", STAGING, text))

    assert list(names(staging)) == ["service_pay", "web"]
    assert staging.repositories["web"].ssm_path is None


def test_the_repositories_of_somebody_else_are_named_by_the_template_of_their_environment(load):
    text = FROM_DEV + (
        "ecr_source_env: build\nbackend: true\nrepository_names: [nginx]\n"
        "ecr_repositories: {web: {}, api: {repository_name: shop/api, encryption_type: KMS}}\n"
    )
    (staging,) = load(staging=env("staging", STAGING, text))

    assert list(names(staging).values()) == arns("shop/api", "shop_backend", "nginx", "shop-build-web")
    assert reference_of(staging.repositories["api"], staging)[1].encryption_type == "KMS"


def test_a_source_in_another_region_and_partition_is_referred_to_as_it_is_called_there(load):
    text = FROM_DEV.replace("us-east-1", "cn-northwest-1") + "repository_names: [nginx]\n"
    (staging,) = load(staging=env("staging", STAGING, text, region="cn-north-1"))

    assert list(names(staging).values()) == [f"arn:aws-cn:ecr:cn-northwest-1:{DEV}:repository/nginx"]


def test_an_account_of_an_organisation_or_of_the_source_itself_needs_no_trust(load):
    for grant in (
        "organization_id: o-a1b2c3d4e5\n",
        "organization: true\n",
        "ecr_defaults: {organization_id: o-a1b2c3d4e5}\n",
    ):
        load(dev=env("dev", DEV, grant + REPOSITORIES), staging=env("staging", STAGING, FROM_DEV))
    load(dev=env("dev", DEV, REPOSITORIES), test=env("test", DEV, f"{FROM_DEV}ecr_ssm_prefix: /ecr/test\n"))


def test_trusted_accounts_may_pull_from_every_repository_beside_those_that_it_allows(declare):
    environment = declare(
        f"{TRUSTED}ecr_repositories:\n  web: {{enable_cross_account_access: true, "
        f'allowed_account_ids: ["333333333333", "{STAGING}"]}}\n  api:\n'
    )

    assert accounts_that_pull(environment.repositories["web"]) == (STAGING, "333333333333")
    assert accounts_that_pull(environment.repositories["api"]) == (STAGING,)


def test_the_organisation_of_a_repository_stands_before_that_of_all(declare):
    environment = declare(
        "organization_id: o-a1b2c3d4e5\necr_repositories: {api: , web: {organization_id: o-b1b2c3d4e5}}\n"
    )

    assert [access_of(each).organization_id for each in environment.repositories.values()] == [
        "o-a1b2c3d4e5",
        "o-b1b2c3d4e5",
    ]


def test_workloads_have_repositories_named_after_the_project_and_plain_names_stay(declare):
    environment = declare(
        """\
backend: {max_image_count: 5}
services: [pay, {name: team/mail, scan_on_push: false}]
tasks: [{name: report, repository_name: shop/report}]
repository_names: [nginx, base/python]
ecr_defaults: {max_image_count: 9}
"""
    )

    assert names(environment) == {
        "backend": "shop_backend",
        "base/python": "base/python",
        "nginx": "nginx",
        "service_pay": "shop_service_pay",
        "service_team/mail": "shop_service_team/mail",
        "task_report": "shop/report",
    }
    assert environment.repositories["backend"].options.max_image_count == 5
    assert environment.repositories["service_team/mail"].options.scan_on_push is False
    assert environment.repositories["nginx"].options.max_image_count == 9


@pytest.mark.parametrize(
    "host", ["dkr.ecr.eu-west-1.amazonaws.com", "dkr-ecr.eu-west-1.on.aws", "DKR-ECR.EU-West-1.on.aws"]
)
def test_a_workload_may_use_a_repository_by_its_uri_or_that_of_another_workload(declare, host):
    environment = declare(
        f"""\
services:
  - api
  - {{name: mail, ecr_config: {{mode: manual_repo, repository_uri: {STAGING}.{host}/x/mail}}}}
tasks:
  - {{name: clean, ecr_config: {{mode: use_existing, source_service_name: api, source_service_type: services}}}}
"""
    )

    assert list(environment.made) == ["service_api"]
    assert names(environment)["service_mail"] == arns("x/mail", account=STAGING, region="eu-west-1")[0]
    assert environment.owner_of(environment.repositories["task_clean"]).logical_name == "service_api"
    assert reference_of(environment.repositories["task_clean"], environment) is None


def test_what_is_published_of_a_repository_by_its_uri_is_what_is_said_of_it_alone(declare):
    config = f"{{mode: manual_repo, repository_uri: {MAIL}}}"
    environment = declare(
        "ecr_defaults: {image_tag_mutability: IMMUTABLE}\n"
        f"services: [{{name: a, ecr_config: {config}}}, {{name: b, scan_on_push: false, ecr_config: {config}}}]\n"
    )

    first, second = (reference_of(each, environment)[1] for each in environment.repositories.values())
    assert (first.image_tag_mutability, first.scan_on_push) == ("MUTABLE", True)
    assert (second.image_tag_mutability, second.scan_on_push) == ("MUTABLE", False)


def test_what_the_source_does_not_publish_is_not_published_unless_it_is_asked_for(load):
    dev = env("dev", DEV, f"{TRUSTED}ecr_repositories: {{api: {{publish_to_ssm: false}}, web: }}\n")

    _, staging = load(dev=dev, staging=env("staging", STAGING, FROM_DEV))
    assert [each.ssm_path for each in staging.repositories.values()] == [None, "/ecr/web"]
    said = env("staging", STAGING, f"{FROM_DEV}ecr_defaults: {{publish_to_ssm: true}}\n")
    _, staging = load(dev=dev, staging=said)
    assert [each.ssm_path for each in staging.repositories.values()] == ["/ecr/api", "/ecr/web"]


def test_what_uses_the_repository_of_another_lies_in_its_stack(declare):
    existing = "{mode: use_existing, source_service_name: api, source_service_type: services}"
    tasks = ", ".join(f"{{name: t{number}, ecr_config: {existing}}}" for number in range(20))
    environment = declare(f"ecr_shards: 8\nservices: [api]\ntasks: [{tasks}]\n")

    (shard,) = [shard for shard in range(1, 9) if environment.repositories_of(shard)]
    assert len(environment.repositories_of(shard)) == 21


def test_the_references_of_a_source_are_followed(load):
    dev = env(
        "dev",
        DEV,
        f"""\
        ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]
        services:
          - api
          - {{name: mail, ecr_config: {{mode: manual_repo, repository_uri: {MAIL}}}}}
        tasks:
          - {{name: clean, ecr_config: {{mode: use_existing, source_service_name: api, source_service_type: services}}}}
        """,
    )
    _, staging = load(dev=dev, staging=env("staging", STAGING, FROM_DEV))

    (api,), (mail,) = arns("shop_service_api"), arns("mail", account="999999999999", region="eu-west-1")
    assert names(staging) == {"service_api": api, "service_mail": mail, "task_clean": api}


# Files, and what is reported of them.
def test_a_source_that_is_itself_wrong_is_not_reported_as_missing(messages):
    staging = env("staging", STAGING, "ecr_strategy: cross_account\necr_source_env: dev\n")

    (message,) = messages(dev=SOURCE + "unknown: 1\n", staging=staging)
    assert message.startswith("dev.yaml:9: unknown: must be a known key")
