from datetime import UTC, datetime

import pytest
import responses

from integrations.base.errors import AuthFailedError, DeniedError, InvalidError, RateLimitedError
from integrations.base.http import ApiClient
from integrations.connectors.jira.dialect import JiraDialect
from tests.contracts import sample

SITE = "https://jira.example.com"
PATH = "/rest/api/3/issue/10042/comment/7"


@pytest.fixture
def wire():
    with responses.RequestsMock() as mock:
        yield mock


def call(method="GET"):
    return ApiClient(SITE, dialect=JiraDialect()).request(method, PATH)


def captured(wire, name, method="GET"):
    """Answer with a captured payload."""
    answer = sample(f"responses/{name}.json")["response"]
    body, headers = answer["body"], answer["headers"]
    given = {"body": body} if isinstance(body, str) else {"json": body}
    kind = headers.pop("Content-Type", "text/plain")
    wire.add(
        method,
        f"{SITE}{PATH}",
        status=answer["status"],
        headers=headers,
        content_type=kind if isinstance(body, str) else "application/json",
        **given,
    )


def test_reads_messages_and_fields(wire):
    body = {"errorMessages": ["No."], "errors": {"labels": "The label 'a b' contains spaces."}}
    wire.put(f"{SITE}{PATH}", status=400, json=body)

    with pytest.raises(InvalidError, match="No") as caught:
        call("PUT")

    assert caught.value.fields == {"labels": "The label 'a b' contains spaces."}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("jira-cloud/issue.create.error.400", InvalidError),
        ("jira-server/error.400", InvalidError),
        ("jira-cloud/error.401", AuthFailedError),
        ("jira-server/error.401.html", AuthFailedError),
        ("jira-server/error.403.captcha", AuthFailedError),
        ("jira-cloud/error.429.burst", RateLimitedError),
        ("jira-server/error.429", RateLimitedError),
    ],
)
def test_understands_captured_refusals(wire, name, error):
    captured(wire, name, "POST")

    with pytest.raises(error):
        call("POST")


def test_tells_a_locked_sign_in_from_a_missing_permission(wire):
    captured(wire, "jira-server/error.403.captcha")

    with pytest.raises(AuthFailedError) as caught:
        call()

    assert "CAPTCHA" in caught.value.fix


def test_leaves_a_missing_permission_what_it_is(wire):
    wire.get(f"{SITE}{PATH}", status=403, json={"errorMessages": ["Not you."]})

    with pytest.raises(DeniedError, match="Not you"):
        call()


@pytest.mark.parametrize(
    ("reason", "bucket"),
    [
        ("jira-burst-based", "PUT 3/issue/*/comment/*"),
        ("jira-per-issue-on-write", "issue:10042"),
        ("jira-quota-global-based", "quota"),
        ("jira-quota-tenant-based", "quota"),
        ("jira-cost-based", "site"),
        ("", "site"),
    ],
)
def test_names_what_is_used_up(wire, reason, bucket):
    headers = {"RateLimit-Reason": reason, "X-RateLimit-Reset": "2026-11-22T11:00Z"}
    wire.put(f"{SITE}{PATH}", status=429, json={}, headers=headers)

    with pytest.raises(RateLimitedError) as caught:
        call("PUT")

    assert caught.value.bucket == bucket
    assert caught.value.until == datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"errors": []}', b'{"errorMessages": "x"}'])
def test_survives_an_error_of_another_shape(wire, body):
    wire.get(f"{SITE}{PATH}", status=400, body=body, content_type="application/json")

    with pytest.raises(InvalidError):
        call()
