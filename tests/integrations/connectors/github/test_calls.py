"""What each deed costs in calls, and that a poll without changes costs nothing at all."""

import pytest

from integrations.base.items import NewComment, Person, Ref, Rich, Want

SHOP = "acme/shop"
TITLE = Want(frozenset({"title"}))


@pytest.fixture
def connector(connect, github):
    return connect(account_id=str(github.account("sync").id))


@pytest.fixture
def item(connector, calls):
    made = connector.create(
        SHOP, "Issue", {"title": "Login fails", "body": Rich("It breaks.")}, "m"
    )
    calls.clear()
    return made


def drained(connector, cursor):
    while True:
        page = connector.changed_since(SHOP, cursor, TITLE)
        cursor = page.cursor
        if not page.has_more:
            return cursor


@pytest.fixture
def idle(connector, item, calls):
    """Return a cursor after which nothing happened."""
    cursor = drained(connector, drained(connector, None))
    calls.clear()
    return cursor


def test_creates_in_one_call(connector, calls):
    connector.create(SHOP, "Bug", {"title": "One", "labels": frozenset({"new"})}, "m")

    assert len(calls) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Login works"},
        {"body": Rich("It works.")},
        {"state": "Closed as not planned", "labels": frozenset({"a"}), "assignee": None},
    ],
)
def test_edits_in_one_call(connector, item, calls, changes):
    connector.update(item, changes)

    assert [call[0] for call in calls] == ["PATCH"]


def test_comments_in_one_call(connector, item, calls):
    comment = NewComment(Rich("Seen."), Person(None, "Ada"), "DEF-1", "https://p.example/1", "m-1")

    made = connector.add_comment(item.ref, comment)
    connector.edit_comment(item.ref, made.id, comment)
    connector.delete_comment(item.ref, made.id)

    assert [call[0] for call in calls] == ["POST", "PATCH", "DELETE"]


def test_polls_in_two_calls_that_are_not_counted(connector, idle, calls, github):
    used = github.site.quota.overview(github.account("sync"))["core"]["used"]

    page = connector.changed_since(SHOP, idle, TITLE)

    assert (page.items, page.has_more) == ([], False)
    assert [(method, status) for method, _path, status in calls] == [("GET", 304)] * 2
    assert github.site.quota.overview(github.account("sync"))["core"]["used"] == used


def test_reads_a_hundred_changes_in_four_calls(connector, idle, calls, ken):
    for number in range(90):
        ken.create(SHOP, f"Issue {number}")
    ken.comment(f"{SHOP}#1", "Seen.")

    drained(connector, idle)

    assert len(calls) == 4


def test_fetches_many_of_the_latest_in_one_call(connector, calls, ken):
    issues = [ken.create(SHOP, f"Issue {number}") for number in range(20)]
    refs = [Ref(connector.system.id, SHOP, f"{issue.number}-{issue.id}") for issue in issues]

    connector.fetch(refs, TITLE)

    assert len(calls) == 1


def test_takes_a_census_by_the_hundred(connector, calls, ken):
    for number in range(101):
        ken.create(SHOP, f"Issue {number}")

    assert len(list(connector.census(SHOP, ""))) == 101
    assert len(calls) == 2
