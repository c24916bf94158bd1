"""Whatever an environment file grants: nobody outside of what it declares can pull, push or delete, and all inside can.

What a file declares is read here from the file itself, key by key, and not from the statements that are made of it.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import yaml
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from ecr_constructs.access.decided import access_of
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.clauses import clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Answer, Policies
from tests.unit.accessed import access_of as shown_of

OWN, *OTHERS = "111111111111", "222222222222", "333333333333"
ORGANIZATIONS = ("o-aaaaaaaaaa", "o-bbbbbbbbbb")
UNITS = tuple(f"o-aaaaaaaaaa/r-abcd/ou-abcd-{number}{number}{number}{number}1111/" for number in (1, 2))
BELOW = f"{UNITS[0]}*"
ROLES = {account: f"arn:aws:iam::{account}:role/ci" for account in (OWN, *OTHERS)}
SERVICES = ("codebuild.amazonaws.com", "lambda.amazonaws.com")
PULL, PUSH, DELETE = Ability.PULL, Ability.PUSH, Ability.DELETE
ABILITIES = (PULL, PUSH, DELETE)

accounts = st.lists(st.sampled_from(OTHERS), min_size=1, max_size=2, unique=True)
principals = st.lists(
    st.sampled_from([*OTHERS, *ROLES.values(), *ORGANIZATIONS, UNITS[0], BELOW, SERVICES[0]]),
    min_size=1,
    max_size=3,
    unique=True,
)
units = st.lists(st.sampled_from([*UNITS, BELOW]), min_size=1, max_size=2, unique=True)
statements = st.fixed_dictionaries(
    {
        "sid": st.just("Own"),
        "effect": st.sampled_from(["Allow", "Deny"]),
        "actions": st.just(["ecr:*"]),
        "principals": st.lists(st.sampled_from([*OTHERS, ROLES[OTHERS[0]]]), min_size=1, max_size=2, unique=True),
    }
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "allowed_account_ids": accounts,
        "organization_id": st.sampled_from(ORGANIZATIONS),
        "organization_paths": units,
        "pull_principals": principals,
        "push_principals": principals,
        "read_principals": principals,
        "admin_principals": principals,
        "push_account_ids": accounts,
        "push_organization_id": st.sampled_from(ORGANIZATIONS),
        "push_organization_paths": units,
        "policy_statements": st.lists(statements, max_size=1),
        "enable_lambda_pull": st.booleans(),
    },
)
TRUSTED = st.lists(st.sampled_from(OTHERS), max_size=1)


class Somebody(NamedTuple):
    """Somebody who may ask: of which account, organisation and unit, known to AWS as which principal."""

    account: str
    organization: str | None
    unit: str | None
    arn: str | None = None
    service: str | None = None


def somebodies():
    """Return everyone who may ask: of each account in each organisation, as that or as its role, and services."""
    for account, organization in itertools.product((OWN, *OTHERS), (None, *ORGANIZATIONS)):
        for unit in (*UNITS, f"{UNITS[0]}ou-abcd-99999999/") if organization == ORGANIZATIONS[0] else (None,):
            yield Somebody(account, organization, unit, ROLES[account])
            yield Somebody(account, organization, unit, f"arn:aws:iam::{account}:role/other")
    for account, service in itertools.product((OWN, *OTHERS), SERVICES):
        yield Somebody(account, None, None, service=service)


SOMEBODIES = list(somebodies())


def is_declared(data, ability, who):
    """Tell whether a file declares that somebody may do something, by any of its keys."""
    said = data["ecr_repositories"]["web"]
    trusted = [each["account_id"] for each in data["ecr_trusted_accounts"]]
    keys = {PULL: "pull", PUSH: "push", DELETE: "admin"}
    named = list(said.get(f"{keys[ability]}_principals", ()))
    if ability is PULL:
        named += [*trusted, *said.get("allowed_account_ids", ()), *said.get("organization_paths", ())]
        named += [said["organization_id"]] if "organization_id" in said else []
    if ability is PUSH:
        named += [*said.get("push_account_ids", ()), *said.get("push_organization_paths", ())]
        named += [said["push_organization_id"]] if "push_organization_id" in said else []
    for statement in said.get("policy_statements", ()):
        named += statement["principals"] if statement["effect"] == "Allow" else ()
    if who.service is not None:
        lambdas = {OWN, *trusted, *said.get("allowed_account_ids", ()), *accounts_in(said.get("pull_principals", ()))}
        by_lambda = ability is PULL and said.get("enable_lambda_pull") and who.service.startswith("lambda.")
        return (who.service in named and who.account == OWN) or bool(by_lambda and who.account in lambdas)
    below = who.unit is not None and who.unit.startswith(UNITS[0])
    return any(
        name in (who.account, who.arn, who.organization, who.unit) or (name == BELOW and below) for name in named
    )


def accounts_in(names):
    return {name for name in names if name in OTHERS}


def is_denied(data, who):
    return any(
        each["effect"] == "Deny" and who.service is None and {who.account, who.arn} & set(each["principals"])
        for each in data["ecr_repositories"]["web"].get("policy_statements", ())
    )


def matrix_of(data):
    """Return what a file says, and its repository; None where it is refused."""
    environment, problems = parse_environment(yaml.safe_load(yaml.safe_dump(data)), file="dev.yaml")
    if environment is None or problems:
        return None
    matrix = Matrix([environment])
    (site,) = matrix.sites(environment)
    return environment, site


def asking(who):
    """Return somebody as one of whom everything is known."""
    if who.service is not None:
        functions = f"arn:aws:lambda:us-east-1:{who.account}:function:web"
        return requesters.service(
            who.service, known={"aws:sourceaccount": (who.account,), "aws:sourcearn": (functions,)}
        )
    known = {
        "aws:principalorgid": () if who.organization is None else (who.organization,),
        "aws:principalorgpaths": () if who.unit is None else (who.unit,),
    }
    return requesters.identity(who.arn, known=known)


def in_own_by_policy(data, ability, who):
    """Tell whether the repository's policy alone lets somebody of its own account in: by name, or as one of many."""
    return is_declared(data, ability, who._replace(account="none"))


