"""Sandboxes to call, and callers whose every call is held against the vendor's contract."""

import secrets
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

import pytest
import requests

from integrations.sandbox.jira.sandbox import SandboxJira
from tests.contracts import has_contracts, response_violations, violations

TOKENS = {
    name: secrets.token_urlsafe(12)
    for name in ("admin", "sync", "ken", "mia", "reader", "outsider")
}
SPECS = {"Cloud": "jira-cloud", "Server": "jira-server"}
_OUTSIDE_CONTRACTS = ("/media/", "/secure/", "/rest/api/latest/", "/rest/applinks/", "/_sandbox/")


class Caller(requests.Session):
    """One account's session: `call` takes paths below the API and checks both ways."""

    def __init__(self, sandbox, name):
        super().__init__()
        self.sandbox = sandbox
        self.deployment = sandbox.site.face.deployment
        account = sandbox.account(name)
        if self.deployment == "Cloud":
            self.auth = (account.email, account.token)
        else:
            self.headers["Authorization"] = f"Bearer {account.token}"

    def call(self, method, path, **options):
        """Call as the contract wants it."""
        response = self.send_loosely(method, path, **options)
        if has_contracts() and not path.startswith("/rest/webhooks"):
            assert violations(SPECS[self.deployment], response) == []
        return response

    def send_loosely(self, method, path, **options):
        """Call as the contract forbids; only the answer is checked."""
        base = path if path.startswith("/rest/") else f"/rest/api/{self._version}{path}"
        response = self.request(method, self.sandbox.url + base, timeout=10, **options)
        is_known = self.deployment == "Server" or not base.startswith("/rest/webhooks")
        if has_contracts() and is_known:
            assert response_violations(SPECS[self.deployment], response) == []
        return response

    def text(self, words):
        """Return words as rich text of the site."""
        if self.deployment == "Server":
            return words
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
        return {"type": "doc", "version": 1, "content": [paragraph]}

    def new_issue(self, **fields):
        """Create an issue and return its key."""
        standard = {
            "project": {"key": "ENG"},
            "issuetype": {"name": "Bug"},
            "summary": "Login fails",
        }
        response = self.call("POST", "/issue", json={"fields": standard | fields})
        assert response.status_code == 201, response.text
        return response.json()["key"]

    def fields(self, key, *names):
        """Return the fields of an issue."""
        params = {"fields": ",".join(names)} if names else {}
        response = self.call("GET", f"/issue/{key}", params=params)
        assert response.status_code == 200, response.text
        return response.json()["fields"]

    @property
    def _version(self):
        return self.sandbox.site.face.version


def check_answers(session, sandbox):
    """Hold every answer that a foreign session gets against the contract; return the breaches."""
    found = []

    def check(response, **_):
        path = response.request.path_url
        if has_contracts() and not path.startswith(_OUTSIDE_CONTRACTS):
            found.extend(response_violations(SPECS[sandbox.site.face.deployment], response))

    session.hooks["response"].append(check)
    return found


@pytest.fixture
def cloud():
    """Return a Jira Cloud."""
    with SandboxJira(TOKENS, "cloud") as sandbox:
        yield sandbox


@pytest.fixture
def server():
    """Return a Jira Data Center."""
    with SandboxJira(TOKENS, "server") as sandbox:
        yield sandbox


@pytest.fixture(params=["cloud", "server"])
def jira(request):
    """Return a Jira of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def as_account(request):
    """Return a maker of callers: `as_account(sandbox, "sync")`."""
    callers = []

    def make(sandbox, name="sync"):
        callers.append(Caller(sandbox, name))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


@pytest.fixture
def sync(jira, as_account):
    """Return the sync account at a Jira of each kind."""
    return as_account(jira)


@pytest.fixture
def on_cloud(cloud, as_account):
    """Return the sync account at Jira Cloud."""
    return as_account(cloud)


@pytest.fixture
def on_server(server, as_account):
    """Return the sync account at Jira Data Center."""
    return as_account(server)


@pytest.fixture
def inbox():
    """Return a listener: `url`, the `status` it answers, `heard`: a queue of (headers, body)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.heard.put((dict(self.headers), body))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.heard = Queue()
    server.status = 202
    server.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
