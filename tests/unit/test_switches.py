"""Switches that are said to be off, and what stands beside them until they are on again."""

import pytest

from ecr_constructs.config.desired import access_of, caches_of, findings_of, replication_of, scanning_of

MINIMAL = 'project: shop\nenv: dev\nregion: us-east-1\naccount_id: "111111111111"\n'
ACCOUNTS = "allowed_account_ids: ['222222222222']"
DESTINATIONS = "replication_destinations: [{region: us-west-2}]"
LOG = """
ecr_log_retention_days: 30
ecr_log_kms_key: {alias: alias/logs}
ecr_scan_alert_severity: HIGH
ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:111111111111:findings
"""

# A switch that is off, and what it leaves unused.
PAIRS = {
    "access": ("enable_cross_account_access: false", ACCOUNTS),
    "replication": ("enable_replication: false", DESTINATIONS),
    "continuous_scanning": ("enable_enhanced_scanning: false", "scan_frequency: CONTINUOUS_SCAN"),
    "scanning_by_hand": ("enable_enhanced_scanning: false", "scan_frequency: MANUAL"),
}
PLACES = {
    "in_the_repository": "ecr_repositories: {{web: {{{switch}, {values}}}}}\n",
    "in_the_defaults": "ecr_defaults: {{{switch}, {values}}}\nrepository_names: [web]\n",
    "values_in_the_defaults": "ecr_defaults: {{{values}}}\necr_repositories: {{web: {{{switch}}}}}\n",
    "the_switch_in_the_defaults": "ecr_defaults: {{{switch}}}\necr_repositories: {{web: {{{values}}}}}\n",
    "of_a_workload": "backend: {{{switch}, {values}}}\n",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize(("switch", "values"), PAIRS.values(), ids=PAIRS.keys())
def test_what_is_said_to_be_off_may_keep_its_values(messages, load, switch, values, place):
    text = MINIMAL + place.format(switch=switch, values=values)
    assert messages(dev=text) == []
    (environment,) = load(dev=text)
    (repository,) = environment.made.values()
    assert access_of(repository).allowed_account_ids == ()
    assert replication_of(environment) == []
    assert scanning_of(environment) == []


def test_a_secret_that_is_said_not_to_be_made_may_keep_its_days(messages, load):
    named = "secret_name: ecr-pullthroughcache/hub, create_secret: false, recovery_window_in_days: 7"
    text = f"{MINIMAL}ecr_pull_through_caches: {{hub: {{upstream: docker-hub, {named}}}}}\n"
    assert messages(dev=text) == []
    (cache,) = caches_of(*load(dev=text))
    assert "recovery_window_in_days" not in cache.keywords
    assert messages(dev=text.replace("create_secret: false, ", "")) != []


def test_a_log_that_is_said_to_be_off_may_keep_its_values(messages, load):
    text = f"{MINIMAL}ecr_enable_scan_findings_logging: false{LOG}"
    assert messages(dev=text) == []
    assert list(findings_of(*load(dev=text))) == []


def test_defaults_that_one_repository_switches_off_are_used_by_the_others(messages):
    off_and_on = "{api: {enable_replication: true}, web: {enable_replication: false}}"
    assert messages(dev=f"{MINIMAL}ecr_defaults: {{{DESTINATIONS}}}\necr_repositories: {off_and_on}\n") == []


@pytest.mark.parametrize(("switch", "values"), PAIRS.values(), ids=PAIRS.keys())
def test_a_switch_that_cannot_be_read_is_the_only_mistake(messages, switch, values):
    unread = switch.replace("false", "'no'")
    text = f"{MINIMAL}ecr_repositories: {{web: {{{unread}, {values}}}}}\n"
    (message,) = messages(dev=text)
    assert "must be true or false" in message


def test_defaults_that_one_repository_uses_may_do_nothing_for_another(messages):
    used_by_one = "{api: {enable_replication: true}, web: {}}"
    assert messages(dev=f"{MINIMAL}ecr_defaults: {{{DESTINATIONS}}}\necr_repositories: {used_by_one}\n") == []