EVERYTHING = Policies(
    tuple(clauses_of_document({"Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]}, "admin"))
)


def file_of(options, trusted):
    if "allowed_account_ids" in options:
        options = {**options, "enable_cross_account_access": True}
    return {
        "project": "shop",
        "env": "dev",
        "region": "us-east-1",
        "account_id": OWN,
        "ecr_trusted_accounts": [{"account_id": each} for each in trusted],
        "ecr_repositories": {"web": options},
    }


# Each file is asked about by everyone.
STEADY = settings(
    derandomize=True, max_examples=min(40, settings().max_examples), suppress_health_check=[HealthCheck.too_slow]
)


@STEADY
@given(OPTIONS, TRUSTED)
@example({"push_principals": [BELOW], "organization_paths": [UNITS[1]]}, [])
@example(
    {"policy_statements": [{"sid": "A", "effect": "Deny", "actions": ["ecr:*"], "principals": [OTHERS[0]]}]}, OTHERS
)
def test_those_who_are_declared_can_and_nobody_else_whatever_their_own_policies_say(options, trusted):
    data = file_of(options, trusted)
    found = matrix_of(data)
    if found is None:
        event("refused")
        return
    _, site = found
    for who in SOMEBODIES:
        requester = asking(who)
        with_everything, with_nothing = (access_of(site, requester, each) for each in (EVERYTHING, Policies()))
        for ability in ABILITIES:
            declared = is_declared(data, ability, who) and not is_denied(data, who)
            may = with_everything.answer(ability)
            if who.service is None and who.account == OWN:
                # Its own policies are enough; without any, those who are named by the repository's are let in.
                assert may is Answer.YES
                assert (with_nothing.answer(ability) is Answer.YES) == in_own_by_policy(data, ability, who)
                continue
            event(f"{ability}: {may}")
            assert may is (Answer.YES if declared else Answer.NO)
            if who.service is None:
                assert with_nothing.answer(ability) is Answer.NO


@STEADY
@given(OPTIONS, TRUSTED)
def test_the_matrix_shows_everyone_who_is_declared_and_nobody_else(options, trusted):
    data = file_of(options, trusted)
    found = matrix_of(data)
    if found is None:
        return
    environment, _ = found
    (repository,) = shown_of(environment)["dev"]["repositories"]
    rows = {(each["principal"], *each["on_behalf_of"]): each for each in repository["principals"]}
    services = {key for key in rows if key[0] in SERVICES}
    said = data["ecr_repositories"]["web"]
    named = {*trusted, *said.get("allowed_account_ids", ())}
    for key in ("pull", "push", "read", "admin"):
        named |= set(said.get(f"{key}_principals", ()))
    for key in ("organization_id", "push_organization_id"):
        named |= {said[key]} if key in said else set()
    for key in ("organization_paths", "push_account_ids", "push_organization_paths"):
        named |= set(said.get(key, ()))
    for statement in said.get("policy_statements", ()):
        named |= set(statement["principals"]) if statement["effect"] == "Allow" else set()
    assert {key[0] for key in rows if key not in services} == named - set(SERVICES)
    for account in OTHERS:
        row = rows.get((account,))
        for ability in ABILITIES if row is not None else ():
            # Of an account alone it is not known in which organisation it is.
            plain = is_declared(data, ability, Somebody(account, None, None))
            if plain and not is_denied(data, Somebody(account, None, None)):
                assert row[ability] in ("yes", "depends" if ROLES[account] in denied_in(said) else "yes")
            elif is_denied(data, Somebody(account, None, None)):
                assert row[ability] == "no"
            else:
                somehow = any(
                    is_declared(data, ability, who._replace(account=account, arn=None))
                    for who in SOMEBODIES
                    if who.service is None
                )
                assert row[ability] == ("depends" if somehow else "no")


def denied_in(said):
    return {
        name for each in said.get("policy_statements", ()) if each["effect"] == "Deny" for name in each["principals"]
    }


NAMES = ("api", "web", "worker")
some_names = st.lists(st.sampled_from(NAMES), min_size=1, unique=True)
MAKING = st.fixed_dictionaries(
    {},
    optional={
        "ecr_node_pull": st.fixed_dictionaries({"repositories": some_names, "roles": st.just(["nodes"])}),
        "ecr_codebuild": st.fixed_dictionaries({"repositories": some_names, "roles": st.just(["build"])}),
        "ecr_ecs_execution_role": st.fixed_dictionaries({"repositories": some_names}),
        "ecr_image_updater": st.fixed_dictionaries({"repositories": some_names, "cluster_name": st.just("tools")}),
        "github_repos": st.fixed_dictionaries({"push": some_names, "pull": some_names}).map(
            lambda said: [{"repo": "acme/app", **said}]
        ),
    },
)
PULLING = {
    "ecr_node_pull": "nodes",
    "ecr_codebuild": "build",
    "ecr_ecs_execution_role": "shop-dev-ecr-ecs-execution",
    "ecr_image_updater": "shop-dev-ecr-image-updater",
}


@STEADY
@given(MAKING)
def test_roles_that_are_made_act_on_the_repositories_that_are_named_and_on_no_others(making):
    data = {**file_of({}, []), "ecr_repositories": dict.fromkeys(NAMES), **making}
    environment, problems = parse_environment(yaml.safe_load(yaml.safe_dump(data)), file="dev.yaml")
    assert environment is not None
    assert not problems
    expected = {(name, ability): set() for name in NAMES for ability in ABILITIES}
    for key, role in PULLING.items():
        for name in making.get(key, {}).get("repositories", ()):
            expected[(name, PULL)].add(role)
            if key == "ecr_codebuild":
                expected[(name, PUSH)].add(role)
    for said in making.get("github_repos", ()):
        for name in said["push"]:
            expected[(name, PUSH)].add("shop-dev-github-acme-app")
        for name in (*said["push"], *said["pull"]):
            expected[(name, PULL)].add("shop-dev-github-acme-app")
    found = {
        (each["logical_name"], ability): {
            row["principal"].split("/")[-1] for row in each["principals"] if row[ability] != "no"
        }
        for each in shown_of(environment)["dev"]["repositories"]
        for ability in ABILITIES
    }
    assert found == expected
