"""What is kept and for how long, and that threads ask once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ecr_constructs.discovery import ParameterAccessDenied, RepositoryDirectory, RepositoryNotPublished
from ecr_constructs.discovery.cache import Cache
from tests.discovery.parameters import FakeStore, parameters_of, published

PATIENCE = 30  # seconds, for what takes none


def test_what_was_read_is_kept_for_its_time(store, clock, directory_with):
    store.parameters = parameters_of(["web"])
    directory = directory_with(ttl=60)
    directory.get("web")
    clock.now += 59.9
    directory.get("web")
    assert len(store.calls) == 1
    clock.now += 0.1
    directory.get("web")
    assert len(store.calls) == 2


def test_the_time_counts_from_when_it_was_asked(store, clock, directory_with):
    store.parameters = parameters_of(["web"])
    directory = directory_with(ttl=60)

    def slowly(_operation):
        clock.now += 50

    store.before = slowly
    directory.get("web")
    store.before = lambda _: None
    clock.now += 10
    directory.get("web")
    assert len(store.calls) == 2


def test_nothing_is_kept_for_no_time(store, directory_with):
    store.parameters = parameters_of(["web"])
    directory = directory_with(ttl=0)
    for _ in range(2):
        assert directory.get("web") == published("web")
        assert list(directory.list()) == ["web"]
    assert len(store.calls) == 4


def test_what_is_not_published_is_looked_for_again(store, directory):
    with pytest.raises(RepositoryNotPublished):
        directory.get("web")
    store.parameters = parameters_of(["web"])
    assert directory.get("web") == published("web")


def test_a_half_record_is_looked_for_again(store, directory):
    """As while it is being deployed."""
    store.parameters = {"/ecr/web/url": "x"}
    for _ in range(2):
        with pytest.raises(Exception, match="A deployment may be at work"):
            directory.get("web")
    store.parameters = parameters_of(["web"])
    assert directory.get("web") == published("web")


def test_refresh_forgets_all_or_what_is_named(store, directory):
    store.parameters = parameters_of(["api", "web"])
    directory.get_many(["api", "web"])
    store.parameters = parameters_of(["api", "web"], tag_mutability="MUTABLE")
    directory.refresh("web")
    assert directory.get("web").tag_mutability == "MUTABLE"
    assert directory.get("api").tag_mutability == "IMMUTABLE"
    directory.refresh()
    assert directory.get("api").tag_mutability == "MUTABLE"


def test_what_a_listing_has_read_is_not_read_again(store, clock, directory):
    store.parameters = parameters_of(["api", "web"])
    directory.list()
    assert directory.list() == directory.get_many(["api", "web"])
    assert len(store.calls) == 2  # pages of the one listing
    directory.refresh("web")
    directory.list()
    assert len(store.calls) == 4
    clock.now += 300
    directory.get("web")
    assert store.calls[-1] == ("GetParameter", ["/ecr/web/config"])


def test_a_listing_can_be_changed_by_whoever_has_it(store, directory):
    store.parameters = parameters_of(["web"])
    directory.list().clear()
    assert list(directory.list()) == ["web"]


def test_no_more_is_kept_than_was_said_and_the_least_used_goes(store, directory_with):
    names = ["a1", "a2", "a3"]
    store.parameters = parameters_of(names)
    directory = directory_with(cache_size=2)
    directory.get("a1")
    directory.get("a2")
    directory.get("a1")
    directory.get("a3")
    asked = len(store.calls)
    directory.get("a1")
    directory.get("a3")
    assert len(store.calls) == asked
    directory.get("a2")
    assert len(store.calls) == asked + 1
    directory.get_many(names)
    assert len(directory._records._kept) == 2


def test_many_threads_ask_once(store, directory):
    """The first one is held until all the others wait."""
    store.parameters = parameters_of(["web"])
    threads, began, go = 16, threading.Event(), threading.Event()

    def hold(_operation):
        began.set()
        assert go.wait(PATIENCE)

    store.before = hold
    with ThreadPoolExecutor(threads) as pool:
        first = pool.submit(directory.get, "web")
        assert began.wait(PATIENCE)
        waiting = _waiting_for(directory)
        others = [pool.submit(directory.get, "web") for _ in range(threads - 1)]
        for _ in others:
            assert waiting.acquire(timeout=PATIENCE)
        go.set()
        assert {each.result(PATIENCE) for each in (first, *others)} == {published("web")}
    assert store.calls == [("GetParameter", ["/ecr/web/config"])]


def test_all_that_wait_for_one_key_get_its_error(store, directory):
    store.denied = {"/ecr/web/config"}
    began, go = threading.Event(), threading.Event()

    def hold(_operation):
        began.set()
        assert go.wait(PATIENCE)

    store.before = hold
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(directory.get, "web")
        assert began.wait(PATIENCE)
        waiting = _waiting_for(directory)
        others = [pool.submit(directory.get, "web") for _ in range(3)]
        for _ in others:
            assert waiting.acquire(timeout=PATIENCE)
        go.set()
        assert all(isinstance(each.exception(PATIENCE), ParameterAccessDenied) for each in (first, *others))
    assert len(store.calls) == 1


def test_another_s_batch_that_fails_is_no_answer_to_whoever_waits_for_a_part_of_it(store, directory):
    store.parameters = parameters_of(["web"])
    store.denied = {"/ecr/secret/config"}
    began, go = threading.Event(), threading.Event()

    def hold(operation):
        if operation == "GetParameters":
            began.set()
            assert go.wait(PATIENCE)

    store.before = hold
    with ThreadPoolExecutor(2) as pool:
        both = pool.submit(directory.get_many, ["web", "secret"])
        assert began.wait(PATIENCE)
        waiting = _waiting_for(directory)
        one = pool.submit(directory.get, "web")
        assert waiting.acquire(timeout=PATIENCE)
        go.set()
        assert isinstance(both.exception(PATIENCE), ParameterAccessDenied)
        assert one.result(PATIENCE) == published("web")


def test_two_that_want_each_other_s_keys_do_not_wait_for_ever(store, directory):
    names = [f"a{number}" for number in range(12)]
    store.parameters = parameters_of(names)
    with ThreadPoolExecutor(8) as pool:
        for round_ in range(20):
            directory.refresh()
            asked = [pool.submit(directory.get_many, names[at:] + names[:at]) for at in range(8)]
            assert all(len(each.result(PATIENCE)) == 12 for each in asked), round_


def test_what_is_read_while_it_is_forgotten_is_not_kept(store, directory):
    store.parameters = parameters_of(["web"])

    def meanwhile(_operation):
        store.before = lambda _: None
        directory.refresh()

    store.before = meanwhile
    directory.get("web")
    directory.get("web")
    assert len(store.calls) == 2


def test_after_a_failure_it_is_asked_again(store, directory):
    store.parameters = parameters_of(["web"])
    store.denied = {"/ecr/web/config"}
    with pytest.raises(ParameterAccessDenied):
        directory.get("web")
    store.denied = set()
    assert directory.get("web") == published("web")


def test_ctrl_c_in_one_thread_is_none_of_another_s():
    cache = Cache[int](ttl=60, size=9, clock=lambda: 0.0)
    began, go = threading.Event(), threading.Event()

    def stopped(_keys):
        began.set()
        assert go.wait(PATIENCE)
        raise KeyboardInterrupt

    def interrupted():
        with pytest.raises(KeyboardInterrupt):
            cache.get(["a"], stopped)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(interrupted)
        assert began.wait(PATIENCE)
        flight = cache._flights["a"]
        waits, wait = threading.Event(), flight.wait
        flight.wait = lambda: (waits.set(), wait())
        second = pool.submit(cache.get, ["a"], lambda keys: dict.fromkeys(keys, 1))
        assert waits.wait(PATIENCE)
        go.set()
        first.result(PATIENCE)
        assert second.result(PATIENCE) == {"a": 1}


def test_directories_keep_their_own():
    one, other = FakeStore(parameters_of(["web"])), FakeStore()
    RepositoryDirectory(client=one).get("web")
    with pytest.raises(RepositoryNotPublished):
        RepositoryDirectory(client=other).get("web")


def _waiting_for(directory):
    """Return a semaphore that is released by each thread that begins to wait for what is being asked."""
    (flight,) = {*directory._records._flights.values()}
    waiting, wait = threading.Semaphore(0), flight.wait

    def noted():
        waiting.release()
        wait()

    flight.wait = noted
    return waiting
