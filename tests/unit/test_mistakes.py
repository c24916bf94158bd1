"""Every kind of mistake in an environment file, with the message that it makes, word for word.

A message says where (file, line and key), what must hold, what was got and what to do.
"""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.errors import InvalidInput
from tests.unit.every_option import ENVIRONMENTS
from tests.unit.file_models import KEYS as KEYS_OF_MODELS
from tests.unit.message_tables import TABLES, read

MINIMAL = "project: shop\nenv: dev\nregion: us-east-1\n"


def built(numbers: range, entry: str, brackets: str = "{}") -> str:
    """Return a mapping or list in YAML with one entry for each number, which stands in it for `#`."""
    return brackets[0] + ", ".join(entry.replace("#", str(number)) for number in numbers) + brackets[1]


LONG_KEY, LONG_NAME, OTHER_DIGITS = "k" * 129, "n" * 257, "\N{ARABIC-INDIC DIGIT ONE}" * 12
ALIASES = "".join(f"  k{number}: &k{number} {built(range(10), f'*k{number - 1}', '[]')}\n" for number in range(1, 8))
ACCOUNTS = built(range(10**11, 10**11 + 400), "'#'", "[]")
FEWER_ACCOUNTS = built(range(10**11, 10**11 + 100), "'#'", "[]")
ENDPOINTS = "vpc_name: shop, subnet_tags: {a: b}, route_table_tags: {a: b}"
BUCKETS = built(range(100, 500), "'arn:aws:s3:::shop-assets-#'", "[]")
EXCLUDED = built(range(101), "'arn:aws:iam::111111111111:role/scanner-#'", "[]")
REGIONS = built(range(26), "{region: us-west-#}", "[]")
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:deploy"
TAGS = built(range(20), f"t#{'x' * 100}", "[]")
RULE = "{tag_status: tagged, tag_pattern_list: [t#], count_type: sinceImagePushed, count_number: 5}"
REPLICATED = "{enable_replication: true, replication_destinations: [{region: us-west-#}]}"
NAME_FIX = (
    "Use lowercase letters and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', "
    "2 to 256 characters in all."
)

