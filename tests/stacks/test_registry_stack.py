"""What an environment says of its registry reaches Terraform: once, at addresses that stay."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import parliament
import pytest
import yaml

from ecr_constructs.config.load import load_environments
from ecr_constructs.core.registry.scanning import filter_matches
from stacks.app import build_app
from tests.stacks.checkov import run_checkov

ROOT = Path(__file__).parents[2]
OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
HEAD = f'project: shop\nenv: dev\nregion: us-east-1\naccount_id: "{OWN}"\n'
WITHOUT_ACCOUNT = "project: shop\nenv: dev\nregion: us-east-1\n"

# Everything that a registry has, in another region than that of public repositories.
EVERYTHING = f"""\
project: shop
env: prod
region: eu-west-1
account_id: "{OWN}"
protected: true
ecr_encryption_type: KMS
ecr_kms_key: {{create: true}}
ecr_defaults: {{publish_to_ssm: false, image_tag_mutability: IMMUTABLE}}
ecr_repositories:
  api: {{enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}}
  web:
ecr_enable_inspector: true
ecr_account_settings: {{basic_scan_type_version: AWS_NATIVE, registry_policy_scope: V2, blob_mounting: ENABLED}}
ecr_pull_time_update_exclusions:
  - arn:aws:iam::{OWN}:user/scan_it
  - arn:aws:iam::{OWN}:role/security/scan.it
ecr_registry_policy:
  replication_sources:
    - {{account_id: "{THIRD}", repository_prefixes: [tools/]}}
ecr_creation_templates:
  ROOT: {{applied_for: [REPLICATION, PULL_THROUGH_CACHE], max_image_count: 20}}
  team/1st.app:
    applied_for: [REPLICATION, CREATE_ON_PUSH]
    description: Replicas of the first app
    image_tag_mutability: IMMUTABLE
    encryption_type: KMS
    kms_key: {{ssm_parameter: /keys/replicas}}
    create_role: true
    resource_tags: {{Team: first}}
    allowed_account_ids: ["{OTHER}"]
    organization_id: o-a1b2c3d4e5
ecr_pull_through_caches:
  docker-hub:
    upstream: docker-hub
    create_secret: true
    recovery_window_in_days: 7
    principals: ["{OTHER}", "arn:aws:iam::{OWN}:role/ci"]
    creation_template:
      expire_untagged_after_days: 7
      encryption_type: KMS
      kms_key: {{alias: alias/caches}}
      create_role: true
  1st/quay: {{upstream: quay, upstream_repository_prefix: prometheus}}
  other/quay: {{upstream: quay.io}}
  ghcr: {{upstream: ghcr, secret_name: ecr-pullthroughcache/github}}
  base:
    upstream: {OTHER}.dkr.ecr.eu-west-1.amazonaws.com
    custom_role_arn: arn:aws:iam::{OWN}:role/pull
ecr_enable_scan_findings_logging: true
ecr_log_retention_days: 365
ecr_log_kms_key: {{alias: alias/logs}}
ecr_scan_alert_severity: HIGH
ecr_public_repositories:
  1st-tool:
  cli:
    repository_name: shop/cli
    description: The command line
    architectures: [x86-64, ARM 64]
    operating_systems: [Linux]
    push_account_ids: ["{OTHER}"]
    tags: {{Team: cli}}
"""
# What replicates into it, without being said there.
SOURCE = f"""\
project: shop
env: build
region: eu-west-1
account_id: "{OTHER}"
ecr_defaults:
  enable_replication: true
  replication_destinations: [{{region: eu-west-1, registry_id: "{OWN}"}}]
