"""What becomes of parameters that a change removes or moves, and of URLs that change."""

from random import Random

import pytest

from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.ssm import LAYOUTS
from ecr_constructs.review.parameters import judge_parameters
from tests.unit.changed_environments import any_environments, changed
from tests.unit.changes_of_files import CHANGES
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
QA = "project: shop\nenv: qa\nregion: eu-west-1\naccount_id: '222222222222'\necr_strategy: cross_account\n"
TRUST = "ecr_trusted_accounts: [{account_id: '222222222222'}]\n"
WEB = "ecr_repositories: {web: {}}\n"
TWO = "ecr_repositories: {api: {}, web: {}}\n"


def told(base, head, other=None):
    """Return the findings of a change of dev.yaml, beside other files that stay as they are, in short."""
    others = other or {}
    change = change_of({"dev.yaml": base, **others}, {"dev.yaml": head, **others})
    return [
        (each.code, each.environment, ".".join(map(str, each.path)), each.at_base, each.repositories)
        for each in judge_parameters(change)
    ]


WEB_AND = ("dev", "ecr_repositories.web", True, ("web",))

REMOVED = {
    "a repository that goes": (TWO, "ecr_repositories: {api: {}}\n", [("parameters-removed", *WEB_AND)]),
    "one that is published no more": (
        WEB,
        "ecr_repositories: {web: {publish_to_ssm: false}}\n",
        [("parameters-removed", "dev", "ecr_repositories.web.publish_to_ssm", False, ("web",))],
    ),
    "none is published any more": (
        TWO,
        f"ecr_defaults: {{publish_to_ssm: false}}\n{TWO}",
        [
            ("parameters-removed", "dev", "ecr_defaults.publish_to_ssm", False, ("api",)),
            ("parameters-removed", "dev", "ecr_defaults.publish_to_ssm", False, ("web",)),
        ],
    ),
    "another layout": (
        WEB,
        f"ecr_ssm_layout: config\n{WEB}",
        [("parameters-removed", "dev", "ecr_ssm_layout", False, ("web",))],
    ),
    "another prefix": (
        WEB,
        f"ecr_ssm_prefix: /shop\n{WEB}",
        [("parameters-moved", "dev", "ecr_ssm_prefix", False, ("web",))],
    ),
    "the prefix is the default again": (
        f"ecr_ssm_prefix: /shop\n{WEB}",
        WEB,
        [("parameters-moved", "dev", "ecr_ssm_prefix", True, ("web",))],
    ),
    "another prefix and layout": (
        WEB,
        f"ecr_ssm_prefix: /shop\necr_ssm_layout: config\n{WEB}",
        [
            ("parameters-removed", "dev", "ecr_ssm_layout", False, ("web",)),
            ("parameters-moved", "dev", "ecr_ssm_prefix", False, ("web",)),
        ],
    ),
    "another logical name, whose repository is moved": (
        WEB,
        "ecr_repositories: {site: {renamed_from: web, repository_name: shop-dev-web}}\n",
        [("parameters-moved", "dev", "ecr_repositories.site.renamed_from", False, ("site",))],
    ),
    "another logical name": (
        WEB,
        "ecr_repositories: {site: {}}\n",
        [("parameters-removed", *WEB_AND)],
    ),
    "more stacks": (
        TWO,
        f"ecr_shards: 2\n{TWO}",
        [("parameters-moved", "dev", "ecr_shards", False, ("web",))],
    ),
    "fewer stacks": (
        f"ecr_shards: 2\n{TWO}",
        TWO,
        [("parameters-moved", "dev", "ecr_shards", True, ("web",))],
    ),
}


@pytest.mark.parametrize("case", REMOVED)
def test_a_parameter_that_is_destroyed_or_replaced_is_told(case):
    base, head, expected = REMOVED[case]
    assert told(DEV + base, DEV + head) == expected


def test_another_region_replaces_parameters_and_changes_urls():
    assert told(DEV + WEB, DEV.replace("eu-west-1", "us-east-1") + WEB) == [
        ("parameters-moved", "dev", "region", False, ("web",)),
        ("url-changed", "dev", "region", False, ("web",)),
    ]


def test_another_account_leaves_parameters_behind_and_changes_urls():
    assert told(DEV + WEB, DEV.replace("111111111111", "333333333333") + WEB) == [
        ("parameters-moved", "dev", "account_id", False, ("web",)),
        ("url-changed", "dev", "account_id", False, ("web",)),
    ]


