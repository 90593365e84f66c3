"""Issues: create, read, edit, move through the workflow, delete."""

import pytest
import requests

from tests.integrations.sandbox.conftest import Caller

_NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


@pytest.fixture
def key(sync):
    return sync.new_issue()


def test_creates_with_a_property_in_the_same_call(sync):
    fields = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Login fails"}
    marker = {"key": "tp-sync", "value": {"marker": "m1"}}

    created = sync.call("POST", "/issue", json={"fields": fields, "properties": [marker]})

    read = sync.call("GET", f"/issue/{created.json()['key']}", params={"properties": "tp-sync"})
    assert created.status_code == 201
    assert set(created.json()) == {"id", "key", "self"}
    assert read.json()["properties"] == {"tp-sync": {"marker": "m1"}}


def test_normalises_what_it_stores(sync):
    key = sync.new_issue(summary="  Login fails \n", labels=["b", "a", "b"])

    fields = sync.fields(key, "summary", "labels")
    assert fields == {"summary": "Login fails", "labels": ["a", "b"]}


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"summary": None}, "summary", "You must specify a summary of the issue."),
        ({"summary": "x" * 256}, "summary", "Summary must be less than 255 characters."),
        (
            {"summary": "one\ntwo"},
            "summary",
            "The summary is invalid because it contains newline characters.",
        ),
        (
            {"labels": ["two words"]},
            "labels",
            "The label 'two words' contains spaces which is invalid.",
        ),
        ({"priority": {"name": "P1"}}, "priority", "The priority selected is invalid."),
        ({"duedate": "2026-02-30"}, "duedate", "Error parsing date string: 2026-02-30"),
        (
            {"customfield_10010": {"value": "Awful"}},
            "customfield_10010",
            "Option value 'Awful' is not valid",
        ),
        (
            {"customfield_99999": "x"},
            "customfield_99999",
            _NOT_ON_SCREEN.format("customfield_99999"),
        ),
        (
            {"reporter": {"name": "ken"}},
            "reporter",
            _NOT_ON_SCREEN.format("reporter"),
        ),
    ],
)
def test_refuses_a_bad_value_by_its_field(sync, fields, field, message):
    standard = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Fails"}

    response = sync.call("POST", "/issue", json={"fields": standard | fields})

    assert response.status_code == 400
    assert response.json() == {"errorMessages": [], "errors": {field: message}}


def test_requires_the_fields_of_the_project(sync):
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Bug"}, "summary": "Disk full"}

    response = sync.call("POST", "/issue", json={"fields": fields})

    assert response.json()["errors"] == {"customfield_10020": "Team is required."}


def test_refuses_a_string_as_a_document(on_cloud):
    fields = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Fails"}

    response = on_cloud.call("POST", "/issue", json={"fields": {**fields, "description": "text"}})

    assert response.status_code == 400
    assert response.json()["errors"]["description"].startswith(
        "Operation value must be an Atlassian Document"
    )


def test_refuses_a_document_that_is_none(on_cloud):
    empty_text = {"type": "paragraph", "content": [{"type": "text", "text": ""}]}
    document = {"type": "doc", "version": 1, "content": [empty_text]}
    fields = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Fails"}

    response = on_cloud.call("POST", "/issue", json={"fields": {**fields, "description": document}})

    assert response.status_code == 400
    assert response.json()["errorMessages"] == ["INVALID_INPUT"]


def test_refuses_a_document_as_a_string(on_server):
    fields = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Fails"}

    response = on_server.call(
        "POST", "/issue", json={"fields": {**fields, "description": {"type": "doc"}}}
    )

    assert response.json()["errors"] == {"description": "Operation value must be a string"}


