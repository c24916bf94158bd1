"""`ecr-constructs get` and `list`: what scripts get to read, and with which exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecr_constructs.cli.app import run
from ecr_constructs.discovery import DiscoveryError
from ecr_constructs.discovery.variables import shell_lines, variables_of
from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from tests.discovery.parameters import ACCOUNT, HOST, REGION, FakeStore, parameters_of, published

SHELLS = [each for each in ("sh", "bash", "dash", "zsh") if shutil.which(each)]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedAws]:
    with embedded_aws(ACCOUNT) as made:
        ssm = made.client("ssm", REGION)
        parameters = {
            **parameters_of(["web", "team/api", "url-shortener"]),
            **parameters_of(["web"], prefix="/shop", layout="config", scan_on_push=False),
            **parameters_of(["web-app", "web/app"], prefix="/same"),
        }
        for name, value in parameters.items():
            ssm.put_parameter(Name=name, Value=value, Type="String")
        yield made


@pytest.fixture(autouse=True)
def aws(server, monkeypatch):
    """The server as all that there is of AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return server


def written(capsys, *arguments):
    """Run a command that ends well, and return what it writes."""
    status = run(arguments)
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", f"{HOST}/shop-dev-team/api"),
        ("arn", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop-dev-team/api"),
        ("name", "shop-dev-team/api"),
        ("registry-id", ACCOUNT),
        ("registry_id", ACCOUNT),
        ("scan-on-push", "true"),
        ("encryption-type", "AES256"),
        ("tag-mutability", "IMMUTABLE"),
        ("region", REGION),
        ("registry-host", HOST),
    ],
)
def test_a_field_is_written_alone(capsys, field, value):
    assert written(capsys, "get", "team/api", field) == f"{value}\n"


def test_without_a_field_all_of_it_is_json(capsys):
    assert json.loads(written(capsys, "get", "web")) == {
        "url": f"{HOST}/shop-dev-web",
        "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop-dev-web",
        "name": "shop-dev-web",
        "registry_id": ACCOUNT,
        "scan_on_push": True,
        "encryption_type": "AES256",
        "tag_mutability": "IMMUTABLE",
    }


def test_prefix_and_region_are_where_it_looks(capsys):
    assert written(capsys, "get", "web", "scan-on-push", "--prefix", "/shop") == "false\n"
    assert run(["get", "web", "--region", "eu-west-2"]) == 1
    assert f"in account {ACCOUNT}, eu-west-2: web " in capsys.readouterr().err


def test_what_is_not_published_is_status_1_or_the_default(capsys):
    assert run(["get", "none", "url"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"Not published in account {ACCOUNT}, {REGION}: none (no parameter /ecr/none/config and no ")
    assert written(capsys, "get", "none", "url", "--default", "") == "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["get", "web", "uri"], "FIELD: must be one of url, arn, "),
        (["get", "/web"], "name: must be the name that it is published by, got '/web'."),
        (["get", "/ecr/web/url"], "Write it as in team/api, without the prefix."),
        (["get", ""], "name: must be the name that it is published by, got ''."),
        (["get", "a//b"], "name: must be a path that Parameter Store takes"),
        (["get", "web", "--prefix", "ecr"], "prefix: must be a path that Parameter Store takes"),
        (["list", "--prefix", "/aws"], "prefix: must not start with aws or ssm"),
        (["list", "--format", "yaml"], "Invalid value for '--format'"),
        (["get"], "Missing argument 'NAME'"),
    ],
)
def test_wrong_arguments_are_status_2(capsys, arguments, message):
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_profile_that_is_not_there_is_said(capsys):
    assert run(["list", "--profile", "missing"]) == 1
    assert capsys.readouterr().err == "AWS cannot be asked: The config profile (missing) could not be found.\n"


