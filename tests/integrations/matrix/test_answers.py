"""Rows 1 to 5, 7, 11 and 12: answers that fail, get lost, come late or come twice."""

from datetime import timedelta

import pytest

from integrations.base.errors import TransientError, UncertainError
from integrations.models import Link, LinkEnd, SyncLog, SyncTask, System
from tests.integrations.matrix.hands import (
    drained,
    failing,
    held,
    hinted,
    is_silent,
    minute,
    minutes,
    once,
    open_tasks,
    states,
    texts,
)

LOST = UncertainError("No answer came.")
CALLS = ["fetch", "update", "add_comment", "upload", "changed_since"]


class CrashError(BaseException):
    """The process died."""


def everything_changes(both):
    both.a.edit("1", {"title": "Changed  here"})
    both.a.comment("1", "Seen.")
    both.a.attach("1", "log.txt", "text/plain", b"a log")
    hinted(both)


def check_everything(both):
    issue = both.b.records["1"]
    assert issue.fields["title"] in {"Changed  here", "Changed here"}
    assert both.a.records["1"].fields["title"] == "Changed  here"
    assert texts(both.b) == texts(both.a) == ["Seen."]
    assert [file.name for file in issue.attachments.values()] == ["log.txt"]
    assert len(both.a.records) == len(both.b.records) == 1
    assert held() == set()
    assert open_tasks() == 0
    assert is_silent(both)


@pytest.mark.parametrize("call", CALLS)
def test_row_01_what_failed_before_it_was_applied_is_tried_again(linked, call):
    once(linked.b, call, "before", failing(TransientError("The tracker is down.")))
    everything_changes(linked)
    minute(linked)
    if call != "changed_since":
        task = SyncTask.objects.get(link__isnull=False)
        assert (task.attempts, task.error) == (1, "The tracker is down.")

    minutes(linked, 3)

    check_everything(linked)


def test_row_01_a_failure_changes_nothing_that_is_remembered(linked):
    before = Link.objects.values().get(), list(LinkEnd.objects.order_by("side").values())
    once(linked.b, "fetch", "before", failing(TransientError("Down.")))
    linked.a.edit("1", {"title": "Changed"})
    hinted(linked)

    drained(linked)

    assert (Link.objects.values().get(), list(LinkEnd.objects.order_by("side").values())) == before


@pytest.mark.parametrize("is_edited", [False, True])
def test_row_02_a_creation_whose_answer_was_lost_is_adopted(both, is_edited):
    both.b.is_lossy = True
    drained(both)
    both.a.add({"title": "Login  fails"})

    def lose():
        if is_edited:
            [issue] = both.b.records.values()
            both.b.edit(issue.id, {"status": "Doing"})
        raise LOST

    once(both.b, "create", "applied", lose)
    hinted(both)
    drained(both)
    assert states() == [Link.State.CREATING]

    minutes(both, 3)

    [issue] = both.b.records.values()
    assert issue.fields["title"] == "Login fails"
    assert issue.fields["status"] == both.a.records["1"].fields["status"]
    assert both.a.records["1"].fields["title"] == "Login  fails"
    assert both.b.calls.count("create") == 1
    assert SyncLog.objects.filter(action="adopted").count() == 1
    assert held() == set()
    assert is_silent(both)


def test_row_03_an_update_whose_answer_was_lost_is_no_conflict(linked):
    linked.b.is_lossy = True
    once(linked.b, "update", "applied", failing(LOST))
    linked.a.edit("1", {"title": "Changed\there"})
    hinted(linked)

    minutes(linked, 2)

    assert linked.b.records["1"].rev == 2, "a second visible change"
    assert linked.b.records["1"].fields["title"] == "Changed here"
    assert linked.a.records["1"].fields["title"] == "Changed\there"
    assert held() == set()
    assert is_silent(linked)


