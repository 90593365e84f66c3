"""The fuse blows on loops and lets people work."""

from datetime import UTC, datetime, timedelta

from integrations.engine import fuse
from integrations.engine.rules import FieldRule
from integrations.engine.state import Written

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULE = FieldRule("status", "status", "System.State")


def writes(*steps: str, seconds: float = 20) -> list[Written]:
    """Return writes such as "b:Open": to a side, of a value."""
    return [
        Written(NOON + timedelta(seconds=index * seconds), *step.split(":"))
        for index, step in enumerate(steps)
    ]


def first_trip(history: list[Written]) -> int | None:
    for index, write in enumerate(history):
        if fuse.tripped(tuple(history[:index]), write, RULE):
            return index
    return None


def test_the_eleventh_write_in_ten_minutes_trips():
    assert first_trip(writes(*[f"b:{n}" for n in range(12)])) == 10


def test_slow_writes_never_trip():
    assert first_trip(writes(*[f"b:{n}" for n in range(40)], seconds=61)) is None


def test_two_sides_that_change_each_other_back_trip_early():
    trip = first_trip(writes(*["b:Open", "a:Done"] * 5))

    assert trip is not None
    assert trip <= 5


def test_a_person_may_toggle_a_status():
    assert first_trip(writes(*["b:Open", "b:Done"] * 5)) is None


def test_the_message_names_both_fields():
    history = writes(*[f"b:{n}" for n in range(11)])

    message = fuse.tripped(tuple(history[:10]), history[10], RULE)

    assert "status" in message
    assert "System.State" in message
