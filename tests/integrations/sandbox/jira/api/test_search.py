"""Search on both faces, and what JQL finds."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest


def keys(caller, jql, **more):
    """Return the keys that a query finds, on either face."""
    path = "/search/jql" if caller.deployment == "Cloud" else "/search"
    response = caller.call("POST", path, json={"jql": jql, "fields": ["summary"], **more})
    assert response.status_code == 200, response.text
    return [issue["key"] for issue in response.json()["issues"]]


def refusal(caller, jql):
    """Return what is said of a query that cannot be."""
    path = "/search/jql" if caller.deployment == "Cloud" else "/search"
    response = caller.call("POST", path, json={"jql": jql})
    assert response.status_code == 400, response.text
    return response.json()["errorMessages"][0]


@pytest.fixture
def three(sync, jira):
    """Return three issues: a plain one, a labelled one in progress, a task of the other project."""
    plain = sync.new_issue(summary="Login fails")
    busy = sync.new_issue(summary="Invoice wrong", labels=["billing"], priority={"name": "High"})
    other = sync.new_issue(project={"key": "OPS"}, issuetype={"name": "Task"}, summary="Disk full")
    jira.as_human().set_status(busy, "In Progress")
    jira.as_human().edit(busy, assignee="Ken Ito", severity="Major")
    return plain, busy, other


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("project = ENG", "01"),
        ("project != ENG", "2"),
        ("project in (ENG, OPS)", "012"),
        ("project = Engineering AND status = 'To Do'", "0"),
        ("statusCategory = 'In Progress'", "1"),
        ("labels = billing", "1"),
        ("labels != billing", ""),
        ("labels is EMPTY", "02"),
        ("labels in (billing, EMPTY)", "012"),
        ("assignee is not EMPTY", "1"),
        ("assignee != 'Mia Lund'", "1"),
        ("priority = High OR project = OPS", "12"),
        ("NOT (priority = High OR project = OPS)", "0"),
        ("issuetype = Task", "2"),
        ("summary ~ 'login'", "0"),
        ("summary ~ 'inv*'", "1"),
        ("text ~ full", "2"),
        ("creator = currentUser() AND key = ENG-1", "0"),
        ("Severity = Major", "1"),
        ("cf[10010] = Major", "1"),
        ("created >= -5m AND updated <= 5m", "012"),
        ("created > now()", ""),
        ("key > ENG-1 AND project = ENG", "1"),
        ("resolution is EMPTY and duedate is EMPTY", "012"),
    ],
)
def test_finds_what_the_query_means(sync, three, jql, found):
    assert keys(sync, f"{jql} ORDER BY created ASC, key ASC") == [three[int(n)] for n in found]


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("foo = 1", "Field 'foo' does not exist or you do not have permission to view it."),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("status = Nope", "The value 'Nope' does not exist for the field 'status'."),
        ("key = ENG-99", "An issue with key 'ENG-99' does not exist for field 'key'."),
        ("project ~ ENG", "The operator '~' is not supported by the 'project' field."),
        ("project = ENG AND", "Error in the JQL Query: Expecting a field name but got"),
        ("project ENG", "Error in the JQL Query: Expecting operator but got 'ENG'."),
        ("updated >= tomorrow", "Date value 'tomorrow' for field 'updated' is invalid."),
        (
            "project = ENG ORDER BY foo",
            "Field 'foo' does not exist or you do not have permission to view it.",
        ),
    ],
)
def test_refuses_a_query_in_its_own_words(sync, three, jql, message):
    assert refusal(sync, jql).startswith(message)


def test_reads_times_in_the_zone_of_the_account(jira, sync):
    jira.change_account("sync", {"time_zone": "Asia/Kolkata"})
    key = sync.new_issue()
    local = datetime.now(UTC).astimezone(ZoneInfo("Asia/Kolkata"))
    before, after = (f"{local + timedelta(minutes=n):%Y-%m-%d %H:%M}" for n in (-2, 2))

    assert keys(sync, f'updated >= "{before}"') == [key]
    assert keys(sync, f'updated >= "{after}"') == []


def test_takes_epoch_milliseconds_without_quotes(sync):
    key = sync.new_issue()
    now = round(time.time() * 1000)

    assert keys(sync, f"created >= {now - 60_000}") == [key]
    assert keys(sync, f"created >= {now + 60_000}") == []


def test_sorts_by_several_fields(sync, three):
    found = keys(sync, "created >= -5m ORDER BY project DESC, summary ASC")

    assert found == [three[2], three[1], three[0]]


def test_shows_nothing_of_projects_that_are_hidden(sync, jira, three):
    jira.change_account("sync", {"hidden_projects": ["OPS"]})

    assert keys(sync, "created >= -5m ORDER BY key") == [three[0], three[1]]
    assert refusal(sync, "project = OPS").startswith("The value 'OPS' does not exist")


def test_gives_only_ids_unless_asked_on_cloud(on_cloud):
    on_cloud.new_issue()

    body = on_cloud.call("POST", "/search/jql", json={"jql": "project = ENG"}).json()

    assert body["issues"] == [{"id": "10000"}]
    assert "total" not in body


def test_pages_by_token_on_cloud(on_cloud):
    made = [on_cloud.new_issue(summary=f"Number {n}") for n in range(5)]
    ask = {"jql": "project = ENG ORDER BY created ASC, key ASC", "maxResults": 2, "fields": ["key"]}
    found, token = [], None

    for _ in range(3):
        more = {"nextPageToken": token} if token else {}
        body = on_cloud.call("POST", "/search/jql", json=ask | more).json()
        found += [issue["key"] for issue in body["issues"]]
        token = body.get("nextPageToken")

    assert found == made
    assert (body["isLast"], token) == (True, None)


def test_skips_nothing_when_an_issue_moves_between_pages(on_cloud, cloud):
    made = [on_cloud.new_issue(summary=f"Number {n}") for n in range(4)]
    ask = {"jql": "project = ENG ORDER BY updated ASC", "maxResults": 2, "fields": ["key"]}
    first = on_cloud.call("POST", "/search/jql", json=ask).json()

    cloud.as_human().edit(made[0], summary="Touched meanwhile")
    more = {"nextPageToken": first["nextPageToken"], "maxResults": 9}
    second = on_cloud.call("POST", "/search/jql", json=ask | more).json()

    assert {issue["key"] for issue in second["issues"]} == {made[2], made[3], made[0]}


def test_refuses_a_token_of_another_query(on_cloud):
    for _ in range(2):
        on_cloud.new_issue()
    ask = {"jql": "project = ENG", "maxResults": 1}
    token = on_cloud.call("POST", "/search/jql", json=ask).json()["nextPageToken"]

    body = {"jql": "project = OPS", "nextPageToken": token}
    response = on_cloud.call("POST", "/search/jql", json=body)

    assert response.status_code == 400


def test_refuses_an_unbounded_query_on_cloud_only(on_cloud, on_server):
    assert refusal(on_cloud, "ORDER BY updated ASC").startswith("Unbounded JQL queries")
    assert keys(on_server, "ORDER BY updated ASC") == []


def test_has_no_old_search_on_cloud(on_cloud):
    response = on_cloud.call("GET", "/search", params={"jql": "project = ENG"})

    assert response.status_code == 410
    assert "/rest/api/3/search/jql" in response.json()["errorMessages"][0]


def test_counts_on_cloud(on_cloud):
    on_cloud.new_issue()

    body = on_cloud.call("POST", "/search/approximate-count", json={"jql": "project = ENG"}).json()

    assert body == {"count": 1}


def test_pages_by_position_on_data_center(on_server):
    made = [on_server.new_issue(summary=f"Number {n}") for n in range(3)]
    params = {"jql": "project = ENG ORDER BY created ASC, key ASC", "startAt": 1, "maxResults": 1}

    body = on_server.call("GET", "/search", params=params).json()

    assert (body["startAt"], body["maxResults"], body["total"]) == (1, 1, 3)
    assert [issue["key"] for issue in body["issues"]] == [made[1]]


def test_sees_a_change_only_after_the_lag(sync, jira):
    jira.change_state({"search_lag": 3600})
    key = sync.new_issue()

    hidden = keys(sync, "project = ENG")
    jira.change_state({"search_lag": 0})

    assert sync.fields(key, "summary")["summary"] == "Login fails"
    assert hidden == []
    assert keys(sync, "project = ENG") == [key]


def test_finds_the_state_before_the_lag(sync, jira):
    key = sync.new_issue(summary="Old words")
    time.sleep(0.05)
    jira.change_state({"search_lag": 0.04})

    jira.as_human().edit(key, summary="New words")

    assert keys(sync, "summary ~ old") == [key]
    time.sleep(0.05)
    assert keys(sync, "summary ~ new") == [key]


def test_reconciles_the_issues_named(on_cloud, cloud):
    cloud.change_state({"search_lag": 3600})
    key = on_cloud.new_issue()
    number = int(on_cloud.call("GET", f"/issue/{key}").json()["id"])

    assert keys(on_cloud, "project = ENG", reconcileIssues=[number]) == [key]


def test_cuts_long_lists_of_comments_short_on_cloud(on_cloud, cloud):
    key = on_cloud.new_issue()
    for number in range(25):
        cloud.as_human().comment(key, f"Comment {number}")
    ask = {"jql": "project = ENG", "fields": ["comment"]}

    found = on_cloud.call("POST", "/search/jql", json=ask).json()["issues"][0]["fields"]["comment"]

    assert (len(found["comments"]), found["total"]) == (20, 25)


@pytest.mark.parametrize("wrong", [{"maxResults": "many"}, {"fields": "summary"}, {"jql": 5}])
def test_refuses_values_of_the_wrong_type(sync, wrong):
    path = "/search/jql" if sync.deployment == "Cloud" else "/search"

    response = sync.send_loosely("POST", path, json={"jql": "project = ENG", **wrong})

    assert response.status_code == 400
