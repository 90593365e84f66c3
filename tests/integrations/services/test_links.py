"""What people do with single items: sync now, choose, unlink, replay; and who may."""

import pytest

from integrations import services, store
from integrations.base.errors import TransientError
from integrations.models import Conflict, Connection, Link, SyncLog, SyncTask
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from tests.integrations.services.test_drain import changed, drained, failing, issue, linked

__all__ = ["linked"]


def sync(both, user, item_id="1"):
    """Ask for a sync, let a worker do it, and return what the log says of it."""
    known = set(SyncLog.objects.values_list("pk", flat=True))
    services.request_sync(user=user, project_id=both.connection.project_id, item_ids=[item_id])
    drained(both)
    return SyncLog.objects.exclude(pk__in=known)


@pytest.fixture
def conflict(linked):
    linked.a.edit("1", {"title": "By a"})
    linked.b.edit("1", {"title": "By b"})
    changed(linked)
    drained(linked)
    return Conflict.objects.get(field="title")


def test_somebody_who_waits_sees_what_was_done(both, tom):
    both.a.add({"title": "Login fails"})

    rows = sync(both, tom)

    assert [row.message for row in rows] == [f"Created MEM-1 from {both.a.scope}-1."]
    assert [(row.user, row.why) for row in rows] == [(tom, "button")]
    assert issue(both).fields["title"] == "Login fails"


def test_somebody_who_asks_for_nothing_new_is_told_so(linked, tom):
    [row] = sync(linked, tom)

    assert (row.action, row.message) == ("checked", "In step.")


def test_somebody_is_told_why_an_item_is_left_out(both, tom):
    both.a.add({"title": "A task"}, type_="Task")
    Connection.objects.get().versions.update(
        rules={**both.connection.versions.get().rules, "types": [{"a": "Bug", "b": "Bug"}]}
    )

    [row] = sync(both, tom)

    assert row.message == "The type “Task” is not synced."


def test_work_goes_on_in_the_background_while_another_has_the_turn(both, tom):
    both.a.add({"title": "Login fails"})

    with store.take_turn(both.systems["b"].pk):
        assert not sync(both, tom)

    drained(both)
    assert issue(both)


def test_a_failure_is_told_to_who_waits(linked, tom):
    failing(linked.b, TransientError("The tracker is down."), call="fetch")

    [row] = sync(linked, tom)

    assert (row.outcome, row.message) == ("retry", "The tracker is down.")


def test_many_items_are_asked_for_at_once(both, tom):
    for title in ("One", "Two", "Three"):
        both.a.add({"title": title})

    services.request_sync(user=tom, project_id=both.connection.project_id, item_ids=["1", "2", "3"])
    drained(both)

    assert len(both.b.records) == 3


@pytest.mark.parametrize(("side", "title"), [("a", "By a"), ("b", "By b")])
def test_the_chosen_side_wins(linked, tom, conflict, side, title):
    services.resolve_conflict(user=tom, conflict_id=conflict.pk, choice=side)
    drained(linked)

    assert {linked.a.records["1"].fields["title"], issue(linked).fields["title"]} == {title}
    conflict.refresh_from_db()
    assert conflict.resolved_at is not None
    assert (conflict.resolution, conflict.resolved_by) == (side, tom)


def test_only_a_side_can_be_chosen(conflict, tom):
    with pytest.raises(DomainError, match="Choose one of a, b"):
        services.resolve_conflict(user=tom, conflict_id=conflict.pk, choice="release")


def test_a_conflict_is_decided_once(linked, tom, conflict):
    services.resolve_conflict(user=tom, conflict_id=conflict.pk, choice="a")
    drained(linked)

    with pytest.raises(NotFoundError):
        services.resolve_conflict(user=tom, conflict_id=conflict.pk, choice="b")


def test_a_fuse_is_released_by_a_person(linked, tom):
    for turn in range(12):
        linked.a.edit("1", {"title": f"Title {turn}"})
        changed(linked)
        drained(linked)
    fuse = Conflict.objects.get(resolved_at=None)
    assert fuse.kind == Conflict.Kind.FUSE

    services.resolve_conflict(user=tom, conflict_id=fuse.pk, choice="release")
    drained(linked)

    assert issue(linked).fields["title"] == "Title 11"


def test_unlinked_items_go_their_own_ways(linked, tom):
    services.unlink(user=tom, link_id=linked.link().pk)
    linked.a.edit("1", {"title": "Only here"})
    changed(linked)

    drained(linked)

    assert issue(linked).fields["title"] == "Login fails"
    assert linked.link().state == Link.State.UNLINKED
    assert len(linked.b.records) == 1


def test_what_was_given_up_is_tried_again(linked, tom):
    failing(linked.b, TransientError("Down."))
    linked.a.edit("1", {"title": "New"})
    changed(linked)
    drained(linked)
    task = SyncTask.objects.get(link=linked.link())
    SyncTask.objects.update(state=SyncTask.State.DEAD)

    services.replay(user=tom, task_id=task.pk)
    drained(linked)

    assert issue(linked).fields["title"] == "New"


def test_nothing_can_be_asked_of_a_connection_that_is_off(linked, tom):
    Connection.objects.update(status=Connection.Status.PAUSED)

    with pytest.raises(ConflictError, match="switched on"):
        sync(linked, tom)


def test_a_viewer_may_not_sync(linked, vera, conflict):
    with pytest.raises(ForbiddenError):
        sync(linked, vera)
    with pytest.raises(ForbiddenError):
        services.unlink(user=vera, link_id=linked.link().pk)
    with pytest.raises(ForbiddenError):
        services.resolve_conflict(user=vera, conflict_id=conflict.pk, choice="a")
    with pytest.raises(ForbiddenError):
        services.replay(user=vera, task_id=SyncTask.objects.get(link=linked.link()).pk)


def test_a_stranger_learns_nothing(linked, sam, conflict):
    with pytest.raises(NotFoundError):
        sync(linked, sam)
    with pytest.raises(NotFoundError):
        services.unlink(user=sam, link_id=linked.link().pk)
    with pytest.raises(NotFoundError):
        services.resolve_conflict(user=sam, conflict_id=conflict.pk, choice="a")
    with pytest.raises(NotFoundError):
        services.replay(user=sam, task_id=SyncTask.objects.get(link=linked.link()).pk)
