"""Whatever is synthesised has the shape of a later provider than that of the bindings, which the default takes too."""

from __future__ import annotations

import copy

import pytest
import yaml

from ecr_constructs.core.provider_versions import OLDEST_PROVIDER, admits_older
from ecr_constructs.deploying.table import KINDS
from tests.stacks.conftest import ROOT, synthesise
from tests.stacks.provider_shape import SHAPE, differences
from tests.unit.every_option import ENVIRONMENTS

FOLDERS = [
    *sorted({file.parent for file in ROOT.glob("examples/*/environments/*.yaml")}),
    ROOT / "tests" / "deploy" / "environments",
    ROOT / "tests" / "examples" / "environments",
]
TYPES = SHAPE["types"]


def judged(documents):
    """Return what is otherwise in documents, and which types of resources they have."""
    kinds = {kind for document in documents.values() for kind in document.get("resource", {})}
    return [each for document in documents.values() for each in differences(document)], kinds


def test_the_environments_here(documents):
    found, kinds = judged(documents)
    assert found == []
    assert "aws_ecr_repository" in kinds


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_the_environments_of_examples_and_tests(folder, tmp_path):
    found, kinds = judged(synthesise(folder, tmp_path))
    assert found == []
    assert kinds


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environments_with_every_option(name, synth):
    """Between them they have every option that there is."""
    document = synth(yaml.safe_dump(ENVIRONMENTS[name]))
    assert differences(document) == []
    assert document["terraform"]


class TestTheShape:
    def test_is_of_a_provider_that_the_default_takes_and_the_bindings_are_not_of(self):
        provider = tuple(int(part) for part in SHAPE["provider"].split("."))
        assert OLDEST_PROVIDER < provider < (OLDEST_PROVIDER[0] + 1, 0, 0)
        assert admits_older("~> 6.25", provider)

    def test_has_every_type_that_a_deploying_role_may_make(self):
        assert TYPES.keys() >= {kind for kind in KINDS if kind.startswith("aws_")}

    def test_says_how_it_was_made(self):
        assert (ROOT / "tools" / "provider_shape.py").is_file()
        assert "tools/provider_shape.py" in SHAPE[""]
        assert SHAPE["package"].startswith("cdktn-provider-aws ")
        assert len(SHAPE["sha256"]) == 64

    def test_has_what_the_bindings_lack(self):
        assert TYPES["aws_ecr_pull_time_update_exclusion"]["principal_arn"] == {"is": "value", "required": True}


REPOSITORY = {"aws_ecr_repository": {"web": {"name": "web", "image_scanning_configuration": {"scan_on_push": True}}}}
REPLICATION = {
    "aws_ecr_replication_configuration": {
        "all": {
            "replication_configuration": {
                "rule": [{"destination": [{"region": "us-west-2", "registry_id": "111111111111"}]}]
            }
        }
    }
}


def changed(resources, path, value):
    """Return resources with another value at a path; without it, where the value is `...`."""
    made = copy.deepcopy(resources)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return {"resource": made}


WEB, ALL = ("aws_ecr_repository", "web"), ("aws_ecr_replication_configuration", "all")
RULE = (*ALL, "replication_configuration", "rule")
AT_RULE = "aws_ecr_replication_configuration.all.replication_configuration.rule"


class TestTheJudge:
    def test_finds_nothing_in_what_is_right(self):
        assert differences({"resource": REPOSITORY | REPLICATION}) == []

    @pytest.mark.parametrize(
        ("resources", "path", "value", "found"),
        [
            (REPOSITORY, (*WEB, "nmae"), "web", "aws_ecr_repository.web.nmae: not known"),
            (REPOSITORY, (*WEB, "name"), ..., "aws_ecr_repository.web.name: required"),
            (REPOSITORY, (*WEB, "name"), None, "aws_ecr_repository.web.name: required"),
            (REPOSITORY, (*WEB, "name"), ["web"], "aws_ecr_repository.web.name: must be a value"),
            (REPOSITORY, (*WEB, "tags"), ["a"], "aws_ecr_repository.web.tags: must be a map"),
            (REPOSITORY, (*WEB, "tags"), "a", "aws_ecr_repository.web.tags: must be a map"),
            (
                REPOSITORY,
                (*WEB, "image_scanning_configuration"),
                [{"scan_on_push": True}] * 2,
                "aws_ecr_repository.web.image_scanning_configuration: one block at most",
            ),
            (
                REPOSITORY,
                (*WEB, "image_scanning_configuration"),
                True,
                "aws_ecr_repository.web.image_scanning_configuration: must be a block",
            ),
            (
                REPOSITORY,
                (*WEB, "image_scanning_configuration"),
                {},
                "aws_ecr_repository.web.image_scanning_configuration.scan_on_push: required",
            ),
            (REPLICATION, (*RULE, 0, "destination"), ..., f"{AT_RULE}.destination: required"),
            (REPLICATION, (*RULE, 0, "destination", 0, "region"), ..., f"{AT_RULE}.destination.region: required"),
            (REPLICATION, (*RULE, 0, "delete"), True, f"{AT_RULE}.delete: not known"),
            (
                REPLICATION,
                (*ALL, "rule"),
                [],
                "aws_ecr_replication_configuration.all.rule: not known",
            ),
        ],
    )
    def test_finds_what_the_provider_has_otherwise(self, resources, path, value, found):
        assert differences(changed(resources, path, value)) == [found]

    def test_finds_a_list_where_there_is_a_text(self):
        made = {"aws_iam_role": {"one": {"assume_role_policy": "{}", "managed_policy_arns": "arn"}}}
        assert differences({"resource": made}) == ["aws_iam_role.one.managed_policy_arns: must be a list"]

    def test_takes_an_expression_for_anything(self):
        assert differences(changed(REPOSITORY, (*WEB, "tags"), "${var.tags}")) == []

    @pytest.mark.parametrize("key", ["//", "lifecycle", "provider", "depends_on"])
    def test_takes_what_terraform_has_of_every_resource_there_and_no_deeper(self, key):
        deeper = (*WEB, "image_scanning_configuration", key)

        assert differences(changed(REPOSITORY, (*WEB, key), {})) == []
        assert differences(changed(REPOSITORY, deeper, {})) == [f"{'.'.join(deeper)}: not known"]

    def test_a_type_that_it_does_not_know_is_no_silence(self):
        made = {"aws_ecr_signing_configuration": {"all": {}}}
        assert differences({"resource": made}) == [
            "aws_ecr_signing_configuration: no such type is in the shape: run make provider-shape"
        ]
