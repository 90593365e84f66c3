"""Labels, milestones and types of a repository."""

import pytest

from tests.integrations.sandbox.github.conftest import SHOP


def test_begins_with_the_labels_of_every_new_repository(sync):
    found = {one["name"]: one for one in sync.every(f"{SHOP}/labels")}

    assert len(found) == 9
    assert (found["bug"]["color"], found["bug"]["default"]) == ("d73a4a", True)


def test_makes_renames_and_deletes_a_label(sync):
    made = sync.call("POST", f"{SHOP}/labels", json={"name": "p/1", "color": "B60205"})
    sync.new_issue(labels=["p/1"])
    change = {"new_name": "P/2", "description": "Soon"}

    changed = sync.call("PATCH", f"{SHOP}/labels/p%2F1", json=change).json()
    worn = sync.call("GET", f"{SHOP}/issues/1").json()["labels"]
    deleted = sync.call("DELETE", f"{SHOP}/labels/P%2F2").status_code

    assert (made.status_code, made.json()["color"]) == (201, "b60205")
    assert (changed["name"], changed["description"]) == ("P/2", "Soon")
    assert [one["name"] for one in worn] == ["P/2"]
    assert deleted == 204
    assert sync.call("GET", f"{SHOP}/issues/1").json()["labels"] == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"name": "BUG"}, "already_exists"),
        ({"name": " "}, "missing_field"),
        ({"name": "x", "color": "#ff0000"}, "invalid"),
        ({"name": "x" * 51}, "custom"),
        ({"name": "x", "description": "d" * 101}, "custom"),
    ],
)
def test_refuses_a_label(sync, raw, code):
    refused = sync.call("POST", f"{SHOP}/labels", json=raw)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


def test_lets_only_writers_make_labels(as_account):
    refused = as_account("reader").call("POST", f"{SHOP}/labels", json={"name": "x"})

    assert refused.status_code == 404


def test_makes_closes_and_deletes_a_milestone(sync):
    raw = {"title": "Spring", "due_on": "2027-03-31T00:00:00Z"}
    made = sync.call("POST", f"{SHOP}/milestones", json=raw).json()
    sync.new_issue(milestone=made["number"])
    path = f"{SHOP}/milestones/{made['number']}"

    counted = sync.call("GET", path).json()
    closed = sync.call("PATCH", path, json={"state": "closed"}).json()
    open_ones = sync.call("GET", f"{SHOP}/milestones").json()
    every = sync.call("GET", f"{SHOP}/milestones", params={"state": "all"}).json()
    sync.call("DELETE", path)

    assert (made["due_on"], counted["open_issues"]) == ("2027-03-31T00:00:00Z", 1)
    assert (closed["state"], bool(closed["closed_at"])) == ("closed", True)
    assert (len(open_ones), len(every)) == (0, 1)
    assert sync.call("GET", f"{SHOP}/issues/1").json()["milestone"] is None


def test_refuses_a_second_milestone_of_that_title(sync):
    sync.call("POST", f"{SHOP}/milestones", json={"title": "Spring"})

    refused = sync.call("POST", f"{SHOP}/milestones", json={"title": "Spring"})

    assert refused.json()["errors"][0]["code"] == "already_exists"


def test_lists_types(sync):
    own = sync.call("GET", f"{SHOP}/issue-types").json()

    assert [one["name"] for one in own] == ["Task", "Bug", "Feature"]
    assert sync.call("GET", "/orgs/acme/issue-types").json() == own
