"""Documents as people compare them, and what differs between two."""

from __future__ import annotations

import copy

import pytest

from ecr_constructs.testing.differences import ABSENT, Difference, differences
from ecr_constructs.testing.readable import decoded, readable

NOTE = {"metadata": {"path": "dev/Web"}}


def test_what_each_engine_writes_of_a_provider_is_the_same():
    """`aws` and `hashicorp/aws` are one provider to Terraform; who else makes one stays in its name."""
    by_cdktf = {"aws": {"source": "aws", "version": "6.25.0"}, "mine": {"source": "acme/mine"}}
    by_cdktn = {"aws": {"source": "hashicorp/aws", "version": "6.69.1"}, "mine": {"source": "acme/mine"}}
    for written in (by_cdktf, by_cdktn):
        assert readable({"terraform": {"required_providers": written}}) == {
            "terraform": {"required_providers": {"aws": {"source": "aws"}, "mine": {"source": "acme/mine"}}}
        }


def test_what_is_no_matter_of_the_stack_is_left_out():
    document = {
        "//": {"metadata": {"stackName": "dev"}, "outputs": {}},
        "terraform": {
            "backend": {"local": {"path": "/anywhere/shop/terraform.dev.tfstate"}},
            "required_providers": {"aws": {"source": "aws", "version": "6.25.0"}, "old": "1.0"},
            "required_version": ">= 1.5",
        },
        "data": {
            "terraform_remote_state": {
                "local": {"backend": "local", "config": {"path": "C:\\shop\\terraform.base.tfstate"}},
                "s3": {"backend": "s3", "config": {"path": "/a/b"}},
            }
        },
        "resource": {"aws_x": {"y": {"//": NOTE, "tags": {"//": "mine"}, "policy": '{"b":[{"a":1}],"c":"[2]"}'}}},
    }
    before = copy.deepcopy(document)
    assert readable(document) == {
        "terraform": {
            "backend": {"local": {"path": "terraform.dev.tfstate"}},
            "required_providers": {"aws": {"source": "aws"}, "old": "1.0"},
            "required_version": ">= 1.5",
        },
        "data": {
            "terraform_remote_state": {
                "local": {"backend": "local", "config": {"path": "terraform.base.tfstate"}},
                "s3": {"backend": "s3", "config": {"path": "/a/b"}},
            }
        },
        "resource": {"aws_x": {"y": {"tags": {"//": "mine"}, "policy": {"b": [{"a": 1}], "c": [2]}}}},
    }
    assert document == before
    assert readable(readable(document)) == readable(document)


@pytest.mark.parametrize("path", ["states/dev.tfstate", "../dev.tfstate", "${path.module}/dev.tfstate"])
def test_a_path_that_is_the_same_everywhere_stays(path):
    document = {"terraform": {"backend": {"local": {"path": path}}}}
    assert readable(document) == document


@pytest.mark.parametrize("text", ["{", "[a]", "${jsonencode({})}", "{name}", "12", "true", "", "[" * 100_000])
def test_a_text_that_is_no_document_stays(text):
    assert decoded({"a": text}) == {"a": text}


@pytest.mark.parametrize(
    ("expected", "got", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [Difference(("a", "b"), 1, 2)]),
        ({"a": 1}, {}, [Difference(("a",), 1, ABSENT)]),
        ({}, {"a": None}, [Difference(("a",), ABSENT, None)]),
        ([1, 2, 3], [1, 3], [Difference((1,), 2, ABSENT)]),
        ([1, 3], [1, 2, 3], [Difference((1,), ABSENT, 2)]),
        ([{"a": 1}, {"b": 1}], [{"a": 2}, {"b": 1}], [Difference((0, "a"), 1, 2)]),
        ([{"a": 1}, 5], [{"a": 2}, 5, 6], [Difference((0, "a"), 1, 2), Difference((2,), ABSENT, 6)]),
        (True, 1, [Difference((), True, 1)]),
        (0, False, [Difference((), 0, False)]),
        (1, 1.0, []),
        ("1", 1, [Difference((), "1", 1)]),
        ([], {}, [Difference((), [], {})]),
    ],
)
def test_what_differs_is_told_by_place(expected, got, found):
    assert differences(expected, got) == found
