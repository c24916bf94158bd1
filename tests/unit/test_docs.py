"""What the documentation shows is true."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import textwrap
from pathlib import Path

import botocore.session
import jmespath
import parliament
import pytest
import yaml
from botocore import xform_name

from ecr_constructs.config.desired import deployments_of
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.file import EnvironmentFile
from ecr_constructs.core.registry.account_settings import ACCOUNT_SETTINGS
from ecr_constructs.core.registry.findings import DEFAULT_LOG_GROUP_NAME, RETENTION_DAYS, resource_name
from ecr_constructs.core.registry.policy import FIRST_SCOPE_ACTIONS
from ecr_constructs.core.registry.upstreams import NEED_SECRET, find_upstream
from ecr_constructs.core.ssm import PARAMETERS
from tests.unit.aws_events import matches, put_event

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*/README.md")])


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, language):
    """Return the examples in a language, also those within lists."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(example) for _, example in found]


def test_every_parameter_is_documented():
    page = read("docs/parameters.md")
    for parameter in PARAMETERS:
        assert f"| `{parameter}` |" in page


def test_the_first_environment_is_right(tmp_path):
    """The environment of the README loads as it stands there, and has ten lines."""
    (text,) = blocks(read("README.md"), "yaml")
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    (environment,) = load_environments(tmp_path)
    assert list(environment.repositories) == ["api-service", "team/worker", "web-app"]
    assert len(text.splitlines()) <= 10


@pytest.mark.parametrize("example", blocks(read("docs/environments.md"), "yaml"))
def test_every_example_of_the_guide_is_right(example, tmp_path):
    """An example is a part of a repository's options, or of the environment with something to use it."""
    text = "project: shop\nenv: dev\nregion: us-east-1\n"
    if "project" in (keys := set(yaml.safe_load(example))):
        text = example
    elif keys <= set(EnvironmentFile.model_fields):
        used = "ecr_encryption_type: KMS\n" if "ecr_kms_key" in example else ""
        text += used + "ecr_repositories: {web: }\n" + example
    else:
        text += "ecr_repositories:\n  web:\n" + re.sub("^", "    ", example, flags=re.MULTILINE)
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    assert load_environments(tmp_path)


def files_of(section):
    """Return the environment files that a section shows, with the keys that each file needs and those leave out."""
    files = {}
    for block in blocks(section, "yaml"):
        if named := re.match(r"# environments/(\w+)\.yaml\n", block):
            files[named[1]] = f"project: shop\nenv: {named[1]}\nregion: us-east-1\n{block}"
    return files


SECTIONS = [
    part
    for page in ("strategies", "registry", "deployments")
    for part in read(f"docs/{page}.md").split("\n## ")
    if files_of(part)
]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.split("\n")[0])
def test_the_files_of_every_section_are_right_together(section, load):
    files = files_of(section)
    assert {each.name for each in load(**files)} == set(files)


def test_every_file_of_the_strategies_is_named():
    page = read("docs/strategies.md")
    assert sum(len(files_of(section)) for section in page.split("\n## ")) == len(blocks(page, "yaml"))


REGISTRY = [example for example in blocks(read("docs/registry.md"), "yaml") if not files_of(f"```yaml\n{example}```")]


@pytest.mark.parametrize("example", REGISTRY)
def test_every_example_of_the_registry_is_right(example, declare):
    assert declare(example + ("" if "ecr_repositories:" in example else "ecr_repositories: {web: }\n"))


def test_the_destination_of_the_registry_guide_lets_its_source_replicate(load):
    (section,) = (part for part in read("docs/registry.md").split("\n## ") if files_of(part))
    _, prod = load(**files_of(section))
    assert prod.replicated == {"111111111111": ("shop/dev/api", "shop/dev/web")}


def test_the_message_of_two_files_in_one_registry_is_that_of_the_guide(messages):
    text = "ecr_repositories: {}\necr_enable_scan_findings_logging: true\n"
    head = 'project: shop\nenv: {0}\nregion: us-east-1\naccount_id: "111111111111"\n'
    (said,) = messages(dev=head.format("dev") + text, test=head.format("test") + text)
    assert f"{said}\n" in [shown.replace("environments/", "") for shown in blocks(read("docs/registry.md"), "text")]


def test_the_secret_of_a_cache_has_what_ecr_reads():
    """See https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html."""
    (secret,) = (text for text in blocks(read("docs/registry.md"), "json") if "username" in text)
    assert set(json.loads(secret)) == {"username", "accessToken"}


