"""The one word that a panel begins with, and the seconds until it changes by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.models import Connection, Endpoint, Link, LinkEnd, SyncTask, System
from integrations.queries import Lane, LaneState

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)


def lane(*, task=None, link="active", connection="active", system=None, holds=(), end=True):
    row = Link(state=link, reason="The reason.") if link else None
    connection = Connection(status=connection)
    return Lane(
        connection=connection,
        far=Endpoint(connection=connection, system=System(status="ok", **(system or {}))),
        tracker="Jira",
        link=row,
        end=LinkEnd(key="ENG-1") if end else None,
        task=SyncTask(**{"due_at": NOW, **task}) if task else None,
        holds=tuple(holds),
        now=NOW,
    )


PENDING = {"generation": 2, "done": 1}
LEASED = {**PENDING, "lease_until": LATER}


@pytest.mark.parametrize(
    ("made", "state"),
    [
        ({"connection": "paused", "task": PENDING}, LaneState.OFF),
        ({"connection": "suspended"}, LaneState.OFF),
        ({"connection": "draft"}, LaneState.OFF),
        ({"link": None, "end": False}, LaneState.NEW),
        ({"link": "candidate", "end": False}, LaneState.NEW),
        ({}, LaneState.OK),
        ({"task": {"generation": 2, "done": 2}}, LaneState.OK),
        ({"task": PENDING}, LaneState.BUSY),
        ({"task": {**PENDING, "due_at": LATER}}, LaneState.WAITING),
        ({"task": {**LEASED, "due_at": LATER}}, LaneState.BUSY),
        ({"task": {**PENDING, "state": "dead"}}, LaneState.FAILED),
        ({"task": {"generation": 1, "done": 1, "state": "dead"}}, LaneState.FAILED),
        ({"link": "gone"}, LaneState.GONE),
        ({"link": "held", "end": False}, LaneState.HELD),
        ({"holds": ["a field"]}, LaneState.HELD),
    ],
)
def test_tells_how_it_stands(made, state):
    assert lane(**made).state is state


@pytest.mark.parametrize("breaker", [{"breaker_until": LATER}, {"breaker_until": None}])
def test_waits_while_the_tracker_rests(breaker):
    one = lane(task=PENDING, system=breaker)

    assert one.state is (LaneState.WAITING if breaker["breaker_until"] else LaneState.BUSY)


def troubled(status):
    one = lane(task=PENDING)
    one.far.system.status, one.far.system.status_message = status, "The tracker's words."
    return one


@pytest.mark.parametrize("status", ["auth", "down"])
def test_waits_while_the_tracker_lets_nobody_in(status):
    one = troubled(status)

    assert one.state is LaneState.WAITING
    assert one.is_troubled
    assert one.problem == "The tracker's words."


def test_trouble_of_the_tracker_is_told_even_where_nothing_waits():
    one = troubled("auth")
    calm = Lane(one.connection, one.far, "Jira", one.link, one.end, None, (), NOW)

    assert calm.is_troubled
    assert calm.problem == "The tracker's words."


def test_trouble_is_not_told_of_what_is_off():
    one = troubled("auth")
    one.connection.status = "paused"

    assert not one.is_troubled


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, ""), (0, ""), (1, ""), (21, "21 seconds"), (90, "90 seconds"), (600, "10 minutes")],
)
def test_says_in_how_long_it_is_tried_again(seconds, words):
    task = {**PENDING, "due_at": NOW + timedelta(seconds=seconds)}

    assert lane(task=task).retry_in == words


def test_the_rest_of_the_tracker_counts_as_well():
    assert lane(task=PENDING, system={"breaker_until": LATER}).retry_in == "30 seconds"


def test_a_lane_without_a_task_is_not_tried_again():
    assert lane().retry_in == ""


def test_the_words_of_a_failure_come_before_those_of_the_link():
    failed = lane(task={**PENDING, "due_at": LATER, "error": "It timed out."})

    assert failed.problem == "It timed out."
    assert lane(link="held").problem == "The reason."


def test_a_missing_item_is_told_while_it_may_come_back():
    one = lane(task={**PENDING, "due_at": LATER})
    one.end.gone_since = NOW

    assert "ENG-1 is missing there" in one.problem
    assert not one.may_start_over


def test_only_what_was_deleted_there_can_be_made_anew():
    there, here = lane(link="gone"), lane(link="gone")
    there.end.gone_since = NOW

    assert there.may_start_over
    assert not here.may_start_over
