import json
from datetime import UTC, datetime

import pytest
import responses

from integrations.base.errors import (
    AuthFailedError,
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    MovedError,
    RateLimitedError,
)
from integrations.base.http import ApiClient
from integrations.connectors.github.dialect import BUDGETS, GitHubDialect
from tests.contracts import contracts, sample

SITE = "https://api.github.example"
PATH = "/repos/acme/shop/issues/7"


@pytest.fixture
def wire():
    with responses.RequestsMock() as mock:
        yield mock


def call(method="GET"):
    return ApiClient(SITE, dialect=GitHubDialect()).request(method, PATH)


def refused(wire, status, body, method="GET", **headers):
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return answered(wire, status, body, method, named)


def answered(wire, status, body, method, headers):
    wire.add(method, f"{SITE}{PATH}", status=status, json=body, headers=headers)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each test names its error
        call(method)
    return caught.value


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("error.401.bad-credentials", AuthFailedError, "GitHub does not accept our token."),
        ("error.403.secondary-rate-limit", RateLimitedError, "GitHub asks us to slow down."),
        ("error.404", GoneError, "GitHub has no such thing (any more)."),
        ("error.422", InvalidError, "key is invalid. It must begin with"),
    ],
)
def test_reads_captured_refusals(wire, name, kind, words):
    answer = sample(f"responses/github/{name}.json")["response"]
    headers = {key: text for key, text in answer["headers"].items() if "ype" not in key}

    error = answered(wire, answer["status"], answer["body"], "GET", headers)

    assert type(error) is kind
    assert error.message.startswith(words)


def test_gives_a_sentence_for_each_field(wire):
    errors = [
        {"resource": "Issue", "field": "title", "code": "missing_field"},
        {"resource": "Issue", "field": "assignees", "code": "invalid", "value": "zed"},
        {"resource": "Label", "field": "name", "code": "too_long"},
        {"resource": "Issue", "field": "body", "code": "custom", "message": "body is too long"},
    ]

    error = refused(wire, 422, {"message": "Validation Failed", "errors": errors}, "POST")

    assert error.fields == {
        "title": "title is missing.",
        "assignee": "assignees is not valid.",
        "labels": "name is too long.",
        "body": "body is too long",
    }
    assert error.message.startswith("title is missing.")


def test_reads_errors_that_are_sentences(wire):
    error = refused(wire, 422, {"message": "Validation Failed", "errors": ["Too many labels"]})

    assert (error.message, error.fields) == ("Too many labels", {})


def test_waits_for_the_hour_where_calls_are_used_up(wire):
    headers = {
        "x_ratelimit_remaining": "0",
        "x_ratelimit_reset": "1795377600",
        "x_ratelimit_resource": "search",
    }

    error = refused(wire, 403, {"message": "API rate limit exceeded for user ID 1."}, **headers)

    assert (error.bucket, error.until) == ("search", datetime(2026, 11, 22, 20, 0, tzinfo=UTC))


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(("method", "bucket"), [("GET", "core"), ("POST", "content")])
def test_waits_a_minute_where_a_secondary_limit_names_no_time(wire, status, method, bucket):
    message = "You have exceeded a secondary rate limit. Please wait a few minutes."

    error = refused(wire, status, {"message": message}, method)

    assert (error.bucket, error.retry_after) == (bucket, 60)


def test_waits_as_long_as_it_is_asked_to(wire):
    error = refused(wire, 403, {"message": "Slow down"}, "POST", retry_after="7")

    assert (type(error), error.bucket, error.retry_after) == (RateLimitedError, "content", 7)


@pytest.mark.parametrize(
    ("message", "fix"),
    [
        ("Resource not accessible by personal access token", "Issues: read and write"),
        ("Resource protected by organization SAML enforcement.", "single sign-on"),
        ("Repository was archived so is read-only.", ""),
    ],
)
def test_tells_a_missing_right_from_a_limit(wire, message, fix):
    error = refused(wire, 403, {"message": message}, x_ratelimit_remaining="4000")

    assert (type(error), error.message) == (DeniedError, message)
    assert fix in error.fix


@pytest.mark.parametrize("status", [301, 307, 308])
def test_never_writes_to_another_address(wire, status):
    error = refused(wire, status, {}, "PATCH", location=f"{SITE}/repositories/7/issues/7")

    assert type(error) is MovedError


def test_reads_a_deleted_issue(wire):
    error = refused(wire, 410, {"message": "This issue was deleted"})

    assert (type(error), error.message) == (GoneError, "This issue was deleted")


@pytest.mark.parametrize(
    ("method", "path", "buckets"),
    [
        ("GET", PATH, ("core",)),
        ("GET", "/search/issues", ("search",)),
        ("PATCH", PATH, ("core", "content")),
        ("POST", PATH, ("core", "content", "creation")),
    ],
)
def test_draws_from_buckets_that_have_a_budget(method, path, buckets):
    assert GitHubDialect().buckets(method, path) == buckets
    assert set(buckets) <= set(BUDGETS)


def test_reads_every_captured_answer(wire):
    files = sorted((contracts() / "responses" / "github").glob("*.json"))
    assert len(files) > 10

    for file in files:
        answer = sample(f"responses/github/{file.name}")["response"]
        body = answer["body"] if isinstance(answer["body"], str) else json.dumps(answer["body"])
        headers = {key: text for key, text in answer["headers"].items() if "ype" not in key}
        wire.upsert("GET", f"{SITE}{PATH}", status=answer["status"], body=body, headers=headers)
        if file.name.startswith("error."):
            with pytest.raises(ConnectorError):
                call()
            continue
        found = call()
        assert found.status == answer["status"]
        assert not body or found.json() == answer["body"]
