"""The JSON Schema and validation are of one mind, about files as an editor reads them: by YAML 1.2."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_constructs.config.reading.reader import read_yaml
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.errors import InvalidInput, Problem
from tests.unit.judged import is_taken_by_the_schema
from tests.unit.message_tables import TABLES, read
from tests.unit.mutated import environments
from tests.unit.yaml_core_schema import read_by_core_schema

REQUIRED = "project: shop\nenv: dev\nregion: us-east-1\n"
KMS = "ecr_encryption_type: KMS\necr_repositories: {web: }\n"

# Text below the three required keys.
BOTH_REFUSE = {
    "unknown key": "monitoring: true",
    "unknown option": "ecr_repositories: {web: {logging: true}}",
    "unknown default": "ecr_defaults: {region: us-east-1}",
    "unknown key of a rule": "ecr_defaults: {lifecycle_rules: [{tag_status: any, x: 1}]}",
    "unknown key of a destination": "ecr_defaults: {replication_destinations: [{region: us-west-2, x: 1}]}",
    "truth value in the words of YAML 1.1": "ecr_defaults: {scan_on_push: yes}",
    "truth value in another one of them": "ecr_repositories: {web: {force_delete: off}}",
    "truth value in quotes": 'ecr_defaults: {scan_on_push: "true"}',
    "truth value as a number": "ecr_enable_inspector: 1",
    "account as a number": "account_id: 111111111111",
    "account with a zero in front": "account_id: 012345678901",
    "account in octal digits": "ecr_trusted_accounts: [{account_id: 001234567012}]",
    "account in a list without quotes": "ecr_defaults: {allowed_account_ids: [222222222222]}",
    "account of eleven digits": 'account_id: "11111111111"',
    "tag as a number": "tags: {a: 1}",
    "tag as a commit that looks like a number": "tags: {Commit: 12e4}",
    "tag without a value": "tags: {a: }",
    "tags as a list": "tags: [a]",
    "tag with the prefix of AWS": "tags: {AWS:owner: a}",
    "count of zero": "ecr_defaults: {max_image_count: 0}",
    "count in quotes": 'ecr_defaults: {max_image_count: "5"}',
    "count with a fraction": "ecr_defaults: {max_image_count: 5.5}",
    "count with an underscore": "ecr_defaults: {max_image_count: 1_000}",
    "count beyond every number": "ecr_defaults: {max_image_count: 1e300}",
    "shards beyond the limit": "ecr_shards: 101",
    "retention that CloudWatch Logs does not know": "ecr_log_retention_days: 31",
    "mutability in lower case": "ecr_defaults: {image_tag_mutability: immutable}",
    "filter of another type": "ecr_defaults: {image_tag_mutability_exclusion_filters: [{filter: a, filter_type: b}]}",
    "policy as a list": "ecr_repositories: {web: {lifecycle_policy: []}}",
    "policy as text that is no object": 'ecr_repositories: {web: {lifecycle_policy: "[]"}}',
    "state key of nothing": 'bucket: states\nstate_key: ""',
    "repository as text": "ecr_repositories: {web: latest}",
    "repositories as a list": "ecr_repositories: [web]",
    "repositories without a value": "ecr_repositories:",
    "repository in capitals": "ecr_repositories: {Web: }",
    "repository with a name of one character": "ecr_repositories: {web: {repository_name: w}}",
    "public repository with a key of one character": "ecr_public_repositories: {c: {description: The command line}}",
    "public repository described in control characters": 'ecr_public_repositories: {cli: {description: "\\e[1m"}}',
    "bucket in capitals": "bucket: My-Bucket",
    "template of names without the name": 'ecr_repository_name: "{project}"',
    "provider's version without quotes": "aws_provider_version: 6.25",
    "provider's version in words": "aws_provider_version: latest",
    "schema version of the past": "schema_version: 6",
    "priority of zero": "ecr_defaults: {lifecycle_rules: [{rule_priority: 0, tag_status: any}]}",
    "key without its output": "ecr_kms_key: {remote_state: {bucket: states, key: k, region: us-east-1}}",
    "key in another shape": "ecr_kms_key: {arn: x}",
    "key by the ARN of its alias": f"{KMS}ecr_kms_key: arn:aws:kms:us-east-1:111111111111:alias/ecr",
    "key by its id": f"{KMS}ecr_kms_key: 1234abcd-12ab-34cd-56ef-1234567890ab",
    "key in two ways": f"{KMS}ecr_kms_key: {{alias: alias/ecr, ssm_parameter: /ecr/key}}",
    "key that is not created": f"{KMS}ecr_kms_key: {{create: false}}",
    "key that a repository creates": "ecr_repositories: {web: {encryption_type: KMS, kms_key: {create: true}}}",
    "key that the log creates": "ecr_enable_scan_findings_logging: true\necr_log_kms_key: {create: true}",
    "cache of what ECR cannot cache": "ecr_pull_through_caches: {hub: dockerhub}",
    "cache of a path": "ecr_pull_through_caches: {quay: {upstream: quay.io/team}}",
}
BOTH_TAKE = {
    "nothing more": "",
    "repositories without options": "ecr_repositories: {web: , api: {}}",
    "null where a default is switched off": "ecr_repositories: {web: {max_image_count: null}}",
    "null in its other spellings": "ecr_repositories: {web: {max_image_count: ~}, api: NULL}",
    "whole number with a fraction of zero": "ecr_defaults: {max_image_count: 5.0}\necr_shards: 2.0",
    "whole number in another base": "ecr_defaults: {max_image_count: 0x10, max_untagged_count: 0o17}",
    "whole number with a zero in front": "ecr_defaults: {max_image_count: 010}",
    "truth value in capitals": "ecr_defaults: {scan_on_push: FALSE}",
    "text that YAML 1.1 reads otherwise": "tags: {Answer: no, Side: off, Size: 1_000, Time: 1:30, Day: 2024-01-01}",
    "key that YAML 1.1 reads otherwise": "ecr_repositories: {on: {tags: {y: n}}}",
    "project that YAML 1.1 reads otherwise": "organization_tag: yes",
    "account with a zero in front, in quotes": "account_id: '012345678901'",
    "mapping brought in by a merge": "ecr_repositories: {web: &web {scan_on_push: false}, api: {<<: *web}}",
    "key by its alias": "ecr_encryption_type: KMS\necr_kms_key: {alias: alias/ecr}",
    "key by its arn": "ecr_encryption_type: KMS\necr_kms_key: arn:aws:kms:us-east-1:111111111111:key/1234abcd",
    "key that is created": f"{KMS}ecr_kms_key: {{create: true, alias: null}}",
    "cache by a host in capitals": "ecr_pull_through_caches: {quay: https://Quay.IO/}",
    "public repository with a name beside its key": "ecr_public_repositories: {c: {repository_name: shop/cli}}",
    "policy as text": (
        "ecr_repositories:\n  web:\n    lifecycle_policy: |\n"
        '      {"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan",\n'
        '        "countNumber": 5}, "action": {"type": "expire"}}]}'
    ),
    "filters in both shapes": (
        "ecr_repositories: {web: {image_tag_mutability: MUTABLE_WITH_EXCLUSION, "
        "image_tag_mutability_exclusion_filters: [a, {filter: b, filter_type: WILDCARD}, {filter: c}]}}"
    ),
}


@pytest.mark.parametrize("text", BOTH_REFUSE.values(), ids=BOTH_REFUSE.keys())
def test_what_validation_refuses_as_unknown_or_of_a_wrong_form_an_editor_marks(messages, text):
    assert messages(dev=REQUIRED + text) != []
    assert not is_taken_by_the_schema(read_by_core_schema(REQUIRED + text))


@pytest.mark.parametrize("text", BOTH_TAKE.values(), ids=BOTH_TAKE.keys())
def test_what_validation_takes_an_editor_does_not_mark(messages, text):
    assert messages(dev=REQUIRED + text) == []
    assert is_taken_by_the_schema(read_by_core_schema(REQUIRED + text))


@pytest.mark.parametrize("key", ["project", "env", "region"])
def test_a_required_key_is_required_by_both(messages, key):
    text = "".join(line for line in REQUIRED.splitlines(keepends=True) if not line.startswith(key))

    assert messages(dev=text) != []
    assert not is_taken_by_the_schema(read_by_core_schema(text))


# What no schema says, by the reason: the words of rules, whatever their code, and codes with such words.
ANY = r".*"
OTHER_KEYS = "what another key or entry says, or comes to with the defaults: options are taken from several places"
RELATIONS = re.compile(
    r"must (also )?("
    r"be (given with|given and|given, because|left out|another|the only|listed once|unique|used|empty with|about)"
    r"|be an? \w+ (of (account|the|its|this)|that is|whose)|be \w+ with \w+:"
    r"|(come|go) with|come to|differ (from|by)|equal|lie in|leave|stand|say which|say who"
    r"|have a (logical )?name of its own|have at most .* with|make an? .* of its own|name (a|each|its|one)"
    r"|not (be|come|change)"
    r")(?!\w).*"
)
NOT_A_VALUE = "what no schema is shown: the file's name, and how YAML writes what it says"
WITHIN_TEXT = "what a text says in JSON"
NUMBERS_IN_TEXT = "which of two versions is the newer one"
SCRIPTS = "the letters of every script, for which the patterns of JSON Schema have no name that all languages know"
LISTS_OF_AWS = "which actions, operators and principals AWS has, and what they do together"
PARTITIONS = "the partition that a region lies in, and its domain"
ACTIONS = "which actions ECR has, whose wildcards and whose case are free"
NOT_SAID = {
    OTHER_KEYS: {
        "deployment-repositories": r"must be the logical name of a repository of the environment",
        "ecr-config-source": ANY,
        "encryption-type": r"must be AES256 or KMS outside of GovCloud",
        "endpoints-lookup": ANY,
        "identity-repository": r"must be the logical name of a repository of the environment",
        "identity-size": ANY,
        "kms-key-create": r"must be a key that exists where the repositories .*",
        "kms-key-state": ANY,
        "lifecycle-any-last": ANY,
        "oidc-source-twice": ANY,
        "organization-twice": ANY,
        "policy-condition": r"must have true or false for .*",
        "policy-public": ANY,
        "rename-source": ANY,
        "rename-stack": ANY,
        "rename-taken": ANY,
        "repository-name": ANY,  # that a template makes; one that is said is said in the schema
        "tag-exclusion-filters": r"must have 1 to 5 entries with .*",
    },
    NOT_A_VALUE: {
        "yaml-duplicate-key": ANY,
        "yaml-expression": ANY,
        "yaml-key": ANY,
        "yaml-value": ANY,
    },
    WITHIN_TEXT: {"lifecycle-json-repeated-key": ANY, "lifecycle-json-syntax": ANY},
    NUMBERS_IN_TEXT: {
        "provider-older": ANY,
        "version-constraint": r"must take 6\.25 or a later 6\.x, .*",
    },
    LISTS_OF_AWS: {
        "policy-action-unused": ANY,
        "policy-actions": ANY,
        "policy-condition": ANY,
        "policy-principals": ANY,
        "policy-public": ANY,
        "policy-sid": r"must name one statement",
        "policy-token-action": ANY,
    },
    SCRIPTS: {"tags": r"must (have letters, digits, spaces and|be 1 to 256 letters, digits, spaces and) .*"},
    ACTIONS: {
        "policy-action-unused": ANY,
        "policy-actions": r"must have actions that ECR has",
        "policy-token-action": ANY,
    },
    PARTITIONS: {
        "grant-principal": r"must be a principal of the partition .*",
        "policy-principals": r"must have (a principal|principals of the partition .*)",
        "pull-through-upstream": r"must be a registry that ECR can cache",
        "repository-uri": ANY,
    },
}


def test_what_no_schema_says_are_errors_of_files():
    errors = {code for code, entry in catalogue().items() if entry.severity == "error" and entry.by == "files"}
    assert {code for codes in NOT_SAID.values() for code in codes} <= errors


def is_said(problem: Problem, said: Any) -> bool:
    """Tell whether a schema has to say what a problem of a file is about."""
    for part in problem.path[:-1]:
        said = said.get(part) if isinstance(said, dict) else said[part] if isinstance(said, list) else None
        if part == "lifecycle_policy" and isinstance(said, str):
            return False
    found = [codes[problem.code] for codes in NOT_SAID.values() if problem.code in codes]
    return not RELATIONS.fullmatch(problem.rule) and not any(re.fullmatch(words, problem.rule) for words in found)


def single_files() -> dict[str, str]:
    """Return the files of the tables of mistakes that are alone in their entry, and YAML."""
    found = {}
    for table in TABLES:
        for name, case in read(table.read_text("utf-8")).items():
            if case.errors and [*case.files] == ["dev.yaml"] and not any("yaml-" in each for each in case.errors):
                found[f"{table.stem}-{name}"] = case.files["dev.yaml"]
    return found


@pytest.mark.parametrize("text", single_files().values(), ids=single_files().keys())
def test_an_editor_marks_every_mistake_that_a_schema_can_say(load, text):
    said = read_by_core_schema(text)
    with pytest.raises(InvalidInput) as raised:
        load(dev=text)
    assert not is_taken_by_the_schema(said) or not any(is_said(each, said) for each in raised.value.problems)


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=environments())
def test_whatever_is_said_otherwise_in_a_right_file_an_editor_and_validation_agree(load, data):
    text = yaml.safe_dump(data, allow_unicode=True)
    said = read_by_core_schema(text)
    problems: tuple[Problem, ...] = ()
    try:
        load(dev=text)
    except InvalidInput as error:
        problems = error.problems

    if is_taken_by_the_schema(said):
        assert [str(each) for each in problems if is_said(each, said)] == []
    else:
        assert problems, "the schema refuses what validation takes"


PLAIN = st.text(st.sampled_from("~nulNULtrueTRUEfalsFALSEyonf0123456789abcdefox+-._infINFE"), max_size=8)


@given(PLAIN | st.from_regex(r"[-+]?(0[ox])?[0-9a-f_.]{1,6}([eE][-+]?[0-9]{1,2})?(:[0-5][0-9])?", fullmatch=True))
def test_a_scalar_without_quotes_is_read_as_by_the_specification(directory, text):
    file = directory / "scalar.yml"
    file.write_text(f"said: [{text}]\n", encoding="utf-8")
    try:
        expected = read_by_core_schema(file.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return
    document = read_yaml(file, name="scalar.yml")
    assert document.problems == []
    assert repr(document.data) == repr(expected)  # NaN, and 5.0 beside 5
