"""The pages for people."""

import pytest
import requests


@pytest.fixture
def visitor(jira):
    with requests.Session() as session:
        yield session


@pytest.fixture
def ken(jira):
    return jira.as_human()


@pytest.fixture
def page(jira, ken):
    key = ken.create("ENG", "Bug", summary="Login fails", description="It *fails*.").key
    return f"{jira.url}/browse/{key}"


def test_lists_all_issues(visitor, jira, page):
    text = visitor.get(jira.url, timeout=10).text

    assert "Login fails" in text
    assert "/browse/ENG-1" in text


def test_shows_an_issue_with_all_that_hangs_on_it(visitor, ken, page):
    ken.comment("ENG-1", "Seen _twice_")
    ken.attach("ENG-1", "app.log", b"x")

    text = visitor.get(page, timeout=10).text

    assert "<p>It <strong>fails</strong>.</p>" in text
    assert "Seen <em>twice</em>" in text
    assert "app.log" in text


def test_escapes_what_people_write(visitor, ken, page):
    evil = '<img src=x onerror="alert(1)">'
    ken.edit("ENG-1", summary=evil, description=evil, labels=["<b>"])
    ken.comment("ENG-1", evil)

    response = visitor.get(page, timeout=10)

    assert "<img" not in response.text
    assert "<b>" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_takes_a_step_of_the_workflow(visitor, ken, page):
    visitor.post(f"{page}/status", data={"step": "11"}, timeout=10)

    assert ken.status("ENG-1") == "In Progress"


def test_asks_for_a_resolution_where_the_screen_does(visitor, ken, page):
    ken.set_status("ENG-1", "In Review")

    refused = visitor.post(f"{page}/status", data={"step": "31"}, timeout=10)
    done = visitor.post(f"{page}/status", data={"step": "31", "resolution": "10000"}, timeout=10)

    assert (refused.status_code, "Resolution is required." in refused.text) == (400, True)
    assert (done.status_code, ken.status("ENG-1")) == (200, "Done")


def test_edits_only_what_was_changed(visitor, jira, ken, page):
    before = ken.issue("ENG-1").values
    form = {
        "summary": "Login fails often",
        "description": "It *fails*.",
        "priority": "High",
        "labels": "login urgent",
        "assignee": "Mia Lund",
    }

    visitor.post(f"{page}/edit", data=form, timeout=10)

    after = ken.issue("ENG-1").values
    assert (after["summary"], after["labels"]) == ("Login fails often", ["login", "urgent"])
    assert (after["assignee"], after["priority"]) == ("mia", "2")
    assert after["description"] == before["description"]


def test_comments_as_ken(visitor, ken, page):
    visitor.post(f"{page}/comment", data={"text": "Hello *there*"}, timeout=10)

    (comment,) = ken.comments("ENG-1")
    assert (comment.author, ken.text(comment.body)) == ("ken", "Hello *there*")


def test_creates_an_issue_or_says_what_is_missing(visitor, jira, ken):
    form = {"type": "10004", "summary": "Disk full", "description": "At night"}
    url = f"{jira.url}/create/OPS"

    refused = visitor.post(url, data=form, timeout=10)
    made = visitor.post(url, data={**form, "team": "Search"}, timeout=10)

    assert (refused.status_code, "Team is required." in refused.text) == (400, True)
    assert made.url == f"{jira.url}/browse/OPS-1"


def test_follows_the_key_of_a_moved_issue(visitor, ken, page):
    ken.move("ENG-1", "OPS")

    assert visitor.get(page, timeout=10).url.endswith("/browse/OPS-1")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Host": "rebound.example"}],
)
def test_takes_no_form_of_another_site(visitor, ken, page, headers):
    response = visitor.post(f"{page}/comment", data={"text": "x"}, headers=headers, timeout=10)

    assert response.status_code == 403
    assert ken.comments("ENG-1") == []


@pytest.mark.parametrize("path", ["/browse/ENG-9", "/create/NOPE", "/nothing"])
def test_says_what_cannot_be_shown(visitor, jira, path):
    response = visitor.get(jira.url + path, timeout=10)

    assert response.status_code == 404
    assert "Not possible" in response.text
