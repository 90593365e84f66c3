"""Issues: what is kept of what was sent, who may, and where lists lead."""

import pytest

from tests.integrations.sandbox.github.conftest import SHOP


def errors(response):
    return [(one.get("resource"), one["field"], one["code"]) for one in response.json()["errors"]]


def names(items, key="name"):
    return [one[key] for one in items]


def test_opens_an_issue_with_everything(sync, ken):
    ken.make_milestone("acme/shop", "Spring")

    opened = sync.new_issue(
        title="  Login fails ",
        body="First\r\nsecond\n",
        labels=["BUG", "billing"],
        assignees=["mia", "ken"],
        milestone=1,
        type="bug",
    )

    assert (opened["number"], opened["title"], opened["body"]) == (
        1,
        "Login fails",
        "First\r\nsecond\n",
    )
    assert names(opened["labels"]) == ["billing", "bug"]
    assert names(opened["assignees"], "login") == ["mia", "ken"]
    assert opened["assignee"]["login"] == "mia"
    assert (opened["milestone"]["title"], opened["type"]["name"]) == ("Spring", "Bug")
    assert (opened["state"], opened["state_reason"], opened["closed_by"]) == ("open", None, None)


def test_makes_a_label_that_nobody_knew(sync):
    sync.new_issue(labels=["billing"])

    label = sync.call("GET", f"{SHOP}/labels/Billing").json()

    assert (label["name"], label["color"], label["default"]) == ("billing", "ededed", False)


def test_knows_no_difference_between_no_body_and_an_empty_one(sync):
    assert sync.new_issue(body="")["body"] is None


@pytest.mark.parametrize(
    ("raw", "status", "message"),
    [
        ({"titel": "x"}, 422, 'Invalid request.\n\n"title" wasn\'t supplied.'),
        ({"title": "x", "labels": "bug"}, 422, "is not an array"),
        ({"title": "x", "body": 7}, 422, "is not a string or null"),
        ([1], 400, "Body should be a JSON object"),
    ],
)
def test_refuses_a_body_of_another_shape(sync, raw, status, message):
    refused = sync.send_loosely("POST", f"{SHOP}/issues", json=raw)

    assert refused.status_code == status
    assert message in refused.json()["message"]
    assert refused.json()["status"] == str(status)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"title": "  "}, "title", "missing_field"),
        ({"title": "x" * 257}, "title", "custom"),
        ({"body": "x" * 65_537}, "body", "custom"),
        ({"milestone": 9}, "milestone", "invalid"),
        ({"assignees": ["nobody"]}, "assignees", "invalid"),
        ({"type": "Epic"}, "type", "invalid"),
    ],
)
def test_refuses_a_value_with_its_field(sync, values, field, code):
    refused = sync.call("POST", f"{SHOP}/issues", json={"title": "Login fails", **values})

    assert (refused.status_code, refused.json()["message"]) == (422, "Validation Failed")
    assert errors(refused) == [("Issue", field, code)]


def test_refuses_a_long_label(sync):
    refused = sync.call("POST", f"{SHOP}/issues", json={"title": "x", "labels": ["l" * 51]})

    assert errors(refused) == [("Label", "name", "custom")]


def test_drops_what_only_triagers_may_set(as_account):
    opened = as_account("reader").new_issue(labels=["bug"], assignees=["ken"], type="Bug")

    assert (opened["labels"], opened["assignees"], opened["type"]) == ([], [], None)


def test_passes_over_who_cannot_be_assigned_later_and_takes_ten(sync):
    number = sync.new_issue()["number"]
    team = ["amy", "ben", "eli", "ivy", "leo", "noa", "tim", "uma", "ken", "mia", "admin"]

    path = f"{SHOP}/issues/{number}/assignees"
    given = sync.call("POST", path, json={"assignees": ["outsider", "ghost", *team]})
    left = sync.call("DELETE", path, json={"assignees": team[1:]})

    assert given.status_code == 201
    assert names(given.json()["assignees"], "login") == team[:10]
    assert names(left.json()["assignees"], "login") == ["amy"]


@pytest.mark.parametrize("reason", ["completed", "not_planned", "duplicate"])
def test_closes_with_a_reason_and_reopens(sync, reason):
    path = f"{SHOP}/issues/{sync.new_issue()['number']}"

    closed = sync.call("PATCH", path, json={"state": "closed", "state_reason": reason}).json()
    reopened = sync.call("PATCH", path, json={"state": "open"}).json()

    assert (closed["state"], closed["state_reason"]) == ("closed", reason)
    assert (closed["closed_by"]["login"], bool(closed["closed_at"])) == ("sync", True)
    assert (reopened["state"], reopened["state_reason"]) == ("open", "reopened")
    assert (reopened["closed_by"], reopened["closed_at"]) == (None, None)