def test_refuses_a_text_over_the_limit(sync):
    fields = {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Fails"}
    long_text = sync.text("x" * 32_768)

    response = sync.call("POST", "/issue", json={"fields": {**fields, "description": long_text}})

    assert response.json()["errors"]["description"].endswith("allowed limit of 32,767 characters.")


def test_refuses_a_misspelt_key(sync):
    response = sync.send_loosely("POST", "/issue", json={"felds": {}})

    assert response.status_code == 400


def test_knows_an_issue_by_id_and_by_key_in_any_case(sync, key):
    by_key = sync.call("GET", f"/issue/{key.lower()}").json()
    by_id = sync.call("GET", f"/issue/{by_key['id']}").json()

    assert by_key == by_id


def test_keeps_the_id_of_a_moved_issue_and_follows_the_old_key(sync, jira, key):
    before = sync.call("GET", f"/issue/{key}").json()

    jira.as_human().move(key, "OPS")

    after = sync.call("GET", f"/issue/{key}").json()
    assert (after["id"], after["key"]) == (before["id"], "OPS-1")


def test_hides_an_issue_from_who_may_not_browse(jira, key, as_account):
    response = as_account(jira, "outsider").call("GET", f"/issue/{key}")

    message = "Issue does not exist or you do not have permission to see it."
    assert response.status_code == 404
    assert response.json() == {"errorMessages": [message], "errors": {}}


def test_gives_only_the_fields_asked_for(sync, key):
    assert set(sync.fields(key, "summary", "status")) == {"summary", "status"}


def test_renders_a_description_and_shows_the_history(sync, jira):
    key = sync.new_issue(description=jira.site.face.from_wiki("It *fails*."))
    sync.call("PUT", f"/issue/{key}", json={"fields": {"priority": {"name": "High"}}})

    body = sync.call("GET", f"/issue/{key}", params={"expand": "renderedFields,changelog"}).json()

    item = body["changelog"]["histories"][0]["items"][0]
    assert body["renderedFields"]["description"] == "<p>It <strong>fails</strong>.</p>"
    assert (item["field"], item["fromString"], item["toString"]) == ("priority", "Medium", "High")


def test_tells_times_in_the_zone_of_the_account(jira, key, as_account):
    created = as_account(jira, "ken").fields(key, "created")["created"]

    assert created.endswith("+0900")


def test_adds_and_removes_labels_without_touching_others(sync):
    key = sync.new_issue(labels=["a", "b"])
    operations = {"labels": [{"add": "c"}, {"remove": "a"}]}

    response = sync.call("PUT", f"/issue/{key}", json={"update": operations})

    assert response.status_code == 204
    assert sync.fields(key, "labels") == {"labels": ["b", "c"]}


def test_refuses_one_field_in_both_forms(sync, key):
    body = {"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}}

    response = sync.call("PUT", f"/issue/{key}", json=body)

    assert response.json()["errorMessages"] == [
        "Field 'labels' cannot appear in both 'fields' and 'update'"
    ]


def test_returns_the_edited_issue_on_cloud(on_cloud):
    key = on_cloud.new_issue()
    body = {"fields": {"summary": "Other"}}

    response = on_cloud.call("PUT", f"/issue/{key}", params={"returnIssue": "true"}, json=body)

    assert response.status_code == 200
    assert response.json()["fields"]["summary"] == "Other"


def test_refuses_to_set_a_status(sync, key):
    response = sync.call("PUT", f"/issue/{key}", json={"fields": {"status": {"name": "Done"}}})

    assert response.status_code == 400
    assert sync.fields(key, "status")["status"]["name"] == "To Do"


def test_moves_the_time_of_update_on_a_change_only(sync, key):
    before = sync.fields(key, "updated")
    sync.call("PUT", f"/issue/{key}", json={"fields": {"summary": "Login fails"}})
    unchanged = sync.fields(key, "updated")

    sync.call("PUT", f"/issue/{key}", json={"fields": {"summary": "Other"}})

    assert before == unchanged
    assert sync.fields(key, "updated") != before


def test_sets_and_clears_every_kind_of_field(sync, jira):
    rich = jira.site.face.from_wiki("Costs *money*.")
    values = {
        "customfield_10010": {"value": "Major"},
        "customfield_10011": "1.4",
        "customfield_10013": rich,
        "customfield_10014": [{"value": "iOS"}, {"id": "10110"}],
        "duedate": "2026-12-24",
    }
    key = sync.new_issue(**values)
    read = sync.fields(key, *values)

    sync.call("PUT", f"/issue/{key}", json={"fields": dict.fromkeys(values)})

    assert read["customfield_10010"]["value"] == "Major"
    assert [option["value"] for option in read["customfield_10014"]] == ["Web", "iOS"]
    assert (read["customfield_10013"], read["duedate"]) == (rich, "2026-12-24")
    assert not any(sync.fields(key, *values).values())


def test_unassigns(sync, jira, key):
    jira.as_human().edit(key, assignee="Ken Ito")

    sync.call("PUT", f"/issue/{key}", json={"fields": {"assignee": None}})

    assert sync.fields(key, "assignee") == {"assignee": None}


def test_refuses_an_assignee_who_cannot_be_given_work(on_cloud, cloud):
    key = on_cloud.new_issue()
    reader = {"accountId": cloud.account("reader").account_id}

    response = on_cloud.call("PUT", f"/issue/{key}", json={"fields": {"assignee": reader}})

    assert response.json()["errors"] == {"assignee": "User 'Rita Reed' cannot be assigned issues."}


def test_lets_a_reader_only_read(jira, key, as_account):
    reader = as_account(jira, "reader")

    edited = reader.call("PUT", f"/issue/{key}", json={"fields": {"summary": "Mine"}})
    listed = reader.call("GET", f"/issue/{key}/transitions")

    assert edited.status_code == 400
    assert edited.json()["errors"] == {"summary": _NOT_ON_SCREEN.format("summary")}
    assert listed.json()["transitions"] == []


def test_offers_only_the_steps_open_now(sync, key):
    transitions = sync.call("GET", f"/issue/{key}/transitions").json()["transitions"]

    assert [(step["id"], step["to"]["name"]) for step in transitions] == [("11", "In Progress")]
    assert transitions[0]["to"]["statusCategory"]["key"] == "indeterminate"


def test_refuses_a_step_that_is_not_open(sync, key):
    response = sync.call("POST", f"/issue/{key}/transitions", json={"transition": {"id": "31"}})

    assert response.status_code == 400
    assert response.json()["errorMessages"] == ["Transition id '31' is not valid for this issue."]


def test_asks_for_the_fields_of_a_screen(sync, jira, key):
    jira.as_human().set_status(key, "In Review")
    path = f"/issue/{key}/transitions"
    shown = sync.call("GET", path, params={"expand": "transitions.fields"}).json()["transitions"]

    bare = sync.call("POST", path, json={"transition": {"id": "31"}})
    filled = sync.call(
        "POST",
        path,
        json={"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}}},
    )

    resolution = shown[0]["fields"]["resolution"]
    assert resolution["allowedValues"][0]["name"] == "Done"
    assert bare.json()["errors"] == {"resolution": "Resolution is required."}
    assert filled.status_code == 204
    assert sync.fields(key, "resolutiondate")["resolutiondate"]


def test_clears_the_resolution_in_one_project_and_leaves_it_in_the_other(sync, jira):
    human = jira.as_human()
    eng, ops = sync.new_issue(), sync.new_issue(project={"key": "OPS"}, issuetype={"name": "Task"})
    human.set_status(eng, "Done")
    human.set_status(ops, "Resolved")

    human.set_status(eng, "To Do")
    human.set_status(ops, "Reopened")

    assert sync.fields(eng, "resolution") == {"resolution": None}
    assert sync.fields(ops, "resolution")["resolution"]["name"] == "Done"


def test_deletes_an_issue_with_all_that_hangs_on_it(jira, key, as_account):
    admin = as_account(jira, "admin")
    jira.as_human().comment(key, "Gone soon")

    response = admin.call("DELETE", f"/issue/{key}")

    assert response.status_code == 204
    assert admin.call("GET", f"/issue/{key}").status_code == 404


def test_fetches_many_and_says_nothing_of_the_missing(on_cloud):
    first, second = on_cloud.new_issue(), on_cloud.new_issue()
    body = {"issueIdsOrKeys": [second, first, "ENG-99"], "fields": ["summary"]}

    found = on_cloud.call("POST", "/issue/bulkfetch", json=body).json()

    assert {issue["key"] for issue in found["issues"]} == {first, second}
    assert found["issueErrors"] == []


def test_pages_through_the_history(on_cloud):
    key = on_cloud.new_issue()
    for number in range(3):
        on_cloud.call("PUT", f"/issue/{key}", json={"fields": {"summary": f"Try {number}"}})

    params = {"startAt": 1, "maxResults": 1}
    body = on_cloud.call("GET", f"/issue/{key}/changelog", params=params).json()

    assert (body["total"], body["isLast"], len(body["values"])) == (3, False, 1)
    assert body["values"][0]["items"][0]["toString"] == "Try 1"


def test_needs_an_account_to_write(jira, key):
    stranger = Caller(jira, "sync")
    stranger.auth = None
    stranger.headers.pop("Authorization", None)
    stranger.trust_env = False

    response = stranger.send_loosely("PUT", f"/issue/{key}", json={"fields": {}})

    stranger.close()
    assert response.status_code == 401


def test_answers_a_wrong_token_as_each_kind_does(cloud, server):
    path = "/rest/api/{}/myself"
    with requests.Session() as session:
        on_cloud = session.get(
            cloud.url + path.format(3), auth=("sync@example.com", "wrong"), timeout=10
        )
        on_server = session.get(
            server.url + path.format(2), headers={"Authorization": "Bearer wrong"}, timeout=10
        )

    assert on_cloud.json()["status-code"] == 401
    assert on_cloud.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert (on_server.status_code, on_server.headers["Content-Type"][:9]) == (401, "text/html")


def test_takes_a_wrong_token_on_cloud_for_a_stranger(cloud, on_cloud):
    key = on_cloud.new_issue()
    with requests.Session() as session:
        session.auth = ("sync@example.com", "wrong")
        issue = session.get(f"{cloud.url}/rest/api/3/issue/{key}", timeout=10)
        projects = session.get(f"{cloud.url}/rest/api/3/project/search", timeout=10)

    assert issue.status_code == 404
    assert (projects.status_code, projects.json()["total"]) == (200, 0)


@pytest.mark.parametrize(
    "body",
    [{"fields": ["a"]}, {"update": {"labels": "a"}}, {"update": {"labels": [{}]}}],
)
def test_refuses_a_body_of_the_wrong_shape(sync, key, body):
    assert sync.send_loosely("PUT", f"/issue/{key}", json=body).status_code == 400
