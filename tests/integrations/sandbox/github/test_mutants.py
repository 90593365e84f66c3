"""The sandbox tells a right connector from wrong ones: each mutant has one mistake and fails."""

import pytest
import requests

from tests.integrations.sandbox.conftest import TOKENS


class Connector:
    """A connector as small as can be, and right."""

    verb = "PATCH"
    title_field = "title"
    login = "Bearer {}"

    def __init__(self, url):
        self._issues = f"{url}/repos/acme/shop/issues"
        self._session = requests.Session()
        if self.login:
            self._session.headers["Authorization"] = self.login.format(TOKENS["sync"])

    def close(self):
        self._session.close()

    def create(self, title, body):
        return self._send("POST", self._issues, {self.title_field: title, "body": body})

    def rename(self, number, title):
        self._send(self.verb, f"{self._issues}/{number}", {self.title_field: title})

    def titles(self):
        query = {"state": "all", "per_page": "2", "direction": "asc"}
        response = self._session.get(self._issues, params=query, timeout=10)
        response.raise_for_status()
        found = response.json()
        while following := self.following(response):
            response = self._session.get(following, timeout=10)
            found += response.json()
        return [one["title"] for one in found if "pull_request" not in one]

    def following(self, response):
        return response.links.get("next", {}).get("url")

    def encoded(self, body):
        return {"json": body}

    def _send(self, method, url, body):
        response = self._session.request(method, url, timeout=10, **self.encoded(body))
        response.raise_for_status()
        return response.json()


class WrongVerb(Connector):
    verb = "PUT"


class WrongFieldName(Connector):
    title_field = "titel"


class MissingHeader(Connector):
    login = ""


class WrongContentType(Connector):
    def encoded(self, body):
        return {"data": body}


class IgnoredPaging(Connector):
    def following(self, response):
        return None


class FieldNameWrongInEditsOnly(Connector):
    def rename(self, number, title):
        self._send(self.verb, f"{self._issues}/{number}", {"summary": title})


def does_its_work(connector):
    """Say whether a connector creates, edits and finds again what it made."""
    try:
        numbers = [connector.create(f"Issue {n}", "x")["number"] for n in range(4)]
        connector.rename(numbers[0], "Renamed")
        return connector.titles() == ["Renamed", "Issue 1", "Issue 2", "Issue 3"]
    except requests.HTTPError:
        return False


@pytest.fixture
def try_out(github, ken):
    ken.open_pull_request("acme/shop", "Not an issue")

    def run(kind):
        connector = kind(github.url)
        try:
            return does_its_work(connector)
        finally:
            connector.close()

    return run


def test_lets_a_right_connector_work(try_out):
    assert try_out(Connector)


@pytest.mark.parametrize("mutant", Connector.__subclasses__())
def test_catches_a_mutant(try_out, mutant):
    assert not try_out(mutant)
