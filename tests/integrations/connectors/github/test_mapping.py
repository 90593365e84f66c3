from datetime import UTC, datetime
from uuid import uuid4

import pytest

from integrations.base.items import Person, Rich, Want
from integrations.connectors.github.mapping import (
    Reader,
    is_issue,
    item_id,
    number_of,
    repository_of,
    rev_of,
)
from integrations.connectors.github.shapes import FIELDS, STATUSES, state_of, status_of, type_specs
from tests.contracts import sample

SCOPE = "PyGithub/PyGithub"
WHOLE = Want(frozenset(FIELDS))


def captured(name):
    return sample(f"responses/github/{name}.json")["response"]["body"]


@pytest.fixture
def reader():
    return Reader(uuid4(), "327146")


@pytest.fixture
def raw():
    return {
        "id": 9007,
        "number": 7,
        "title": "Login fails",
        "body": "It **breaks**.",
        "state": "open",
        "state_reason": None,
        "labels": [{"id": 1, "name": "bug"}, "urgent"],
        "assignees": [],
        "milestone": None,
        "user": None,
        "comments": 0,
        "html_url": "https://github.com/acme/shop/issues/7",
        "repository_url": "https://git.example.com/api/v3/repos/acme/shop",
        "created_at": "2026-11-22T10:00:00Z",
        "updated_at": "2026-11-22T11:00:00Z",
    }


@pytest.mark.parametrize(
    ("name", "key", "status", "assignees"),
    [
        ("issue.get", "PyGithub#28", "Closed as completed", {"jacquev6"}),
        ("issue.create", "PyGithub#30", "Open", {"stuglaser", "jacquev6"}),
        (
            "issue.patch.not_planned",
            "PyGithub#28",
            "Closed as not planned",
            {"stuglaser", "jacquev6"},
        ),
    ],
)
def test_reads_captured_issues(reader, name, key, status, assignees):
    raw = {"repository_url": f"https://api.github.com/repos/{SCOPE}", **captured(name)}

    item = reader.item(raw, SCOPE, WHOLE)

    assert is_issue(raw)
    assert (item.key, item.fields["state"]) == (key, status)
    assert item.fields["assignees"] == assignees
    assert item.is_author_us
    assert item.marker is None


def test_reads_a_captured_list(reader):
    items = [reader.item(raw, SCOPE, WHOLE) for raw in captured("issue.list.type-filter")]

    assert items
    assert {item.type for item in items} == {"Bug"}
    assert len({item.ref.id for item in items}) == len(items)


def test_reads_captured_comments(reader):
    comments = [reader.comment(raw) for raw in captured("issue.comments.page1")]

    assert comments[0].author == Person("327146", "jacquev6")
    assert comments[0].body.md.startswith("Thank you for reporting this.")
    assert comments[0].created_at == datetime(2012, 4, 17, 5, 50, 25, tzinfo=UTC)
    assert {comment.marker for comment in comments} == {None}


def test_reads_an_author_who_is_gone_as_nobody(reader, raw):
    item = reader.item(raw, "acme/shop", WHOLE)

    assert (item.fields["user"], item.is_author_us) == (None, False)


def test_reads_labels_of_both_forms(reader, raw):
    assert reader.item(raw, "acme/shop", WHOLE).fields["labels"] == {"bug", "urgent"}


def test_knows_an_issue_by_number_and_id(raw):
    assert item_id(raw) == "7-9007"
    assert number_of("7-9007") == "7"


def test_finds_the_repository_on_a_server_of_ones_own(raw):
    assert repository_of(raw) == "acme/shop"


@pytest.mark.parametrize(
    ("pull", "is_one"),
    [(None, True), ({"url": None, "html_url": None}, True), ({"url": "https://x"}, False)],
)
def test_tells_pull_requests_from_issues(raw, pull, is_one):
    assert is_issue({**raw, "pull_request": pull}) is is_one


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"body": None},
        {"state": "closed"},
        {"comments": 1},
        {"labels": []},
        {"assignees": [{"id": 3, "login": "mia"}]},
        {"milestone": {"number": 1, "title": "1.0"}},
        {"type": {"name": "Bug"}},
        {"updated_at": "2026-11-22T11:00:01Z"},
    ],
)
def test_sees_every_change_in_the_revision(raw, change):
    assert rev_of({**raw, **change}) != rev_of(raw)


def test_sees_no_change_in_the_order_of_labels(raw):
    assert rev_of({**raw, "labels": raw["labels"][::-1]}) == rev_of(raw)


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        ("open", None, "Open"),
        ("open", "reopened", "Open"),
        ("closed", None, "Closed as completed"),
        ("closed", "completed", "Closed as completed"),
        ("closed", "not_planned", "Closed as not planned"),
        ("closed", "duplicate", "Closed as duplicate"),
        ("closed", "some-day", "Closed as completed"),
    ],
)
def test_names_the_status(state, reason, status):
    assert status_of({"state": state, "state_reason": reason}) == status


def test_writes_every_status_that_it_reads():
    for option in STATUSES:
        assert status_of({"state_reason": None, **state_of(option.name)}) == option.name


def test_leaves_out_types_that_are_switched_off():
    types = [{"name": "Bug", "is_enabled": True}, {"name": "Epic", "is_enabled": False}]

    assert [one.name for one in type_specs(types, [], [])] == ["Issue", "Bug"]


def test_reads_an_empty_comment(reader, raw):
    comment = reader.comment({**raw, "body": None})

    assert (comment.body, comment.author.name) == (Rich(""), "ghost")


@pytest.mark.parametrize(
    ("branch", "shown"), [("release/2.4", "release/2.4"), ("", "HEAD"), ("a b", "a%20b")]
)
def test_gives_the_address_of_the_files_on_the_branch(raw, branch, shown):
    reader = Reader(uuid4(), "1", branch)

    item = reader.item(raw, "acme/shop", Want(frozenset({"files_url"})))

    assert item.fields == {"files_url": f"https://github.com/acme/shop/tree/{shown}"}
