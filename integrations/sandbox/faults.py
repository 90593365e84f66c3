"""Faults to order: which call goes wrong, and how."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any


class FaultKind(StrEnum):
    """How a call goes wrong."""

    BEFORE = "before"  # answers `status`, nothing applied
    RATE_LIMIT = "429"  # answers 429 with `headers`, nothing applied
    DROP = "drop"  # closes the connection, nothing applied
    HANG = "hang"  # is silent for `seconds`, then closes; nothing applied
    DELAY = "delay"  # waits `seconds`, then behaves
    AFTER_APPLY = "after_apply"  # applies, then answers `status`, or closes where status is 0
    HALF_BODY = "half_body"  # applies, then breaks off in the middle of the answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One order: the calls `nth` to `nth + times - 1` that match go wrong; `times` 0 means all."""

    kind: FaultKind
    method: str = ""
    path: str = ""
    nth: int = 1
    times: int = 1
    status: int = 0
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "Fault":
        """Read a fault as it came over HTTP."""
        fault = cls(**{**raw, "kind": FaultKind(raw["kind"])})
        re.compile(fault.path)
        return fault

    def matches(self, method: str, path: str) -> bool:
        """Say whether a call is meant."""
        return self.method in ("", method) and re.search(self.path, path) is not None

    def is_due(self, count: int) -> bool:
        """Say whether the matching call number `count` goes wrong."""
        return count >= self.nth and (not self.times or count < self.nth + self.times)


class FaultBook:
    """The faults in force, with how often each has been matched."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[tuple[Fault, int]] = []

    def replace(self, faults: Sequence[Fault]) -> None:
        """Put these faults in force, instead of all others."""
        with self._lock:
            self._entries = [(fault, 0) for fault in faults]

    def due(self, method: str, path: str) -> list[Fault]:
        """Count a call and return the faults that befall it."""
        with self._lock:
            found = [fault.matches(method, path) for fault, _ in self._entries]
            self._entries = [
                (fault, count + is_hit)
                for (fault, count), is_hit in zip(self._entries, found, strict=True)
            ]
            counted = zip(self._entries, found, strict=True)
            return [fault for (fault, count), hit in counted if hit and fault.is_due(count)]

    def listing(self) -> list[dict[str, Any]]:
        """Return all faults with their counts."""
        with self._lock:
            return [{**asdict(fault), "matched": count} for fault, count in self._entries]
