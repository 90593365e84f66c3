"""Webhooks: administration, payloads, signature."""

import hashlib
import hmac
import json

import pytest

from tests.contracts import sample

_SECRET = "between us"
_EVENTS = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_deleted",
]


@pytest.fixture
def admin(jira, as_account):
    return as_account(jira, "admin")


@pytest.fixture
def hook(admin, inbox):
    return register(admin, inbox)


def register(admin, inbox, **more):
    body = {"name": "QA", "url": inbox.url, "events": _EVENTS, "secret": _SECRET, **more}
    return admin.call("POST", "/rest/webhooks/1.0/webhook", json=body)


def heard(inbox):
    return json.loads(inbox.heard.get(timeout=5)[1])


def test_registers_lists_and_forgets(admin, hook):
    path = hook.json()["self"].removeprefix(admin.sandbox.url)

    listed = admin.call("GET", "/rest/webhooks/1.0/webhook").json()
    deleted = admin.call("DELETE", path)

    assert hook.status_code == 201
    assert [entry["name"] for entry in listed] == ["QA"]
    assert "secret" not in listed[0]
    assert deleted.status_code == 204
    assert admin.call("GET", "/rest/webhooks/1.0/webhook").json() == []


def test_is_for_administrators_only(sync):
    assert sync.call("GET", "/rest/webhooks/1.0/webhook").status_code == 403


def test_signs_the_raw_body(sync, hook, inbox):
    sync.new_issue()

    headers, body = inbox.heard.get(timeout=5)
    expected = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature"] == f"sha256={expected}"
    assert headers["X-Atlassian-Webhook-Identifier"]


def test_tells_of_an_edit_in_the_notation_of_v2(sync, jira, hook, inbox):
    key = sync.new_issue(description=jira.site.face.from_wiki("It *fails*."))
    heard(inbox)

    sync.call("PUT", f"/issue/{key}", json={"fields": {"priority": {"name": "High"}}})

    told = heard(inbox)
    assert (told["webhookEvent"], told["issue"]["key"]) == ("jira:issue_updated", key)
    assert told["issue"]["fields"]["description"] == "It *fails*."
    assert "/rest/api/2/" in told["issue"]["self"]
    assert told["changelog"]["items"][0]["toString"] == "High"


def test_tells_of_a_comment_once_on_cloud(cloud, as_account, inbox):
    register(as_account(cloud, "admin"), inbox)
    key = as_account(cloud).new_issue()
    heard(inbox)

    cloud.as_human().comment(key, "Seen *twice*")
    cloud.as_human().create("ENG", "Task", summary="The next thing to hear of")

    told = heard(inbox)
    assert told["webhookEvent"] == "comment_created"
    assert told["comment"]["body"] == "Seen *twice*"
    assert told["issue"]["key"] == key
    assert "user" not in told
    assert heard(inbox)["webhookEvent"] == "jira:issue_created"


def test_tells_of_a_comment_twice_on_data_center(server, as_account, inbox):
    register(as_account(server, "admin"), inbox)
    key = as_account(server).new_issue()
    heard(inbox)

    server.as_human().comment(key, "Seen")

    alone, with_issue = heard(inbox), heard(inbox)
    assert alone["webhookEvent"] == "comment_created"
    assert "issue" not in alone
    assert with_issue["issue_event_type_name"] == "issue_commented"
    assert with_issue["comment"]["id"] == alone["comment"]["id"]


def test_tells_of_a_deletion(jira, admin, hook, inbox):
    key = admin.new_issue()
    heard(inbox)

    jira.as_human("admin").delete(key)

    told = heard(inbox)
    assert (told["webhookEvent"], told["issue"]["key"]) == ("jira:issue_deleted", key)


def test_tells_nothing_outside_its_filter(sync, admin, inbox):
    filters = {"issue-related-events-section": "project = OPS"}
    register(admin, inbox, filters=filters)

    sync.new_issue()
    sync.new_issue(project={"key": "OPS"}, issuetype={"name": "Task"})

    assert heard(inbox)["issue"]["key"] == "OPS-1"


def test_tells_nothing_of_what_was_not_kept(sync, hook, inbox):
    sync.call("POST", "/issue", json={"fields": {"project": {"key": "ENG"}}})
    key = sync.new_issue()

    assert heard(inbox)["issue"]["key"] == key


@pytest.mark.parametrize(
    ("name", "act", "missing"),
    [
        ("issue-created", lambda human, key: None, {"changelog"}),
        ("issue-updated-edited", lambda human, key: human.edit(key, summary="Other"), set()),
        ("comment-created", lambda human, key: human.comment(key, "Seen"), set()),
    ],
)
def test_has_the_shape_of_captured_deliveries(cloud, as_account, inbox, name, act, missing):
    captured = sample(f"webhooks/jira-cloud/{name}.json")
    register(as_account(cloud, "admin"), inbox)
    key = as_account(cloud).new_issue()
    told = heard(inbox)

    if act(cloud.as_human(), key) is not None:
        told = heard(inbox)

    assert set(told) == set(captured) - missing
