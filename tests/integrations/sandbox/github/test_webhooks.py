"""Webhooks: administration, payloads, signature, deliveries."""

import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs

import pytest

from integrations.sandbox.faults import Fault, FaultKind
from tests.contracts import sample
from tests.integrations.sandbox.github.conftest import SHOP

_SECRET = "between us"
_EVENTS = ["issues", "issue_comment", "label", "milestone"]
_HOOKS = f"{SHOP}/hooks"
# Told only where an app is installed, or about accounts of old.
_NOT_TOLD = {"installation"}
_LABEL = {"name": "night", "color": "000000"}


def register(admin, inbox, events=_EVENTS, **config):
    config = {"url": inbox.url, "content_type": "json", "secret": _SECRET, **config}
    body = {"name": "web", "events": events, "config": config}
    return admin.call("POST", _HOOKS, json=body)


@pytest.fixture
def hook(admin, inbox):
    """Return a webhook that was greeted."""
    made = register(admin, inbox).json()
    inbox.heard.get(timeout=5)
    return made


@pytest.fixture
def heard(inbox):
    """Return a reader of what is delivered next: event and payload."""

    def read():
        headers, body = inbox.heard.get(timeout=5)
        return headers["X-GitHub-Event"], json.loads(body)

    return read


def settled(admin, path, count):
    """Return the deliveries once there are so many."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = admin.call("GET", path).json()
        if len(found) == count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{len(found)} deliveries, not {count}")


def test_registers_shows_changes_and_forgets(admin, inbox):
    made = register(admin, inbox)
    path = f"{_HOOKS}/{made.json()['id']}"

    listed = admin.call("GET", _HOOKS).json()
    changed = admin.call("PATCH", path, json={"add_events": ["push"], "active": False}).json()
    deleted = admin.call("DELETE", path).status_code

    assert made.status_code == 201
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert listed[0]["config"]["secret"] == "********"
    assert (changed["active"], "push" in changed["events"], deleted) == (False, True, 204)
    assert admin.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("events", "config"),
    [(["weather"], {}), (["issues"], {"url": "ftp://x"}), (["issues"], {"url": ""})],
)
def test_refuses_a_hook_that_nobody_could_serve(admin, inbox, events, config):
    assert register(admin, inbox, events, **config).status_code == 422


def test_refuses_a_second_hook_for_one_address(admin, inbox, hook):
    refused = register(admin, inbox)

    assert refused.json()["errors"][0]["message"] == "Hook already exists on this repository"


def test_is_for_administrators_only(sync, github, admin, inbox):
    hidden = sync.call("GET", _HOOKS).status_code
    github.change_account("admin", {"permissions": {"issues": "write"}})

    refused = register(admin, inbox)

    assert hidden == 404
    assert refused.status_code == 403
    assert refused.json()["message"] == "Resource not accessible by personal access token"


def test_greets_and_signs_the_raw_body(admin, inbox):
    made = register(admin, inbox).json()

    headers, body = inbox.heard.get(timeout=5)

    expected = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["X-GitHub-Event"] == "ping"
    assert headers["X-GitHub-Hook-ID"] == str(made["id"])
    assert headers["Content-Type"] == "application/json"
    assert set(json.loads(body)) >= set(sample("webhooks/github/ping.json"))


def test_changes_the_secret_alone(admin, hook, inbox):
    path = f"{_HOOKS}/{hook['id']}"

    changed = admin.call("PATCH", f"{path}/config", json={"secret": "another"}).json()
    shown = admin.call("GET", f"{path}/config").json()
    admin.call("POST", f"{path}/pings")

    headers, body = inbox.heard.get(timeout=5)
    expected = hmac.new(b"another", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert changed == shown
    assert (shown["url"], shown["content_type"]) == (inbox.url, "json")


def test_wraps_the_body_in_a_form_where_asked(admin, inbox):
    register(admin, inbox, content_type="form")

    headers, body = inbox.heard.get(timeout=5)

    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert json.loads(parse_qs(body.decode())["payload"][0])["zen"]


def opened(human):
    return human.create("acme/shop", "Login fails", body="It fails.")


def act_on_new(change):
    """Return an act on a new issue whose opening is told first."""

    def act(github):
        issue = opened(github.as_human())
        change(github, issue)

    return act


ACTS = {
    "issues.opened": lambda github: opened(github.as_human()),
    "issues.edited": act_on_new(lambda github, one: github.as_human().edit(one, title="Other")),
    "issues.closed.completed": act_on_new(lambda github, one: github.as_human().close(one)),
    "issues.closed.duplicate": act_on_new(
        lambda github, one: github.as_human().close(one, "duplicate")
    ),
    "issues.assigned": act_on_new(
        lambda github, one: github.as_human().edit(one, assignees=["mia"])
    ),
    "issues.labeled": act_on_new(lambda github, one: github.as_human().edit(one, labels=["bug"])),
    "issues.locked": act_on_new(lambda github, one: github.as_human().lock(one, "spam")),
    "issues.deleted": act_on_new(lambda github, one: github.as_human("admin").delete(one)),
    "issues.transferred": act_on_new(
        lambda github, one: github.as_human().transfer(one, "acme/ops")
    ),
    "issue_comment.created": act_on_new(lambda github, one: github.as_human().comment(one, "Seen")),
    "label.created": lambda github: github.as_human().make_label("acme/shop", **_LABEL),
    "milestone.created": lambda github: github.as_human().make_milestone("acme/shop", "Spring"),
}
TWICE = {
    "issues.reopened": lambda human, one: (human.close(one), human.reopen(one)),
    "issues.unassigned": lambda human, one: (
        human.edit(one, assignees=["mia"]),
        human.edit(one, assignees=[]),
    ),
    "issues.unlabeled": lambda human, one: (
        human.edit(one, labels=["bug"]),
        human.edit(one, labels=[]),
    ),
    "issue_comment.edited": lambda human, one: human.edit_comment(
        human.comment(one, "Seen").id, "Seen again"
    ),
    "issue_comment.deleted": lambda human, one: human.delete_comment(human.comment(one, "Seen").id),
}


def missing(captured, told):
    """Return which keys of a captured payload are not told, two levels down."""
    lost = set(captured) - set(told) - _NOT_TOLD
    for key in ("issue", "comment", "repository", "sender", "label", "milestone"):
        if key in captured:
            lost |= {f"{key}.{name}" for name in set(captured[key]) - set(told[key])}
    return lost


@pytest.mark.parametrize("name", ACTS)
def test_has_the_shape_of_captured_deliveries(github, hook, heard, name):
    captured = sample(f"webhooks/github/{name}.json")

    ACTS[name](github)

    event, told = heard()
    while told["action"] != captured["action"]:
        event, told = heard()
    assert event == name.split(".")[0]
    assert missing(captured, told) == set()


@pytest.mark.parametrize("name", TWICE)
def test_has_the_shape_of_captured_second_deliveries(github, hook, heard, name):
    captured = sample(f"webhooks/github/{name}.json")
    ken = github.as_human()

    TWICE[name](ken, opened(ken))

    event, told = heard()
    while told["action"] != captured["action"]:
        event, told = heard()
    assert event == name.split(".")[0]
    assert missing(captured, told) == set()


def test_tells_of_milestones_labels_and_types(github, hook, heard):
    ken = github.as_human()
    ken.make_milestone("acme/shop", "Spring")
    issue = ken.create("acme/shop", "x", milestone="Spring", type="Bug", labels=["bug"])
    ken.edit(issue, milestone=None, type=None)
    ken.rename_label("acme/shop", "bug", "defect")

    told = [heard() for _ in range(8)]

    assert [(event, body["action"]) for event, body in told] == [
        ("milestone", "created"),
        ("issues", "opened"),
        ("issues", "labeled"),
        ("issues", "milestoned"),
        ("issues", "typed"),
        ("issues", "demilestoned"),
        ("issues", "untyped"),
        ("label", "edited"),
    ]
    assert set(sample("webhooks/github/issues.milestoned.json")) <= set(told[3][1])
    assert told[7][1]["changes"] == {"name": {"from": "bug"}}


def test_tells_the_old_values_of_an_edit_and_who_did_it(sync, hook, heard):
    number = sync.new_issue(body="Old")["number"]
    heard()

    sync.call("PATCH", f"{SHOP}/issues/{number}", json={"title": "Other", "body": "New"})

    _, told = heard()
    assert told["changes"] == {"title": {"from": "Login fails"}, "body": {"from": "Old"}}
    assert (told["issue"]["title"], told["sender"]["login"]) == ("Other", "sync")


def test_tells_of_comments_on_pull_requests(ken, hook, heard):
    ken.comment(ken.open_pull_request("acme/shop", "Fix"), "Looks good")

    event, told = heard()

    assert (event, "pull_request" in told["issue"]) == ("issue_comment", True)


def test_tells_nothing_of_what_was_not_kept(sync, hook, heard):
    sync.call("POST", f"{SHOP}/issues", json={"title": "x", "labels": ["new"], "milestone": 9})
    sync.new_issue()

    assert heard()[1]["issue"]["title"] == "Login fails"


def test_tells_only_of_events_that_were_asked_for(admin, ken, inbox, heard):
    register(admin, inbox, ["issue_comment"])
    heard()

    ken.comment(opened(ken), "Seen")

    assert heard()[0] == "issue_comment"


def test_lists_deliveries_and_repeats_one(admin, hook, ken, inbox):
    opened(ken)
    headers, first = inbox.heard.get(timeout=5)
    path = f"{_HOOKS}/{hook['id']}/deliveries"
    newest = settled(admin, path, 2)[0]

    detail = admin.call("GET", f"{path}/{newest['id']}").json()
    again = admin.call("POST", f"{path}/{newest['id']}/attempts")
    headers_again, second = inbox.heard.get(timeout=5)

    assert (newest["event"], newest["action"], newest["status"]) == ("issues", "opened", "OK")
    assert detail["request"]["payload"]["issue"]["title"] == "Login fails"
    assert again.status_code == 202
    assert (second, headers_again["X-GitHub-Delivery"]) == (first, headers["X-GitHub-Delivery"])
    assert settled(admin, path, 3)[0]["redelivery"] is True


def test_does_not_repeat_what_failed(admin, ken, github):
    body = {"events": ["issues"], "config": {"url": "http://127.0.0.1:9/", "content_type": "json"}}
    hook = admin.call("POST", _HOOKS, json=body).json()
    opened(ken)

    failed = settled(admin, f"{_HOOKS}/{hook['id']}/deliveries", 2)

    assert {one["status"] for one in failed} == {"failed to connect to host"}
    assert [one["status"] for one in github.deliveries()] == [0, 0]


def test_plays_faults_on_its_calls(sync, github):
    github.faults(Fault(FaultKind.AFTER_APPLY, "POST", "/issues$", status=502))

    lost = sync.send_loosely("POST", f"{SHOP}/issues", json={"title": "x"})

    assert lost.status_code == 502
    assert [one.title for one in github.issues()] == ["x"]
