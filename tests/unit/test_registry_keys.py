"""The keys about a registry: what they refuse, word for word and at which line, and what other environments add.

What each key takes alone, such as a wrong type, is in the tests of mistakes.
"""

from __future__ import annotations

import pytest
import yaml

from ecr_constructs.core.registry.findings import RETENTION_DAYS

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"


def env(name: str, *more: str, account: str | None = OWN, region: str = "us-east-1") -> str:
    """Return an environment file; what is said more begins at line 5, or at line 4 without an account."""
    said = f'account_id: "{account}"\n' if account else ""
    return f"project: shop\nenv: {name}\nregion: {region}\n{said}{''.join(more)}"


LONGEST_PREFIX = "a123456789b123456789c123456789"
PULL = "arn:aws:iam::111111111111:role/pull"
WITHIN = {
    "nothing": "",
    "no sources": "ecr_registry_policy: {}\n",
    "own account unsaid": f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}]}}\n',
    "every prefix": f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}", '
    'repository_prefixes: ["*", a, a/, 1/b_c.d-, "a*"]}]}\n',
    "an account twice": f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}, '
    f'{{account_id: "{OTHER}", create_repository: true}}]}}\n',
    "cache prefixes": "ecr_pull_through_caches:\n"
    + "".join(f"  {prefix}: {{upstream: quay}}\n" for prefix in ("ROOT", "ab", "1a", "a/b.c-d_e", LONGEST_PREFIX)),
    "upstreams": "ecr_pull_through_caches:\n"
    + "".join(f"  a{n}: {{upstream: {each}}}\n" for n, each in enumerate(("quay", "quay.io", "k8s", "ecr-public"))),
    "upstreams with credentials": "ecr_pull_through_caches:\n"
    + "".join(
        f"  a{n}: {{upstream: {each}, create_secret: true}}\n"
        for n, each in enumerate(("docker-hub", "ghcr", "gitlab", "chainguard", "shop1.azurecr.io"))
    ),
    "one secret of two caches": "ecr_pull_through_caches:\n"
    + "".join(f"  {each}: {{upstream: {each}, secret_name: ecr-pullthroughcache/x}}\n" for each in ("ghcr", "gitlab")),
    "recovery at once": "ecr_pull_through_caches: {hub: {upstream: docker-hub, create_secret: true, "
    "recovery_window_in_days: 0}}\n",
    "own registry elsewhere": "ecr_pull_through_caches:\n"
    f"  base: {{upstream: {OWN}.dkr.ecr.eu-west-1.amazonaws.com}}\n",
    "another registry": f"ecr_pull_through_caches: {{base: {{upstream: {OTHER}.dkr.ecr.us-east-1.amazonaws.com, "
    f"custom_role_arn: {PULL}}}}}\n",
    "part of an upstream": "ecr_pull_through_caches: {quay: {upstream: quay, upstream_repository_prefix: team}}\n",
    "template without anything": "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {}}}\n",
    "template with protected tags": "ecr_creation_templates: {shop: {applied_for: [REPLICATION], max_image_count: 3, "
    "protected_tags: [v*]}}\n",
    "template prefixes": "ecr_creation_templates:\n"
    + "".join(f"  {each}: {{applied_for: [REPLICATION]}}\n" for each in ("ROOT", "ab", "1a/b", "a__b", "a" * 256)),
    "templates of one cache and of another prefix": "ecr_pull_through_caches: {quay: {upstream: quay, "
    "creation_template: {}}}\necr_creation_templates: {quay/team: {applied_for: [PULL_THROUGH_CACHE]}}\n",
    "template description": "ecr_creation_templates: {shop: {applied_for: [REPLICATION], "
    f"description: {'x' * 255}}}}}\n",
    "template with a key that is looked up": "ecr_creation_templates: {shop: {applied_for: [REPLICATION], "
    "encryption_type: KMS, kms_key: {alias: alias/ecr}, create_role: true}}\n",
    "log for ever": "ecr_enable_scan_findings_logging: true\necr_log_retention_days: 0\n",
    "log with a key by its ARN": "ecr_enable_scan_findings_logging: true\necr_log_retention_days: 3653\n"
    "ecr_log_kms_key: arn:aws:kms:us-east-1:111111111111:key/1234abcd\necr_scan_alert_severity: LOW\n"
    "ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:222222222222:findings\n",
    "principals": 'ecr_pull_through_caches: {quay: {upstream: quay, principals: ["222222222222", '
    '"arn:aws:iam::111111111111:role/ci"]}}\n',
    "log unsaid": "ecr_log_kms_key: null\necr_scan_alert_severity: null\n",
    "alerts": "ecr_enable_scan_findings_logging: true\necr_scan_alert_severity: UNDEFINED\n",
    "public": f"ecr_public_repositories: {{1a/b-c: , cli: {{description: {'x' * 1024}, "
    f"architectures: [{', '.join(['ARM'] * 50)}], operating_systems: [{'x' * 50}]}}}}\n",
    "created key": "ecr_encryption_type: KMS\necr_kms_key: {create: true, deletion_window_in_days: 30}\n"
    "ecr_repositories: {web: }\n",
    "created key of one repository": "ecr_kms_key: {create: true, alias: alias/a/B_c-1}\n"
    "ecr_repositories: {api: , web: {encryption_type: KMS}}\n",
    "key in a parameter": "ecr_encryption_type: KMS\necr_kms_key: {ssm_parameter: keys.ecr/one_2-3}\n",
    "protected": "protected: true\necr_defaults: {prevent_destroy: true}\n"
    "ecr_repositories: {api: {prevent_destroy: true}, web: {force_delete: true}}\n",
    "not protected": "protected: false\necr_repositories: {web: {prevent_destroy: false}}\n",
    "defaults that none takes": "protected: true\necr_defaults: {prevent_destroy: false}\n"
    "ecr_repositories: {web: {prevent_destroy: true}}\n",
    "frequencies": "ecr_defaults: {enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}\n"
    "ecr_repositories: {api: {scan_frequency: MANUAL}, web: {scan_frequency: SCAN_ON_PUSH}, worker: }\n",
    "account settings": "ecr_account_settings: {registry_policy_scope: V2}\n",
    "exclusions": f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OWN}:role/scanner', "
    f"'arn:aws:iam::{OWN}:user/a/b']\n",
    "no exclusions": "ecr_pull_time_update_exclusions: []\n",
    "a template for pushes": "ecr_creation_templates: {scratch: {applied_for: [CREATE_ON_PUSH]}}\n",
}


