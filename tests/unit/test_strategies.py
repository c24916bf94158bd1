"""Where repositories are: made in an environment, referred to in another, named after workloads."""

from __future__ import annotations

import textwrap

import pytest

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
        name: str(found.arn) if (found := environment.reference(each)) else each.repository_name
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
    assert staging.source.environment is dev
    assert staging.parameter_count == dev.parameter_count


def test_what_is_published_of_a_reference_is_what_the_source_has(load):
    _, staging = load(dev=SOURCE, staging=env("staging", STAGING, FROM_DEV))

    reference = staging.reference(staging.repositories["team/api"])
    assert reference.settings.image_tag_mutability == "IMMUTABLE"


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
    assert staging.reference(staging.repositories["api"]).settings.encryption_type == "KMS"


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

    assert environment.repositories["web"].pull_account_ids == (STAGING, "333333333333")
    assert environment.repositories["api"].pull_account_ids == (STAGING,)


def test_the_organisation_of_a_repository_stands_before_that_of_all(declare):
    environment = declare(
        "organization_id: o-a1b2c3d4e5\necr_repositories: {api: , web: {organization_id: o-b1b2c3d4e5}}\n"
    )

    assert [each.organization_id for each in environment.repositories.values()] == ["o-a1b2c3d4e5", "o-b1b2c3d4e5"]


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


def test_a_workload_may_use_a_repository_by_its_uri_or_that_of_another_workload(declare):
    environment = declare(
        f"""\
services:
  - api
  - {{name: mail, ecr_config: {{mode: manual_repo, repository_uri: {STAGING}.dkr.ecr.eu-west-1.amazonaws.com/x/mail}}}}
tasks:
  - {{name: clean, ecr_config: {{mode: use_existing, source_service_name: api, source_service_type: services}}}}
"""
    )

    assert list(environment.made) == ["service_api"]
    assert names(environment)["service_mail"] == arns("x/mail", account=STAGING, region="eu-west-1")[0]
    assert environment.owner_of(environment.repositories["task_clean"]).logical_name == "service_api"
    assert environment.reference(environment.repositories["task_clean"]) is None


