import hashlib
import hmac
import json

import pytest

from integrations.base.errors import AuthFailedError, InvalidError
from integrations.base.items import Hint
from integrations.connectors.jira import webhook
from tests.contracts import contracts, sample

SECRET = b"hook-secret"
BODY = json.dumps({"issue": {"id": "10042", "fields": {"project": {"id": "10000"}}}}).encode()


def signed(body, method="sha256", secret=SECRET):
    signature = hmac.new(secret, body, method).hexdigest()
    return {"x-hub-signature": f"{method}={signature}"}


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_takes_a_body_that_was_signed_with_our_secret(method):
    webhook.check(signed(BODY, method), BODY, SECRET)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature": ""},
        {"X-Hub-Signature": "sha256="},
        {"X-Hub-Signature": "sha256=ü"},
        {"X-Hub-Signature": hashlib.sha256(BODY).hexdigest()},
        signed(BODY, "md5"),
        signed(BODY, "sha1"),
        signed(BODY, secret=b"another"),
        signed(BODY + b" "),
    ],
    ids=["none", "empty", "half", "not ascii", "unkeyed", "md5", "sha1", "other key", "other body"],
)
def test_refuses_what_was_not(headers):
    with pytest.raises(AuthFailedError):
        webhook.check(headers, BODY, SECRET)


def test_gives_the_issue_and_its_project():
    assert webhook.hints(BODY) == [Hint("10042", "10000")]


def test_finds_the_issue_of_a_comment_in_its_address():
    body = {"comment": {"self": "https://jira.example.com/rest/api/2/issue/10013/comment/10082"}}

    assert webhook.hints(json.dumps(body).encode()) == [Hint("10013")]


def test_gives_both_ends_of_a_link():
    body = {"issueLink": {"sourceIssueId": 10001, "destinationIssueId": 10002}}

    assert webhook.hints(json.dumps(body).encode()) == [Hint("10001"), Hint("10002")]


@pytest.mark.parametrize("id_", ["../../myself", "1 OR 1=1", "", None, "٣", ["1"], {"x": 1}])
def test_gives_no_id_that_is_not_a_number(id_):
    body = {"issue": {"id": id_, "fields": {"project": {"id": id_}}}}

    assert webhook.hints(json.dumps(body).encode()) == []


def test_gives_nothing_for_an_event_without_an_issue():
    body = json.dumps({"webhookEvent": "attachment_created", "attachment": {"id": 1}}).encode()

    assert webhook.hints(body) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_refuses_what_is_no_delivery(body):
    with pytest.raises(InvalidError):
        webhook.hints(body)


@pytest.mark.parametrize("body", [{"issue": []}, {"issue": {"fields": 1}}, {"comment": "x"}])
def test_survives_a_delivery_of_another_shape(body):
    assert webhook.hints(json.dumps(body).encode()) == []


@pytest.mark.parametrize("tracker", ["jira-cloud", "jira-server"])
def test_names_an_issue_for_every_captured_delivery(tracker):
    paths = sorted((contracts() / "webhooks" / tracker).glob("*.json"))

    found = {path.name: webhook.hints(path.read_bytes()) for path in paths}

    assert [name for name, hints in found.items() if not hints] == []


def test_names_the_issue_that_a_captured_delivery_is_about():
    document = sample("webhooks/jira-cloud/issue-updated-resolved.json")

    [hint] = webhook.hints(json.dumps(document).encode())

    assert hint.item_id == str(document["issue"]["id"])
