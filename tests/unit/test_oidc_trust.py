"""Whose jobs a role trusts: claims of tokens against its trust policy, read as IAM reads it."""

from __future__ import annotations

import json
import re
from typing import Any

import parliament
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.identities.github import GITHUB_REPOSITORY, GithubRepository, github_provider
from ecr_constructs.core.identities.gitlab import GITLAB_PROJECT, GitlabProject, gitlab_provider
from ecr_constructs.core.identities.oidc_role import OidcRole
from ecr_constructs.core.identities.refs import ENVIRONMENT, REF
from ecr_constructs.core.places import KnownPlace

PLACE = KnownPlace("us-east-1", "111111111111")
HOST = "token.actions.githubusercontent.com"
REPOSITORY = "arn:aws:ecr:us-east-1:111111111111:repository/shop/web"


def role(*sources: GithubRepository | GitlabProject, place: KnownPlace = PLACE, **arguments: Any) -> OidcRole:
    """Return a role that pushes to a repository."""
    of_gitlab = isinstance(sources[0], GitlabProject)
    return OidcRole(
        role_name="ci",
        sources=sources,
        sources_name="sources",
        **{
            "provider": gitlab_provider() if of_gitlab else github_provider(place),
            "repositories": (REPOSITORY.replace("us-east-1", place.region).replace(":aws:", f":{place.partition}:"),),
            **arguments,
        },
    )


def trust_policy(wanted: OidcRole, place: KnownPlace = PLACE) -> dict[str, Any]:
    assert wanted.problems(place) == []
    (identity,) = wanted.identities(place)
    found: dict[str, Any] = json.loads(render_policy(identity.trust))
    return found


def is_like(value: str, pattern: str) -> bool:
    """Tell whether a value matches a pattern of StringLike: `*` is any characters, also none, and `?` is one.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
    """
    signs = {"*": ".*", "?": "."}
    return re.fullmatch("".join(signs.get(each, re.escape(each)) for each in pattern), value, re.DOTALL) is not None


OPERATORS = {"StringEquals": str.__eq__, "StringLike": is_like}


def trusts(policy: dict[str, Any], subject: str, audience: str = "sts.amazonaws.com", host: str = HOST) -> bool:
    """Tell whether a job of a provider gets the role: a statement allows it, all of whose conditions hold."""
    claims = {f"{host}:sub": subject, f"{host}:aud": audience}

    def holds(statement: dict[str, Any]) -> bool:
        assert statement["Effect"] == "Allow"
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        if statement["Principal"]["Federated"].partition(":oidc-provider/")[2] != host:
            return False
        return all(
            key in claims and any(OPERATORS[operator](claims[key], each) for each in listed(values))
            for operator, keys in statement["Condition"].items()
            for key, values in keys.items()
        )

    return any(map(holds, policy["Statement"]))


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


NAMED = trust_policy(role(GithubRepository(repository="acme/web")))
KNOWN = trust_policy(
    role(
        GithubRepository(
            repository="acme/web",
            owner_id=123456,
            repository_id=456789,
            branches=["main", "release/*"],
            tags=["v*"],
            environments=["Production:V1", "eu-*"],
            pull_requests=True,
        )
    )
)
OLD, NEW = "repo:acme/web", "repo:acme@123456/web@456789"


