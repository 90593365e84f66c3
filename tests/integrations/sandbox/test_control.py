"""The levers under /_sandbox."""

import pytest
import requests


@pytest.fixture
def lever(cloud):
    """Return a call of a lever."""
    with requests.Session() as session:

        def pull(method, path, body=None, **headers):
            url = f"{cloud.url}/_sandbox{path}"
            return session.request(method, url, json=body, headers=headers, timeout=10)

        yield pull


def test_orders_shows_and_lifts_faults(lever, on_cloud):
    ordered = lever("POST", "/faults", [{"kind": "before", "method": "GET", "status": 500}])
    failed = on_cloud.send_loosely("GET", "/myself").status_code
    shown = lever("GET", "/faults").json()
    lifted = lever("DELETE", "/faults").json()

    assert ordered.status_code == 200
    assert (failed, shown[0]["matched"], lifted) == (500, 1, [])


@pytest.mark.parametrize(
    "fault", [{"kind": "explode"}, {"kind": "drop", "when": 1}, {"kind": "drop", "path": "("}]
)
def test_refuses_a_fault_it_does_not_know(lever, fault):
    assert lever("POST", "/faults", [fault]).status_code == 400


def test_lists_and_clears_calls(lever, on_cloud):
    on_cloud.call("GET", "/myself")

    listed = lever("GET", "/calls").json()
    lever("DELETE", "/calls")

    assert listed == [{"method": "GET", "path": "/rest/api/3/myself", "query": {}, "status": 200}]
    assert lever("GET", "/calls").json() == []


def test_takes_the_tracker_down_and_up(lever, on_cloud):
    lever("POST", "/down", {"mode": "503"})
    down = on_cloud.send_loosely("GET", "/myself").status_code
    lever("DELETE", "/down")

    assert (down, on_cloud.call("GET", "/myself").status_code) == (503, 200)


def test_seeds_and_resets(lever):
    seeded = lever("POST", "/state", {"seed": True}).json()
    emptied = lever("POST", "/state", {"reset": True}).json()

    assert (seeded["issues"], emptied["issues"]) == (6, 0)


def test_sets_lag_and_clock(lever, cloud):
    lever("POST", "/state", {"search_lag": 3, "clock_skew": -60})

    assert (cloud.site.index.lag, cloud.site.clock.skew) == (3.0, -60.0)


def test_refuses_a_setting_it_does_not_know(lever):
    assert lever("POST", "/state", {"weather": "fine"}).status_code == 400


def test_changes_a_token(lever, on_cloud):
    lever("PUT", "/accounts/sync", {"token": "another"})

    assert on_cloud.call("GET", "/myself").status_code == 401


def test_answers_no_page_of_another_site(lever):
    assert lever("GET", "/calls", Origin="https://elsewhere.example").status_code == 403
    assert lever("GET", "/calls", Host="rebound.example").status_code == 403
