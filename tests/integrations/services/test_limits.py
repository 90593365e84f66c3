"""The fuses: what happens in bulk stops, says why, and goes on once a person says so."""

import pytest
from django.db.models.functions import Now

from integrations.models import Connection, SyncLog
from integrations.services import limits
from tests.integrations.matrix.hands import drained, hinted, minute, set_rules


@pytest.fixture
def added(both):
    """Return a connection with five items of which two may be created within an hour."""
    set_rules(both, max_creates_per_hour=2)
    minute(both)
    for number in range(1, 6):
        both.a.add({"title": f"Item {number}"})
        hinted(both, "a", str(number))
    return both


def switch_on(both):
    Connection.objects.update(status=Connection.Status.ACTIVE, reason="", switched_on_at=Now())
    drained(both)
    both.connection.refresh_from_db()


def test_no_more_is_created_in_an_hour_than_the_rules_allow(added):
    drained(added)

    added.connection.refresh_from_db()
    assert len(added.b.records) == 2
    assert added.connection.status == Connection.Status.SUSPENDED
    assert added.connection.reason.startswith("2 items were created within an hour")


def test_switching_on_again_says_that_it_was_meant(added):
    drained(added)

    switch_on(added)
    assert len(added.b.records) == 4
    switch_on(added)

    assert len(added.b.records) == 5
    assert added.connection.status == Connection.Status.ACTIVE
    assert SyncLog.objects.filter(action="created").count() == 5


def test_rules_that_rewrite_very_many_items_are_stopped(both, ada, monkeypatch):
    monkeypatch.setattr(limits, "FEW", 2)
    document = both.connection.versions.get().rules
    fields = [rule for rule in document["fields"] if rule["id"] != "priority"]
    set_rules(both, fields=fields)
    minute(both)
    for number in range(1, 6):
        both.a.add({"title": f"Item {number}", "priority": "High"})
        hinted(both, "a", str(number))
    drained(both)

    set_rules(both, fields=document["fields"])
    for number in range(1, 6):
        both.a.comment(str(number), "Something else changes.")
        hinted(both, "a", str(number))
    drained(both)

    both.connection.refresh_from_db()
    assert both.connection.status == Connection.Status.SUSPENDED
    assert "changed 2 items that nobody had changed" in both.connection.reason
    high = [one for one in both.b.records.values() if one.fields["priority"] == "High"]
    assert len(high) == 2


def test_a_hint_of_what_did_not_change_costs_no_call_on_the_other_side(linked_once):
    linked_once.b.calls.clear()

    hinted(linked_once)
    drained(linked_once)

    assert linked_once.b.calls == []


@pytest.fixture
def linked_once(both):
    minute(both)
    both.a.add({"title": "Login fails"})
    hinted(both)
    drained(both)
    minute(both)
    return both
