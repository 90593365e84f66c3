"""A sandbox Azure DevOps to call, and callers whose every call is held against the contract."""

import json
import os
import re
import tempfile
from pathlib import Path

import pytest
import requests

from integrations.sandbox.azure_devops.sandbox import SandboxAzureDevOps
from tests.contracts import has_contracts, response_violations, violations
from tests.integrations.sandbox.conftest import TOKENS

# The vendor's client makes this folder when it is imported, in the home of whoever runs the tests.
os.environ.setdefault(
    "AZURE_DEVOPS_CACHE_DIR", str(Path(tempfile.gettempdir()) / "azure-devops-sdk")
)

SPEC = "azure-devops"
PATCH = {"Content-Type": "application/json-patch+json"}
STREAM = {"Content-Type": "application/octet-stream"}
ITEMS = "/_apis/wit/workitems"
ENGINEERING = "/Engineering/_apis/wit"
QUERY = "SELECT [System.Id] FROM WorkItems WHERE {}"
_PREVIEW = re.compile(r"/comments|/connectionData")
# Real resources that the contract, cut down to what a sync needs, does not describe.
_OUTSIDE = re.compile(r"/(_apis(\?|$)|_apis/resourceAreas|_sandbox/)", re.IGNORECASE)


def add(field, value):
    """Return the operation that sets a field."""
    return {"op": "add", "path": f"/fields/{field}", "value": value}


def link(rel, url, **attributes):
    """Return the operation that adds a relation."""
    value = {"rel": rel, "url": url, "attributes": attributes}
    return {"op": "add", "path": "/relations/-", "value": value}


class Caller(requests.Session):
    """One account's session: `call` takes paths below the organization and checks both ways."""

    def __init__(self, sandbox, name):
        super().__init__()
        self.sandbox = sandbox
        self.auth = ("", sandbox.account(name).token)

    def call(self, method, path, **options):
        """Call as the contract wants it."""
        return self._send(violations, method, path, options)

    def send_loosely(self, method, path, **options):
        """Call as the contract forbids; only the answer is checked."""
        return self._send(response_violations, method, path, options)

    def patch_item(self, number, *operations, **params):
        """Send a JSON Patch to a work item."""
        body = json.dumps(operations)
        path = f"{ITEMS}/{number}"
        return self.call("PATCH", path, data=body, headers=PATCH, params=params)

    def post_item(self, *operations, project="Engineering", type_="Bug", **params):
        """Send the JSON Patch of a new work item."""
        path = f"/{project}/_apis/wit/workitems/${type_}"
        body = json.dumps(operations)
        return self.call("POST", path, data=body, headers=PATCH, params=params)

    def new_item(self, *operations, **place):
        """Create a work item and return it."""
        response = self.post_item(add("System.Title", "Login fails"), *operations, **place)
        assert response.status_code == 200, response.text
        return response.json()

    def item(self, number, **params):
        """Return a work item."""
        response = self.call("GET", f"{ITEMS}/{number}", params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def find(self, condition, **params):
        """Return the ids that a query finds."""
        query = {"query": QUERY.format(condition)}
        response = self.call("POST", "/_apis/wit/wiql", json=query, params=params)
        assert response.status_code == 200, response.text
        return [one["id"] for one in response.json()["workItems"]]

    def _send(self, breaches, method, path, options):
        version = "7.1-preview.4" if _PREVIEW.search(path) else "7.1"
        params = {"api-version": version, **options.pop("params", {})}
        url = path if path.startswith("http") else self.sandbox.url + path
        response = self.request(
            method, url, timeout=10, params=params, allow_redirects=False, **options
        )
        if has_contracts() and not _OUTSIDE.search(response.request.path_url):
            assert breaches(SPEC, response) == []
        return response


@pytest.fixture
def azure():
    """Return an organization with nothing in its projects."""
    with SandboxAzureDevOps(TOKENS) as sandbox:
        yield sandbox


@pytest.fixture
def as_account(azure):
    """Return a maker of callers: `as_account("sync")`."""
    callers = []

    def make(name):
        callers.append(Caller(azure, name))
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
def ken(azure):
    return azure.as_human()
