"""What the environment files are allowed at the limits of AWS, the constructs take: both judge one description."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput
from stacks.app import build_app

Environment = dict[str, Any]
Files = dict[str, Environment]

OWN, OTHER = "111111111111", "222222222222"
LONGEST_ORGANIZATION = f"o-{'x' * 32}"


def environment(name: str, **said: Any) -> Environment:
    """Return an environment that publishes nothing, with these keys."""
    defaults = {"publish_to_ssm": False, **said.pop("ecr_defaults", {})}
    head = {"project": "shop", "env": name, "region": "us-east-1", "ecr_repository_name": "{name}"}
    return {**head, "ecr_defaults": defaults, "ecr_repositories": {}, **said}


def accounts(number: int) -> list[str]:
    return [f"{200_000_000_000 + each}" for each in range(number)]


ACCOUNT = st.sampled_from([{}, {"account_id": OWN}])
ORGANIZATION = st.sampled_from([{}, {"organization": True}, {"organization_id": LONGEST_ORGANIZATION}])


@st.composite
def repository_policies(draw: st.DrawFn) -> Files:
    """A repository's policy of about 10,240 characters."""
    functions = draw(st.booleans())
    number = draw(st.integers(100, 140) if functions else st.integers(285, 312))
    options = {"enable_cross_account_access": True, "allowed_account_ids": accounts(number)}
    repositories = {"web": {**options, "enable_lambda_pull": functions}}
    return {"dev": environment("dev", **draw(ACCOUNT), **draw(ORGANIZATION), ecr_repositories=repositories)}


@st.composite
def level_policies(draw: st.DrawFn) -> Files:
    """A repository's policy of about 10,240 characters, of levels and statements of its own."""
    level = draw(st.sampled_from(["pull", "push", "read", "admin"]))
    who = [*accounts(draw(st.integers(240, 300))), draw(st.sampled_from(["organization", LONGEST_ORGANIZATION]))]
    statement = {"sid": "Own", "actions": ["ecr:BatchGetImage"], "principals": accounts(draw(st.integers(1, 20)))}
    options = {f"{level}_principals": who, "policy_statements": [statement] if draw(st.booleans()) else []}
    return {"dev": environment("dev", **draw(ACCOUNT), ecr_repositories={"web": options})}


@st.composite
def template_policies(draw: st.DrawFn) -> Files:
    """A template's policy of about 10,240 characters."""
    template = {"applied_for": ["REPLICATION"], "allowed_account_ids": accounts(draw(st.integers(285, 312)))}
    if draw(st.booleans()):
        template["organization_id"] = LONGEST_ORGANIZATION
    return {"dev": environment("dev", **draw(ACCOUNT), ecr_creation_templates={"shop": template})}


@st.composite
def registry_policies(draw: st.DrawFn) -> Files:
    """A registry's policy of about 10,240 characters, of which another file may make a part."""
    number = draw(st.integers(20, 40))
    sources = [
        {"account_id": each, "create_repository": draw(st.booleans()), "repository_prefixes": [f"team{each[-3:]}/"]}
        for each in accounts(number)
    ]
    caches = {"quay": {"upstream": "quay", "principals": accounts(draw(st.integers(1, 60)))}}
    dev = environment(
        "dev",
        account_id=OWN,
        ecr_registry_policy={"replication_sources": sources},
        ecr_pull_through_caches=caches if draw(st.booleans()) else {},
    )
    to = {"enable_replication": True, "replication_destinations": [{"region": "us-east-1", "registry_id": OWN}]}
    names = {f"r{each}": dict(to) for each in range(draw(st.integers(0, 40)))}
    return {"dev": dev, "prod": environment("prod", account_id=OTHER, ecr_repositories=names)}


CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
# A filter for two of these has one character besides its `*` at most, and so matches one of `DOUBLES` as well.
UNLIKE = [CHARACTERS[i] + CHARACTERS[12 + j] + CHARACTERS[24 + (i + j) % 12] for i in range(12) for j in range(12)]
DOUBLES = {each * 2: {"scan_on_push": False} for each in CHARACTERS}


def scanned(names: list[str], **options: Any) -> dict[str, Any]:
    return {each: dict(options) for each in names}


@st.composite
def filters(draw: st.DrawFn) -> Files:
    """About 100 names in one or two files, each of which needs a filter of its own."""
    here = draw(st.sampled_from([50, 90, 99, 100, 101]))
    there = draw(st.integers(99 - here, 101 - here)) if here < 99 else 0
    enhanced = scanned(UNLIKE[:here], enable_enhanced_scanning=True)
    dev = environment("dev", account_id=OWN, ecr_repositories={**enhanced, **DOUBLES})
    on_push = scanned(UNLIKE[here : here + there])
    prod = environment("prod", account_id=OWN, ecr_ssm_prefix="/prod", ecr_repositories=on_push)
    return {"dev": dev, "prod": prod}


@st.composite
def replication(draw: st.DrawFn) -> Files:
    """About 10 rules, or about 25 destinations, some of which say the own account."""
    regions = [f"eu-{word}-{number}" for word in ("west", "south", "north") for number in range(1, 10)]

    def destination(region: str) -> dict[str, str]:
        return {"region": region, **({"registry_id": OWN} if draw(st.booleans()) else {})}

    def replicated(some: list[str]) -> dict[str, Any]:
        return {"enable_replication": True, "replication_destinations": [destination(each) for each in some]}

    number = draw(st.integers(9, 11))
    by_rules = {f"r{each}": replicated([regions[each]]) for each in range(number)}
    by_destinations = {"web": replicated(regions[: draw(st.integers(24, 26))])}
    repositories = draw(st.sampled_from([by_rules, by_destinations]))
    if repositories is by_rules and draw(st.booleans()):
        repositories["again"] = replicated([regions[0]])
    return {"dev": environment("dev", **draw(ACCOUNT), ecr_repositories=repositories)}


