"""Who may do what with the repositories of environment files, each principal told by itself."""

from __future__ import annotations

import json

import pytest

from ecr_constructs.access.matrix import Matrix
from tests.unit.accessed import access_of, rows

DEV, STAGING, PROD = "111111111111", "222222222222", "333333333333"
ORGANIZATION, UNIT = "o-a1b2c3d4e5", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"
HEAD = f'account_id: "{DEV}"\n'
# pull, push, read, delete, admin
NOTHING = ("no",) * 5
TRUSTED = ("yes", "no", "yes", "no", "no")
PULLS, PUSHES = ("yes", "no", "no", "no", "no"), ("no", "yes", "no", "no", "no")
ADMIN = ("no", "no", "yes", "yes", "yes")
ROLE_HERE = f"arn:aws:iam::{DEV}:role/shop-dev-ecr-ecs-execution"
ROLE_THERE = f"arn:aws:iam::{STAGING}:role/shop-staging-ecr-ecs-execution"
CI, HERE = f"arn:aws:iam::{STAGING}:role/ci", f"arn:aws:iam::{DEV}:role/ci"


def of_web(text):
    return f"{HEAD}ecr_repositories:\n  web:\n    " + text.replace("\n", "\n    ")


def statement(said):
    return of_web(f"policy_statements: [{said}]")


