"""Rate limits, and answers that the caller has already."""

import pytest

from tests.integrations.sandbox.github.conftest import SHOP


def left(response):
    return int(response.headers["X-RateLimit-Remaining"])


def test_counts_every_call(sync):
    first, second = sync.call("GET", "/user"), sync.call("GET", SHOP)

    assert left(first) - left(second) == 1
    assert first.headers["X-RateLimit-Resource"] == "core"
    assert int(second.headers["X-RateLimit-Used"]) == 2


def test_gives_what_is_not_modified_for_nothing(sync, ken):
    first = sync.call("GET", f"{SHOP}/issues")
    tag = {"If-None-Match": first.headers["ETag"]}

    same = sync.call("GET", f"{SHOP}/issues", headers=tag)
    ken.create("acme/shop", "New")
    changed = sync.call("GET", f"{SHOP}/issues", headers=tag)

    assert (same.status_code, same.content, left(same)) == (304, b"", left(first))
    assert same.headers["ETag"] == first.headers["ETag"]
    assert (changed.status_code, len(changed.json()), left(changed)) == (200, 1, left(first) - 1)


def test_tells_the_limits_for_nothing(sync):
    before = sync.call("GET", "/user")

    told = sync.call("GET", "/rate_limit").json()

    assert told["resources"]["core"]["remaining"] == left(before)
    assert told["resources"]["search"]["limit"] == 30
    assert told["rate"] == told["resources"]["core"]


@pytest.mark.parametrize("status", [403, 429])
def test_refuses_beyond_the_limit_until_it_is_reset(sync, github, status):
    github.change_state({"core_limit": 2, "limit_status": status})
    sync.call("GET", "/user")
    last = sync.call("GET", "/user")

    refused = sync.call("GET", "/user")
    github.change_state({"clock_skew": 3601})

    assert left(last) == 0
    assert (refused.status_code, left(refused)) == (status, 0)
    assert refused.json()["message"] == "API rate limit exceeded for user ID 5002."
    assert "Retry-After" not in refused.headers
    assert sync.call("GET", "/user").status_code == 200


def test_limits_each_account_for_itself(sync, as_account, github):
    github.change_state({"core_limit": 1})
    sync.call("GET", "/user")

    assert sync.call("GET", "/user").status_code == 403
    assert as_account("mia").call("GET", "/user").status_code == 200


def test_limits_search_for_itself(sync, github):
    github.change_state({"search_limit": 1})
    sync.call("GET", "/search/issues", params={"q": "x"})

    assert sync.call("GET", "/search/issues", params={"q": "x"}).status_code == 403
    assert sync.call("GET", "/user").status_code == 200


def test_slows_down_who_creates_too_much(sync, github):
    github.change_state({"content_limit": 2})
    issue = sync.new_issue()
    path = f"{SHOP}/issues/{issue['number']}/comments"
    sync.call("POST", path, json={"body": "Seen"})

    refused = sync.call("POST", path, json={"body": "Seen again"})
    edited = sync.call("PATCH", f"{SHOP}/issues/1", json={"title": "Other"})
    github.change_state({"clock_skew": 61})
    later = sync.call("POST", path, json={"body": "Seen later"})

    assert (refused.status_code, refused.headers["Retry-After"]) == (403, "60")
    assert "secondary rate limit" in refused.json()["message"]
    assert (edited.status_code, later.status_code) == (200, 201)


def test_limits_creation_to_eighty_a_minute(github):
    assert github.state()["content_limit"] == 80


def test_refuses_a_lever_that_it_does_not_have(github):
    with pytest.raises(ValueError, match="weather"):
        github.change_state({"weather": "fine"})
    with pytest.raises(ValueError, match="limit_status"):
        github.change_state({"limit_status": 500})
