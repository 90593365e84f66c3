"""Comments of one issue and of a whole repository."""

import pytest

from tests.integrations.sandbox.github.conftest import SHOP


def bodies(response):
    return [one["body"] for one in response.json()]


@pytest.fixture
def issue(sync):
    return f"{SHOP}/issues/{sync.new_issue()['number']}"


def test_comments_edits_and_deletes(sync, issue):
    made = sync.call("POST", f"{issue}/comments", json={"body": "First\r\nline"})
    path = f"{SHOP}/issues/comments/{made.json()['id']}"

    edited = sync.call("PATCH", path, json={"body": "Second"}).json()
    listed = bodies(sync.call("GET", f"{issue}/comments"))
    deleted = sync.call("DELETE", path).status_code

    assert (made.status_code, made.json()["body"]) == (201, "First\r\nline")
    assert (made.json()["user"]["login"], made.json()["author_association"]) == ("sync", "MEMBER")
    assert (edited["body"], listed, deleted) == ("Second", ["Second"], 204)
    assert sync.call("GET", path).status_code == 404
    assert sync.call("GET", issue).json()["comments"] == 0


def test_moves_the_time_of_the_issue(sync, issue, github):
    before = sync.call("GET", issue).json()["updated_at"]
    github.change_state({"clock_skew": 60})

    sync.call("POST", f"{issue}/comments", json={"body": "Seen"})

    after = sync.call("GET", issue).json()
    assert after["updated_at"] > before
    assert after["comments"] == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({}, '"body" wasn\'t supplied'),
        ({"text": "x"}, '"body" wasn\'t supplied'),
        ({"body": " \n"}, "Validation Failed"),
        ({"body": "x" * 65_537}, "Validation Failed"),
    ],
)
def test_refuses_a_comment_without_words_or_with_too_many(sync, issue, raw, message):
    refused = sync.send_loosely("POST", f"{issue}/comments", json=raw)

    assert refused.status_code == 422
    assert message in refused.json()["message"]


def test_lists_comments_of_all_issues(sync, ken, github):
    one, other = ken.create("acme/shop", "one"), ken.create("acme/shop", "other")
    first = ken.comment(other, "first")
    ken.comment(one, "second")
    github.change_state({"clock_skew": 60})
    ken.edit_comment(first.id, "first again")
    since = sync.call("GET", f"{SHOP}/issues/comments/{first.id}").json()["updated_at"]
    path = f"{SHOP}/issues/comments"

    plain = bodies(sync.call("GET", path))
    newest = bodies(sync.call("GET", path, params={"sort": "updated", "direction": "asc"}))
    recent = bodies(sync.call("GET", path, params={"since": since}))

    assert plain == ["first again", "second"]
    assert newest == ["second", "first again"]
    assert recent == ["first again"]


def test_pages(sync, ken):
    issue = ken.create("acme/shop", "one")
    for number in range(5):
        ken.comment(issue, str(number))

    every = sync.every(f"{SHOP}/issues/1/comments", per_page=2)

    assert [one["body"] for one in every] == ["0", "1", "2", "3", "4"]


def test_lets_only_writers_change_words_of_others(as_account, sync, issue):
    path = f"{issue}/comments"
    made = sync.call("POST", path, json={"body": "Mine"}).json()["id"]

    refused = as_account("reader").call(
        "PATCH", f"{SHOP}/issues/comments/{made}", json={"body": "Yours"}
    )
    allowed = as_account("mia").call(
        "PATCH", f"{SHOP}/issues/comments/{made}", json={"body": "Ours"}
    )

    assert (refused.status_code, allowed.status_code) == (403, 200)
    assert allowed.json()["user"]["login"] == "sync"


def test_sends_line_ends_of_people_as_browsers_do(sync, ken):
    issue = ken.create("acme/shop", "one", body="a\nb")
    ken.comment(issue, "c\nd")

    assert sync.call("GET", f"{SHOP}/issues/1").json()["body"] == "a\r\nb"
    assert bodies(sync.call("GET", f"{SHOP}/issues/1/comments")) == ["c\r\nd"]
