"""Rows 13 and 14: clocks that differ, and edits while changes are read."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from integrations.connectors.memory.connector import PAGE_SIZE
from tests.integrations.matrix.hands import (
    drained,
    held,
    hinted,
    is_silent,
    link_of,
    minute,
    minutes,
    once,
)

HOURS = [-1, 1]
HALF_MINUTE = timedelta(seconds=30)


def set_clock(tracker, ahead: timedelta) -> None:
    tracker.now = lambda: datetime.now(UTC) + ahead


@pytest.fixture(params=HOURS)
def shifted(request, both):
    """Return a connection whose tracker's clock and ours are an hour off, each its own way."""
    set_clock(both.b, timedelta(hours=-request.param))
    real = datetime.now(UTC) + timedelta(hours=request.param)
    with time_machine.travel(real, tick=True):
        yield both


def test_row_13_clocks_that_differ_by_hours_skip_nothing(shifted):
    link_of(shifted)
    for turn in range(2):
        shifted.b.edit("1", {"title": f"There {turn}"})
        shifted.b.add({"title": f"New there {turn}"})
        minute(shifted)
        assert shifted.a.records["1"].fields["title"] == f"There {turn}"
        shifted.a.edit("1", {"title": f"Here {turn}"})
        shifted.a.add({"title": f"New here {turn}"})
        minutes(shifted, 2)
        assert shifted.b.records["1"].fields["title"] == f"Here {turn}"

    minutes(shifted, 2)

    assert len(shifted.a.records) == len(shifted.b.records) == 5
    assert held() == set()
    assert is_silent(shifted)


@pytest.mark.parametrize("later", ["a", "b"])
@pytest.mark.parametrize("hours", HOURS)
def test_row_13_who_edited_last_wins_whatever_the_clocks_say(both, hours, later):
    ahead = timedelta(hours=hours)
    set_clock(both.b, ahead)
    link_of(both)
    minute(both)
    earlier = {"a": both.b, "b": both.a}[later]
    set_clock(earlier, (ahead if earlier is both.b else timedelta(0)) - HALF_MINUTE)
    earlier.edit("1", {"status": "Doing"})
    set_clock(earlier, ahead if earlier is both.b else timedelta(0))
    {"a": both.a, "b": both.b}[later].edit("1", {"status": "Done"})
    hinted(both)

    drained(both)

    statuses = {side.records["1"].fields["status"] for side in (both.a, both.b)}
    assert statuses == {"Done"}


def test_row_14_what_is_edited_while_pages_are_read_is_not_skipped(both):
    drained(both)
    for number in range(PAGE_SIZE + 5):
        both.b.add({"title": f"Item {number}"})

    def edit():
        both.b.edit("1", {"title": "Edited while the next page is read"})
        both.b.add({"title": "Made while the next page is read"})

    once(both.b, "changed_since", "applied", edit)
    minutes(both, 3)

    there = sorted(record.fields["title"] for record in both.b.records.values())
    here = sorted(record.fields["title"] for record in both.a.records.values())
    assert here == there
    assert len(here) == PAGE_SIZE + 6
    assert "Edited while the next page is read" in here


def test_row_14_two_edits_within_one_second_are_both_seen(linked):
    """The tracker tells whole seconds, and the second edit comes after the poll of that second."""
    second = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    linked.b.now = lambda: second
    linked.b.edit("1", {"title": "First edit"})
    linked.b.add({"title": "First item"})
    minute(linked)
    assert linked.a.records["1"].fields["title"] == "First edit"

    linked.b.edit("1", {"title": "Second edit"})
    linked.b.add({"title": "Second item"})
    minutes(linked, 2)

    assert linked.a.records["1"].fields["title"] == "Second edit"
    titles = {record.fields["title"] for record in linked.a.records.values()}
    assert titles == {"Second edit", "First item", "Second item"}
