"""Whatever files there are, they become stacks or are refused with problems before: never anything else."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import yaml
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput
from stacks.app import build_app

# Few values of each, so that files often mean one another, and sometimes collide.
OWN_ACCOUNTS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}
ACCOUNTS = st.sampled_from(["222222222222", "333333333333", "555555555555", "111111111111"])
REGIONS = st.sampled_from(["us-east-1"] * 8 + ["eu-west-1", "cn-north-1"])
DESTINATIONS = st.sampled_from(["us-west-2", "us-west-2", "eu-west-1", "us-east-1", "cn-north-1"])
ENVIRONMENTS = st.sampled_from([*OWN_ACCOUNTS, "demo"])
NAMES = st.sampled_from(["api", "team/web", "web.v2", "1st"])
# The last leaves one level for the name and one for the parameter.
PREFIXES = st.sampled_from(["/ecr"] * 3 + ["/ecr/api", "/a/b/c/d/e/f/g/h/i/j/k/l/m"])
PROXY = "444444444444.dkr.ecr.us-east-1.amazonaws.com/shop/proxy"
URIS = st.sampled_from(
    [
        PROXY,
        "444444444444.dkr.ecr.cn-north-1.amazonaws.com.cn/proxy",
        "docker.io/library/nginx",
    ]
)
WORKLOADS = ("services", "tasks")


def some(**values):
    """Return mappings with any of these keys."""
    return st.fixed_dictionaries({}, optional=values)


def all_of(**values):
    """Return mappings with all of these keys."""
    return st.fixed_dictionaries(values)


def joined(*mappings):
    """Return mappings with what each of these has."""
    return st.tuples(*mappings).map(lambda parts: {key: part[key] for part in parts for key in part})


PUBLISHING = some(publish_to_ssm=st.booleans())
DESCRIBING = some(
    image_tag_mutability=st.sampled_from(["MUTABLE", "IMMUTABLE"]),
    repository_name=st.sampled_from(["shop/one", "shop_backend"]),
    scan_on_push=st.booleans(),
)
OPTIONS = st.one_of(
    PUBLISHING,
    DESCRIBING,
    some(
        enable_lambda_pull=st.booleans(),
        max_image_count=st.sampled_from([None, 5]),
        organization_id=st.just("o-a1b2c3d4e5"),
    ),
    some(adopt=st.sampled_from([True, ["repository"]])),
    some(renamed_from=st.sampled_from(["old", "service_old", "api"]), allow_replacement=st.booleans()),
    all_of(enable_cross_account_access=st.just(True), allowed_account_ids=st.lists(ACCOUNTS, min_size=1, max_size=1)),
    all_of(
        enable_replication=st.just(True),
        replication_destinations=st.lists(all_of(region=DESTINATIONS), min_size=1, max_size=1),
    ),
)
ECR_CONFIGS = st.one_of(
    all_of(mode=st.just("create_ecr")),
    all_of(mode=st.just("manual_repo"), repository_uri=URIS),
    all_of(mode=st.just("use_existing"), source_service_type=st.sampled_from(WORKLOADS), source_service_name=NAMES),
)
TRUSTED = st.lists(joined(all_of(account_id=ACCOUNTS), some(env=ENVIRONMENTS, region=REGIONS)), max_size=2)
TRUSTING = some(
    ecr_trusted_accounts=TRUSTED, organization_id=st.just("o-a1b2c3d4e5"), organization=st.booleans()
) | all_of(organization=st.just(True))


@st.composite
def declaring(draw, options):
    """Return what declares repositories in every form, with such options."""
    workload = joined(all_of(name=NAMES), options | all_of(ecr_config=ECR_CONFIGS))
    workloads = st.lists(NAMES | workload, max_size=3, unique_by=name_of)
    declared = draw(
        some(
            backend=st.booleans() | options | all_of(ecr_config=ECR_CONFIGS),
            ecr_repositories=st.dictionaries(NAMES, options, max_size=3),
            repository_names=st.lists(st.sampled_from(["shop/one", "two", "api/url"]), max_size=2, unique=True),
            services=workloads,
        )
    )
    names = [name_of(each) for each in declared.get("services", ())]
    sharing = all_of(
        mode=st.just("use_existing"),
        source_service_type=st.just("services"),
        source_service_name=st.sampled_from(names or ["api"]),
    )
    task = joined(all_of(name=NAMES), all_of(ecr_config=sharing) if names else options)
    return declared | draw(some(tasks=st.lists(task, max_size=3, unique_by=name_of)))


def name_of(workload):
    return workload if isinstance(workload, str) else workload["name"]


def head(name):
    """Return the keys that an environment has whatever its strategy."""
    bucket = all_of(bucket=st.just("states"))
    state = st.just({}) | joined(bucket, some(state_key=st.sampled_from([f"{name}.tfstate", "ecr.tfstate"])))
    own = all_of(project=st.just("shop"), env=st.just(name), region=REGIONS)
    own_account = st.just({"account_id": OWN_ACCOUNTS[name]})
    account = st.one_of(own_account, own_account, own_account, some(account_id=ACCOUNTS))
    template = some(ecr_repository_name=st.sampled_from(["{project}/{name}", "{project}-{env}-{name}"]))
    layout = some(ecr_ssm_layout=st.sampled_from(["parameters", "config"]), ecr_ssm_prefix=PREFIXES)
    return joined(own, account, state, template, layout, some(ecr_shards=st.integers(1, 3)))


def local(name):
    return joined(head(name), TRUSTING, some(ecr_defaults=PUBLISHING), declaring(OPTIONS))


def referring(name, source):
    """Return environments that refer to a source: to all of it, to what it declares, or to anything."""
    from_source = all_of(ecr_source_env=st.just(source["env"]))
    where = st.one_of(
        from_source,
        from_source,
        all_of(ecr_account_id=st.just(OWN_ACCOUNTS["dev"]), ecr_account_region=REGIONS),
        some(ecr_account_id=ACCOUNTS, ecr_account_region=REGIONS, ecr_source_env=ENVIRONMENTS),
    )
    declared = st.one_of(st.just({}), st.just(bare(source)), declaring(PUBLISHING), declaring(PUBLISHING | DESCRIBING))
    return joined(head(name), all_of(ecr_strategy=st.just("cross_account")), where, declared)


def bare(source):
    """Return what a file declares, without any options."""
    return {
        "backend": bool(source.get("backend", False)),
        "ecr_repositories": dict.fromkeys(source.get("ecr_repositories", ())),
        "repository_names": source.get("repository_names", []),
        **{key: [name_of(each) for each in source.get(key, ())] for key in WORKLOADS},
    }


@st.composite
def environment_files(draw):
    """Return one to three files by name, the first of them with repositories of its own."""
    files = {"dev": draw(local("dev"))}
    if draw(st.booleans()):
        # As it should be: an organisation would let everybody in.
        files["dev"] |= {"ecr_trusted_accounts": [{"account_id": "222222222222"}, {"account_id": "333333333333"}]}
    for name in ("staging", "prod")[: draw(st.integers(0, 2))]:
        files[name] = draw(referring(name, files["dev"]) | local(name))
    return files


def plain(name, **more):
    """Return an environment in its own account."""
    own = {"project": "shop", "env": name, "region": "us-east-1", "account_id": OWN_ACCOUNTS[name]}
    return own | more


def using(service):
    return {"mode": "use_existing", "source_service_type": "services", "source_service_name": service}


FROM_DEV = {"ecr_strategy": "cross_account", "ecr_source_env": "dev"}
EVERY_FORM = {
    "backend": True,
    "ecr_repositories": {"base": {}},
    "repository_names": ["shop/one"],
    "services": ["api", "web", {"name": "own", "ecr_config": {"mode": "manual_repo", "repository_uri": PROXY}}],
    "tasks": ["job", *({"name": f"{each}-{n}", "ecr_config": using(each)} for each in ("api", "web") for n in (1, 2))],
}
WHOLE = {
    "dev": plain("dev", ecr_shards=3, organization=True, **EVERY_FORM),
    "staging": plain("staging", ecr_shards=2, **FROM_DEV),
    "prod": plain("prod", ecr_shards=3, **FROM_DEV, **EVERY_FORM),
}
# A path that only the consumer makes too long, of a repository that only the source declares.
DEEP = {
    "dev": plain("dev", organization=True, services=["team/web"]),
    "prod": plain("prod", ecr_ssm_prefix="/a/b/c/d/e/f/g/h/i/j/k/l/m", **FROM_DEV),
}


# Without the phase that explains a failure, which takes longer than to find it.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]


@settings(
    deadline=None,
    max_examples=min(60, settings().max_examples),
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(environment_files())
@example(WHOLE)
@example(DEEP)
def test_any_files_become_stacks_or_are_refused_with_problems_before(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, f"{name}.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
        try:
            environments = load_environments(Path(folder))
        except InvalidInput as error:
            event("refused")
            check_problems(error.problems)
            return
        documents = synthesised(environments, Path(folder, "out"))
    event("synthesised")
    assert set(documents) == {stack for each in environments for stack in each.stack_ids}
    for each in environments:
        stacks = [documents[stack] for stack in each.stack_ids]
        check_outputs(each, stacks)
        if each.source is not None:
            event("synthesised a consumer")
            check_consumer(each, stacks)


def check_problems(problems):
    """Check that each problem is one line that says where, what and what to do."""
    assert problems
    for problem in problems:
        assert "\n" not in str(problem)
        assert problem.source
        assert problem.rule.startswith("must ")
        assert problem.fix.endswith((".", "?"))


def synthesised(environments, outdir):
    """Return what each stack becomes."""
    build_app(environments, outdir=str(outdir)).synth()
    files = outdir.glob("stacks/*/cdk.tf.json")
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


def check_outputs(environment, stacks):
    """Check that every repository is in the outputs of one stack."""
    for output in ("ecr_repository_urls", "ecr_repository_arns", "ecr_repository_names"):
        found = [name for stack in stacks for name in stack["output"][output]["value"]]
        assert sorted(found) == sorted(environment.repositories)


def check_consumer(environment, stacks):
    """Check that nothing is made, and that all that is published is known now."""
    resources = [stack.get("resource", {}) for stack in stacks]
    assert {kind for each in resources for kind in each} <= {"aws_ssm_parameter"}
    published = [each for stack in resources for each in stack.get("aws_ssm_parameter", {}).values()]
    assert len(published) == environment.parameter_count
    assert "${" not in json.dumps(published)
