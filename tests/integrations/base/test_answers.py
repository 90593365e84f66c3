from datetime import UTC, datetime

import pytest
import responses

from integrations.base.answers import Dialect, Words
from integrations.base.auth import Auth
from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    DeniedError,
    GoneError,
    InvalidError,
    RateLimitedError,
    StaleError,
    TooLargeError,
    TransientError,
    UncertainError,
)
from integrations.base.http import ApiClient

SITE = "https://jira.example.com"


@pytest.fixture
def wire():
    with responses.RequestsMock() as mock:
        yield mock


def call(method="GET", dialect=None):
    return ApiClient(SITE, Auth.basic("ada", "s3cret"), dialect=dialect).request(method, "/issue/1")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvalidError),
        (401, AuthFailedError),
        (403, DeniedError),
        (404, GoneError),
        (409, StaleError),
        (410, GoneError),
        (412, StaleError),
        (413, TooLargeError),
        (422, InvalidError),
        (429, RateLimitedError),
    ],
)
def test_maps_a_refusal_by_its_status(wire, method, status, error):
    wire.add(method, f"{SITE}/issue/1", status=status, json={})

    with pytest.raises(error) as caught:
        call(method)

    assert type(caught.value) is error
    assert caught.value.message


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_lets_a_failed_read_be_tried_again(wire, status):
    wire.get(f"{SITE}/issue/1", status=status, headers={"Retry-After": "7"})

    with pytest.raises(TransientError) as caught:
        call()

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_calls_a_failed_write_uncertain(wire, status):
    wire.put(f"{SITE}/issue/1", status=status)

    with pytest.raises(UncertainError):
        call("PUT")


def test_believes_a_503_that_says_when_to_come_back(wire):
    wire.put(f"{SITE}/issue/1", status=503, headers={"Retry-After": "30"})

    with pytest.raises(TransientError) as caught:
        call("PUT")

    assert caught.value.retry_after == 30


def test_believes_a_connector_that_knows_its_tracker(wire):
    class Known(Dialect):
        def is_unapplied(self, answer):
            return answer.status == 502

    wire.put(f"{SITE}/issue/1", status=502)

    with pytest.raises(TransientError):
        call("PUT", Known())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("12", 12), ("Sun, 22 Nov 2026 10:00:30 GMT", 30), ("999999999999", 86400), ("soon", None)],
)
def test_reads_how_long_to_wait(wire, header, seconds):
    headers = {"Retry-After": header, "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}
    wire.get(f"{SITE}/issue/1", status=429, headers=headers)

    with pytest.raises(RateLimitedError) as caught:
        call()

    assert caught.value.retry_after == seconds


def test_asks_the_connector_which_limit_was_hit(wire):
    class Known(Dialect):
        def rate_limit(self, answer):
            return "quota", datetime(2026, 11, 22, 11, tzinfo=UTC)

    wire.get(f"{SITE}/issue/1", status=429)

    with pytest.raises(RateLimitedError) as caught:
        call(dialect=Known())

    assert (caught.value.bucket, caught.value.until) == (
        "quota",
        datetime(2026, 11, 22, 11, tzinfo=UTC),
    )


def test_gives_the_trackers_words_by_field(wire):
    class Known(Dialect):
        def words(self, answer):
            return Words("", {"priority": "Priority is required."})

    wire.post(f"{SITE}/issue/1", status=400, json={})

    with pytest.raises(InvalidError, match="Priority is required") as caught:
        call("POST", Known())

    assert caught.value.fields == {"priority": "Priority is required."}


def test_masks_secrets_and_cuts_what_the_tracker_says(wire):
    wire.get(f"{SITE}/issue/1", status=403, json={"message": "no s3cret here " + "x" * 999})

    with pytest.raises(DeniedError) as caught:
        call()

    assert caught.value.message.startswith("no ••• here xxx")
    assert len(caught.value.message) == 300


def test_takes_a_sign_in_page_for_a_gate_in_front(wire):
    page = '<form><input type="password"></form>'
    wire.get(f"{SITE}/issue/1", body=page, content_type="text/html; charset=utf-8")

    with pytest.raises(AuthFailedError, match="sign-in page"):
        call()


@pytest.mark.parametrize(("status", "error"), [(200, AddressError), (404, TransientError)])
def test_takes_any_other_page_for_a_wrong_address(wire, status, error):
    wire.get(f"{SITE}/issue/1", body="<h1>Hello</h1>", status=status, content_type="text/html")

    with pytest.raises(error, match="answers with a web page, not as The tracker") as caught:
        call()

    assert "Enter the address" in caught.value.fix


def test_advises_https_where_http_was_refused(wire):
    page = "<h1>400 The plain HTTP request was sent to HTTPS port</h1>"
    wire.get(f"{SITE}/issue/1", body=page, status=400, content_type="text/html")

    with pytest.raises(AddressError, match="Begin the address with https"):
        call()


@pytest.mark.parametrize(("method", "error"), [("GET", TransientError), ("POST", UncertainError)])
def test_finds_broken_json_no_answer(wire, method, error):
    wire.add(method, f"{SITE}/issue/1", body="{", content_type="application/json")

    answer = call(method)

    with pytest.raises(error, match="broken JSON"):
        answer.json()


def test_reads_an_empty_answer_as_nothing(wire):
    wire.put(f"{SITE}/issue/1", status=204)

    assert call("PUT").json() is None


def test_finds_an_empty_answer_to_a_read_no_answer(wire):
    wire.get(f"{SITE}/issue/1", body="")

    with pytest.raises(TransientError, match="broken JSON"):
        call().json()


def test_tells_the_trackers_clock(wire):
    wire.get(f"{SITE}/issue/1", json={}, headers={"Date": "Sun, 22 Nov 2026 10:00:00 GMT"})

    assert call().server_now == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_lets_not_modified_pass(wire):
    wire.get(f"{SITE}/issue/1", status=304)

    assert call().status == 304
