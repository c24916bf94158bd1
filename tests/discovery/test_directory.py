"""What the directory returns, by what calls, and what it raises."""

from __future__ import annotations

import dataclasses
import json
import logging
import pickle

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.discovery import (
    DiscoveryError,
    MalformedRecord,
    ParameterAccessDenied,
    PublishedRepository,
    RepositoryDirectory,
    RepositoryNotPublished,
)
from ecr_constructs.errors import InvalidInput, OperationError
from tests.discovery.parameters import ACCOUNT, HOST, REGION, FakeStore, parameters_of, published

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize("layout", ["parameters", "config"])
@pytest.mark.parametrize("name", ["web", "team/lambda-processor", "url", "team/url"])
def test_a_repository_is_read_in_one_call_whatever_the_layout(store, directory, layout, name):
    store.parameters = parameters_of([name], layout=layout)
    assert directory.get(name) == published(name)
    assert store.calls == [("GetParameter", [f"/ecr/{name}/config"])]


def test_the_single_parameters_do_where_there_is_no_config(store, directory):
    store.parameters = parameters_of(["web"], scan_on_push=False)
    del store.parameters["/ecr/web/config"]
    assert directory.get("web") == published("web", scan_on_push=False)
    assert [operation for operation, _ in store.calls] == ["GetParameter", "GetParameters"]


def test_another_prefix_is_looked_below(store, directory_with):
    store.parameters = parameters_of(["web"], prefix="/shop/images")
    for prefix in ("/shop/images", "/shop/images/"):
        assert directory_with(prefix=prefix).get("web") == published("web")
        assert directory_with(prefix=prefix).list() == {"web": published("web")}


def test_a_result_cannot_be_changed_and_knows_its_registry(store, directory):
    store.parameters = parameters_of(["web"])
    found = directory.get("web")
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.url = "x"
    assert (found.registry_host, found.region) == (HOST, REGION)
    assert found.scan_on_push is True
    assert [field.name for field in dataclasses.fields(PublishedRepository)] == (
        ["url", "arn", "name", "registry_id", "scan_on_push", "encryption_type", "tag_mutability"]
    )


def test_an_image_is_named_by_tag_or_digest(store, directory):
    store.parameters = parameters_of(["web"])
    assert directory.url("web") == f"{HOST}/shop-dev-web"
    assert directory.url("web", tag="v1.2.3") == f"{HOST}/shop-dev-web:v1.2.3"
    assert directory.url("web", digest=DIGEST) == f"{HOST}/shop-dev-web@{DIGEST}"


@pytest.mark.parametrize(
    "arguments", [{"tag": "-x"}, {"tag": ""}, {"tag": "a:b"}, {"digest": "sha256:1"}, {"tag": "a", "digest": DIGEST}]
)
def test_what_is_no_tag_or_digest_is_refused(store, directory, arguments):
    store.parameters = parameters_of(["web"])
    with pytest.raises(InvalidInput):
        directory.url("web", **arguments)


def test_many_are_read_ten_in_a_call_and_in_the_order_of_their_names(store, directory):
    names = [f"app-{number}" for number in range(23, 0, -1)]
    store.parameters = parameters_of(names)
    assert directory.get_many([*names, names[0]]) == {name: published(name) for name in names}
    assert list(directory.get_many(names)) == names
    assert [len(asked) for _, asked in store.calls] == [10, 10, 3]


def test_all_that_is_missing_is_reported_together(store, directory):
    store.parameters = parameters_of(["web"])
    with pytest.raises(RepositoryNotPublished) as raised:
        directory.get_many(["api", "web", "team/worker"])
    error = raised.value
    assert error.names == ("api", "team/worker")
    assert (error.account_id, error.region) == (ACCOUNT, REGION)
    assert error.parameters == tuple(f"/ecr/{name}/{last}" for name in error.names for last in ("config", "url"))
    assert str(error) == (
        f"Not published in account {ACCOUNT}, {REGION}: api (no parameter /ecr/api/config and no /ecr/api/url); "
        "team/worker (no parameter /ecr/team/worker/config and no /ecr/team/worker/url). Check the name and the prefix "
        "/ecr, the account and the region, that the environment is deployed, and that it does not say "
        "publish_to_ssm: false."
    )
    assert isinstance(error, LookupError)
    assert isinstance(error, OperationError)