def test_what_is_published_of_a_repository_by_its_uri_is_what_is_said_of_it_alone(declare):
    config = f"{{mode: manual_repo, repository_uri: {MAIL}}}"
    environment = declare(
        "ecr_defaults: {image_tag_mutability: IMMUTABLE}\n"
        f"services: [{{name: a, ecr_config: {config}}}, {{name: b, scan_on_push: false, ecr_config: {config}}}]\n"
    )

    first, second = (environment.reference(each).settings for each in environment.repositories.values())
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
MISTAKES: dict[str, tuple[dict[str, str] | str, ...]] = {
    "no_source": (
        {"staging": env("staging", STAGING, "ecr_strategy: cross_account\n")},
        "staging.yaml:5: ecr_strategy: must come with ecr_account_id and ecr_account_region, or with",
        "ecr_source_env. Say where the repositories are. [strategy-source]",
    ),
    "source_without_strategy": (
        {"staging": env("staging", STAGING, f'ecr_account_id: "{DEV}"\n')},
        "staging.yaml:5: ecr_account_id: must come with ecr_strategy: cross_account, got local. Set",
        "ecr_strategy: cross_account, or remove the key. [strategy-unused]",
    ),
    "source_is_itself": (
        {"staging": env("staging", STAGING, "ecr_strategy: cross_account\necr_source_env: staging\n")},
        "staging.yaml:6: ecr_source_env: must be another environment, got 'staging'. Name the environment",
        "that makes the repositories. [strategy-source]",
    ),
    "source_unknown": (
        {"dev": SOURCE, "staging": env("staging", STAGING, "ecr_strategy: cross_account\necr_source_env: dve\n")},
        "staging.yaml:6: ecr_source_env: must be an environment of this app, or come with ecr_account_id and",
        "ecr_account_region, got 'dve'. Did you mean 'dev'? [strategy-source]",
    ),
    "source_misspelt_in_a_known_account": (
        {"dev": SOURCE, "staging": env("staging", STAGING, f"{FROM_DEV}ecr_source_env: dve\n")},
        "staging.yaml:8: ecr_source_env: must be the environment that is in that account and region: dev, got",
        "'dve'. Did you mean 'dev'? [strategy-source]",
    ),
    "source_refers_itself": (
        {
            "dev": SOURCE,
            "staging": env("staging", STAGING, FROM_DEV),
            "test": env("test", None, "ecr_strategy: cross_account\necr_source_env: staging\n"),
        },
        "test.yaml:5: ecr_source_env: must be an environment that makes repositories; staging.yaml:5 is",
        "cross_account too, got 'staging'. Name the source of staging. [strategy-source]",
    ),
    "source_without_account": (
        {
            "dev": env("dev", None, TRUSTED + REPOSITORIES),
            "staging": env("staging", STAGING, "ecr_strategy: cross_account\necr_source_env: dev\n"),
        },
        "staging.yaml:6: ecr_source_env: must come with ecr_account_id: dev.yaml does not say its account.",
        "Add it here, or account_id to dev.yaml. [strategy-source]",
    ),
    "source_with_another_account": (
        {
            "dev": SOURCE,
            "staging": env("staging", STAGING, FROM_DEV.replace(DEV, "999999999999") + "ecr_source_env: dev\n"),
        },
        f"staging.yaml:6: ecr_account_id: must be that of dev.yaml:4, {DEV}, got '999999999999'. Leave it out:",
        "it is known from there. [strategy-source]",
    ),
    "two_sources": (
        {
            "dev": SOURCE,
            "staging": env("staging", STAGING, FROM_DEV),
            "test": env("test", DEV, f"{TRUSTED}ecr_repositories: {{x: }}\n"),
        },
        "staging.yaml:6: ecr_account_id: must come with ecr_source_env: dev.yaml:2 and test.yaml:2 are both",
        "there. Set it to one of dev, test. [strategy-source]",
    ),
    "source_in_another_partition": (
        {"staging": env("staging", STAGING, FROM_DEV.replace("us-east-1", "cn-north-1") + "repository_names: [x1]\n")},
        "staging.yaml:5: ecr_strategy: must lie in the partition of us-east-1, got 'cn-north-1'. Images",
        "cannot be pulled from another partition: make the repositories here. [strategy-partition]",
    ),
    "names_that_nobody_knows": (
        {"staging": env("staging", STAGING, f"{FROM_DEV}ecr_repositories: {{web: }}\n")},
        "staging.yaml:5: ecr_strategy: must come with ecr_source_env: ecr_repository_name holds {env}, that of what",
        "makes the repositories. Add it, or a template without {env}, or repository_name to each. [strategy-source]",
    ),
    "repositories_that_nobody_knows": (
        {"staging": env("staging", STAGING, FROM_DEV)},
        "staging.yaml:5: ecr_strategy: must come with repositories, because no environment of this app is in that",
        "account and region. Declare those that are used, or name the environment in ecr_source_env. [strategy-empty]",
    ),
    "an_encryption_that_the_source_says": (
        {"dev": SOURCE, "staging": env("staging", STAGING, f"{FROM_DEV}ecr_encryption_type: KMS\n")},
        "staging.yaml:8: ecr_encryption_type: must be left out: dev.yaml says it. Remove it. [reference-option]",
    ),
    "parameters_too_deep": (
        {
            "dev": env("dev", DEV, f"{TRUSTED}services: [team/web]\n"),
            "staging": env("staging", STAGING, f"{FROM_DEV}ecr_ssm_prefix: /a/b/c/d/e/f/g/h/i/j/k/l/m\n"),
        },
        "staging.yaml:8: ecr_ssm_prefix: must leave room for the parameter's own name in 15 levels, got 15 levels. Use",
        "fewer '/'. [ssm-path-levels]",
    ),
    "a_uri_in_another_partition": (
        {
            "dev": env(
                "dev",
                DEV,
                "backend: {ecr_config: {mode: manual_repo, repository_uri: "
                "999999999999.dkr.ecr.cn-north-1.amazonaws.com.cn/mail}}\n",
            )
        },
        "dev.yaml:5: backend.ecr_config.repository_uri: must lie in the partition of us-east-1, got 'cn-north-1'.",
        "Images cannot be pulled from another partition: use a repository in this one. [strategy-partition]",
    ),
    "a_repository_that_the_source_has_not": (
        {"dev": SOURCE, "staging": env("staging", STAGING, f"{FROM_DEV}ecr_repositories:\n  wbe:\n")},
        "staging.yaml:9: ecr_repositories.wbe: must be a repository of dev.yaml, got 'wbe'. Did you mean",
        "'web'? [source-repository]",
    ),
    "a_source_that_trusts_nobody": (
        {"dev": env("dev", DEV, REPOSITORIES), "staging": env("staging", STAGING, FROM_DEV)},
        f"staging.yaml:5: ecr_strategy: must be able to pull: dev.yaml:2 lets account {STAGING} pull none of",
        f"the 4 repositories. Add account_id: '{STAGING}' to ecr_trusted_accounts of dev.yaml, or its",
        "organization_id. [source-access]",
    ),
    "a_source_that_trusts_another": (
        {
            "dev": env("dev", DEV, TRUSTED.replace(STAGING, "333333333333") + REPOSITORIES),
            "staging": env("staging", STAGING, f"{FROM_DEV}ecr_repositories:\n  web:\n"),
        },
        "staging.yaml:9: ecr_repositories.web: must be able to pull web: dev.yaml:6 does not let account",
        f"{STAGING}. Add account_id: '{STAGING}' to ecr_trusted_accounts of dev.yaml, or its organization_id.",
        "[source-access]",
    ),
    "an_option_of_what_is_made_elsewhere": (
        {
            "dev": SOURCE,
            "staging": env("staging", STAGING, f"{FROM_DEV}ecr_repositories: {{web: {{max_image_count: 3}}}}\n"),
        },
        "staging.yaml:8: ecr_repositories.web.max_image_count: must be left out: with ecr_strategy:",
        "cross_account the repository is made elsewhere. Remove it, or set it where the repository is made.",
        "[reference-option]",
    ),
    "a_default_of_what_is_made_elsewhere": (
        {
            "dev": SOURCE,
            "staging": env("staging", STAGING, f"{FROM_DEV}ecr_defaults: {{force_delete: true}}\nbackend: true\n"),
        },
        "staging.yaml:8: ecr_defaults.force_delete: must be left out: with ecr_strategy: cross_account the",
        "repository is made elsewhere. Remove it, or set it where the repository is made. [reference-option]",
    ),
    "what_the_source_says_already": (
        {
            "dev": SOURCE,
            "staging": env("staging", STAGING, f"{FROM_DEV}ecr_repositories: {{web: {{scan_on_push: false}}}}\n"),
        },
        "staging.yaml:8: ecr_repositories.web.scan_on_push: must be left out: dev.yaml:6 says it. Remove it.",
        "[reference-option]",
    ),
    "trust_where_nothing_is_made": (
        {"dev": SOURCE, "staging": env("staging", STAGING, f"{FROM_DEV}organization: true\n")},
        "staging.yaml:8: organization: must come with ecr_strategy: local, got cross_account. Set it where",
        "the repositories are made, or remove the key. [strategy-unused]",
    ),
    "two_organisations": (
        {"dev": env("dev", DEV, "organization: true\norganization_id: o-a1b2c3d4e5\n")},
        "dev.yaml:5: organization: must stand without organization_id, got both. Remove one of the two.",
        "[organization-twice]",
    ),
    "trust_in_oneself": (
        {"dev": env("dev", STAGING, TRUSTED)},
        f"dev.yaml:5: ecr_trusted_accounts[0].account_id: must be another account, got '{STAGING}'. Remove it:",
        "the account's own identities need an identity policy alone. [access-own-account]",
    ),
    "trust_said_twice": (
        {"dev": env("dev", DEV, f'ecr_trusted_accounts: [{{account_id: "{STAGING}"}}, {{account_id: "{STAGING}"}}]\n')},
        f"dev.yaml:5: ecr_trusted_accounts[1]: must be listed once, got '{STAGING}'. Remove one.",
        "[access-twice]",
    ),
    "trust_in_an_account_that_is_another_one": (
        {
            "dev": env("dev", DEV, f'ecr_trusted_accounts:\n  - env: staging\n    account_id: "{DEV[:-1]}2"\n'),
            "staging": env("staging", STAGING),
        },
        f"dev.yaml:7: ecr_trusted_accounts[0].account_id: must be that of staging.yaml:4, {STAGING}, got",
        "'111111111112'. Correct one of the two. [trusted-account]",
    ),
    "trust_in_an_environment_of_another_region": (
        {
            "dev": env(
                "dev", DEV, f'ecr_trusted_accounts: [{{account_id: "{STAGING}", env: staging, region: eu-west-1}}]\n'
            ),
            "staging": env("staging", STAGING),
        },
        "dev.yaml:5: ecr_trusted_accounts[0].region: must be that of staging.yaml:3, us-east-1, got",
        "'eu-west-1'. Correct one of the two. [trusted-account]",
    ),
    "two_of_a_logical_name": (
        {"dev": env("dev", DEV, "backend: true\necr_repositories:\n  backend:\n")},
        "dev.yaml:5: backend: must have a logical name of its own; ecr_repositories.backend is backend too.",
        "Rename one of the two. [logical-name-taken]",
    ),
    "a_service_without_a_name": (
        {"dev": env("dev", DEV, "services:\n  - api\n  - max_image_count: 3\n")},
        "dev.yaml:7: services[1].name: must be given. Add `name:`. [required]",
    ),
    "a_service_that_is_a_number": (
        {"dev": env("dev", DEV, "services: [api, 5]\n")},
        "dev.yaml:5: services[1]: must be a name or a mapping, got 5. Write the name of the workload, or",
        "name: and its options. [type]",
    ),
    "a_backend_that_is_text": (
        {"dev": env("dev", DEV, "backend: 'yes'\n")},
        "dev.yaml:5: backend: must be true, false or a mapping, got 'yes'. Write true for a repository with",
        "the defaults, or its options below the key. [type]",
    ),
    "tasks_that_are_no_list": (
        {"dev": env("dev", DEV, "tasks: report\n")},
        "dev.yaml:5: tasks: must be a list, got 'report'. Write each entry on a line of its own, after '- '.",
        "[type]",
    ),
    "a_uri_without_its_mode": (
        {
            "dev": env(
                "dev",
                DEV,
                f"services: [{{name: api, ecr_config: {{repository_uri: {MAIL}}}}}]\n",
            )
        },
        "dev.yaml:5: services[0].ecr_config.repository_uri: must come with mode: manual_repo, got create_ecr.",
        "Remove it, or set mode: manual_repo. [ecr-config]",
    ),
    "a_uri_that_is_missing": (
        {"dev": env("dev", DEV, "backend: {ecr_config: {mode: manual_repo}}\n")},
        "dev.yaml:5: backend.ecr_config.repository_uri: must be given with mode: manual_repo. Add",
        "repository_uri:. [ecr-config]",
    ),
    "a_uri_with_a_tag": (
        {
            "dev": env(
                "dev",
                DEV,
                "backend: {ecr_config: {mode: manual_repo, repository_uri: "
                "'111111111111.dkr.ecr.eu-west-1.amazonaws.com/mail:v1'}}\n",
            )
        },
        "dev.yaml:5: backend.ecr_config.repository_uri: must be the URI of a repository in ECR, got",
        "'111111111111.dkr.ecr.eu-west-1.amazonaws.com/mail:v1'. Write it without a tag, as in",
        "111111111111.dkr.ecr.us-east-1.amazonaws.com/shop/web. [repository-uri]",
    ),
    "an_existing_one_that_is_not_there": (
        {
            "dev": env(
                "dev",
                DEV,
                "services: [api]\ntasks:\n  - name: clean\n    ecr_config: {mode: use_existing, "
                "source_service_name: apy, source_service_type: services}\n",
            )
        },
        "dev.yaml:8: tasks[0].ecr_config.source_service_name: must be the name of one of the services, got",
        "'apy'. Did you mean 'api'? [ecr-config-source]",
    ),
    "an_existing_one_that_makes_none": (
        {
            "dev": env(
                "dev",
                DEV,
                f"""\
                services:
                  - {{name: mail, ecr_config: {{mode: manual_repo, repository_uri: {MAIL}}}}}
                  - name: api
                    ecr_config: {{mode: use_existing, source_service_name: mail, source_service_type: services}}
                """,
            )
        },
        "dev.yaml:8: services[1].ecr_config.source_service_name: must be a workload with mode: create_ecr;",
        "services[0] has mode: manual_repo. Name the workload that makes the repository. [ecr-config-source]",
    ),
}


@pytest.mark.parametrize(
    ("files", "message"), [(files, " ".join(words)) for files, *words in MISTAKES.values()], ids=MISTAKES.keys()
)
def test_what_does_not_go_together_is_reported_with_both_places(messages, files, message):
    assert messages(**files) == [message]


def test_a_source_that_is_itself_wrong_is_not_reported_as_missing(messages):
    staging = env("staging", STAGING, "ecr_strategy: cross_account\necr_source_env: dev\n")

    (message,) = messages(dev=SOURCE + "unknown: 1\n", staging=staging)
    assert message.startswith("dev.yaml:9: unknown: must be a known key")