repository_names: [team/1st.app, web]
"""

ADDRESSES = {
    "aws_cloudwatch_event_rule": {
        "ecr_findings_basic_alerts",
        "ecr_findings_basic_scans",
        "ecr_findings_enhanced_alerts",
        "ecr_findings_enhanced_findings",
        "ecr_findings_enhanced_scans",
    },
    "aws_cloudwatch_event_target": {
        "ecr_findings_basic_alerts",
        "ecr_findings_basic_scans",
        "ecr_findings_enhanced_alerts",
        "ecr_findings_enhanced_findings",
        "ecr_findings_enhanced_scans",
    },
    "aws_cloudwatch_log_group": {"ecr_findings"},
    "aws_cloudwatch_log_resource_policy": {"ecr_findings"},
    "aws_ecr_account_setting": {
        "registry_basic_scan_type_version",
        "registry_blob_mounting",
        "registry_registry_policy_scope",
    },
    "aws_ecr_lifecycle_policy": {"api", "web"},
    "aws_ecr_pull_through_cache_rule": {"N_1st_S_quay", "base", "docker-hub", "ghcr", "other_S_quay"},
    "aws_ecr_pull_time_update_exclusion": {
        "role_S_security_S_scan_D_it_111111111111",
        "user_S_scan__it_111111111111",
    },
    "aws_ecr_registry_policy": {"registry"},
    "aws_ecr_registry_scanning_configuration": {"registry"},
    "aws_ecr_repository": {"api", "web"},
    "aws_ecr_repository_creation_template": {"ROOT", "docker-hub", "team_S_1st_D_app"},
    "aws_ecrpublic_repository": {"N_1st-tool", "cli"},
    "aws_ecrpublic_repository_policy": {"cli"},
    "aws_iam_role": {"docker-hub", "team_S_1st_D_app"},
    "aws_iam_role_policy": {"docker-hub", "team_S_1st_D_app"},
    "aws_inspector2_enabler": {"registry"},
    "aws_kms_alias": {"ecr"},
    "aws_kms_key": {"ecr"},
    "aws_secretsmanager_secret": {"docker-hub"},
    "aws_sns_topic": {"ecr_findings"},
    "aws_sns_topic_policy": {"ecr_findings"},
}
OF_REPOSITORIES = {
    "aws_ecr_lifecycle_policy",
    "aws_ecr_repository",
    "aws_ecr_repository_policy",
    "aws_ssm_parameter",
}


@pytest.fixture(scope="module")
def outdir(tmp_path_factory):
    """Where everything is synthesised, from two environments."""
    folder = tmp_path_factory.mktemp("registry")
    (folder / "environments").mkdir()
    for name, text in (("prod", EVERYTHING), ("build", SOURCE)):
        (folder / "environments" / f"{name}.yaml").write_text(text, encoding="utf-8")
    build_app(load_environments(folder / "environments"), outdir=str(folder / "out")).synth()
    return folder / "out"


@pytest.fixture(scope="module")
def everything(outdir):
    return json.loads((outdir / "stacks" / "prod" / "cdk.tf.json").read_text(encoding="utf-8"))


@pytest.fixture
def resources(everything):
    return everything["resource"]


def only(document, kind, name="registry"):
    """Return the only resource of a kind, which has this name."""
    ((address, resource),) = document["resource"][kind].items()
    assert address == name
    return resource


class TestEverything:
    def test_every_address_is_as_it_was(self, resources):
        """A changed address destroys what is there and makes another one."""
        assert {kind: set(names) for kind, names in resources.items()} == ADDRESSES

    def test_snapshot(self, everything, terraform_snapshot):
        assert everything == terraform_snapshot

    def test_the_order_of_the_file_does_not_matter(self, synthesise_all, everything):
        backwards = yaml.safe_dump(turned(yaml.safe_load(EVERYTHING)), sort_keys=False)
        assert json.dumps(synthesise_all(prod=backwards, build=SOURCE)["prod"]) == json.dumps(everything)

    def test_what_replicates_into_it_has_nothing_of_a_registry_but_the_replication(self, outdir):
        document = json.loads((outdir / "stacks" / "build" / "cdk.tf.json").read_text(encoding="utf-8"))
        assert set(document["resource"]) - OF_REPOSITORIES == {"aws_ecr_replication_configuration"}


def turned(value):
    """Return mappings with their keys the other way round."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return value


def test_nothing_of_a_registry_is_made_where_nobody_asks(synth):
    document = synth(HEAD + "ecr_repositories: {web: {scan_on_push: false}, api: }\n")
    assert set(document["resource"]) <= OF_REPOSITORIES
    assert "data" not in document
    assert len(document["provider"]["aws"]) == 1
    assert "ecr_public_repository_urls" not in document["output"]


ALONE = {
    "ecr_account_settings: {registry_policy_scope: V2}\n": {"aws_ecr_account_setting"},
    "ecr_creation_templates: {shop: {applied_for: [REPLICATION]}}\n": {"aws_ecr_repository_creation_template"},
    "ecr_enable_inspector: true\n": {"aws_ecr_registry_scanning_configuration", "aws_inspector2_enabler"},
    "ecr_enable_scan_findings_logging: true\n": {
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_event_target",
        "aws_cloudwatch_log_group",
        "aws_cloudwatch_log_resource_policy",
    },
    f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OWN}:role/scanner']\n": {"aws_ecr_pull_time_update_exclusion"},
    "ecr_public_repositories: {cli: }\n": {"aws_ecrpublic_repository"},
    "ecr_pull_through_caches: {quay: {upstream: quay}}\n": {"aws_ecr_pull_through_cache_rule"},
    f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}]}}\n': {"aws_ecr_registry_policy"},
    "ecr_defaults: {enable_enhanced_scanning: true}\n": {"aws_ecr_registry_scanning_configuration"},
    "ecr_encryption_type: KMS\necr_kms_key: {create: true}\n": {"aws_kms_alias", "aws_kms_key"},
    "protected: true\n": set(),
}


@pytest.mark.parametrize(("text", "kinds"), ALONE.items())
def test_each_key_alone_makes_what_is_its_own(synth, text, kinds):
    document = synth(HEAD + text + "ecr_repositories: {web: }\n")
    assert set(document["resource"]) - OF_REPOSITORIES == kinds


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        (
            "ecr_pull_through_caches",
            (
                "{{upstream: quay, creation_template: {{encryption_type: KMS, kms_key: {{alias: alias/{0}}}, "
                "create_role: true}}}}"
            ),
        ),
        (
            "ecr_creation_templates",
            "{{applied_for: [REPLICATION], encryption_type: KMS, kms_key: {{alias: alias/{0}}}, create_role: true}}",
        ),
        ("ecr_public_repositories", "{{description: {0}}}"),
    ],
)
def test_the_order_of_the_entries_of_a_key_does_not_matter(synth, key, entry):
    one, other = (
        synth(HEAD + f"{key}: {{{', '.join(f'{name}: {entry.format(name)}' for name in names)}}}\n")
        for names in (("ab", "cd"), ("cd", "ab"))
    )
    assert json.dumps(one) == json.dumps(other)


# checkov


SKIPPED = {
    "CKV_AWS_26": "EventBridge cannot publish to a topic with AWS's own key, and the file names no other for it",
    "CKV_AWS_149": "ECR reads only secrets that are encrypted with the default key",
    "CKV2_AWS_57": "the credentials are another registry's, which nothing of AWS could rotate",
}


def test_checkov(outdir):
    """checkov finds nothing but what is skipped for a reason, and each skipped check would find something."""
    assert run_checkov(outdir / "stacks" / "prod") == set(SKIPPED)


# parliament

