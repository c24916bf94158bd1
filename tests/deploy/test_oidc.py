"""Roles of jobs of CI services, by real Terraform against the embedded AWS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.oidc import make_oidc_providers

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds; it takes about 20

ENVIRONMENT = """\
project: shop
env: dev
region: eu-west-1
account_id: "210987654321"
ecr_repositories: {web: , team/api: }
github_repos:
  - acme/Web.App
  - {repo: acme/infra, id: 456789, owner_id: 123456, branches: [main, "release/*"], tags: ["v*"],
     environments: ["Prod:1"], pull_requests: true, push: [web], pull: [team/api], deploy: true}
gitlab_oidc_provider: existing
gitlab_roles: one
gitlab_projects: [acme/tools/web, acme/tools/api]
"""


def test_roles_and_identity_providers_are_made_for_real_and_shown(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(ENVIRONMENT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ecr_constructs.cli", "sandbox", "dev", "--provider", "bundled"],
        cwd=ROOT,
        env={**os.environ, "ECR_ENVIRONMENTS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "stand-in: identity provider gitlab.com\n" in done.stdout
    assert "wrote aws_iam_openid_connect_provider.thumbprint_list (required by provider 3.39.0): github" in done.stdout
    assert "3 roles and policies\n" in done.stdout
    for row in (
        r"shop-dev-github-acme-Web\.App\W+role\W+token\.actions\.githubusercontent\.com for repo:acme/Web\.App:",
        r"shop-dev-gitlab\W+role\W+gitlab\.com for project_path:acme/tools/api:ref_type:branch:ref:main or",
        r"push to shop-dev-team/api, shop-dev-web",
        r"pull from shop-dev-team/api; push to shop-dev-web; events:PutEvents",
    ):
        assert re.search(row, done.stdout), row
    assert "Planned again: nothing would change" in done.stdout
    applied, destroyed = (re.search(rf"{word}: (\d+) resources", done.stdout) for word in ("Applied", "Destroyed"))
    assert applied is not None
    assert destroyed is not None
    assert applied[1] == destroyed[1]


def test_what_is_looked_up_is_there_once(aws: EmbeddedAws) -> None:
    looked_up = {"here": {"url": "https://gitlab.com"}, "again": {"url": "https://gitlab.com"}}
    document = {"data": {"aws_iam_openid_connect_provider": looked_up}}
    for _ in range(2):
        assert make_oidc_providers(document, aws, "eu-west-1") == ("identity provider gitlab.com",)
    found = aws.client("iam", "eu-west-1").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert [each["Arn"].partition("/")[2] for each in found] == ["gitlab.com"]
