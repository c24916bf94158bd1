"""Whatever two files grant: a review tells who gains and who loses as the evaluator decides it on both sides."""

import random
from typing import NamedTuple

import yaml
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from ecr_constructs.access.askers import source_of
from ecr_constructs.access.decided import access_of
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.access.question import Question, ask
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.clauses import clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Policies
from ecr_constructs.core.evaluation.requesters import service
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.errors import InvalidInput
from ecr_constructs.review.access.answers import shifts_of, sides_of
from ecr_constructs.review.access.gone import judge_sources
from ecr_constructs.review.access.judge import judge_access
from ecr_constructs.review.access.networks import judge_networks
from ecr_constructs.review.access.sites import examined
from ecr_constructs.review.access.trust import judge_trust
from ecr_constructs.review.public import judge_public
from ecr_constructs.review.tags import judge_tags
from tests.unit.reviewed import change_of

OWN, *OTHERS = "111111111111", "222222222222", "333333333333"
ORGANIZATIONS = ("o-aaaaaaaaaa", "o-bbbbbbbbbb")
UNIT = "o-aaaaaaaaaa/r-abcd/ou-abcd-11111111/"
ROLES = [f"arn:aws:iam::{account}:role/ci" for account in (OWN, *OTHERS)]
JUDGES = (judge_access, judge_sources, judge_trust, judge_networks, judge_public, judge_tags)

