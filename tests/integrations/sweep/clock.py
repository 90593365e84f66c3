"""One clock for everybody: this process, the sandbox trackers in its threads, and the database.

It moves only when it is told to, so that every run of a story takes the same steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine
from django.db.models.functions import Now

from integrations.store import budgets, clock

STEP = 0.05
"""Seconds that one step of a worker takes."""


class VirtualClock:
    """Stands still, and leaps."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def leap(self, seconds: float) -> None:
        """Let time go by at once."""
        self._traveller.shift(seconds)


@contextmanager
def virtual_clock(monkeypatch) -> Iterator[VirtualClock]:
    """Give the clock; the database's own `Now` follows it."""

    def now() -> datetime:
        return datetime.now(UTC)

    def as_sqlite(self, compiler, connection, **extra):
        template = f"'{now():%Y-%m-%d %H:%M:%S.%f}'"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler, connection, **extra):
        template = f"TIMESTAMPTZ '{now().isoformat()}'"
        return self.as_sql(compiler, connection, template=template, **extra)

    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        monkeypatch.setattr(Now, "as_sqlite", as_sqlite)
        monkeypatch.setattr(Now, "as_postgresql", as_postgresql)
        for module in (clock, budgets):
            monkeypatch.setattr(module, "database_now", now)
        monkeypatch.setattr("integrations.store.database_clock", lambda: now)
        yield VirtualClock(traveller)
