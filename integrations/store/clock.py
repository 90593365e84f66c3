"""The database's clock, which all workers share; their own clocks may differ."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection


def database_now() -> datetime:
    """Return the present moment by the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
        else:
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        moment = cursor.fetchone()[0]
    return (
        moment if isinstance(moment, datetime) else datetime.fromisoformat(moment).astimezone(UTC)
    )


def database_clock() -> Callable[[], datetime]:
    """Return a clock that asks the database once and then counts on by itself."""
    begun_at, started = database_now(), time.monotonic()
    return lambda: begun_at + timedelta(seconds=time.monotonic() - started)
