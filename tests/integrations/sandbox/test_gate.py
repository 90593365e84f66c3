"""Faults, outages and the call log, over real HTTP."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from integrations.sandbox.faults import Fault, FaultKind
from integrations.sandbox.gate import Outage
from integrations.sandbox.jira.sandbox import SandboxJira

_ISSUE = {
    "fields": {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Login fails"}
}


@pytest.fixture
def create(cloud, on_cloud):
    """Return a call that creates an issue."""
    return lambda: on_cloud.send_loosely("POST", "/issue", json=_ISSUE)


def test_fails_before_anything_is_applied(cloud, create):
    cloud.faults(Fault(FaultKind.BEFORE, "POST", "/issue$", status=503, body="Down"))

    failed, next_one = create(), create()

    assert (failed.status_code, failed.text) == (503, "Down")
    assert (next_one.status_code, len(cloud.issues())) == (201, 1)


def test_answers_an_error_after_applying(cloud, create):
    cloud.faults(Fault(FaultKind.AFTER_APPLY, "POST", "/issue$", status=502))

    failed = create()

    assert failed.status_code == 502
    assert [issue.key for issue in cloud.issues()] == ["ENG-1"]


@pytest.mark.parametrize(
    ("kind", "issues"),
    [(FaultKind.DROP, 0), (FaultKind.AFTER_APPLY, 1), (FaultKind.HALF_BODY, 1)],
)
def test_breaks_the_connection(cloud, create, kind, issues):
    cloud.faults(Fault(kind, "POST", "/issue$"))

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        create()

    assert len(cloud.issues()) == issues


def test_limits_the_rate_with_the_headers_given(cloud, create):
    headers = {"Retry-After": "7", "RateLimit-Reason": "jira-burst-based"}
    cloud.faults(Fault(FaultKind.RATE_LIMIT, headers=headers))

    limited = create()

    assert limited.status_code == 429
    assert headers.items() <= limited.headers.items()
    assert cloud.issues() == []


def test_delays(cloud, create):
    cloud.faults(Fault(FaultKind.DELAY, seconds=0.2))

    started = time.monotonic()
    made = create()

    assert (made.status_code, time.monotonic() - started >= 0.2) == (201, True)


def test_hangs_and_then_says_nothing(cloud, create):
    cloud.faults(Fault(FaultKind.HANG, "POST", seconds=0.2))

    started = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        create()

    assert time.monotonic() - started >= 0.2
    assert cloud.issues() == []


def fetch(url):
    with requests.Session() as session:
        return session.get(url, timeout=60)


def test_closes_at_once_though_a_call_hangs():
    with ThreadPoolExecutor() as pool:
        with SandboxJira({}) as sandbox:
            sandbox.faults(Fault(FaultKind.HANG, seconds=60))
            silent = pool.submit(fetch, f"{sandbox.url}/rest/x")
            while not sandbox.fault_listing()[0]["matched"]:
                time.sleep(0.01)
            started = time.monotonic()

        with pytest.raises(requests.ConnectionError):
            silent.result(timeout=10)

    assert time.monotonic() - started < 10


def test_strikes_the_nth_matching_call(cloud, create, on_cloud):
    cloud.faults(Fault(FaultKind.BEFORE, "POST", nth=2, times=2, status=500))

    statuses = [create().status_code for _ in range(4)]
    read = on_cloud.call("GET", "/issue/ENG-1")

    assert statuses == [201, 500, 500, 201]
    assert read.status_code == 200


def test_is_down_and_comes_back(cloud, create):
    cloud.go_down()
    down = create().status_code
    cloud.go_down(Outage.CLOSED)
    with pytest.raises(requests.ConnectionError):
        create()

    cloud.come_back()

    assert (down, create().status_code) == (503, 201)


def test_shows_its_pages_even_when_down(cloud):
    cloud.go_down()

    with requests.Session() as session:
        page = session.get(f"{cloud.url}/", timeout=10)

    assert page.status_code == 200


def test_counts_calls_without_secrets(cloud, on_cloud, create):
    create()
    upload = {"file": ("app.log", b"x")}
    headers = {"X-Atlassian-Token": "no-check"}
    made = on_cloud.call("POST", "/issue/ENG-1/attachments", files=upload, headers=headers)
    cloud.clear_calls()

    on_cloud.get(made.json()[0]["content"], timeout=10)

    content, media = cloud.calls()
    assert (content.method, content.status) == ("GET", 303)
    assert (media.path, media.query) == ("/media/10000", {})
