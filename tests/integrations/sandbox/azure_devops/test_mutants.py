"""A small connector passes here, and breaks where it is made wrong: the sandbox is no yes-man."""

import json

import pytest
import requests

from tests.integrations.sandbox.azure_devops.conftest import ITEMS, PATCH, QUERY


class Connector:
    """Reads and writes work items as the vendor's documents say."""

    verb = "PATCH"
    state = "System.State"
    page_key = "continuationToken"
    patch_type = PATCH["Content-Type"]

    def __init__(self, azure, session):
        self.azure = azure
        self.session = session
        session.auth = ("", azure.account("sync").token)

    def call(self, method, path, **options):
        params = {"api-version": self.version(path), **options.pop("params", {})}
        url = self.azure.url + path
        response = self.session.request(
            method, url, params=params, timeout=10, allow_redirects=False, **options
        )
        response.raise_for_status()
        return response.json()

    @staticmethod
    def version(path):
        return "7.1-preview.4" if "/comments" in path else "7.1"

    def write(self, method, path, *operations):
        body = json.dumps([{"op": "add", "path": p, "value": v} for p, v in operations])
        return self.call(method, path, data=body, headers={"Content-Type": self.patch_type})

    def create(self, title):
        path = "/Engineering/_apis/wit/workitems/$Bug"
        return self.write("POST", path, ("/fields/System.Title", title))["id"]

    def close(self, number):
        self.write(self.verb, f"{ITEMS}/{number}", (f"/fields/{self.state}", "Closed"))

    def changed_since(self, at):
        query = {"query": QUERY.format(f"[System.ChangedDate] >= '{at}'")}
        found = self.call("POST", "/_apis/wit/wiql", json=query, params=self.precision())
        return [one["id"] for one in found["workItems"]]

    def precision(self):
        return {"timePrecision": "true"}

    def comments(self, number):
        path = f"/Engineering/_apis/wit/workItems/{number}/comments"
        texts, params = [], {"$top": 2}
        while True:
            page = self.call("GET", path, params=params)
            texts += [one["text"] for one in page["comments"]]
            if self.page_key not in page:
                return texts
            params["continuationToken"] = page[self.page_key]


class WrongVerb(Connector):
    verb = "PUT"


class WrongField(Connector):
    state = "System.Status"


class WrongContentType(Connector):
    patch_type = "application/json"


class NoCredentials(Connector):
    def __init__(self, azure, session):
        super().__init__(azure, session)
        session.auth = None


class NoPages(Connector):
    page_key = "nothing"


class NoPreview(Connector):
    @staticmethod
    def version(path):
        return "7.1"


class DayPrecision(Connector):
    def precision(self):
        return {}


def journey(connector, ken):
    """Take a work item through its life; AssertionError or an error of HTTP where it goes wrong."""
    begun = "2026-01-01T00:00:00Z"
    number = connector.create("Login fails")
    for word in "abc":
        ken.comment(number, word)
    connector.close(number)
    assert ken.status(number) == "Closed"
    assert len(connector.comments(number)) == 3
    assert connector.changed_since(begun) == [number]


@pytest.fixture
def session():
    with requests.Session() as session:
        yield session


def test_lets_the_right_connector_through(azure, ken, session):
    journey(Connector(azure, session), ken)


@pytest.mark.parametrize(
    ("mutant", "reason"),
    [
        (WrongVerb, "405 Client Error"),
        (WrongField, "400 Client Error"),
        (WrongContentType, "400 Client Error"),
        (NoCredentials, "Expecting value"),
        (NoPages, "assert 2 == 3"),
        (NoPreview, "400 Client Error"),
        (DayPrecision, "400 Client Error"),
    ],
)
def test_stops_a_wrong_connector(azure, ken, session, mutant, reason):
    with pytest.raises((AssertionError, requests.RequestException), match=reason):
        journey(mutant(azure, session), ken)
