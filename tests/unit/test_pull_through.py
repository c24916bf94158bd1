"""Pull-through caches: upstream registries, prefixes, credentials and cached images, held to botocore's model."""

import re

import pytest
from hypothesis import given

from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.registry.caches import (
    SECRET_PREFIX,
    PullThroughRule,
    cached_image,
    check_cache_prefix,
    check_pull_through_rule,
)
from ecr_constructs.core.registry.upstreams import (
    DOCKER_HOSTS,
    NEED_SECRET,
    UPSTREAM,
    UPSTREAM_HOSTS,
    EcrUpstream,
    Upstream,
    check_ecr_upstream,
    ecr_upstream,
    find_upstream,
)
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import SESSION, limits, near, right, takes

OWN, OTHER = "111111111111", "222222222222"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:ecr-pullthroughcache/hub-a1b2c3"
ROLE = f"arn:aws:iam::{OWN}:role/ecr-cache"
DIGEST = f"sha256:{'0123456789abcdef' * 4}"


def upstream(text: str) -> Upstream:
    found, problems = find_upstream(text)
    assert found is not None
    assert problems == []
    return found


def ecr(region: str = "eu-west-1", account: str = OWN) -> Upstream:
    return ecr_upstream(region, account, "amazonaws.com")


def rule(registry: str | Upstream = "quay", prefix: str = "cache", **changes) -> PullThroughRule:
    found = registry if isinstance(registry, Upstream) else upstream(registry)
    return PullThroughRule(ecr_repository_prefix=prefix, upstream=found, **changes)


def check(rule: PullThroughRule, region: str | None = "us-east-1", account: str | None = OWN) -> list[tuple[str, str]]:
    return [(each.key, each.code) for each in check_pull_through_rule(rule, KnownPlace(region, account))]


