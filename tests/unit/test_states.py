"""Reading the repositories of Terraform states and of synthesised stacks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.changes.states import StoredRepository, read_stored
from tests.unit.validated import DEV

KEY = f"arn:aws:kms:us-east-1:{DEV}:key/one"
ATTRIBUTES = {
    "arn": f"arn:aws:ecr:us-east-1:{DEV}:repository/shop-dev-web",
    "name": "shop-dev-web",
    "force_delete": True,
    "encryption_configuration": [{"encryption_type": "KMS", "kms_key": KEY}],
}
STORED = {
    "name": "shop-dev-web",
    "encryption_type": "KMS",
    "kms_key": KEY,
    "account_id": DEV,
    "region": "us-east-1",
    "force_delete": True,
}


def read(directory, data):
    file = directory / "state.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    stored, problems = read_stored(file)
    return stored, [str(problem).replace(f"{directory.as_posix()}/", "") for problem in problems]


def resource(name, *instances, **more):
    return {"mode": "managed", "type": "aws_ecr_repository", "name": name, "instances": list(instances), **more}


def test_a_state_is_read_by_address_without_data_sources_other_types_and_what_is_deposed(tmp_path):
    instance = {"attributes": ATTRIBUTES}
    state = {
        "version": 4,
        "resources": [
            resource("web", instance, {**instance, "deposed": "0a1b2c3d"}),
            resource("this", {**instance, "index_key": "a"}, {**instance, "index_key": 0}, module="module.ecr"),
            resource("read", instance, mode="data"),
            resource("policy", instance, type="aws_ecr_repository_policy"),
        ],
    }
    assert read(tmp_path, state) == (
        [
            StoredRepository("aws_ecr_repository.web", **STORED),
            StoredRepository('module.ecr.aws_ecr_repository.this["a"]', **STORED),
            StoredRepository("module.ecr.aws_ecr_repository.this[0]", **STORED),
        ],
        [],
    )


def test_what_terraform_show_prints_is_read_with_its_modules(tmp_path):
    web = {"address": "aws_ecr_repository.web", "mode": "managed", "type": "aws_ecr_repository", "values": ATTRIBUTES}
    deposed = {**web, "deposed_key": "0a1b2c3d"}
    inner = {"resources": [{**web, "address": "module.ecr.aws_ecr_repository.web"}]}
    module = {"resources": [web, deposed, {**web, "mode": "data"}], "child_modules": [inner]}
    assert read(tmp_path, {"format_version": "1.0", "values": {"root_module": module}}) == (
        [StoredRepository(f"{module}aws_ecr_repository.web", **STORED) for module in ("", "module.ecr.")],
        [],
    )


@pytest.mark.parametrize("data", [{"version": 4, "resources": []}, {"format_version": "1.0"}, {"terraform": {}}])
def test_a_state_without_repositories_is_a_state(tmp_path, data):
    assert read(tmp_path, data) == ([], [])


def test_a_synthesised_stack_is_read_and_its_expressions_are_unknown(tmp_path):
    encryption = {"encryption_type": "KMS", "kms_key": "${data.aws_kms_alias.ecr.target_key_arn}"}
    stack = {
        "provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": [DEV]}]},
        "resource": {
            "aws_ecr_repository": {
                "api": {"name": "shop-dev-api"},
                "web": {"name": "shop-dev-web", "encryption_configuration": [encryption], "force_delete": True},
            }
        },
    }
    api = {"name": "shop-dev-api", "encryption_type": "AES256", "kms_key": None, "force_delete": False}
    assert read(tmp_path, stack) == (
        [
            StoredRepository("aws_ecr_repository.api", **{**STORED, **api}),
            StoredRepository("aws_ecr_repository.web", **{**STORED, "kms_key": None}),
        ],
        [],
    )


def test_a_stack_for_several_accounts_does_not_say_its_own(tmp_path):
    provider = {"aws": [{"region": "us-east-1", "allowed_account_ids": [DEV, "222222222222"]}]}
    stack = {"provider": provider, "resource": {"aws_ecr_repository": {"web": {"name": "web"}}}}
    (stored,) = read(tmp_path, stack)[0]
    assert (stored.account_id, stored.region) == (None, "us-east-1")


def test_the_empty_key_of_a_repository_with_ecrs_own_encryption_is_none(tmp_path):
    encryption = {"encryption_type": "AES256", "kms_key": ""}
    state = {
        "version": 4,
        "resources": [resource("web", {"attributes": {"encryption_configuration": [encryption]}})],
    }
    assert read(tmp_path, state)[0] == [StoredRepository("aws_ecr_repository.web", encryption_type="AES256")]


def test_a_state_in_the_encoding_of_another_shell_is_read(tmp_path):
    file = tmp_path / "state.json"
    file.write_text('{"version": 4, "resources": []}', encoding="utf-16")
    assert read_stored(file) == ([], [])


BROKEN = "must be a Terraform state or a synthesised stack as they are written."
FOREIGN = {
    "nothing": ("", "must be a Terraform state in JSON."),
    "no JSON": ("project: shop", "must be a Terraform state in JSON."),
    "too deep": ("[" * 100_000, "must be a Terraform state in JSON."),
    "a list": ("[]", "must be a Terraform state or a synthesised stack."),
    "something else": ('{"name": "x"}', "must be a Terraform state or a synthesised stack."),
    "an older state": ('{"version": 3, "modules": []}', "must be a state of version 4, got 3."),
    "a plan": ('{"format_version": "1.2", "planned_values": {}}', "must be a state, got a plan."),
    "broken resources": ('{"version": 4, "resources": {}}', BROKEN),
    "broken values": ('{"format_version": "1.0", "values": []}', BROKEN),
    "broken provider": ('{"provider": {"aws": ["x"]}}', BROKEN),
}


@pytest.mark.parametrize(("text", "message"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_of_another_kind_is_refused_with_what_to_give(tmp_path, text, message):
    stored, (line,) = read(tmp_path, text)
    assert stored == []
    assert line.startswith(f"state.json: {message} Give a terraform.tfstate, what `terraform state pull` or")


KEYS = (
    *("version", "format_version", "values", "root_module", "child_modules", "resources", "instances", "attributes"),
    *("provider", "aws", "resource", "aws_ecr_repository", "encryption_configuration", "name", "mode", "type", "arn"),
    *("index_key", "module", "address", "allowed_account_ids"),
)
LEAVES = ("managed", "aws_ecr_repository", "${x}", KEY, "")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(LEAVES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
ENTRY = st.fixed_dictionaries(
    {"mode": st.just("managed"), "type": st.just("aws_ecr_repository")},
    optional={"name": VALUES, "instances": VALUES, "values": VALUES, "address": VALUES},
)


@given(
    st.fixed_dictionaries({"version": st.just(4), "resources": st.lists(ENTRY | VALUES, max_size=2) | VALUES})
    | st.fixed_dictionaries(
        {
            "format_version": st.just("1.0"),
            "values": VALUES | st.builds(lambda each: {"root_module": {"resources": [each]}}, ENTRY),
        }
    )
    | st.fixed_dictionaries({"resource": VALUES | st.builds(lambda each: {"aws_ecr_repository": each}, VALUES)})
    | VALUES
)
def test_whatever_a_file_holds_is_either_read_or_refused(tmp_path_factory, data):
    stored, problems = read(tmp_path_factory.getbasetemp(), data)
    assert len(problems) <= 1
    assert not (stored and problems)