@pytest.mark.parametrize("moment", ["before", "applied"])
@pytest.mark.parametrize("call", ["add_comment", "upload"])
def test_row_04_a_copy_whose_answer_was_lost_is_made_once(linked, call, moment):
    once(linked.b, call, moment, failing(LOST))
    everything_changes(linked)

    minutes(linked, 4)

    check_everything(linked)
    assert linked.b.calls.count(call) == {"before": 2, "applied": 1}[moment]


def test_row_05_waits_as_long_as_the_search_may_lag(both):
    both.b.search_lag = timedelta(hours=1)
    drained(both)
    both.a.add({"title": "Login fails"})
    once(both.b, "create", "applied", failing(LOST))
    hinted(both)
    drained(both)

    for _ in range(4):
        minute(both, 11)
    assert both.b.calls.count("find") >= 1
    assert both.b.calls.count("create") == 1

    both.b.search_lag = timedelta(0)
    minutes(both, 2)
    assert len(both.b.records) == 1
    assert states() == [Link.State.ACTIVE]


def test_row_05_creates_again_once_the_search_would_surely_show_it(both):
    drained(both)
    both.a.add({"title": "Login fails"})
    once(both.b, "create", "before", failing(LOST))
    hinted(both)
    drained(both)

    minutes(both, 4)

    assert both.b.calls.count("create") == 2
    assert both.b.calls.count("find") >= 2
    assert len(both.b.records) == 1


def test_row_07_a_worker_that_wakes_up_late_leaves_a_closed_twin_and_nothing_else(both):
    drained(both)
    both.a.add({"title": "Login fails"})

    def sleep():
        minutes(both, 5)

    once(both.b, "create", "before", sleep)
    hinted(both)
    drained(both)
    minutes(both, 3)

    assert states() == [Link.State.ACTIVE]
    kept = both.b.records[LinkEnd.objects.get(side="b").item_id]
    [twin] = [one for one in both.b.records.values() if one is not kept]
    assert (kept.fields["status"], twin.fields["status"]) == ("Open", "Done")
    assert twin.comments[0].body.md.startswith(f"This is a duplicate of {kept.scope}-{kept.id}")
    assert len(both.a.records) == 1, "a copy came back"
    assert SyncLog.objects.filter(action="compensated").count() == 1


def test_row_07_a_worker_that_wakes_up_late_remembers_nothing(linked):
    linked.a.edit("1", {"title": "Second"})

    def sleep():
        linked.a.edit("1", {"title": "Third"})
        minutes(linked, 5)
        assert linked.b.records["1"].fields["title"] == "Third"

    once(linked.b, "fetch", "applied", sleep)
    hinted(linked)
    drained(linked)
    minutes(linked, 3)

    assert linked.a.records["1"].fields["title"] == "Third"
    assert linked.b.records["1"].fields["title"] == "Third"
    assert held() == set()
    assert open_tasks() == 0


@pytest.mark.parametrize("is_dead", [False, True])
def test_row_11_our_own_creation_that_comes_back_at_once_is_adopted(both, is_dead):
    drained(both)
    both.a.add({"title": "Login fails"})

    def webhook():
        [issue] = both.b.records.values()
        hinted(both, "b", issue.id)
        if is_dead:
            raise CrashError

    once(both.b, "create", "applied", webhook)
    hinted(both)
    if is_dead:
        with pytest.raises(CrashError):
            drained(both)
    else:
        drained(both)
    minutes(both, 4)

    assert len(both.a.records) == len(both.b.records) == 1
    assert states() == [Link.State.ACTIVE]
    assert open_tasks() == 0


def test_row_12_without_any_hook_the_end_is_the_same(both):
    minute(both)
    both.a.add({"title": "Login  fails"})
    both.b.add({"title": "Found there"})
    minutes(both, 2)
    both.a.edit("1", {"title": "Changed  here"})
    both.b.edit("1", {"status": "Done"})

    minutes(both, 3)

    titles = [{one.fields["title"] for one in side.records.values()} for side in (both.a, both.b)]
    assert titles[0] == titles[1] == {"Changed  here", "Found there"}
    assert {len(both.a.records), len(both.b.records)} == {2}
    assert System.objects.filter(status=System.Status.OK).count() == 2
    assert is_silent(both)
