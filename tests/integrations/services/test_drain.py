"""A worker's loop: reads what changed, does what is due, and outlasts every failure."""

from datetime import timedelta

import pytest

from integrations import services, store
from integrations.base.errors import (
    AddressError,
    DeniedError,
    RateLimitedError,
    ScopeError,
    TransientError,
    UncertainError,
)
from integrations.models import (
    Connection,
    ConnectionVersion,
    Endpoint,
    Link,
    SyncLog,
    SyncTask,
    System,
)


def changed(both, item_id="1"):
    """Mark an item of this product as a save does."""
    services.item_changed(
        project_id=both.connection.project_id, item_id=item_id, why="save", user_id=None
    )


def drained(both) -> int:
    return services.drain(system_id=both.systems["b"].pk)


def failing(tracker, error, call="update", moment="before", times=1):
    """Let a call of a tracker fail; return how often it was tried."""
    tried = []

    def hook(name, when):
        if (name, when) == (call, moment):
            tried.append(name)
            if len(tried) <= times:
                raise error

    tracker.hook = hook
    return tried


@pytest.fixture
def linked(both):
    """Return a connection with one defect and its issue."""
    both.a.add({"title": "Login fails"})
    changed(both)
    drained(both)
    return both


def issue(both):
    [record] = both.b.records.values()
    return record


def test_a_defect_gets_its_issue_without_any_configuration(linked):
    assert issue(linked).fields["title"] == "Login fails"
    assert linked.log() == ["Created MEM-1 from " + f"{linked.a.scope}-1."]
    link = linked.link()
    assert link.state == Link.State.ACTIVE
    assert link.synced_at is not None
    assert {end.status_name for end in link.ends.all()} == {"Open"}


def test_a_change_of_the_tracker_is_found_by_its_poll(linked):
    linked.b.edit("1", {"status": "Done"})
    linked.pass_time(61)

    drained(linked)

    assert linked.a.records["1"].fields["status"] == "Done"
    assert linked.link().ends.get(side="a").status_name == "Done"


def test_an_issue_made_in_the_tracker_becomes_a_defect(both):
    drained(both)
    both.b.add({"title": "Found by a developer"})
    both.pass_time(61)

    drained(both)

    [defect] = both.a.records.values()
    assert defect.fields["title"] == "Found by a developer"


def test_a_change_here_that_told_nobody_is_found_by_the_poll_of_this_product(linked):
    services.drain(system_id=linked.systems["a"].pk)
    linked.a.edit("1", {"title": "Changed in bulk"})
    linked.pass_time(61)

    services.drain(system_id=linked.systems["a"].pk)
    drained(linked)

    assert issue(linked).fields["title"] == "Changed in bulk"


def test_our_own_echo_costs_no_fetch(linked):
    linked.pass_time(61)
    linked.b.calls.clear()

    drained(linked)

    assert linked.b.calls == ["changed_since"]


def test_a_pause_loses_nothing(linked):
    Connection.objects.update(status=Connection.Status.PAUSED)
    linked.a.edit("1", {"title": "Changed while off"})
    changed(linked)
    assert drained(linked) == 0

    Connection.objects.update(status=Connection.Status.ACTIVE)
    drained(linked)

    assert issue(linked).fields["title"] == "Changed while off"


def test_the_tasks_of_a_turn_end_with_an_empty_queue(linked):
    assert not store.has_due(linked.systems["b"].pk)
    assert SyncTask.objects.filter(lease_until__isnull=False).count() == 0


def test_nobody_works_while_another_has_the_turn(linked):
    changed(linked)

    with store.take_turn(linked.systems["b"].pk):
        assert drained(linked) == 0

    assert drained(linked) == 1