KEPT = {
    "nothing": (WEB, WEB),
    "a comment": (WEB, f"# the shop\n{WEB}"),
    "another order": (TWO, "ecr_repositories: {web: {}, api: {}}\n"),
    "defaults written out": (
        WEB,
        f"ecr_ssm_prefix: /ecr\necr_ssm_layout: parameters\necr_defaults: {{publish_to_ssm: true}}\n{WEB}",
    ),
    "a level of the prefix that ends in a slash, and what was never published": (
        "ecr_repositories: {web: {publish_to_ssm: false}}\n",
        "ecr_ssm_prefix: /shop\necr_repositories: {web: {publish_to_ssm: false}}\n",
    ),
    "what was never published and goes": (
        "ecr_repositories: {api: {}, web: {publish_to_ssm: false}}\n",
        "ecr_repositories: {api: {}}\n",
    ),
    "more parameters": (f"ecr_ssm_layout: config\n{WEB}", WEB),
    "another repository": (WEB, TWO),
    "one that is published from now on": ("ecr_repositories: {web: {publish_to_ssm: false}}\n", WEB),
    "values that change in place": (WEB, "ecr_repositories: {web: {image_tag_mutability: IMMUTABLE}}\n"),
    "what is adopted": (WEB, "ecr_repositories: {web: {adopt: [parameters]}}\n"),
    "a name that was the template's": (WEB, "ecr_repositories: {web: {repository_name: shop-dev-web}}\n"),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_keeps_every_parameter_is_not_told(case):
    base, head = KEPT[case]
    assert told(DEV + base, DEV + head) == []


def test_an_account_that_was_not_said_is_not_another_one():
    without = DEV.replace("account_id: '111111111111'\n", "")
    assert told(without + WEB, DEV + WEB) == told(DEV + WEB, without + WEB) == []


def planned(environment):
    """Return the repository of each parameter of an environment's stacks, and what Terraform would replace it for."""
    return {
        (stack, terraform_address(name), parameter): (name, f"{each.ssm_path}/{parameter}", environment.registry)
        for shard, stack in enumerate(environment.stack_ids, start=1)
        for name, each in environment.repositories_of(shard).items()
        for parameter in LAYOUTS[environment.settings.ecr_ssm_layout]
        if each.ssm_path is not None
    }


@pytest.mark.parametrize("seed", range(30))
def test_whatever_changes_it_is_told_of_all_that_terraform_destroys_and_of_nothing_else(seed):
    random = Random(seed)
    pair = changed(any_environments(random), random.sample(CHANGES, 8), random)
    change = change_of(pair.base, pair.head)
    gone = set()
    for each in change.environments:
        if each.before is not None and each.after is not None:
            later, names = planned(each.after), {new.options.renamed_from: new for new in each.after.made.values()}
            for address, parameter in planned(each.before).items():
                if later.get(address) != parameter:
                    renamed = parameter[0] not in each.after.repositories and parameter[0] in names
                    gone.add((each.name, names[parameter[0]].logical_name if renamed else parameter[0]))
    codes = ("parameters-removed", "parameters-moved")
    assert {(each.environment, *each.repositories) for each in judge_parameters(change) if each.code in codes} == gone


def test_a_file_that_goes_destroys_nothing():
    assert [*judge_parameters(change_of({"dev.yaml": DEV + WEB}, {}))] == []
    assert [*judge_parameters(change_of({}, {"dev.yaml": DEV + WEB}))] == []


FOREIGN = "333333333333.dkr.ecr.eu-west-1.amazonaws.com/api"
OF_API = "source_service_type: services, source_service_name: api"
URLS = {
    "another name": (
        WEB,
        "ecr_repositories: {web: {repository_name: shop/web, allow_replacement: true}}\n",
        "ecr_repositories.web.repository_name",
        False,
        "gets another URL: its name in ECR changes",
    ),
    "the template's name again": (
        "ecr_repositories: {web: {repository_name: shop/web}}\n",
        WEB,
        "ecr_repositories.web.repository_name",
        True,
        "gets another URL: its name in ECR changes",
    ),
    "another template": (
        WEB,
        'ecr_repository_name: "{project}/{name}"\n' + WEB,
        "ecr_repository_name",
        False,
        "gets another URL: ecr_repository_name is {project}/{name} instead of {project}-{env}-{name}",
    ),
    "another repository of a workload": (
        f"services: [{{name: api, ecr_config: {{mode: manual_repo, repository_uri: {FOREIGN}}}}}]\n",
        "services: [{name: api, ecr_config: {mode: manual_repo, repository_uri: "
        + FOREIGN.replace("eu-west-1", "us-east-1")
        + "}}]\n",
        "services.0",
        False,
        "gets another URL: its region is us-east-1 instead of eu-west-1",
    ),
    "a workload that gets a repository of its own": (
        f"services: [api, {{name: web, ecr_config: {{mode: use_existing, {OF_API}}}}}]\n",
        "services: [api, web]\n",
        "services.1",
        False,
        "gets another URL: its name in ECR changes",
    ),
}


@pytest.mark.parametrize("case", URLS)
def test_a_url_that_changes_is_told_at_the_key_that_changes_it(case):
    base, head, path, at_base, what = URLS[case]
    (found,) = judge_parameters(change_of({"dev.yaml": DEV + base}, {"dev.yaml": DEV + head}))
    assert (found.code, ".".join(map(str, found.path)), found.at_base, found.what) == (
        "url-changed",
        path,
        at_base,
        what,
    )
    assert (found.severity, found.consequence) == ("attention", "breaks")


def test_the_url_of_a_project_changes_with_its_name():
    (found,) = judge_parameters(change_of({"dev.yaml": DEV + WEB}, {"dev.yaml": DEV.replace("shop", "store") + WEB}))
    assert (found.path, found.what) == (("project",), "gets another URL: project is store instead of shop")


def test_a_consumer_is_told_of_a_url_that_its_source_changes_and_the_source_of_its_consumers():
    qa = {"qa.yaml": f"{QA}ecr_source_env: dev\n"}
    base = DEV + TRUST + WEB
    head = f'ecr_repository_name: "{{project}}/{{name}}"\n{base}'
    found = [*judge_parameters(change_of({"dev.yaml": base, **qa}, {"dev.yaml": head, **qa}))]
    assert [(each.code, each.environment, each.repositories) for each in found] == [
        ("url-changed", "dev", ("web",)),
        ("url-changed", "qa", ("web",)),
    ]
    name = "web: its name in ECR is shop/web instead of shop-dev-web"
    assert [each.details for each in found] == [(name, "qa: takes repositories from here"), (name,)]


def test_a_consumer_that_takes_all_loses_what_its_source_loses():
    qa = {"qa.yaml": f"{QA}ecr_source_env: dev\n"}
    found = told(DEV + TRUST + TWO, f"{DEV}{TRUST}ecr_repositories: {{api: {{}}}}\n", qa)
    assert found == [
        ("parameters-removed", "dev", "ecr_repositories.web", True, ("web",)),
        ("parameters-removed", "qa", "ecr_strategy", False, ("web",)),
    ]


def test_a_consumer_of_another_account_pulls_by_another_url():
    keys = "ecr_account_region: eu-west-1\necr_repositories: {web: {repository_name: web}}\n"
    base, head = (f"{QA}ecr_account_id: '{account}'\n{keys}" for account in ("333333333333", "444444444444"))
    (found,) = judge_parameters(change_of({"qa.yaml": base}, {"qa.yaml": head}))
    assert (found.code, found.path) == ("url-changed", ("ecr_account_id",))
    assert found.what == "gets another URL: its account is 444444444444 instead of 333333333333"


READ = """\
ecr_ssm_read: {roles: [deploy]}
ecr_codebuild: {roles: [build], repositories: [api]}
ecr_ecs_execution_role: {parameter_names: [/ecr/web/url]}
github_repos: [{repo: acme/web, id: 1, owner_id: 2, push: [web]}]
"""


def test_it_is_told_who_reads_the_parameters():
    change = change_of({"dev.yaml": DEV + READ + TWO}, {"dev.yaml": f"{DEV}{READ}ecr_ssm_prefix: /shop\n{TWO}"})
    api, web = judge_parameters(change)
    assert api.details == (
        "read by the policy shop-dev-ecr-codebuild, which is attached to build",
        "read by the policy ECRSSMParameterRead, which is attached to deploy",
    )
    assert web.details == (
        "read by the role shop-dev-ecr-ecs-execution, for the containers of tasks",
        "read by the policy ECRSSMParameterRead, which is attached to deploy",
        "read by the role shop-dev-github-acme-web of jobs of acme/web",
    )


def test_repositories_that_lose_the_same_are_told_the_same():
    change = change_of({"dev.yaml": DEV + TWO}, {"dev.yaml": f"{DEV}ecr_ssm_prefix: /shop\n{TWO}"})
    one, other = judge_parameters(change)
    assert (one.what, one.fix, one.path, one.details) == (other.what, other.fix, other.path, other.details)
    assert one.what == "is published below /shop/NAME: its parameters below /ecr/NAME are destroyed"
