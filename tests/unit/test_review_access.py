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


REFUSES = "policy_statements: [{effect: Deny, actions: ['%s'], principals: ['%s'], conditions: {%s}}]"
ANY = "identities of its own account whose policies allow it"
GUARD = "ArnNotLike: {'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/admin'}"
WITHIN = "StringNotEquals: {'aws:SourceVpce': vpce-1}"
REFUSED = {
    "the guard of images": (
        ("ecr:BatchDeleteImage", "*", GUARD),
        f"{ANY} delete images by ecr:BatchDeleteImage",
        "aws:PrincipalArn ArnNotLike arn:aws:iam::111111111111:role/admin",
    ),
    "a network": (
        ("ecr:*", "*", WITHIN),
        f"{ANY} pull, push, delete images and administer it",
        "aws:SourceVpce StringNotEquals vpce-1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_to_the_own_account_is_told(case):
    said, who, condition = REFUSED[case]
    place = f"{KEY}.policy_statements.0" if "guard" in case else f"{KEY}.policy_statements"
    guarded = web(REFUSES % said)
    assert told(web(), guarded) == [("attention", place, ("web",), f"no longer lets {who} if {condition}")]
    assert told(guarded, web()) == [("attention", f"-{place}", ("web",), f"newly lets {who} also if {condition}")]
    # Called otherwise it refuses the same.
    assert told(guarded, guarded.replace("{effect", "{sid: Guard, effect")) == []


def test_that_nobody_of_the_own_account_can_pull_any_more_is_a_danger():
    ((severity, *_, what),) = told(web(), web(REFUSES % ("ecr:*", "*", "")))
    assert (severity, what) == ("danger", f"no longer lets {ANY} pull, push, delete images and administer it")
    base, head = ({"dev.yaml": file_of(each, account=None)} for each in (web(), web(REFUSES % ("ecr:*", "*", ""))))
    assert [each.severity for each in judge_access(change_of(base, head))] == ["danger"]


def test_whoever_is_refused_no_more_among_many_is_named():
    refused = web(REFUSES % ("ecr:BatchGetImage", THIRD, "") + f", organization_id: {ORGANIZATION}")
    (finding,) = found(refused, web(f"organization_id: {ORGANIZATION}"))
    assert finding.what == f"newly lets {ORGANIZATION} pull also if it is one of arn:aws:iam::{THIRD}:root"
    (finding,) = found(web(f"organization_id: {ORGANIZATION}"), refused)
    assert finding.what == f"no longer lets {ORGANIZATION} pull if it is one of arn:aws:iam::{THIRD}:root"


ALONE = {
    "ecr:UpdateImageStorageClass": ("danger", "administer it"),
    "ecr:TagResource": ("attention", "do ecr:TagResource alone"),
    "ecr:StartImageScan": ("attention", "do ecr:StartImageScan alone"),
    "ecr:UploadLayerPart": ("attention", "do ecr:UploadLayerPart alone"),
    "ecr:GetDownloadUrlForLayer": ("attention", "do ecr:GetDownloadUrlForLayer alone"),
    "ecr:GetRepositoryPolicy": ("note", "do ecr:GetRepositoryPolicy alone"),
}


@pytest.mark.parametrize("action", ALONE)
def test_an_action_that_is_no_ability_is_told_by_itself(action):
    severity, may = ALONE[action]
    head = web(f"policy_statements: [{{actions: ['{action}'], principals: ['{OTHER}']}}]")
    assert told(web(), head) == [(severity, f"{KEY}.policy_statements.0", ("web",), f"newly lets {OTHER} {may}")]
    assert [each.what for each in found(head, web())] == [f"no longer lets {OTHER} {may}"]


BOUND = f"organization_id: {ORGANIZATION}\nci_permissions_boundary: 'arn:aws:iam::{OWN}:policy/b'\n{TWO}"
CI = "github_repos: [{repo: acme/app, push: [web]%s}]\n"


def test_behind_a_boundary_and_an_organisation_access_is_compared():
    who = "role shop-dev-github-acme-app pull where its permissions boundary allows it"
    only = f"only if aws:PrincipalOrgID StringEquals {ORGANIZATION}"
    base, head = BOUND + CI % "", BOUND + CI % ", pull: [api]"
    assert told(base, head) == [
        ("note", "github_repos.0", ("api",), f"lets {who} in any case, no longer {only}"),
    ]
    assert told(head, base) == [
        ("attention", "-github_repos.0", ("api",), f"lets {who} {only}, no longer in any case"),
    ]


def test_conditions_that_nobody_can_compare_are_told_as_such():
    def bound_to(name):
        arn = f"arn:aws:iam::{OTHER}:role/{name}"
        return web(STATEMENT % (f"'{OTHER}'", f"ArnLike: {{'aws:PrincipalArn': ['{arn}']}}"))

    ((severity, _, _, what),) = told(bound_to("a"), bound_to("b"))
    key = "aws:PrincipalArn ArnLike arn:aws:iam::222222222222:role/"
    assert (severity, what) == (
        "attention",
        f"lets {OTHER} pull under other conditions: if {key}b; no longer only if {key}a",
    )


def test_an_environment_of_the_change_itself_is_a_stranger():
    base = {"dev.yaml": file_of(web(f"organization_id: {ORGANIZATION}"))}
    trusts = web(f"organization_id: {ORGANIZATION}") + f"ecr_trusted_accounts: [{{account_id: '{THIRD}'}}]\n"
    head = {"dev.yaml": file_of(trusts), "evil.yaml": file_of(web(), "evil", THIRD)}
    (finding,) = [each for each in judge_access(change_of(base, head)) if each.environment == "dev"]
    assert (finding.severity, finding.code) == ("attention", "access-opened")
    assert finding.what.startswith(f"lets {THIRD} pull in any case")
    replicated = web() + f"ecr_registry_policy: {{replication_sources: [{{account_id: '{THIRD}'}}]}}\n"
    head = {"dev.yaml": file_of(replicated), "evil.yaml": file_of(web(), "evil", THIRD)}
    change = change_of({"dev.yaml": file_of(web())}, head)
    assert [each.severity for each in judge_access(change) if each.environment == "dev"] == ["danger"]


UPDATER = "ecr_image_updater: {cluster_name: c}\n"


def site(said):
    return f"services: [{{name: site, ecr_config: {{mode: {said}}}}}]\n{UPDATER}"


def at_account(account):
    return site(f"manual_repo, repository_uri: {account}.dkr.ecr.us-east-1.amazonaws.com/ext/site")


def test_a_reference_to_another_repository_takes_from_a_role_what_it_had_alone():
    unknown = "the policy of the repository, which is not made here, allows it"
    may = "lets role shop-dev-ecr-image-updater pull"
    (finding,) = found(at_account(OWN), at_account(THIRD))
    assert (finding.severity, finding.what) == ("attention", f"{may} only if {unknown}, no longer in any case")
    # That a repository is named which another account makes lets nobody in.
    (finding,) = found(site("create_ecr"), at_account(THIRD))
    assert finding.what == f"{may} only if {unknown}, no longer in any case"
    assert [each.what for each in found(at_account(THIRD), site("create_ecr"))] == [
        f"{may} in any case, no longer only if {unknown}"
    ]


def test_each_is_shown_where_it_is_said_and_not_where_somebody_is_named_besides():
    team = f"team: {{applied_for: [REPLICATION], allowed_account_ids: ['{OTHER}']%s}}"
    cache = f"ecr_pull_through_caches: {{quay: {{upstream: quay, principals: ['{OTHER}']}}}}\n"
    base = f"ecr_creation_templates: {{{team % ''}}}\n"
    head = f"ecr_creation_templates: {{{team % ', max_image_count: 5'}}}\n{cache}"
    assert {(where, names) for _, where, names, _ in told(base, head)} == {
        ("ecr_pull_through_caches.quay", ("quay/*",))
    }
    source = f"replication_sources: [{{account_id: '{OTHER}', repository_prefixes: [prod/]}}]"
    public = f"ecr_public_repositories: {{pub: {{push_account_ids: ['{OTHER}']}}}}\n"
    assert [where for _, where, *_ in told(web(), web() + f"ecr_registry_policy: {{{source}}}\n{public}")] == [
        "ecr_public_repositories.pub.push_account_ids.0"
    ]
    one, other = (f"ecr_creation_templates: {{a{team % each}, {team % ''}}}\n" for each in ("", ", max_image_count: 5"))
    opened = told(one.replace(f", allowed_account_ids: ['{OTHER}']}}}}", "}}"), other)
    assert [(where, names) for _, where, names, _ in opened] == [("ecr_creation_templates.team", ("team/*",))]
    # What ECR made below a prefix stays without its template.
    assert told(base, "ecr_repositories: {}\n") == []
