"""Fitting documents to an older provider: what it does not know goes, what it knows otherwise is written so."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ecr_constructs.sandbox.fit import aws_schema, fit

TEXT = {"type": "string"}


def block(*attributes: str, **blocks: dict[str, Any]) -> dict[str, Any]:
    """Return a block's schema with text attributes and nested blocks."""
    return {"attributes": dict.fromkeys(attributes, TEXT), "block_types": blocks}


OLD = {
    "provider": {"block": block("region", "allowed_account_ids", default_tags={"block": block("tags")})},
    "resource_schemas": {
        "aws_ecr_repository": {
            "block": block(
                "name",
                "arn",
                "image_tag_mutability",
                image_scanning_configuration={"block": block("scan_on_push"), "max_items": 1},
            )
        },
        "aws_ecr_replication_configuration": {
            "block": block(rule={"block": block(destination={"block": block("region")}), "max_items": 1})
        },
        "aws_ssm_parameter": {
            "block": {"attributes": {"name": TEXT, "value": {**TEXT, "sensitive": True}}, "block_types": {}}
        },
    },
    "data_source_schemas": {
        "aws_region": {"block": block("name")},
        "aws_ssm_parameter": {
            "block": {"attributes": {"name": TEXT, "value": {**TEXT, "sensitive": True}}, "block_types": {}}
        },
    },
}