def test_a_failure_is_told_and_tried_again_later(linked):
    failing(linked.b, TransientError("The tracker is down.", fix="Wait a minute."))
    linked.a.edit("1", {"title": "New"})
    changed(linked)
    drained(linked)
    task = SyncTask.objects.get(link=linked.link())
    assert (task.error_class, task.error) == (
        "TransientError",
        "The tracker is down. Wait a minute.",
    )

    linked.pass_time(60)
    drained(linked)

    assert issue(linked).fields["title"] == "New"
    assert "The tracker is down. Wait a minute." in linked.log()


def test_five_failures_open_the_breaker_and_burn_no_more_attempts(linked):
    tried = failing(linked.b, TransientError("Down."), call="fetch", times=5)
    linked.a.edit("1", {"title": "New"})
    changed(linked)
    for _ in range(10):
        drained(linked)
        SyncTask.objects.update(due_at=store.database_clock()() - timedelta(seconds=1))

    system = System.objects.get(pk=linked.systems["b"].pk)
    assert system.status == System.Status.DOWN
    assert len(tried) == 5
    assert SyncTask.objects.get(link=linked.link()).attempts == 5
    assert services.due_systems().keys() <= {linked.systems["a"].pk}


def test_work_goes_on_by_itself_once_the_tracker_is_back(linked):
    failing(linked.b, TransientError("Down."), call="fetch", times=5)
    linked.a.edit("1", {"title": "New"})
    changed(linked)
    for _ in range(5):
        drained(linked)
        SyncTask.objects.update(due_at=store.database_clock()() - timedelta(seconds=1))

    linked.pass_time(31)
    assert linked.systems["b"].pk in services.due_systems()
    drained(linked)

    assert issue(linked).fields["title"] == "New"
    assert System.objects.get(pk=linked.systems["b"].pk).status == System.Status.OK


def test_a_tracker_that_is_still_down_rests_longer(linked):
    system = linked.systems["b"]
    System.objects.filter(pk=system.pk).update(status="down", failures=7)
    linked.b.token = "changed"  # verify fails
    changed(linked)

    assert drained(linked) == 0

    system.refresh_from_db()
    assert system.status == System.Status.DOWN
    assert system.breaker_until - store.database_clock()() > timedelta(seconds=100)


def test_a_refused_sign_in_stops_all_calls_until_a_person_acts(linked):
    linked.b.token = "changed"
    linked.a.edit("1", {"title": "New"})
    changed(linked)

    for _ in range(3):
        linked.pass_time(5000)
        drained(linked)

    system = System.objects.get(pk=linked.systems["b"].pk)
    assert system.status == System.Status.AUTH
    assert "token is wrong" in system.status_message
    assert linked.b.calls.count("changed_since") <= 2
    assert SyncTask.objects.get(link=linked.link()).attempts == 0
    assert system.pk not in services.due_systems()


def test_new_credentials_bring_everything_back(linked, ada):
    linked.b.token = "changed"
    linked.a.edit("1", {"title": "New"})
    changed(linked)
    linked.pass_time(61)
    drained(linked)

    services.update_credentials(
        user=ada, system_id=linked.systems["b"].pk, credentials={"token": "changed"}
    )
    assert services.verify_system(user=ada, system_id=linked.systems["b"].pk).is_ok
    drained(linked)

    assert issue(linked).fields["title"] == "New"


def test_a_tracker_that_asks_for_time_is_left_alone_as_a_whole(linked):
    failing(linked.b, RateLimitedError("Slow down.", retry_after=100))
    linked.a.edit("1", {"title": "New"})
    changed(linked)
    drained(linked)
    linked.b.calls.clear()

    linked.pass_time(90)
    drained(linked)
    assert linked.b.calls == []
    linked.pass_time(15)
    drained(linked)

    assert issue(linked).fields["title"] == "New"
    assert System.objects.get(pk=linked.systems["b"].pk).status == System.Status.OK


