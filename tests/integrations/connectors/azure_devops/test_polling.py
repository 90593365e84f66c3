import json

import pytest

from integrations.base.errors import ScopeError
from integrations.base.items import Want
from tests.integrations.connectors.azure_devops.conftest import ENG

TITLE = Want(frozenset({"System.Title"}))
BARE = Want(frozenset())
WHOLE = Want(frozenset({"System.Title"}), comments=True, attachments=True)


def poll(connector, cursor, want=BARE, scope=ENG):
    """Poll to the end; the cursor goes through JSON as it does in the database."""
    items = []
    while True:
        page = connector.changed_since(scope, cursor, want)
        cursor = json.loads(json.dumps(page.cursor))
        items += page.items
        if not page.has_more:
            return items, cursor


def test_an_idle_poll_is_one_call(connector, bug, calls):
    cursor = poll(connector, None)[1]
    cursor = poll(connector, cursor)[1]
    calls.clear()

    assert poll(connector, cursor) == ([], cursor)
    assert len(calls) == 1


def test_a_poll_with_changes_is_one_call_as_well(connector, ken, calls):
    cursor = poll(connector, poll(connector, None)[1])[1]
    made = [ken.create("Engineering", "Task", title=f"Task {n}") for n in range(5)]
    calls.clear()

    changed, _cursor = poll(connector, cursor)

    assert [item.ref.id for item in changed] == [str(item.number) for item in made]
    assert [item.rev for item in changed] == ["1"] * 5
    assert [path for _method, path, _status in calls] == [
        f"/contoso/{ENG}/_apis/wit/reporting/workitemrevisions"
    ]


def test_tells_of_each_item_the_last_revision_only(connector, ken, bug):
    cursor = poll(connector, poll(connector, None)[1])[1]
    for number in range(3):
        ken.edit(bug.number, title=f"Title {number}")

    [changed], _cursor = poll(connector, cursor)

    assert changed.rev == str(ken.item(bug.number).rev)


def test_tells_of_deletions(connector, ken, bug, ref):
    cursor = poll(connector, poll(connector, None)[1])[1]
    ken.delete(bug.number)

    for want in (BARE, TITLE):
        [changed], _cursor = poll(connector, cursor, want)
        assert changed.ref == ref(bug)
        assert int(changed.rev) > bug.rev


def test_walks_through_pages(connector, azure, ken, monkeypatch):
    monkeypatch.setattr("integrations.connectors.azure_devops.feed.MANY", 2)
    cursor = poll(connector, poll(connector, None)[1])[1]
    made = [str(ken.create("Engineering", "Task", title=f"Task {n}").number) for n in range(5)]

    page = connector.changed_since(ENG, cursor, BARE)
    changed, _cursor = poll(connector, cursor)

    assert page.has_more
    assert [item.ref.id for item in changed] == made


def test_keeps_projects_apart(connector, ken):
    cursor = poll(connector, poll(connector, None)[1])[1]
    ken.create("Operations", "Issue", title="Elsewhere")

    assert poll(connector, cursor)[0] == []


def test_begins_now(connector, bug):
    page = connector.changed_since(ENG, None, BARE)

    assert list(page.items) == []
    assert not page.has_more


def test_cannot_poll_a_project_that_is_not_there(connector):
    with pytest.raises(ScopeError):
        connector.changed_since("NOPE", None, BARE)
    with pytest.raises(ScopeError):
        connector.changed_since("NOPE", {"token": "1;1;1"}, BARE)
