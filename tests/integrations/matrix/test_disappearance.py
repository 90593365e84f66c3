"""Row 18: items that are deleted, trashed, moved, of another type, or hidden from our account."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from integrations.models import Connection, Endpoint, Link, LinkEnd, SyncLog
from integrations.services import limits
from tests.integrations.matrix.hands import (
    drained,
    hinted,
    is_silent,
    link_of,
    minute,
    minutes,
    set_rules,
    states,
    texts,
)

LONG = 601.0
OUTCOMES = {
    "notify": "MEM-1 is left as it is.",
    "comment": "MEM-1 was told in a comment.",
    "close": "MEM-1 was closed.",
    "delete": "MEM-1 was deleted as well.",
}


@pytest.mark.parametrize("rule", OUTCOMES)
def test_row_18_a_deletion_is_believed_the_second_time_and_then_does_what_the_rules_say(both, rule):
    set_rules(both, deletes=rule)
    link_of(both)
    both.a.delete("1")
    hinted(both)
    drained(both)
    assert states() == [Link.State.ACTIVE]
    assert both.b.records["1"].fields["status"] == "Open"

    minute(both, LONG)

    assert states() == [Link.State.GONE]
    assert both.log()[-1] == f"{both.a.scope}-1 was deleted; {OUTCOMES[rule]}"
    assert ("1" in both.b.records) is (rule != "delete")
    if rule == "close":
        assert both.b.records["1"].fields["status"] == "Done"
    if rule == "comment":
        [said] = texts(both.b)
        assert said.startswith(f"{both.a.scope}-1 was deleted")
    assert is_silent(both)
    assert len(both.b.records) <= 1, "it came back"


def test_row_18_an_item_that_came_out_of_the_bin_in_time_is_followed_again(linked):
    record = linked.b.records.pop("1")
    hinted(linked, "b")
    drained(linked)
    assert LinkEnd.objects.get(side="b").gone_since is not None

    linked.b.records["1"] = record
    linked.a.edit("1", {"title": "Back again"})
    minutes(linked, 12)

    assert states() == [Link.State.ACTIVE]
    assert LinkEnd.objects.get(side="b").gone_since is None
    assert record.fields["title"] == "Back again"


def test_row_18_a_moved_item_is_followed(linked):
    moved = linked.b.move("1", "ELSEWHERE")
    linked.a.edit("1", {"title": "Changed after the move"})

    minutes(linked, 2)

    end = LinkEnd.objects.get(side="b")
    assert (end.item_id, end.scope) == (moved.id, "ELSEWHERE")
    assert moved.fields["title"] == "Changed after the move"
    assert len(linked.a.records) == len(linked.b.records) == 1
    assert is_silent(linked)
    assert SyncLog.objects.filter(action="moved").count() == 1


def test_row_18_an_item_of_another_type_keeps_its_link(linked):
    record = linked.b.records["1"]
    record.type = "Task"
    linked.b.edit("1", {"title": "A task now"})

    minutes(linked, 2)
    linked.a.edit("1", {"status": "Done"})
    minutes(linked, 2)

    assert linked.a.records["1"].fields["title"] == "A task now"
    assert record.fields["status"] == "Done"
    assert len(linked.a.records) == len(linked.b.records) == 1
    assert states() == [Link.State.ACTIVE]


@pytest.mark.parametrize("rule", OUTCOMES)
def test_row_18_a_hidden_item_is_never_taken_for_deleted(both, rule):
    set_rules(both, deletes=rule)
    link_of(both)
    both.b.deny("1")
    for _ in range(3):
        hinted(both, "b")
        minute(both, LONG)
    assert states() == [Link.State.HELD]
    assert Link.objects.get().reason.startswith("No access to MEM-1")
    assert both.a.records["1"].fields["status"] == "Open"

    both.b.denied.clear()
    both.a.edit("1", {"title": "Seen again"})
    minutes(both, 2)

    assert states() == [Link.State.ACTIVE]
    assert both.b.records["1"].fields["title"] == "Seen again"


def test_row_18_what_no_feed_tells_the_census_finds(linked):
    linked.b.delete("1")
    Endpoint.objects.filter(side="b").update(next_census_at=Now() - timedelta(seconds=1))

    minute(linked)
    minute(linked, LONG)

    assert states() == [Link.State.GONE]
    assert linked.b.calls.count("census") == 1
    assert SyncLog.objects.get(action="unlinked").why == "census"


@pytest.fixture
def four(both, monkeypatch):
    """Return a connection of four linked items, of which more than two gone are too many."""
    monkeypatch.setattr(limits, "FEW", 2)
    drained(both)
    for number in range(1, 5):
        both.a.add({"title": f"Item {number}"})
        hinted(both, "a", str(number))
    drained(both)
    return both


def test_row_18_a_census_that_misses_very_many_stops_the_connection(four):
    for item_id in ("1", "2", "3"):
        four.b.delete(item_id)
    Endpoint.objects.filter(side="b").update(next_census_at=Now() - timedelta(seconds=1))

    minute(four)
    minute(four, LONG)

    four.connection.refresh_from_db()
    assert four.connection.status == Connection.Status.SUSPENDED
    assert four.connection.reason.startswith("3 of the linked items in MEM are gone or hidden")
    assert states() == [Link.State.ACTIVE] * 4
    assert len(four.a.records) == 4


def test_row_18_a_mass_loss_that_hints_bring_stops_the_connection(four):
    set_rules(four, deletes="delete")
    for item_id in ("1", "2", "3", "4"):
        four.a.delete(item_id)
        hinted(four, "a", item_id)

    drained(four)
    minute(four, LONG)

    four.connection.refresh_from_db()
    assert four.connection.status == Connection.Status.SUSPENDED
    assert four.connection.reason.startswith("2 linked items were deleted within a day.")
    assert len(four.b.records) == 2, "no more than the fuse lets through"
    Connection.objects.update(status=Connection.Status.ACTIVE, switched_on_at=Now())
    minute(four)
    assert len(four.b.records) == 0


def test_row_18_nothing_is_believed_of_a_tracker_that_no_longer_knows_us(linked):
    linked.b.token = "changed"
    records, linked.b.records = linked.b.records, {}
    hinted(linked, "b")
    minute(linked, LONG)
    minute(linked, LONG)
    linked.b.records = records

    assert states() == [Link.State.ACTIVE]
    assert LinkEnd.objects.get(side="b").gone_since is None
    assert linked.a.records["1"].fields["status"] == "Open"
