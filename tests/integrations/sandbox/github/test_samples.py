"""Answers have the shape of captured ones."""

import pytest

from tests.contracts import sample
from tests.integrations.sandbox.github.conftest import SHOP


def captured(name):
    return sample(f"responses/github/{name}.json")["response"]


@pytest.fixture
def path(sync):
    return f"{SHOP}/issues/{sync.new_issue(labels=['bug'], assignees=['ken'])['number']}"


def test_has_the_fields_of_a_captured_issue(sync, path):
    expected = captured("issue.get")["body"]

    found = sync.call("GET", path).json()

    # An issue of old: once it was a pull request to the API as well.
    assert set(expected) - set(found) <= {"pull_request", "draft"}
    assert set(expected["user"]) <= set(found["user"])
    assert set(expected["labels"][0]) <= set(found["labels"][0])


def test_has_the_headers_of_a_captured_answer(sync, path):
    expected = {name.lower() for name in captured("issue.get")["headers"]}

    found = {name.lower() for name in sync.call("GET", path).headers}

    assert expected - found <= {"last-modified"}


def test_lists_issues_like_captured_ones(sync, path):
    expected = captured("issue.list.type-filter")["body"][0]

    found = sync.call("GET", f"{SHOP}/issues").json()[0]

    assert set(expected) - set(found) <= {"pull_request", "draft"}


def test_lists_comments_like_captured_ones(sync, path):
    sync.call("POST", f"{path}/comments", json={"body": "Seen"})
    expected = captured("issue.comments.page1")["body"][0]

    found = sync.call("GET", f"{path}/comments").json()[0]

    assert set(expected) <= set(found)


@pytest.mark.parametrize(
    ("name", "where"), [("error.404", "/repos/acme/none"), ("error.401.bad-credentials", "/user")]
)
def test_refuses_like_captured_refusals(sync, name, where):
    if "401" in name:
        sync.headers["Authorization"] = "Bearer wrong"
    expected = captured(name)

    found = sync.call("GET", where)

    assert found.status_code == expected["status"]
    assert found.json()["message"] == expected["body"]["message"]


def test_refuses_values_like_a_captured_refusal(sync):
    expected = captured("error.422")

    found = sync.call("POST", f"{SHOP}/issues", json={"title": " "})

    assert (found.status_code, found.json()["message"]) == (422, expected["body"]["message"])
    assert {"resource", "field", "code"} <= set(found.json()["errors"][0])
