"""Queries and the feed of revisions."""

import pytest

from tests.integrations.sandbox.azure_devops.conftest import ITEMS, QUERY, add

TITLE, TAGS = "System.Title", "System.Tags"
FEED = "/_apis/wit/reporting/workitemrevisions"


@pytest.fixture
def three(sync, ken):
    """Return the ids of three items: two of ours, one of Ken's."""
    first = sync.new_item(add(TITLE, "Alpha"), add(TAGS, "qa-17-3f2c; login"))
    second = sync.new_item(add(TITLE, "beta"), add("System.AreaPath", "Engineering\\Website"))
    third = ken.create("Operations", "Issue", title="Gamma ray", priority=1)
    return first["id"], second["id"], third.number


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        ("[System.CreatedBy] = @me", [0, 1]),
        ("[Created By] = 'Ken Ito <ken@example.com>'", [2]),
        ("[System.CreatedBy] <> @me AND [System.State] IN ('to do', 'Doing')", [2]),
        ("[System.Tags] CONTAINS 'QA-17-3F2C'", [0]),
        ("[System.Tags] CONTAINS 'qa-17'", []),
        ("NOT [System.Tags] CONTAINS 'login'", [1, 2]),
        ("[System.Title] NOT CONTAINS 'a ray' AND [System.Id] > 1", [1]),
        ("[System.AreaPath] UNDER 'Engineering'", [0, 1]),
        ("[System.AreaPath] = 'engineering\\website' OR [System.WorkItemType] = 'Issue'", [1, 2]),
        ("([System.Id] = 1 OR [System.Id] = 2) AND [System.TeamProject] = 'Engineering'", [0, 1]),
        ("[Microsoft.VSTS.Common.Priority] < 2", [2]),
        ("[System.AssignedTo] IS EMPTY AND [System.Tags] IS NOT EMPTY", [0]),
        ("[System.Title] = 'it''s'", []),
        ("[System.ChangedDate] >= @today - 1", [0, 1, 2]),
        ("[System.ChangedDate] > '2100-01-01'", []),
    ],
)
def test_finds(sync, three, condition, places):
    assert sync.find(condition) == [three[place] for place in places]


def test_sorts(sync, three):
    condition = "[System.Id] > 0 ORDER BY [System.TeamProject] DESC, [System.Title]"

    assert sync.find(condition) == [three[2], three[0], three[1]]


def test_counts_times_to_the_day_unless_told_otherwise(sync, azure):
    number = sync.new_item()["id"]
    changed = sync.item(number)["fields"]["System.ChangedDate"]
    later = f"[System.ChangedDate] > '{changed}'"

    query = {"query": QUERY.format(later)}
    refused = sync.call("POST", "/_apis/wit/wiql", json=query)

    assert "cannot supply a time with the date" in refused.json()["message"]
    assert sync.find(later, timePrecision="true") == []
    assert sync.find(later.replace(">", ">="), timePrecision="true") == [number]


def test_knows_the_project_of_the_address(sync, three):
    query = {"query": "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project"}

    found = sync.call("POST", "/Operations/_apis/wit/wiql", json=query).json()["workItems"]
    refused = sync.call("POST", "/_apis/wit/wiql", json=query)

    assert [one["id"] for one in found] == [three[2]]
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "SELECT [System.Id] FROM WorkItems WHERE [Custom.Nothing] = 1",
        "SELECT [System.Id] FROM WorkItems WHERE [System.Id] LIKE 1",
        "SELECT [System.Id] FROM WorkItemLinks",
        "SELECT [System.Id] FROM WorkItems WHERE ([System.Id] = 1",
        "SELECT [System.Id] FROM WorkItems WHERE [System.Description] = 'x'",
        "[System.Id] = 1",
        "",
    ],
)
def test_refuses_a_query_that_means_nothing(sync, query):
    assert sync.call("POST", "/_apis/wit/wiql", json={"query": query}).status_code == 400


def test_finds_no_more_than_its_limit_unless_told_how_many(azure, sync, three):
    azure.change_state({"wiql_limit": 2})
    query = {"query": "SELECT [System.Id] FROM WorkItems"}

    refused = sync.call("POST", "/_apis/wit/wiql", json=query)

    assert (refused.status_code, refused.json()["message"][:8]) == (400, "VS402337")
    assert sync.find("[System.Id] > 0", **{"$top": 1}) == [three[0]]


def test_sees_a_change_after_its_lag_only(azure, sync):
    azure.change_state({"search_lag": 3600})
    number = sync.new_item()["id"]

    hidden = sync.find("[System.Id] > 0")
    azure.change_state({"search_lag": 0})

    assert (hidden, sync.find("[System.Id] > 0")) == ([], [number])


# -- the feed


def read(sync, **params):
    """Return all revisions of the feed, and the token for next time."""
    found = []
    while True:
        page = sync.call("GET", FEED, params=params).json()
        found += page["values"]
        params["continuationToken"] = page["continuationToken"]
        if page["isLastBatch"]:
            return found, page["continuationToken"]


def revs(found):
    return [(one["id"], one["rev"]) for one in found]


def test_tells_every_revision_in_order(sync, three):
    sync.patch_item(three[0], add(TITLE, "Again"))

    found, _ = read(sync, **{"$maxPageSize": 3})

    assert revs(found) == [(1, 1), (2, 1), (3, 1), (1, 2)]
    assert found[0]["fields"]["System.CreatedBy"] == "Test Platform <sync@example.com>"
    assert found[0]["fields"]["System.RevisedDate"] == found[3]["fields"]["System.ChangedDate"]
    assert found[3]["fields"]["System.RevisedDate"] == "9999-01-01T00:00:00Z"


def test_goes_on_where_it_ended(sync, three):
    _, token = read(sync)
    nothing, again = read(sync, continuationToken=token)
    sync.patch_item(three[1], add(TITLE, "Again"))

    found, _ = read(sync, continuationToken=again)

    assert (nothing, revs(found)) == ([], [(2, 2)])


def test_leaves_out_large_text_unless_asked(sync):
    sync.new_item(add("Microsoft.VSTS.TCM.ReproSteps", "<p>x</p>"))

    short, _ = read(sync)
    whole, _ = read(sync, **{"$expand": "fields"})

    assert "Microsoft.VSTS.TCM.ReproSteps" not in short[0]["fields"]
    assert whole[0]["fields"]["Microsoft.VSTS.TCM.ReproSteps"] == "<p>x</p>"


def test_filters_by_type_field_and_age(sync, three):
    filtered = {"types": ["issue"], "fields": [TITLE], "includeIdentityRef": True}

    page = sync.call("POST", FEED, json=filtered).json()
    late, _ = read(sync, startDateTime="2100-01-01T00:00:00Z")
    newest, _ = read(sync, includeLatestOnly="true")

    assert [one["fields"] for one in page["values"]] == [{TITLE: "Gamma ray"}]
    assert (late, len(newest)) == ([], 3)


def test_tells_of_the_deleted_where_asked(sync, three):
    sync.call("DELETE", f"{ITEMS}/{three[0]}")

    without, _ = read(sync)
    everything, _ = read(sync, includeDeleted="true")

    assert three[0] not in [one["id"] for one in without]
    assert everything[-1]["fields"]["System.IsDeleted"] is True


def test_keeps_to_a_project_where_one_is_named(sync, three):
    page = sync.call("GET", f"/Operations{FEED}").json()

    assert revs(page["values"]) == [(3, 1)]