# What the file says of `web`, and what everyone may.
CASES = {
    "nobody else": (of_web("{}"), {}),
    "an account": (of_web(f'pull_principals: ["{STAGING}"]'), {STAGING: PULLS}),
    "a trusted account": (
        f'ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]\n' + of_web("{}"),
        {STAGING: TRUSTED},
    ),
    "an account that is allowed": (
        of_web(f'enable_cross_account_access: true\nallowed_account_ids: ["{STAGING}"]'),
        {STAGING: TRUSTED},
    ),
    "the root of an account": (of_web(f'push_principals: ["arn:aws:iam::{STAGING}:root"]'), {STAGING: PUSHES}),
    "an account that pushes": (of_web(f'push_account_ids: ["{STAGING}"]'), {STAGING: PUSHES}),
    "accounts of which each does something else": (
        of_web(f'pull_principals: ["{STAGING}"]\npush_principals: ["{PROD}"]'),
        {STAGING: PULLS, PROD: PUSHES},
    ),
    "an organisation": (of_web(f"organization_id: {ORGANIZATION}"), {ORGANIZATION: TRUSTED}),
    "an organisation that pushes": (of_web(f"push_organization_id: {ORGANIZATION}"), {ORGANIZATION: PUSHES}),
    "the own organisation": ("organization: true\n" + of_web("{}"), {"organization": TRUSTED}),
    "a unit": (of_web(f"organization_paths: ['{UNIT}']"), {UNIT: TRUSTED}),
    "a unit that pulls, and an account that pushes": (
        of_web(f"organization_paths: ['{UNIT}']\npush_account_ids: ['{STAGING}']"),
        {UNIT: TRUSTED, STAGING: ("depends", "yes", "depends", "no", "no")},
    ),
    "Lambda here": (of_web("enable_lambda_pull: true"), {f"lambda.amazonaws.com for {DEV}": PULLS}),
    "Lambda in another account": (
        of_web(f'enable_lambda_pull: true\npull_principals: ["{STAGING}"]'),
        {
            STAGING: PULLS,
            f"lambda.amazonaws.com for {DEV}": PULLS,
            f"lambda.amazonaws.com for {STAGING}": PULLS,
        },
    ),
    "a service": (
        of_web("push_principals: [codebuild.amazonaws.com]"),
        {f"codebuild.amazonaws.com for {DEV}": PUSHES},
    ),
    "a role of another account": (of_web(f"pull_principals: ['{CI}']"), {CI: ("depends", *NOTHING[1:])}),
    "a role of the own account": (of_web(f"pull_principals: ['{HERE}']"), {HERE: PULLS}),
    "a user of the own account that manages": (
        of_web(f"admin_principals: ['arn:aws:iam::{DEV}:user/boss']"),
        {f"arn:aws:iam::{DEV}:user/boss": ADMIN},
    ),
    "somebody who reads": (
        of_web(f"read_principals: ['{STAGING}']"),
        {STAGING: ("no", "no", "yes", "no", "no")},
    ),
    "a statement": (
        statement(f'{{sid: All, actions: ["ecr:*"], principals: ["{STAGING}"]}}'),
        {STAGING: ("yes",) * 5},
    ),
    "a statement that takes away": (
        of_web(
            f'push_principals: ["{STAGING}", "{PROD}"]\n'
            f'policy_statements: [{{sid: Never, effect: Deny, actions: ["ecr:Put*"], principals: ["{PROD}"]}}]'
        ),
        {STAGING: PUSHES, PROD: NOTHING},
    ),
    "a statement that takes away from all but an organisation": (
        of_web(
            f'push_principals: ["{STAGING}"]\npolicy_statements:\n'
            '- {sid: Never, effect: Deny, actions: ["ecr:PutImage"], principals: ["*"],\n'
            f"   conditions: {{StringNotEquals: {{aws:PrincipalOrgID: {ORGANIZATION}}}}}}}"
        ),
        {STAGING: ("no", "depends", "no", "no", "no")},
    ),
    "everyone on behalf of an account": (
        of_web(
            "policy_statements:\n"
            '- {sid: By, actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], principals: ["*"],\n'
            f'   conditions: {{StringEquals: {{aws:SourceAccount: "{STAGING}"}}}}}}'
        ),
        {"*": ("depends", *NOTHING[1:])},
    ),
    "images that are put on layers alone": (
        statement(f'{{sid: Tag, actions: ["ecr:PutImage"], principals: ["{STAGING}"]}}'),
        {STAGING: ("no", "depends", "no", "no", "no")},
    ),
    "a registry that replicates": (
        f'ecr_registry_policy: {{replication_sources: [{{account_id: "{STAGING}"}}]}}\n' + of_web("{}"),
        {STAGING: ("no", "depends", "no", "no", "no")},
    ),
    "a registry that replicates others": (
        f'ecr_registry_policy: {{replication_sources: [{{account_id: "{STAGING}", repository_prefixes: [other]}}]}}\n'
        + of_web("{}"),
        {},
    ),
    "a role that is made": (
        "ecr_ecs_execution_role: true\n" + of_web("{}"),
        {f"arn:aws:iam::{DEV}:role/shop-dev-ecr-ecs-execution": PULLS},
    ),
    "a role that gets a policy": (
        "ecr_codebuild: {roles: [build]}\n" + of_web("{}"),
        {f"arn:aws:iam::{DEV}:role/build": ("yes", "yes", "no", "no", "no")},
    ),
    "a role that gets two policies": (
        "ecr_codebuild: {roles: [build]}\necr_node_pull: {roles: [build, nodes]}\n" + of_web("{}"),
        {
            f"arn:aws:iam::{DEV}:role/build": ("yes", "yes", "no", "no", "no"),
            f"arn:aws:iam::{DEV}:role/nodes": PULLS,
        },
    ),
    "a policy that nobody is said to have": (
        "ecr_node_pull: true\n" + of_web("{}"),
        {"shop-dev-ecr-node-pull": PULLS},
    ),
    "a role that may not": (
        "ecr_node_pull: {roles: [nodes]}\n"
        + statement('{sid: Never, effect: Deny, actions: ["ecr:BatchGetImage"], principals: ["*"]}'),
        {},
    ),
    "a role that is bounded": (
        f"ecr_ecs_execution_role: {{permissions_boundary: 'arn:aws:iam::{DEV}:policy/bound'}}\n" + of_web("{}"),
        {f"arn:aws:iam::{DEV}:role/shop-dev-ecr-ecs-execution": ("depends", *NOTHING[1:])},
    ),
    "a role of the own organisation's own account": (
        "organization: true\necr_node_pull: {roles: [nodes]}\n" + of_web("{}"),
        {"organization": TRUSTED, f"arn:aws:iam::{DEV}:role/nodes": TRUSTED},
    ),
}


PROJECT = "project: shop\n"


def shown(load, **files):
    return access_of(
        *load(**{name: f"project: shop\nenv: {name}\nregion: us-east-1\n{text}" for name, text in files.items()})
    )


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_everyone_may_what_the_policies_say(text, expected, load):
    if "account_id: " not in text.split("ecr_repositories")[0]:
        text = HEAD + text
    assert rows(shown(load, dev=text)["dev"], "web") == expected


def principal(shown, repository, name):
    (found,) = (each for each in shown["repositories"] if each["logical_name"] == repository)
    (one,) = (each for each in found["principals"] if each["principal"] == name)
    return one


