from datetime import UTC, datetime, timedelta

import pytest

from integrations.connectors.github.feed import COMMENTS, ISSUES, Cursor, Sweep

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
START = "2026-11-22T11:59:59Z"


def at(minute, second=0):
    return f"2026-11-22T12:{minute:02}:{second:02}Z"


@pytest.fixture
def sweep():
    return Sweep(START, START).begin('"tag"', NOON + timedelta(minutes=10))


def test_begins_now():
    cursor = Cursor.now(NOON)

    assert (cursor.start, cursor.issues.since, cursor.comments.since) == (START, START, START)
    assert not cursor.is_reading


def test_survives_the_database():
    cursor = Cursor.now(NOON).read(ISSUES, Sweep(START, START, "e", START, "link"), [7])

    assert Cursor.load(cursor.dump()) == cursor


def test_walks_forward_by_time(sweep):
    after = sweep.after([at(1), at(2)], "next", START)

    assert (after.since, after.link) == (at(2), "")


def test_follows_the_link_where_a_page_is_of_one_second(sweep):
    first = sweep.after([at(1), at(1)], "next", START)

    after = first.after([at(1), at(1)], "next", START)

    assert (after.since, after.link) == (at(1), "next")


def test_begins_the_next_sweep_before_the_last_change(sweep):
    after = sweep.after([at(8)], "", START)

    assert (after.since, after.last, after.began, after.etag) == (at(6), at(8), "", '"tag"')


def test_begins_the_next_sweep_before_this_one_began(sweep):
    after = sweep.after([at(11)], "", START)

    assert after.since == at(8)


def test_never_goes_back_before_the_start(sweep):
    assert sweep.after([at(1)], "", START).since == START


def test_forgets_what_it_told_once_all_is_read():
    begun = Cursor(START, Sweep(START, START, began=at(1)), Sweep(START, START, began=at(1)))

    half = begun.read(ISSUES, Sweep(START, START), [3, 1])
    whole = half.read(COMMENTS, Sweep(START, START), [2])

    assert (half.told, half.is_reading) == ([1, 3], True)
    assert (whole.told, whole.is_reading) == ([], False)
