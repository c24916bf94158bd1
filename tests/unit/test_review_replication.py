"""The replication of deletions, which an apply switches off that writes the registry's replication anew."""

import re
from pathlib import Path

import pytest

from ecr_constructs.review.judge import judged
from ecr_constructs.review.replication import judge_replication
from tests.unit.reviewed import change_of

ROOT = Path(__file__).parents[2]
PLACE = "project: shop\nenv: dev\nregion: us-east-1\n"
ACCOUNT = "account_id: '111111111111'\n"
HEAD = PLACE + ACCOUNT
ON = "{region: us-west-2, deletions_replicated: true}"
OTHER = "{region: eu-west-1, registry_id: '222222222222'}"


def defaults(*destinations, names="web:"):
    to = f"{{enable_replication: true, replication_destinations: [{', '.join(destinations)}]}}"
    return f"ecr_defaults: {to}\necr_repositories: {{{names} }}\n"


WEB = HEAD + defaults(ON)


def found(base, head):
    sides = ({} if text is None else {"dev.yaml": text} for text in (base, head))
    return judged(change_of(*sides), judges=[judge_replication])


def test_a_repository_more_has_the_rules_written_anew_without_the_replication_of_deletions():
    (finding,) = found(WEB, HEAD + defaults(ON, names="api: , web:"))
    assert (finding.code, finding.severity, finding.consequence) == ("deletions-switched-off", "attention", "breaks")
    assert finding.problem.key == "ecr_defaults.replication_destinations[0].deletions_replicated"
    assert finding.what == (
        "the apply writes the registry's replication anew, which switches that of deletions off and which no plan "
        "shows: replicas stay at us-west-2 until somebody switches it on again"
    )
    assert finding.fix == (
        "Once it is applied, switch deleteReplication of all rules on by `aws ecr put-replication-configuration`."
    )


def test_the_commands_are_those_of_the_guide():
    (finding,) = found(WEB, HEAD + defaults(ON, names="api: , web:"))
    page = (ROOT / "docs/registry.md").read_text(encoding="utf-8")
    section = page.split("### Deletions\n", 1)[1].split("```console\n", 1)[1].split("```", 1)[0]
    commands = re.sub(r" \\\n +", " ", section).splitlines()
    assert [f"$ {each}" for each in finding.details] == commands


def test_where_some_rules_alone_replicate_deletions_it_names_their_destinations():
    """The commands of the guide switch it on for every rule, and so delete what is to stay."""
    also = f"ecr_repositories: {{web: , api: {{replication_destinations: [{OTHER}]}}}}\n"
    (finding,) = found(WEB, HEAD + defaults(ON).split("ecr_repositories", maxsplit=1)[0] + also)
    assert "replicas stay at us-west-2 until" in finding.what
    assert "deleteReplication of the rules to us-west-2 on by" in finding.fix
    assert finding.details == ()


@pytest.mark.parametrize(
    "head",
    {
        "one repository less": HEAD + defaults(ON, names="api:"),
        "another name": HEAD + defaults(ON, names="web: {repository_name: shop/web}, api:"),
        "another destination": HEAD + defaults(ON, OTHER, names="web: , api:"),
        "one that is not replicated": HEAD + defaults(ON, names="web: , api: {enable_replication: false}"),
        "what is said as well": HEAD + defaults(ON, OTHER.replace("}", ", deletions_replicated: true}")),
    }.values(),
)
def test_whatever_changes_the_rules_is_told(head):
    (finding,) = found(HEAD + defaults(ON, names="web: , api:"), head)
    assert finding.severity == "attention"
    assert "us-west-2 until somebody switches it on again" in finding.what


@pytest.mark.parametrize(
    ("base", "head"),
    {
        "options of no rule": (WEB, HEAD + defaults(ON, names="web: {max_image_count: 3}")),
        "a prefix that the rule has already": (WEB, HEAD + defaults(ON, names="web: , web-admin:")),
        "an account that is said": (PLACE + defaults(ON), WEB),
        "an account that is said no more": (WEB, PLACE + defaults(ON)),
        "nothing but the word": (HEAD + defaults("{region: us-west-2}"), WEB),
        "the word taken back, and a repository more": (WEB, HEAD + defaults("{region: us-west-2}", names="web: , a:")),
        "no replication any more": (WEB, f"{HEAD}ecr_repositories: {{web: }}\n"),
        "deletions that nobody replicates": (
            HEAD + defaults("{region: us-west-2}"),
            HEAD + defaults("{region: us-west-2}", names="web: , api:"),
        ),
    }.values(),
)
def test_nothing_is_told_where_nothing_is_written_or_switched_off(base, head):
    assert found(base, head) == []


@pytest.mark.parametrize(
    "base",
    {
        "a new environment": None,
        "no replication": f"{HEAD}ecr_repositories: {{web: }}\n",
        "another region": WEB.replace("us-east-1", "eu-central-1"),
        "another account": WEB.replace("111111111111", "333333333333"),
    }.values(),
)
def test_where_the_registry_replicated_nothing_it_is_to_be_switched_on(base):
    (finding,) = found(base, WEB)
    assert finding.severity == "note"
    assert finding.what == (
        "the apply writes the registry's replication, without that of deletions: replicas stay at us-west-2 until "
        "somebody switches it on"
    )
