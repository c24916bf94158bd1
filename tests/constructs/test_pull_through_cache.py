"""Pull-through caches: rules, credentials, who may fill them, and where the images are."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import EcrUpstream, InvalidInput, PullThroughCache, RegistryPolicy
from ecr_constructs._engine.aws import AwsProvider, IamRole
from ecr_constructs._engine.door import Construct, TerraformVariable
from tests.constructs.service_models import refused
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, synth

KIND = "aws_ecr_pull_through_cache_rule"
SECRET = "aws_secretsmanager_secret"
ARN = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:ecr-pullthroughcache/hub-a1b2c3"
ROLE = f"arn:aws:iam::{OWN}:role/ecr-cache"
HOST = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"


def cache(scope, construct="Cache", **arguments):
    return PullThroughCache(scope, construct, **{"ecr_repository_prefix": "quay", "upstream": "quay", **arguments})


def request(resource):
    """Return the request that the provider makes of a resource."""
    names = {
        "ecr_repository_prefix": "ecrRepositoryPrefix",
        "upstream_registry_url": "upstreamRegistryUrl",
        "upstream_repository_prefix": "upstreamRepositoryPrefix",
        "credential_arn": "credentialArn",
        "custom_role_arn": "customRoleArn",
    }
    return {aws: resource[name] for name, aws in names.items() if name in resource}


class TestRule:
    def test_little_is_needed(self, stack):
        cache(stack)
        assert only(stack, KIND) == {"ecr_repository_prefix": "quay", "upstream_registry_url": "quay.io"}
        assert set(synth(stack)) == {"provider", "resource", "terraform"}

    @pytest.mark.parametrize(
        "arguments",
        [
            {},
            {"ecr_repository_prefix": "ROOT", "upstream": "k8s"},
            {"upstream": "docker-hub", "credential_arn": ARN},
            {"upstream": "myteam.azurecr.io", "credential_arn": ARN, "upstream_repository_prefix": "base/images"},
            {"upstream": EcrUpstream(region="eu-west-1", account_id=OTHER), "custom_role_arn": ROLE},
        ],
    )
    def test_it_is_a_request_that_ecr_takes(self, stack, arguments):
        cache(stack, **arguments)
        assert refused("ecr", "CreatePullThroughCacheRule", **request(only(stack, KIND))) == []

    def test_a_wrong_one_would_be_judged(self, stack):
        cache(stack)
        wrong = {**request(only(stack, KIND)), "ecrRepositoryPrefix": "q", "credentialArn": "hub"}
        assert refused("ecr", "CreatePullThroughCacheRule", **wrong)

    @pytest.mark.parametrize(
        ("upstream", "url"),
        [
            (EcrUpstream(region="eu-west-1"), f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com"),
            (EcrUpstream(region="${var.region}"), f"{OWN}.dkr.ecr.${{var.region}}.amazonaws.com"),
            (f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com", f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com"),
            ("${var.upstream}", "${var.upstream}"),
        ],
    )
    def test_another_registry_of_ecr_or_one_that_is_known_later_may_be_meant(self, stack, upstream, url):
        cache(stack, upstream=upstream)
        assert only(stack, KIND)["upstream_registry_url"] == url

    def test_where_the_own_account_is_not_known_it_is_looked_up_for_another_region_of_it(self, make_stack):
        stack = make_stack(account_ids=None)
        cache(stack, upstream=EcrUpstream(region="eu-west-1"))
        account = "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        assert only(stack, KIND)["upstream_registry_url"] == f"{account}.dkr.ecr.eu-west-1.amazonaws.com"

    def test_another_upstream_needs_no_look_up(self, make_stack):
        stack = make_stack(region=None)
        cache(stack, upstream=f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com", custom_role_arn=ROLE)
        assert "data" not in synth(stack)

    def test_a_logical_id_is_its_terraform_name(self, stack):
        cache(stack, logical_id="quay")
        assert list(every(stack, KIND)) == ["quay"]


class TestCredentials:
    def test_an_existing_secret_is_named_by_its_arn(self, stack):
        cache(stack, upstream="docker-hub", credential_arn=ARN)
        assert only(stack, KIND)["credential_arn"] == ARN

    def test_or_by_its_name(self, stack):
        cache(stack, upstream="docker-hub", secret_name="ecr-pullthroughcache/hub", logical_id="hub")
        assert only(stack, KIND)["credential_arn"] == "${data.aws_secretsmanager_secret.hub.arn}"
        assert synth(stack)["data"] == {SECRET: {"hub": {"name": "ecr-pullthroughcache/hub"}}}

    def test_a_secret_may_be_made_without_a_value(self, stack):
        made = cache(stack, upstream="docker-hub", create_secret=True, logical_id="hub")
        assert only(stack, KIND)["credential_arn"] == "${aws_secretsmanager_secret.hub.arn}"
        assert set(synth(stack)["resource"]) == {KIND, SECRET}
        secret = only(stack, SECRET)
        # ECR reads secrets that are encrypted with the default key alone:
        # https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
        assert set(secret) == {"name", "description"}
        assert secret["name"] == "ecr-pullthroughcache/quay"
        assert refused("secretsmanager", "CreateSecret", Name=secret["name"], Description=secret["description"]) == []
        assert made.secret is not None

    def test_it_may_have_another_name_and_end(self, stack):
        name = "ecr-pullthroughcache/team/hub"
        cache(stack, upstream="docker-hub", create_secret=True, secret_name=name, recovery_window_in_days=0)
        secret = only(stack, SECRET)
        assert (secret["name"], secret["recovery_window_in_days"]) == (name, 0)

    def test_two_caches_do_not_make_the_same_secret(self, stack):
        arguments = {"upstream": "docker-hub", "create_secret": True, "secret_name": "ecr-pullthroughcache/hub"}
        cache(stack, "One", **arguments)
        with pytest.raises(InvalidInput, match="dev/One has one already") as caught:
            cache(stack, "Two", ecr_repository_prefix="hub", **arguments)
        assert codes(caught) == [("", "one-per-registry")]

    def test_they_may_share_one(self, stack):
        first = cache(stack, "One", upstream="docker-hub", create_secret=True, logical_id="hub")
        cache(stack, "Two", ecr_repository_prefix="b2", upstream="docker-hub", credential_arn=first.secret.arn)
        references = {each["credential_arn"] for each in every(stack, KIND).values()}
        assert references == {"${aws_secretsmanager_secret.hub.arn}"}


class TestPrincipals:
    def test_who_may_fill_the_cache_stands_in_the_registrys_policy(self, stack):
        role = IamRole(stack, "Tasks", assume_role_policy="{}")
        cache(stack, principals=[OTHER, role])
        cache(stack, "Hub", ecr_repository_prefix="hub", upstream="docker-hub", credential_arn=ARN, principals=[OTHER])
        RegistryPolicy.of(stack).grant_replication([THIRD])
        policy = json.loads(only(stack, "aws_ecr_registry_policy")["policy"])
        found = {each["Sid"]: (each["Principal"]["AWS"], each["Resource"]) for each in policy["Statement"]}
        root, registry = f"arn:aws:iam::{OTHER}:root", f"arn:aws:ecr:us-east-1:{OWN}:repository"
        assert found == {
            "FillCacheHub": (root, f"{registry}/hub/*"),
            "FillCacheQuay": (["${aws_iam_role.Tasks.arn}", root], f"{registry}/quay/*"),
            "ReplicateImages": (f"arn:aws:iam::{THIRD}:root", f"{registry}/*"),
        }

    def test_it_is_the_policy_of_the_caches_registry(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[THIRD])
        cache(stack, principals=[OTHER], provider=there)
        assert only(stack, "aws_ecr_registry_policy")["provider"] == only(stack, KIND)["provider"] == "aws.there"

    def test_one_that_is_none_is_refused_where_it_was_named(self, stack):
        with pytest.raises(InvalidInput) as caught:
            cache(stack, principals=[222222222222])
        assert codes(caught) == [("principals[0]", "grant-principal")]
        assert caught.value.problems[0].source == "dev/Cache"


class TestImages:
    def test_an_image_is_pulled_from_this_registry(self, stack):
        hub = cache(stack, ecr_repository_prefix="hub", upstream="docker-hub", credential_arn=ARN)
        assert hub.uri("nginx:1.27") == f"{HOST}/hub/library/nginx:1.27"
        assert hub.uri("docker.io/bitnami/redis") == f"{HOST}/hub/bitnami/redis"

    def test_in_china_it_lies_in_china(self, make_stack):
        stack = make_stack(region="cn-north-1")
        assert cache(stack).uri("a/b") == f"{OWN}.dkr.ecr.cn-north-1.amazonaws.com.cn/quay/a/b"

    def test_of_a_registry_that_is_not_known_the_place_is_looked_up(self, make_stack):
        stack = make_stack(region=None)
        assert cache(stack).uri("a/b").endswith("/quay/a/b")
        assert set(synth(stack)["data"]) == {"aws_caller_identity", "aws_partition", "aws_region"}

    def test_what_is_not_cached_is_refused(self, stack):
        with pytest.raises(InvalidInput) as caught:
            cache(stack, upstream_repository_prefix="team").uri("other/web")
        assert codes(caught) == [("image", "pull-through-image")]
        assert caught.value.problems[0].source == "dev/Cache"


class TestTemplate:
    def test_the_cached_repositories_may_have_a_template(self, stack):
        quay = cache(stack)
        quay.add_creation_template(max_image_count=10, resource_tags={"From": "quay"}, create_role=True)
        template = only(stack, "aws_ecr_repository_creation_template")
        assert (template["prefix"], template["applied_for"]) == ("quay", ["PULL_THROUGH_CACHE"])
        assert template["resource_tags"] == {"From": "quay"}
        assert json.loads(template["lifecycle_policy"])["rules"][0]["selection"]["countNumber"] == 10

    def test_it_goes_to_the_same_registry(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[THIRD])
        cache(stack, provider=there).add_creation_template()
        assert only(stack, "aws_ecr_repository_creation_template")["provider"] == "aws.there"

    def test_what_ecr_does_not_take_is_refused(self, stack):
        with pytest.raises(InvalidInput) as caught:
            cache(stack).add_creation_template(resource_tags={"From": "quay"})
        assert codes(caught) == [("custom_role_arn", "template-role")]
        assert caught.value.problems[0].source == "dev/Cache/CreationTemplate"


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            ({"ecr_repository_prefix": "q"}, ("ecr_repository_prefix", "pull-through-prefix")),
            ({"upstream": "gcr.example.com"}, ("upstream", "pull-through-upstream")),
            ({"upstream": EcrUpstream(region="mars")}, ("upstream.region", "region")),
            ({"upstream": EcrUpstream(region="us-east-1")}, ("upstream", "pull-through-upstream")),
            ({"upstream": EcrUpstream(region="us-gov-west-1")}, ("upstream", "pull-through-upstream")),
            (
                {"upstream": EcrUpstream(region="us-east-1", account_id=OTHER)},
                ("custom_role_arn", "pull-through-role"),
            ),
            ({"upstream": "docker-hub"}, ("credential_arn", "pull-through-credentials")),
            ({"create_secret": True}, ("create_secret", "pull-through-credentials")),
            ({"upstream": "docker-hub", "secret_name": "hub"}, ("secret_name", "pull-through-secret")),
            (
                {"upstream": "docker-hub", "credential_arn": ARN.replace("us-east-1", "us-west-2")},
                ("credential_arn", "pull-through-secret"),
            ),
        ],
    )
    def test_what_ecr_does_not_take(self, stack, arguments, problem):
        with pytest.raises(InvalidInput) as caught:
            cache(stack, **arguments)
        assert codes(caught) == [problem]
        assert caught.value.problems[0].source == "dev/Cache"
        assert "resource" not in synth(stack)

    def test_values_may_be_known_later(self, stack):
        prefix, arn = (TerraformVariable(stack, each, type="string").string_value for each in ("prefix", "arn"))
        cache(stack, ecr_repository_prefix=prefix, upstream="docker-hub", credential_arn=arn)
        assert only(stack, KIND) == {
            "ecr_repository_prefix": "${var.prefix}",
            "upstream_registry_url": "registry-1.docker.io",
            "credential_arn": "${var.arn}",
        }

    def test_a_second_rule_of_the_prefix_is_refused_and_both_are_named(self, stack):
        cache(Construct(stack, "Team"))
        message = r"^dev/Cache: must be the only pull-through cache of the prefix quay; dev/Team/Cache has one already"
        with pytest.raises(InvalidInput, match=message) as caught:
            cache(stack, upstream="k8s")
        assert codes(caught) == [("", "one-per-registry")]

    def test_the_same_prefix_in_another_registry_is_another_one(self, stack):
        cache(stack)
        cache(stack, "There", provider=AwsProvider(stack, "West", region="us-west-2", alias="west"))
        assert len(every(stack, KIND)) == 2

    def test_a_logical_id_that_is_taken_is_refused(self, stack):
        cache(stack, logical_id="quay")
        with pytest.raises(InvalidInput) as caught:
            cache(stack, "Second", ecr_repository_prefix="k8s", upstream="k8s", logical_id="quay")
        assert codes(caught) == [("logical_id", "logical-id-taken")]
