"""What is told of access from the files is what the synthesised policies say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecr_constructs.access.decided import access_of
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.config.load import load_environments
from ecr_constructs.core.evaluation.abilities import ABILITIES, Ability, decide_ability
from ecr_constructs.core.evaluation.clauses import clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Policies, Request, decide
from ecr_constructs.core.evaluation.requesters import account, organization, service
from ecr_constructs.core.names import terraform_address

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
ACCOUNTS = ("111111111111", "222222222222", "333333333333", "444444444444")
SOMEBODIES = [
    *(account(each, "aws") for each in ACCOUNTS),
    organization("o-a1b2c3d4e5"),
    organization("o-bbbbbbbbbb"),
    *(
        service("lambda.amazonaws.com", known={"aws:sourcearn": (f"arn:aws:lambda:us-east-1:{each}:function:web",)})
        for each in ACCOUNTS
    ),
]


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_the_synthesised_policies_let_in_whom_the_files_are_said_to_let_in(name, documents):
    """Of an environment that says its account: what is known at plan alone is in no file."""
    environments = load_environments(ENVIRONMENTS)
    (environment,) = (each for each in environments if each.name == name)
    policies = documents[name]["resource"]["aws_ecr_repository_policy"]
    sites = Matrix(environments).sites(environment)
    assert len(policies) == len(sites)
    let_in = 0
    for site in sites:
        document = json.loads(policies[terraform_address(site.logical_name)]["policy"])
        clauses = Policies(tuple(clauses_of_document(document, "synthesised")))
        for requester in SOMEBODIES:
            told = access_of(site, requester, Policies())
            for ability, needed in ABILITIES.items():

                def decided(action, clauses=clauses, requester=requester, site=site):
                    request = Request(requester=requester, action=action, resource=site.arn, account_id=site.account_id)
                    return decide(request, clauses, Policies())

                assert told.decisions[ability].truth is decide_ability(needed, decided).truth
            let_in += told.decisions[Ability.PULL].truth is True
    assert let_in > len(sites)


EVERY_IDENTITY = """\
project: shop
env: dev
region: us-east-1
account_id: "111111111111"
ecr_registry_policy: {replication_sources: [{account_id: "222222222222", create_repository: true}]}
ecr_pull_through_caches: {quay: {upstream: quay, principals: ["333333333333"]}}
ecr_node_pull: {repositories: [web], roles: [nodes]}
ecr_codebuild: {repositories: [worker], roles: [build]}
ecr_ecs_execution_role: true
ecr_image_updater: {cluster_name: tools}
ecr_lambda_pull: {repositories: [web], roles: [deploy]}
ecr_ssm_read: {roles: [reader]}
github_repos: [{repo: acme/app, branches: [main], push: [web]}]
ecr_repositories: {web: , worker: }
"""


def said(clauses):
    """Return what statements are about, in no order."""
    return {(each.sid, frozenset(each.actions), frozenset(each.resources), str(each.conditions)) for each in clauses}


def synthesised(document, *kinds):
    """Return the statements of all policies of some kinds of resources."""
    return [
        clause
        for kind in kinds
        for resource in document["resource"][kind].values()
        for clause in clauses_of_document(resource["policy"], kind)
    ]


def test_what_roles_and_the_registry_are_said_to_allow_is_what_is_synthesised(synth, tmp_path):
    (tmp_path / "dev.yaml").write_text(EVERY_IDENTITY, encoding="utf-8")
    environments = load_environments(tmp_path)
    matrix, document = Matrix(environments), synth(EVERY_IDENTITY)
    told = [clause for holder in matrix.holders.all for clause in holder.policies.clauses]
    assert said(told) == said(synthesised(document, "aws_iam_policy", "aws_iam_role_policy"))
    (web, *_) = matrix.sites(environments[0])
    assert said(web.policies.clauses) == said(synthesised(document, "aws_ecr_registry_policy"))
    assert {holder.name for holder in matrix.holders.all if holder.is_whole} == {
        role["name"] for role in document["resource"]["aws_iam_role"].values()
    }