@st.composite
def lifecycle(draw: st.DrawFn) -> Files:
    """About 50 rules, of the repository, its defaults and a template, with whatever defaults add to them."""
    rules = [
        {
            "tag_status": "tagged",
            "tag_pattern_list": [f"v{each}.*"],
            "count_type": "imageCountMoreThan",
            "count_number": 1,
        }
        for each in range(draw(st.integers(46, 51)))
    ]
    shortcuts = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "max_image_count": st.sampled_from([None, 5]),
                "expire_untagged_after_days": st.just(7),
                "expire_tagged_after_days": st.just(30),
                "keep_tagged_per_pattern": st.sampled_from([{}, {"rc-*": 5}, {"rc-*": 5, "env-*": 9}]),
                "delete_archived_after_days": st.just(90),
                "retention": st.sampled_from([None, "development", "production"]),
                "protected_tags": st.sampled_from([[], ["release"], ["release", "v1.*"]]),
            },
        )
    )
    said = {"lifecycle_rules": rules, **shortcuts}
    where = draw(st.sampled_from(["repository", "defaults", "template"]))
    if where == "template":
        return {"dev": environment("dev", ecr_creation_templates={"shop": {"applied_for": ["REPLICATION"], **said}})}
    if where == "defaults":
        return {"dev": environment("dev", ecr_defaults=said, ecr_repositories={"web": {}})}
    return {"dev": environment("dev", ecr_repositories={"web": said})}


@st.composite
def identities(draw: st.DrawFn) -> Files:
    """A managed policy of about 6,144 characters, or a role's of about 10,240."""
    keys = {
        "ecr_node_pull": (110, 115),
        "ecr_lambda_pull": (113, 118),
        "ecr_codebuild": (109, 114),
        "ecr_ecs_execution_role": (188, 193),
    }
    key = draw(st.sampled_from([*keys]))
    repositories = {f"r{each:02}": {} for each in range(draw(st.integers(*keys[key])))}
    options = {"repositories": [*repositories]} if draw(st.booleans()) else {}
    return {"dev": environment("dev", **draw(ACCOUNT), **{key: options}, ecr_repositories=repositories)}


LIMITS = st.one_of(
    identities(),
    repository_policies(),
    level_policies(),
    template_policies(),
    registry_policies(),
    filters(),
    replication(),
    lifecycle(),
)


def judge(files: Files) -> list[str]:
    """Return the codes of what validation refuses; where it refuses nothing, synthesise."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder, "environments")
        directory.mkdir()
        for name, said in files.items():
            # JSON is YAML that a dumper cannot make unreadable.
            (directory / f"{name}.yaml").write_text(json.dumps(said), encoding="utf-8")
        try:
            environments = load_environments(directory)
        except InvalidInput as refused:
            return sorted({problem.code for problem in refused.problems})
        build_app(environments, outdir=f"{folder}/out").synth()
        return []


@settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck])
@given(files=LIMITS)
def test_what_validation_passes_synthesis_takes(files: Files) -> None:
    event(",".join(judge(files)) or "synthesised")


# What used to pass validation and be refused by synthesis.
TOO_LONG = {
    "template_of_accounts_and_an_organisation": environment(
        "dev",
        ecr_creation_templates={
            "shop": {
                "applied_for": ["REPLICATION"],
                "allowed_account_ids": accounts(297),
                "organization_id": LONGEST_ORGANIZATION,
            }
        },
    ),
    **{
        f"own_organisation_and_{number}_accounts": environment(
            "dev",
            organization=True,
            ecr_repositories={"web": {"enable_cross_account_access": True, "allowed_account_ids": accounts(number)}},
        )
        for number in range(298, 305)
    },
}


@pytest.mark.parametrize("said", TOO_LONG.values(), ids=TOO_LONG.keys())
def test_a_policy_that_its_sids_or_the_own_organisation_make_too_long_is_refused_before_synthesis(said) -> None:
    assert judge({"dev": said}) == ["policy-size"]


def test_the_filters_of_two_files_in_one_registry_are_counted_together() -> None:
    enhanced = {**scanned(UNLIKE[:70], enable_enhanced_scanning=True), **DOUBLES}
    dev = environment("dev", account_id=OWN, ecr_repositories=enhanced)
    for last, refused in ((100, []), (101, ["scanning-filters"])):
        beside = scanned(UNLIKE[70:last])
        assert judge({"dev": dev, "prod": environment("prod", account_id=OWN, ecr_repositories=beside)}) == refused


def test_ten_thousand_parameters_are_synthesised_and_one_more_repository_is_refused() -> None:
    def published(number: int) -> Files:
        # One repository, and workloads that use it: each is published.
        used = {"mode": "use_existing", "source_service_type": "services", "source_service_name": "s"}
        services = ["s", *({"name": f"s{each}", "ecr_config": used} for each in range(number - 1))]
        return {"dev": environment("dev", ecr_defaults={"publish_to_ssm": True}, services=services)}

    assert judge(published(1251)) == ["ssm-limit"]
    assert judge(published(1250)) == []
