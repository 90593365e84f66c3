"""Row 24: a database that is older than the world, or that exists twice."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from integrations import services, store
from integrations.models import Connection, Endpoint, Link, SyncLog, SyncTask
from integrations.services.connections import COPIED
from tests.integrations.matrix.hands import (
    drained,
    hinted,
    is_silent,
    minute,
    minutes,
    states,
)


@pytest.fixture
def restored(both):
    """Return a connection whose two links were made after the backup that was put back."""
    minute(both)
    cursors = dict(Endpoint.objects.values_list("side", "cursor"))
    both.a.add({"title": "Made here"})
    both.b.add({"title": "Made there"})
    minutes(both, 2)
    assert (len(both.a.records), len(both.b.records)) == (2, 2)
    Link.objects.all().delete()
    SyncTask.objects.all().delete()
    for side, cursor in cursors.items():
        Endpoint.objects.filter(side=side).update(
            cursor=cursor, last_ok_at=Now() - timedelta(hours=1)
        )
    return both


def check_found_again(both):
    minutes(both, 4)
    assert (len(both.a.records), len(both.b.records)) == (2, 2)
    assert states() == [Link.State.ACTIVE] * 2
    assert set(SyncLog.objects.filter(action="relinked").values_list("outcome", flat=True)) == {
        SyncLog.Outcome.DONE
    }
    both.a.edit("1", {"status": "Done"})
    minutes(both, 2)
    assert [one.fields["status"] for one in both.b.records.values()].count("Done") == 1
    assert is_silent(both)


def test_row_24_links_that_were_lost_are_found_by_their_origins(restored):
    """Side b is not read at first: before anything is created, it is looked for."""
    Endpoint.objects.filter(side="b").update(next_poll_at=Now() + timedelta(hours=1))
    restored.pass_time(61)
    services.drain(system_id=restored.systems["a"].pk)
    hinted(restored, "a", "1")
    drained(restored)
    assert restored.b.calls.count("find") >= 1

    Endpoint.objects.update(next_poll_at=Now())
    check_found_again(restored)


def test_row_24_links_that_were_lost_are_found_by_what_was_created(restored):
    """Side a is not read at first: the mark on a creation says which link it belongs to."""
    Endpoint.objects.filter(side="a").update(next_poll_at=Now() + timedelta(hours=1))
    restored.pass_time(61)
    drained(restored)
    found = SyncLog.objects.filter(
        action="relinked", message__endswith="by the mark that it carries."
    )
    assert found.count() == 1

    Endpoint.objects.update(next_poll_at=Now())
    check_found_again(restored)


def test_row_24_nothing_is_looked_for_where_no_time_was_lost(linked):
    linked.a.add({"title": "New"})

    minutes(linked, 2)

    assert len(linked.b.records) == 2
    assert "find" not in linked.b.calls


def test_row_24_a_copy_of_the_database_is_stopped_before_it_calls_anybody(linked, settings):
    settings.SYNC_INSTALLATION_ID = "staging"
    linked.a.edit("1", {"title": "Changed in the copy"})
    hinted(linked)
    linked.b.calls.clear()
    linked.pass_time(61)

    systems = services.due_systems()
    for system in systems:
        services.drain(system_id=system)

    linked.connection.refresh_from_db()
    assert (linked.connection.status, linked.connection.reason) == (
        Connection.Status.SUSPENDED,
        COPIED,
    )
    assert linked.systems["b"].pk not in systems
    assert linked.b.calls == []
    assert store.has_due(linked.systems["b"].pk) is False
