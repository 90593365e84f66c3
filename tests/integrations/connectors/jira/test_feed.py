from datetime import UTC, datetime, timedelta

from integrations.connectors.jira.endpoints import Found
from integrations.connectors.jira.feed import LONGEST_LAG, OVERLAP, Cursor
from integrations.connectors.jira.times import millis

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW = millis(NOON)
MINUTE = 60_000


def page(*minutes, token=None):
    """Return a page of issues changed so many minutes after noon."""
    changed = [NOON + timedelta(minutes=each) for each in minutes]
    issues = [{"fields": {"updated": f"{each:%Y-%m-%dT%H:%M:%S}.000+0000"}} for each in changed]
    return Found(issues, token, NOON)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def test_survives_json():
    cursor = Cursor.now(NOON)

    assert Cursor.load(cursor.dump()) == cursor


def test_reads_on_from_the_last_issue_of_a_page():
    cursor = Cursor.now(NOON).after(page(1, 2, token="more"), at(10))

    assert (cursor.at, cursor.token) == (NOW + 2 * MINUTE, None)


def test_follows_the_token_through_a_page_of_one_moment():
    cursor = Cursor.now(NOON).after(page(0, 0, token="more"), at(10))

    assert (cursor.at, cursor.token) == (NOW, "more")


def test_begins_the_next_sweep_a_lag_before_the_last_change():
    cursor = Cursor.now(NOON).after(page(1, 20), at(21))

    assert cursor.at == NOW + 20 * MINUTE - OVERLAP


def test_counts_from_the_beginning_of_a_sweep_not_from_its_end():
    first = Cursor.now(NOON).after(page(1, 30, token="more"), at(31))

    second = first.after(page(30, 50), at(51))

    assert second.at == NOW + 30 * MINUTE + MINUTE - OVERLAP


def test_never_goes_back_behind_its_start():
    cursor = Cursor.now(NOON).after(page(1), at(2))

    assert cursor.at == NOW


def test_stops_reading_the_last_changes_again_after_a_while():
    cursor = Cursor.now(NOON).after(page(1), at(2))

    for minutes in (60, 120):
        cursor = cursor.after(page(1), at(minutes))

    assert cursor.at == NOW + 120 * MINUTE - LONGEST_LAG


def test_follows_a_clock_that_was_put_back():
    cursor = Cursor.now(at(60)).after(page(), at(0))

    assert cursor.at == NOW - OVERLAP