POLICIES = {
    ("aws_cloudwatch_log_resource_policy", "policy_document"),
    ("aws_ecr_registry_policy", "policy"),
    ("aws_ecr_repository_creation_template", "repository_policy"),
    ("aws_ecrpublic_repository_policy", "policy"),
    ("aws_iam_role", "assume_role_policy"),
    ("aws_iam_role_policy", "policy"),
    ("aws_kms_key", "policy"),
    ("aws_sns_topic_policy", "policy"),
}
# What Terraform puts in the place of references.
STANDS_FOR = {
    "aws_cloudwatch_log_group": f"arn:aws:logs:eu-west-1:{OWN}:log-group:/aws/events/ecr/findings",
    "aws_cloudwatch_event_rule": f"arn:aws:events:eu-west-1:{OWN}:rule/findings",
    "aws_sns_topic": f"arn:aws:sns:eu-west-1:{OWN}:ecr-findings",
    "data.aws_kms_alias": KEY,
    "data.aws_ssm_parameter": KEY,
}
# What a policy is about that names no resource, because it can be about nothing else.
ABOUT = {
    "aws_ecr_repository_creation_template": f"arn:aws:ecr:eu-west-1:{OWN}:repository/web",
    "aws_ecrpublic_repository_policy": f"arn:aws:ecr-public::{OWN}:repository/web",
    "aws_iam_role": f"arn:aws:iam::{OWN}:role/templates",
    "aws_kms_key": [KEY, f"arn:aws:kms:us-east-1:{OWN}:alias/ecr"],
}

# parliament's table has the action for "*" alone; AWS's own example restricts it to the repositories of a prefix:
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create-pullthroughcache.html
NOT_KNOWN = "RESOURCE_MISMATCH - [{'action': 'ecr:BatchImportUpstreamImage', 'required_format': '*'}]"


def policies(resources) -> Iterator[tuple[str, str]]:
    """Yield (address, policy as AWS gets it)."""
    for kind, names in resources.items():
        for name, resource in names.items():
            for attribute in {"policy", "policy_document", "assume_role_policy", "repository_policy"} & set(resource):
                if kind != "aws_ecr_lifecycle_policy":
                    assert (kind, attribute) in POLICIES
                    text = re.sub(r"\$\{((?:data\.)?[a-z_0-9]+)\.[^}]*\}", put_in, resource[attribute])
                    yield f"{kind}.{name}", text


def put_in(match: re.Match[str]) -> str:
    return STANDS_FOR[match[1]]


def test_parliament(resources):
    """parliament finds every policy well-formed, with actions, resources and conditions that exist."""
    found = dict(policies(resources))
    assert {address.split(".")[0] for address in found} == {kind for kind, _ in POLICIES}
    for address, text in found.items():
        policy, kind = json.loads(text), address.split(".")[0]
        if kind in ABOUT:
            for statement in policy["Statement"]:
                assert statement.get("Resource", "*") == "*"
                statement["Resource"] = ABOUT[kind]
        findings = map(str, parliament.analyze_policy_string(json.dumps(policy)).findings)
        assert [(address, finding) for finding in findings if NOT_KNOWN not in finding] == []


# Scanning

FREQUENCIES = ("MANUAL", "SCAN_ON_PUSH", "CONTINUOUS_SCAN")


def as_expression(text: str) -> str:
    """Return the regular expression of a filter: without `*` it matches every name that contains it."""
    return ".*".join(map(re.escape, text.split("*"))) if "*" in text else f".*{re.escape(text)}.*"


def scanned(documents) -> dict[str, str]:
    """Return how often each repository of all shards is scanned under ENHANCED, by what its filters match."""
    (document,) = (each for each in documents.values() if "aws_ecr_registry_scanning_configuration" in each["resource"])
    configuration = only(document, "aws_ecr_registry_scanning_configuration")
    assert configuration["scan_type"] == "ENHANCED"
    names = {
        each["name"] for one in documents.values() for each in one["resource"].get("aws_ecr_repository", {}).values()
    }
    result = dict.fromkeys(names, "MANUAL")
    for rule in sorted(configuration.get("rule", ()), key=lambda each: FREQUENCIES.index(each["scan_frequency"])):
        texts = [each["filter"] for each in rule["repository_filter"]]
        assert {each["filter_type"] for each in rule["repository_filter"]} == {"WILDCARD"}
        assert 1 <= len(texts) <= 100
        for name in names:
            by_hand = any(re.fullmatch(as_expression(text), name) for text in texts)
            assert by_hand == any(filter_matches(text, name) for text in texts)
            if by_hand:
                result[name] = rule["scan_frequency"]
    return result


KINDS = {
    "CONTINUOUS_SCAN": {"enable_enhanced_scanning": True, "scan_frequency": "CONTINUOUS_SCAN"},
    "SCAN_ON_PUSH": {"enable_enhanced_scanning": True, "scan_on_push": False},
    "MANUAL": {"enable_enhanced_scanning": True, "scan_frequency": "MANUAL"},
}
BY_THEMSELVES = {"on_push": {"scan_on_push": True}, "never": {"scan_on_push": False}}
ALIKE = ("web", "web-app", "app", "app-web", "my-web", "web/app", "we", "eb", "web.app", "web_app", "xweb", "webx")