def test_a_region_that_nobody_says_is_asked_for(capsys, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert run(["get", "web"]) == 1
    assert capsys.readouterr().err == (
        "There is no region: add --region, as in --region us-east-1, or set AWS_DEFAULT_REGION.\n"
    )


@pytest.mark.parametrize("command", [["get", "web", "url", "--default", "x"], ["list", "--format", "env"]])
def test_what_may_not_be_read_is_status_1_with_the_statement_that_is_missing(capsys, monkeypatch, command):
    store = FakeStore()
    store.denied = {"/ecr", "/ecr/web/config"}
    monkeypatch.setattr("ecr_constructs.discovery.store.new_client", lambda *_: store)
    assert run(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert " is not allowed: User: " in err
    assert 'Add to a policy of the reader: {"Effect": "Allow", "Action": ["ssm:Get' in err


def test_without_boto3_the_extra_is_named(capsys, monkeypatch):
    monkeypatch.setattr("ecr_constructs.cli.extras.importlib.util.find_spec", lambda _: None)
    assert run(["get", "web"]) == 2
    message = "This command needs boto3, not installed here: pip install 'ecr-constructs[discovery]'\n"
    assert capsys.readouterr().err == message


def test_a_list_is_a_table(capsys):
    lines = written(capsys, "list").splitlines()
    assert lines[0].split() == ["repository", "url", "tags", "scan", "on", "push", "encryption"]
    assert [line.split()[:3] for line in lines[2:]] == [
        [name, f"{HOST}/shop-dev-{name}", "IMMUTABLE"] for name in ("team/api", "url-shortener", "web")
    ]


def test_a_list_on_a_narrow_terminal_breaks_no_url(capsys, monkeypatch):
    monkeypatch.setattr("ecr_constructs.terminal.screen.is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    out = written(capsys, "list")
    assert all(len(line) <= 80 for line in out.splitlines())
    assert f"{HOST}/shop-dev-url-shortener" in out


def test_a_list_of_nothing_says_so(capsys):
    assert written(capsys, "list", "--prefix", "/none") == (
        "Nothing is published there: check the prefix, the account and the region.\n"
    )
    assert json.loads(written(capsys, "list", "--prefix", "/none", "--format", "json")) == {"repositories": []}
    assert written(capsys, "list", "--prefix", "/none", "--format", "env") == ""


def test_a_list_as_json_has_the_names_that_they_are_published_by(capsys):
    found = json.loads(written(capsys, "list", "--format", "json"))["repositories"]
    assert [each["logical_name"] for each in found] == ["team/api", "url-shortener", "web"]
    assert {"logical_name": "web", **json.loads(written(capsys, "get", "web"))} in found


@pytest.mark.parametrize("shell", SHELLS)
def test_a_list_as_variables_is_what_a_shell_reads(capsys, shell):
    lines = written(capsys, "list", "--format", "env")
    program = 'eval "$1"; echo "$ECR_TEAM_API_URL $ECR_URL_SHORTENER_REGISTRY_ID $ECR_WEB_SCAN_ON_PUSH"'
    done = subprocess.run([shell, "-euc", program, shell, lines], capture_output=True, text=True, check=True)
    assert done.stdout == f"{HOST}/shop-dev-team/api {ACCOUNT} true\n"
    assert len(lines.splitlines()) == 21


def test_names_of_one_variable_are_refused_and_nothing_is_written(capsys):
    assert run(["list", "--prefix", "/same", "--format", "env"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("web-app and web/app would have the same variables, ECR_WEB_APP_URL and so on. Use another")


@pytest.mark.parametrize("name", ["a b", "a$(x)", "a;b", "ä", "a=b", "a\nb"])
def test_a_name_that_makes_no_variable_is_refused(name):
    with pytest.raises(DiscoveryError, match="makes no variable"):
        variables_of({name: published("web")})


@example("it's $(true) `true` \\ \" !\n'x'")
@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))
def test_whatever_a_value_holds_a_shell_takes_it_as_it_is(value):
    (line,) = shell_lines({"X": value})
    done = subprocess.run(["sh", "-c", 'eval "$1"; printf %s "$X"', "sh", line], capture_output=True, check=True)
    assert done.stdout.decode() == value


@given(st.lists(st.from_regex(r"\A[a-zA-Z0-9._/-]{1,8}\Z"), unique=True, max_size=6))
def test_variables_are_one_to_one_or_refused(names):
    try:
        variables = variables_of({name: published(name) for name in names})
    except DiscoveryError:
        assert len({name.upper().translate(str.maketrans("-./", "___")) for name in names}) < len(names)
    else:
        assert len(variables) == 7 * len(names)
        assert {value for key, value in variables.items() if key.endswith("_URL")} == {
            published(name).url for name in names
        }