accounts = st.lists(st.sampled_from(OTHERS), min_size=1, max_size=2, unique=True)
principals = st.lists(
    st.sampled_from([*OTHERS, *ROLES, *ORGANIZATIONS, UNIT, f"{UNIT}*", "codebuild.amazonaws.com"]),
    min_size=1,
    max_size=3,
    unique=True,
)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "StringEquals": st.lists(st.sampled_from(["vpce-1", "vpce-2", "vpce-3"]), min_size=1, unique=True).map(
            lambda values: {"aws:SourceVpce": values}
        ),
        "IpAddress": st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16"]).map(
            lambda value: {"aws:SourceIp": [value]}
        ),
    },
)
statements = st.fixed_dictionaries(
    {
        "sid": st.just("Own"),
        "effect": st.sampled_from(["Allow", "Deny"]),
        "actions": st.sampled_from([["ecr:*"], ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]]),
        "principals": st.lists(st.sampled_from([*OTHERS, ROLES[1]]), min_size=1, max_size=2, unique=True),
    },
    optional={"conditions": conditions},
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "organization_id": st.sampled_from(ORGANIZATIONS),
        "organization_paths": st.just([UNIT]),
        "pull_principals": principals,
        "push_principals": principals,
        "read_principals": principals,
        "admin_principals": principals,
        "push_account_ids": accounts,
        "policy_statements": st.lists(statements, max_size=1),
        "enable_lambda_pull": st.booleans(),
        "image_tag_mutability": st.sampled_from(["IMMUTABLE", "MUTABLE"]),
    },
)
MAKING = st.fixed_dictionaries(
    {},
    optional={
        "ecr_ecs_execution_role": st.fixed_dictionaries({"repositories": st.sampled_from([["web"], ["api", "web"]])}),
        "ecr_node_pull": st.just({"roles": ["ci"]}),
        "github_repos": st.sampled_from(["main", "*", "release/*"]).map(
            lambda branch: [{"repo": "acme/app", "branches": [branch], "push": ["web"], "pull": []}]
        ),
        "ecr_trusted_accounts": st.just([{"account_id": OTHERS[0]}]),
        "ecr_defaults": OPTIONS,
    },
)
FILES = st.builds(
    lambda making, web, api: {
        "project": "shop",
        "env": "dev",
        "region": "us-east-1",
        "account_id": OWN,
        "ecr_repositories": {"web": web, **({} if api is None else {"api": api})},
        **making,
    },
    MAKING,
    OPTIONS,
    st.none() | OPTIONS,
)
STEADY = settings(
    derandomize=True,
    max_examples=min(25, settings().max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class Fact(NamedTuple):
    repository: str
    who: str
    source: str
    ability: Ability
    before: str
    after: str
    situation: str = ""


def change_between(base, head):
    """Return the change between two files; None where one of them is refused."""
    try:
        return change_of(*({"dev.yaml": yaml.safe_dump(each)} for each in (base, head)))
    except (AssertionError, InvalidInput):
        return None


def facts(change):
    """Return what the review finds, one by one, also where it depends on conditions."""
    environments = examined(change)
    return {
        Fact(
            pair.name,
            shift.who.requester.text,
            source_of(shift.who.requester),
            ability,
            move.before.answer.value,
            move.after.answer.value,
            move.situation,
        )
        for shift in shifts_of(*sides_of(change, environments), environments)
        for pair in shift.pairs
        for ability, move in shift.moves
        # An action that is no ability is told of by itself, and conditions that nobody can compare as such.
        if not (move.is_alone or move.is_other)
    }


EVERYTHING = Policies(
    tuple(clauses_of_document({"Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]}, "all"))
)


def asking(access):
    """Return who asks: of a service that is shown once for several accounts, for each of them."""
    if access.requester.kind is not PrincipalKind.SERVICE:
        return [access.requester]
    name, functions = access.requester.text, "arn:aws:lambda:us-east-1:{}:function:\0"
    arns = {each: {"aws:sourcearn": (functions.format(each),)} for each in access.sources if name.startswith("lambda.")}
    return [service(name, known={"aws:sourceaccount": (each,), **arns.get(each, {})}) for each in access.sources]


def answers(side):
    """Return what everybody who is shown of one side may do there: asked one by one, as `access --can` does."""
    matrix = Matrix(side.environments.values())
    (environment,) = side.environments.values()
    sites = {each.logical_name: each for each in matrix.sites(environment)}
    shown = matrix.of(environment).repositories
    listed = {requester for each in shown for access in each.principals for requester in asking(access)}

    def answer(name, requester, ability):
        site = sites.get(name)
        if site is None:
            return "no"
        holder = matrix.holders.of(requester)
        if requester.kind is PrincipalKind.SERVICE:
            return access_of(site, requester, Policies()).answer(ability).value
        if holder is None and requester.account_id == OWN:
            return access_of(site, requester, Policies()).answer(ability).value
        if holder is not None and not holder.is_whole:
            # The policy that is made here is all that is told of a role of the own account.
            return access_of(site, requester, holder.policies, holder).answer(ability).value
        if holder is None and not requester.is_many:
            return access_of(site, requester, EVERYTHING).answer(ability).value
        return ask(Question(requester.text, requester, holder, ability, site), matrix).answer.value

    return listed, answer, sites


def expected(change):
    """Return the same from both sides, by a loop of its own over everybody who is shown on either."""
    (one, before, old), (other, after, new) = answers(change.base), answers(change.head)
    found = set()
    for requester in one | other:
        for name in {*old, *new}:
            for ability in Ability:
                was, now = before(name, requester, ability), after(name, requester, ability)
                if was != now:
                    found.add(Fact(name, requester.text, source_of(requester), ability, was, now))
    return found


@STEADY
@given(FILES, FILES)
def test_what_is_found_is_what_the_evaluator_decides_on_both_sides(base, head):
    change = change_between(base, head)
    if change is None:
        event("refused")
        return
    found = {each for each in facts(change) if not each.situation}
    event(f"{min(len(found), 20)} facts")
    # A repository with another policy may show more people than one is asked about: those of the pair alone count.
    wanted = expected(change)
    assert found <= wanted
    asked = {(each.repository, each.who, each.source) for each in found}
    missing = {each for each in wanted if each not in found}
    # Whoever is missing is named by neither side of that repository.
    assert not {each for each in missing if (each.repository, each.who, each.source) in asked}
    shown = {name: named(change, name) for name in ("api", "web")}
    assert not {each for each in missing if each.who in shown[each.repository]}


def named(change, name):
    """Return everybody whom either side shows of a repository."""
    return {
        access.requester.text
        for side in (change.base, change.head)
        for matrix in [Matrix(side.environments.values())]
        for environment in matrix.environments
        for each in matrix.of(environment).repositories
        if each.site.logical_name == name
        for access in each.principals
        if access.is_let_in
    }


@STEADY
@given(FILES, FILES)
@example(
    {
        "project": "shop",
        "env": "dev",
        "region": "us-east-1",
        "account_id": OWN,
        "ecr_repositories": {"web": {}},
        "github_repos": [{"repo": "acme/app", "branches": ["main"]}],
    },
    {
        "project": "shop",
        "env": "dev",
        "region": "us-east-1",
        "account_id": OWN,
        "ecr_repositories": {"web": {}},
        "github_repos": [{"repo": "acme/app", "branches": ["*"]}],
    },
)
def test_what_one_change_opens_the_way_back_closes(base, head):
    there, back = change_between(base, head), change_between(head, base)
    if there is None or back is None:
        return
    turned = {each._replace(before=each.after, after=each.before) for each in facts(back)}
    assert facts(there) == turned
    trust = {"trust-widened": "trust-narrowed", "role-added": "role-removed"}
    opened = [(trust[each.code], each.details) for each in judge_trust(there) if each.consequence == "opens"]
    closed = [(each.code, each.details) for each in judge_trust(back) if each.consequence == "breaks"]
    assert sorted(opened) == sorted(closed)
    tags = [
        [each.repositories for each in judge_tags(change) if each.consequence == consequence]
        for change, consequence in ((there, "opens"), (back, "breaks"))
    ]
    assert tags[0] == tags[1]


@STEADY
@given(FILES, FILES)
def test_everybody_who_gains_or_loses_stands_in_a_finding_of_the_repository(base, head):
    change = change_between(base, head)
    if change is None:
        return
    found = list(judge_access(change))
    assert found == list(judge_access(change))
    gone = set(change.base.environments["dev"].repositories) - set(change.head.environments["dev"].repositories)
    removed = {each.what for each in judge_trust(change) if each.code == "role-removed"}
    for fact in facts(change):
        opens = ["no", "depends", "yes"].index(fact.after) > ["no", "depends", "yes"].index(fact.before)
        if fact.repository in gone and fact.ability not in (Ability.PULL, Ability.PUSH):
            continue
        name = fact.who.rpartition("role/")[2]
        told = [
            each
            for each in found
            if fact.repository in each.repositories
            and (each.consequence == "opens") == opens
            and any(name in text for text in (each.what, *each.details))
        ]
        assert told or any(f"the role {name} " in each for each in removed)


@STEADY
@given(FILES, st.randoms(use_true_random=False))
def test_a_file_that_says_the_same_in_another_way_is_no_finding(said, dice):
    text = yaml.safe_dump(said)
    try:
        same = change_of(
            {"dev.yaml": text}, {"dev.yaml": f"# the same\n{yaml.safe_dump(shuffled(said, dice), sort_keys=False)}"}
        )
    except (AssertionError, InvalidInput):
        return
    assert same.changed
    assert [finding for judge in JUDGES for finding in judge(same)] == []


def shuffled(value, dice: random.Random):
    """Return the same in another order, with a few defaults written out."""
    if isinstance(value, dict):
        if "ecr_repositories" in value:
            value = with_defaults(value)
        keys = list(value)
        dice.shuffle(keys)
        return {key: shuffled(value[key], dice) for key in keys}
    if isinstance(value, list):
        entries = [shuffled(each, dice) for each in value]
        dice.shuffle(entries)
        return entries
    return value


def with_defaults(said):
    """Return a file with the options written out that it leaves to their defaults."""
    written = {"pull_principals": [], "read_principals": [], "push_account_ids": [], "enable_lambda_pull": False}
    kept = {key: value for key, value in written.items() if key not in said.get("ecr_defaults", {})}
    return {**said, "ecr_repositories": {name: {**kept, **each} for name, each in said["ecr_repositories"].items()}}