WIDE = {
    f'pull_principals: ["{STAGING}"]': (STAGING, True),
    f"organization_id: {ORGANIZATION}": (ORGANIZATION, True),
    f"organization_paths: ['{UNIT}']": (UNIT, True),
    f"pull_principals: ['{CI}']": (CI, False),
    f"pull_principals: ['{CI}', '{STAGING}']": (CI, False),
    f"pull_principals: ['{CI}']\npush_account_ids: ['{STAGING}']": (CI, True),
    f"pull_principals: ['{HERE}']": (HERE, False),
    "enable_lambda_pull: true": ("lambda.amazonaws.com", False),
    "pull_principals: [x.amazonaws.com]": ("x.amazonaws.com", False),
    # No condition on whose behalf it asks.
    **{
        'policy_statements: [{sid: A, actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], '
        f"service_principals: [x.amazonaws.com], conditions: {each}}}]": ("x.amazonaws.com", True)
        for each in ("{}", "{Bool: {aws:SecureTransport: 'true'}}", "{ArnLike: {aws:SourceArn: '*'}}")
    },
}


@pytest.mark.parametrize(("text", "expected"), WIDE.items(), ids=WIDE)
def test_whoever_gets_in_by_a_whole_account_or_an_organisation_is_marked(text, expected, load):
    name, wide = expected
    assert principal(shown(load, dev=of_web(text))["dev"], "web", name)["wide"] is wide


def test_a_role_with_a_policy_of_its_own_is_not_marked_for_an_organisation_that_lets_it_in_as_well(load):
    dev = f"organization_id: {ORGANIZATION}\necr_ecs_execution_role: true\n" + of_web("{}")
    staging = (
        f'account_id: "{STAGING}"\necr_strategy: cross_account\necr_source_env: dev\necr_ecs_execution_role: true\n'
    )
    found = shown(load, dev=dev, staging=staging)["dev"]
    assert principal(found, "web", ROLE_HERE)["wide"] is False
    # Of another account, it gets in by the organisation alone, whatever its own policy says.
    assert principal(found, "web", ROLE_THERE)["wide"] is True


def test_a_role_that_does_nothing_with_repositories_is_told_with_who_takes_it_on(load):
    deployments = '{trigger: event, target_arn: "arn:aws:sqs:us-east-1:111111111111:deployments"}'
    text = f"github_repos: [{{repo: acme/web, push: [], pull: [], deploy: true}}]\necr_deployments: {deployments}\n"
    found = shown(load, dev=text + of_web("{}"))["dev"]
    assert rows(found, "web") == {}
    (role,) = found["roles"]
    assert "repo:acme/web:ref:refs/heads/main" in json.dumps(role)


