"""What was read, kept for a time and no more than so much of it; what many threads want is asked for once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

__all__ = ["Ask", "Cache"]

V = TypeVar("V")

Ask: TypeAlias = Callable[[Sequence[str]], Mapping[str, V]]
"""Returns what there is of some keys; one that is not there is left out."""


class _Flight(Generic[V]):
    """Keys that one thread is asking for, and what came of it.

    Attributes:
        keys: The keys.
        answers: What there was of them, once it is done.
        error: What was raised instead.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self.answers: Mapping[str, V] = {}
        self.error: BaseException | None = None
        self._done = threading.Event()

    def land(self) -> None:
        self._done.set()

    def wait(self) -> None:
        self._done.wait()


class Cache(Generic[V]):
    """Answers by key, for threads.

    A key that is being asked for is waited for and not asked for again. Of what is not there nothing is kept, so that
    it is found as soon as it is.
    """

    def __init__(
        self, *, ttl: float, size: int, clock: Callable[[], float], is_kept: Callable[[V], bool] = lambda _: True
    ) -> None:
        """Make an empty cache.

        Args:
            ttl: Seconds for which an answer is kept, counted from when it was asked for; 0 keeps none.
            size: How many are kept; of more, those that were used least lately go.
            clock: Returns seconds, from any beginning.
            is_kept: Whether an answer may be kept.
        """
        self._ttl, self._size, self._clock, self._is_kept = ttl, size, clock, is_kept
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, V]] = OrderedDict()
        self._flights: dict[str, _Flight[V]] = {}

    def peek(self, key: str) -> V | None:
        """Return what is kept of a key, and ask for nothing."""
        with self._lock:
            return self._fresh(key)

    def get(self, keys: Sequence[str], ask: Ask[V]) -> dict[str, V]:
        """Return what there is of some keys, by key.

        Args:
            keys: The keys.
            ask: Returns what there is of those that are neither kept nor being asked for; called at most once at a
                time for each key. What it raises is raised by all that wait for that one key; where it was asked for
                several, who knows which of them is to blame: the others ask for their own again.
        """
        found: dict[str, V] = {}
        wanted = list(dict.fromkeys(keys))
        while wanted:
            own, others = self._divide(wanted, found)
            if own is not None:
                # First, so that nobody waits for a thread that waits.
                found.update(self._fly(own, ask))
            wanted = []
            for key, flight in others.items():
                flight.wait()
                if flight.error is None:
                    found.update({key: flight.answers[key]} if key in flight.answers else {})
                elif len(flight.keys) == 1 and isinstance(flight.error, Exception):
                    raise flight.error
                else:
                    wanted.append(key)
        return found

    def forget(self, *keys: str) -> None:
        """Keep nothing of some keys, or of any where none are given, nor what is being asked for just now."""
        with self._lock:
            for key in keys or {*self._kept, *self._flights}:
                self._kept.pop(key, None)
                self._flights.pop(key, None)

    def _divide(self, wanted: Sequence[str], found: dict[str, V]) -> tuple[_Flight[V] | None, dict[str, _Flight[V]]]:
        """Add what is kept to what is found, and return who asks for the rest: this thread, and others."""
        with self._lock:
            for key in wanted:
                if (kept := self._fresh(key)) is not None:
                    found[key] = kept
            others = {key: self._flights[key] for key in wanted if key not in found and key in self._flights}
            left = [key for key in wanted if key not in found and key not in others]
            own: _Flight[V] | None = _Flight(left) if left else None
            if own is not None:
                self._flights.update(dict.fromkeys(left, own))
            return own, others

    def _fly(self, flight: _Flight[V], ask: Ask[V]) -> Mapping[str, V]:
        began = self._clock()
        try:
            flight.answers = ask(flight.keys)
        except BaseException as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                for key in flight.keys:
                    # Another one may be under way since it was forgotten.
                    if self._flights.get(key) is flight:
                        del self._flights[key]
                        self._keep(key, flight.answers, began)
            flight.land()
        return flight.answers

    def _keep(self, key: str, answers: Mapping[str, V], began: float) -> None:
        if key in answers and self._is_kept(answers[key]):
            self._kept[key] = began + self._ttl, answers[key]
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def _fresh(self, key: str) -> V | None:
        until, value = self._kept.get(key, (None, None))
        if until is None:
            return None
        if self._clock() >= until:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value
