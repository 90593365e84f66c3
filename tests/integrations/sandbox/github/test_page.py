"""The pages for people."""

import pytest
import requests


@pytest.fixture
def visitor():
    with requests.Session() as session:
        yield session


@pytest.fixture
def page(github, ken):
    body = "It **fails**.\n\n<!-- marker-17 -->"
    ken.create("acme/shop", "Login fails", body=body, labels=["bug"])
    return f"{github.url}/acme/shop/issues/1"


def test_lists_all_issues(visitor, github, ken, page):
    ken.open_pull_request("acme/shop", "A fix")

    text = visitor.get(github.url, timeout=10).text

    assert "Login fails" in text
    assert "/acme/shop/issues/1" in text
    assert "/acme/shop/pull/2" in text
    assert "Issues are switched off." in text


def test_shows_an_issue_with_its_comments(visitor, ken, page):
    ken.comment("acme/shop#1", "Seen _twice_")

    text = visitor.get(page, timeout=10).text

    assert "<p>It <strong>fails</strong>.</p>" in text
    assert "Seen <em>twice</em>" in text
    assert "marker-17" not in text.split("Edit this issue")[0]


def test_escapes_what_people_write(visitor, ken, page):
    evil = '<img src=x onerror="alert(1)">'
    ken.edit("acme/shop#1", title=evil, body=f"{evil} [x](javascript:alert(1))", labels=["<b>"])
    ken.comment("acme/shop#1", evil)

    response = visitor.get(page, timeout=10)

    assert "<img" not in response.text
    assert "<b>" not in response.text
    assert 'href="javascript' not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_closes_and_reopens(visitor, ken, page):
    visitor.post(f"{page}/state", data={"reason": "not_planned"}, timeout=10)
    closed = ken.issue("acme/shop#1")
    visitor.post(f"{page}/state", data={"reason": "reopened"}, timeout=10)

    assert (closed.state, closed.state_reason) == ("closed", "not_planned")
    assert ken.issue("acme/shop#1").state == "open"


def test_edits_only_what_was_changed(visitor, ken, page):
    before = ken.issue("acme/shop#1")
    form = {
        "title": "Login fails often",
        "body": "It **fails**.\n\n<!-- marker-17 -->",
        "labels": "bug, urgent",
        "assignee": "mia",
        "milestone": "",
        "type": "Bug",
    }

    visitor.post(f"{page}/edit", data=form, timeout=10)

    after = ken.issue("acme/shop#1")
    assert (after.title, after.type, after.assignees) == ("Login fails often", "Bug", ["mia"])
    assert ken.labels(after) == ["bug", "urgent"]
    assert after.body == before.body


def test_says_what_cannot_be_saved(visitor, ken, page):
    form = {"title": "x" * 300, "body": "", "labels": "bug", "assignee": "", "type": ""}

    refused = visitor.post(f"{page}/edit", data=form, timeout=10)

    assert refused.status_code == 400
    assert "title is too long (maximum is 256 characters)" in refused.text
    assert ken.issue("acme/shop#1").title == "Login fails"


def test_comments_as_ken(visitor, ken, page):
    visitor.post(f"{page}/comment", data={"text": "Hello\n**there**"}, timeout=10)

    (comment,) = ken.comments("acme/shop#1")
    assert (comment.author, comment.body) == ("ken", "Hello\r\n**there**")


def test_creates_an_issue_or_says_what_is_missing(visitor, github, ken):
    url = f"{github.url}/acme/ops/issues/new"

    refused = visitor.post(url, data={"title": " ", "body": "At night", "type": ""}, timeout=10)
    made = visitor.post(url, data={"title": "Disk full", "body": "", "type": "Bug"}, timeout=10)

    assert (refused.status_code, "title: missing field" in refused.text) == (400, True)
    assert made.url == f"{github.url}/acme/ops/issues/1"


def test_follows_a_moved_issue(visitor, ken, page):
    ken.transfer("acme/shop#1", "acme/ops")

    assert visitor.get(page, timeout=10).url.endswith("/acme/ops/issues/1")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Host": "rebound.example"}],
)
def test_takes_no_form_of_another_site(visitor, ken, page, headers):
    response = visitor.post(f"{page}/comment", data={"text": "x"}, headers=headers, timeout=10)

    assert response.status_code == 403
    assert ken.comments("acme/shop#1") == []


@pytest.mark.parametrize("path", ["/acme/shop/issues/9", "/acme/none/issues/new", "/nothing"])
def test_says_what_cannot_be_shown(visitor, github, path):
    response = visitor.get(github.url + path, timeout=10)

    assert response.status_code == 404
    assert "Not possible" in response.text
