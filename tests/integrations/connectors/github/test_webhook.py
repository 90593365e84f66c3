import hashlib
import hmac
import json

import pytest
import requests

from integrations.base.errors import AuthFailedError, InvalidError
from integrations.base.items import Hint
from integrations.connectors.github import webhook
from tests.contracts import contracts, sample

SECRET = b"hook-secret"
ISSUE = {"number": 7, "id": 9007}
BODY = json.dumps({"issue": ISSUE, "repository": {"full_name": "acme/shop"}}).encode()


def signed(body, method="sha256", secret=SECRET):
    signature = hmac.new(secret, body, method).hexdigest()
    return {"x-hub-signature-256": f"{method}={signature}"}


def test_gives_hints_of_a_signed_call(connector):
    assert connector.parse_hook(signed(BODY), BODY, SECRET) == [Hint("7-9007", "acme/shop")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=ü"},
        {"X-Hub-Signature-256": hashlib.sha256(BODY).hexdigest()},
        {"X-Hub-Signature": signed(BODY)["x-hub-signature-256"]},
        signed(BODY, "sha1"),
        signed(BODY, secret=b"another"),
        signed(BODY + b" "),
    ],
    ids=[
        "none",
        "empty",
        "half",
        "not ascii",
        "unkeyed",
        "old header",
        "sha1",
        "other key",
        "other body",
    ],
)
def test_refuses_a_forged_call(connector, headers):
    with pytest.raises(AuthFailedError):
        connector.parse_hook(headers, BODY, SECRET)


def test_leaves_it_to_the_caller_where_there_is_no_secret(connector):
    assert connector.parse_hook({}, BODY, b"") == [Hint("7-9007", "acme/shop")]


@pytest.mark.parametrize("body", [b"", b"{", b"payload=%7B%7D", b"[1]", b'"x"', b"\xff"])
def test_refuses_what_is_no_call(body):
    with pytest.raises(InvalidError):
        webhook.hints(body)


@pytest.mark.parametrize(
    "issue",
    [None, [], {}, {"number": 7}, {"number": "7", "id": 1}, {"number": True, "id": 1}],
)
def test_takes_nothing_but_numbers_for_an_issue(issue):
    assert webhook.hints(json.dumps({"issue": issue}).encode()) == []


def test_drops_a_scope_that_is_no_name():
    body = json.dumps({"issue": ISSUE, "repository": {"full_name": "../user"}}).encode()

    assert webhook.hints(body) == [Hint("7-9007")]


def test_gives_the_old_and_the_new_place_of_a_transferred_issue():
    body = {
        "issue": ISSUE,
        "repository": {"full_name": "acme/shop"},
        "changes": {
            "new_issue": {"number": 1, "id": 9111},
            "new_repository": {"full_name": "acme/ops"},
        },
    }

    assert webhook.hints(json.dumps(body).encode()) == [
        Hint("7-9007", "acme/shop"),
        Hint("1-9111", "acme/ops"),
    ]


def test_reads_githubs_own_calls(github, connector, ken, hear):
    config = {"url": hear.url, "content_type": "json", "secret": SECRET.decode()}
    requests.post(
        f"{github.url}/repos/acme/shop/hooks",
        json={"name": "web", "events": ["*"], "config": config},
        headers={"Authorization": "Bearer admin-t0ken"},
        timeout=10,
    ).raise_for_status()
    issue = ken.create("acme/shop", "By hand", labels=["brand-new"])
    ken.comment(issue, "Seen.")
    ken.rename_label("acme/shop", "brand-new", "known")
    pull = ken.open_pull_request("acme/shop", "Mend it")
    ken.comment(pull, "Good.")
    moved = ken.transfer(issue, "acme/ops")

    found = []
    while len(found) < 100 and Hint(f"{moved.number}-{moved.id}", "acme/ops") not in found:
        found += connector.parse_hook(*hear(), SECRET)

    assert set(found) == {
        Hint(f"{issue.number}-{issue.id}", "acme/shop"),
        Hint(f"{moved.number}-{moved.id}", "acme/ops"),
    }


def test_reads_every_captured_call():
    files = sorted((contracts() / "webhooks" / "github").glob("*.json"))

    found = {file.name: webhook.hints(file.read_bytes()) for file in files}

    assert len(found) > 20
    for name, hints in found.items():
        document = sample(f"webhooks/github/{name}")
        issue = document.get("issue") or {}
        is_pull = "pull_request" in issue
        expected = [f"{issue['number']}-{issue['id']}"] if issue and not is_pull else []
        new = document.get("changes", {}).get("new_issue")
        expected += [f"{new['number']}-{new['id']}"] if new else []
        assert [hint.item_id for hint in hints] == expected, name
        assert {hint.scope for hint in hints} <= _scopes(document), name


def _scopes(document):
    places = (document.get("repository"), document.get("changes", {}).get("new_repository"))
    return {place["full_name"] for place in places if place}
