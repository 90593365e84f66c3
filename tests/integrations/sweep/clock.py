"""One clock for everybody: this process, the sandbox trackers in its threads, and the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine
from django.db.models.functions import Now

from integrations.store import budgets, clock


class VirtualClock:
    """Goes on by itself, and leaps where a test would have to wait."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self.passed = 0.0

    def leap(self, seconds: float) -> None:
        """Let time go by at once."""
        self._traveller.shift(seconds)
        self.passed += seconds


@contextmanager
def virtual_clock(monkeypatch) -> Iterator[VirtualClock]:
    """Give the clock; the database's own `Now` follows it."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        virtual = VirtualClock(traveller)

        def as_sqlite(self, compiler, connection, **extra):
            form = "%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f"
            template = f"STRFTIME('{form}', 'NOW', '{virtual.passed} seconds')"
            return self.as_sql(compiler, connection, template=template, **extra)

        def as_postgresql(self, compiler, connection, **extra):
            template = f"(STATEMENT_TIMESTAMP() + INTERVAL '{virtual.passed} seconds')"
            return self.as_sql(compiler, connection, template=template, **extra)

        def now() -> datetime:
            return datetime.now(UTC)

        monkeypatch.setattr(Now, "as_sqlite", as_sqlite)
        monkeypatch.setattr(Now, "as_postgresql", as_postgresql)
        for module in (clock, budgets):
            monkeypatch.setattr(module, "database_now", now)
        monkeypatch.setattr("integrations.store.database_clock", lambda: now)
        yield virtual