def test_takes_a_reason_only_with_a_change_of_state(sync):
    path = f"{SHOP}/issues/{sync.new_issue()['number']}"
    sync.call("PATCH", path, json={"state": "closed"})

    again = sync.call("PATCH", path, json={"state": "closed", "state_reason": "not_planned"})

    assert again.json()["state_reason"] == "completed"


def test_edits_and_clears(sync, ken):
    ken.make_milestone("acme/shop", "Spring")
    number = sync.new_issue(labels=["bug"], assignees=["ken"], milestone=1, type="Bug")["number"]
    nothing = {"labels": [], "assignees": [], "milestone": None, "type": None, "body": None}

    # The contract describes null for a milestone in words only.
    path = f"{SHOP}/issues/{number}"
    edited = sync.send_loosely("PATCH", path, json={"title": "Other", **nothing})

    found = edited.json()
    assert found["title"] == "Other"
    assert (found["labels"], found["assignees"], found["milestone"]) == ([], [], None)
    assert (found["type"], found["body"]) == (None, None)


def test_moves_the_time_of_update_only_with_a_change(sync, github):
    opened = sync.new_issue()
    path = f"{SHOP}/issues/{opened['number']}"
    github.change_state({"clock_skew": 60})

    same = sync.call("PATCH", path, json={"title": "Login fails"}).json()
    changed = sync.call("PATCH", path, json={"title": "Other"}).json()

    assert same["updated_at"] == opened["updated_at"]
    assert changed["updated_at"] > opened["updated_at"]
    assert changed["created_at"] == opened["created_at"]


def test_changes_labels_of_an_issue(sync):
    number = sync.new_issue(labels=["bug"])["number"]
    path = f"{SHOP}/issues/{number}/labels"

    added = sync.call("POST", path, json={"labels": ["Question", "bug"]}).json()
    less = sync.call("DELETE", f"{path}/BUG").json()
    unknown = sync.call("DELETE", f"{path}/bug")
    replaced = sync.call("PUT", path, json={"labels": ["a/b"]}).json()
    cleared = sync.call("DELETE", path).status_code

    assert (names(added), names(less)) == (["bug", "question"], ["question"])
    assert (unknown.status_code, unknown.json()["message"]) == (404, "Label does not exist")
    assert (names(replaced), cleared) == (["a/b"], 204)
    assert sync.call("GET", path).json() == []


def test_lets_readers_edit_their_own_only(as_account, sync):
    reader = as_account("reader")
    own, other = reader.new_issue()["number"], sync.new_issue()["number"]

    allowed = reader.call("PATCH", f"{SHOP}/issues/{own}", json={"title": "Mine"})
    refused = reader.call("PATCH", f"{SHOP}/issues/{other}", json={"title": "Not mine"})

    assert (allowed.status_code, refused.status_code) == (200, 403)


def test_locks(sync, as_account, github):
    number = sync.new_issue()["number"]
    path = f"{SHOP}/issues/{number}"

    sync.call("PUT", f"{path}/lock", json={"lock_reason": "too heated"})
    locked = sync.call("GET", path).json()
    refused = as_account("reader").call("POST", f"{path}/comments", json={"body": "But!"})
    sync.call("DELETE", f"{path}/lock")

    assert (locked["locked"], locked["active_lock_reason"]) == (True, "too heated")
    assert refused.status_code == 403
    assert sync.call("GET", path).json()["locked"] is False


def test_lists_pull_requests_between_the_issues(sync, ken):
    ken.create("acme/shop", "An issue")
    ken.open_pull_request("acme/shop", "A pull request")

    listed = sync.call("GET", f"{SHOP}/issues").json()

    assert [("pull_request" in one, one["number"]) for one in listed] == [(True, 2), (False, 1)]


@pytest.mark.parametrize(
    ("params", "titles"),
    [
        ({}, ["late", "early"]),
        ({"state": "closed"}, ["done"]),
        ({"state": "all", "direction": "asc"}, ["early", "done", "late"]),
        ({"state": "all", "sort": "updated"}, ["early", "late", "done"]),
        ({"state": "all", "sort": "comments", "direction": "desc"}, ["early", "late", "done"]),
        ({"labels": "Bug,night"}, ["early"]),
        ({"assignee": "mia"}, ["late"]),
        ({"assignee": "none"}, ["early"]),
        ({"creator": "ken", "state": "all"}, ["late", "done", "early"]),
        ({"milestone": "1"}, ["late"]),
        ({"type": "bug"}, ["early"]),
    ],
)
def test_filters_and_sorts(sync, ken, github, params, titles):
    ken.make_milestone("acme/shop", "Spring")
    early = ken.create("acme/shop", "early", labels=["bug", "night"], type="Bug")
    ken.close(ken.create("acme/shop", "done"))
    github.change_state({"clock_skew": 10})
    ken.create("acme/shop", "late", assignees=["mia"], milestone="Spring")
    github.change_state({"clock_skew": 20})
    ken.comment(early, "A word")

    assert names(sync.call("GET", f"{SHOP}/issues", params=params).json(), "title") == titles


