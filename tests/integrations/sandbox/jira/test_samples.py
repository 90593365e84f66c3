"""Answers have the shape of captured ones."""

import pytest

from tests.contracts import sample

_NOT_KEPT = {
    # time tracking, ranks and security of real sites, which nobody syncs here
    "aggregateprogress",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
    "aggregatetimespent",
    "issuerestriction",
    "progress",
    "statuscategorychangedate",
    "timeestimate",
    "timeoriginalestimate",
    "timespent",
    "worklog",
}


def body(name):
    return sample(f"responses/{name}.json")["response"]["body"]


@pytest.fixture
def key(sync):
    return sync.new_issue(labels=["a"])


def test_has_the_fields_of_a_captured_issue(on_server):
    captured = body("jira-server/issue.get")

    issue = on_server.call("GET", f"/issue/{on_server.new_issue()}").json()

    assert set(captured) <= set(issue)
    assert set(captured["fields"]) - set(issue["fields"]) == _NOT_KEPT
    assert set(captured["fields"]["status"]) <= set(issue["fields"]["status"])
    assert set(captured["fields"]["priority"]) <= set(issue["fields"]["priority"])


def test_describes_people_like_a_captured_caller(on_cloud):
    captured = body("jira-cloud/myself")

    me = on_cloud.call("GET", "/myself").json()

    assert set(captured) - set(me) == {"key", "name"}  # always empty on Cloud since 2019


@pytest.mark.parametrize(
    ("name", "method", "path", "options"),
    [
        ("comment.create", "POST", "/issue/{}/comment", {"json": {"body": None}}),
        ("comments", "GET", "/issue/{}/comment", {}),
        ("changelog", "GET", "/issue/{}/changelog", {}),
        ("transitions", "GET", "/issue/{}/transitions", {}),
        ("createmeta.issuetypes", "GET", "/issue/createmeta/ENG/issuetypes", {}),
        ("error.404", "GET", "/issue/NOPE-1", {}),
        ("error.410.search-removed", "GET", "/search", {}),
    ],
)
def test_has_the_keys_of_a_captured_answer(on_cloud, name, method, path, options):
    key = on_cloud.new_issue()
    if "json" in options:
        options = {"json": {"body": on_cloud.text("Seen")}}

    answer = on_cloud.call(method, path.format(key), **options)

    captured = sample(f"responses/jira-cloud/{name}.json")["response"]
    assert answer.status_code == captured["status"]
    assert set(captured["body"]) - set(answer.json()) <= {"nextPage", "visibility"}


def test_refuses_like_captured_refusals(on_server):
    fields = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}}

    answer = on_server.call("POST", "/issue", json={"fields": fields})

    assert answer.json() == body("jira-server/error.400")


def test_lists_comments_like_captured_ones(on_server):
    key = on_server.new_issue()
    on_server.call("POST", f"/issue/{key}/comment", json={"body": "Seen"})

    page = on_server.call("GET", f"/issue/{key}/comment").json()

    captured = body("jira-server/comments")
    assert set(page) == set(captured)
    assert set(captured["comments"][0]) - set(page["comments"][0]) == {"jsdPublic"}
