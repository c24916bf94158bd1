"""What a change watches less: scans, findings, alerts, events of deployments."""

import pytest

from ecr_constructs.review.watching import judge_watching
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
WEB = "ecr_repositories: {web: {}}\n"
LOG = "ecr_enable_scan_findings_logging: true\n"
ALERTS = f"{LOG}ecr_scan_alert_severity: HIGH\n"
TOPIC = "ecr_scan_alert_topic_arn: arn:aws:sns:eu-west-1:111111111111:alerts\n"
ENHANCED = "enable_enhanced_scanning: true"
CONTINUOUS = f"{ENHANCED}, scan_frequency: CONTINUOUS_SCAN"
DEPLOYMENTS = """\
ecr_deployments:
  trigger: push
  target_arn: arn:aws:lambda:eu-west-1:111111111111:function:deploy
"""
DEAD = "  dead_letter_arn: arn:aws:sqs:eu-west-1:111111111111:dead\n"


def web(options):
    return f"ecr_repositories: {{web: {{{options}}}}}\n"


def found(base, head, **others):
    more = {f"{name}.yaml": text for name, text in others.items()}
    return [*judge_watching(change_of({"dev.yaml": DEV + base, **more}, {"dev.yaml": DEV + head, **more}))]


def told(base, head):
    return [(each.code, ".".join(map(str, each.path)), each.at_base, each.repositories) for each in found(base, head)]


OF_WEB = "ecr_repositories.web"
WEAKER = {
    "no scan on push": (
        WEB,
        web("scan_on_push: false"),
        [("scanning-weakened", f"{OF_WEB}.scan_on_push", False, ("web",))],
        ["is scanned only when that is asked for instead of on push"],
    ),
    "no scan on push by default": (
        WEB,
        f"ecr_defaults: {{scan_on_push: false}}\n{WEB}",
        [("scanning-weakened", "ecr_defaults.scan_on_push", False, ("web",))],
        ["is scanned only when that is asked for instead of on push"],
    ),
    "scanned by Inspector no more": (
        web(ENHANCED),
        WEB,
        [("scanning-weakened", f"{OF_WEB}.enable_enhanced_scanning", True, ("web",))],
        ["is scanned on push instead of on push by Amazon Inspector"],
    ),
    "scanned continuously no more": (
        web(CONTINUOUS),
        web(ENHANCED),
        [("scanning-weakened", f"{OF_WEB}.scan_frequency", True, ("web",))],
        ["is scanned on push by Amazon Inspector instead of continuously by Amazon Inspector"],
    ),
    "one of two scanned by Inspector, so that the other is as well": (
        f"ecr_repositories: {{api: {{}}, web: {{{CONTINUOUS}}}}}\n",
        "ecr_repositories: {api: {}, web: {}}\n",
        [
            ("scanning-weakened", f"{OF_WEB}.enable_enhanced_scanning", True, ("api",)),
            ("scanning-weakened", f"{OF_WEB}.enable_enhanced_scanning", True, ("web",)),
        ],
        [
            "is scanned on push instead of on push by Amazon Inspector",
            "is scanned on push instead of continuously by Amazon Inspector",
        ],
    ),
    "Inspector is not managed any more": (
        f"ecr_enable_inspector: true\n{WEB}",
        WEB,
        [
            ("scanning-weakened", "ecr_enable_inspector", True, ("web",)),
            ("inspector-disabled", "ecr_enable_inspector", True, ()),
        ],
        [
            "is scanned on push instead of on push by Amazon Inspector",
            "Amazon Inspector is switched off in the account and region, for all that it scans there",
        ],
    ),
    "Inspector, which scanned nothing here": (
        f"ecr_enable_inspector: true\n{web('scan_on_push: false')}",
        web("scan_on_push: false"),
        [("inspector-disabled", "ecr_enable_inspector", True, ())],
        ["Amazon Inspector is switched off in the account and region, for all that it scans there"],
    ),
    "no log": (
        LOG,
        "",
        [("findings-log-removed", "ecr_enable_scan_findings_logging", True, ())],
        [
            "findings of scans are logged no more: the log group /aws/events/ecr/findings is destroyed with all in it",
        ],
    ),
    "a shorter log": (
        f"{LOG}ecr_log_retention_days: 90\n",
        LOG,
        [("findings-log-shortened", "ecr_log_retention_days", True, ())],
        ["findings are kept for 30 days and not for 90 days: what is older is deleted"],
    ),
    "a log that ends": (
        f"{LOG}ecr_log_retention_days: 0\n",
        f"{LOG}ecr_log_retention_days: 3653\n",
        [("findings-log-shortened", "ecr_log_retention_days", False, ())],
        ["findings are kept for 3653 days and not for ever: what is older is deleted"],
    ),
    "no alerts": (
        ALERTS,
        LOG,
        [("alerts-removed", "ecr_scan_alert_severity", True, ())],
        [
            (
                "nobody is told any more of findings of severity HIGH and above, and the topic goes with all who are "
                "subscribed to it"
            ),
        ],
    ),
    "no alerts to a topic": (
        ALERTS + TOPIC,
        LOG,
        [("alerts-removed", "ecr_scan_alert_severity", True, ())],
        ["nobody is told any more of findings of severity HIGH and above"],
    ),
    "neither log nor alerts": (
        ALERTS + TOPIC,
        "",
        [
            ("findings-log-removed", "ecr_enable_scan_findings_logging", True, ()),
            ("alerts-removed", "ecr_enable_scan_findings_logging", True, ()),
        ],
        [
            "findings of scans are logged no more: the log group /aws/events/ecr/findings is destroyed with all in it",
            "nobody is told any more of findings of severity HIGH and above",
        ],
    ),
    "alerts of graver findings alone": (
        ALERTS,
        f"{LOG}ecr_scan_alert_severity: CRITICAL\n",
        [("alerts-narrowed", "ecr_scan_alert_severity", False, ())],
        ["people are told of findings of severity CRITICAL and above, and no more from HIGH upwards"],
    ),
    "alerts to another topic": (
        ALERTS,
        ALERTS + TOPIC,
        [("alerts-moved", "ecr_scan_alert_topic_arn", False, ())],
        ["whoever is subscribed to the topic that is made here is told of findings no more: another one gets them"],
    ),
    "alerts to a topic that is made": (
        ALERTS + TOPIC,
        ALERTS,
        [("alerts-moved", "ecr_scan_alert_topic_arn", True, ())],
        [
            (
                "whoever is subscribed to the topic arn:aws:sns:eu-west-1:111111111111:alerts is told of findings no "
                "more: another one gets them"
            ),
        ],
    ),
    "a setting of the account": (
        "ecr_account_settings: {registry_policy_scope: V2, basic_scan_type_version: AWS_NATIVE}\n",
        "ecr_account_settings: {registry_policy_scope: V2}\n",
        [("account-setting-released", "ecr_account_settings.basic_scan_type_version", True, ())],
        [
            (
                "the account's basic_scan_type_version stays AWS_NATIVE, "
                "but nothing sets it again where somebody changes it"
            ),
        ],
    ),
    "all settings of the account": (
        "ecr_account_settings: {registry_policy_scope: V2}\n",
        "",
        [("account-setting-released", "ecr_account_settings", True, ())],
        ["the account's registry_policy_scope stays V2, but nothing sets it again where somebody changes it"],
    ),
    "events that are lost": (
        DEPLOYMENTS + DEAD + WEB,
        DEPLOYMENTS + WEB,
        [("deployment-failures-unseen", "ecr_deployments.dead_letter_arn", True, ())],
        ["events that could not be delivered are lost: nobody sees that a push did not deploy"],
    ),
}


