"""Whom a change lets in and shuts out, as a review tells it: who, what, how grave, and where the file says so."""

import pytest

from ecr_constructs.review.access.judge import judge_access
from tests.unit.reviewed import change_of

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
ROLE = f"arn:aws:iam::{OTHER}:role/ci"


def file_of(text, env="dev", account=OWN, region="us-east-1"):
    said = "" if account is None else f"account_id: '{account}'\n"
    return f"project: shop\nenv: {env}\nregion: {region}\n{said}{text}"


def found(base, head, beside=None, **others):
    """Return what is told of a change of dev.yaml, beside other files that stay as they are."""
    both = {f"{name}.yaml": file_of(text, name, account) for name, (account, text) in (beside or {}).items()}
    one, other = ({"dev.yaml": file_of(text, **others)} if text is not None else {} for text in (base, head))
    return list(judge_access(change_of({**both, **one}, {**both, **other})))


def told(base, head, beside=None, **others):
    """Return the same in short: severity, where, repositories, and what it means."""
    return [
        (each.severity, f"{'-' if each.at_base else ''}{'.'.join(map(str, each.path))}", each.repositories, each.what)
        for each in found(base, head, beside, **others)
    ]


def web(options=""):
    return f"ecr_repositories:\n  web: {{{options}}}\n"


TWO = "ecr_repositories:\n  api: {}\n  web: {}\n"
KEY = "ecr_repositories.web"
ORGANIZATION = "o-aaaaaaaaaa"
STATEMENT = (
    "policy_statements: [{sid: Own, actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], "
    "principals: [%s], conditions: {%s}}]"
)
FROM = "StringEquals: {'aws:SourceVpce': [%s]}"

