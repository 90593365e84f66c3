"""Row 6: a process that dies at any call leaves what a process that lives would have left."""

import pytest

from tests.integrations.matrix.hands import (
    drained,
    held,
    hinted,
    is_silent,
    minute,
    minutes,
    once,
    open_tasks,
    texts,
)

CALLS = ["changed_since", "fetch", "create", "update", "add_comment", "upload"]


class CrashError(BaseException):
    """The process died: nothing may catch this but the test."""


@pytest.mark.parametrize("moment", ["before", "applied"])
@pytest.mark.parametrize("call", CALLS)
def test_row_06_a_crash_at_any_call_changes_nothing_in_the_end(both, call, moment):
    both.b.is_lossy = True
    died = []

    def die():
        died.append(call)
        raise CrashError

    minute(both)
    once(both.b, call, moment, die)
    both.a.add({"title": "Login  fails", "labels": frozenset({"Web"})})
    both.a.comment("1", "Seen.")
    both.a.attach("1", "log.txt", "text/plain", b"a log")
    hinted(both)
    for step in range(3):
        if step == 1:
            both.a.edit("1", {"title": "Login  fails often"})
            hinted(both)
        try:
            drained(both)
            minute(both)
        except CrashError:
            both.pass_time(130)
    minutes(both, 4)

    assert died == [call]
    [issue] = both.b.records.values()
    assert len(both.a.records) == 1
    assert issue.fields["title"] == "Login fails often"
    assert both.a.records["1"].fields["title"] == "Login  fails often"
    assert texts(both.b, issue.id) == ["Seen."]
    assert len(issue.attachments) == 1
    assert held() == set()
    assert open_tasks() == 0
    assert is_silent(both)
