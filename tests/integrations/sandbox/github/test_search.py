"""Search: qualifiers, words, lag."""

import pytest

from tests.integrations.sandbox.github.conftest import SHOP

_MARKER = "<!-- qa-sync: site=a defect=17 -->"


@pytest.fixture
def filled(ken, github):
    mia = github.as_human("mia")
    ken.make_label("acme/shop", "severity: major")
    ken.create(
        "acme/shop", "Login fails", body=_MARKER, labels=["bug", "severity: major"], type="Bug"
    )
    ken.close(mia.create("acme/shop", "Export", body="login as well", assignees=["ken"]))
    ken.open_pull_request("acme/shop", "Fix the login")
    ken.comment(mia.create("acme/ops", "Disk full"), "No login possible")


def find(caller, query, **params):
    response = caller.call("GET", "/search/issues", params={"q": query, **params})
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["total_count"] == len(body["items"])
    return {one["title"] for one in body["items"]}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("login", {"Login fails", "Export", "Fix the login", "Disk full"}),
        ("login in:title", {"Login fails", "Fix the login"}),
        ("login in:body repo:acme/shop", {"Export"}),
        ('"qa-sync: site=a defect=17" in:body', {"Login fails"}),
        ("repo:acme/shop is:issue", {"Login fails", "Export"}),
        ("is:pr", {"Fix the login"}),
        ("is:closed", {"Export"}),
        ("state:open -is:pr org:acme", {"Login fails", "Disk full"}),
        ('label:"severity: major"', {"Login fails"}),
        ("-label:bug author:mia", {"Export", "Disk full"}),
        ("assignee:ken", {"Export"}),
        ("reason:completed", {"Export"}),
        ("type:bug", {"Login fails"}),
        ("disk -full", set()),
        ("created:>=2020-01-01 is:closed", {"Export"}),
        ("updated:<2020-01-01", set()),
        ("created:2020-01-01..2999-12-31 is:pr", {"Fix the login"}),
        ("author:@me", set()),
    ],
)
def test_finds(sync, filled, query, titles):
    assert find(sync, query) == titles


def test_finds_what_is_seen_only(as_account, filled):
    assert find(as_account("outsider"), "login") == set()


def test_sorts_and_pages(sync, filled):
    params = {"q": "login", "sort": "created", "order": "asc", "per_page": 3}

    first = sync.call("GET", "/search/issues", params=params)
    second = sync.call("GET", first.links["next"]["url"])

    assert first.json()["items"][0]["title"] == "Login fails"
    assert [one["title"] for one in second.json()["items"]] == ["Disk full"]
    assert second.json()["total_count"] == 4


def test_lags_behind(sync, ken, github):
    github.change_state({"search_lag": 30})
    ken.create("acme/shop", "Login fails")

    behind = find(sync, "login")
    github.change_state({"search_lag": 0})

    assert (behind, find(sync, "login")) == (set(), {"Login fails"})
    assert len(sync.call("GET", f"{SHOP}/issues").json()) == 1


@pytest.mark.parametrize("query", ["", "repo:acme/none x", "is:broken", "created:soon"])
def test_refuses_a_query_that_it_does_not_understand(sync, query):
    refused = sync.send_loosely("GET", "/search/issues", params={"q": query})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["resource"] == "Search"