class TestGithub:
    @pytest.mark.parametrize("repo", [OLD, NEW, "repo:acme@1/web@2"])
    def test_a_name_alone_is_the_branch_main_in_both_forms_of_a_claim(self, repo):
        assert trusts(NAMED, f"{repo}:ref:refs/heads/main")

    @pytest.mark.parametrize(
        "subject",
        [
            f"{OLD}:ref:refs/heads/dev",
            f"{OLD}:ref:refs/heads/main2",
            f"{OLD}:ref:refs/heads/a/main",
            f"{OLD}:ref:refs/tags/main",
            f"{OLD}:environment:main",
            f"{OLD}:environment:production",
            f"{OLD}:pull_request",
            f"{NEW}:pull_request",
            f"{NEW}:ref:refs/heads/dev",
            "repo:acme/web2:ref:refs/heads/main",
            "repo:acme/webs@1:ref:refs/heads/main",
            "repo:acme/other:ref:refs/heads/main",
            "repo:acmeweb/web:ref:refs/heads/main",
            "repo:acme-evil@1/web@2:ref:refs/heads/main",
            "repo:acme@1/web-evil@2:ref:refs/heads/main",
            "repo:evil@1/acme@2:environment:web@3",
            # Git and GitHub let nobody write a ':' where another repository's claim could imitate this one.
            "repo:acme@1/other@2:environment:x/web@3%3Aref%3Arefs/heads/main",
            "repo:acme@1/other@2:ref:refs/heads/x/web@3",
            "REPO:acme/web:ref:refs/heads/main",
            "repo:Acme/web:ref:refs/heads/main",
            "",
        ],
    )
    def test_a_name_alone_is_nothing_else(self, subject):
        assert not trusts(NAMED, subject)

    @pytest.mark.parametrize("repo", [OLD, NEW])
    @pytest.mark.parametrize(
        "context",
        [
            "ref:refs/heads/main",
            "ref:refs/heads/release/1.0",
            "ref:refs/heads/release/",
            "ref:refs/tags/v1.0",
            "environment:Production%3AV1",
            "environment:eu-west",
            "pull_request",
        ],
    )
    def test_what_is_named_is_trusted_in_both_forms(self, repo, context):
        assert trusts(KNOWN, f"{repo}:{context}")

    @pytest.mark.parametrize(
        "subject",
        [
            f"{OLD}:ref:refs/heads/release",
            f"{OLD}:ref:refs/tags/release/1.0",
            f"{OLD}:ref:refs/tags/1.0",
            f"{OLD}:ref:refs/heads/v1.0",
            f"{OLD}:environment:Production:V1",
            f"{OLD}:environment:production%3AV1",
            f"{OLD}:environment:staging",
            # The same name with other ids: of somebody who has it now.
            "repo:acme@123456/web@1:ref:refs/heads/main",
            "repo:acme@1/web@456789:ref:refs/heads/main",
            "repo:acme@1/web@2:ref:refs/heads/release/1.0",
            "repo:acme@1234567/web@456789:ref:refs/heads/main",
            "repo:acme@123456/web@4567890:ref:refs/heads/main",
            "repo:acme@/web@:ref:refs/heads/main",
        ],
    )
    def test_with_ids_no_other_repository_is_trusted(self, subject):
        assert not trusts(KNOWN, subject)

    def test_with_ids_what_has_no_pattern_is_compared_exactly(self):
        """A pattern would let in more than is read in it."""
        policy = trust_policy(role(GithubRepository(repository="acme/web", owner_id=1, repository_id=2)))
        (statement,) = policy["Statement"]
        assert statement["Condition"]["StringEquals"][f"{HOST}:sub"] == [
            "repo:acme/web:ref:refs/heads/main",
            "repo:acme@1/web@2:ref:refs/heads/main",
        ]

    @pytest.mark.parametrize("audience", ["https://github.com/acme", "sts.amazonaws.com.cn", "", "STS.amazonaws.com"])
    def test_a_token_for_somebody_else_is_not_taken(self, audience):
        assert not trusts(NAMED, f"{OLD}:ref:refs/heads/main", audience)

    def test_another_issuer_is_not_trusted(self):
        assert not trusts(NAMED, f"{OLD}:ref:refs/heads/main", host="gitlab.com")

    @pytest.mark.parametrize(
        ("region", "audience"),
        [
            ("eu-west-1", "sts.amazonaws.com"),
            ("us-gov-west-1", "sts.amazonaws.com"),
            ("cn-north-1", "sts.amazonaws.com.cn"),
        ],
    )
    def test_the_audience_is_that_of_the_partition(self, region, audience):
        place = KnownPlace(region, "111111111111")
        policy = trust_policy(role(GithubRepository(repository="acme/web"), place=place), place)
        assert trusts(policy, f"{OLD}:ref:refs/heads/main", audience)
        partition = {"c": "aws-cn", "u": "aws-us-gov", "e": "aws"}[region[0]]
        assert {each["Principal"]["Federated"] for each in policy["Statement"]} == {
            f"arn:{partition}:iam::111111111111:oidc-provider/{HOST}"
        }

    @pytest.mark.parametrize(
        ("arguments", "default"),
        [
            ({}, True),
            ({"pull_requests": True}, True),
            ({"tags": ["v*"]}, False),
            ({"environments": ["production"]}, False),
            ({"branches": ["dev"]}, False),
        ],
    )
    def test_the_branch_main_is_trusted_where_nothing_else_is_named(self, arguments, default):
        policy = trust_policy(role(GithubRepository(repository="acme/web", **arguments)))
        assert trusts(policy, f"{OLD}:ref:refs/heads/main") == default


