"""The network and the credentials of an environment, as they reach Terraform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecr_constructs.config.load import load_environments
from stacks.app import build_app
from tests.stacks.checkov import run_checkov

OWN = "111111111111"
HEAD = f'project: shop\nenv: dev\nregion: eu-west-1\naccount_id: "{OWN}"\n'
ENDPOINTS = """\
ecr_vpc_endpoints:
  vpc_name: shop
  subnet_tags: {Tier: private}
  route_table_tags: {Tier: private}
"""
ROLE = f"arn:aws:iam::{OWN}:role/deploy"
SAID = f"aws_profile: shop-dev\nassume_role_arn: {ROLE}\nassume_role_external_id: shop-1234\n"
ASSUMED = {"role_arn": ROLE, "external_id": "shop-1234"}


class TestEndpoints:
    def test_their_addresses_are_their_services_whatever_else_there_is(self, synth):
        made = {
            "aws_security_group": ["ecr_endpoints"],
            "aws_vpc_endpoint": [f"ecr_endpoints_{each}" for each in ("api", "dkr", "logs", "s3")],
        }
        alone = synth(HEAD + ENDPOINTS)
        assert {kind: [*bodies] for kind, bodies in alone["resource"].items()} == made
        beside = synth(
            HEAD + ENDPOINTS + "repository_names: [shop/web]\necr_account_settings: {registry_policy_scope: V2}\n"
        )
        assert {kind: bodies for kind, bodies in beside["resource"].items() if kind in made} == {
            kind: bodies for kind, bodies in alone["resource"].items() if kind in made
        }

    def test_their_ids_are_shown(self, synth):
        assert synth(HEAD + ENDPOINTS)["output"]["ecr_vpc_endpoint_ids"]["value"] == {
            f"{'ecr.' if name in ('api', 'dkr') else ''}{name}": f"${{aws_vpc_endpoint.ecr_endpoints_{name}.id}}"
            for name in ("api", "dkr", "logs", "s3")
        }

    def test_the_first_of_several_stacks_has_them(self, synthesise_all):
        stacks = synthesise_all(dev=f"{HEAD}{ENDPOINTS}ecr_shards: 2\nrepository_names: [shop/web, shop/api]\n")
        assert ["aws_vpc_endpoint" in stacks[name].get("resource", {}) for name in ("dev", "dev-2")] == [True, False]

    def test_they_are_made_where_repositories_are_only_referred_to(self, synth):
        document = synth(
            f'{HEAD}{ENDPOINTS}ecr_strategy: cross_account\necr_account_id: "222222222222"\n'
            "ecr_account_region: eu-west-1\nrepository_names: [shop/web]\n"
        )
        assert len(document["resource"]["aws_vpc_endpoint"]) == 4

    def test_checkov_finds_nothing(self, tmp_path):
        (tmp_path / "environments").mkdir()
        (tmp_path / "environments" / "dev.yaml").write_text(HEAD + ENDPOINTS, encoding="utf-8")
        app = build_app(load_environments(tmp_path / "environments"), outdir=str(tmp_path / "out"))
        app.synth()
        assert run_checkov(tmp_path / "out" / "stacks" / "dev") == set()

    def test_that_s3_is_closed_is_said_once(self, tmp_path):
        def notes(text: str, name: str) -> list[str]:
            folder = tmp_path / name
            (folder / "environments").mkdir(parents=True)
            (folder / "environments" / "dev.yaml").write_text(text, encoding="utf-8")
            build_app(load_environments(folder / "environments"), outdir=str(folder / "out")).synth()
            manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
            return [each["message"] for each in manifest["stacks"]["dev"]["annotations"]]

        (said,) = notes(HEAD + ENDPOINTS, "loud")
        assert "environments/dev.yaml:8: ecr_vpc_endpoints.route_table_tags: whatever uses these route tables" in said
        assert notes(HEAD + ENDPOINTS + "acknowledge: [endpoints-s3-closed]\n", "acknowledged") == []


class TestCredentials:
    def test_the_provider_has_them(self, synth):
        (provider,) = synth(HEAD + SAID)["provider"]["aws"]
        assert (provider["profile"], provider["assume_role"]) == ("shop-dev", [ASSUMED])
        assert provider["allowed_account_ids"] == [OWN]

    def test_the_provider_of_public_repositories_has_the_same(self, synth):
        providers = synth(HEAD + SAID + "ecr_public_repositories: {shop/cli: }\n")["provider"]["aws"]
        assert [each.get("alias") for each in providers] == [None, "us-east-1"]
        assert [(each["profile"], each["assume_role"]) for each in providers] == [("shop-dev", [ASSUMED])] * 2

    def test_the_backend_has_them_in_the_form_that_terraform_takes(self, synth):
        """https://developer.hashicorp.com/terraform/language/backend/s3#assume-role-configuration"""
        backend = synth(HEAD + SAID + "bucket: states\n")["terraform"]["backend"]["s3"]
        assert (backend["profile"], backend["assume_role"]) == ("shop-dev", ASSUMED)
        assert not backend.keys() & {"role_arn", "external_id"}
        assert backend["use_lockfile"] is True

    def test_a_state_that_is_read_is_read_with_them(self, synth):
        key = "ecr_encryption_type: KMS\necr_kms_key: security_layer\nrepository_names: [shop/web]\n"
        document = synth(f"{HEAD}{SAID}bucket: states\n{key}")
        ((_, data),) = document["data"]["terraform_remote_state"].items()
        assert (data["config"]["profile"], data["config"]["assume_role"]) == ("shop-dev", ASSUMED)

    def test_every_stack_has_them(self, synthesise_all):
        stacks = synthesise_all(
            dev=f"{HEAD}{SAID}bucket: states\necr_shards: 2\nrepository_names: [shop/web, shop/api]\n"
        )
        assert [each["terraform"]["backend"]["s3"]["assume_role"] for each in stacks.values()] == [ASSUMED] * 2

    @pytest.mark.parametrize(
        ("said", "profile", "assumed"),
        [
            ("aws_profile: shop-dev\n", "shop-dev", None),
            (f"assume_role_arn: {ROLE}\n", None, {"role_arn": ROLE}),
            ("", None, None),
        ],
    )
    def test_what_is_not_said_is_not_there(self, synth, said, profile, assumed):
        document = synth(f"{HEAD}bucket: states\n{said}")
        (provider,), backend = document["provider"]["aws"], document["terraform"]["backend"]["s3"]
        assert (provider.get("profile"), backend.get("profile")) == (profile, profile)
        assert (provider.get("assume_role"), backend.get("assume_role")) == (assumed and [assumed], assumed)

    def test_a_local_state_needs_none(self, synth):
        (backend,) = synth(HEAD + SAID)["terraform"]["backend"].values()
        assert backend == {"path": "../../../terraform.dev.tfstate"}
        assert not Path(backend["path"]).is_absolute()