def test_the_guide_names_the_findings_log_as_it_is():
    page = read("docs/registry.md")
    assert f"`{DEFAULT_LOG_GROUP_NAME}`" in page
    assert f"arn:aws:sns:us-east-1:111111111111:{resource_name(DEFAULT_LOG_GROUP_NAME)} " in page
    shown = re.search(r"CloudWatch Logs knows: (.*) and so on up to (\d+), or 0 for\s+ever", page)
    assert [0, *map(int, shown[1].split(", "))] == list(RETENTION_DAYS[:9])
    assert int(shown[2]) == RETENTION_DAYS[-1]


def test_the_guide_names_the_account_settings_and_what_the_first_scope_enforces():
    page = read("docs/registry.md")
    for setting, values in ACCOUNT_SETTINGS.items():
        assert f"| `{setting}: {values[0]}` |" in page
    (row,) = re.findall(r"^\| `registry_policy_scope.*$", page, re.MULTILINE)
    assert set(re.findall(r"`(ecr:\w+)`", row)) == set(FIRST_SCOPE_ACTIONS)


def test_the_table_of_upstreams_says_which_need_a_secret():
    rows = re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`|the same) \| (.*) \|$", read("docs/registry.md"), re.MULTILINE)
    assert len(rows) == 9
    for name, host, credentials in rows:
        upstream, problems = find_upstream(name.replace("NAME", "example"))
        assert not problems
        assert upstream.url in (host, name.replace("NAME", "example"))
        assert (credentials == "a secret") == (upstream.name in NEED_SECRET)


ACCOUNTS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333", "test": "111111111111"}
FROM_DEV = "ecr_strategy: cross_account\necr_source_env: dev\n"
TWO = "services: [api, web]\n"
TRUSTING = 'ecr_trusted_accounts: [{account_id: "222222222222"}, {account_id: "333333333333"}]\n' + TWO
WEB = 'ecr_repository_name: "{project}/{name}"\necr_repositories: {web: }\n'
MISTAKES = [
    {"dev": TWO, "prod": FROM_DEV},
    {"dev": TRUSTING, "prod": FROM_DEV + "services: [apy]\n"},
    {"dev": TRUSTING, "staging": FROM_DEV, "prod": "ecr_strategy: cross_account\necr_source_env: staging\n"},
    {"dev": TRUSTING, "prod": FROM_DEV + 'ecr_account_id: "222222222222"\n'},
    {"dev": 'ecr_trusted_accounts: [{account_id: "222222222222", env: prod}]\n', "prod": ""},
    {"prod": 'ecr_strategy: cross_account\necr_account_id: "444444444444"\necr_account_region: cn-north-1\n'},
    {"dev": TRUSTING, "prod": FROM_DEV + "services:\n  - {name: api, max_image_count: 5}\n"},
    {"dev": WEB, "test": "ecr_ssm_prefix: /test\n" + WEB},
    {"dev": WEB, "test": WEB.replace("{project}", "test")},
]


def test_the_messages_between_files_are_those_of_the_guide(messages):
    """Files with one mistake each, in the order of the page."""
    (shown,) = (text for text in blocks(read("docs/strategies.md"), "text") if "must " in text)
    said = []
    for files in MISTAKES:
        head = 'project: shop\nenv: {0}\nregion: us-east-1\naccount_id: "{1}"\n'
        said += messages(**{name: head.format(name, ACCOUNTS[name]) + text for name, text in files.items()})
    assert said == shown.replace("environments/", "").splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page):
    text = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    for target, heading in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
            assert not heading or heading in headings(page.parent / target if target else page), heading


def headings(page):
    """Return the headings of a page as links name them."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in titles}


# What every command takes, and what the AWS CLI calls by another name than the API
# (https://docs.aws.amazon.com/cli/latest/reference/sns/subscribe.html,
# https://docs.aws.amazon.com/cli/latest/reference/lambda/publish-layer-version.html).
OF_EVERY_COMMAND = {"output", "profile", "query", "region", "no-cli-pager", "max-items"}
RENAMED = {"notification-endpoint": "endpoint", "zip-file": "content"}
# Of the AWS CLI alone (https://docs.aws.amazon.com/cli/latest/reference/ecr/get-login-password.html).
COMMANDS_OF_ITS_OWN = {("ecr", "get-login-password")}

WORD = r"""(?:[^\s"'|;)\\]|"[^"]*"|'[^']*')+"""
COMMAND = re.compile(rf"(?<![\w/-])aws +([a-z0-9-]+) +((?:wait +)?[a-z0-9-]+)((?: +{WORD})*)")


def aws_commands(page):
    """Return what a page's blocks of code ask of the AWS CLI: service, command and the words after it."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^ *```(?:bash|console|sh|yaml)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        lines = block.replace("\\\n", " ").splitlines()
        for service, name, arguments in (found for line in lines for found in COMMAND.findall(line)):
            yield service, name, re.findall(WORD, arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_aws_command_is_one_that_the_apis_have(page):
    session = botocore.session.Session()
    for service, name, arguments in aws_commands(page):
        given = {argument.partition("=")[0].removeprefix("--") for argument in arguments if argument.startswith("--")}
        given = {RENAMED.get(each, each) for each in given} - OF_EVERY_COMMAND
        if (service, name) in COMMANDS_OF_ITS_OWN:
            assert not given
            continue
        model = session.get_service_model(service)
        if name.startswith("wait "):
            waiters = session.get_waiter_model(service)
            waiter = {xform_name(each, "-"): each for each in waiters.waiter_names}[name.removeprefix("wait ").strip()]
            operation = waiters.get_waiter(waiter).operation
        else:
            operation = {xform_name(each, "-"): each for each in model.operation_names}[name]
        taken = model.operation_model(operation).input_shape
        assert {xform_name(each, "-") for each in taken.required_members} <= given, (name, arguments)
        assert given <= {xform_name(each, "-") for each in taken.members}, (name, arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_query_of_an_aws_command_can_be_read(page):
    for *_, arguments in aws_commands(page):
        for option, query in itertools.pairwise(arguments):
            if option == "--query":
                jmespath.compile(query.strip("'\""))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_that_is_named_exists(page):
    makefile = read("Makefile")
    for target in re.findall(r"`make ([a-z-]+)`|^\$ make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE), target


def test_a_change_of_strategy_forgets_repositories_and_their_policies_alone():
    """Whatever else a stack may have in its state stays there: Terraform would make what it forgot a second time."""
    (pattern,) = re.findall(r"grep -E '([^']+)' \| xargs terraform state rm", read("docs/strategies.md"))
    modules = re.findall(r"cdktf_cdktf_provider_aws\.(\w+) import", read("ecr_constructs/_engine/aws.py"))
    state = [f"data.{each[5:]}.web" if each.startswith("data_") else f"aws_{each}.web" for each in modules]
    assert len(state) > 25
    found = subprocess.run(["grep", "-E", pattern], input="\n".join(state), capture_output=True, text=True, check=True)
    assert found.stdout.split() == [
        "aws_ecr_lifecycle_policy.web",
        "aws_ecr_repository.web",
        "aws_ecr_repository_policy.web",
    ]


def test_the_policy_for_readers_allows_to_list_what_the_guide_lists():
    """AWS authorises a listing by the path that is asked for, which `.../ecr/*` does not match."""
    page = read("docs/parameters.md")
    policy, _ = (json.loads(block) for block in blocks(page, "json") if "Statement" in block)
    (path,) = re.findall(r'Path="([^"]+)"', page)
    allowed = {resource.partition("parameter")[2] for resource in policy["Statement"][0]["Resource"]}
    assert allowed == {path, f"{path}/*"}


class TestDeployments:
    """What the guide to deployments shows is what the rules of its files match and make."""

    @staticmethod
    def rules(name, load):
        """Return the deployment of an environment of the section that has it, and its place."""
        page = read("docs/deployments.md").split("\n## ")
        section = next(part for part in page if name in files_of(part))
        (environment,) = (each for each in load(**files_of(section)) if each.name == name)
        (wanted,) = (each for each in deployments_of(environment) if each.construct == "DeploymentEvents")
        return wanted.value, environment.place

    def test_the_event_of_production_deploys_it(self, load):
        (entry,) = next(each for each in map(json.loads, blocks(read("docs/deployments.md"), "json")) if len(each) == 1)
        value, place = self.rules("prod", load)
        event = put_event(entry["Source"], entry["DetailType"], "333333333333", **json.loads(entry["Detail"]))
        assert [rule.workload for rule in value.rules(place) if matches(rule.pattern, event)] == ["service_api"]

    def test_what_the_target_is_told_has_these_names(self, load):
        told = json.loads(blocks(read("docs/deployments.md"), "json")[0])
        value, place = self.rules("dev", load)
        (rule,) = (each for each in value.rules(place) if each.workload == told["workload"])
        text = re.sub(r"<(\w+)>", lambda match: told[match[1]], rule.input.template)
        assert json.loads(text) == told

    def test_parliament_finds_nothing_in_the_policy_for_undelivered_events(self):
        (policy,) = (text for text in blocks(read("docs/deployments.md"), "json") if "Statement" in text)
        assert [str(each) for each in parliament.analyze_policy_string(policy).findings] == []

    def test_the_rules_are_called_as_the_guide_calls_them(self, load):
        page = read("docs/deployments.md")
        value, place = self.rules("dev", load)
        assert f":rule/{value.rules_prefix}" in page
        assert f"--name-prefix {value.rules_prefix.removesuffix('*')}\n" in page
        assert f"--rule {value.rules(place)[-1].name}\n" in page