class TestUpstreams:
    def test_the_names_are_those_of_aws(self):
        names = set(limits("ecr", "UpstreamRegistry")["enum"])
        assert {*UPSTREAM_HOSTS, "ecr", "azure-container-registry"} == names
        assert names > NEED_SECRET

    def test_the_hosts_are_those_of_aws(self):
        request = SESSION.get_service_model("ecr").shape_for("CreatePullThroughCacheRuleRequest")
        text = request.members["upstreamRegistryUrl"].documentation
        documented = dict(re.findall(r"\(<code>([a-z0-9-]+)</code>\) \S <code>([a-z0-9.-]+)</code>", text))
        assert len(documented) >= 6  # it does not name each of them
        assert documented.items() <= UPSTREAM_HOSTS.items()

    @pytest.mark.parametrize(("name", "host"), UPSTREAM_HOSTS.items())
    def test_each_is_found_by_its_name_and_by_its_host(self, name, host):
        assert upstream(name) == upstream(host) == Upstream(url=host, name=name)

    @pytest.mark.parametrize(("short", "host"), [("ghcr", "ghcr.io"), ("gitlab", "registry.gitlab.com")])
    def test_some_have_short_names(self, short, host):
        assert upstream(short).url == host

    @pytest.mark.parametrize("form", ["{}", "https://{}", "https://{}/", "HTTPS://{}"])
    def test_a_registry_is_known_by_its_url(self, form):
        for name, host in UPSTREAM_HOSTS.items():
            assert upstream(form.format(host)) == upstream(form.format(host.upper())) == upstream(name)
        for host in DOCKER_HOSTS:
            assert upstream(form.format(host)) == upstream("docker-hub")
        azure = upstream(form.format("myteam.azurecr.io"))
        assert azure == upstream("myteam.azurecr.io")
        assert upstream(form.format(f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com")).region == "eu-west-1"

    def test_azure_is_found_by_the_host_of_a_registry(self):
        assert upstream("myteam.azurecr.io") == Upstream(url="myteam.azurecr.io", name="azure-container-registry")

    @pytest.mark.parametrize(("region", "suffix"), [("eu-west-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")])
    def test_another_registry_of_ecr_is_found_by_its_host(self, region, suffix):
        host = f"{OTHER}.dkr.ecr.{region}.{suffix}"
        assert upstream(host) == ecr_upstream(region, OTHER, suffix)
        assert upstream(host) == Upstream(url=host, name="ecr", region=region, account_id=OTHER)

    @pytest.mark.parametrize(
        ("host", "region", "suffix"),
        [
            (f"{OTHER}.dkr-ecr.eu-west-1.on.aws", "eu-west-1", "amazonaws.com"),
            (f"{OTHER}.dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1", "amazonaws.com"),
            (f"{OTHER}.DKR-ECR-FIPS.us-gov-west-1.on.aws", "us-gov-west-1", "amazonaws.com"),
            (f"{OTHER}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1", "amazonaws.com.cn"),
        ],
    )
    def test_whichever_host_is_written_it_is_the_one_that_ecr_is_told(self, host, region, suffix):
        assert UPSTREAM.fullmatch(host)
        assert upstream(host) == upstream(f"https://{host}/") == ecr_upstream(region, OTHER, suffix)

    def test_an_expression_is_taken_for_a_host(self):
        assert upstream("${var.upstream}") == Upstream(url="${var.upstream}")

    @pytest.mark.parametrize(
        ("text", "fix"),
        [
            ("azure", "NAME.azurecr.io"),
            ("azure-container-registry", "NAME.azurecr.io"),
            ("ecr", "EcrUpstream"),
            ("hub.docker.com", "Write docker-hub."),
            ("https://gallery.ecr.aws/nginx/nginx", "Write ecr-public."),
            ("http://quay.io", "Write quay.io."),
            ("https://index.docker.io/v1/", "Write index.docker.io."),
            ("quay.io/prometheus", "Write quay.io, and upstream_repository_prefix: prometheus."),
            ("https://ghcr.io/team/base/", "Write ghcr.io, and upstream_repository_prefix: team/base."),
            ("dockerhub", "Did you mean 'docker-hub'?"),
            ("gcr.example.com", "Use one of"),
            (f"{OWN}.dkr.ecr.cn-north-1.amazonaws.com", "Use one of"),
            ("", "Use one of"),
        ],
    )
    def test_what_ecr_cannot_cache_is_refused_with_the_way_out(self, text, fix):
        found, (problem,) = find_upstream(text)
        assert found is None
        assert (problem.key, problem.code) == ("upstream", "pull-through-upstream")
        assert fix in problem.fix

    @pytest.mark.parametrize(
        ("place", "found"),
        [
            (EcrUpstream(region="eu-west-1"), []),
            (EcrUpstream(region="${var.region}", account_id="${var.account}"), []),
            (EcrUpstream(region="europe", account_id="12"), ["upstream.region", "upstream.account_id"]),
        ],
    )
    def test_the_place_of_another_registry_is_checked(self, place, found):
        assert [problem.key for problem in check_ecr_upstream(place)] == found

    @pytest.mark.parametrize(
        ("place", "right"),
        [
            (ecr("eu-west-1"), True),
            (ecr("us-east-1"), False),
            (ecr_upstream("cn-north-1", OWN, "amazonaws.com.cn"), False),
        ],
    )
    def test_it_is_another_one_of_the_same_partition(self, place, right):
        assert check(rule(place)) == ([] if right else [("upstream", "pull-through-upstream")])
        assert check(rule(place), region=None) == []


class TestPrefix:
    # Doubled '_' and '-', which AWS takes, the provider does not; the '/' at the end, which AWS adds, is left out here.
    @given(near(right("ecr", "PullThroughCacheRuleRepositoryPrefix")).filter(lambda text: not is_unresolved(text)))
    def test_it_is_right_where_ecr_and_the_provider_take_it(self, prefix):
        doubled = "__" in prefix or "--" in prefix
        taken = takes("ecr", "PullThroughCacheRuleRepositoryPrefix", prefix)
        assert (check_cache_prefix(prefix) == []) == (taken and not doubled and not prefix.endswith("/"))

    @pytest.mark.parametrize("prefix", ["q", "quay/", "Quay", "Root", "", "a" * 31, "a__b"])
    def test_others_are_refused(self, prefix):
        assert check(rule(prefix=prefix)) == [("ecr_repository_prefix", "pull-through-prefix")]

    def test_another_prefix_upstream_is_one_as_well(self):
        assert check(rule(upstream_repository_prefix="team-a/base")) == []
        found = check(rule(upstream_repository_prefix="Team"))
        assert found == [("upstream_repository_prefix", "pull-through-prefix")]

    def test_without_a_prefix_here_there_is_none_upstream(self):
        assert check(rule(prefix="ROOT", upstream_repository_prefix="ROOT")) == []
        found = check(rule(prefix="ROOT", upstream_repository_prefix="team"))
        assert found == [("upstream_repository_prefix", "pull-through-prefix")]


WAYS = [{"credential_arn": SECRET}, {"secret_name": f"{SECRET_PREFIX}hub"}, {"create_secret": True}]
NEEDING = ["docker-hub", "ghcr", "gitlab", "chainguard", "myteam.azurecr.io"]


class TestCredentials:
    def test_these_registries_need_them(self):
        assert {upstream(each).name for each in NEEDING} == NEED_SECRET

    @pytest.mark.parametrize("registry", NEEDING)
    def test_where_they_are_needed_they_are_missed(self, registry):
        assert check(rule(registry)) == [("credential_arn", "pull-through-credentials")]

    @pytest.mark.parametrize("registry", NEEDING)
    @pytest.mark.parametrize("way", WAYS)
    def test_each_way_to_them_will_do(self, registry, way):
        assert check(rule(registry, **way)) == []

    @pytest.mark.parametrize("registry", ["ecr-public", "quay", "k8s", ecr()])
    @pytest.mark.parametrize("way", WAYS)
    def test_where_they_are_not_taken_they_are_refused(self, registry, way):
        assert check(rule(registry, **way)) == [(next(iter(way)), "pull-through-credentials")]

    @pytest.mark.parametrize("second", WAYS[1:])
    def test_two_ways_are_one_too_many(self, second):
        assert check(rule("docker-hub", **WAYS[0], **second)) == [("credential_arn", "pull-through-credentials")]

    def test_a_secret_that_is_made_may_be_named(self):
        assert check(rule("docker-hub", secret_name=f"{SECRET_PREFIX}other", create_secret=True)) == []

    @pytest.mark.parametrize("way", [{}, *WAYS])
    def test_an_upstream_that_is_not_known_may_need_them_or_not(self, way):
        assert check(rule("${var.upstream}", **way)) == []

    @pytest.mark.parametrize(
        ("name", "right"),
        [
            (f"{SECRET_PREFIX}hub", True),
            (f"{SECRET_PREFIX}{'a' * 491}", True),
            (f"{SECRET_PREFIX}{'a' * 492}", False),
            (SECRET_PREFIX, False),
            ("hub", False),
            (f"team/{SECRET_PREFIX}hub", False),
            (f"{SECRET_PREFIX}a b", False),
            ("${var.secret}", True),
        ],
    )
    def test_the_name_begins_as_ecr_wants_it(self, name, right):
        found = check(rule("docker-hub", secret_name=name))
        assert found == ([] if right else [("secret_name", "pull-through-secret")])
        assert not right or len(name) <= limits("secretsmanager", "NameType")["max"]

    @given(near(right("ecr", "CredentialArn")).filter(lambda text: not is_unresolved(text)))
    def test_an_arn_that_is_taken_is_one_for_ecr(self, arn):
        # Not the other way round: the model takes any place, even one without an account.
        if check(rule("docker-hub", credential_arn=arn), region=None, account=None) == []:
            assert takes("ecr", "CredentialArn", arn)

    @pytest.mark.parametrize(
        ("arn", "right"),
        [
            (SECRET, True),
            ("${aws_secretsmanager_secret.hub.arn}", True),
            (SECRET.replace("us-east-1", "eu-west-1"), False),
            (SECRET.replace(OWN, OTHER), False),
            (SECRET.replace("ecr-pullthroughcache/", ""), False),
            (f"{SECRET_PREFIX}hub", False),
        ],
    )
    def test_it_lies_in_the_account_and_region_of_the_registry(self, arn, right):
        found = check(rule("docker-hub", credential_arn=arn))
        assert found == ([] if right else [("credential_arn", "pull-through-secret")])

    @pytest.mark.parametrize("region", [None, "us-east-1"])
    def test_where_the_registry_is_not_known_any_place_may_be_right(self, region):
        arn = SECRET.replace(OWN, OTHER)
        assert check(rule("docker-hub", credential_arn=arn), region=region, account=None) == []

    @pytest.mark.parametrize(
        ("days", "right"), [(None, True), (0, True), (7, True), (30, True), (6, False), (31, False), (False, False)]
    )
    def test_a_secret_can_be_restored_for_7_to_30_days_or_not_at_all(self, days, right):
        found = check(rule("docker-hub", create_secret=True, recovery_window_in_days=days))
        assert found == ([] if right else [("recovery_window_in_days", "pull-through-secret-recovery")])

    def test_only_a_secret_that_is_made_here_is_destroyed_here(self):
        found = check(rule("docker-hub", credential_arn=SECRET, recovery_window_in_days=7))
        assert found == [("recovery_window_in_days", "pull-through-secret-recovery")]


class TestRole:
    @pytest.mark.parametrize(
        ("registry", "role", "right"),
        [
            (ecr(account=OWN), None, True),
            (ecr(account=OWN), ROLE, True),
            (ecr(account=OTHER), ROLE, True),
            (ecr(account=OTHER), None, False),
            (ecr(account=OTHER), ROLE.replace(OWN, OTHER), False),
            (ecr(account="${var.account}"), None, True),
            ("quay", ROLE, False),
            ("${var.upstream}", ROLE, True),
            ("${var.upstream}", "ecr-cache", False),
        ],
    )
    def test_another_account_takes_a_role_of_the_own_one(self, registry, role, right):
        found = check(rule(registry, custom_role_arn=role))
        assert found == ([] if right else [("custom_role_arn", "pull-through-role")])

    def test_where_the_own_account_is_not_known_none_is_missed(self):
        assert check(rule(ecr(account=OTHER)), account=None) == []


def test_every_mistake_is_reported():
    wrong = rule(
        "docker-hub",
        prefix="Hub",
        upstream_repository_prefix="Team",
        secret_name="hub",
        recovery_window_in_days=7,
        custom_role_arn=ROLE,
    )
    assert [code for _, code in check(wrong)] == [
        "pull-through-prefix",
        "pull-through-prefix",
        "pull-through-secret",
        "pull-through-secret-recovery",
        "pull-through-role",
    ]


class TestImages:
    @pytest.mark.parametrize(
        ("registry", "image", "cached"),
        [
            ("quay", "prometheus/alertmanager:v0.27.0", "cache/prometheus/alertmanager:v0.27.0"),
            ("quay", "quay.io/prometheus/alertmanager", "cache/prometheus/alertmanager"),
            ("quay", "single", "cache/single"),
            ("docker-hub", "nginx", "cache/library/nginx"),
            ("docker-hub", "nginx:1.27", "cache/library/nginx:1.27"),
            ("docker-hub", "library/nginx", "cache/library/nginx"),
            ("docker-hub", "docker.io/nginx", "cache/library/nginx"),
            ("docker-hub", "index.docker.io/bitnami/redis", "cache/bitnami/redis"),
            ("docker-hub", "bitnami/redis:7", "cache/bitnami/redis:7"),
            ("docker-hub", f"nginx@{DIGEST}", f"cache/library/nginx@{DIGEST}"),
            ("docker-hub", f"nginx:1.27@{DIGEST}", f"cache/library/nginx:1.27@{DIGEST}"),
            ("docker-hub", "${var.image}", "cache/${var.image}"),
            ("k8s", "registry.k8s.io/pause:3.10", "cache/pause:3.10"),
            (ecr(), f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1", "cache/shop/web:1"),
            (ecr(), f"{OWN}.dkr-ecr.eu-west-1.on.aws/shop/web:1", "cache/shop/web:1"),
        ],
    )
    def test_an_image_lies_below_the_prefix(self, registry, image, cached):
        assert cached_image(rule(registry), image) == (cached, [])

    def test_without_a_prefix_it_has_its_own_name(self):
        assert cached_image(rule("docker-hub", prefix="ROOT"), "nginx:1") == ("library/nginx:1", [])

    def test_the_prefix_upstream_gives_way_to_the_one_here(self):
        assert cached_image(rule(upstream_repository_prefix="team/base"), "team/base/web:1") == ("cache/web:1", [])

    @pytest.mark.parametrize(
        ("changes", "image"),
        [
            ({"upstream_repository_prefix": "team"}, "other/web"),
            ({"upstream_repository_prefix": "team"}, "teams/web"),
            ({}, ""),
            ({}, "Web"),
            ({}, "web:"),
            ({}, "web:a b"),
            ({}, "web@sha256:12"),
            ({}, "/web"),
            ({}, "https://quay.io/web"),
        ],
    )
    def test_what_is_no_image_of_the_upstream_is_refused(self, changes, image):
        _, (problem,) = cached_image(rule(**changes), image)
        assert (problem.key, problem.code) == ("image", "pull-through-image")