OPENED = {
    "an account may pull": (
        web(),
        web(f"pull_principals: ['{OTHER}']"),
        [("attention", f"{KEY}.pull_principals.0", f"newly lets {OTHER} pull")],
    ),
    "an account is trusted": (
        web(),
        web() + f"ecr_trusted_accounts: [{{account_id: '{OTHER}'}}]\n",
        [("attention", "ecr_trusted_accounts.0", f"newly lets {OTHER} pull")],
    ),
    "one more account of several": (
        web(f"pull_principals: ['{OTHER}']"),
        web(f"pull_principals: ['{OTHER}', '{THIRD}']"),
        [("attention", f"{KEY}.pull_principals.1", f"newly lets {THIRD} pull")],
    ),
    "a role of another account may pull": (
        web(),
        web(f"pull_principals: ['{ROLE}']"),
        [("attention", f"{KEY}.pull_principals.0", f"newly lets {ROLE} pull")],
    ),
    "a role of the own account may push": (
        web(),
        web(f"push_principals: ['arn:aws:iam::{OWN}:role/ci']"),
        [("attention", f"{KEY}.push_principals.0", f"newly lets arn:aws:iam::{OWN}:role/ci push")],
    ),
    "an account may push": (
        web(f"pull_principals: ['{OTHER}']"),
        web(f"pull_principals: ['{OTHER}']\n    , push_principals: ['{OTHER}']"),
        [("danger", f"{KEY}.push_principals.0", f"newly lets {OTHER} push")],
    ),
    "an account may administer": (
        web(),
        web(f"admin_principals: ['{OTHER}']"),
        [("danger", f"{KEY}.admin_principals.0", f"newly lets {OTHER} delete images and administer it")],
    ),
    "an account may read": (
        web(),
        web(f"read_principals: ['{OTHER}']"),
        [("note", f"{KEY}.read_principals.0", f"newly lets {OTHER} read")],
    ),
    "an organisation may pull": (
        web(),
        web(f"organization_id: {ORGANIZATION}"),
        [("danger", f"{KEY}.organization_id", f"newly lets {ORGANIZATION} pull")],
    ),
    "an organisation may pull, said of all": (
        web(),
        web() + f"organization_id: {ORGANIZATION}\n",
        [("danger", "organization_id", f"newly lets {ORGANIZATION} pull")],
    ),
    "the own organisation may pull": (
        web(),
        web() + "organization: true\n",
        [("danger", "organization", "newly lets own organisation pull")],
    ),
    "a unit of an organisation may pull": (
        web(),
        web(f"organization_paths: ['{ORGANIZATION}/r-abcd/ou-abcd-11111111/']"),
        [("danger", f"{KEY}.organization_paths.0", f"newly lets {ORGANIZATION}/r-abcd/ou-abcd-11111111/ pull")],
    ),
    "a service may pull": (
        web(),
        web("pull_principals: [codebuild.amazonaws.com]"),
        [
            (
                "attention",
                f"{KEY}.pull_principals.0",
                "newly lets codebuild.amazonaws.com for the own account pull",
            )
        ],
    ),
    "everyone may pull from a network": (
        web(),
        web(STATEMENT % ("'*'", FROM % "vpce-1")),
        [("danger", f"{KEY}.policy_statements.0", "newly lets everyone pull, if aws:SourceVpce StringEquals vpce-1")],
    ),
    "a network more": (
        web(STATEMENT % (f"'{OTHER}'", FROM % "vpce-1")),
        web(STATEMENT % (f"'{OTHER}'", FROM % "vpce-1, vpce-2")),
        [("attention", f"{KEY}.policy_statements.0", f"newly lets {OTHER} pull where aws:SourceVpce is vpce-2")],
    ),
    "a range of addresses more": (
        web(STATEMENT % (f"'{OTHER}'", "IpAddress: {'aws:SourceIp': [10.0.0.0/8]}")),
        web(STATEMENT % (f"'{OTHER}'", "IpAddress: {'aws:SourceIp': [10.0.0.0/8, 192.168.0.0/16]}")),
        [
            (
                "attention",
                f"{KEY}.policy_statements.0",
                f"newly lets {OTHER} pull where aws:SourceIp is 192.168.0.0/16",
            )
        ],
    ),
    "from any network": (
        web(STATEMENT % (f"'{OTHER}'", FROM % "vpce-1")),
        web(STATEMENT % (f"'{OTHER}'", "")),
        [
            (
                "attention",
                f"{KEY}.policy_statements.0",
                f"lets {OTHER} pull in any case, no longer only if aws:SourceVpce StringEquals vpce-1",
            )
        ],
    ),
    "nobody is refused any more": (
        web(
            f"pull_principals: ['{OTHER}'], policy_statements: "
            f"[{{sid: No, effect: Deny, actions: ['ecr:*'], principals: ['{OTHER}']}}]"
        ),
        web(f"pull_principals: ['{OTHER}']"),
        [("attention", f"-{KEY}.policy_statements.0", f"newly lets {OTHER} pull")],
    ),
    "a role that is made here": (
        web(),
        web() + "ecr_ecs_execution_role: {}\n",
        [("attention", "ecr_ecs_execution_role", "newly lets role shop-dev-ecr-ecs-execution pull")],
    ),
    "a policy that roles have": (
        web(),
        web() + "ecr_node_pull: {roles: [nodes]}\n",
        [("attention", "ecr_node_pull", "newly lets role nodes pull")],
    ),
    "what another registry replicates": (
        web(),
        web() + f"ecr_registry_policy: {{replication_sources: [{{account_id: '{OTHER}'}}]}}\n",
        [
            (
                "danger",
                "ecr_registry_policy.replication_sources.0",
                f"newly lets {OTHER} push, if it is about images that another registry replicates alone",
            )
        ],
    ),
    "a service, for a function more": (
        web(
            "policy_statements: [{sid: L, actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], "
            "service_principals: [lambda.amazonaws.com], conditions: "
            f"{{ArnLike: {{'aws:sourceARN': ['arn:aws:lambda:us-east-1:{OTHER}:function:a']}}}}}}]"
        ),
        web(
            "policy_statements: [{sid: L, actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], "
            "service_principals: [lambda.amazonaws.com], conditions: "
            f"{{ArnLike: {{'aws:sourceARN': ['arn:aws:lambda:us-east-1:{OTHER}:function:a', "
            f"'arn:aws:lambda:us-east-1:{OTHER}:function:b']}}}}}}]"
        ),
        [("attention", f"{KEY}.policy_statements.0", f"newly lets lambda.amazonaws.com for {OTHER} pull")],
    ),
}


