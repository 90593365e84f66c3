"""Rows 15 to 17 and 30: both sides edit, edit fast, chase each other, or are joined twice."""

from datetime import timedelta

import pytest

from integrations import services
from integrations.connectors.memory.tracker import MemoryTracker, install
from integrations.models import Conflict, Link, SyncLog
from integrations.services.connections import Target
from integrations.store import queue
from testmgmt.core.errors import ConflictError
from tests.factories.integrations import Joined, SystemFactory, connected
from tests.integrations.matrix.hands import (
    drained,
    held,
    hinted,
    is_silent,
    minute,
    minutes,
    writes,
)


def field(tracker, name, item_id="1"):
    return tracker.records[item_id].fields[name]


def test_row_15_what_both_sides_edit_is_kept_closed_decided_or_merged(linked):
    linked.a.edit(
        "1",
        {
            "title": "By a",
            "priority": "Low",
            "status": "Done",
            "labels": frozenset({"from-a"}),
        },
    )
    linked.b.edit("1", {"title": "By b", "priority": "Low", "labels": frozenset({"from-b"})})
    hinted(linked)

    minutes(linked, 2)

    assert held() == {"title"}
    assert (field(linked.a, "title"), field(linked.b, "title")) == ("By a", "By b")
    for tracker in (linked.a, linked.b):
        assert field(tracker, "priority") == "Low"
        assert field(tracker, "status") == "Done"
        assert field(tracker, "labels") == {"from-a", "from-b"}


def test_row_15_a_conflict_over_one_field_lets_the_next_edits_flow(linked):
    linked.a.edit("1", {"title": "By a"})
    linked.b.edit("1", {"title": "By b"})
    minute(linked)

    linked.b.edit("1", {"status": "Done", "title": "By a"})
    minutes(linked, 2)

    assert field(linked.a, "status") == "Done"
    assert held() == set()
    assert Conflict.objects.get().resolved_at is not None


def test_row_16_fifty_rapid_edits_of_both_sides_are_few_writes(linked, monkeypatch):
    """People edit while workers call; however long that takes here, it is one rest's time."""
    monkeypatch.setattr(queue, "REST", timedelta(hours=1))
    before = writes(linked.a), writes(linked.b)
    edits = iter(range(50))

    def edit(_call="", moment="applied"):
        turn = next(edits, None) if moment == "applied" else None
        if turn is not None:
            linked.a.edit("1", {"title": f"Title {turn}"})
            linked.b.edit("1", {"status": ["Doing", "Done"][turn % 2]})
            hinted(linked, "a")
            hinted(linked, "b")

    linked.a.hook = linked.b.hook = edit
    for _ in range(50):
        edit()
        drained(linked)
    linked.a.hook = linked.b.hook = None

    minute(linked, 3600)
    minutes(linked, 2)

    assert writes(linked.a) - before[0] <= 3
    assert writes(linked.b) - before[1] <= 3
    assert field(linked.a, "title") == field(linked.b, "title") == "Title 49"
    assert field(linked.a, "status") == field(linked.b, "status") == "Done"
    assert held() == set()
    assert is_silent(linked)


def test_row_17_two_automations_that_answer_each_other_blow_the_fuse(linked):
    """On both sides an automation puts [X] before every title that was written."""

    def automation(tracker):
        def hook(call, moment):
            if (call, moment) == ("update", "applied"):
                tracker.edit("1", {"title": "[X] " + field(tracker, "title")})

        return hook

    linked.a.hook, linked.b.hook = automation(linked.a), automation(linked.b)
    linked.a.edit("1", {"title": "Login"})
    for _ in range(15):
        hinted(linked, "a")
        hinted(linked, "b")
        minute(linked, 5)

    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.kind) == ("title", Conflict.Kind.FUSE)
    assert "“title” and “title”" in conflict.message
    assert linked.a.calls.count("update") + linked.b.calls.count("update") <= 10
    assert is_silent(linked)


TRIANGLE = {"one": "ab", "two": "bc", "three": "ca"}


@pytest.fixture
def triangle(shop, memory_platform):
    """Return three connections that join three trackers in a circle."""
    systems = {name: SystemFactory(name=f"Tracker {name}") for name in "abc"}
    for name, system in systems.items():
        install(system.pk, MemoryTracker(scope=name.upper()))
    return {
        name: connected(None, {"a": systems[x], "b": systems[y]}, name=name)
        for name, (x, y) in TRIANGLE.items()
    }


def turn_round(triangle: dict[str, Joined], order) -> None:
    for name in order:
        minute(triangle[name])


@pytest.mark.parametrize("order", [("one", "two", "three"), ("three", "two", "one")])
def test_row_17_a_triangle_makes_no_second_counterpart(triangle, order):
    turn_round(triangle, order)
    a, b, c = (triangle[name].a for name in TRIANGLE)
    a.add({"title": "Login fails"})
    for _ in range(4):
        turn_round(triangle, order)
    assert (len(a.records), len(b.records), len(c.records)) == (1, 1, 1)

    before = sum(writes(tracker) for tracker in (a, b, c))
    [record] = c.records.values()
    c.edit(record.id, {"title": "Changed in c"})
    for _ in range(6):
        turn_round(triangle, order)

    titles = {one.fields["title"] for tracker in (a, b, c) for one in tracker.records.values()}
    assert titles == {"Changed in c"}
    assert sum(writes(tracker) for tracker in (a, b, c)) - before <= 10
    assert held() == set()


def test_row_30_a_second_connection_of_the_same_two_is_refused(ada, triangle):
    ada.is_superuser = True
    ada.save()
    systems = triangle["one"].systems
    ends = {side: Target(systems[side].pk, side.upper()) for side in "ab"}

    with pytest.raises(ConflictError, match="connected already"):
        services.connect_trackers(user=ada, a=ends["b"], b=ends["a"])


@pytest.mark.parametrize("is_turned", [False, True])
def test_row_30_two_connections_over_the_same_pair_make_no_duplicate(both, is_turned):
    """A connection of another project, or an old backup, may bring a second one about."""
    systems = both.systems
    if is_turned:
        systems = {"a": systems["b"], "b": systems["a"]}
    second = connected(None, systems, name="Second")
    for one in (both, second):
        minute(one)
    both.a.add({"title": "Made here"})
    both.b.add({"title": "Made there"})

    for _ in range(5):
        minute(both)
        minute(second)

    titles = [
        sorted(one.fields["title"] for one in side.records.values()) for side in (both.a, both.b)
    ]
    assert titles[0] == titles[1] == ["Made here", "Made there"]
    assert Link.objects.filter(state=Link.State.ACTIVE).count() == 2
    assert not SyncLog.objects.filter(action="compensated").exists()
    assert is_silent(both)
