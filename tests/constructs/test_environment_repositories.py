"""An environment file as a construct in anybody's stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs import (
    EnvironmentRepositories,
    InvalidInput,
    LifecyclePolicy,
    ReplicationConfig,
    Repository,
    configure_provider,
)
from ecr_constructs._engine.aws import AwsProvider, AwsProviderDefaultTags
from ecr_constructs._engine.door import App, Construct, TerraformStack, TerraformVariable
from ecr_constructs.config.load import load_file
from ecr_constructs.core.registry.replication import ReplicationDestination
from stacks.compute import ComputeStack
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, resolved, synth

ROOT = Path(__file__).parents[2]
REPOSITORY = "aws_ecr_repository"
WriteFile = Callable[..., Path]
MakeStack = Callable[..., TerraformStack]
Document = dict[str, Any]

TAGS = {"Project": "shop", "Environment": "dev", "ManagedBy": "ecr-constructs"}


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Return a function that writes an environment file beside the others, and returns its path."""
    folder = tmp_path / "environments"
    folder.mkdir()

    def write(text: str = "", name: str = "dev", *, account_id: str = OWN, region: str = "us-east-1") -> Path:
        file = folder / f"{name}.yaml"
        head = f'project: shop\nenv: {name}\nregion: {region}\naccount_id: "{account_id}"\n'
        file.write_text(head + text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def make(stack: TerraformStack, write: WriteFile) -> Callable[..., EnvironmentRepositories]:
    """Return a function that puts what a text declares into the stack."""
    return lambda text, name="dev": EnvironmentRepositories.from_file(stack, name.title(), write(text, name))


def provider(stack: TerraformStack, name: str, region: str, *, tags: dict[str, str] | None = None, **options: Any):
    return AwsProvider(
        stack, name, region=region, default_tags=[AwsProviderDefaultTags(tags=tags)] if tags else None, **options
    )


def annotations(stack: TerraformStack) -> list[str]:
    """Return what a stack says of itself and of all that is in it, once it is synthesised."""
    synth(stack)
    entries = (entry for each in stack.node.find_all() for entry in each.node.metadata)
    return [entry.data for entry in entries if entry.type in ("@cdktf/info", "@cdktf/warn", "@cdktf/error")]


class TestMaps:
    TEXT = """\
ecr_repository_name: "{project}/{name}"
ecr_repositories: {team/api: }
services:
  - cart
  - {name: proxy, ecr_config: {mode: manual_repo, repository_uri: 555555555555.dkr.ecr.eu-west-1.amazonaws.com/proxy}}
  - {name: worker, ecr_config: {mode: use_existing, source_service_name: cart, source_service_type: services}}
"""

    def test_they_go_by_logical_name_whoever_makes_the_repository(self, stack, make):
        """What is made here refers to its resource, a workload's to the other's; the rest is known by its ARN."""
        ecr = make(self.TEXT)
        found = resolved(stack, {"urls": ecr.urls, "arns": ecr.arns, "names": ecr.names})
        made = {"service_cart": "service_cart", "service_worker": "service_cart", "team/api": "team_S_api"}
        assert found == {
            what: {name: f"${{aws_ecr_repository.{each}.{attribute}}}" for name, each in made.items()}
            | {"service_proxy": elsewhere}
            for what, attribute, elsewhere in (
                ("urls", "repository_url", "555555555555.dkr.ecr.eu-west-1.amazonaws.com/proxy"),
                ("arns", "arn", "arn:aws:ecr:eu-west-1:555555555555:repository/proxy"),
                ("names", "name", "proxy"),
            )
        }

    def test_a_workload_that_uses_another_s_has_the_same_construct(self, make):
        repositories = make(self.TEXT).repositories
        assert set(repositories) == {"service_cart", "service_proxy", "service_worker", "team/api"}
        assert repositories["service_worker"] is repositories["service_cart"]

    def test_repositories_of_another_account_have_the_names_that_they_have_there(self, make_stack, write):
        write(
            f'ecr_trusted_accounts: [{{account_id: "{OTHER}"}}]\necr_repository_name: "{{env}}.{{name}}"\n'
            "ecr_repositories: {team/api: }\n"
        )
        prod = write("ecr_strategy: cross_account\necr_source_env: dev\n", "prod", account_id=OTHER)
        stack = make_stack(account_ids=[OTHER])
        ecr = EnvironmentRepositories.from_file(stack, "Ecr", prod)
        assert (ecr.names, ecr.urls) == (
            {"team/api": "dev.team/api"},
            {"team/api": f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/dev.team/api"},
        )
        assert ecr.arns == {"team/api": f"arn:aws:ecr:us-east-1:{OWN}:repository/dev.team/api"}
        assert every(stack, REPOSITORY) == {}

    def test_a_repository_takes_grants_as_any_other(self, stack, make):
        make("ecr_repositories: {web: }\n").repositories["web"].grant_pull(THIRD)
        assert THIRD in every(stack, "aws_ecr_repository_policy")["web"]["policy"]

    def test_nothing_declared_makes_nothing(self, stack, make):
        ecr = make("")
        assert (ecr.repositories, ecr.urls, ecr.arns, ecr.names, ecr.public_urls) == ({}, {}, {}, {}, {})
        assert "resource" not in synth(stack)


class TestFiles:
    REPLICATES = (
        "ecr_repositories:\n  web: {enable_replication: true, replication_destinations: "
        f'[{{region: us-east-1, registry_id: "{OWN}"}}]}}\n'
    )

    def test_what_the_neighbours_replicate_into_the_registry_is_let_in(self, stack, write):
        write(self.REPLICATES, "prod", account_id=OTHER)
        EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositories: {api: }\n"))
        (statement,) = json.loads(only(stack, "aws_ecr_registry_policy")["policy"])["Statement"]
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{OTHER}:root"}
        assert "ecr:ReplicateImage" in statement["Action"]
        assert statement["Resource"].endswith(":repository/shop-prod-web*")

    def test_alone_it_knows_nothing_of_the_neighbours(self, stack, write):
        write(self.REPLICATES, "prod", account_id=OTHER)
        EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositories: {api: }\n"), alone=True)
        assert "aws_ecr_registry_policy" not in synth(stack)["resource"]

    def test_a_mistake_of_a_neighbour_counts_unless_it_is_alone(self, stack, write):
        write("ecr_repositorys: {}\n", "prod")
        file = write("ecr_repositories: {api: }\n")
        with pytest.raises(InvalidInput, match=r"prod\.yaml:5: ecr_repositorys: must be a known key") as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", file)
        assert codes(caught) == [("ecr_repositorys", "unknown-key")]
        assert list(EnvironmentRepositories.from_file(stack, "Ecr", file, alone=True).repositories) == ["api"]

    @pytest.mark.parametrize("alone", [False, True])
    def test_a_mistake_of_its_own_counts(self, alone, stack, write):
        with pytest.raises(InvalidInput) as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositorys: {}\n"), alone=alone)
        assert codes(caught) == [("ecr_repositorys", "unknown-key")]

    @pytest.mark.parametrize("alone", [False, True])
    def test_a_path_may_be_text_and_start_here(self, alone, stack, write, monkeypatch):
        monkeypatch.chdir(write("ecr_repositories: {api: }\n").parent)
        assert list(EnvironmentRepositories.from_file(stack, "Ecr", "dev.yaml", alone=alone).names) == ["api"]

    @pytest.mark.parametrize("name", ["dew.yaml", "dev.yml", "dev", "notes.txt"])
    def test_a_name_that_is_no_environment_file_of_the_directory_is_refused(self, name, stack, write):
        folder = write().parent
        (folder / "notes.txt").write_text("env: notes\n", encoding="utf-8")
        with pytest.raises(InvalidInput, match=rf"environments: file: .*: dev\.yaml, got '{name}'\. ") as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", folder / name)
        assert codes(caught) == [("file", "environment-known")]

    def test_a_misspelt_name_is_told_the_nearest_one(self, stack, write):
        write(name="staging")
        with pytest.raises(InvalidInput, match=r"dev\.yaml, staging\.yaml, .* Did you mean 'staging\.yaml'\?"):
            EnvironmentRepositories.from_file(stack, "Ecr", write().with_name("stagign.yaml"))

    @pytest.mark.parametrize(
        ("name", "got"), [("dew.yaml", "No such file"), ("none/dev.yaml", "No such file"), ("", "Is a directory")]
    )
    def test_alone_a_file_that_cannot_be_read_is_refused_by_name(self, name, got, stack, write):
        with pytest.raises(InvalidInput, match=rf"environments/?{name}: must be a file that can be read, got {got}"):
            EnvironmentRepositories.from_file(stack, "Ecr", write().parent / name, alone=True)

    def test_a_directory_that_is_not_there_is_refused_by_name(self, stack, tmp_path):
        with pytest.raises(InvalidInput, match="none: must be a directory that can be read") as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", tmp_path / "none/dev.yaml")
        assert codes(caught) == [("", "directory")]


class TestPlace:
    """The stack's provider is of the account and region that the file says."""

    @pytest.mark.parametrize(
        ("region", "account_id", "wrong"),
        [
            ("eu-west-1", OWN, ["region"]),
            ("us-east-1", OTHER, ["account_id"]),
            ("eu-west-1", OTHER, ["account_id", "region"]),
        ],
    )
    def test_every_difference_is_refused_at_once(self, region, account_id, wrong, make_stack, write):
        stack = make_stack(region=region, account_ids=[account_id])
        with pytest.raises(InvalidInput, match=r"^dev/Ecr: .* must be that of the stack's provider, ") as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositories: {web: }\n"))
        assert codes(caught) == [(key, "environment-place") for key in wrong]

    def test_several_accounts_of_which_none_is_the_environment_s_are_refused(self, make_stack, write):
        stack = make_stack(account_ids=[OTHER, "333333333333"])
        with pytest.raises(InvalidInput, match=f"the stack's provider, {OTHER} or 333333333333, got") as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositories: {web: }\n"))
        assert codes(caught) == [("account_id", "environment-place")]

    def test_an_account_that_the_provider_forbids_is_refused(self, make_stack, write):
        stack = make_stack(account_ids=None)
        provider = next(each for each in stack.node.children if isinstance(each, AwsProvider))
        provider.forbidden_account_ids = [OTHER, OWN]
        with pytest.raises(InvalidInput, match=f"the stack's provider, any but {OTHER}, {OWN}, got") as caught:
            EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositories: {web: }\n"))
        assert codes(caught) == [("account_id", "environment-place")]

    def test_accounts_that_are_known_at_apply_are_no_difference(self, make_stack, write):
        variable = TerraformVariable(stack := make_stack(account_ids=None), "accounts", type="list(string)")
        provider = next(each for each in stack.node.children if isinstance(each, AwsProvider))
        provider.allowed_account_ids = variable.list_value
        provider.forbidden_account_ids = variable.list_value
        EnvironmentRepositories.from_file(stack, "Ecr", write("ecr_repositories: {web: }\n"))

    @pytest.mark.parametrize("place", [{"region": None}, {"account_ids": None}, {"account_ids": [OTHER, OWN]}])
    def test_what_the_provider_leaves_open_is_no_difference(self, place, make_stack, write):
        EnvironmentRepositories.from_file(make_stack(**place), "Ecr", write("ecr_repositories: {web: }\n"))


class TestTags:
    TEXT = """\
tags: {Team: web}
ecr_repositories:
  api: {tags: {Team: api, Tier: "1"}}
  web:
ecr_pull_through_caches: {ghcr: {upstream: ghcr, secret_name: ecr-pullthroughcache/ghcr}}
"""
    ALL: dict[str, str] = {**TAGS, "Team": "web"}  # noqa: RUF012 - nothing changes it

    @staticmethod
    def of(stack, *, kind="resource"):
        """Return the different tags of each type."""
        found: dict[str, list[Any]] = {}
        for type_, bodies in synth(stack).get(kind, {}).items():
            for body in bodies.values():
                if body.get("tags") not in found.setdefault(type_, []):
                    found[type_].append(body.get("tags"))
        return found

    def test_without_default_tags_of_the_provider_every_resource_has_the_environment_s(self, stack, make):
        make(self.TEXT)
        found = self.of(stack)
        assert found[REPOSITORY] == [
            {**self.ALL, "Name": "api", "Team": "api", "Tier": "1"},
            {**self.ALL, "Name": "web"},
        ]
        assert found["aws_ssm_parameter"] == [self.ALL]
        assert found["aws_ecr_lifecycle_policy"] == [None]

    def test_what_is_only_looked_up_has_none(self, stack, make):
        make(self.TEXT)
        assert self.of(stack, kind="data") == {"aws_secretsmanager_secret": [None]}

    def test_other_resources_of_the_stack_have_none(self, stack, make):
        Repository(stack, "Own", repository_name="own", logical_id="own")
        make(self.TEXT)
        assert "tags" not in every(stack, REPOSITORY)["own"]

    @pytest.mark.parametrize("early", [True, False])
    def test_tags_that_the_provider_gives_are_not_repeated(self, early, make_stack, write):
        """Whether the stack gets its provider before or after."""
        stack, file = make_stack(region=None), write(self.TEXT)
        steps = [
            lambda: provider(stack, "Aws", "us-east-1", tags=self.ALL),
            lambda: EnvironmentRepositories.from_file(stack, "Ecr", file),
        ]
        for step in steps if early else reversed(steps):
            step()
        found = self.of(stack)
        assert found[REPOSITORY] == [{"Name": "api", "Team": "api", "Tier": "1"}, {"Name": "web"}]
        assert found["aws_ssm_parameter"] == [None]

    def test_tags_that_the_provider_gives_otherwise_are_those_of_the_file(self, make_stack, write):
        stack = make_stack(region=None)
        provider(stack, "Aws", "us-east-1", tags={**TAGS, "Team": "api", "Cost": "1"})
        EnvironmentRepositories.from_file(stack, "Ecr", write(self.TEXT))
        assert self.of(stack)[REPOSITORY] == [
            {"Name": "api", "Team": "api", "Tier": "1"},
            {"Name": "web", "Team": "web"},
        ]

    def test_a_name_that_the_file_says_is_kept(self, stack, make):
        make("ecr_repositories: {api: {tags: {name: a}}, web: {tags: {Name: w}}}\n")
        assert self.of(stack)[REPOSITORY] == [{**TAGS, "name": "a"}, {**TAGS, "Name": "w"}]

    def test_a_name_of_every_resource_is_kept(self, stack, make):
        make("tags: {Name: platform}\necr_repositories: {web: }\n")
        assert self.of(stack)[REPOSITORY] == [{**TAGS, "Name": "platform"}]

    def test_the_organisation_is_a_tag_of_every_resource(self, stack, make):
        make("organization_tag: Acme Corp.\necr_repositories: {web: }\n")
        found = self.of(stack)
        assert found[REPOSITORY] == [{**TAGS, "Organization": "Acme Corp.", "Name": "web"}]
        assert found["aws_ssm_parameter"] == [{**TAGS, "Organization": "Acme Corp."}]
        assert "aws_ecr_repository_policy" not in found


class TestPublicRepositories:
    """They are in us-east-1 alone."""

    PUBLIC = "aws_ecrpublic_repository"
    TEXT = "ecr_public_repositories: {tools/cli: }\n"

    @pytest.fixture
    def west(self, make_stack: MakeStack) -> TerraformStack:
        return make_stack(region="eu-west-1")

    @pytest.fixture
    def file(self, write: WriteFile) -> Path:
        return write(self.TEXT, region="eu-west-1")

    def providers(self, stack: TerraformStack) -> dict[str, Document]:
        """Return the providers of a stack by alias, its own by none."""
        return {each.get("alias", ""): each for each in synth(stack)["provider"]["aws"]}

    def test_a_provider_is_made_with_account_and_tags(self, west, file):
        ecr = EnvironmentRepositories.from_file(west, "Ecr", file)
        assert resolved(west, ecr.public_urls) == {
            "tools/cli": "${aws_ecrpublic_repository.tools_S_cli.repository_uri}"
        }
        providers = self.providers(west)
        assert set(providers) == {"", "us-east-1"}
        assert providers["us-east-1"] == {
            "alias": "us-east-1",
            "region": "us-east-1",
            "allowed_account_ids": [OWN],
            "default_tags": [{"tags": TAGS}],
        }
        assert only(west, self.PUBLIC) == {
            "repository_name": "tools/cli",
            "tags": {"Name": "tools/cli"},
            "provider": "aws.us-east-1",
        }

    @pytest.mark.parametrize("tags", [None, TAGS])
    def test_the_one_that_is_given_is_used(self, tags, make_stack, file):
        """And the environment's tags are there, where it gives none."""
        stack = make_stack(region=None)
        provider(stack, "Aws", "eu-west-1", tags=TAGS)
        public = provider(stack, "Public", "us-east-1", alias="gallery", tags=tags)
        EnvironmentRepositories.from_file(stack, "Ecr", file, public_provider=public)
        assert set(self.providers(stack)) == {"", "gallery"}
        said = only(stack, self.PUBLIC)
        assert (said["provider"], said.get("tags")) == ("aws.gallery", {"Name": "tools/cli", **({} if tags else TAGS)})

    def test_the_stack_s_own_of_that_alias_is_used(self, west, file):
        """Terraform takes an alias once."""
        provider(west, "East", "us-east-1", alias="us-east-1", max_retries=7)
        EnvironmentRepositories.from_file(west, "Ecr", file)
        assert self.providers(west)["us-east-1"]["max_retries"] == 7
        assert only(west, self.PUBLIC)["provider"] == "aws.us-east-1"

    def test_in_us_east_1_the_stack_s_own_is_used(self, stack, make):
        make(self.TEXT)
        assert set(self.providers(stack)) == {""}
        assert "provider" not in only(stack, self.PUBLIC)

    def test_one_of_another_region_is_refused(self, west, file):
        wrong = provider(west, "Wrong", "us-west-2", alias="wrong")
        with pytest.raises(InvalidInput, match="us-east-1"):
            EnvironmentRepositories.from_file(west, "Ecr", file, public_provider=wrong)

    def test_without_public_repositories_none_is_made(self, west, write):
        EnvironmentRepositories.from_file(west, "Ecr", write("ecr_repositories: {web: }\n", region="eu-west-1"))
        assert set(self.providers(west)) == {""}


class TestTwoInOneStack:
    STATE = "{bucket: states, key: a, region: us-east-1, output: key_arn}"
    SCANS = "ecr_enable_inspector: true\n"
    FINDINGS = "ecr_enable_scan_findings_logging: true\n"
    KEY = "ecr_encryption_type: KMS\necr_kms_key: {create: true}\n"
    REPLICATES = "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2}]}\n"

    def both(self, stack, write, said):
        """Put two environments that say the same of other repositories into a stack."""
        for env, name in (("dev", "web"), ("prod", "api")):
            text = f"ecr_ssm_prefix: /{name}\n{said}ecr_repositories: {{{name}: }}\n"
            EnvironmentRepositories.from_file(stack, env, write(text, env), alone=True)

    def test_each_has_its_own_repositories_and_tags(self, stack, write):
        self.both(stack, write, "")
        found = every(stack, REPOSITORY)
        assert {name: each["tags"]["Environment"] for name, each in found.items()} == {"web": "dev", "api": "prod"}
        assert len(every(stack, "aws_ssm_parameter")) == 16

    @pytest.mark.parametrize(
        "said",
        [
            "organization: true\n",
            "ecr_encryption_type: KMS\necr_kms_key: {alias: alias/ecr}\n",
            "ecr_encryption_type: KMS\necr_kms_key: {ssm_parameter: /keys/ecr}\n",
            f"ecr_encryption_type: KMS\necr_kms_key: {{remote_state: {STATE}}}\n",
            "bucket: states\necr_encryption_type: KMS\necr_kms_key: security_layer\n",
        ],
        ids=["organisation", "alias", "parameter", "state", "security layer"],
    )
    def test_what_both_look_up_is_no_obstacle(self, said, stack, write):
        self.both(stack, write, said)
        assert set(every(stack, REPOSITORY)) == {"web", "api"}

    def test_public_repositories_share_the_provider_that_is_made(self, make_stack, write):
        stack = make_stack(region="eu-west-1")
        for env, name in (("dev", "cli"), ("prod", "daemon")):
            file = write(f"ecr_public_repositories: {{{name}: }}\n", env, region="eu-west-1")
            EnvironmentRepositories.from_file(stack, env, file, alone=True)
        found = every(stack, "aws_ecrpublic_repository")
        assert {each["provider"] for each in found.values()} == {"aws.us-east-1"}
        assert {name: each.get("tags") for name, each in found.items()} == {
            "cli": {"Name": "cli"},
            "daemon": {"Environment": "prod", "Name": "daemon"},
        }

    def test_the_one_configuration_of_replication_is_of_both(self, stack, write):
        self.both(stack, write, self.REPLICATES)
        (rule,) = only(stack, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]
        assert {each["filter"] for each in rule["repository_filter"]} == {"shop-dev-web", "shop-prod-api"}

    @pytest.mark.parametrize(
        ("first", "second", "code"),
        [
            ("ecr_repositories: {web: }\n", None, "logical-id-taken"),
            (
                "ecr_repositories: {web: {repository_name: same}}\n",
                "ecr_repositories: {api: {repository_name: same}}\n",
                "repository-name-taken",
            ),
            (
                "ecr_ssm_prefix: /a\necr_repositories: {b/web: }\n",
                "ecr_ssm_prefix: /a/b\necr_repositories: {web: }\n",
                "ssm-collision",
            ),
            (f"{KEY}ecr_repositories: {{web: }}\n", f"{KEY}ecr_repositories: {{api: }}\n", "logical-id-taken"),
            (SCANS, None, "one-per-registry"),
            (FINDINGS, None, "one-per-registry"),
            ("ecr_account_settings: {registry_policy_scope: V2}\n", None, "one-per-registry"),
            (
                "ecr_pull_time_update_exclusions: ['arn:aws:iam::111111111111:role/scanner']\n",
                None,
                "one-per-registry",
            ),
            ("ecr_creation_templates: {shop: {applied_for: [REPLICATION]}}\n", None, "one-per-registry"),
            ("ecr_pull_through_caches: {quay: {upstream: quay}}\n", None, "one-per-registry"),
            ("ecr_public_repositories: {cli: }\n", None, "one-per-registry"),
        ],
        ids=[
            *(
                "address",
                "name",
                "parameter",
                "key",
                "scanning",
                "findings",
                "settings",
                "exclusion",
                "template",
                "cache",
            ),
            "public",
        ],
    )
    def test_what_can_be_there_once_is_refused_and_both_are_named(self, first, second, code, stack, write):
        EnvironmentRepositories.from_file(stack, "Dev", write(first), alone=True)
        prod = write(first if second is None else second, "prod")
        with pytest.raises(InvalidInput, match=r"^dev/Prod[/:].* dev/Dev/") as caught:
            EnvironmentRepositories.from_file(stack, "Prod", prod, alone=True)
        assert code in {found for _, found in codes(caught)}


class TestAddresses:
    """A changed address of a repository deletes its images."""

    ADOPTED = """\
ecr_defaults: {replication_destinations: [{region: us-west-2}]}
ecr_repositories:
  api: {adopt: true, enable_replication: true, enable_lambda_pull: true}
  new/web: {renamed_from: web, repository_name: shop-dev-web}
ecr_registry_policy: {replication_sources: [{account_id: "222222222222"}]}
"""

    @pytest.fixture(params=["everything", "adopted"])
    def file(self, request: pytest.FixtureRequest, write: WriteFile) -> Path:
        everything = ROOT / "tests/deploy/environments/everything.yaml"
        return everything if request.param == "everything" else write(self.ADOPTED)

    def test_the_stacks_make_the_same_wherever_the_construct_stands(self, file, app: App, tmp_path):
        environment = load_file(file)
        stack = TerraformStack(App(outdir=str(tmp_path / "other")), "elsewhere")
        configure_provider(stack, environment)
        EnvironmentRepositories.from_file(Construct(Construct(stack, "Platform"), "Images"), "Ecr", file, alone=True)
        ours, theirs = synth(stack), synth(ComputeStack(app, environment))
        for document in (ours, theirs):
            document.pop("output", None)
            document.get("terraform", {}).pop("backend", None)
        assert ours == theirs
        assert len(ours["resource"][REPOSITORY]) > 1


class TestNotices:
    INERT = """\
ecr_repositories:
  web:
    lifecycle_rules:
      - {tag_status: tagged, tag_pattern_list: ["v*"], count_type: imageCountMoreThan, count_number: 5}
      - {tag_status: tagged, tag_pattern_list: ["v1*"], count_type: imageCountMoreThan, count_number: 5}
"""
    SCANNED = """\
ecr_repository_name: "{name}"
ecr_repositories:
  web: {enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}
  web-web:
"""
    REPLICATED = """\
ecr_repositories:
  web: {enable_replication: true, replication_destinations: [{region: us-west-2}], acknowledge: [lifecycle-replicas]}
  web-admin:
"""
    DELETIONS = """\
ecr_repositories: {web: {enable_replication: true, replication_destinations: [
  {region: us-west-2, deletions_replicated: true}, {region: eu-west-1}], acknowledge: [lifecycle-replicas]}}
"""
    TEXTS = pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            (INERT, "lifecycle-inert", 9),
            (SCANNED, "scan-accident", 8),
            (REPLICATED, "replication-accident", 6),
            (DELETIONS, "replication-deletions", 5),
            ("ecr_public_repositories: {cli: {architectures: [amd64]}}\n", "public-undiscoverable", 5),
            ("ecr_repositories: {web: {adopt: true}}\n", "adopted", 5),
        ],
        ids=["lifecycle", "scanning", "replication", "deletions", "public", "adopted"],
    )

    @TEXTS
    def test_each_is_pointed_out_once_with_its_place_and_code(self, text, code, line, stack, write):
        file = write(text)
        EnvironmentRepositories.from_file(stack, "Ecr", file)
        (found,) = annotations(stack)
        assert found.startswith(f"{file.as_posix()}:{line}: ecr_")
        assert found.endswith(f" [{code}]")

    @TEXTS
    def test_none_is_once_it_is_acknowledged(self, text, code, line, stack, make):
        make(f"{text}acknowledge: [{code}]\n")
        assert annotations(stack) == []

    @pytest.mark.parametrize("acknowledged", [False, True])
    def test_an_excluded_role_by_which_a_file_runs_images_is_pointed_out_once(self, acknowledged, stack, make):
        make(
            "ecr_node_pull: {roles: [nodes]}\necr_repositories: {web: }\n"
            f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OWN}:role/nodes']\n"
            f"acknowledge: [{'pull-exclusion-runs, ' if acknowledged else ''}provider-raised]\n"
        )
        found = [each for each in annotations(stack) if each.endswith("[pull-exclusion-runs]")]
        assert [each.partition(": ")[2].partition(": ")[0] for each in found] == (
            [] if acknowledged else ["ecr_pull_time_update_exclusions[0]"]
        )

    def test_what_roles_and_organisations_of_a_file_come_with_is_said_once(self, stack, make):
        ecr = make(
            "ecr_defaults: {pull_principals: ['arn:aws:iam::222222222222:role/a']}\n"
            "ecr_repositories: {web: {push_principals: [o-a1b2c3d4e5]}, api: {}}\n"
        )
        said = annotations(stack)
        assert [each.rsplit("[", 1)[-1] for each in said] == ["access-wide]", "grant-other-side]"]
        assert all(each.startswith(ecr.environment.file.rsplit("/", 1)[0]) for each in said)

    def test_what_a_file_acknowledges_of_grants_is_not_said_by_constructs(self, stack, make):
        make(
            "acknowledge: [grant-other-side]\n"
            "ecr_repositories: {web: {pull_principals: ['arn:aws:iam::222222222222:role/a']}}\n"
        )
        assert annotations(stack) == []

    def test_levels_of_a_file_are_those_of_the_construct(self, stack, make):
        make(
            "ecr_repositories:\n  web:\n    pull_principals: [organization, '222222222222']\n"
            "    admin_principals: [codebuild.amazonaws.com]\n"
            "    policy_statements: [{sid: Own, actions: ['ecr:ListImages'], principals: ['333333333333']}]\n"
        )
        policy = json.loads(only(stack, "aws_ecr_repository_policy")["policy"])
        assert [each["Sid"] for each in policy["Statement"]] == [
            *("AdminPrincipalsCodebuild", "Own", "PullPrincipals", "PullPrincipalsOrganization"),
        ]
        organization = "${data.aws_organizations_organization.ecr_organization.id}"
        assert policy["Statement"][3]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": organization}}
        assert policy["Statement"][1]["Principal"] == {"AWS": f"arn:aws:iam::{THIRD}:root"}

    def test_a_construct_made_by_hand_beside_it_warns_by_itself(self, stack, make):
        """Even in the same words, and even where the file acknowledges them."""
        make(
            "ecr_repositories: {web: {expire_tagged_after_days: 30}}\n"
            "acknowledge: [lifecycle-age-alone, lifecycle-any-skips-tagged]\n"
        )
        own = Repository(stack, "Own", repository_name="own")
        LifecyclePolicy(stack, "Retention", repository=own, expire_tagged_after_days=30, max_image_count=100)
        found, _ = annotations(stack)
        assert found.startswith("Rule 2 ")
        assert found.endswith(" [lifecycle-any-skips-tagged]")

    def test_what_is_added_by_hand_to_what_the_registry_has_once_warns_by_itself(self, stack, make):
        make(f"{self.REPLICATED}acknowledge: [replication-accident]\n")
        for name in ("own", "own-too"):
            Repository(stack, name, repository_name=name)
        destinations = [ReplicationDestination(region="us-west-2")]
        ReplicationConfig.of(stack).add_repositories(["own"], destinations=destinations)
        (found,) = annotations(stack)
        assert found.startswith("The replication of own also replicates own-too, ")


class TestAdoption:
    FILE = """\
ecr_ssm_layout: config
ecr_defaults: {adopt: [repository, parameters]}
ecr_repositories:
  api: {adopt: true}
  web:
  worker: {adopt: [parameters/url], publish_to_ssm: true}
  x/job: {publish_to_ssm: false}
"""

    def test_parameters_are_imported_where_they_are_named_and_made(self, stack, write):
        EnvironmentRepositories.from_file(stack, "Dev", write(self.FILE), alone=True)
        blocks = {each["to"]: each["id"] for each in synth(stack)["import"]}
        assert {to: id_ for to, id_ in blocks.items() if to.startswith("aws_ssm_parameter.")} == {
            "aws_ssm_parameter.web_config": "/ecr/web/config",
            "aws_ssm_parameter.web_url": "/ecr/web/url",
            "aws_ssm_parameter.worker_url": "/ecr/worker/url",
        }
        assert "aws_ecr_repository.worker" not in blocks
        assert blocks["aws_ecr_repository.api"] == "shop-dev-api"