class TestScanning:
    @pytest.mark.parametrize("shards", [1, 3])
    @pytest.mark.parametrize("seed", range(4))
    def test_exactly_what_is_meant_is_scanned_over_all_shards(self, synthesise_all, shards, seed):
        chosen = random.Random(seed)
        options = {**KINDS, **BY_THEMSELVES}
        kinds = {name: chosen.choice(sorted(options)) for name in ALIKE}
        text = yaml.safe_dump(
            {
                "ecr_shards": shards,
                "ecr_enable_inspector": True,
                "ecr_repositories": {
                    name: {**options[kind], "repository_name": name, "publish_to_ssm": False}
                    for name, kind in kinds.items()
                },
            }
        )
        meant = {name: {"on_push": "SCAN_ON_PUSH", "never": "MANUAL"}.get(kind, kind) for name, kind in kinds.items()}
        assert scanned(synthesise_all(dev=HEAD + text)) == meant

    def test_more_than_a_hundred_share_filters_that_match_no_other(self, synthesise_all):
        names = [f"{team}/{number}" for team in ("a", "b", "c") for number in range(100, 170)]
        options = {
            name: {
                "repository_name": name,
                "enable_enhanced_scanning": not name.startswith("b/"),
                "scan_on_push": False,
                "publish_to_ssm": False,
            }
            for name in names
        }
        documents = synthesise_all(dev=HEAD + yaml.safe_dump({"ecr_shards": 2, "ecr_repositories": options}))
        assert scanned(documents) == {name: "MANUAL" if name.startswith("b/") else "SCAN_ON_PUSH" for name in names}

    def test_inspector_is_switched_on_for_images_before_the_scanning_is_configured(self, everything):
        inspector = only(everything, "aws_inspector2_enabler")
        assert (inspector["account_ids"], inspector["resource_types"]) == ([OWN], ["ECR"])
        scanning = only(everything, "aws_ecr_registry_scanning_configuration")
        assert scanning["depends_on"] == ["aws_inspector2_enabler.registry"]

    def test_inspector_is_left_alone_where_nobody_asks(self, synth):
        document = synth(HEAD + "ecr_repositories: {web: {enable_enhanced_scanning: true}}\n")
        assert "aws_inspector2_enabler" not in document["resource"]
        assert "depends_on" not in only(document, "aws_ecr_registry_scanning_configuration")

    def test_without_an_account_it_is_the_one_of_the_credentials(self, synth):
        inspector = only(synth(WITHOUT_ACCOUNT + "ecr_enable_inspector: true\n"), "aws_inspector2_enabler")
        assert inspector["account_ids"] == ["${data.aws_caller_identity.EcrCallerIdentity.account_id}"]

    def test_what_another_environment_makes_elsewhere_is_not_scanned(self, synthesise_all):
        enhanced = "ecr_repositories: {web: {enable_enhanced_scanning: true}}\n"
        documents = synthesise_all(
            dev=HEAD + enhanced,
            other=f'project: shop\nenv: other\nregion: us-east-1\naccount_id: "{OTHER}"\necr_repositories: {{web: }}\n',
        )
        assert "aws_ecr_registry_scanning_configuration" not in documents["other"]["resource"]
        assert scanned(documents) == {"shop-dev-web": "SCAN_ON_PUSH", "shop-other-web": "MANUAL"}


# The registry's policy


def statements(document):
    return json.loads(only(document, "aws_ecr_registry_policy")["policy"])["Statement"]


def granted(document) -> dict[tuple[str, str], set[str]]:
    """Return the patterns of repositories by principal and action."""
    result: dict[tuple[str, str], set[str]] = {}
    for statement in statements(document):
        assert statement["Effect"] == "Allow"
        assert statement.keys() <= {"Sid", "Effect", "Principal", "Action", "Resource"}
        for principal in as_list(statement["Principal"]["AWS"]):
            for action in as_list(statement["Action"]):
                arns = {arn.split(":repository/")[1] for arn in as_list(statement["Resource"])}
                result.setdefault((principal, action), set()).update(arns)
    return result


def as_list(value):
    return [value] if isinstance(value, str) else value


CI = f"arn:aws:iam::{OWN}:role/ci"


def root(account):
    return f"arn:aws:iam::{account}:root"


