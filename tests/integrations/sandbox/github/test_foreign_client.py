"""A client that others wrote (PyPI: PyGithub) drives the sandbox: ours is not the measure."""

from datetime import UTC, datetime

import pytest
import requests
from github import Auth, Github, GithubException, UnknownObjectException

from tests.contracts import has_contracts, response_violations
from tests.integrations.sandbox.conftest import TOKENS
from tests.integrations.sandbox.github.conftest import OUTSIDE, SPEC


@pytest.fixture
def breaches(monkeypatch, github):
    """Return the breaches of the contract in every answer that the client gets."""
    found = []
    real_send = requests.Session.send

    def send(session, request, **options):
        response = real_send(session, request, **options)
        is_ours = request.url.startswith(github.url) and not OUTSIDE.search(request.path_url)
        if is_ours and has_contracts():
            found.extend(response_violations(SPEC, response))
        return response

    monkeypatch.setattr("requests.Session.send", send)
    return found


@pytest.fixture
def connect(github, breaches):
    clients = []

    def make(login):
        client = Github(
            auth=Auth.Token(TOKENS[login]),
            base_url=github.url,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            per_page=3,
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()
    assert breaches == []


@pytest.fixture
def client(connect):
    return connect("sync")


@pytest.fixture
def shop(client):
    return client.get_repo("acme/shop")


def test_tells_who_it_is(client):
    assert (client.get_user().login, client.get_user().id) == ("sync", 5002)
    assert [one.full_name for one in client.get_user().get_repos()] == [
        "acme/shop",
        "acme/ops",
        "acme/handbook",
    ]


def test_walks_an_issue_through_its_life(shop):
    spring = shop.create_milestone("Spring", due_on=datetime(2027, 3, 31, tzinfo=UTC))
    issue = shop.create_issue(
        "Login fails", "It **fails**.", labels=["bug", "billing"], milestone=spring
    )
    issue.add_to_assignees("ken", "mia")
    issue.remove_from_assignees("mia")
    issue.add_to_labels("urgent")
    issue.remove_from_labels("billing")
    issue.edit(title="Login fails twice")
    issue.create_comment("First").edit("Second")
    issue.edit(state="closed", state_reason="not_planned")

    found = shop.get_issue(issue.number)
    assert (found.title, found.state, found.state_reason) == (
        "Login fails twice",
        "closed",
        "not_planned",
    )
    assert [label.name for label in found.labels] == ["bug", "urgent"]
    assert [person.login for person in found.assignees] == ["ken"]
    assert [comment.body for comment in found.get_comments()] == ["Second"]
    assert (found.milestone.title, found.closed_by.login) == ("Spring", "sync")
    assert [event.event for event in found.get_events()][-1] == "closed"
    assert [one.event for one in found.get_timeline()].count("commented") == 1


def test_pages_through_everything(shop):
    numbers = [shop.create_issue(f"Issue {number}").number for number in range(8)]

    found = shop.get_issues(state="all", sort="created", direction="asc")

    assert [issue.number for issue in found] == numbers
    assert found.totalCount == 8


def test_reads_what_changed(shop, github):
    shop.create_issue("before")
    github.change_state({"clock_skew": 120})
    late = shop.create_issue("late")
    late.create_comment("A word")

    assert [issue.title for issue in shop.get_issues(since=late.created_at)] == ["late"]
    assert [one.body for one in shop.get_issues_comments(since=late.created_at)] == ["A word"]


def test_tells_pull_requests_from_issues(shop, ken):
    ken.open_pull_request("acme/shop", "Fix")
    shop.create_issue("Login fails")

    found = {issue.title: issue.pull_request is not None for issue in shop.get_issues()}

    assert found == {"Fix": True, "Login fails": False}


def test_makes_edits_and_deletes_labels(shop):
    label = shop.create_label("p/1", "b60205", "Soon")
    label.edit("p/2", "000000")
    names = [one.name for one in shop.get_labels()]
    shop.get_label("p/2").delete()

    assert "p/2" in names
    with pytest.raises(UnknownObjectException):
        shop.get_label("p/2")


def test_finds_issues(client, shop):
    shop.create_issue("Login fails", "<!-- marker-17 -->")

    found = client.search_issues("marker-17 in:body repo:acme/shop")

    assert [issue.title for issue in found] == ["Login fails"]


def test_follows_an_issue_to_its_new_place(shop, ken):
    ken.create("acme/shop", "Disk full")
    ken.transfer("acme/shop#1", "acme/ops")

    found = shop.get_issue(1)

    assert (found.title, found.repository.full_name) == ("Disk full", "acme/ops")


def test_registers_a_webhook(connect, inbox):
    shop = connect("admin").get_repo("acme/shop")
    config = {"url": inbox.url, "content_type": "json", "secret": "between us"}

    hook = shop.create_hook("web", config, ["issues"])

    assert inbox.heard.get(timeout=5)[0]["X-GitHub-Event"] == "ping"
    assert [one.id for one in shop.get_hooks()] == [hook.id]
    hook.delete()
    assert list(shop.get_hooks()) == []


def test_knows_people(shop):
    assert shop.has_in_assignees("ken")
    assert shop.get_collaborator_permission("reader") == "read"
    assert "mia" in [person.login for person in shop.get_assignees()]


def test_is_told_what_was_wrong(shop):
    with pytest.raises(GithubException) as refusal:
        shop.create_issue("x", assignees=["nobody"])

    assert refusal.value.status == 422
    assert refusal.value.data["errors"][0]["field"] == "assignees"


def test_knows_its_limits(client):
    limits = client.get_rate_limit()

    assert limits.resources.core.limit == 5000


def test_locks_and_unlocks(shop):
    issue = shop.create_issue("Login fails")
    issue.lock("resolved")
    locked = shop.get_issue(1).locked
    issue.unlock()

    assert (locked, shop.get_issue(1).locked) == (True, False)
