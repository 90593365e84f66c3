"""What runs ask of the trackers, so that the runs of many links share a call.

A run is a generator that yields a request and is sent its answer, or thrown its error. Whoever
drives it may drop it between two requests: that is like a crash, and every run survives one.
"""

from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from integrations.base.connector import Connector
from integrations.base.errors import (
    ConnectorError,
    FatalError,
    RateLimitedError,
    RetryableError,
    SkippableError,
    StaleError,
)
from integrations.base.items import Fetched, Item, Ref, Value, Want
from integrations.engine.ports import FencedError, FuseError, Place
from integrations.engine.state import SIDES, Side

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Read:
    """Asks for the present state of one item."""

    side: Side
    ref: Ref
    want: Want


@dataclass(frozen=True, slots=True)
class Write:
    """Asks for one update; `guard` makes sure right before it that nobody took over."""

    side: Side
    base: Item
    changes: Mapping[str, Value]
    guard: Callable[[], None]


Request = Read | Write
Steps = Generator[Request, Any, Result]


def run_alone(places: Mapping[Side, Place], steps: Steps[Result]) -> Result:
    """Carry out one run; its error is raised."""
    answers = Driver(places, {"": steps}).drive()
    answer = answers[""]
    if isinstance(answer, Exception):
        raise answer
    return answer


def concerns_all(error: Exception) -> bool:
    """Whether an error is the whole tracker's, so that the next call would fail as well.

    A fuse stops whoever comes after it; what it let through goes on.
    """
    if isinstance(error, FuseError):
        return False
    if isinstance(error, RateLimitedError):
        return not error.bucket.startswith("issue")
    return isinstance(error, FatalError | RetryableError) and not isinstance(error, StaleError)


class Driver(Generic[Key, Result]):
    """Carries out runs side by side: reads first and together, then writes.

    `may_go_on` is asked between two calls; once it says no, the runs that are not over are dropped.
    """

    def __init__(
        self,
        places: Mapping[Side, Place],
        runs: Mapping[Key, Steps[Result]],
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self._places = places
        self._runs = runs
        self._may_go_on = may_go_on
        self._waiting: dict[Key, Request] = {}
        self._answers: dict[Key, Result | Exception] = {}

    def drive(self) -> Mapping[Key, Result | Exception]:
        """Return how each run ended; one that was dropped is missing."""
        for key in self._runs:
            self._advance(key, None)
        while self._waiting and self._may_go_on():
            self._call(self._next())
        for key in self._waiting:
            self._runs[key].close()
        return self._answers

    def _next(self) -> list[Key]:
        """Return the runs whose requests share the next call."""
        for kind in (Read, Write):
            for side in SIDES:
                keys = [
                    key
                    for key, request in self._waiting.items()
                    if isinstance(request, kind) and request.side == side
                ]
                if keys:
                    caps = self._connector(side).caps
                    size = caps.batch_fetch if kind is Read else caps.batch_update
                    return keys[: max(1, size)]
        raise AssertionError("Nothing waits.")

    def _call(self, keys: Sequence[Key]) -> None:
        requests = {key: self._waiting.pop(key) for key in keys}
        reads = {key: one for key, one in requests.items() if isinstance(one, Read)}
        writes = {key: one for key, one in requests.items() if isinstance(one, Write)}
        answers = self._read(reads) if reads else self._write(writes)
        for key, answer in answers.items():
            self._advance(key, answer)

    def _read(self, reads: Mapping[Key, Read]) -> Mapping[Key, Fetched | Exception]:
        first = next(iter(reads.values()))
        try:
            found = self._connector(first.side).fetch(
                [read.ref for read in reads.values()], _joined(reads.values())
            )
        except SkippableError as error:
            return self._singly(self._read, reads, error)
        except ConnectorError as error:
            return dict.fromkeys(reads, error)
        return {key: found[read.ref] for key, read in reads.items()}

    def _write(self, writes: Mapping[Key, Write]) -> Mapping[Key, Item | Exception]:
        answers: dict[Key, Item | Exception] = {}
        sent: dict[Key, Write] = {}
        for key, write in writes.items():
            try:
                write.guard()
            except FencedError as error:
                answers[key] = error
            else:
                sent[key] = write
        return {**answers, **self._sent(sent)}

    def _sent(self, writes: Mapping[Key, Write]) -> Mapping[Key, Item | Exception]:
        if not writes:
            return {}
        connector = self._connector(next(iter(writes.values())).side)
        try:
            if len(writes) == 1:
                [write] = writes.values()
                return dict.fromkeys(writes, connector.update(write.base, write.changes))
            written = connector.update_many([(one.base, one.changes) for one in writes.values()])
        except SkippableError as error:
            return self._singly(self._sent, writes, error)
        except ConnectorError as error:
            return dict.fromkeys(writes, error)
        return dict(zip(writes, written, strict=True))

    @staticmethod
    def _singly(
        call: Callable[[Mapping[Key, Any]], Mapping[Key, Any]],
        requests: Mapping[Key, Any],
        error: SkippableError,
    ) -> Mapping[Key, Any]:
        """Find out whose fault it was that a shared call was refused."""
        if len(requests) == 1:
            return dict.fromkeys(requests, error)
        answers: dict[Key, Any] = {}
        for key, request in requests.items():
            answers |= call({key: request})
        return answers

    def _advance(self, key: Key, answer: Any) -> None:
        steps = self._runs[key]
        try:
            if isinstance(answer, Exception):
                self._waiting[key] = steps.throw(answer)
            else:
                self._waiting[key] = steps.send(answer)
        except StopIteration as end:
            self._answers[key] = end.value
        except (ConnectorError, FencedError) as error:
            self._answers[key] = error
            if isinstance(error, ConnectorError) and concerns_all(error):
                self._may_go_on = lambda: False

    def _connector(self, side: Side) -> Connector:
        return self._places[side].connector


def _joined(reads: Any) -> Want:
    """Return all that the readers of one call want."""
    wants = [read.want for read in reads]
    return Want(
        frozenset().union(*(want.fields for want in wants)),
        comments=any(want.comments for want in wants),
        attachments=any(want.attachments for want in wants),
    )
