"""What an environment file says reaches Terraform."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINIMAL = "project: shop\nenv: dev\nregion: us-east-1\n"


def repository(document, name):
    return document["resource"]["aws_ecr_repository"][name]


class TestAddresses:
    """A changed address of a repository deletes its images."""

    def test_every_address_is_made_from_the_logical_name(self, documents):
        resources = documents["dev"]["resource"]
        assert {f"{kind}.{name}" for kind, names in resources.items() for name in names} == {
            f"{kind}.{address}{suffix}"
            for address in ("api-service", "lambda-processor", "team_S_api", "web-app", "worker")
            for kind, suffix in (
                ("aws_ecr_repository", ""),
                ("aws_ecr_lifecycle_policy", ""),
                ("aws_ssm_parameter", "_arn"),
                ("aws_ssm_parameter", "_config"),
                ("aws_ssm_parameter", "_encryption-type"),
                ("aws_ssm_parameter", "_name"),
                ("aws_ssm_parameter", "_registry-id"),
                ("aws_ssm_parameter", "_scan-on-push"),
                ("aws_ssm_parameter", "_tag-mutability"),
                ("aws_ssm_parameter", "_url"),
            )
        } | {"aws_ecr_repository_policy.lambda-processor"}

    def test_the_registry_wide_resource_has_an_address_of_its_own(self, documents):
        assert list(documents["prod"]["resource"]["aws_ecr_replication_configuration"]) == ["registry"]

    def test_names_that_look_alike_keep_apart(self, synth):
        text = MINIMAL + "ecr_repositories: {a-b: , a_b: , a.b: , a/b: , 1a: }\n"
        assert set(synth(text)["resource"]["aws_ecr_repository"]) == {"a-b", "a_b", "a_D_b", "a_S_b", "N_1a"}

    def test_a_repository_may_have_the_name_of_anything_in_the_stack(self, synth):
        names = ("aws", "ecr_registry_id", "ecr_repository_urls", "ecr_kms_alias_1", "backend", "registry", "default")
        document = synth(MINIMAL + f"ecr_repositories: {{{', '.join(f'{name}: ' for name in names)}}}\n")
        assert set(document["resource"]["aws_ecr_repository"]) == set(names)


class TestDeterminism:
    def test_the_order_of_the_file_does_not_matter(self, synth):
        one = synth(MINIMAL + "ecr_repositories: {web: {max_image_count: 5}, api: {tags: {a: b, c: d}}}\n")
        other = synth(
            "region: us-east-1\necr_repositories: {api: {tags: {c: d, a: b}}, web: {max_image_count: 5}}\n"
            "env: dev\nproject: shop\n"
        )
        assert json.dumps(one) == json.dumps(other)

    def test_no_path_of_the_machine_is_in_what_is_synthesised(self, documents):
        text = json.dumps(documents)
        assert str(ROOT) not in text
        assert str(Path.home()) not in text


class TestState:
    def test_without_a_bucket_the_state_is_a_file_beside_the_output(self, synth):
        backend = synth(MINIMAL)["terraform"]["backend"]
        assert backend == {"local": {"path": "../../../terraform.dev.tfstate"}}

    def test_with_a_bucket_the_state_is_encrypted_and_locked(self, synth):
        backend = synth(MINIMAL + "bucket: states\n")["terraform"]["backend"]
        assert backend == {
            "s3": {
                "bucket": "states",
                "key": "layers/compute/dev/terraform.tfstate",
                "region": "us-east-1",
                "encrypt": True,
                "use_lockfile": True,
            }
        }

    def test_the_key_can_be_chosen(self, synth):
        backend = synth(MINIMAL + "bucket: states\nstate_key: a/b\n")["terraform"]["backend"]
        assert backend["s3"]["key"] == "a/b"


class TestProvider:
    def test_an_account_is_guarded(self, synth):
        (provider,) = synth(MINIMAL + 'account_id: "111111111111"\n')["provider"]["aws"]
        assert provider["allowed_account_ids"] == ["111111111111"]

    def test_without_an_account_none_is_guarded(self, synth):
        (provider,) = synth(MINIMAL)["provider"]["aws"]
        assert "allowed_account_ids" not in provider

    def test_default_tags_are_three_and_the_file_s(self, synth):
        (provider,) = synth(MINIMAL + "tags: {Team: a, Environment: b}\n")["provider"]["aws"]
        tags = {"Project": "shop", "Environment": "b", "ManagedBy": "ecr-constructs", "Team": "a"}
        assert provider["default_tags"] == [{"tags": tags}]

    def test_a_tag_that_repeats_a_default_one_is_not_set_twice(self, synth):
        text = MINIMAL + "tags: {Team: a}\necr_repositories: {web: {tags: {Team: a, Cost: b}}}\n"
        assert repository(synth(text), "web")["tags"] == {"Cost": "b", "Name": "web"}

    def test_the_constraint_is_the_file_s(self, synth):
        document = synth(MINIMAL + 'aws_provider_version: ">= 6.25, < 7"\n')
        assert document["terraform"]["required_providers"]["aws"]["version"] == ">= 6.25, < 7"


class TestKeys:
    """ECR takes the full ARN of a key: anything else replaces the repository at every plan."""

    KMS = MINIMAL + "ecr_encryption_type: KMS\necr_repositories: {web: }\n"

    def key(self, document):
        (encryption,) = repository(document, "web")["encryption_configuration"]
        assert encryption["encryption_type"] == "KMS"
        return encryption["kms_key"]

    def test_an_arn_is_used_as_it_is(self, synth):
        arn = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        assert self.key(synth(self.KMS + f"ecr_kms_key: {arn}\n")) == arn

    def test_an_alias_is_resolved_to_the_key_behind_it(self, synth):
        document = synth(self.KMS + "ecr_kms_key: {alias: alias/ecr}\n")
        ((address, data),) = document["data"]["aws_kms_alias"].items()
        assert data["name"] == "alias/ecr"
        assert self.key(document) == f"${{data.aws_kms_alias.{address}.target_key_arn}}"

    def test_another_state_s_output_is_read_from_s3(self, synth):
        state = "{bucket: states, key: security.tfstate, region: eu-west-1, output: key_arn}"
        document = synth(self.KMS + f"ecr_kms_key: {{remote_state: {state}}}\n")
        ((address, data),) = document["data"]["terraform_remote_state"].items()
        assert data["config"] == {"bucket": "states", "key": "security.tfstate", "region": "eu-west-1"}
        assert self.key(document) == f"${{data.terraform_remote_state.{address}.outputs.key_arn}}"

    def test_the_security_layer_s_key_is_read_once_from_its_state_in_the_environment_s_bucket(self, synth):
        said = "bucket: states\necr_kms_key: security_layer\necr_enable_scan_findings_logging: true\n"
        document = synth(self.KMS + said + "ecr_log_kms_key: security_layer\n")
        ((address, data),) = document["data"]["terraform_remote_state"].items()
        backend = document["terraform"]["backend"]["s3"]
        key = "layers/security/dev/terraform.tfstate"
        assert data["config"] == {"bucket": backend["bucket"], "key": key, "region": backend["region"]}
        arn = f"${{data.terraform_remote_state.{address}.outputs.ecr_kms_key_arn}}"
        assert self.key(document) == arn
        assert document["resource"]["aws_cloudwatch_log_group"]["ecr_findings"]["kms_key_id"] == arn


class TestOutputs:
    def test_outputs_are_maps_by_logical_name(self, synth):
        output = synth(MINIMAL + 'account_id: "111111111111"\necr_repositories: {team/api: }\n')["output"]
        assert {name: each["value"] for name, each in output.items()} == {
            "ecr_registry_id": "111111111111",
            "ecr_repository_arns": {"team/api": "${aws_ecr_repository.team_S_api.arn}"},
            "ecr_repository_names": {"team/api": "${aws_ecr_repository.team_S_api.name}"},
            "ecr_repository_urls": {"team/api": "${aws_ecr_repository.team_S_api.repository_url}"},
        }

    def test_the_guide_has_every_output_with_its_description_and_when_it_is_there(self, synth):
        page = (Path(__file__).parents[2] / "docs/environments.md").read_text(encoding="utf-8")
        section = page.partition("## Outputs\n")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", section, re.MULTILINE)
        assert OF_TWO in rows  # test_deployment_events synthesises both environments
        rows.remove(OF_TWO)
        least = MINIMAL + "ecr_repositories: {web: }\n"
        most = least + "".join(NEEDED[when] for _, _, when in rows if when != "always")
        assert {name: what for name, what, _ in rows} == {
            name: made["description"] for name, made in synth(most)["output"].items()
        }
        assert {name for name, _, when in rows if when == "always"} == synth(least)["output"].keys()


OF_TWO = (
    "ecr_forward_rule_arns",
    "ARNs of the rules that hand pushes on, by environment",
    "where pushes here deploy others",
)
# What the guide says that an output needs, as keys of a file.
NEEDED = {
    "with `ecr_public_repositories`": "ecr_public_repositories: {cli: }\n",
    "with `github_repos`": "github_repos: [acme/web]\n",
    "with `gitlab_projects`": "gitlab_projects: [acme/web]\n",
    "with `ecr_image_updater`": "ecr_image_updater: {cluster_name: shop}\n",
    "with `ecr_node_pull`": "ecr_node_pull: {roles: [nodes]}\n",
    "with `ecr_ecs_execution_role`": "ecr_ecs_execution_role: true\n",
    "with `ecr_lambda_pull`": "ecr_lambda_pull: {repositories: [web]}\n",
    "with `ecr_codebuild`": "ecr_codebuild: {roles: [builds]}\n",
    "with `ecr_ssm_read`": "ecr_ssm_read: true\n",
    "with `ecr_deployments`": (
        "ecr_deployments: {trigger: push, target_arn: 'arn:aws:sqs:us-east-1:111111111111:deployments'}\n"
    ),
    "with `ecr_vpc_endpoints`": "ecr_vpc_endpoints: {vpc_name: shop, subnet_tags: {Tier: app}, enable_s3: false}\n",
}


class TestRepositories:
    def test_defaults_reach_every_repository_and_its_own_options_win(self, synth):
        document = synth(
            MINIMAL + "ecr_defaults: {scan_on_push: false, force_delete: true}\n"
            "ecr_repositories: {web: , api: {scan_on_push: true}}\n"
        )
        scanning = {
            name: repository(document, name)["image_scanning_configuration"]["scan_on_push"] for name in ("web", "api")
        }
        assert scanning == {"web": False, "api": True}
        assert repository(document, "api")["force_delete"] is True

    def test_the_name_comes_from_the_template(self, synth):
        text = MINIMAL + 'ecr_repository_name: "{env}/{name}.{project}"\necr_repositories: {team/api: }\n'
        assert repository(synth(text), "team_S_api")["name"] == "dev/team/api.shop"

    def test_a_name_of_its_own_wins(self, synth):
        text = MINIMAL + "ecr_repositories: {web: {repository_name: legacy-web}}\n"
        assert repository(synth(text), "web")["name"] == "legacy-web"

    def test_the_default_retention_keeps_a_hundred_images(self, synth):
        document = synth(MINIMAL + "ecr_repositories: {web: }\n")
        (rule,) = json.loads(document["resource"]["aws_ecr_lifecycle_policy"]["web"]["policy"])["rules"]
        assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100}

    def test_null_keeps_every_image(self, synth):
        document = synth(MINIMAL + "ecr_repositories: {web: {max_image_count: null}}\n")
        assert "aws_ecr_lifecycle_policy" not in document["resource"]

    def test_a_policy_of_its_own_stands_instead_of_the_shortcuts(self, synth):
        text = MINIMAL + (
            "ecr_defaults: {max_image_count: 5}\n"
            "ecr_repositories: {web: {lifecycle_policy: {rules: [{rulePriority: 7, action: {type: expire}, selection: "
            "{tagStatus: any, countType: imageCountMoreThan, countNumber: 3}}]}}}\n"
        )
        (rule,) = json.loads(synth(text)["resource"]["aws_ecr_lifecycle_policy"]["web"]["policy"])["rules"]
        assert (rule["rulePriority"], rule["selection"]["countNumber"]) == (7, 3)

    def test_what_is_not_to_be_published_is_not(self, synth):
        document = synth(MINIMAL + "ecr_repositories: {web: {publish_to_ssm: false}}\n")
        assert "aws_ssm_parameter" not in document["resource"]

    def test_lambda_of_accounts_with_access_may_use_images_too(self, synth):
        document = synth(
            MINIMAL + 'account_id: "111111111111"\necr_repositories: {web: {enable_lambda_pull: true, '
            'enable_cross_account_access: true, allowed_account_ids: ["222222222222"]}}\n'
        )
        policy = json.loads(document["resource"]["aws_ecr_repository_policy"]["web"]["policy"])
        assert [statement["Sid"] for statement in policy["Statement"]] == [
            "CrossAccountPermission",
            "LambdaECRImageCrossAccountRetrievalPolicy",
            "LambdaECRImageRetrievalPolicy",
            "PullFromAccounts",
        ]


@pytest.mark.parametrize("switch", [True, False])
def test_a_repository_is_replicated_where_it_is_switched_on(switch, synth):
    document = synth(
        MINIMAL + 'account_id: "111111111111"\necr_defaults: {replication_destinations: [{region: us-west-2}]}\n'
        f"ecr_repositories: {{api: {{enable_replication: true}}, web: {{enable_replication: {str(switch).lower()}}}}}\n"
    )
    replication = document["resource"]["aws_ecr_replication_configuration"]["registry"]["replication_configuration"]
    (rule,) = replication["rule"]
    filters = {each["filter"] for each in rule["repository_filter"]}
    assert filters == {"shop-dev-api"} | ({"shop-dev-web"} if switch else set())


def test_the_app_writes_where_cdktf_says(tmp_path):
    """`python -m stacks` is what the cdktf command runs."""
    environments = tmp_path / "environments"
    environments.mkdir()
    (environments / "dev.yaml").write_text(MINIMAL + "ecr_repositories: {web: }\n", encoding="utf-8")
    variables = {
        "ECR_ENVIRONMENTS_DIR": str(environments),
        "CDKTF_OUTDIR": str(tmp_path / "out"),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-m", "stacks"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "stacks" / "dev" / "cdk.tf.json").is_file()
