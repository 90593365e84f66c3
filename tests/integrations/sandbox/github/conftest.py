"""A sandbox GitHub to call, and callers whose every call is held against the contract."""

import re

import pytest
import requests

from integrations.sandbox.github.sandbox import SandboxGitHub
from tests.contracts import has_contracts, response_violations, violations
from tests.integrations.sandbox.conftest import TOKENS

SPEC = "github"
SHOP = "/repos/acme/shop"
# Real resources that the contract, cut down to what a sync needs, does not describe.
OUTSIDE = re.compile(r"/(repositories/|user/repos|api/v3/|_sandbox/)|/issues/events/\d")


class Caller(requests.Session):
    """One account's session: `call` takes paths of the API and checks both ways."""

    def __init__(self, sandbox, login=""):
        super().__init__()
        self.sandbox = sandbox
        self.headers.update(
            {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        )
        if login:
            self.headers["Authorization"] = f"Bearer {sandbox.account(login).token}"

    def call(self, method, path, **options):
        """Call as the contract wants it."""
        return self._send(violations, method, path, options)

    def send_loosely(self, method, path, **options):
        """Call as the contract forbids; only the answer is checked."""
        return self._send(response_violations, method, path, options)

    def _send(self, breaches, method, path, options):
        url = path if path.startswith("http") else self.sandbox.url + path
        response = self.request(method, url, timeout=10, allow_redirects=False, **options)
        if has_contracts() and not OUTSIDE.search(response.request.path_url):
            assert breaches(SPEC, response) == []
        return response

    def new_issue(self, repository=SHOP, **values):
        """Open an issue and return it."""
        body = {"title": "Login fails", **values}
        response = self.call("POST", f"{repository}/issues", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def every(self, path, **params):
        """Return all items of a list, page after page."""
        response = self.call("GET", path, params=params)
        found = response.json()
        while "next" in response.links:
            response = self.call("GET", response.links["next"]["url"])
            found += response.json()
        return found


@pytest.fixture
def github():
    """Return a GitHub with nothing in its repositories."""
    with SandboxGitHub(TOKENS) as sandbox:
        yield sandbox


@pytest.fixture
def as_account(github):
    """Return a maker of callers: `as_account("sync")`; nobody without a name."""
    callers = []

    def make(login=""):
        callers.append(Caller(github, login))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


@pytest.fixture
def sync(as_account):
    return as_account("sync")


@pytest.fixture
def admin(as_account):
    return as_account("admin")


@pytest.fixture
def ken(github):
    return github.as_human()
