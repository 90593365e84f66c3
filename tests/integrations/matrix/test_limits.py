"""Rows 8 and 9: trackers that ask for time, and batches of which some items fail."""

import pytest

from integrations.base.errors import RateLimitedError, TransientError
from integrations.models import Conflict, SyncTask, System
from tests.integrations.matrix.hands import (
    drained,
    failing,
    held,
    hinted,
    lean_schema,
    minute,
    minutes,
    once,
    open_tasks,
)

HIGH = {"priority": "High"}


@pytest.fixture
def five(both):
    """Return a connection with five linked items, all of them changed."""
    drained(both)
    for number in range(1, 6):
        both.a.add({"title": f"Item {number}"})
        hinted(both, "a", str(number))
    drained(both)
    for number in range(1, 6):
        both.a.edit(str(number), {"title": f"Changed {number}"})
        hinted(both, "a", str(number))
    both.b.calls.clear()
    return both


def titles(tracker):
    return sorted(record.fields["title"] for record in tracker.records.values())


@pytest.mark.parametrize(
    ("limit", "pause"),
    [
        (RateLimitedError("Slow down.", retry_after=100), 100),
        (RateLimitedError("Slow down."), 60),
        (RateLimitedError("Your quota is used up.", bucket="quota", retry_after=300), 300),
        (RateLimitedError("Wait before you create more.", bucket="core", retry_after=200), 200),
    ],
)
def test_row_08_the_whole_system_rests_as_long_as_it_asks(linked, limit, pause):
    once(linked.b, "fetch", "before", failing(limit))
    linked.a.edit("1", {"title": "New"})
    hinted(linked)
    drained(linked)
    task = SyncTask.objects.get(link__isnull=False)
    assert task.attempts == 0
    linked.b.calls.clear()

    minute(linked, pause - 10)
    assert linked.b.calls == []
    minute(linked, 11)

    assert linked.b.records["1"].fields["title"] == "New"
    assert System.objects.get(pk=linked.systems["b"].pk).status == System.Status.OK


def test_row_08_a_burst_of_one_kind_of_call_lets_the_others_go_on(five):
    once(
        five.b,
        "update_many",
        "before",
        failing(RateLimitedError("Slow down.", bucket="burst PUT", retry_after=100)),
    )
    drained(five)
    assert titles(five.b) == [f"Item {number}" for number in range(1, 6)]

    five.b.add({"title": "Read meanwhile"})
    minute(five)
    assert "Read meanwhile" in titles(five.a)
    minute(five, 60)

    assert titles(five.b)[:5] == [f"Changed {number}" for number in range(1, 6)]
    assert open_tasks() == 0


def test_row_09_of_a_batch_the_good_are_written_and_the_bad_one_is_told(five):
    """Tracker b has no High: of five writes in one call one is refused."""
    five.b.schema = lean_schema()
    five.a.edit("3", HIGH)

    drained(five)

    assert five.b.calls.count("update_many") == 1
    assert titles(five.b) == [f"Changed {number}" for number in range(1, 6)]
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.kind) == ("priority", Conflict.Kind.REFUSED)
    assert "not one of" in conflict.message
    assert open_tasks() == 0


def test_row_09_a_batch_that_fails_as_a_whole_is_tried_again_as_a_whole(five):
    once(five.b, "update_many", "before", failing(TransientError("Down.")))

    drained(five)
    minutes(five, 3)

    assert titles(five.b) == [f"Changed {number}" for number in range(1, 6)]
    assert held() == set()
    assert System.objects.get(pk=five.systems["b"].pk).failures == 0