@pytest.mark.parametrize("text", WITHIN.values(), ids=WITHIN.keys())
def test_what_is_just_right_is_no_mistake(messages, text):
    assert messages(dev=env("dev", text)) == []


@pytest.mark.parametrize("days", RETENTION_DAYS)
def test_a_log_may_be_kept_as_long_as_cloudwatch_knows(declare, days):
    found = declare(f"ecr_enable_scan_findings_logging: true\necr_log_retention_days: {days}\n")
    assert found.settings.ecr_log_retention_days == days


def test_without_an_account_nothing_is_said_against_accounts(messages):
    text = f"""\
ecr_registry_policy: {{replication_sources: [{{account_id: "{OWN}"}}]}}
ecr_pull_through_caches:
  base: {{upstream: {OWN}.dkr.ecr.us-east-1.amazonaws.com}}
  hub:
    upstream: docker-hub
    credential_arn: arn:aws:secretsmanager:us-east-1:{OWN}:secret:ecr-pullthroughcache/hub-abcdef
ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], custom_role_arn: "arn:aws:iam::{OTHER}:role/x"}}}}
"""
    assert messages(dev=env("dev", text, account=None)) == []


class TestScanningFilters:
    """More than a hundred filters fold into wildcards, as far as these match no other repository of the environment."""

    NAMES = tuple(f"{a}{b}{c}" for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefgh")

    def text(self, enhanced):
        options = {
            name: {"repository_name": name, "enable_enhanced_scanning": name in enhanced, "scan_on_push": False}
            for name in self.NAMES
        }
        return yaml.safe_dump({"ecr_ssm_layout": "config", "ecr_repositories": options})

    def test_what_no_hundred_filters_match_is_reported(self, messages):
        mixed = {name for name in self.NAMES if sum(map(ord, name)) % 2}
        (message,) = messages(dev=env("dev", self.text(mixed)))
        line = self.text(mixed).split("\n").index("ecr_repositories:") + 5
        assert message == (
            f"dev.yaml:{line}: ecr_repositories: must come to at most 100 filters for SCAN_ON_PUSH, got 256 "
            "repositories and 0 filters, with no wildcards for the first alone. Scan more repositories at the same "
            "frequency, or give those of one frequency a common prefix. [scanning-filters]"
        )

    def test_what_begins_alike_is_not(self, messages):
        assert messages(dev=env("dev", self.text({name for name in self.NAMES if name < "e"}))) == []

    def test_all_of_them_are_not(self, messages):
        assert messages(dev=env("dev", self.text(set(self.NAMES)))) == []


class TestFollowUps:
    """A mistake in one place is reported there alone, and what depends on it elsewhere is not."""

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("ecr_enable_scan_findings_logging: yes please\necr_scan_alert_severity: HIGH\n", "ecr_enable_scan_fin"),
            (
                (
                    "ecr_enable_scan_findings_logging: true\necr_scan_alert_severity: SEVERE\n"
                    "ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:111111111111:findings\n"
                ),
                "ecr_scan_alert_severity",
            ),
            (
                "ecr_repositories: {web: {enable_enhanced_scanning: 1, scan_frequency: CONTINUOUS_SCAN}}\n",
                "ecr_repositories.web.enable_enhanced_scanning",
            ),
            (
                (
                    "ecr_defaults: {enable_enhanced_scanning: 1}\n"
                    "ecr_repositories: {web: {scan_frequency: CONTINUOUS_SCAN}}\n"
                ),
                "ecr_defaults.enable_enhanced_scanning",
            ),
            ("protected: 1\necr_repositories: {web: {prevent_destroy: false}}\n", "protected"),
            ("protected: true\necr_repositories: {web: {prevent_destroy: 0}}\n", "ecr_repositories.web.prevent_dest"),
            ("protected: true\necr_strategy: elsewhere\n", "ecr_strategy"),
            (
                "ecr_shards: 0\necr_encryption_type: KMS\necr_kms_key: {create: true}\necr_repositories: {web: }\n",
                "ecr_shards",
            ),
            (
                "ecr_encryption_type: KMS\necr_kms_key: {create: true, alias: 3}\necr_repositories: {web: }\n",
                "ecr_kms_key.alias",
            ),
            (
                "ecr_encryption_type: kms\necr_kms_key: {create: true}\necr_repositories: {web: }\n",
                "ecr_encryption_type",
            ),
            (
                "ecr_creation_templates: {shop: {applied_for: [REPLICATION], create_role: 1, resource_tags: {a: b}}}\n",
                "ecr_creation_templates.shop.create_role",
            ),
            (
                (
                    "ecr_creation_templates: {shop: {applied_for: [REPLICATION], encryption_type: kms, "
                    "kms_key: {alias: alias/ecr}, create_role: true}}\n"
                ),
                "ecr_creation_templates.shop.encryption_type",
            ),
            (
                "ecr_pull_through_caches: {a1: {upstream: docker-hub, create_secret: 1, recovery_window_in_days: 7}}\n",
                "ecr_pull_through_caches.a1.create_secret",
            ),
            (
                (
                    "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {create_role: 1, "
                    "resource_tags: {a: b}}}}\n"
                ),
                "ecr_pull_through_caches.quay.creation_template.create_role",
            ),
            (
                (
                    "ecr_pull_through_caches: {base: {upstream: 222222222222.dkr.ecr.us-east-1.amazonaws.com, "
                    "custom_role_arn: 1}}\n"
                ),
                "ecr_pull_through_caches.base.custom_role_arn",
            ),
        ],
    )
    def test_a_wrong_value_causes_no_second_problem(self, messages, text, path):
        (message,) = messages(dev=env("dev", text))
        assert message.split(": ")[1].startswith(path)

    @pytest.mark.parametrize(
        "text",
        [
            f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OWN}"}}]}}\n',
            f"ecr_pull_through_caches: {{base: {{upstream: {OWN}.dkr.ecr.us-east-1.amazonaws.com}}}}\n",
            f"ecr_pull_through_caches: {{base: {{upstream: {OTHER}.dkr.ecr.us-east-1.amazonaws.com}}}}\n",
        ],
    )
    def test_an_account_that_is_none_is_compared_with_nothing(self, messages, text):
        (message,) = messages(dev=env("dev", 'account_id: "1111"\n', text, account=None))
        assert message.startswith("dev.yaml:4: account_id: ")