class TestRegistryPolicy:
    def test_it_lets_in_who_is_named_who_replicates_and_who_fills_caches_and_no_one_else(self, everything):
        replicas = {"team/1st.app*", "web*"}
        assert granted(everything) == {
            (root(THIRD), "ecr:ReplicateImage"): {"tools/*"},
            (root(OTHER), "ecr:ReplicateImage"): replicas,
            (root(OTHER), "ecr:CreateRepository"): replicas | {"docker-hub/*"},
            (root(OTHER), "ecr:BatchImportUpstreamImage"): {"docker-hub/*"},
            (CI, "ecr:BatchImportUpstreamImage"): {"docker-hub/*"},
            (CI, "ecr:CreateRepository"): {"docker-hub/*"},
        }

    def test_its_resources_are_of_its_own_registry(self, everything):
        arns = {arn for each in statements(everything) for arn in as_list(each["Resource"])}
        assert {arn.rpartition(":")[0] for arn in arns} == {f"arn:aws:ecr:eu-west-1:{OWN}"}

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("", {("ecr:ReplicateImage", "*")}),
            (", create_repository: true", {("ecr:ReplicateImage", "*"), ("ecr:CreateRepository", "*")}),
            (", repository_prefixes: [a, b/]", {("ecr:ReplicateImage", "a*"), ("ecr:ReplicateImage", "b/*")}),
        ],
    )
    def test_a_source_may_do_what_is_said(self, synth, source, expected):
        document = synth(HEAD + f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"{source}}}]}}\n')
        found = {
            (action, arn)
            for (principal, action), arns in granted(document).items()
            for arn in arns
            if principal == root(OTHER)
        }
        assert found == expected

    def test_what_an_environment_replicates_may_be_made_where_it_goes_without_a_word_there(self, synthesise_all):
        there = f'project: shop\nenv: west\nregion: eu-west-1\naccount_id: "{OWN}"\n'
        documents = synthesise_all(build=SOURCE, west=there)
        assert granted(documents["west"]) == {
            (root(OTHER), action): {"team/1st.app*", "web*"}
            for action in ("ecr:CreateRepository", "ecr:ReplicateImage")
        }
        assert "aws_ecr_registry_policy" not in documents["build"]["resource"]

    def test_no_sources_make_no_policy(self, synth):
        document = synth(HEAD + "ecr_registry_policy: {replication_sources: []}\n")
        assert "aws_ecr_registry_policy" not in document.get("resource", {})

    @pytest.mark.parametrize(
        ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
    )
    def test_it_is_of_the_partition_of_its_region(self, synth, region, partition):
        document = synth(
            HEAD.replace("us-east-1", region)
            + f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}]}}\n'
        )
        (statement,) = statements(document)
        assert statement["Principal"]["AWS"] == f"arn:{partition}:iam::{OTHER}:root"
        assert statement["Resource"] == f"arn:{partition}:ecr:{region}:{OWN}:repository/*"

    def test_without_an_account_it_is_the_one_of_the_credentials(self, synth):
        text = f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}]}}\n'
        (statement,) = statements(synth(WITHOUT_ACCOUNT + text))
        account = "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        assert statement["Resource"] == f"arn:aws:ecr:us-east-1:{account}:repository/*"


def plain(resource):
    """Return a resource without CDKTF's notes."""
    return {key: value for key, value in resource.items() if key != "//"}


class TestCaches:
    def test_each_prefix_has_a_rule(self, resources):
        rules = {name: plain(each) for name, each in resources["aws_ecr_pull_through_cache_rule"].items()}
        assert rules == {
            "docker-hub": {
                "ecr_repository_prefix": "docker-hub",
                "upstream_registry_url": "registry-1.docker.io",
                "credential_arn": "${aws_secretsmanager_secret.docker-hub.arn}",
            },
            "N_1st_S_quay": {
                "ecr_repository_prefix": "1st/quay",
                "upstream_registry_url": "quay.io",
                "upstream_repository_prefix": "prometheus",
            },
            "other_S_quay": {"ecr_repository_prefix": "other/quay", "upstream_registry_url": "quay.io"},
            "ghcr": {
                "ecr_repository_prefix": "ghcr",
                "upstream_registry_url": "ghcr.io",
                "credential_arn": "${data.aws_secretsmanager_secret.ghcr.arn}",
            },
            "base": {
                "ecr_repository_prefix": "base",
                "upstream_registry_url": f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com",
                "custom_role_arn": f"arn:aws:iam::{OWN}:role/pull",
            },
        }

    def test_a_secret_is_made_without_a_value_or_looked_up(self, everything):
        secret = only(everything, "aws_secretsmanager_secret", "docker-hub")
        assert (secret["name"], secret["recovery_window_in_days"]) == ("ecr-pullthroughcache/docker-hub", 7)
        assert "aws_secretsmanager_secret_version" not in everything["resource"]
        ((address, data),) = everything["data"]["aws_secretsmanager_secret"].items()
        assert (address, data["name"]) == ("ghcr", "ecr-pullthroughcache/github")

    def test_a_cache_of_everything_has_the_prefix_root(self, synth):
        document = synth(HEAD + f'ecr_pull_through_caches: {{ROOT: {{upstream: quay, principals: ["{OTHER}"]}}}}\n')
        rule = only(document, "aws_ecr_pull_through_cache_rule", "ROOT")
        assert rule["ecr_repository_prefix"] == "ROOT"
        assert granted(document)[root(OTHER), "ecr:BatchImportUpstreamImage"] == {"*"}

    @pytest.mark.parametrize("account", [WITHOUT_ACCOUNT, HEAD])
    def test_the_secret_of_an_arn_is_taken_as_it_is(self, synth, account):
        arn = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:ecr-pullthroughcache/hub-abcdef"
        document = synth(
            account + f"ecr_pull_through_caches: {{hub: {{upstream: docker-hub, credential_arn: {arn}}}}}\n"
        )
        assert only(document, "aws_ecr_pull_through_cache_rule", "hub")["credential_arn"] == arn


class TestTemplates:
    def test_each_prefix_has_a_template(self, resources):
        found = resources["aws_ecr_repository_creation_template"]
        assert {name: (each["prefix"], each["applied_for"]) for name, each in found.items()} == {
            "ROOT": ("ROOT", ["PULL_THROUGH_CACHE", "REPLICATION"]),
            "docker-hub": ("docker-hub", ["PULL_THROUGH_CACHE"]),
            "team_S_1st_D_app": ("team/1st.app", ["CREATE_ON_PUSH", "REPLICATION"]),
        }

    def test_what_is_said_reaches_it(self, resources):
        template = resources["aws_ecr_repository_creation_template"]["team_S_1st_D_app"]
        assert template["description"] == "Replicas of the first app"
        assert template["image_tag_mutability"] == "IMMUTABLE"
        assert template["resource_tags"] == {"Team": "first"}
        assert template["custom_role_arn"] == "${aws_iam_role.team_S_1st_D_app.arn}"
        key = "${data.aws_ssm_parameter.ecr_kms_parameter_1.insecure_value}"
        assert template["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": key}]
        accounts, organization = json.loads(template["repository_policy"])["Statement"]
        assert accounts["Principal"] == {"AWS": root(OTHER)}
        assert organization["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}

    def test_retention_is_that_of_the_file(self, resources):
        templates = resources["aws_ecr_repository_creation_template"]
        rules = {
            name: [rule["selection"]["countNumber"] for rule in json.loads(each["lifecycle_policy"])["rules"]]
            for name, each in templates.items()
            if "lifecycle_policy" in each
        }
        assert rules == {"ROOT": [20], "docker-hub": [7]}

    @pytest.mark.parametrize(
        ("said", "count"),
        [
            ("lifecycle_rules: [{tag_status: untagged, count_type: sinceImagePushed, count_number: 9}]", 9),
            (
                (
                    "lifecycle_policy: {rules: [{rulePriority: 1, action: {type: expire}, selection: "
                    "{tagStatus: any, countType: imageCountMoreThan, countNumber: 8}}]}"
                ),
                8,
            ),
        ],
    )
    def test_rules_and_policies_are_taken_too(self, synth, said, count):
        document = synth(HEAD + f"ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], {said}}}}}\n")
        template = only(document, "aws_ecr_repository_creation_template", "shop")
        (rule,) = json.loads(template["lifecycle_policy"])["rules"]
        assert rule["selection"]["countNumber"] == count

    def test_protected_tags_are_spared(self, synth):
        said = "max_image_count: 5, protected_tags: [v*]"
        document = synth(HEAD + f"ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], {said}}}}}\n")
        template = only(document, "aws_ecr_repository_creation_template", "shop")
        selections = [rule["selection"] for rule in json.loads(template["lifecycle_policy"])["rules"]]
        assert ["v*"] in [each.get("tagPatternList") for each in selections]

    def test_a_role_may_use_the_template_s_own_key_and_prefix_alone(self, resources):
        policy = json.loads(resources["aws_iam_role_policy"]["docker-hub"]["policy"])
        assert [statement["Resource"] for statement in policy["Statement"]] == [
            f"arn:aws:ecr:eu-west-1:{OWN}:repository/docker-hub/*",
            "${data.aws_kms_alias.ecr_kms_alias_1.target_key_arn}",
        ]


class TestFindings:
    LOGGED = HEAD + "ecr_enable_scan_findings_logging: true\n"

    def test_the_log_is_kept_and_encrypted_as_said(self, everything):
        group = only(everything, "aws_cloudwatch_log_group", "ecr_findings")
        assert plain(group) == {
            "name": "/aws/events/ecr/findings",
            "retention_in_days": 365,
            "kms_key_id": "${data.aws_kms_alias.ecr_kms_alias_2.target_key_arn}",
        }

    @pytest.mark.parametrize(("said", "days"), [("", 30), ("ecr_log_retention_days: 0\n", 0)])
    def test_it_is_kept_thirty_days_or_for_ever(self, synth, said, days):
        group = only(synth(self.LOGGED + said), "aws_cloudwatch_log_group", "ecr_findings")
        assert plain(group) == {"name": "/aws/events/ecr/findings", "retention_in_days": days}

    def test_without_a_severity_nobody_is_told(self, synth):
        resources = synth(self.LOGGED)["resource"]
        assert "aws_sns_topic" not in resources
        assert not [name for name in resources["aws_cloudwatch_event_rule"] if "alert" in name]

    def test_people_are_told_from_the_severity_upwards(self, resources):
        pattern = json.loads(resources["aws_cloudwatch_event_rule"]["ecr_findings_enhanced_alerts"]["event_pattern"])
        assert pattern["detail"]["severity"] == ["HIGH", "CRITICAL"]

    def test_a_topic_that_is_there_is_used(self, synth):
        topic = f"arn:aws:sns:us-east-1:{OWN}:alerts"
        document = synth(self.LOGGED + f"ecr_scan_alert_severity: LOW\necr_scan_alert_topic_arn: {topic}\n")
        targets = document["resource"]["aws_cloudwatch_event_target"]
        assert {name for name, each in targets.items() if each["arn"] == topic} == {
            "ecr_findings_basic_alerts",
            "ecr_findings_enhanced_alerts",
        }
        assert "aws_sns_topic" not in document["resource"]


def test_account_settings_are_those_that_are_said(synth, resources):
    both = {each["name"]: each["value"] for each in resources["aws_ecr_account_setting"].values()}
    assert both == {
        "BASIC_SCAN_TYPE_VERSION": "AWS_NATIVE",
        "BLOB_MOUNTING": "ENABLED",
        "REGISTRY_POLICY_SCOPE": "V2",
    }
    document = synth(HEAD + "ecr_account_settings: {registry_policy_scope: V2}\n")
    setting = only(document, "aws_ecr_account_setting", "registry_registry_policy_scope")
    assert plain(setting) == {"name": "REGISTRY_POLICY_SCOPE", "value": "V2"}


def test_each_principal_whose_pulls_do_not_count_is_a_resource_of_its_own(synth, resources):
    excluded = {name: plain(each) for name, each in resources["aws_ecr_pull_time_update_exclusion"].items()}
    assert excluded == {
        "role_S_security_S_scan_D_it_111111111111": {"principal_arn": f"arn:aws:iam::{OWN}:role/security/scan.it"},
        "user_S_scan__it_111111111111": {"principal_arn": f"arn:aws:iam::{OWN}:user/scan_it"},
    }
    text = HEAD + f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OWN}:role/%s']\n"
    one, other = (synth(text % name)["resource"]["aws_ecr_pull_time_update_exclusion"] for name in ("a_b", "a_S_b"))
    assert one.keys().isdisjoint(other)


class TestPublicRepositories:
    def test_they_are_made_in_us_east_1_by_a_provider_of_the_same_account(self, everything):
        own, public = everything["provider"]["aws"]
        assert (own["region"], public["region"], public["alias"]) == ("eu-west-1", "us-east-1", "us-east-1")
        assert public["allowed_account_ids"] == own["allowed_account_ids"] == [OWN]
        assert public["default_tags"] == own["default_tags"]
        made = everything["resource"]["aws_ecrpublic_repository"]
        assert {name: each["provider"] for name, each in made.items()} == dict.fromkeys(made, "aws.us-east-1")
        assert only(everything, "aws_ecrpublic_repository_policy", "cli")["provider"] == "aws.us-east-1"

    def test_nothing_else_is_made_by_that_provider(self, resources):
        elsewhere = {kind for kind, names in resources.items() for each in names.values() if "provider" in each}
        assert elsewhere == {"aws_ecrpublic_repository", "aws_ecrpublic_repository_policy"}

    def test_in_us_east_1_there_is_one_provider(self, synth):
        document = synth(HEAD + "ecr_public_repositories: {cli: }\n")
        assert len(document["provider"]["aws"]) == 1
        assert plain(only(document, "aws_ecrpublic_repository", "cli")) == {
            "repository_name": "cli",
            "tags": {"Name": "cli"},
        }

    def test_what_is_said_reaches_the_gallery(self, resources):
        assert plain(resources["aws_ecrpublic_repository"]["cli"])["catalog_data"] == {
            "architectures": ["x86-64", "ARM 64"],
            "description": "The command line",
            "operating_systems": ["Linux"],
        }

    def test_others_may_push_but_not_delete(self, everything):
        (statement,) = json.loads(only(everything, "aws_ecrpublic_repository_policy", "cli")["policy"])["Statement"]
        assert statement["Principal"] == {"AWS": root(OTHER)}
        assert not [action for action in statement["Action"] if "Delete" in action]

    def test_their_urls_are_put_out_by_logical_name(self, everything):
        assert everything["output"]["ecr_public_repository_urls"]["value"] == {
            "1st-tool": "${aws_ecrpublic_repository.N_1st-tool.repository_uri}",
            "cli": "${aws_ecrpublic_repository.cli.repository_uri}",
        }


def kept(resources) -> set[str]:
    """Return what Terraform refuses to destroy."""
    return {
        f"{kind}.{name}"
        for kind, names in resources.items()
        for name, each in names.items()
        if each.get("lifecycle", {}).get("prevent_destroy")
    }


class TestKey:
    KEY = HEAD + "ecr_encryption_type: KMS\necr_repositories: {web: }\n"

    def test_a_key_is_made_with_its_alias_and_used_by_its_arn(self, everything):
        key = only(everything, "aws_kms_key", "ecr")
        assert (key["enable_key_rotation"], key["deletion_window_in_days"]) == (True, 30)
        alias = only(everything, "aws_kms_alias", "ecr")
        assert plain(alias) == {"name": "alias/shop-prod-ecr", "target_key_id": "${aws_kms_key.ecr.key_id}"}
        for repository in everything["resource"]["aws_ecr_repository"].values():
            (encryption,) = repository["encryption_configuration"]
            assert encryption == {"encryption_type": "KMS", "kms_key": "${aws_kms_key.ecr.arn}"}

    def test_what_is_said_of_it_reaches_it(self, synth):
        said = "ecr_kms_key: {create: true, alias: alias/images, deletion_window_in_days: 7, multi_region: true}\n"
        document = synth(self.KEY + said)
        key = only(document, "aws_kms_key", "ecr")
        assert (key["deletion_window_in_days"], key["multi_region"]) == (7, True)
        assert only(document, "aws_kms_alias", "ecr")["name"] == "alias/images"

    def test_it_is_used_through_ecr_alone(self, everything):
        policy = json.loads(only(everything, "aws_kms_key", "ecr")["policy"])
        using = [each for each in policy["Statement"] if "kms:CreateGrant" in as_list(each["Action"])]
        assert [each["Condition"] for each in using] == [
            {"StringEquals": {"kms:ViaService": "ecr.eu-west-1.amazonaws.com"}}
        ]
        actions = {action for each in policy["Statement"] for action in as_list(each["Action"])}
        assert not {"kms:*", "kms:Decrypt", "kms:Encrypt"} & actions

    def test_a_key_in_a_parameter_is_read_at_plan(self, synth):
        document = synth(self.KEY + "ecr_kms_key: {ssm_parameter: /keys/ecr}\n")
        ((address, data),) = document["data"]["aws_ssm_parameter"].items()
        assert data["name"] == "/keys/ecr"
        (encryption,) = document["resource"]["aws_ecr_repository"]["web"]["encryption_configuration"]
        assert encryption["kms_key"] == f"${{data.aws_ssm_parameter.{address}.insecure_value}}"

    def test_a_parameter_that_several_name_is_read_once(self, synth):
        said = "{ssm_parameter: /keys/ecr}"
        text = self.KEY + f"ecr_kms_key: {said}\necr_enable_scan_findings_logging: true\necr_log_kms_key: {said}\n"
        assert len(synth(text)["data"]["aws_ssm_parameter"]) == 1

    def test_a_key_of_one_repository_is_not_made_for_the_others(self, synth):
        text = HEAD + "ecr_kms_key: {create: true}\necr_repositories: {api: , web: {encryption_type: KMS}}\n"
        made = synth(text)["resource"]["aws_ecr_repository"]
        types = {name: each["encryption_configuration"][0]["encryption_type"] for name, each in made.items()}
        assert types == {"api": "AES256", "web": "KMS"}


class TestProtected:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("protected: true\n", {"aws_ecr_repository.api", "aws_ecr_repository.web", "aws_kms_key.ecr"}),
            ("protected: false\n", {"aws_ecr_repository.api"}),
        ],
    )
    def test_repositories_and_the_key_of_their_images_are_kept(self, synth, said, expected):
        text = "ecr_encryption_type: KMS\necr_kms_key: {create: true}\n"
        repositories = "ecr_repositories: {api: {prevent_destroy: true}, web: }\n"
        assert kept(synth(HEAD + said + text + repositories)["resource"]) == expected

    def test_those_of_every_shard_are_kept(self, synthesise_all):
        names = [f"r{number}" for number in range(12)]
        documents = synthesise_all(
            dev=HEAD + f"protected: true\necr_shards: 3\nrepository_names: [{', '.join(names)}]\n"
        )
        found = {address for document in documents.values() for address in kept(document["resource"])}
        assert found == {f"aws_ecr_repository.{name}" for name in names}


def test_what_the_registry_has_once_is_in_the_first_shard_alone(synthesise_all):
    text = EVERYTHING.replace("{create: true}", "{alias: alias/ecr}\necr_shards: 3").replace(
        "  web:\n", "".join(f"  r{number}:\n" for number in range(12))
    )
    documents = synthesise_all(prod=text, build=SOURCE)
    kinds = {name: set(document["resource"]) - OF_REPOSITORIES for name, document in documents.items()}
    once = set(ADDRESSES) - OF_REPOSITORIES - {"aws_kms_key", "aws_kms_alias"}
    replication = {"aws_ecr_replication_configuration"}
    assert kinds == {"prod": once, "prod-2": set(), "prod-3": set(), "build": replication}
    for name in ("prod-2", "prod-3"):
        assert documents[name]["resource"]["aws_ecr_repository"]
        assert len(documents[name]["provider"]["aws"]) == 1
        assert "ecr_public_repository_urls" not in documents[name]["output"]


def test_an_environment_that_refers_to_repositories_has_a_registry_all_the_same(synthesise_all):
    text = EVERYTHING.split("protected:")[0] + (
        f'ecr_strategy: cross_account\necr_account_id: "{THIRD}"\necr_account_region: eu-west-1\n'
        "repository_names: [web]\necr_enable_inspector: true\n"
        f'ecr_registry_policy: {{replication_sources: [{{account_id: "{THIRD}"}}]}}\n'
        "ecr_pull_through_caches: {quay: {upstream: quay}}\necr_enable_scan_findings_logging: true\n"
        "ecr_public_repositories: {cli: }\n"
    )
    document = synthesise_all(prod=text)["prod"]
    assert "aws_ecr_repository" not in document["resource"]
    assert {
        "aws_cloudwatch_log_group",
        "aws_ecr_pull_through_cache_rule",
        "aws_ecr_registry_policy",
        "aws_ecr_registry_scanning_configuration",
        "aws_ecrpublic_repository",
    } <= set(document["resource"])
    assert "rule" not in only(document, "aws_ecr_registry_scanning_configuration")


NAMES_OF_THE_STACK = ("registry", "ecr", "ecr_findings", "default", "backend", "aws")


def test_what_is_called_as_something_in_the_stack_keeps_apart(synth):
    names = [name for name in NAMES_OF_THE_STACK if name != "ecr_findings"]
    said = {
        "ecr_encryption_type": "KMS",
        "ecr_kms_key": {"create": True},
        "ecr_enable_inspector": True,
        "ecr_enable_scan_findings_logging": True,
        "ecr_repositories": {name: {"enable_enhanced_scanning": True} for name in NAMES_OF_THE_STACK},
        "ecr_public_repositories": dict.fromkeys(NAMES_OF_THE_STACK),
        "ecr_pull_through_caches": {name: {"upstream": "quay"} for name in NAMES_OF_THE_STACK},
        "ecr_creation_templates": {name: {"applied_for": ["REPLICATION"], "create_role": True} for name in names},
    }
    resources = synth(HEAD + yaml.safe_dump(said))["resource"]
    for kind in ("aws_ecr_repository", "aws_ecrpublic_repository", "aws_ecr_pull_through_cache_rule"):
        assert set(resources[kind]) == set(NAMES_OF_THE_STACK)
    assert set(resources["aws_ecr_repository_creation_template"]) == set(names)


ODD = {
    "empty account settings": "ecr_account_settings: {}\n",
    "principal that is none": "ecr_pull_through_caches: {quay: {upstream: quay, principals: [nobody]}}\n",
    "everyone": 'ecr_pull_through_caches: {quay: {upstream: quay, principals: ["*"]}}\n',
    "number as a prefix": "ecr_pull_through_caches: {1: {upstream: quay}}\n",
    "nothing as a prefix": 'ecr_creation_templates: {"": {applied_for: [REPLICATION]}, ~: {applied_for: []}}\n',
    "lists for mappings": "ecr_pull_through_caches: [quay]\necr_creation_templates: [1]\n",
    "nothing for mappings": "ecr_pull_through_caches:\necr_creation_templates:\necr_public_repositories:\n",
    "expressions": 'ecr_public_repositories: {"${x}": }\necr_log_kms_key: "${var.key}"\n',
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_refused_in_words_and_not_by_a_traceback(tmp_path, text):
    (tmp_path / "dev.yaml").write_text(HEAD + text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "stacks"],
        cwd=ROOT,
        env={**os.environ, "ECR_ENVIRONMENTS_DIR": str(tmp_path), "CDKTF_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert re.match(r"\d+ problems?, nothing was synthesised:\n.*dev\.yaml:\d+: ", done.stderr)
    assert not (tmp_path / "out").exists()


def test_the_everything_of_these_tests_is_valid(tmp_path):
    for name, text in (("prod", EVERYTHING), ("build", SOURCE)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert [each.name for each in load_environments(tmp_path)] == ["build", "prod"]