class TestGitlab:
    POLICY = trust_policy(
        role(GitlabProject(project="acme/web"), GitlabProject(project="acme/tools/cli", branches=["r/*"], tags=["v*"]))
    )

    @pytest.mark.parametrize(
        "subject",
        [
            "project_path:acme/web:ref_type:branch:ref:main",
            "project_path:acme/tools/cli:ref_type:branch:ref:r/1",
            "project_path:acme/tools/cli:ref_type:tag:ref:v1",
        ],
    )
    def test_what_is_named_is_trusted(self, subject):
        assert trusts(self.POLICY, subject, "https://gitlab.com", "gitlab.com")

    @pytest.mark.parametrize(
        "subject",
        [
            "project_path:acme/web:ref_type:tag:ref:main",
            "project_path:acme/web:ref_type:branch:ref:dev",
            "project_path:acme/web:ref_type:branch:ref:r/1",
            "project_path:acme/web2:ref_type:branch:ref:main",
            "project_path:evil/acme/web:ref_type:branch:ref:main",
            "project_path:acme/tools/cli:ref_type:branch:ref:main",
            "project_path:acme/tools/cli:ref_type:tag:ref:r/1",
            "project_path:acme/tools/cli/x:ref_type:branch:ref:r/1",
        ],
    )
    def test_nothing_else_is(self, subject):
        assert not trusts(self.POLICY, subject, "https://gitlab.com", "gitlab.com")

    def test_the_audience_is_the_address_of_the_instance_unless_another_is_said(self):
        project, subject = GitlabProject(project="acme/web"), "project_path:acme/web:ref_type:branch:ref:main"
        url = "https://gitlab.example.com"
        own = trust_policy(role(project, provider=gitlab_provider(url)))
        assert trusts(own, subject, url, "gitlab.example.com")
        said = trust_policy(role(project, provider=gitlab_provider(url, audience="aws")))
        assert trusts(said, subject, "aws", "gitlab.example.com")
        assert not trusts(said, subject, url, "gitlab.example.com")


# What GitHub and git let be called so; few letters, so that names resemble each other.
LETTERS = "aB1-"
OWNERS = st.from_regex(r"[aB1]([aB1-]{0,2}[aB1])?", fullmatch=True)
NAMES = st.from_regex(r"[aB1._-]{1,4}", fullmatch=True).filter(lambda name: name not in (".", ".."))
IDS = st.integers(1, 12)
PLAIN = st.from_regex(r"[aB1@%-]{1,4}(/[aB1@.-]{1,3})?", fullmatch=True).filter(lambda name: REF.fullmatch(name))
PATTERNS = st.builds(lambda ref, at: f"{ref[:at]}*{ref[at:]}", PLAIN, st.integers(0, 4)).filter(
    lambda name: REF.fullmatch(name)
)
REFS = st.lists(PLAIN | PATTERNS, max_size=2)
SPACES = st.lists(
    st.from_regex(r"[aB1:@/ *-]{1,4}", fullmatch=True).filter(lambda name: ENVIRONMENT.fullmatch(name)), max_size=2
)
REPOSITORIES = st.builds(
    lambda owner, name, ids, branches, tags, environments, pull_requests: GithubRepository(
        repository=f"{owner}/{name}",
        owner_id=ids and ids[0],
        repository_id=ids and ids[1],
        branches=branches,
        tags=tags,
        environments=environments,
        pull_requests=pull_requests,
    ),
    OWNERS,
    NAMES,
    st.none() | st.tuples(IDS, IDS),
    REFS,
    REFS,
    SPACES,
    st.booleans(),
)
KINDS = ("branch", "tag", "environment", "pull_request")


def claim(repository: str, ids: tuple[int, int] | None, kind: str, value: str) -> str:
    """Return the subject of a job, as GitHub writes it: a ':' in what people call something is `%3A`."""
    owner, name = repository.split("/")
    who = f"{owner}/{name}" if ids is None else f"{owner}@{ids[0]}/{name}@{ids[1]}"
    value = value.replace(":", "%3A")
    what = {"branch": "ref:refs/heads/", "tag": "ref:refs/tags/", "environment": "environment:"}
    return f"repo:{who}:{what[kind]}{value}" if kind in what else f"repo:{who}:pull_request"


def is_meant(wanted: GithubRepository, repository: str, ids: tuple[int, int] | None, kind: str, value: str) -> bool:
    """Tell whether a job is one that was named, by what was said rather than by the policy."""
    if repository != wanted.repository or (ids and wanted.owner_id and ids != (wanted.owner_id, wanted.repository_id)):
        return False
    named = {"branch": wanted.branches, "tag": wanted.tags, "environment": wanted.environments}
    if kind == "pull_request":
        return wanted.pull_requests
    names = named[kind] or (["main"] if kind == "branch" and not wanted.tags and not wanted.environments else [])
    return any(is_like(value, each) for each in names)