REPLICATED = "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2, "
TO_OTHER = f'{REPLICATED}registry_id: "{OTHER}"}}]}}\n'
WEB = "ecr_repositories: {web: }\n"
WEST = {"account": OTHER, "region": "us-west-2"}
SOURCES = f'ecr_registry_policy: {{replication_sources: [{{account_id: "{THIRD}"}}]}}\n'


def replicated(environments):
    """Return what is replicated into each environment's registry."""
    return {each.name: dict(each.replicated) for each in environments if each.replicated}


class TestReplicatedInto:
    """An environment whose registry others replicate into lets them, without saying so."""

    def test_the_destination_knows_what_comes_from_which_account(self, load):
        found = load(
            dev=env("dev", TO_OTHER, "ecr_repositories: {web: , api: , local: {enable_replication: false}}\n"),
            staging=env("staging", TO_OTHER, WEB, account=THIRD),
            west=env("west", **WEST),
        )
        assert replicated(found) == {"west": {OWN: ("shop-dev-api", "shop-dev-web"), THIRD: ("shop-staging-web",)}}

    def test_two_environments_of_one_account_come_together(self, load):
        found = load(
            dev=env("dev", TO_OTHER, "repository_names: [web]\n"),
            test=env("test", TO_OTHER, "repository_names: [api]\n", region="eu-west-1"),
            west=env("west", **WEST),
        )
        assert replicated(found) == {"west": {OWN: ("api", "web")}}

    @pytest.mark.parametrize("registry_id", ["", f', registry_id: "{OWN}"'])
    def test_between_regions_of_one_account_nothing_is_to_be_let(self, load, registry_id):
        text = REPLICATED.removesuffix(", ") + registry_id + "}]}\n"
        assert replicated(load(dev=env("dev", text, WEB), west=env("west", region="us-west-2"))) == {}

    @pytest.mark.parametrize("there", [{"account": OTHER}, {"account": THIRD, "region": "us-west-2"}])
    def test_another_account_or_region_gets_nothing(self, load, there):
        text = TO_OTHER if there["account"] != OTHER else TO_OTHER.replace("us-west-2", "eu-west-1")
        others = {"other": env("other", **there)}
        if there["account"] == OTHER:
            others["eu"] = env("eu", account=OTHER, region="eu-west-1")
        assert "other" not in replicated(load(dev=env("dev", text, WEB), **others))

    def test_an_environment_without_an_account_gets_nothing(self, load):
        found = load(dev=env("dev", TO_OTHER, WEB), west=env("west", account=None, region="us-west-2"))
        assert replicated(found) == {}

    def test_of_two_in_one_registry_the_first_gets_it(self, load):
        found = load(dev=env("dev", TO_OTHER, WEB), east=env("east", **WEST), west=env("west", **WEST))
        assert set(replicated(found)) == {"east"}

    @pytest.mark.parametrize(
        "policy", [SOURCES, f'ecr_pull_through_caches: {{quay: {{upstream: quay, principals: ["{OTHER}"]}}}}\n']
    )
    def test_of_two_in_one_registry_the_one_with_the_policy_gets_it(self, load, policy):
        files = {"east": env("east", **WEST), "west": env("west", policy, **WEST)}
        assert set(replicated(load(dev=env("dev", TO_OTHER, WEB), **files))) == {"west"}
        files = {"east": env("east", policy, **WEST), "west": env("west", **WEST)}
        assert set(replicated(load(dev=env("dev", TO_OTHER, WEB), **files))) == {"east"}

    def test_what_is_said_besides_stays(self, load):
        _, west = load(dev=env("dev", TO_OTHER, WEB), west=env("west", SOURCES, **WEST))
        assert [each.account_id for each in west.settings.ecr_registry_policy.replication_sources] == [THIRD]
        assert set(west.replicated) == {OWN}

    def test_an_environment_that_makes_no_repositories_can_be_a_destination(self, load):
        refers = f'ecr_strategy: cross_account\necr_account_id: "{THIRD}"\necr_account_region: us-west-2\n'
        found = load(dev=env("dev", TO_OTHER, WEB), west=env("west", refers, "repository_names: [nginx]\n", **WEST))
        assert set(replicated(found)) == {"west"}


