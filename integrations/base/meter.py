"""What counts and paces the calls to one system, whichever worker makes them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Budget:
    """How many calls one bucket allows: `capacity` at once, then `per_second`."""

    capacity: float
    per_second: float


class Meter(Protocol):
    """Hears of every call before and after it."""

    def before(self, bucket: str) -> None:
        """Wait until a call may be made; RateLimitedError where that is not soon."""

    def after(self, milliseconds: float) -> None:
        """Count a call."""


@dataclass(slots=True)
class Count:
    """Counts calls and lets each happen at once."""

    calls: int = 0
    milliseconds: float = 0.0

    def before(self, bucket: str) -> None:
        """Let it happen."""
        del bucket

    def after(self, milliseconds: float) -> None:
        """Count a call."""
        self.calls += 1
        self.milliseconds += milliseconds