def test_statements_conditions_and_what_is_needed_are_named(load):
    text = of_web(f"pull_principals: ['{CI}']\npush_principals: ['{HERE}']\norganization_id: {ORGANIZATION}")
    found = shown(load, dev=text)["dev"]
    ci = principal(found, "web", CI)
    assert ci["because"] == ["PullPrincipals (repository policy)", "PullFromOrganization (repository policy)"]
    assert "pull, read: its own identity policy allows it" in ci["conditions"]
    assert f"read: aws:PrincipalOrgID StringEquals {ORGANIZATION}" in ci["conditions"]
    assert ci["needs"] == ["an identity policy that allows it", "ecr:GetAuthorizationToken on *"]
    assert principal(found, "web", HERE)["needs"] == ["ecr:GetAuthorizationToken on *"]
    needs = {name: each["statements"] for each in found["needs"] for name in each["principals"]}
    assert [each["Action"] for each in needs[HERE]] == ["ecr:GetAuthorizationToken"]
    token, repositories = needs[ORGANIZATION]
    assert token == {"Sid": "Token", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    assert repositories["Resource"] == f"arn:aws:ecr:us-east-1:{DEV}:repository/shop-dev-web"
    assert "ecr:DescribeImages" in repositories["Action"]


def test_what_a_role_needs_of_the_other_side_is_there_where_it_is_made(load):
    found = shown(load, dev="ecr_ecs_execution_role: true\n" + of_web("{}"))["dev"]
    (role,) = found["repositories"][0]["principals"]
    assert role["needs"] == []
    assert found["needs"] == []
    (said,) = found["roles"]
    (taken,) = said["assumed_by"]
    assert taken.startswith(f"ecs-tasks.amazonaws.com if aws:SourceAccount StringEquals {DEV}")


CONSUMER = f'account_id: "{PROD}"\necr_strategy: cross_account\necr_source_env: dev\necr_ecs_execution_role: true\n'
CONSUMING = f"arn:aws:iam::{PROD}:role/shop-prod-ecr-ecs-execution"


def test_a_consumer_pulls_where_both_sides_allow_it(load):
    both = shown(load, dev=f'ecr_trusted_accounts: [{{account_id: "{PROD}"}}]\n' + of_web("{}"), prod=CONSUMER)
    assert rows(both["dev"], "web") == {PROD: TRUSTED, CONSUMING: PULLS}
    assert rows(both["prod"], "web") == {PROD: TRUSTED, CONSUMING: PULLS}
    assert both["prod"]["repositories"][0]["kind"] == "referred"
    assert principal(both["prod"], "web", CONSUMING)["because"] == [
        "PullFromAccounts (repository policy)",
        "PullImages (role shop-prod-ecr-ecs-execution)",
    ]


def test_a_consumer_in_the_own_account_is_not_another_account(load):
    consumer = f'account_id: "{DEV}"\necr_strategy: cross_account\necr_source_env: dev\necr_ssm_prefix: /prod\n'
    both = access_of(
        *load(
            dev=f"{PROJECT}env: dev\nregion: us-east-1\n" + of_web("{}"),
            prod=f"{PROJECT}env: prod\nregion: eu-west-1\n{consumer}",
        )
    )
    assert rows(both["dev"], "web") == rows(both["prod"], "web") == {}


def test_a_registry_that_replicates_needs_nothing_besides(load):
    policy = f'ecr_registry_policy: {{replication_sources: [{{account_id: "{STAGING}", create_repository: true}}]}}\n'
    found = shown(load, dev=policy + of_web("{}"))["dev"]
    assert principal(found, "web", STAGING)["needs"] == []
    assert found["needs"] == []


def test_policies_of_one_name_in_two_accounts_are_told_apart(load):
    source = f'ecr_trusted_accounts: [{{account_id: "{STAGING}"}}, {{account_id: "{PROD}"}}]\n' + of_web("{}")
    consumer = "ecr_strategy: cross_account\necr_source_env: dev\necr_node_pull: {name: pull}\n"
    found = shown(
        load,
        dev=source,
        staging=f'account_id: "{STAGING}"\n{consumer}',
        prod=f'account_id: "{PROD}"\n{consumer}',
    )
    web = found["dev"]["repositories"][0]["principals"]
    assert [each["pull"] for each in web if each["principal"] == "pull"] == ["yes", "yes"]


def test_a_consumer_of_an_organisation_depends_on_being_in_it(load):
    both = shown(load, dev=of_web(f"organization_id: {ORGANIZATION}"), prod=CONSUMER)
    assert rows(both["prod"], "web") == {
        PROD: ("depends", "no", "depends", "no", "no"),
        CONSUMING: ("depends", *NOTHING[1:]),
    }


def test_a_consumer_whose_account_is_not_known_depends_on_that(load):
    text = CONSUMER.replace(f'account_id: "{PROD}"\n', "", 1)
    both = shown(load, dev=of_web(f"organization_id: {ORGANIZATION}"), prod=text)
    assert rows(both["prod"], "web") == {"shop-prod-ecr-ecs-execution": ("depends", *NOTHING[1:])}
    assert "the account of prod, which its file does not say, is let in" in str(both["prod"])


def test_a_source_that_does_not_say_its_account_is_known_by_its_consumer(load):
    source = of_web(f'pull_principals: ["{PROD}"]').replace(HEAD, "")
    both = shown(load, dev=source, prod=CONSUMER + f'ecr_account_id: "{DEV}"\n')
    assert rows(both["prod"], "web") == {PROD: PULLS, CONSUMING: PULLS}


def test_a_repository_that_nobody_here_makes_depends_on_its_policy(load):
    text = (
        f'account_id: "{PROD}"\necr_strategy: cross_account\necr_account_id: "{STAGING}"\n'
        "ecr_account_region: us-east-1\necr_ecs_execution_role: true\n"
        "ecr_repository_name: shop/{name}\necr_repositories: {web: }\n"
    )
    found = shown(load, prod=text)["prod"]
    assert rows(found, "web") == {PROD: ("depends",) * 5, CONSUMING: ("depends", *NOTHING[1:])}
    (condition, *_) = principal(found, "web", CONSUMING)["conditions"]
    assert condition == "pull: the policy of the repository, which is not made here, allows it"


def test_an_environment_without_an_account_tells_of_the_same(load):
    text = of_web("enable_lambda_pull: true\npull_principals: ['222222222222']").replace(HEAD, "")
    found = shown(load, dev="ecr_ecs_execution_role: true\n" + text)["dev"]
    assert rows(found, "web") == {
        STAGING: PULLS,
        "shop-dev-ecr-ecs-execution": PULLS,
        "lambda.amazonaws.com for ACCOUNT_ID": PULLS,
        f"lambda.amazonaws.com for {STAGING}": PULLS,
    }
    ((_, repositories),) = (each["statements"] for each in found["needs"])
    assert repositories["Resource"] == "arn:aws:ecr:us-east-1:ACCOUNT_ID:repository/shop-dev-web"


def test_roles_of_two_environments_without_accounts_are_not_taken_for_one_another(load):
    text = 'ecr_repository_name: "{project}/{name}"\necr_ecs_execution_role: true\necr_repositories: {web: }\n'
    found = shown(load, dev=text, test=text + "ecr_ssm_prefix: /test\n")
    for name in ("dev", "test"):
        assert rows(found[name], "web") == {f"shop-{name}-ecr-ecs-execution": PULLS}


CACHES = f"""\
ecr_pull_through_caches:
  docker-hub: {{upstream: docker-hub, create_secret: true, principals: ["{STAGING}"]}}
  quay: {{upstream: quay, creation_template: {{allowed_account_ids: ["{PROD}"]}}}}
ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], organization_id: {ORGANIZATION}}}}}
"""


def test_what_ecr_makes_by_itself_is_a_pattern(load):
    found = shown(load, dev=HEAD + CACHES)["dev"]
    assert [(each["logical_name"], each["kind"]) for each in found["repositories"]] == [
        ("docker-hub/*", "pattern"),
        ("quay/*", "pattern"),
        ("shop/*", "pattern"),
    ]
    assert rows(found, "docker-hub/*") == {STAGING: ("no", "depends", "no", "no", "no")}
    assert rows(found, "quay/*") == {PROD: TRUSTED}
    assert rows(found, "shop/*").keys() == {ORGANIZATION}


def test_the_role_that_ecr_takes_on_is_told_with_what_it_brings(load):
    text = "ecr_creation_templates: {shop: {applied_for: [REPLICATION], create_role: true, resource_tags: {A: b}}}\n"
    found = shown(load, dev=HEAD + text)["dev"]
    assert rows(found, "shop/*") == {"of the creation template shop": ("no", "depends", "no", "no", "no")}
    (role,) = found["roles"]
    assert role["assumed_by"] == [f"ecr.amazonaws.com if aws:SourceAccount StringEqualsIfExists {DEV}"]


def test_everyone_pulls_from_a_public_repository(load):
    text = f'ecr_public_repositories: {{tool: {{push_account_ids: ["{STAGING}"]}}}}\n'
    found = shown(load, dev=HEAD + text)["dev"]
    assert rows(found, "tool") == {"*": PULLS, STAGING: ("yes", "yes", "no", "no", "no")}
    assert principal(found, "tool", "*")["wide"] is True
    (need,) = found["needs"]
    assert need["principals"] == [STAGING]
    assert need["statements"][0]["Action"] == ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"]


def test_the_policy_of_a_registry_counts_for_all_its_environments(load):
    policy = f'ecr_registry_policy: {{replication_sources: [{{account_id: "{STAGING}"}}]}}\n'
    found = shown(load, dev=HEAD + policy, test=HEAD + "ecr_repositories: {web: }\necr_ssm_prefix: /test\n")
    assert rows(found["test"], "web") == {STAGING: ("no", "depends", "no", "no", "no")}


def test_repositories_with_the_same_access_share_the_answer(load):
    text = (
        f"{HEAD}organization_id: {ORGANIZATION}\necr_repositories: {{a: , b: , c: {{enable_lambda_pull: true}}, d: }}\n"
    )
    (environment,) = load(dev=f"project: shop\nenv: dev\nregion: us-east-1\n{text}")
    groups = Matrix([environment]).of(environment).groups
    assert [[site.logical_name for site in sites] for sites, _ in groups] == [["a", "b", "d"], ["c"]]


def test_workloads_with_one_repository_have_the_same_access(load):
    using = "{name: jobs, ecr_config: {mode: use_existing, source_service_name: api, source_service_type: services}}"
    text = f'ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]\nservices: [api, {using}]\n'
    found = shown(load, dev=HEAD + text)["dev"]
    assert rows(found, "service_api") == rows(found, "service_jobs") == {STAGING: TRUSTED}


def test_who_only_makes_functions_of_images_need_not_log_in(load):
    found = shown(load, dev="ecr_lambda_pull: {roles: [deploy]}\n" + of_web("enable_lambda_pull: true"))["dev"]
    assert principal(found, "web", f"arn:aws:iam::{DEV}:role/deploy")["pull"] == "yes"
    assert found["needs"] == []


def test_what_is_no_ability_is_told_where_somebody_has_none(load):
    tags = f"{{sid: Tags, actions: [ecr:TagResource, ecr:StartImageScan], principals: ['{STAGING}']}}"
    deny = f"{{effect: Deny, actions: [ecr:StartImageScan, 'ecr:Batch*'], principals: ['{STAGING}']}}"
    found = shown(load, dev=statement(f"{tags}, {{actions: ['ecr:BatchGet*'], principals: ['{STAGING}']}}, {deny}"))
    assert rows(found["dev"], "web") == {STAGING: NOTHING}
    (told,) = principal(found["dev"], "web", STAGING)["because"][1:]
    assert told == "Tags (repository policy) allows ecr:TagResource alone"
    delegated = f"{{sid: Scans, actions: [ecr:StartImageScan], principals: ['{DEV}']}}"
    said = f"{{sid: Tags, actions: [ecr:TagResource], principals: ['{HERE}']}}, {delegated}"
    mine = shown(load, dev=statement(said))["dev"]
    assert principal(mine, "web", HERE)["because"] == ["Tags (repository policy) allows ecr:TagResource alone"]


@pytest.mark.parametrize(
    ("keys", "whom", "expected"),
    [
        ("{roles: [node]}", f"arn:aws:iam::{DEV}:role/team/node", "depends"),
        ("{roles: [node]}", f"arn:aws:iam::{DEV}:role/node", None),
        ("{roles: [node]}", f"arn:aws:iam::{DEV}:role/team/other", "yes"),
        ("{roles: [node]}", f"arn:aws:iam::{DEV}:user/node", "yes"),
        ("true", f"arn:aws:iam::{DEV}:role/team/node", "depends"),
        ("true", f"arn:aws:iam::{STAGING}:role/team/node", "yes"),
    ],
)
def test_a_role_that_is_made_elsewhere_may_have_a_path(keys, whom, expected, load):
    deny = f"{{effect: Deny, actions: ['ecr:*'], principals: ['{whom}']}}"
    found = rows(shown(load, dev=f"ecr_node_pull: {keys}\n" + statement(deny))["dev"], "web")
    assert [each[0] for each in found.values()] == ([] if expected is None else [expected])


def test_a_condition_on_the_path_of_a_role_that_is_made_elsewhere_is_open(load):
    others = f"{{ArnNotLike: {{'aws:PrincipalArn': 'arn:aws:iam::{DEV}:role/team/*'}}}}"
    deny = f"{{effect: Deny, actions: ['ecr:*'], principals: ['*'], conditions: {others}}}"
    found = shown(load, dev="ecr_node_pull: {roles: [node]}\n" + statement(deny))["dev"]
    assert rows(found, "web")[f"arn:aws:iam::{DEV}:role/node"][0] == "depends"


def test_jobs_push_by_the_role_that_trusts_them_alone(load):
    text = "github_repos:\n  - {repo: acme/app, branches: [main], push: [web]}\necr_repositories: {web: , worker: }\n"
    found = shown(load, dev=HEAD + text)["dev"]
    (role,) = found["roles"]
    arn = f"arn:aws:iam::{DEV}:role/{role['name']}"
    taken = " ".join(role["assumed_by"])
    assert "repo:acme/app:ref:refs/heads/main" in taken
    assert "token.actions.githubusercontent.com:aud StringEquals sts.amazonaws.com" in taken
    assert rows(found, "web") == {arn: ("yes", "yes", "no", "no", "no")}
    assert found["needs"] == []
