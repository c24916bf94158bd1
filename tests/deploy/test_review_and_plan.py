"""What a review says of a change is what Terraform plans: for files made at random, and for some that are written out.

The base is applied with real Terraform to an embedded AWS, and the head is planned. What the provider's release 3.39.0
decides is what its present ones decide, as far as a repository or a parameter has to be made anew: a repository's name
and its encryption, a parameter's name. One thing is otherwise: since 6.0 a resource has a region, and another one
replaces it (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support); before,
Terraform looked for it in the new region, found nothing, and left the old one behind. So of the region the present
release is what the review follows, and the plan is held to that by itself.

`force_delete`, which 3.39.0 does not have, `prevent_destroy` and `adopt` replace nothing in any release: the first is
an update of the state alone, the second no argument of a resource, the third an import of what the state has already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from ecr_constructs.config.load import Project
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.ssm import PARAMETERS
from ecr_constructs.review.finding import Finding
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.session import TerraformFailed
from tests.deploy.planned_changes import Planned, Planner
from tests.deploy.written_changes import (
    CONSUMING,
    DESTROYED,
    FROM_DEV,
    HEAD,
    OWN,
    PROD,
    REPLACED,
    SAID_ALONE,
    SOURCE,
    WEB,
)
from tests.unit.any_environments import Files, any_environments, project_of
from tests.unit.changed_environments import Changed, changed
from tests.unit.changes_of_files import OF_ENVIRONMENTS, OF_REPOSITORIES
from tests.unit.reviewed import review_of

pytestmark = pytest.mark.deploy

DELETES = {"repository-replaced", "repository-destroyed"}
PARAMETERS_GO = {"parameters-removed", "parameters-moved"}
# What is in no plan of what there is.
OF_NO_PLAN = {"adoption-removed", "force-delete-set", "prevent-destroy-removed"}
# What Terraform starts with: where its state is, and by which provider and whose credentials it is reached.
OF_THE_STATE = {"credentials-changed", "provider-versions", "state-moved"}
# A repository of a source that goes is in the outputs alone of a consumer that does not publish it.
OF_THE_SOURCE = {"source-gone"}

SEEDS = range(13)
# By themselves below: an embedded AWS is one account, and 3.39.0 knows no region of a resource.
APART = {"other region", "other account"}
# Some that there must be among them at least, forth or back.
KINDS = {
    *("remove", "add", "rename", "rename moved with its name", "to repository_names", "other name", "to KMS"),
    *("to AES256", "to another key", "to another alias", "unpublish", "publish", "force_delete", "prevent_destroy"),
    *("adopt", "immutable", "let push", "other project", "other template", "other prefix", "nothing published"),
}


@pytest.fixture(scope="module")
def planner() -> Iterator[Planner]:
    with Processes() as processes:
        yield Planner(processes)


def by_seed(seed: int) -> Changed:
    """Return a pair with many changes of repositories and one or two of environments."""
    random = Random(seed)
    data = any_environments(random, most=2, repositories=(7, 10))
    for each in data.values() if seed % 4 else ():
        each["ecr_ssm_layout"] = "config"  # a quarter of the requests
    of_environments = [each for each in OF_ENVIRONMENTS if each.name not in APART]
    # Half without, as another template or encryption of all hides what becomes of each.
    some = of_environments[seed // 2 :: len(SEEDS) // 2] if seed % 2 else []
    pair = changed(data, [*random.sample(OF_REPOSITORIES, 14), *some], random)
    # Half of them back, for what only takes something away.
    return pair if seed % 4 < 2 else pair._replace(base=pair.head, head=pair.base)


def deleted(findings: list[Finding], environment: str) -> set[str]:
    """Return the addresses of the repositories of which the findings say that Terraform destroys them."""
    found = set()
    for each in findings:
        if each.environment == environment and each.code in DELETES and each.path[:1] != ("ecr_public_repositories",):
            named = re.findall(r"\baws_ecr_repository\.[\w-]+", each.what)
            found |= {*named} or {f"aws_ecr_repository.{terraform_address(name)}" for name in each.repositories}
    return found


def unpublished(findings: list[Finding], environment: str, base: Project, head: Project) -> set[str]:
    """Return the addresses of the repositories of whose parameters the findings say that they go."""
    found = set()
    (before,) = (each for each in base.environments if each.name == environment)
    (after,) = (each for each in head.environments if each.name == environment)
    for each in findings:
        if each.environment == environment and each.code in PARAMETERS_GO:
            for name in each.repositories:
                renamed = name not in before.repositories
                former = after.repositories[name].options.renamed_from if renamed else name
                found.add(terraform_address(str(former)))
    return found


def repositories_of(parameters: set[str]) -> set[str]:
    """Return the repositories that the addresses of parameters begin with."""
    ends = "|".join(map(re.escape, PARAMETERS))
    return {re.sub(rf"^aws_ssm_parameter\.(.+)_(?:{ends})$", r"\1", each) for each in parameters}


def in_plans(document: Document | None) -> Document | None:
    """Return a stack without what no plan of what there is shows, in any release of the provider."""
    if document is None:
        return None
    said = {key: value for key, value in document.items() if key not in ("import", "moved", "output", "terraform")}
    repositories = said.get("resource", {}).get("aws_ecr_repository", {})
    shown = {
        name: {key: value for key, value in body.items() if key not in ("force_delete", "lifecycle")}
        for name, body in repositories.items()
    }
    return {**said, "resource": {**said.get("resource", {}), "aws_ecr_repository": shown}}


def projects(base: Files, head: Files) -> tuple[Project, Project]:
    """Return both sides of a change, which are right."""
    return project_of(base), project_of(head)


def check(pair: Changed, planner: Planner) -> dict[str, Planned]:
    """Hold the review of a pair to the plans, and return those."""
    base, head = projects(pair.base, pair.head)
    findings = review_of(pair.base, pair.head)
    plans = planner.plans(base, head)
    names = {each.name for each in base.environments}
    for name, plan in plans.items():
        if name not in names:
            continue
        assert deleted(findings, name) == plan.gone("aws_ecr_repository"), pair.changes
        gone = repositories_of(plan.gone("aws_ssm_parameter"))
        assert unpublished(findings, name, base, head) == gone, pair.changes
        if not plan.actions:
            said = {each.code for each in findings if each.environment == name and each.consequence == "breaks"}
            assert said <= OF_THE_STATE | OF_THE_SOURCE, pair.changes
        if all(in_plans(before) == in_plans(after) for before, after in plan.stacks):
            said = {each.code for each in findings if each.environment == name}
            assert said <= OF_THE_STATE | OF_THE_SOURCE | OF_NO_PLAN, pair.changes
            assert not said or any(before != after for before, after in plan.stacks), pair.changes
    return plans


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_deleted_and_what_breaks_is_what_terraform_plans(seed, planner):
    check(by_seed(seed), planner)


def test_the_changes_are_many_and_of_every_kind():
    made = [change for seed in SEEDS for change in by_seed(seed).changes]
    assert len(made) >= 100
    assert {*made} >= KINDS


def test_changes_that_are_written_out(planner):
    plan = check(REPLACED, planner)["dev"]
    assert plan.gone("aws_ecr_repository") == {f"aws_ecr_repository.{each}" for each in DESTROYED.split()}


def test_of_an_empty_plan_there_is_nothing_but_what_no_plan_shows(planner):
    assert check(SAID_ALONE, planner)["dev"].actions == ()
    found = {(each.code, each.repositories) for each in review_of(SAID_ALONE.base, SAID_ALONE.head)}
    assert found == {
        ("force-delete-set", ("forced",)),
        ("prevent-destroy-removed", ("protected-no-more",)),
        ("adoption-removed", ("adopted",)),
    }


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1)])
def test_what_another_stack_has_leaves_the_one_that_had_it(before, after, planner):
    repositories = "ecr_repositories: {a: , b: , c: , d: }\n"
    files = ({"dev.yaml": f"{HEAD}ecr_shards: {shards}\n{repositories}"} for shards in (before, after))
    plan = check(Changed(*files, ("shards",)), planner)["dev"]
    destroyed = plan.gone("aws_ecr_repository")
    assert destroyed
    assert destroyed == plan.all_of("aws_ecr_repository", "create")


def test_another_strategy_destroys_repositories_and_leaves_their_parameters(planner):
    plans = check(Changed(OWN, CONSUMING, ("consume",)), planner)
    assert plans["prod"].gone("aws_ecr_repository") == {"aws_ecr_repository.web"}
    assert plans["prod"].gone("aws_ssm_parameter") == set()
    plans = check(Changed(CONSUMING, OWN, ("own",)), planner)
    assert plans["prod"].all_of("aws_ecr_repository", "create") == {"aws_ecr_repository.web"}


def test_what_a_source_loses_its_consumers_lose(planner):
    head = {
        "dev.yaml": SOURCE + "ecr_repositories: {api: , www: {renamed_from: web, repository_name: shop-dev-web}}\n",
        "prod.yaml": PROD + FROM_DEV,
    }
    plans = check(Changed(CONSUMING, head, ("source",)), planner)
    assert repositories_of(plans["prod"].gone("aws_ssm_parameter")) == {"web"}


def test_of_a_file_that_goes_nothing_is_planned(planner):
    base = {"dev.yaml": HEAD + WEB, "prod.yaml": PROD + WEB}
    plans = check(Changed(base, {"dev.yaml": HEAD + WEB}, ("file gone",)), planner)
    assert plans.keys() == {"dev"}
    assert deleted(review_of(base, {"dev.yaml": HEAD + WEB}), "prod") == set()


def test_another_account_leaves_everything_behind(planner):
    """Terraform looks for what its state has in the new account, finds none of it, and makes it there."""
    base, head = {"dev.yaml": HEAD + WEB}, {"dev.yaml": HEAD.replace("111111111111", "222222222222") + WEB}
    plan = planner.plans(*projects(base, head))["dev"]
    assert {done for _, done in plan.actions} == {"create"}
    assert plan.all_of("aws_ecr_repository", "create") == {"aws_ecr_repository.web"}
    findings = review_of(base, head)
    assert deleted(findings, "dev") == set()
    assert [each.repositories for each in findings if each.code == "account-changed"] == [("web",)]


def test_another_region_is_what_the_present_provider_makes_of_it(planner):
    """3.39.0 leaves the old ones behind, as in another account; since 6.0 they are destroyed where they are."""
    base, head = {"dev.yaml": HEAD + WEB}, {"dev.yaml": HEAD.replace("us-east-1", "eu-west-1") + WEB}
    plan = planner.plans(*projects(base, head))["dev"]
    assert {done for _, done in plan.actions} == {"create"}
    assert deleted(review_of(base, head), "dev") == plan.all_of("aws_ecr_repository", "create")
    made = repositories_of(plan.all_of("aws_ssm_parameter", "create"))
    assert unpublished(review_of(base, head), "dev", *projects(base, head)) == made == {"web"}


def test_what_may_not_be_destroyed_is_refused_by_terraform_and_told_all_the_same(planner):
    base = {"dev.yaml": HEAD + "ecr_repositories: {web: {prevent_destroy: true}}\n"}
    head = {"dev.yaml": HEAD + "ecr_repositories: {web: {prevent_destroy: true, repository_name: shop/other}}\n"}
    with pytest.raises(TerraformFailed, match="Instance cannot be destroyed"):
        planner.plans(*projects(base, head), unprotected=False)
    assert deleted(review_of(base, head), "dev") == {"aws_ecr_repository.web"}
    # Whose declaration is gone, of that nothing says any more that it may not be destroyed.
    without = {"dev.yaml": HEAD + "ecr_repositories: {api: }\n"}
    plan = planner.plans(*projects(base, without), unprotected=False)["dev"]
    assert deleted(review_of(base, without), "dev") == plan.gone("aws_ecr_repository") == {"aws_ecr_repository.web"}