@pytest.mark.parametrize("case", OPENED)
def test_whoever_may_newly_do_something_is_told_of(case):
    base, head, expected = OPENED[case]
    assert told(base, head) == [(severity, where, ("web",), what) for severity, where, what in expected]
    assert {(each.code, each.consequence) for each in found(base, head)} == {("access-opened", "opens")}


@pytest.mark.parametrize("case", OPENED)
def test_the_way_back_closes_it(case):
    base, head, expected = OPENED[case]
    closed = found(head, base)
    # A role that is made no more is told of with the roles.
    assert len(closed) == (0 if "made here" in case else len(expected))
    assert {each.repositories for each in closed} <= {("web",)}
    assert {(each.code, each.consequence) for each in closed} <= {("access-closed", "breaks")}


COVERED = {
    "an account whose role it is": (f"pull_principals: ['{OTHER}']", f"pull_principals: ['{OTHER}', '{ROLE}']"),
    "a unit of the organisation": (
        f"organization_id: {ORGANIZATION}",
        f"organization_id: {ORGANIZATION}, organization_paths: ['{ORGANIZATION}/r-abcd/ou-abcd-11111111/']",
    ),
    "the root of the account": (
        f"pull_principals: ['{OTHER}']",
        f"pull_principals: ['arn:aws:iam::{OTHER}:root']",
    ),
    "another key that says the same": (
        f"pull_principals: ['{OTHER}']",
        (
            f"policy_statements: [{{sid: X, actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', "
            f"'ecr:BatchCheckLayerAvailability'], principals: ['{OTHER}']}}]"
        ),
    ),
    "a wider network": (
        STATEMENT % (f"'{OTHER}'", "IpAddress: {'aws:SourceIp': [10.0.0.0/8]}"),
        STATEMENT % (f"'{OTHER}'", "IpAddress: {'aws:SourceIp': [10.0.0.0/8, 10.1.0.0/16]}"),
    ),
}


@pytest.mark.parametrize("case", COVERED)
def test_what_something_wider_covered_before_is_nothing_new(case):
    before, after = COVERED[case]
    assert [each for each in told(web(before), web(after)) if each[3].startswith("newly")] == []