def test_a_limit_of_one_issue_pauses_that_issue_only(linked):
    failing(linked.b, RateLimitedError("Slow down.", bucket="issue:1", retry_after=100))
    linked.a.edit("1", {"title": "New"})
    linked.a.add({"title": "Another"})
    changed(linked, "1")
    changed(linked, "2")

    drained(linked)

    titles = {record.fields["title"] for record in linked.b.records.values()}
    assert titles == {"Login fails", "Another"}


def test_a_wrong_address_opens_the_breaker_at_once(linked):
    failing(linked.b, AddressError("Nobody answers there."), call="fetch")
    linked.a.edit("1", {"title": "New"})
    changed(linked)

    drained(linked)

    assert System.objects.get(pk=linked.systems["b"].pk).status == System.Status.DOWN


@pytest.mark.parametrize("call", ["changed_since", "create"])
def test_a_closed_project_stops_its_connection_and_says_why(both, call):
    failing(both.b, ScopeError("There is no project MEM."), call=call)
    both.a.add({"title": "Login fails"})
    changed(both)

    drained(both)

    both.connection.refresh_from_db()
    assert both.connection.status == Connection.Status.SUSPENDED
    assert both.connection.reason == "There is no project MEM."


def test_an_item_that_cannot_be_done_does_not_stop_the_others(linked):
    failing(linked.b, DeniedError("This item is closed to us."), call="fetch")
    linked.a.edit("1", {"title": "New"})
    linked.a.add({"title": "Another"})
    changed(linked, "1")
    changed(linked, "2")

    drained(linked)

    assert len(linked.b.records) == 2
    assert "This item is closed to us." in linked.log()
    failed = SyncLog.objects.get(outcome=SyncLog.Outcome.FAILED)
    assert failed.link.ends.get(side="a").item_id == "1"


def test_a_lost_answer_of_a_creation_makes_one_issue(both):
    failing(both.b, UncertainError("No answer."), call="create", moment="applied")
    both.a.add({"title": "Login fails"})
    changed(both)
    drained(both)
    assert both.link().state == Link.State.CREATING

    both.pass_time(11)
    drained(both)

    assert len(both.b.records) == 1
    assert both.link().state == Link.State.ACTIVE


def test_rules_that_cannot_be_read_stop_the_connection(linked):
    linked.connection.versions.update(state=ConnectionVersion.State.ARCHIVED)
    linked.connection.versions.create(
        number=2, rules={"version": 7}, state=ConnectionVersion.State.PUBLISHED
    )
    changed(linked)

    drained(linked)

    linked.connection.refresh_from_db()
    assert linked.connection.status == Connection.Status.SUSPENDED
    assert "version: must be 1" in linked.connection.reason


def test_what_is_switched_off_does_not_travel(linked):
    Endpoint.objects.filter(side="a").update(send=Endpoint.Send.OFF)
    linked.a.edit("1", {"title": "Stays here"})
    changed(linked)

    drained(linked)

    assert issue(linked).fields["title"] == "Login fails"


def test_the_cursor_moves_with_the_tasks_it_stands_for(linked):
    before = linked.endpoint("b").cursor
    linked.b.edit("1", {"status": "Done"})
    linked.pass_time(61)

    drained(linked)

    assert linked.endpoint("b").cursor != before
    assert linked.endpoint("b").last_ok_at is not None


def test_a_failed_poll_moves_no_cursor(linked):
    failing(linked.b, TransientError("Down."), call="changed_since", moment="applied")
    before = linked.endpoint("b").cursor
    linked.b.edit("1", {"status": "Done"})
    linked.pass_time(61)
    drained(linked)
    assert linked.endpoint("b").cursor == before

    drained(linked)

    assert linked.a.records["1"].fields["status"] == "Done"


def test_comments_travel_both_ways(linked):
    linked.a.comment("1", "From here.")
    linked.b.comment("1", "From there.")
    changed(linked)

    drained(linked)

    texts = [[one.body.md for one in side.records["1"].comments] for side in (linked.a, linked.b)]
    assert sorted(texts[0]) == sorted(texts[1]) == ["From here.", "From there."]
