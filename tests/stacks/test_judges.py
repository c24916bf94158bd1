"""What is synthesised, judged by tools that know nothing of this project."""

from __future__ import annotations

import json

import parliament
import pytest

from tests.stacks.checkov import run_checkov

# Each skipped check with its reason; what is skipped in one environment is checked in another.
SKIPPED = {
    "CKV2_AWS_34": "what is published is no secret, and whoever reads it should need no key",
}
SKIPPED_IN = {
    "dev": {
        "CKV_AWS_51": "development pushes tags again",
        "CKV_AWS_136": "development encrypts with AES256, which costs nothing",
    },
    "staging": {"CKV_AWS_51": "the check does not know IMMUTABLE_WITH_EXCLUSION"},
    "prod": {
        "CKV_AWS_158": "AWS encrypts log groups with a key of its own; the security layer's would have to let it in",
        "CKV_AWS_338": "findings are kept for 90 days, and images are scanned for as long as they are there",
    },
}


@pytest.mark.parametrize("environment", sorted(SKIPPED_IN))
def test_checkov(environment, documents, outdir):
    """checkov finds nothing in a shipped environment, and each skipped check would find something."""
    skipped = {**SKIPPED, **SKIPPED_IN[environment]}
    failed = run_checkov(outdir / "stacks" / environment)
    assert failed == set(skipped)


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_parliament(environment, documents):
    """parliament finds every policy well-formed, with actions and conditions that exist."""
    resources = documents[environment]["resource"]["aws_ecr_repository_policy"]
    found = {address: json.loads(resource["policy"]) for address, resource in resources.items()}
    assert found
    for address, policy in found.items():
        for statement in policy["Statement"]:
            # A repository policy has no Resource, because it applies to its repository; parliament wants one.
            statement["Resource"] = "arn:aws:ecr:us-east-1:111111111111:repository/web"
        findings = parliament.analyze_policy_string(json.dumps(policy)).findings
        assert [(address, str(finding)) for finding in findings] == []