SAME = {
    "other order": (
        web(f"pull_principals: ['{OTHER}', '{THIRD}']"),
        web(f"pull_principals: ['{THIRD}', '{OTHER}']"),
    ),
    "a comment": (web(), "# comment\n" + web()),
    "a default that is written out": (web(), web("pull_principals: [], enable_lambda_pull: false")),
    "said of all instead of one": (
        web(f"pull_principals: ['{OTHER}']"),
        f"ecr_defaults: {{pull_principals: ['{OTHER}']}}\n" + web(),
    ),
    "a repository that is moved": (
        web(f"pull_principals: ['{OTHER}']"),
        (
            f"ecr_repositories: {{site: {{renamed_from: web, repository_name: shop-dev-web, "
            f"pull_principals: ['{OTHER}']}}}}\n"
        ),
    ),
    "another name in ECR": (
        web(f"pull_principals: ['{OTHER}']") + "ecr_ecs_execution_role: {}\n",
        web(f"pull_principals: ['{OTHER}'], repository_name: other") + "ecr_ecs_execution_role: {}\n",
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_what_changes_nothing_is_no_finding(case):
    assert told(*SAME[case]) == []
    if "moved" not in case:
        assert told(*reversed(SAME[case])) == []


def test_an_account_that_is_newly_said_changes_nothing():
    who = f"pull_principals: ['{OTHER}', 'arn:aws:iam::{OWN}:role/ci', codebuild.amazonaws.com]"
    text = web(f"{who}, enable_lambda_pull: true") + "ecr_ecs_execution_role: {}\n"
    base, head = {"dev.yaml": file_of(text, account=None)}, {"dev.yaml": file_of(text)}
    assert list(judge_access(change_of(base, head))) == []
    assert list(judge_access(change_of(head, base))) == []


def test_what_opens_many_repositories_alike_is_one_finding():
    names = [f"r{number:02d}" for number in range(40)]
    text = "ecr_repositories:\n" + "".join(f"  {name}: {{}}\n" for name in names)
    (finding,) = found(text, f"ecr_defaults: {{organization_id: {ORGANIZATION}}}\n{text}")
    assert finding.repositories == tuple(names)
    assert finding.path == ("ecr_defaults", "organization_id")


def test_what_each_repository_says_by_itself_is_one_finding_as_well():
    head = f"ecr_repositories:\n  api: {{pull_principals: ['{OTHER}']}}\n  web: {{pull_principals: ['{OTHER}']}}\n"
    assert told(TWO, head) == [
        ("attention", "ecr_repositories.api.pull_principals.0", ("api", "web"), f"newly lets {OTHER} pull")
    ]


TRUSTED = f"ecr_trusted_accounts: [{{account_id: '{OTHER}'}}]\n"
ALIKE = "lets in those whom all other repositories of the environment let in"
NEW = {
    "like all others": (TRUSTED + web(), TRUSTED + TWO, [("note", "ecr_repositories.api", ALIKE)]),
    "like one of the others": (
        f"ecr_repositories:\n  old: {{}}\n  web: {{organization_id: {ORGANIZATION}}}\n",
        (
            f"ecr_repositories:\n  api: {{organization_id: {ORGANIZATION}}}\n  old: {{}}\n"
            f"  web: {{organization_id: {ORGANIZATION}}}\n"
        ),
        [("attention", "ecr_repositories.api.organization_id", f"newly lets {ORGANIZATION} pull")],
    ),
    "wider than all others": (
        TRUSTED + web(),
        TRUSTED + f"ecr_repositories:\n  api: {{organization_id: {ORGANIZATION}}}\n  web: {{}}\n",
        [
            ("note", "ecr_repositories.api", ALIKE),
            ("danger", "ecr_repositories.api.organization_id", f"newly lets {ORGANIZATION} pull"),
        ],
    ),
    "the first one": (
        "ecr_repositories: {}\n",
        f"ecr_repositories:\n  api: {{push_principals: ['{OTHER}']}}\n",
        [("danger", "ecr_repositories.api.push_principals.0", f"newly lets {OTHER} push")],
    ),
}


@pytest.mark.parametrize("case", NEW)
def test_a_new_repository_is_compared_with_the_others(case):
    base, head, expected = NEW[case]
    assert told(base, head) == [(severity, where, ("api",), what) for severity, where, what in expected]


def test_a_new_environment_lets_in_its_own_roles_by_the_way():
    text = web(f"pull_principals: ['{OTHER}']") + "ecr_ecs_execution_role: {}\n"
    first, second = found(None, text)
    assert (first.severity, first.what) == ("attention", f"newly lets {OTHER} pull")
    assert (second.severity, second.what) == ("note", "lets in those of its own account who are made with it")
    assert second.details == ("newly lets role shop-dev-ecr-ecs-execution pull",)


CONSUMER = {"prod": (OTHER, "ecr_strategy: cross_account\necr_source_env: dev\necr_ecs_execution_role: {}\n")}


def test_an_account_of_this_app_is_told_by_its_environments_with_the_roles_in_it():
    base, head = TRUSTED + web(), web(f"organization_id: {ORGANIZATION}")
    closed, opened = found(base, head, CONSUMER)
    assert closed.what == (
        f"lets {OTHER} (prod) pull only if aws:PrincipalOrgID StringEquals {ORGANIZATION}, no longer in any case"
    )
    assert (closed.severity, closed.code) == ("attention", "access-closed")
    assert closed.details[-1] == "among them: role shop-prod-ecr-ecs-execution (prod)"
    assert (closed.path, closed.at_base) == (("ecr_trusted_accounts", 0), True)
    assert opened.severity == "danger"


def test_an_account_of_this_app_that_its_organisation_may_have_let_in_is_a_note():
    (finding,) = found(
        web(f"organization_id: {ORGANIZATION}"), TRUSTED + web(f"organization_id: {ORGANIZATION}"), CONSUMER
    )
    assert (finding.severity, finding.code) == ("note", "access-opened")
    # Of a stranger it is not known.
    (finding,) = found(web(f"organization_id: {ORGANIZATION}"), TRUSTED + web(f"organization_id: {ORGANIZATION}"))
    assert finding.severity == "attention"


URI = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/shop-dev-web"
BY_URI = {
    "prod": (
        OTHER,
        f"services: [{{name: site, ecr_config: {{mode: manual_repo, repository_uri: {URI}}}}}]\n",
    )
}


CLOSED = {
    "an environment of this app can no longer pull": (
        TRUSTED + web(),
        web(),
        "danger",
        f"no longer lets {OTHER} (prod) pull",
    ),
    "a stranger can no longer pull": (
        web(f"pull_principals: ['{THIRD}']"),
        web(),
        "attention",
        f"no longer lets {THIRD} pull",
    ),
    "a role that is made here can no longer push": (
        web() + "github_repos: [{repo: acme/app, id: 1, owner_id: 2, push: [web]}]\n",
        web() + "github_repos: [{repo: acme/app, id: 1, owner_id: 2, push: [], pull: [web]}]\n",
        "danger",
        "no longer lets role shop-dev-github-acme-app push",
    ),
    "somebody can no longer read": (
        web(f"read_principals: ['{THIRD}']"),
        web(),
        "note",
        f"no longer lets {THIRD} read",
    ),
}


@pytest.mark.parametrize("case", CLOSED)
def test_whoever_can_no_longer_is_told_of(case):
    base, head, severity, what = CLOSED[case]
    (finding,) = found(base, head, BY_URI)
    assert (finding.severity, finding.what, finding.consequence) == (severity, what, "breaks")


def test_a_policy_of_the_registry_is_told_of_the_repositories_of_its_other_environments_too():
    two = {"qa": (OWN, "ecr_repositories: {shared: {}}\n")}
    head = web() + f"ecr_registry_policy: {{replication_sources: [{{account_id: '{OTHER}'}}]}}\n"
    assert {(each.environment, each.repositories) for each in found(web(), head, two)} == {
        ("dev", ("web",)),
        ("qa", ("shared",)),
    }


def test_what_ecr_makes_below_a_prefix_and_public_repositories_are_told_of():
    head = (
        web() + f"ecr_creation_templates: {{team: {{applied_for: [REPLICATION], allowed_account_ids: ['{OTHER}']}}}}\n"
    )
    base = web() + "ecr_creation_templates: {team: {applied_for: [REPLICATION]}}\n"
    assert told(base, head) == [("attention", "ecr_creation_templates.team", ("team/*",), f"newly lets {OTHER} pull")]
    head = web() + f"ecr_public_repositories: {{site: {{push_account_ids: ['{OTHER}']}}}}\n"
    base = web() + "ecr_public_repositories: {site: {}}\n"
    assert told(base, head) == [
        ("danger", "ecr_public_repositories.site.push_account_ids.0", ("site",), f"newly lets {OTHER} push")
    ]


def test_the_statements_that_let_somebody_in_are_the_details():
    (finding,) = found(web(), web(f"push_principals: ['{OTHER}']"))
    assert finding.details == ("now: PushPrincipals (repository policy)",)
    assert finding.fix


def test_a_role_of_an_environment_that_an_organisation_lets_in_is_told_of():
    prod = {"prod": (OTHER, BY_URI["prod"][1] + "ecr_node_pull: {roles: [nodes]}\n")}
    closed = [each.what for each in found(web(f"organization_id: {ORGANIZATION}"), web(), prod)]
    assert closed == [
        f"no longer lets {OTHER} (prod) pull",
        f"no longer lets {ORGANIZATION} pull",
    ]


def test_a_service_for_anyone_is_a_danger_in_a_new_environment_too():
    statement = "policy_statements: [{sid: S, actions: ['ecr:*'], service_principals: [codebuild.amazonaws.com]}]"
    (finding,) = found(None, web(statement))
    assert finding.severity == "danger"
    assert finding.what.startswith("newly lets codebuild.amazonaws.com on behalf of anyone pull, push")