OWN_DESTINATIONS = f"""\
ecr_repositories:
  web:
    enable_replication: true
    replication_destinations:
      - {{region: eu-west-1}}
      - {{region: us-west-2, registry_id: "{OTHER}"}}
"""
ALIAS = "ecr_kms_key: {create: true, alias: alias/ecr}\n"
MANY = ", ".join(f'"{200_000_000_000 + number}"' for number in range(400))
SOURCES_WITH_PREFIXES = ", ".join(
    f'{{account_id: "{200_000_000_000 + number}", repository_prefixes: [p{number}/]}}' for number in range(80)
)
TOO_MUCH = {
    "pushers": (f"ecr_public_repositories: {{cli: {{push_account_ids: [{MANY}]}}}}\n", "policy-size"),
    "pullers": (
        f"ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], allowed_account_ids: [{MANY}]}}}}\n",
        "policy-size",
    ),
    "principals": (f"ecr_pull_through_caches: {{quay: {{upstream: quay, principals: [{MANY}]}}}}\n", "policy-size"),
    "sources": (f"ecr_registry_policy: {{replication_sources: [{SOURCES_WITH_PREFIXES}]}}\n", "policy-size"),
    "tags": (
        f"ecr_public_repositories: {{cli: {{tags: {{{', '.join(f'k{number}: v' for number in range(48))}}}}}}}\n",
        "tags",
    ),
}