def fitted(document: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Fit a document to the schema above, checking that the document itself stays as it is."""
    before = copy.deepcopy(document)
    result, changes = fit(document, OLD, "3.39.0")
    assert document == before
    return result, [str(change) for change in changes]


def repositories(**bodies: dict[str, Any]) -> dict[str, Any]:
    """Return a document of repositories."""
    return {"resource": {"aws_ecr_repository": bodies}}


def test_a_document_that_is_all_known_stays_as_it_is() -> None:
    document = {
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": "3.39.0"}}},
        "provider": {"aws": [{"region": "eu-west-1", "alias": "other", "default_tags": [{"tags": {"a": "b"}}]}]},
        "resource": {
            "aws_ecr_repository": {
                "web": {
                    "//": {"metadata": {"path": "dev/web"}},
                    "name": "web",
                    "image_scanning_configuration": {"scan_on_push": True},
                    "lifecycle": {"prevent_destroy": True},
                    "depends_on": ["aws_ssm_parameter.p"],
                    "count": 1,
                    "provider": "aws.other",
                }
            },
            "aws_ssm_parameter": {"p": {"name": "/p", "value": "${aws_ecr_repository.web[0].arn}"}},
            "random_id": {"r": {"anything": "${aws_ecr_repository.web[0].arn}"}},
        },
        "output": {"arn": {"value": "${aws_ecr_repository.web[0].arn}"}},
    }
    assert fitted(document) == (document, [])


def test_unknown_attributes_are_left_out_and_told_once_for_all_resources() -> None:
    result, changes = fitted(repositories(**{f"r{number}": {"name": "x", "force_delete": True} for number in range(6)}))
    assert result == repositories(**{f"r{number}": {"name": "x"} for number in range(6)})
    assert changes == [
        "left out aws_ecr_repository.force_delete (not known to provider 3.39.0): r0, r1, r2, r3 and 2 more"
    ]


def test_an_unknown_attribute_that_is_null_is_left_out_in_silence() -> None:
    assert fitted(repositories(web={"name": "web", "force_delete": None})) == (repositories(web={"name": "web"}), [])


def test_unknown_blocks_are_left_out_at_every_level() -> None:
    result, changes = fitted(
        {
            "resource": {
                "aws_ecr_repository": {"web": {"name": "web", "exclusion": [{"filter": "x"}]}},
                "aws_ecr_replication_configuration": {
                    "r": {
                        "rule": [{"destination": [{"region": "a", "new": 1}], "repository_filter": [{"filter": "x"}]}]
                    }
                },
            }
        }
    )
    assert result["resource"] == {
        "aws_ecr_repository": {"web": {"name": "web"}},
        "aws_ecr_replication_configuration": {"r": {"rule": [{"destination": [{"region": "a"}]}]}},
    }
    assert changes == [
        "left out aws_ecr_repository.exclusion (not known to provider 3.39.0): web",
        "left out aws_ecr_replication_configuration.rule.destination.new (not known to provider 3.39.0): r",
        "left out aws_ecr_replication_configuration.rule.repository_filter (not known to provider 3.39.0): r",
    ]


SUBNETS = {
    "filter": [{"name": "vpc-id", "values": ["vpc-1"]}, {"name": "state", "values": ["available"]}],
    "tags": {"Tier": "private"},
    "lifecycle": {"postcondition": [{"condition": "${length(self.ids) > 0}", "error_message": "None."}]},
}
OLDER_SUBNETS = block("vpc_id", "tags", "ids", filter={"block": block("name", "values")})


def with_subnets(*, newer: bool) -> dict[str, Any]:
    known = {"aws_subnet_ids": {"block": OLDER_SUBNETS}}
    if newer:
        known["aws_subnets"] = {"block": block("tags", "ids", filter={"block": block("name", "values")})}
    return {**OLD, "data_source_schemas": {**OLD["data_source_schemas"], **known}}


def read_subnets(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {kind: {"s": body}},
        "resource": {"aws_ecr_repository": {"web": {"name": f"${{data.{kind}.s.ids[0]}}"}}},
    }


def test_subnets_are_looked_up_by_what_an_older_release_has() -> None:
    before = read_subnets("aws_subnets", SUBNETS)
    result, changes = fit(before, with_subnets(newer=False), "3.39.0")
    older = {**SUBNETS, "vpc_id": "vpc-1", "filter": [{"name": "state", "values": ["available"]}]}
    assert result == read_subnets("aws_subnet_ids", older)
    assert [*map(str, changes)] == ["wrote data.aws_subnet_ids for aws_subnets (not known to provider 3.39.0): s"]
    assert before == read_subnets("aws_subnets", SUBNETS)


def test_subnets_stay_where_a_release_knows_them_and_go_where_it_cannot_find_them() -> None:
    before = read_subnets("aws_subnets", SUBNETS)
    assert fit(before, with_subnets(newer=True), "4.0.0") == (before, ())
    nowhere = read_subnets("aws_subnets", {"tags": {"Tier": "private"}})
    result, changes = fit(nowhere, with_subnets(newer=False), "3.39.0")
    assert result == {}
    assert str(changes[0]) == "left out data.aws_subnets (not known to provider 3.39.0): s"


def test_more_blocks_than_the_release_takes_are_cut() -> None:
    rules = [{"destination": [{"region": region}]} for region in ("a", "b", "c")]
    result, changes = fitted({"resource": {"aws_ecr_replication_configuration": {"r": {"rule": rules}}}})
    assert result["resource"]["aws_ecr_replication_configuration"]["r"]["rule"] == rules[:1]
    assert changes == ["left out all but 1 of aws_ecr_replication_configuration.rule (not known to provider 3.39.0): r"]


def test_dynamic_blocks_are_fitted_like_others() -> None:
    dynamic = {
        "image_scanning_configuration": {"for_each": [1], "content": {"scan_on_push": True, "new": 1}},
        "unknown": {"for_each": [1], "content": {}},
    }
    result, changes = fitted(repositories(web={"name": "web", "dynamic": dynamic}))
    assert result["resource"]["aws_ecr_repository"]["web"]["dynamic"] == {
        "image_scanning_configuration": {"for_each": [1], "content": {"scan_on_push": True}}
    }
    assert [change.split(" (")[0] for change in changes] == [
        "left out aws_ecr_repository.image_scanning_configuration.new",
        "left out aws_ecr_repository.unknown",
    ]


def test_unknown_arguments_of_the_provider_are_left_out() -> None:
    result, changes = fitted({"provider": {"aws": [{"region": "a", "retry_mode": "adaptive"}], "random": [{"x": 1}]}})
    assert result["provider"] == {"aws": [{"region": "a"}], "random": [{"x": 1}]}
    assert changes == ["left out provider.aws.retry_mode (not known to provider 3.39.0)"]


def test_insecure_value_gets_its_older_name() -> None:
    result, changes = fitted({"resource": {"aws_ssm_parameter": {"p": {"name": "/p", "insecure_value": "v"}}}})
    assert result["resource"]["aws_ssm_parameter"]["p"] == {"name": "/p", "value": "v"}
    assert changes == ["wrote aws_ssm_parameter.value for insecure_value (not known to provider 3.39.0): p"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("${data.aws_ssm_parameter.p.insecure_value}", "${nonsensitive(data.aws_ssm_parameter.p.value)}"),
        (
            "${jsondecode(data.aws_ssm_parameter.p.insecure_value)}",
            "${jsondecode(nonsensitive(data.aws_ssm_parameter.p.value))}",
        ),
        ("a ${data.aws_region.r.region} b", "a ${data.aws_region.r.name} b"),
        ("data.aws_region.r.region", "data.aws_region.r.region"),
        ('${f("data.aws_region.r.region")}', '${f("data.aws_region.r.region")}'),
        ('${f("${data.aws_region.r.region}")}', '${f("${data.aws_region.r.name}")}'),
    ],
)
def test_references_get_the_older_name(reference: str, expected: str) -> None:
    """Expressions do, text that only looks like one does not."""
    data = {"aws_ssm_parameter": {"p": {"name": "/p"}}, "aws_region": {"r": {}}}
    result, _ = fitted({"data": data, "output": {"o": {"value": [{"deep": reference}]}}})
    assert result["output"]["o"]["value"] == [{"deep": expected}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("IMMUTABLE_WITH_EXCLUSION", "IMMUTABLE"),
        ("MUTABLE_WITH_EXCLUSION", "MUTABLE"),
        ("IMMUTABLE", "IMMUTABLE"),
        ("${var.mutability}", "${var.mutability}"),
    ],
)
def test_mutability_with_exclusion_becomes_the_one_without(value: str, expected: str) -> None:
    result, changes = fitted(repositories(web={"image_tag_mutability": value}))
    assert result["resource"]["aws_ecr_repository"]["web"]["image_tag_mutability"] == expected
    assert bool(changes) == (value != expected)


def test_a_release_that_knows_exclusion_filters_keeps_the_mutability() -> None:
    schema = copy.deepcopy(OLD)
    blocks = schema["resource_schemas"]["aws_ecr_repository"]["block"]["block_types"]
    blocks["image_tag_mutability_exclusion_filter"] = {"block": block("filter")}
    document = repositories(web={"image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION"})
    assert fit(document, schema, "6.25.0") == (document, ())


def test_what_refers_to_something_left_out_is_left_out_in_turn() -> None:
    """Through resources, data sources, locals and outputs; dependencies alone are only dropped."""
    result, changes = fitted(
        {
            "resource": {
                "aws_new": {"n": {"name": "n"}},
                "aws_ssm_parameter": {"p": {"value": "${aws_new.n.arn}"}, "q": {"value": "x"}},
                "aws_ecr_repository": {"web": {"name": "web", "depends_on": ["aws_new.n", "aws_ssm_parameter.q"]}},
            },
            "data": {"aws_region": {"r": {"name": "${aws_ssm_parameter.p.name}"}}, "aws_newer": {"d": {}}},
            "locals": {"l": "${data.aws_region.r.name}", "m": 1},
            "output": {
                "o": {"value": "${local.l}"},
                "d": {"value": "${data.aws_newer.d.x}"},
                "m": {"value": "${local.m}"},
            },
        }
    )
    assert result == {
        "resource": {
            "aws_ssm_parameter": {"q": {"value": "x"}},
            "aws_ecr_repository": {"web": {"name": "web", "depends_on": ["aws_ssm_parameter.q"]}},
        },
        "locals": {"m": 1},
        "output": {"m": {"value": "${local.m}"}},
    }
    assert changes == [
        "left out aws_new (not known to provider 3.39.0): n",
        "left out data.aws_newer (not known to provider 3.39.0): d",
        "left out aws_ssm_parameter (refers to aws_new.n): p",
        "left out output (refers to data.aws_newer.d): d",
        "left out data.aws_region (refers to aws_ssm_parameter.p): r",
        "left out locals (refers to data.aws_region.r): l",
        "left out output (refers to local.l): o",
    ]


def test_what_refers_to_an_attribute_left_out_is_left_out() -> None:
    document = {
        **repositories(web={"name": "web"}),
        "output": {"f": {"value": "${aws_ecr_repository.web.force_delete}"}, "n": {"value": "x"}},
    }
    result, changes = fitted(document)
    assert result["output"] == {"n": {"value": "x"}}
    assert changes == ["left out output (refers to aws_ecr_repository.web.force_delete): f"]


def test_the_metadata_names_the_outputs_that_are_left() -> None:
    """`cdktf` fails over an output that is named there and has no value."""
    tree = {"dev": {"Layer": {"f": "f_1", "n": "n_1"}, "Gone": {"g": "f_2"}}}
    gone = {"value": "${aws_ecr_repository.web.force_delete}"}
    result, _ = fitted(
        {
            "//": {"metadata": {"stackName": "dev"}, "outputs": tree},
            **repositories(web={"name": "web"}),
            "output": {"f_1": gone, "f_2": gone, "n_1": {"value": "x"}},
        }
    )
    assert result["//"] == {"metadata": {"stackName": "dev"}, "outputs": {"dev": {"Layer": {"n": "n_1"}}}}


def test_a_reference_to_what_never_was_there_is_left_to_terraform() -> None:
    document = {"output": {"o": {"value": "${aws_ecr_repository.missing.arn} ${aws_new.missing.arn}"}}}
    assert fitted(document) == (document, [])


def test_ignored_changes_of_unknown_attributes_are_dropped() -> None:
    """Terraform refuses names there that the provider does not know."""
    result, _ = fitted(repositories(web={"lifecycle": {"ignore_changes": ["force_delete", "name"]}}))
    assert result["resource"]["aws_ecr_repository"]["web"]["lifecycle"] == {"ignore_changes": ["name"]}


@pytest.mark.parametrize("host", ["registry.terraform.io", "registry.opentofu.org"])
def test_the_aws_part_of_the_schemas_is_found_whichever_registry_it_is_from(host: str) -> None:
    assert aws_schema({"provider_schemas": {"x/hashicorp/random": {}, f"{host}/hashicorp/aws": OLD}}) == OLD


def test_schemas_without_the_aws_provider_are_an_error() -> None:
    with pytest.raises(LookupError):
        aws_schema({"provider_schemas": {}})