def test_a_default_stands_for_what_is_not_published_alone(store, directory):
    store.parameters = parameters_of(["web"])
    assert directory.get("api", default=None) is None
    assert directory.get("api", "none") == "none"
    assert directory.url("api", tag="v1", default="public.ecr.aws/x:v1") == "public.ecr.aws/x:v1"
    assert directory.url("web", default="x") == published("web").url
    assert directory.get_many(["api", "web"], default=None) == {"api": None, "web": published("web")}
    store.denied = {"/ecr/secret/config"}
    with pytest.raises(ParameterAccessDenied):
        directory.get("secret", default=None)
    store.parameters["/ecr/half/url"] = "x"
    with pytest.raises(MalformedRecord):
        directory.get("half", default=None)


def test_a_refusal_says_the_statement_that_is_missing(store, directory):
    store.denied = {"/ecr/team/api/config"}
    with pytest.raises(ParameterAccessDenied) as raised:
        directory.get("team/api")
    error = raised.value
    resource = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/ecr/team/api/*"
    assert error.statement == {
        "Effect": "Allow",
        "Action": ["ssm:GetParameter", "ssm:GetParameters"],
        "Resource": [resource],
    }
    assert json.loads(error.statement_text) == error.statement
    assert (error.account_id, error.region, error.parameters) == (ACCOUNT, REGION, ("/ecr/team/api/config",))
    assert str(error).startswith(
        f"ssm:GetParameter on /ecr/team/api/config in account {ACCOUNT}, {REGION} is not allowed: User: arn:aws:sts::"
    )
    assert str(error).endswith(f"action. Add to a policy of the reader: {error.statement_text}.")
    assert isinstance(error.__cause__, ClientError)


def test_a_refused_listing_asks_for_the_path_itself(store, directory):
    store.denied = {"/ecr"}
    with pytest.raises(ParameterAccessDenied) as raised:
        directory.list()
    path = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/ecr"
    assert raised.value.statement == {
        "Effect": "Allow",
        "Action": ["ssm:GetParametersByPath"],
        "Resource": [path],
    }
    assert str(raised.value).endswith(f"A listing is allowed by its path itself, which {path}/* does not match.")


def test_no_statement_is_offered_where_a_policy_denies(store, directory):
    said = "User: x is not authorized to perform: ssm:GetParameter with an explicit deny in a service control policy"

    def deny(_operation):
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": said}}, "GetParameter")

    store.before = deny
    with pytest.raises(ParameterAccessDenied) as raised:
        directory.get("web")
    assert str(raised.value).endswith("A policy denies it: no other one can allow it.")
    assert "the account of the credentials" in str(raised.value)
    assert raised.value.statement["Resource"] == [f"arn:aws:ssm:{REGION}:*:parameter/ecr/web/*"]


def test_everything_else_is_raised_as_it_is(store, directory):
    def fail(_operation):
        raise ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "x"}}, "GetParameter")

    store.before = fail
    for ask in (lambda: directory.get("web", None), lambda: directory.get_many(["a", "b"], None), directory.list):
        with pytest.raises(ClientError, match="ExpiredToken"):
            ask()


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ("{", "config is no JSON"),
        ("[" * 4000, "config is no JSON"),
        ("[]", "config is no JSON object"),
        ('{"url": "x"}', "config: arn, name, registry-id, scan-on-push, encryption-type, tag-mutability are missing"),
    ],
)
def test_a_config_that_is_none_is_said(store, directory, config, reason):
    store.parameters = {"/ecr/web/config": config}
    with pytest.raises(MalformedRecord) as raised:
        directory.get("web")
    assert f"account {ACCOUNT}, {REGION}: /ecr/web/{reason}. A deployment" in str(raised.value)
    assert raised.value.names == ("web",)


@pytest.mark.parametrize(("key", "value"), [("scan-on-push", "yes"), ("scan-on-push", 1), ("arn", ""), ("name", 5)])
def test_a_value_that_is_not_published_is_said(store, directory, key, value):
    config = json.loads(parameters_of(["web"])["/ecr/web/config"])
    store.parameters = {"/ecr/web/config": json.dumps({**config, key: value})}
    with pytest.raises(MalformedRecord, match=f"config: the value of {key} is not one"):
        directory.get("web")


def test_what_is_encrypted_is_not_taken_for_a_value(store, directory, monkeypatch):
    store.parameters = parameters_of(["web"])
    del store.parameters["/ecr/web/config"]
    plain = store._parameter
    monkeypatch.setattr(store, "_parameter", lambda name: {**plain(name), "Type": "SecureString"})
    with pytest.raises(MalformedRecord, match=r"url .*must be of type String, and is a SecureString"):
        directory.get("web")


@pytest.mark.parametrize("name", ["", "/web", "web/", "a//b", "we b", "..", "a/b/c/d/e/f/g/h/i/j/k/l/m/n"])
def test_a_name_that_there_cannot_be_is_refused_before_anything_is_asked(store, directory, name):
    with pytest.raises(InvalidInput):
        directory.get(name, default=None)
    assert store.calls == []


def test_a_text_is_no_list_of_names(store, directory):
    with pytest.raises(InvalidInput, match=r"names: must be a list of names, got 'web'\. Write \['web'\], or use get"):
        directory.get_many("web")


@pytest.mark.parametrize(
    "arguments",
    [{"prefix": "ecr"}, {"prefix": ""}, {"prefix": "/aws/x"}, {"ttl": -1}, {"ttl": float("nan")}, {"cache_size": 0}],
)
def test_arguments_that_make_no_sense_are_refused(directory_with, arguments):
    with pytest.raises(InvalidInput):
        directory_with(**arguments)


def test_names_of_no_repositories_ask_nothing(store, directory):
    assert directory.get_many([]) == {}
    assert store.calls == []


def test_errors_travel_between_processes(store, directory):
    with pytest.raises(RepositoryNotPublished) as raised:
        directory.get("web")
    copy = pickle.loads(pickle.dumps(raised.value))
    assert (str(copy), copy.names, copy.region) == (str(raised.value), ("web",), REGION)


def test_a_listing_has_every_page_and_both_layouts_and_whole_names(store, directory):
    """Also pages that are empty and not the last."""
    store.parameters = {
        **parameters_of(["web", "url-shortener", "team/lambda-processor", "url"]),
        **parameters_of(["api", "team/url"], layout="config"),
    }
    store.page = lambda names: [[], [], names[:3], [], names[3:], []]
    names = ["api", "team/lambda-processor", "team/url", "url", "url-shortener", "web"]
    found = directory.list()
    assert found == {name: published(name) for name in names}
    assert list(found) == names
    assert store.calls == [("GetParametersByPath", ["/ecr"])] * 6


def test_a_listing_leaves_out_what_is_not_whole_and_says_so(store, directory, caplog):
    store.parameters = {**parameters_of(["web"]), "/ecr/api/url": "x", "/ecr/odd/name": "x", "/ecr/other": "x"}
    with caplog.at_level(logging.WARNING, "ecr_constructs.discovery"):
        assert list(directory.list()) == ["web"]
    (record,) = caplog.records
    assert record.message.startswith("/ecr/api is left out: arn, name, registry-id, ")


def test_a_listing_of_nothing_is_empty(directory):
    assert directory.list() == {}


NAMES = st.lists(st.from_regex(r"\A[a-z][a-z0-9-]{0,5}(/[a-z][a-z0-9-]{0,5})?\Z"), max_size=40, unique=True).map(
    lambda names: [each for each in names if not any(each.startswith(f"{other}/") for other in names)]
)


@given(st.data())
def test_whatever_there_is_and_whatever_is_asked_for_is_found_in_batches_and_pages(data):
    """All layouts mixed, any names, any pages; an answer is never mixed up with another's."""
    names = data.draw(NAMES)
    layouts = data.draw(
        st.lists(st.sampled_from(["parameters", "config", "old"]), min_size=len(names), max_size=len(names))
    )
    store = FakeStore()
    for name, layout in zip(names, layouts, strict=True):
        made = parameters_of([name], layout="config" if layout == "config" else "parameters")
        store.parameters.update(
            {key: value for key, value in made.items() if layout != "old" or not key.endswith("/config")}
        )
    asked = data.draw(st.lists(st.sampled_from([*names, "zz-1", "zz-2"]), max_size=60))
    directory = RepositoryDirectory(client=store)
    there = {name: published(name) for name in names}
    assert directory.get_many(asked, default=None) == {name: there.get(name) for name in asked}
    assert all(len(called) <= 10 for _, called in store.calls)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(store.parameters)), max_size=8)))
    store.page = lambda found: [list(found[a:b]) for a, b in zip([0, *cuts], [*cuts, len(found)], strict=True)]
    assert RepositoryDirectory(client=store).list() == there


def test_all_of_it_is_a_discovery_error():
    for error in (RepositoryNotPublished, ParameterAccessDenied, MalformedRecord):
        assert issubclass(error, DiscoveryError)
