"""Comparing reads both sides now, says what the next sync would do, and writes nothing."""

import pytest

from integrations import services
from integrations.base.errors import TransientError
from integrations.engine.ports import FencedError
from integrations.models import Link, SyncLog, SyncTask, System
from integrations.services import comparison
from testmgmt.core.errors import DomainError, NotFoundError
from tests.integrations.services.test_drain import changed, drained, failing


@pytest.fixture
def linked(both):
    both.a.add({"title": "Login fails", "labels": frozenset({"web", "ui"})})
    changed(both)
    drained(both)
    return both


def compared(linked, user):
    return services.compare(user=user, connection_id=linked.connection.pk, item_id="1")


def test_what_is_in_step_is_the_same(linked, vera):
    found = compared(linked, vera)

    assert found.key == "MEM-1"
    assert found.differing == 0
    assert found.field("title").here == found.field("title").there == "Login fails"
    assert found.field("labels").here == "ui, web"
    assert found.field("nonsense") is None


def test_what_one_side_changed_travels_with_the_next_sync(linked, vera):
    linked.b.edit("1", {"title": "Login still fails"})

    title = compared(linked, vera).field("title")

    assert (title.here, title.there) == ("Login fails", "Login still fails")
    assert (title.standing, title.direction) == ("differs", "both")
    assert "changed since the last sync" in title.why


def test_what_both_sides_changed_is_a_conflict(linked, vera):
    linked.a.edit("1", {"title": "Ours"})
    linked.b.edit("1", {"title": "Theirs"})

    found = compared(linked, vera)

    assert found.field("title").standing == "conflict"
    assert found.differing == 1


def test_what_a_hold_says_stands_at_its_field(linked, vera):
    Link.objects.get().conflicts.create(
        field="status", kind="refused", message="No way to Done.", opened_at="2026-05-04T12:00Z"
    )

    status = compared(linked, vera).field("status")

    assert (status.standing, status.why) == ("problem", "No way to Done.")


def test_nothing_is_written_anywhere(linked, vera):
    linked.b.edit("1", {"title": "Changed"})
    before = (Link.objects.values().get(), SyncLog.objects.count(), SyncTask.objects.count())

    compared(linked, vera)

    assert linked.a.records["1"].fields["title"] == "Login fails"
    assert before == (
        Link.objects.values().get(),
        SyncLog.objects.count(),
        SyncTask.objects.count(),
    )


def test_its_memory_refuses_to_write(linked):
    run = comparison._run(linked.connection, "1")

    with pytest.raises(FencedError):
        run.save(run.link)


def test_a_deleted_item_is_told(linked, vera):
    del linked.b.records["1"]

    with pytest.raises(DomainError, match="MEM-1 is gone"):
        compared(linked, vera)


def test_a_tracker_that_fails_is_told_in_its_words(linked, vera):
    failing(linked.b, TransientError("It is down.", fix="Wait."), call="fetch")

    with pytest.raises(DomainError, match=r"It is down\. Wait\."):
        compared(linked, vera)


@pytest.mark.parametrize("status", ["auth", "down"])
def test_a_tracker_that_rests_is_left_alone(linked, vera, status):
    System.objects.filter(kind="memory").update(status=status, status_message="It rests.")
    linked.b.calls.clear()

    with pytest.raises(DomainError, match=r"It rests\."):
        compared(linked, vera)

    assert linked.b.calls == []


def test_an_item_without_a_counterpart_cannot_be_compared(both, vera):
    both.a.add({"title": "New"})

    with pytest.raises(NotFoundError, match="no counterpart"):
        compared(both, vera)


def test_a_stranger_learns_nothing(linked, sam):
    with pytest.raises(NotFoundError):
        compared(linked, sam)
