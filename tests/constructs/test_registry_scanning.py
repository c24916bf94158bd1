"""Scanning: many contributors, one configuration per registry."""

from __future__ import annotations

import itertools
import json

import botocore.session
import pytest
from botocore.validate import ParamValidator

from ecr_constructs import InvalidInput, RegistryScanning, Repository
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack, TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, synth, warnings

KIND = "aws_ecr_registry_scanning_configuration"
INSPECTOR = "aws_inspector2_enabler"


def repository(scope, name, **arguments):
    arguments = {"scan_on_push": False, **arguments}
    return Repository(scope, f"Repository-{name.replace('/', '-')}", repository_name=name, **arguments)


def scanning(stack):
    """Return the type of the scanning, and the filters for each frequency."""
    found = only(stack, KIND)
    rules = found.get("rule", [])
    assert all(each["filter_type"] == "WILDCARD" for rule in rules for each in rule["repository_filter"])
    return found["scan_type"], {
        rule["scan_frequency"]: [each["filter"] for each in rule["repository_filter"]] for rule in rules
    }


class TestRules:
    def test_a_repository_is_scanned_on_push_and_basic_stays_basic(self, stack):
        RegistryScanning.of(stack).add_repository(repository(stack, "shop/web"))
        assert scanning(stack) == ("BASIC", {"SCAN_ON_PUSH": ["sh*op/web"]})

    def test_continuous_scanning_is_enhanced(self, stack):
        RegistryScanning.of(stack).add_repository(repository(stack, "web"), scan_frequency="CONTINUOUS_SCAN")
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["w*eb"]})

    def test_so_is_scanning_on_push_where_that_is_asked_for(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repository(repository(stack, "web"))
        config.enable_enhanced_scanning()
        assert scanning(stack) == ("ENHANCED", {"SCAN_ON_PUSH": ["w*eb"]})
        assert config.scan_type == "ENHANCED"

    def test_many_are_added_at_once_by_name_as_well(self, stack):
        RegistryScanning.of(stack).add_repositories(
            [repository(stack, "web"), "team/api"], scan_frequency="CONTINUOUS_SCAN"
        )
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["te*am/api", "w*eb"]})

    def test_filters_are_written_as_they_are(self, stack):
        config = RegistryScanning.of(stack)
        config.add_filter("prod-*", "*/prod", scan_frequency="CONTINUOUS_SCAN")
        config.add_filter("*")
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["*/prod", "prod-*"], "SCAN_ON_PUSH": ["*"]})

    def test_a_repository_that_scans_on_push_is_covered_though_nobody_named_it(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repository(repository(stack, "web"), scan_frequency="CONTINUOUS_SCAN")
        repository(stack, "api", scan_on_push=True)
        repository(stack, "db", scan_on_push=False)
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["w*eb"], "SCAN_ON_PUSH": ["a*pi"]})

    def test_also_where_that_is_known_later(self, stack):
        scan_on_push = TerraformVariable(stack, "scan", type="bool").boolean_value
        repository(stack, "api", scan_on_push=scan_on_push)
        RegistryScanning.of(stack).enable_enhanced_scanning()
        assert scanning(stack) == ("ENHANCED", {"SCAN_ON_PUSH": ["a*pi"]})

    def test_also_under_basic_where_there_is_a_configuration(self, stack):
        """ECR scans what no filter matches when it is told to, and not on push."""
        repository(stack, "api", scan_on_push=True)
        RegistryScanning.of(stack).add_filter("prod-*")
        assert scanning(stack) == ("BASIC", {"SCAN_ON_PUSH": ["a*pi", "prod-*"]})

    def test_but_not_twice(self, stack):
        repository(stack, "api", scan_on_push=True)
        RegistryScanning.of(stack).add_filter("*", scan_frequency="CONTINUOUS_SCAN")
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["*"]})

    def test_manual_is_in_no_rule(self, stack):
        config = RegistryScanning.of(stack)
        config.enable_enhanced_scanning()
        config.add_repository(repository(stack, "web", scan_on_push=True), scan_frequency="MANUAL")
        assert scanning(stack) == ("ENHANCED", {})

    def test_where_nobody_asks_there_is_no_resource(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repositories([])
        config.add_repository(repository(stack, "web", scan_on_push=True), scan_frequency="MANUAL")
        assert (config.scan_type, KIND in synth(stack)["resource"]) == ("BASIC", False)

    def test_the_type_may_be_said(self, stack):
        RegistryScanning(stack, "Scanning", scan_type="ENHANCED").add_repository(repository(stack, "web"))
        assert scanning(stack) == ("ENHANCED", {"SCAN_ON_PUSH": ["w*eb"]})

    def test_a_type_without_rules_is_a_configuration(self, stack):
        RegistryScanning(stack, "Scanning", scan_type="BASIC")
        assert scanning(stack) == ("BASIC", {})

    def test_what_comes_after_a_synthesis_is_not_lost(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repository("web")
        assert scanning(stack) == ("BASIC", {"SCAN_ON_PUSH": ["w*eb"]})
        config.add_repository("api", scan_frequency="CONTINUOUS_SCAN")
        repository(stack, "worker-web")
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["a*pi"], "SCAN_ON_PUSH": ["we*b"]})

    def test_hundreds_of_repositories_share_filters(self, stack):
        names = [f"shop/service-{number:03}" for number in range(150)]
        repository(stack, "shop/service")
        RegistryScanning.of(stack).add_repositories(names, scan_frequency="CONTINUOUS_SCAN")
        scan_type, rules = scanning(stack)
        assert (scan_type, list(rules)) == ("ENHANCED", ["CONTINUOUS_SCAN"])
        assert len(rules["CONTINUOUS_SCAN"]) <= 100
        assert warnings(RegistryScanning.of(stack)) == []

    def test_it_is_a_request_that_ecr_takes(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repositories(["web", "a--b"], scan_frequency="CONTINUOUS_SCAN")
        config.add_filter("prod-*")
        found = only(stack, KIND)
        request = {
            "scanType": found["scan_type"],
            "rules": [
                {
                    "scanFrequency": rule["scan_frequency"],
                    "repositoryFilters": [
                        {"filter": each["filter"], "filterType": each["filter_type"]}
                        for each in rule["repository_filter"]
                    ],
                }
                for rule in found["rule"]
            ],
        }
        ecr = botocore.session.get_session().get_service_model("ecr")
        shape = ecr.operation_model("PutRegistryScanningConfiguration").input_shape
        assert ParamValidator().validate(request, shape).generate_report() == ""
        assert ParamValidator().validate({**request, "rules": [{}]}, shape).has_errors()
        assert len(request["rules"]) == 2

    def test_the_app_writes_the_same(self, app: App, stack, tmp_path):
        RegistryScanning.of(stack).add_repository("web")
        app.synth()
        written = json.loads((tmp_path / "out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))
        (resource,) = written["resource"][KIND].values()
        assert resource["rule"] == only(stack, KIND)["rule"]


CONTRIBUTIONS = {
    "web": lambda config: config.add_repository(repository(config, "web"), scan_frequency="CONTINUOUS_SCAN"),
    "api": lambda config: config.add_repositories(["api", "web"]),
    "prod": lambda config: config.add_filter("prod-*", "*-prod"),
    "old": lambda config: config.add_repository(repository(config, "old", scan_on_push=True), scan_frequency="MANUAL"),
}


@pytest.mark.parametrize("names", list(itertools.permutations(CONTRIBUTIONS)))
def test_the_order_of_contributions_makes_no_difference(app, names):
    texts = []
    for construct, order in (("As", tuple(CONTRIBUTIONS)), ("Other", names)):
        stack = TerraformStack(app, construct)
        AwsProvider(stack, "Aws", region="us-east-1" if construct == "As" else "us-east-2")
        config = RegistryScanning.of(stack)
        for name in order:
            CONTRIBUTIONS[name](config)
        texts.append(json.dumps(only(stack, KIND)))
    assert texts[0] == texts[1]


class TestOnePerRegistry:
    def test_each_provider_has_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        repository(stack, "api", scan_on_push=True, provider=there)
        RegistryScanning.of(stack).add_repository("web", scan_frequency="CONTINUOUS_SCAN")
        RegistryScanning.of(stack, provider=there).add_repository("web")
        assert RegistryScanning.of(stack, provider=there) is not RegistryScanning.of(stack)
        found = {each.get("provider"): each for each in every(stack, KIND).values()}
        assert {key: (each["scan_type"], len(each["rule"])) for key, each in found.items()} == {
            None: ("ENHANCED", 1),
            "aws.there": ("BASIC", 1),
        }
        (rule,) = found["aws.there"]["rule"]
        assert [each["filter"] for each in rule["repository_filter"]] == ["a*pi", "w*eb"]

    def test_a_logical_id_is_its_terraform_name(self, stack):
        config = RegistryScanning.of(stack, logical_id="scanning")
        config.enable_inspector()
        assert (list(every(stack, KIND)), list(every(stack, INSPECTOR))) == (["scanning"], ["scanning"])


class TestInspector:
    def test_it_is_enabled_for_images_before_the_scanning_is_configured(self, stack):
        RegistryScanning.of(stack, logical_id="scanning").enable_inspector()
        assert only(stack, INSPECTOR) == {"account_ids": [OWN], "resource_types": ["ECR"]}
        assert only(stack, KIND) == {"scan_type": "ENHANCED", "depends_on": [f"{INSPECTOR}.scanning"]}

    def test_also_where_the_scanning_was_there_first(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repository("web")
        config.enable_inspector()
        (name,) = every(stack, INSPECTOR)
        assert only(stack, KIND)["depends_on"] == [f"{INSPECTOR}.{name}"]

    def test_accounts_and_what_else_it_scans_are_sorted(self, stack):
        RegistryScanning.of(stack).enable_inspector([THIRD, OTHER], resource_types=["LAMBDA", "ECR", "EC2"])
        assert only(stack, INSPECTOR) == {
            "account_ids": [OTHER, THIRD],
            "resource_types": ["EC2", "ECR", "LAMBDA"],
        }

    def test_where_the_own_account_is_not_known_it_is_looked_up(self, make_stack):
        stack = make_stack(account_ids=None)
        RegistryScanning.of(stack).enable_inspector()
        account = "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        assert only(stack, INSPECTOR)["account_ids"] == [account]

    def test_it_goes_to_the_provider_of_the_registry(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[THIRD])
        RegistryScanning.of(stack, provider=there).enable_inspector()
        assert only(stack, INSPECTOR) == {"account_ids": [THIRD], "resource_types": ["ECR"], "provider": "aws.there"}

    def test_it_is_enabled_once(self, stack):
        config = RegistryScanning.of(stack)
        config.enable_inspector()
        with pytest.raises(InvalidInput) as caught:
            config.enable_inspector()
        assert codes(caught) == [("", "inspector-enabled")]

    def test_all_that_is_wrong_is_said_at_once(self, stack):
        config = RegistryScanning(stack, "Scanning", scan_type="BASIC")
        with pytest.raises(InvalidInput) as caught:
            config.enable_inspector([OWN, OTHER], resource_types=["EC2"])
        assert codes(caught) == [
            ("account_ids", "inspector-accounts"),
            ("resource_types", "inspector-resource-types"),
            ("scan_type", "scan-type"),
        ]
        assert INSPECTOR not in synth(stack)["resource"]


class TestRefusals:
    @pytest.mark.parametrize("scan_type", ["enhanced", "", "${var.type}"])
    def test_a_type_that_ecr_does_not_have(self, stack, scan_type):
        with pytest.raises(InvalidInput) as caught:
            RegistryScanning(stack, "Scanning", scan_type=scan_type)
        assert codes(caught) == [("scan_type", "scan-type")]

    def test_enhanced_scanning_where_basic_was_wanted(self, stack):
        config = RegistryScanning(stack, "Scanning", scan_type="BASIC")
        with pytest.raises(InvalidInput) as caught:
            config.enable_enhanced_scanning()
        assert codes(caught) == [("scan_type", "scan-type")]
        with pytest.raises(InvalidInput) as caught:
            config.add_repository("web", scan_frequency="CONTINUOUS_SCAN")
        assert codes(caught) == [("scan_frequency", "scan-frequency")]

    def test_a_name_that_is_known_later(self, stack):
        name = TerraformVariable(stack, "name", type="string").string_value
        with pytest.raises(InvalidInput) as caught:
            RegistryScanning.of(stack).add_repositories(["web", repository(stack, name), name])
        assert codes(caught) == [("repositories[1]", "scanning-name"), ("repositories[2]", "scanning-name")]
        assert {problem.source for problem in caught.value.problems} == {"dev/RegistryScanning"}

    def test_a_filter_without_a_wildcard(self, stack):
        with pytest.raises(InvalidInput, match=r"Write '\*web\*' for all of those") as caught:
            RegistryScanning.of(stack).add_filter("prod-*", "web")
        assert codes(caught) == [("filters[1]", "scanning-filter")]

    def test_manual_and_scanned(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repository("web", scan_frequency="MANUAL")
        with pytest.raises(InvalidInput) as caught:
            config.add_repository("web")
        assert codes(caught) == [("repositories[0]", "scan-frequency-conflict")]

    def test_a_repository_of_another_place(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[OTHER])
        elsewhere = [
            repository(stack, "web", provider=there),
            Repository.from_arn(stack, "Arn", f"arn:aws:ecr:us-east-1:{THIRD}:repository/api"),
            Repository.from_arn(stack, "Here", f"arn:aws:ecr:us-east-1:{OWN}:repository/db"),
        ]
        with pytest.raises(InvalidInput) as caught:
            RegistryScanning.of(stack).add_repositories(elsewhere)
        assert codes(caught) == [
            ("repositories[0]", "repository-elsewhere"),
            ("repositories[0]", "repository-elsewhere"),
            ("repositories[1]", "repository-elsewhere"),
        ]

    def test_what_was_refused_leaves_nothing_behind(self, stack):
        config = RegistryScanning.of(stack)
        with pytest.raises(InvalidInput):
            config.add_filter("prod-*", "web", scan_frequency="CONTINUOUS_SCAN")
        config.add_repository("api")
        assert scanning(stack) == ("BASIC", {"SCAN_ON_PUSH": ["a*pi"]})

    def test_more_filters_than_a_rule_holds_stop_the_synthesis(self, stack):
        config = RegistryScanning.of(stack)
        config.add_repositories([f"{number:03}x{number:03}" for number in range(101)])
        config.add_repositories([f"{number:03}y{number:03}" for number in range(101)], scan_frequency="MANUAL")
        with pytest.raises(RuntimeError, match="must come to at most 100 filters for SCAN_ON_PUSH"):
            synth(stack)


class TestAccidents:
    """ECR has no filter for one name: `w*eb` is for `web`, and matches `web-web` as well."""

    def warned(self, stack):
        synth(stack)
        return [warning.split(":")[0] for warning in warnings(RegistryScanning.of(stack))]

    def test_names_that_contain_one_another_are_no_accident(self, stack):
        for name in ("web-admin", "my-web", "website", "shop/web", "worker-web"):
            repository(stack, name)
        RegistryScanning.of(stack).add_repository(repository(stack, "web"), scan_frequency="CONTINUOUS_SCAN")
        assert scanning(stack) == ("ENHANCED", {"CONTINUOUS_SCAN": ["we*b"]})
        assert self.warned(stack) == []

    def test_one_that_cannot_be_avoided_is_warned_of_also_when_it_comes_later(self, stack):
        RegistryScanning.of(stack).add_repository(repository(stack, "web"), scan_frequency="CONTINUOUS_SCAN")
        assert self.warned(stack) == []
        repository(stack, "web-web")
        assert self.warned(stack) == ["web-web is scanned by accident, at CONTINUOUS_SCAN"]

    def test_not_one_that_is_meant_as_well_even_when_that_comes_later(self, stack):
        config = RegistryScanning.of(stack)
        both = repository(stack, "web-web")
        config.add_repository(repository(stack, "web"), scan_frequency="CONTINUOUS_SCAN")
        config.add_repository(both, scan_frequency="CONTINUOUS_SCAN")
        assert self.warned(stack) == []

    def test_nor_one_in_another_registry(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        repository(stack, "web-web", provider=there)
        RegistryScanning.of(stack).add_repository("web")
        assert self.warned(stack) == []

    def test_but_one_in_another_stack_of_the_app(self, make_stack):
        repository(make_stack("other"), "web-web")
        stack = make_stack("dev")
        RegistryScanning.of(stack).add_repository("web")
        assert self.warned(stack) == ["web-web is scanned by accident, at SCAN_ON_PUSH"]

    def test_a_filter_that_overrules_what_was_asked_by_name(self, stack):
        config = RegistryScanning.of(stack)
        config.add_filter("prod-*", scan_frequency="CONTINUOUS_SCAN")
        config.add_repository("prod-web")
        (warning,) = self.warned(stack)
        assert warning.startswith("prod-web is scanned at CONTINUOUS_SCAN, because the filter prod-* matches it")

    def test_once_however_often_the_stack_is_synthesised(self, stack):
        repository(stack, "web-web")
        RegistryScanning.of(stack).add_repository("web")
        synth(stack)
        assert len(self.warned(stack)) == 1

    def test_one_that_would_go_unscanned_because_its_name_is_not_known(self, stack):
        name = TerraformVariable(stack, "name", type="string").string_value
        repository(stack, name, scan_on_push=True)
        config = RegistryScanning.of(stack)
        config.enable_enhanced_scanning()
        (warning,) = self.warned(stack)
        assert "whose name is not known at synthesis is not scanned under ENHANCED" in warning

    def test_unless_everything_is_scanned(self, stack):
        name = TerraformVariable(stack, "name", type="string").string_value
        repository(stack, name, scan_on_push=True)
        RegistryScanning.of(stack).add_filter("*", scan_frequency="CONTINUOUS_SCAN")
        assert self.warned(stack) == []

    def test_under_basic_it_is_scanned_when_it_is_told_to(self, stack):
        name = TerraformVariable(stack, "name", type="string").string_value
        repository(stack, name, scan_on_push=True)
        RegistryScanning.of(stack).add_repository("web")
        assert self.warned(stack) == []
