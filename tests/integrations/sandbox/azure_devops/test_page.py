"""The pages for people."""

import re

import pytest
import requests


@pytest.fixture
def visitor():
    with requests.Session() as session:
        yield session


@pytest.fixture
def page(azure, ken):
    made = ken.create(
        "Engineering", "Bug", title="Login fails", repro_steps="<p>It <b>fails</b></p>"
    )
    return f"{azure.url}/Engineering/_workitems/edit/{made.number}"


def test_lists_all_items(visitor, azure, page):
    text = visitor.get(f"{azure.url}/", timeout=10).text

    assert "Login fails" in text
    assert "/Engineering/_workitems/edit/1" in text


def test_shows_an_item_with_all_that_hangs_on_it(visitor, ken, page):
    ken.comment(1, "Seen <i>twice</i>")
    ken.comment(1, "and **again**", is_markdown=True)
    ken.attach(1, "app.log", b"x")

    text = visitor.get(page, timeout=10).text

    assert "<p>It <b>fails</b></p>" in text
    assert "Seen <i>twice</i>" in text
    assert "<strong>again</strong>" in text
    assert "app.log" in text


def test_escapes_what_people_write(visitor, ken, page):
    evil = '<img src=x onerror="alert(1)"><script>alert(1)</script>'
    ken.edit(1, title=evil, tags="<b>")
    ken.write_markdown(1, "repro_steps", evil)
    ken.comment(1, evil)

    response = visitor.get(page, timeout=10)

    assert "<script" not in response.text
    assert re.search(r"<img[^>]*onerror", response.text) is None
    assert "<b>" not in response.text.partition("Tags")[2]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_moves_to_another_state(visitor, ken, page):
    visitor.post(f"{page}/state", data={"state": "Active"}, timeout=10)

    assert ken.status(1) == "Active"


def test_asks_for_what_a_state_needs(visitor, azure, ken):
    number = ken.create("Operations", "Bug", title="Disk full", team="Search").number
    ken.set_status(number, "Active")
    url = f"{azure.url}/Operations/_workitems/edit/{number}"

    refused = visitor.post(f"{url}/state", data={"state": "Resolved"}, timeout=10)
    form = {"state": "Resolved", "root_cause": "Data"}
    done = visitor.post(f"{url}/state", data=form, timeout=10)

    assert (refused.status_code, "Root Cause" in refused.text) == (400, True)
    assert (done.status_code, ken.status(number)) == (200, "Resolved")


def test_edits_only_what_was_changed(visitor, ken, page):
    form = {
        "title": "Login fails often",
        "text": "<p>It <b>fails</b></p>",
        "priority": "1",
        "tags": "urgent; login",
        "assigned_to": "Mia Lund",
    }

    visitor.post(f"{page}/fields", data=form, timeout=10)

    item = ken.item(1)
    assert (item.values["System.Title"], item.values["System.Tags"]) == (
        "Login fails often",
        "login; urgent",
    )
    assert (item.values["System.AssignedTo"], item.rev) == ("mia", 2)


def test_comments_as_ken(visitor, ken, page):
    visitor.post(f"{page}/comment", data={"comment": "Hello <b>there</b>"}, timeout=10)

    (comment,) = ken.comments(1)
    assert (comment.author, comment.text) == ("ken", "<div>Hello <b>there</b></div>")


def test_creates_an_item_or_says_what_is_missing(visitor, azure):
    url = f"{azure.url}/Operations/_workitems/create"
    form = {"type": "Bug", "title": "Disk full", "text": "At night"}

    refused = visitor.post(url, data=form, timeout=10)
    made = visitor.post(url, data={**form, "team": "Search"}, timeout=10)

    assert (refused.status_code, "Team" in refused.text) == (400, True)
    assert made.url == f"{azure.url}/Operations/_workitems/edit/1"


def test_leads_to_the_project_of_a_moved_item(visitor, ken, page):
    ken.move(1, "Operations")

    assert visitor.get(page, timeout=10).url.endswith("/Operations/_workitems/edit/1")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Host": "rebound.example"}]
)
def test_takes_no_form_of_another_site(visitor, ken, page, headers):
    response = visitor.post(f"{page}/comment", data={"comment": "x"}, headers=headers, timeout=10)

    assert response.status_code == 403
    assert ken.comments(1) == []


@pytest.mark.parametrize(
    "path", ["/Engineering/_workitems/edit/9", "/Nope/_workitems/create", "/nothing"]
)
def test_says_what_cannot_be_shown(visitor, azure, path):
    response = visitor.get(azure.url + path, timeout=10)

    assert response.status_code == 404
    assert "Not possible" in response.text


def test_gives_a_file(visitor, azure, ken, page):
    made = ken.attach(1, "app.log", b"\x00")

    assert visitor.get(f"{azure.url}/files/{made.id}", timeout=10).content == b"\x00"