# What is too long to be written down: the YAML, and the sentences of its message.
# Names that no filter can match several of without one of those that are not to be scanned.
SCANNED = ", ".join(
    f"{number:03}x{number:03}: {{enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}}, "
    f"{number:03}y{number:03}: {{scan_on_push: false}}"
    for number in range(101)
)
BUILT_AT_THE_TOP = {
    "tab_as_indentation": (
        "tags:\n\tTeam: web\n",
        "dev.yaml:5: must be YAML (found character that cannot start any token).",
        "Indent with spaces, and write text that begins with a sign in quotes. [yaml-syntax]",
    ),
    "brackets_too_deep": (
        "tags: " + "[" * 100_000,
        "dev.yaml:4: must hold at most 50 levels. Use fewer levels and aliases. [yaml-size]",
    ),
    "aliases_that_multiply": (
        f"tags:\n  k0: &k0 [x]\n{ALIASES}",
        "dev.yaml:5: must hold at most 200,000 values, those of an alias counted wherever it stands.",
        "Use fewer levels and aliases. [yaml-size]",
    ),
    "file_too_large": (
        "#" * 5_000_000,
        "dev.yaml: must have at most 5,000,000 bytes, got more.",
        "Check whether it is an environment file. [file-size]",
    ),
    "account_id_in_other_digits": (
        f'account_id: "{OTHER_DIGITS}"\n',
        f"dev.yaml:4: account_id: must be an AWS account id of 12 digits, got '{OTHER_DIGITS}'.",
        "Write the 12 digits alone, in quotes. [account-id]",
    ),
    "tag_with_a_long_key": (
        f"tags:\n  {LONG_KEY}: x\n",
        f"dev.yaml:5: tags.{LONG_KEY}: must have keys of 1 to 128 characters, got '{LONG_KEY[:56]}....",
        "Shorten the key, or give it a name. [tags]",
    ),
    "tag_with_a_long_value": (
        f"tags:\n  Team: {'v' * 257}\n",
        "dev.yaml:5: tags.Team: must have values of at most 256 characters, got 257 characters.",
        "Shorten the value. [tags]",
    ),
    "too_many_tags": (
        f"tags: {built(range(51), 'k#: x')}\n",
        "dev.yaml:4: tags: must have at most 50 entries, got 51. Remove some; default tags count as well. [tags]",
    ),
    "too_many_tags_with_those_of_every_environment": (
        f"tags: {built(range(48), 'k#: x')}\n",
        "dev.yaml:4: tags: must have at most 50 entries, with Project, Environment and ManagedBy, got 51.",
        "Remove some. [tags]",
    ),
    "state_key_too_long": (
        f"bucket: my-bucket\nstate_key: {'k' * 1025}\n",
        f"dev.yaml:5: state_key: must have at most 1024 characters, got '{'k' * 56}.... Shorten it. [range]",
    ),
    "prefix_too_long": (
        f"ecr_ssm_prefix: /{'p' * 938}\n",
        "dev.yaml:4: ecr_ssm_prefix: must be at most 938 characters, so that every parameter's ARN has at most 1011,",
        "got 939 characters. Shorten it. [ssm-path-length]",
    ),
    "endpoints_of_too_many_buckets": (
        f"ecr_vpc_endpoints:\n  {{{ENDPOINTS}, s3_bucket_arns: {BUCKETS}}}\n",
        "dev.yaml:5: ecr_vpc_endpoints.s3_bucket_arns: must make a policy of at most 20,480 characters, got 25,862.",
        "Set s3_policy to open, or name fewer. [endpoints-policy-size]",
    ),
    "more_principals_whose_pulls_do_not_count_than_ecr_takes": (
        f"ecr_pull_time_update_exclusions:\n  {EXCLUDED}\n",
        "dev.yaml:4: ecr_pull_time_update_exclusions: must come to at most 100 exclusions in an account and region,",
        "got 101. Have several programs pull by one role, and exclude that. [pull-exclusions]",
    ),
    "repository_with_a_long_name": (
        f"ecr_repositories:\n  {LONG_NAME}: {{}}\n",
        f"dev.yaml:5: ecr_repositories.{LONG_NAME}: must be a name that ECR takes, got '{LONG_NAME[:56]}....",
        f"{NAME_FIX} [logical-name]",
    ),
    "repository_whose_name_the_template_makes_too_long": (
        f"ecr_repositories:\n  {LONG_NAME[:-1]}: {{}}\n",
        f"dev.yaml:5: ecr_repositories.{LONG_NAME[:-1]}.repository_name: must be a name that ECR takes,",
        f"got 'shop-dev-{LONG_NAME[:47]}.... {NAME_FIX} [repository-name]",
    ),
    "more_parameters_than_parameter_store_takes": (
        f"ecr_repositories: {built(range(1251), 'r#: {}')}\n",
        "dev.yaml:4: ecr_repositories: must come to at most 10,000 Standard parameters in one account and region,",
        "got 10,008. Set ecr_ssm_layout: config, which publishes two of 8 for each repository. [ssm-limit]",
    ),
    "more_replication_rules_than_ecr_takes": (
        f"ecr_repositories: {built(range(11), f'r#: {REPLICATED}')}",
        (
            "dev.yaml:4: ecr_repositories: must come to at most 10 replication rules, which Terraform's AWS provider "
            "takes;"
        ),
        "ECR itself takes 25, got 11.",
        "Let repositories share the same destinations, or use prefixes that several share. [replication-rules]",
    ),
    "more_destinations_than_ecr_takes": (
        f"ecr_defaults: {{enable_replication: true, replication_destinations: {REGIONS}}}\necr_repositories: {{web: }}",
        "dev.yaml:5: ecr_repositories: must have at most 25 different replication destinations in one registry,",
        "got 26. Replicate to fewer regions or accounts. [replication-destinations]",
    ),
    "template_with_a_long_description": (
        f"ecr_creation_templates:\n  shop: {{applied_for: [REPLICATION], description: {'x' * 256}}}\n",
        "dev.yaml:5: ecr_creation_templates.shop.description: must have at most 255 characters, got 256. Shorten it.",
        "[template-description]",
    ),
    "public_description_that_is_too_long": (
        f"ecr_public_repositories:\n  cli: {{description: {'x' * 1025}}}\n",
        "dev.yaml:5: ecr_public_repositories.cli.description: must be at most 1,024 characters, got 1,025. Shorten it.",
        "[public-catalog]",
    ),
    "public_architectures_that_are_too_many": (
        f"ecr_public_repositories:\n  cli: {{architectures: [{', '.join(['ARM'] * 51)}]}}\n",
        "dev.yaml:5: ecr_public_repositories.cli.architectures: must have at most 50 entries, got 51. Remove some.",
        "[public-catalog]",
    ),
    "public_operating_system_that_is_too_long": (
        f"ecr_public_repositories:\n  cli: {{operating_systems: [Linux, {'x' * 51}]}}\n",
        f"dev.yaml:5: ecr_public_repositories.cli.operating_systems[1]: must be 1 to 50 characters, got '{'x' * 51}'.",
        "Write it as in Linux or Windows. [public-catalog]",
    ),
    "policy_of_more_repositories_than_iam_takes": (
        f"ecr_repositories: {built(range(100), 'r#: {}')}\necr_ssm_layout: config\necr_node_pull: true\n",
        "dev.yaml:6: ecr_node_pull.repositories: must make a policy of at most 6,144 characters, got 6,358.",
        "Name the repositories that it needs, or divide them among several. [identity-size]",
    ),
    "more_tags_than_an_event_pattern_holds": (
        f"ecr_repositories: {{web: }}\necr_deployments:\n  trigger: push\n  target_arn: {FUNCTION}\n  tags: {TAGS}\n",
        "dev.yaml:8: ecr_deployments.tags: must make an event pattern of at most 2,048 characters, got 2,321.",
        "Name fewer tags, or use '*' in one of them. [event-pattern]",
    ),
    "more_filters_than_ecr_takes": (
        f"ecr_ssm_layout: config\necr_repository_name: '{{name}}'\necr_repositories: {{{SCANNED}}}\n",
        "dev.yaml:6: ecr_repositories: must come to at most 100 filters for CONTINUOUS_SCAN, got 101 repositories and",
        "0 filters, with no wildcards for the first alone. Scan more repositories at the same frequency, or give",
        "those of one frequency a common prefix. [scanning-filters]",
    ),
}
BUILT_IN_A_REPOSITORY = {
    "more_accounts_than_a_policy_holds": (
        f"enable_cross_account_access: true\nallowed_account_ids: {ACCOUNTS}\n",
        "dev.yaml:7: ecr_repositories.web.allowed_account_ids: must make a policy of at most 10,240 characters,",
        "got 13,463. Grant to an organisation or organisational unit instead of single accounts. [policy-size]",
    ),
    "more_accounts_than_a_policy_holds_with_lambda": (
        f"enable_cross_account_access: true\nenable_lambda_pull: true\nallowed_account_ids: {FEWER_ACCOUNTS}\n",
        "dev.yaml:8: ecr_repositories.web.allowed_account_ids: must make a policy of at most 10,240 characters,",
        "got 12,572. Grant to an organisation or organisational unit instead of single accounts. [policy-size]",
    ),
    "too_many_lifecycle_rules": (
        f"lifecycle_rules: {built(range(51), RULE, '[]')}",
        "dev.yaml:6: ecr_repositories.web.lifecycle_rules: must hold 1 to 50 rules with those of the shortcuts,",
        "got 52. Merge or remove rules. [lifecycle-rules]",
    ),
    "too_much_text_in_lifecycle_rules": (
        f"lifecycle_rules: [{RULE[:-1]}, description: {'d' * 30_720}}}]",
        "dev.yaml:6: ecr_repositories.web.lifecycle_rules: must make JSON text of 100 to 30,720 characters,",
        "got 31,091. Shorten the descriptions and the lists of tags. [lifecycle-size]",
    ),
    "too_many_tags_with_those_of_every_resource": (
        f"tags: {built(range(48), 'k#: x')}\n",
        "dev.yaml:6: ecr_repositories.web.tags: must have at most 50 entries, with those of every resource, got 51.",
        "Remove some. [tags]",
    ),
}
BYTES = {
    "latin_1": (
        "project: shop\nenv: dev\nregion: us-east-1\ntags:\n  City: M\xfcnchen\n".encode("latin-1"),
        "dev.yaml:5: must be text in UTF-8, got the byte 0xfc. Save it as UTF-8. [yaml-encoding]",
    ),
    "utf_16": (
        MINIMAL.encode("utf-16"),
        "dev.yaml:1: must be text in UTF-8, got the byte 0xff. Save it as UTF-8. [yaml-encoding]",
    ),
    "control_character": (
        MINIMAL.encode() + b"bucket: my\x00bucket\n",
        "dev.yaml:4: must be YAML (control characters are not allowed). Remove what is not text. [yaml-syntax]",
    ),
}