@given(
    wanted=st.lists(REPOSITORIES, min_size=1, max_size=2, unique_by=lambda each: each.repository.casefold()),
    other=st.data(),
)
def test_of_any_job_of_any_repository_those_that_are_named_are_trusted_and_no_other(wanted, other):
    policy = trust_policy(role(*wanted))
    known = [each.repository for each in wanted]
    repository = other.draw(st.sampled_from(known) | st.builds("{}/{}".format, OWNERS, NAMES))
    ids = other.draw(
        st.none()
        | st.tuples(IDS, IDS)
        | st.sampled_from([(each.owner_id or 1, each.repository_id or 1) for each in wanted])
    )
    kind = other.draw(st.sampled_from(KINDS))
    said = [name for each in wanted for name in (*each.branches, *each.tags, *each.environments)]
    value = other.draw(
        PLAIN
        | st.just("main")
        | st.sampled_from([each.replace("*", sign) for each in (said or ["main"]) for sign in ("", "a", "/a")])
    )
    assume(GITHUB_REPOSITORY.fullmatch(repository))
    subject = claim(repository, ids, kind, value)
    assert trusts(policy, subject) == any(is_meant(each, repository, ids, kind, value) for each in wanted)


@given(wanted=REPOSITORIES)
def test_every_job_that_is_named_is_trusted_in_both_forms(wanted):
    policy = trust_policy(role(wanted))
    ids = (wanted.owner_id or 3, wanted.repository_id or 4)
    contexts = [
        *(("branch", name) for name in wanted.branches),
        *(("tag", name) for name in wanted.tags),
        *(("environment", name) for name in wanted.environments),
        *([("pull_request", "")] if wanted.pull_requests else []),
    ]
    for kind, value in contexts or [("branch", "main")]:
        for each in (None, ids):
            assert trusts(policy, claim(wanted.repository, each, kind, value))


PROJECTS = st.from_regex(r"[aB1_][aB1._-]{0,2}(/[aB1_][aB1._-]{0,2}){1,2}", fullmatch=True)


@given(project=PROJECTS, branches=REFS, tags=REFS, other=st.data())
def test_of_any_job_of_any_project_those_that_are_named_are_trusted_and_no_other(project, branches, tags, other):
    policy = trust_policy(role(GitlabProject(project=project, branches=branches, tags=tags)))
    path = other.draw(st.just(project) | PROJECTS)
    kind = other.draw(st.sampled_from(["branch", "tag"]))
    said = [each.replace("*", sign) for each in (*branches, *tags, "main") for sign in ("", "a")]
    value = other.draw(PLAIN | st.sampled_from(said))
    assert GITLAB_PROJECT.fullmatch(path)
    names = {"branch": branches or ([] if tags else ["main"]), "tag": tags}[kind]
    meant = path == project and any(is_like(value, each) for each in names)
    subject = f"project_path:{path}:ref_type:{kind}:ref:{value}"
    assert trusts(policy, subject, "https://gitlab.com", "gitlab.com") == meant


@pytest.mark.parametrize("source", [GithubRepository(repository="acme/web"), GitlabProject(project="acme/web")])
def test_parliament_finds_nothing_in_what_a_role_may_do(source):
    wanted = role(source, pull_repositories=(REPOSITORY.replace("web", "api"),))
    (identity,) = wanted.identities(PLACE)
    findings = parliament.analyze_policy_string(render_policy(identity.statements)).findings
    assert [str(each) for each in findings] == []


def test_parliament_finds_nothing_in_whom_a_role_trusts_but_providers_that_it_does_not_know():
    for policy in (NAMED, KNOWN, TestGitlab.POLICY):
        # A trust policy has no Resource, because it applies to its role, and parliament wants one.
        told = [{**each, "Resource": "arn:aws:iam::111111111111:role/ci"} for each in policy["Statement"]]
        findings = parliament.analyze_policy_string(json.dumps({**policy, "Statement": told})).findings
        assert {each.issue for each in findings} <= {"UNKNOWN_FEDERATION_SOURCE", "UNKNOWN_CONDITION_FOR_ACTION"}


class TestPermissions:
    def statements(self, wanted: OidcRole) -> dict[str, dict[str, Any]]:
        (identity,) = wanted.identities(PLACE)
        return {each["Sid"]: each for each in json.loads(render_policy(identity.statements))["Statement"]}

    def test_the_token_is_on_everything_and_the_rest_on_the_named_repositories_alone(self):
        other = REPOSITORY.replace("web", "api")
        found = self.statements(role(GithubRepository(repository="acme/web"), pull_repositories=(other, REPOSITORY)))
        assert {sid: each["Resource"] for sid, each in found.items()} == {
            "Token": "*",
            "PushAndPull": REPOSITORY,
            "Pull": other,
        }
        assert found["Token"]["Action"] == "ecr:GetAuthorizationToken"
        assert "ecr:PutImage" in found["PushAndPull"]["Action"]
        assert "ecr:PutImage" not in found["Pull"]["Action"]

    def test_nobody_deletes(self):
        found = self.statements(role(GithubRepository(repository="acme/web")))
        actions = {action for each in found.values() for action in listed(each["Action"])}
        assert not [each for each in actions if "Delete" in each or "*" in each]