@pytest.mark.parametrize(("text", "code"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_for_aws_is_refused_at_its_line(messages, text, code):
    (message,) = messages(dev=env("dev", text))
    assert message.startswith("dev.yaml:5: ")
    assert message.endswith(f"[{code}]")


def test_public_repositories_need_a_region_of_the_partition_that_has_them(messages):
    assert messages(dev=env("dev", "ecr_public_repositories: {cli: }\n", region="cn-north-1")) == [
        (
            "dev.yaml:5: ecr_public_repositories: must come with a region of the partition aws, got 'cn-north-1'. "
            "Public repositories exist in the partition aws alone. [public-region]"
        )
    ]


@pytest.mark.parametrize("more", ["", "ecr_enable_scan_findings_logging: true\necr_log_kms_key: {alias: alias/x}\n"])
def test_a_key_has_an_alias_whatever_the_project_is_called(load, more):
    text = f"ecr_encryption_type: KMS\necr_kms_key: {{create: true}}\nrepository_names: [web]\n{more}"
    (dev,) = load(dev=env("dev", text).replace("project: shop", "project: sh.op"))
    assert dev.settings.ecr_kms_key.alias_in("sh.op", "dev") == "alias/sh-op-dev-ecr"


def test_a_policy_that_other_files_make_too_long_is_reported_where_it_is_written(messages):
    names = "".join(f"  {number:03}{'x' * 150}: {{}}\n" for number in range(60))
    (message,) = messages(dev=env("dev", TO_OTHER, f"ecr_repositories:\n{names}"), west=env("west", **WEST))
    assert message.startswith("west.yaml:4: account_id: must make a policy of at most 10,240 characters")


def test_a_counterpart_in_a_file_that_is_wrong_is_not_reported_as_missing(messages):
    wrong = env("west", "unknown: 1\n", **WEST)
    eu = env("eu", account=OTHER, region="eu-west-1")
    (message,) = messages(dev=env("dev", TO_OTHER, WEB), eu=eu, west=wrong)
    assert message.startswith("west.yaml:5: unknown")


def test_what_other_files_have_scanned_on_push_is_named_by_the_one_that_makes_the_registry_enhanced(load):
    dev, test = load(
        dev=env("dev", "ecr_repositories: {web: {enable_enhanced_scanning: true}}\n"),
        test=env("test", "ecr_ssm_prefix: /t\necr_repositories: {api: , web: {scan_on_push: false}}\n"),
    )
    assert dev.scanned_beside == ("shop-test-api",)
    assert test.scanned_beside == ()


def exclusions(numbers: range) -> str:
    said = ", ".join(f"'arn:aws:iam::{OWN}:role/scanner-{number}'" for number in numbers)
    return f"ecr_pull_time_update_exclusions: [{said}]\n"


class TestExclusions:
    """Principals whose pulls do not count, of which an account has a hundred in a region."""

    def test_those_of_a_registry_are_counted_together(self, messages):
        (message,) = messages(dev=env("dev", exclusions(range(60))), test=env("test", exclusions(range(60, 101))))
        assert message == (
            "test.yaml:5: ecr_pull_time_update_exclusions: must come to at most 100 exclusions in an account and "
            "region, got 101. Have several programs pull by one role, and exclude that. [pull-exclusions]"
        )

    def test_a_hundred_are_enough(self, messages):
        assert messages(dev=env("dev", exclusions(range(60))), test=env("test", exclusions(range(60, 100)))) == []

    @pytest.mark.parametrize("there", [{"account": OTHER}, {"region": "us-west-2"}])
    def test_each_registry_has_its_own(self, messages, there):
        files = {"dev": env("dev", exclusions(range(60))), "test": env("test", exclusions(range(60)), **there)}
        assert messages(**files) == []

    def test_a_role_of_that_name_in_another_account_runs_nothing_here(self, notices):
        text = "ecr_node_pull: {roles: [nodes]}\necr_repositories: {web: }\n"
        said = f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OTHER}:role/nodes']\n"
        found = notices(dev=env("dev", "aws_provider_version: ~> 6.28\n", text, said))
        assert [each.rpartition("[")[2] for each in found] == ["pull-exclusion-foreign]"]

    @pytest.mark.parametrize(
        ("there", "keys", "pointed_out"),
        [
            ({}, "ecr_repositories: {web: }\n", True),
            ({"account": None}, "ecr_repositories: {web: }\n", True),
            ({"account": OTHER}, "ecr_repositories: {web: }\n", False),
            ({"region": "us-west-2"}, "ecr_repositories: {web: }\n", False),
            ({"region": "us-west-2"}, "ecr_strategy: cross_account\necr_source_env: dev\n", True),
            ({"account": OTHER}, "ecr_strategy: cross_account\necr_source_env: dev\n", True),
        ],
        ids=[
            "the same registry",
            "perhaps the same registry",
            "another account",
            "another region",
            "another region that pulls from here",
            "another account that pulls from here",
        ],
    )
    @pytest.mark.parametrize("runs", ["ecr_node_pull: {roles: [nodes]}\n", "ecr_ecs_execution_role: {name: nodes}\n"])
    def test_a_role_by_which_another_file_runs_images_of_the_registry_is_pointed_out(
        self, notices, there, keys, pointed_out, runs
    ):
        account = there.get("account") or OWN
        dev = (
            "aws_provider_version: ~> 6.28\n",
            f"ecr_trusted_accounts: [{{account_id: '{OTHER}'}}]\necr_repositories: {{api: }}\n",
            "ecr_pull_time_update_exclusions:\n",
            f"  ['arn:aws:iam::{account}:role/eks/nodes', 'arn:aws:iam::{OWN}:user/nodes']\n",
        )
        found = notices(dev=env("dev", *dev), stage=env("stage", runs, keys, **there))
        about = [each for each in found if each.endswith("[pull-exclusion-runs]")]
        assert len(about) == pointed_out
        key, line = runs.partition(":")[0], 4 if there == {"account": None} else 5
        for each in about:
            assert each.startswith("dev.yaml:9: ecr_pull_time_update_exclusions[0]: ")
            assert each.endswith(f"as the role does by {key} of stage.yaml:{line}. [pull-exclusion-runs]")

    def test_it_is_told_once_and_of_the_own_file_first(self, notices):
        runs = "ecr_node_pull: {roles: [nodes]}\necr_repositories: {web: {publish_to_ssm: false}}\n"
        said = f"aws_provider_version: ~> 6.28\necr_pull_time_update_exclusions: ['arn:aws:iam::{OWN}:role/nodes']\n"
        files = {"dev": env("dev", runs), "stage": env("stage", runs, said), "test": env("test", runs)}
        (found,) = [each for each in notices(**files) if each.endswith("[pull-exclusion-runs]")]
        assert found.startswith("stage.yaml:8: ")
        assert "as the role does by ecr_node_pull. [" in found

    def test_a_consumer_that_excludes_who_runs_its_images_is_told(self, notices):
        trusted = f"ecr_trusted_accounts: [{{account_id: '{OTHER}'}}]\necr_repositories: {{api: }}\n"
        stage = (
            "aws_provider_version: ~> 6.28\necr_strategy: cross_account\necr_source_env: dev\n",
            "ecr_node_pull: {roles: [nodes]}\n",
            f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OTHER}:role/nodes']\n",
        )
        found = notices(dev=env("dev", trusted), stage=env("stage", *stage, account=OTHER))
        assert [each.partition(":")[0] for each in found if each.endswith("[pull-exclusion-runs]")] == ["stage.yaml"]