@pytest.mark.parametrize("case", WEAKER)
def test_what_is_watched_less_is_told(case):
    base, head, expected, words = WEAKER[case]
    assert told(base, head) == expected
    assert [each.what for each in found(base, head)] == words
    assert {each.consequence for each in found(base, head)} == {"loosens watching"}


BOTH_WAYS = {"alerts to another topic", "alerts to a topic that is made"}


@pytest.mark.parametrize("case", sorted(WEAKER.keys() - BOTH_WAYS))
def test_what_is_watched_more_is_not_told(case):
    base, head, *_ = WEAKER[case]
    assert told(head, base) == []


KEPT = {
    "a comment": (ALERTS + WEB, f"# watched\n{ALERTS}{WEB}"),
    "another order": (ALERTS + WEB, WEB + ALERTS),
    "defaults written out": (
        ALERTS + WEB,
        f"{ALERTS}ecr_log_retention_days: 30\necr_enable_inspector: false\n{web('scan_on_push: true')}",
    ),
    "what the defaults say, said by one": (
        f"ecr_defaults: {{{CONTINUOUS}}}\n{WEB}",
        web(CONTINUOUS),
    ),
    "a repository that goes": (f"ecr_repositories: {{api: {{}}, web: {{{ENHANCED}}}}}\n", web(ENHANCED)),
    "a repository that is made from now on": (WEB, "ecr_repositories: {web: {}, api: {scan_on_push: false}}\n"),
    "a rename": (
        web("scan_on_push: true"),
        "ecr_repositories: {site: {renamed_from: web, repository_name: shop-dev-web}}\n",
    ),
    "what Inspector scans on push of its own accord": (web(ENHANCED), f"ecr_enable_inspector: true\n{WEB}"),
    "another queue": (
        DEPLOYMENTS + DEAD + WEB,
        DEPLOYMENTS + DEAD.replace(":dead", ":lost") + WEB,
    ),
    "deployments that go": (DEPLOYMENTS + DEAD + WEB, WEB),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_watched_as_before_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_a_file_that_comes_or_goes_is_not_watched_less():
    assert [*judge_watching(change_of({"dev.yaml": DEV + ALERTS}, {}))] == []
    assert [*judge_watching(change_of({}, {"dev.yaml": DEV + ALERTS}))] == []


def test_repositories_of_others_in_the_registry_lose_inspector_too():
    qa = DEV.replace("dev", "qa") + "ecr_repositories: {worker: {}}\n"
    one, other = found(web(ENHANCED), WEB, qa=qa)
    assert one.repositories == ("web",)
    assert (other.code, other.repositories, other.details) == ("scanning-weakened", (), ("shop-qa-worker",))


def test_how_grave_it_is():
    graves = {case: {each.severity for each in found(*WEAKER[case][:2])} for case in WEAKER}
    notes = {"a setting of the account", "all settings of the account"}
    assert graves == {case: {"note" if case in notes else "attention"} for case in WEAKER}
