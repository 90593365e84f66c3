from uuid import uuid4

import pytest
import responses

from integrations.base.config import SystemConfig
from integrations.connectors.jira.connector import JiraConnector

CLOUD, SERVER = "https://example.atlassian.net", "https://tools.example.com/jira"
ME = {"accountId": "acc-1", "key": "JIRAUSER1", "displayName": "Sync"}


@pytest.fixture
def wire():
    with responses.RequestsMock() as mock:
        yield mock


def connect(base_url, username="", **more):
    credentials = {"username": username, "token": " t0ken "}
    config = SystemConfig(id=uuid4(), base_url=base_url, credentials=credentials, **more)
    return JiraConnector(config)


def info(deployment):
    return {"version": "10.3.2", "baseUrl": SERVER, "deploymentType": deployment}


def test_knows_cloud_by_its_host_and_signs_in_with_e_mail_and_token(wire):
    wire.get(f"{CLOUD}/rest/api/3/myself", json=ME)

    us = connect(CLOUD, "sync@example.com").site.us

    assert us == "acc-1"
    assert wire.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_asks_any_other_host_what_it_is_before_it_shows_a_token(wire):
    wire.get(f"{SERVER}/rest/api/2/serverInfo", json=info("Server"))
    wire.get(f"{SERVER}/rest/api/2/myself", json={"key": "JIRAUSER1", "name": "sync"})

    us = connect(f"{SERVER}/").site.us

    assert us == "JIRAUSER1"
    assert "Authorization" not in wire.calls[0].request.headers
    assert wire.calls[1].request.headers["Authorization"] == "Bearer t0ken"


def test_finds_cloud_behind_a_host_of_ones_own(wire):
    wire.get(f"{SERVER}/rest/api/2/serverInfo", json=info("Cloud"))
    wire.get(f"{SERVER}/rest/api/3/myself", json=ME)

    assert connect(SERVER, "sync@example.com").site.us == "acc-1"


def test_is_not_taken_in_by_a_host_that_looks_like_cloud(wire):
    wire.get("https://example.atlassian.net.evil.example/rest/api/2/serverInfo", json={})

    verified = connect("https://example.atlassian.net.evil.example", "a@b.c").verify()

    assert [check.is_ok for check in verified.checks] == [False]
    assert len(wire.calls) == 1


def test_asks_nobody_who_we_are_where_that_is_known():
    assert connect(CLOUD, account_id="acc-9").site.us == "acc-9"


def test_asks_for_the_types_of_fields_only_where_there_are_custom_ones(wire):
    field = {"id": "customfield_1", "name": "Team", "schema": {"type": "option"}}
    site = connect(CLOUD, "sync@example.com").site

    assert "summary" in site.shapes({"summary"})
    assert len(wire.calls) == 0
    wire.get(f"{CLOUD}/rest/api/3/field", json=[field])
    assert "customfield_1" in site.shapes({"customfield_1"})


def test_walks_through_all_pages_of_projects(wire):
    rows = [{"id": str(n), "key": f"P{n}", "name": f"Project {n}"} for n in range(130)]
    for page in (rows[:100], rows[100:]):
        wire.get(f"{CLOUD}/rest/api/3/project/search", json={"values": page, "total": 130})

    scopes = list(connect(CLOUD, "sync@example.com").scopes())

    assert [scope.id for scope in scopes] == [str(n) for n in range(130)]
    assert wire.calls[1].request.params["startAt"] == "100"


@pytest.mark.parametrize(
    ("deployment", "url"), [("cloud", "/rest/api/3/myself"), ("server", "/rest/api/2/myself")]
)
def test_need_not_ask_what_a_test_has_found_out(wire, deployment, url):
    wire.get(f"{SERVER}{url}", json=ME)

    us = connect(SERVER, options={"deployment": deployment}).site.us

    assert us in ME.values()