KEYS_OF_A_REGISTRY = (
    "ecr_enable_inspector: true\n",
    SOURCES,
    "ecr_enable_scan_findings_logging: true\n",
    "ecr_account_settings: {registry_policy_scope: V2}\n",
    f"ecr_pull_time_update_exclusions: ['arn:aws:iam::{OWN}:role/scanner']\n",
    "ecr_pull_through_caches: {quay: {upstream: quay}}\n",
    "ecr_creation_templates: {shop: {applied_for: [REPLICATION]}}\n",
)


@pytest.mark.parametrize("there", [{"account": OTHER}, {"region": "us-west-2"}, {"account": None}])
@pytest.mark.parametrize("text", KEYS_OF_A_REGISTRY)
def test_registries_that_are_not_known_to_be_one_do_not_meet(messages, text, there):
    assert messages(dev=env("dev", text), test=env("test", text, **there)) == []


def test_one_registry_may_be_configured_by_several_files_where_each_says_something_else(messages):
    files = {f"e{number}": env(f"e{number}", text) for number, text in enumerate(KEYS_OF_A_REGISTRY)}
    assert messages(**files) == []


@pytest.mark.parametrize(
    "files",
    [
        {"dev": env("dev", TO_OTHER, WEB)},
        {"dev": env("dev", TO_OTHER, WEB), "prod": env("prod", account=THIRD)},
        {"dev": env("dev", TO_OTHER, WEB, account=None)},
        {"dev": env("dev", TO_OTHER.replace(": true", ": false"), WEB), "eu": env("eu", account=OTHER)},
    ],
    ids=["alone", "beside another account", "without an account", "switched off"],
)
def test_replication_to_an_account_that_is_not_of_the_app_needs_no_counterpart(messages, files):
    assert not [message for message in messages(**files) if "counterpart" in message or "replication-source" in message]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"api": False, "web": False}),
        ("protected: true\n", {"api": True, "web": True}),
        ("ecr_defaults: {prevent_destroy: true}\n", {"api": True, "web": True}),
    ],
)
def test_every_repository_of_a_protected_environment_is_kept_from_destruction(declare, text, expected):
    found = declare(text + "ecr_repositories: {web: }\nrepository_names: [api]\n")
    assert {name: each.prevent_destroy for name, each in found.made.items()} == expected


def test_a_repository_can_be_kept_from_destruction_by_itself(declare):
    found = declare("ecr_repositories: {api: , web: {prevent_destroy: true}}\n")
    assert {name: each.prevent_destroy for name, each in found.made.items()} == {"api": False, "web": True}