def in_a_repository(text: str) -> str:
    """Return a minimal environment that says this of its repository `web`."""
    return f"{MINIMAL}ecr_repositories:\n  web:\n{textwrap.indent(text, '    ')}"


CASES = {f"{table.stem}-{name}": case for table in TABLES for name, case in read(table.read_text("utf-8")).items()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_is_reported_in_these_words(messages, notices, case):
    assert case.errors or case.notices
    assert messages(**case.files) == case.errors
    if not case.errors:
        assert notices(**case.files) == case.notices


def built_cases() -> dict[str, tuple[str | bytes, str]]:
    """Return the file and its message for each mistake that takes too much text to be written out."""
    return {
        **{name: (content, " ".join(words)) for name, (content, *words) in BYTES.items()},
        **{name: (MINIMAL + text, " ".join(words)) for name, (text, *words) in BUILT_AT_THE_TOP.items()},
        **{name: (in_a_repository(text), " ".join(words)) for name, (text, *words) in BUILT_IN_A_REPOSITORY.items()},
    }


@pytest.mark.parametrize(("content", "expected"), built_cases().values(), ids=built_cases().keys())
def test_a_mistake_that_takes_much_text_is_reported_in_these_words(messages, content, expected):
    assert messages(dev=content) == [expected]


def test_every_code_that_files_can_cause_has_a_case():
    messages = [message for case in CASES.values() for message in (*case.errors, *case.notices)]
    messages += [message for _, message in built_cases().values()]
    said = {re.search(r"\[([a-z0-9-]+)\]$", message)[1] for message in messages}
    assert said == {code for code, entry in catalogue().items() if entry.by == "files"}


def test_what_the_environment_acknowledges_is_not_shown(load):
    text = "acknowledge: [replacement-allowed]\necr_repositories: {web: {allow_replacement: true}}\n"
    (environment,) = load(dev=MINIMAL + text)
    assert environment.notices == ()
    assert [notice.code for notice in environment.acknowledged] == ["replacement-allowed"]


def test_what_is_just_within_the_limits_is_no_mistake(messages):
    assert (
        messages(dev=f"{MINIMAL}tags: {built(range(47), 'k#: x')}\necr_repositories: {{web: {{tags: {{k1: y}}}}}}\n")
        == []
    )
    assert messages(dev=in_a_repository(f"tags: {built(range(47), 'k#: x')}")) == []
    accounts = f"enable_cross_account_access: true\nallowed_account_ids: {FEWER_ACCOUNTS}\n"
    assert messages(dev=in_a_repository(accounts)) == []


def test_all_mistakes_of_a_file_are_reported_at_once_in_the_order_of_its_lines(messages):
    text = """\
    schema_version: 6
    project: Shop
    env: dev
    region: us-east-1
    account: "111111111111"
    tags:
      CostCenter: 12
    ecr_defaults:
      max_image_count: 0
      protected_tags: ["a*b*c*d*e*"]
    ecr_repositories:
      web:
        image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
        lifecycle_rules:
          - {tag_status: all, count_type: imageCountMoreThan, count_number: 5}
          - {tag_status: any, count_type: imageCountMoreThan}
      Api:
        enable_replication: true
        scan_on_push: maybe
      web/url:
        kms_key: {alias: alias/ecr}
        organization_id: 12345
      web/url: {}
    """
    found = messages(dev=textwrap.dedent(text))

    assert [re.match(r"dev\.yaml:(\d+): ([^:]+): .*\[(.*)\]$", message).groups() for message in found] == [
        ("23", "ecr_repositories.web/url", "yaml-duplicate-key"),
        ("1", "schema_version", "choice"),
        ("2", "project", "project-name"),
        ("5", "account", "unknown-key"),
        ("7", "tags.CostCenter", "type"),
        ("9", "ecr_defaults.max_image_count", "range"),
        ("12", "ecr_repositories.web.image_tag_mutability_exclusion_filters", "tag-exclusion-filters"),
        ("15", "ecr_repositories.web.lifecycle_rules[0].tag_status", "choice"),
        ("16", "ecr_repositories.web.lifecycle_rules[1].count_number", "required"),
        ("17", "ecr_repositories.Api", "logical-name"),
        ("17", "ecr_repositories.Api.replication_destinations", "replication-destination"),
        ("19", "ecr_repositories.Api.scan_on_push", "type"),
        ("20", "ecr_repositories.web/url", "ssm-collision"),
        ("21", "ecr_repositories.web/url.kms_key", "kms-key-unused"),
        ("22", "ecr_repositories.web/url.organization_id", "type"),
    ]


def test_a_mistake_in_an_alias_is_reported_once_for_each_use_at_the_line_where_it_is_written(messages):
    text = "ecr_repositories:\n  web: &same\n    max_image_count: 0\n  api: *same\n"
    assert [message.split(": must")[0] for message in messages(dev=MINIMAL + text)] == [
        "dev.yaml:6: ecr_repositories.api.max_image_count",
        "dev.yaml:6: ecr_repositories.web.max_image_count",
    ]


def places(value: object, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Return the path of everything that a file says."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, *path, key)


def parent_of(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return the mapping or list that holds the last part of a path."""
    for part in path[:-1]:
        data = data[part]
    return data


KEYS = [
    pytest.param(data, path, id=f"{name}-{'.'.join(map(str, path))}")
    for name, data in ENVIRONMENTS.items()
    for path in places(data)
    if isinstance(path[-1], str) and not {"image_tag_mutability_exclusion_filters", "lifecycle_policy"} & {*path[:-1]}
]


@pytest.mark.parametrize("data", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_the_environments_with_every_option_have_no_mistake(messages, data):
    assert messages(dev=yaml.safe_dump(data)) == []


def test_the_environments_have_every_option():
    said = {path[-1] for data in ENVIRONMENTS.values() for path in places(data)}
    assert KEYS_OF_MODELS - said == set()


@pytest.mark.parametrize(("data", "path"), KEYS)
def test_a_wrong_value_causes_no_problem_elsewhere(load, data, path):
    data = copy.deepcopy(data)
    parent_of(data, path)[path[-1]] = [[1]]

    with pytest.raises(InvalidInput) as raised:
        load(dev=yaml.safe_dump(data))
    assert {problem.path[: len(path)] for problem in raised.value.problems} == {path}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        each
        for each in KEYS
        if not {"conditions", "keep_tagged_per_pattern", "tags", "resource_tags", "vpc_tags", "route_table_tags"}
        & {*each.values[1][:-1]}
        and len(each.values[1]) != 2
    ],
)
def test_a_misspelt_key_causes_no_problem_elsewhere(messages, data, path):
    data = copy.deepcopy(data)
    parent, key = parent_of(data, path), path[-1]
    parent[f"{key}_"] = parent.pop(key)

    (message,) = messages(dev=yaml.safe_dump(data))
    assert message.endswith(f"{key}_: must be a known key, got '{key}_'. Did you mean '{key}'? [unknown-key]")


PLAUSIBLE = ["KMS", "IMMUTABLE", "us-east-1", "alias/ecr", "111111111111", "${var.x}", "/ecr", "any", "latest", "<arn>"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, 7, 10**30])
    | st.floats()
    | st.dates()
    | st.text(max_size=5)
    | st.sampled_from(PLAUSIBLE)
)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
ALL_KEYS = sorted({str(path[-1]) for data in ENVIRONMENTS.values() for path in places(data)} | {"alias", *PLAUSIBLE})
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(ALL_KEYS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A right environment with anything in some places of it."""
    data = copy.deepcopy(draw(st.sampled_from(list(ENVIRONMENTS.values()))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([*places(data)]))
        parent, key = parent_of(data, path), path[-1]
        parent[draw(st.sampled_from([key, *ALL_KEYS])) if isinstance(parent, dict) else key] = draw(VALUES)
    return data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(data=damaged())
def test_whatever_a_file_holds_it_loads_or_is_refused_with_problems_of_one_line_each(messages, data):
    for message in messages(dev=yaml.dump(data, Dumper=Dumper)):
        assert re.fullmatch(r"dev\.yaml(:\d+)?: .+ \[[a-z0-9-]+\]", message)
