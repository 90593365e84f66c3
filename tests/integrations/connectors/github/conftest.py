"""A GitHub on loopback, and every call held against the vendor's document."""

import io
import re
from queue import Queue
from uuid import uuid4

import pytest
import requests
from urllib3 import HTTPResponse
from werkzeug import Request, Response

from integrations.base.config import SystemConfig
from integrations.connectors.github.connector import GitHubConnector
from integrations.sandbox.github.sandbox import SandboxGitHub
from integrations.sandbox.server import LoopbackServer
from tests.contracts import has_contracts, violations

TOKEN = "sandbox-t0ken"
# The document is cut down: it leaves out these two, and the address by id that redirects lead to.
_OUTSIDE = re.compile(r"/(user/repos|repos/[^/]+/[^/]+/branches/|repositories/\d+)")


@pytest.fixture
def github(monkeypatch):
    """A GitHub of our own, empty; a call that breaks the contract fails the test."""
    found = []
    with SandboxGitHub({"sync": TOKEN, "admin": "admin-t0ken"}) as opened:
        checked = _checked(requests.Session.send, opened.url, found)
        monkeypatch.setattr(requests.Session, "send", checked)
        yield opened
    assert found == []


@pytest.fixture
def ken(github):
    return github.as_human("ken")


@pytest.fixture
def calls():
    """What the connector's observer heard."""
    return []


@pytest.fixture
def connect(github, calls):
    """Return a connector to the sandbox, with other credentials or addresses where wanted."""

    def make(**changes):
        given = {
            "id": uuid4(),
            "base_url": github.url,
            "credentials": {"token": TOKEN},
            "is_private_allowed": True,
            **changes,
        }
        return GitHubConnector(SystemConfig(**given), lambda *call: calls.append(call[:3]))

    return make


@pytest.fixture
def connector(connect):
    return connect()


class Listener:
    """Hears the calls of webhooks on loopback; calling it waits for the next one."""

    def __init__(self):
        self._heard = Queue()
        self.server = LoopbackServer(self._hear)
        self.url = self.server.url

    def __call__(self):
        """Return headers and body."""
        return self._heard.get(timeout=10)

    def _hear(self, environ, start_response):
        with Request(environ) as request:
            self._heard.put((dict(request.headers), request.get_data()))
        return Response(status=202)(environ, start_response)


@pytest.fixture
def hear():
    listener = Listener()
    listener.server.start()
    yield listener
    listener.server.close()


def _checked(send, base_url, found):
    def sent(session, request, **options):
        response = send(session, request, **options)
        path = request.url.removeprefix(base_url)
        is_ours = request.url.startswith(base_url) and not path.startswith("/_sandbox")
        if is_ours and has_contracts() and not _OUTSIDE.match(path):
            broken = violations("github", response)
            found.extend(f"{request.method} {path}: {each}" for each in broken)
            # The check has read the answer; the client wants to read it as well.
            response.raw = HTTPResponse(io.BytesIO(response.content), preload_content=False)
        return response

    return sent