@pytest.mark.parametrize("params", [{"state": "opened"}, {"sort": "name"}, {"since": "yesterday"}])
def test_refuses_an_unknown_filter(sync, params):
    assert sync.send_loosely("GET", f"{SHOP}/issues", params=params).status_code == 422


def test_lists_since_a_second_that_counts(sync, ken, github):
    ken.create("acme/shop", "before")
    github.change_state({"clock_skew": 60})
    at = sync.call("GET", f"{SHOP}/issues/{ken.create('acme/shop', 'then').number}").json()

    found = sync.call("GET", f"{SHOP}/issues", params={"since": at["updated_at"]}).json()

    assert names(found, "title") == ["then"]


def test_leads_from_page_to_page(sync, ken):
    for number in range(7):
        ken.create("acme/shop", f"Issue {number}")

    first = sync.call("GET", f"{SHOP}/issues", params={"per_page": 3})
    every = sync.every(f"{SHOP}/issues", per_page=3)

    assert set(first.links) == {"next", "last"}
    assert "/repositories/7001/issues?per_page=3&page=2" in first.links["next"]["url"]
    assert [one["number"] for one in every] == [7, 6, 5, 4, 3, 2, 1]


def test_points_from_a_moved_issue_to_its_place(sync, ken):
    moved = ken.create("acme/shop", "Disk full", labels=["bug", "only here"], body="x")
    ken.comment(moved, "Seen")
    ken.transfer("acme/shop#1", "acme/ops")

    pointed = sync.call("GET", f"{SHOP}/issues/1")
    there = sync.call("GET", pointed.headers["Location"]).json()
    beside = sync.call("GET", f"{SHOP}/issues/1/comments")

    assert pointed.status_code == 301
    assert (there["id"], there["repository_url"].endswith("/repos/acme/ops")) == (
        int(moved.id),
        True,
    )
    assert (names(there["labels"]), there["comments"]) == (["bug"], 1)
    assert beside.status_code == 404
    assert sync.call("GET", f"{SHOP}/issues").json() == []


def test_says_that_an_issue_was_deleted(sync, github, ken):
    ken.comment(ken.create("acme/shop", "Spam"), "More spam")

    github.as_human("admin").delete("acme/shop#1")

    gone = sync.call("GET", f"{SHOP}/issues/1")
    assert (gone.status_code, gone.json()["message"]) == (410, "This issue was deleted")
    assert sync.call("GET", f"{SHOP}/issues/comments").json() == []
    assert sync.new_issue()["number"] == 2


def test_says_that_issues_are_switched_off(sync, github, ken):
    ken.create("acme/shop", "An issue")
    ken.open_pull_request("acme/shop", "A pull request")
    github.as_human("admin").switch_issues("acme/shop", is_on=False)

    single = sync.call("GET", f"{SHOP}/issues/1")
    refused = sync.call("POST", f"{SHOP}/issues", json={"title": "x"})
    listed = sync.call("GET", f"{SHOP}/issues").json()

    assert (single.status_code, refused.status_code) == (410, 410)
    assert [one["number"] for one in listed] == [2]


def test_writes_nothing_into_an_archive(sync, github):
    github.as_human("admin").archive("acme/shop")

    assert sync.call("POST", f"{SHOP}/issues", json={"title": "x"}).status_code == 403


def test_tells_the_history(sync, ken):
    number = sync.new_issue(labels=["bug"])["number"]
    path = f"{SHOP}/issues/{number}"
    sync.call("PATCH", path, json={"title": "Other", "assignees": ["mia"], "type": "Bug"})
    sync.call("POST", f"{path}/comments", json={"body": "Seen"})
    sync.call("PATCH", path, json={"state": "closed"})

    told = sync.call("GET", f"{path}/timeline").json()
    events = sync.call("GET", f"{path}/events").json()
    every = sync.call("GET", f"{SHOP}/issues/events").json()

    kinds = ["labeled", "renamed", "assigned", "issue_type_added", "closed"]
    assert names(events, "event") == kinds
    assert sorted(names(told, "event")) == sorted([*kinds, "commented"])
    assert names(every, "event") == kinds[::-1]
    assert every[0]["issue"]["number"] == number
    assert sync.call("GET", every[0]["url"]).json() == every[0]
