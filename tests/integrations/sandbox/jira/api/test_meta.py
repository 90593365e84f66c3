"""The site, the caller, rights and people."""

import time
from datetime import datetime

import pytest
import requests


def test_says_who_it_is_to_strangers_too(jira):
    with requests.Session() as session:
        response = session.get(f"{jira.url}/rest/api/2/serverInfo", timeout=10)

    assert response.json()["deploymentType"] == jira.site.face.deployment


def test_tells_the_time_of_its_own_clock(sync, jira):
    jira.change_state({"clock_skew": 3600})

    told = sync.call("GET", "/serverInfo").json()["serverTime"]

    assert datetime.fromisoformat(told).timestamp() - time.time() == pytest.approx(3600, abs=5)


def test_knows_the_caller_by_the_right_id(sync, jira):
    me = sync.call("GET", "/myself").json()

    account = jira.account("sync")
    if jira.site.face.deployment == "Cloud":
        assert me["accountId"] == account.account_id
        assert "name" not in me
    else:
        assert (me["name"], me["key"]) == ("sync", account.key)
        assert "accountId" not in me


def test_tells_what_the_caller_may_do(sync, jira):
    params = {"permissions": "BROWSE_PROJECTS,ADMINISTER", "projectKey": "ENG"}

    found = sync.call("GET", "/mypermissions", params=params).json()["permissions"]

    assert {key: entry["havePermission"] for key, entry in found.items()} == {
        "BROWSE_PROJECTS": True,
        "ADMINISTER": False,
    }


def test_asks_on_cloud_for_which_permissions(on_cloud):
    assert on_cloud.call("GET", "/mypermissions").status_code == 400


def test_finds_who_can_be_given_issues(sync):
    name = "query" if sync.deployment == "Cloud" else "username"

    found = sync.call("GET", "/user/assignable/search", params={"project": "ENG", name: "ken"})
    readers = sync.call("GET", "/user/assignable/search", params={"project": "ENG", name: "rita"})

    assert [person["displayName"] for person in found.json()] == ["Ken Ito"]
    assert readers.json() == []


def test_finds_people(sync):
    name = "query" if sync.deployment == "Cloud" else "username"

    found = sync.call("GET", "/user/search", params={name: "rita"}).json()

    assert [person["displayName"] for person in found] == ["Rita Reed"]


def test_lists_no_status_to_who_sees_no_project(jira, as_account):
    assert as_account(jira, "outsider").call("GET", "/status").json() == []


def test_lists_the_priorities_of_all_projects(sync):
    names = {priority["name"] for priority in sync.call("GET", "/priority").json()}

    assert {"Highest", "Lowest", "P1", "P4"} <= names


def test_locks_an_account_out_at_once(sync, jira):
    jira.change_account("sync", {"is_active": False})

    assert sync.call("GET", "/myself").status_code == 401
