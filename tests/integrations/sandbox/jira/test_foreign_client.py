"""A client that others wrote (PyPI: jira) drives both faces, so that ours is not the measure."""

import io

import pytest
from jira import JIRA, JIRAError

from tests.integrations.sandbox.conftest import TOKENS, check_answers


@pytest.fixture
def client(jira):
    if jira.site.face.deployment == "Cloud":
        options = {"rest_api_version": "3"}
        credentials = {"basic_auth": (jira.account("sync").email, TOKENS["sync"])}
    else:
        options, credentials = {}, {"token_auth": TOKENS["sync"]}
    foreign = JIRA(jira.url, options=options, max_retries=0, **credentials)
    breaches = check_answers(foreign._session, jira)
    yield foreign
    foreign.close()
    assert breaches == []


@pytest.fixture
def rich(jira):
    return jira.site.face.from_wiki


@pytest.fixture
def issue(client, rich):
    fields = {
        "project": {"key": "ENG"},
        "issuetype": {"name": "Bug"},
        "summary": "Login fails",
        "description": rich("It *fails*."),
        "labels": ["login"],
    }
    return client.create_issue(fields=fields)


def test_tells_who_and_what_it_is(client, jira):
    info, me = client.server_info(), client.myself()

    assert info["deploymentType"] == jira.site.face.deployment
    assert me["displayName"] == "Test Platform"


def test_creates_an_issue(issue, rich):
    assert issue.key == "ENG-1"
    assert issue.fields.summary == "Login fails"
    assert issue.raw["fields"]["description"] == rich("It *fails*.")
    assert issue.fields.status.name == "To Do"


def test_edits_fields_and_adds_a_label(issue):
    issue.update(fields={"summary": "Login fails twice"}, labels=[{"add": "urgent"}])

    assert issue.fields.summary == "Login fails twice"
    assert issue.fields.labels == ["login", "urgent"]


def test_walks_through_the_workflow(client, issue):
    client.transition_issue(issue, "Start work")
    client.transition_issue(issue, "Ask for review")
    client.transition_issue(issue, "Approve", fields={"resolution": {"name": "Won't Do"}})

    done = client.issue(issue.key)
    assert (done.fields.status.name, done.fields.resolution.name) == ("Done", "Won't Do")


def test_refuses_a_step_that_is_not_open(client, issue):
    with pytest.raises(JIRAError, match="Transition id '31' is not valid for this issue"):
        client.transition_issue(issue, "31")


def test_comments_and_edits_the_comment(client, issue, rich):
    comment = client.add_comment(issue.key, rich("First"))
    comment.update(body=rich("Second"))

    found = client.comments(issue.key)
    assert [one.raw["body"] for one in found] == [rich("Second")]


def test_deletes_its_comment(client, issue, rich):
    comment = client.add_comment(issue.key, rich("First"))

    comment.delete()

    assert client.comments(issue.key) == []


def test_uploads_and_downloads_a_file(client, issue):
    sent = client.add_attachment(issue.key, io.BytesIO(b"\x00\x01 log"), "app.log")

    assert (sent.filename, sent.size) == ("app.log", 6)
    assert client.attachment(sent.id).get() == b"\x00\x01 log"


def test_finds_issues_by_jql(client, issue):
    client.create_issue(
        fields={"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Other"}
    )

    found = client.search_issues('project = ENG AND labels = "login" ORDER BY updated ASC')

    assert [one.key for one in found] == [issue.key]


def test_pages_through_everything(client):
    for number in range(7):
        fields = {"project": "ENG", "issuetype": {"name": "Task"}, "summary": f"Task {number}"}
        client.create_issue(fields=fields, prefetch=False)

    found = client.search_issues("project = ENG ORDER BY created ASC", maxResults=False)

    assert len({one.key for one in found}) == 7


def test_assigns_to_a_person(client, issue):
    client.assign_issue(issue.key, "ken@example.com")

    assert client.issue(issue.key).fields.assignee.displayName == "Ken Ito"


def test_links_to_other_applications(client, issue):
    for title in ("D-1", "D-2"):
        client.add_simple_link(issue.key, {"url": f"https://qa.example/{title}", "title": title})

    assert len(client.remote_links(issue.key)) == 2


def test_keeps_a_property_of_an_issue(client, issue):
    client.add_issue_property(issue.key, "tp-sync", {"marker": "m1"})

    assert client.issue_property(issue.key, "tp-sync").value.marker == "m1"


def test_describes_its_fields_and_values(client):
    fields = {field["name"]: field["id"] for field in client.fields()}

    assert fields["Severity"] == "customfield_10010"
    assert {"Highest", "P1"} <= {priority.name for priority in client.priorities()}
    assert {"To Do", "Done"} <= {status.name for status in client.statuses()}
    assert [project.key for project in client.projects()] == ["ENG", "OPS"]


def test_deletes_nothing_without_the_right(client, issue):
    with pytest.raises(JIRAError) as refusal:
        issue.delete()

    assert refusal.value.status_code == 403


def test_describes_what_can_be_created(server):
    foreign = JIRA(server.url, token_auth=TOKENS["sync"], max_retries=0)
    breaches = check_answers(foreign._session, server)

    types = foreign.project_issue_types("OPS")
    fields = foreign.project_issue_fields("OPS", types[0].id)

    foreign.close()
    required = {field.name for field in fields if field.required}
    assert {"Summary", "Team"} <= required
    assert breaches == []


def test_finds_people_to_assign_to(client, jira):
    name = "query" if jira.site.face.deployment == "Cloud" else "username"

    found = client.search_assignable_users_for_issues(project="ENG", **{name: "ken"})

    assert [one.displayName for one in found] == ["Ken Ito"]


def test_updates_the_link_of_one_global_id(client, issue):
    for title in ("D-1", "D-1, renamed"):
        target = {"url": "https://qa.example/D-1", "title": title}
        with pytest.warns(Warning, match="Unable to gather applicationlinks"):  # for admins only
            client.add_remote_link(issue.key, target, globalId="https://qa.example/D-1")

    [link] = client.remote_links(issue.key)
    assert link.object.title == "D-1, renamed"


def test_finds_issues_by_words_of_the_summary(client, issue):
    jql = 'project = ENG AND (summary ~ "log" OR summary ~ "log* fai*")'

    assert [one.key for one in client.search_issues(jql)] == [issue.key]


def test_takes_a_file_away_again(client, issue):
    sent = client.add_attachment(issue.key, io.BytesIO(b"log"), "app.log")

    client.delete_attachment(sent.id)

    assert client.issue(issue.key).fields.attachment == []


def test_deletes_an_issue_with_the_right(client, jira, issue):
    held = jira.account("sync").permissions | {"DELETE_ISSUES"}
    jira.change_account("sync", {"permissions": held})

    issue.delete()

    with pytest.raises(JIRAError):
        client.issue(issue.key)
