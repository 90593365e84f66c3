"""Two Jiras on loopback, and every call held against the vendor's documents."""

import io
import json
from functools import cache
from uuid import uuid4

import jsonschema
import pytest
import requests
from urllib3 import HTTPResponse

from integrations.base.config import SystemConfig
from integrations.base.multipart import Multipart
from integrations.connectors.jira.connector import JiraConnector
from integrations.sandbox.jira.sandbox import SandboxJira
from tests.contracts import response_violations, sample, violations

TOKEN = "sandbox-t0ken"


@pytest.fixture(params=["cloud", "server"])
def deployment(request):
    return request.param


@pytest.fixture
def jira(deployment, monkeypatch):
    """A Jira of our own, empty; a call that breaks the contract fails the test."""
    found = []
    with SandboxJira({"sync": TOKEN}, deployment) as opened:
        checked = _checked(requests.Session.send, opened.url, found)
        monkeypatch.setattr(requests.Session, "send", checked)
        yield opened
    assert found == []


@pytest.fixture
def calls():
    """What the connector's observer heard."""
    return []


@pytest.fixture
def connect(jira, deployment, calls):
    """Return a connector to the sandbox, with other credentials or addresses where wanted."""

    def make(**changes):
        username = "sync@example.com" if deployment == "cloud" else ""
        given = {
            "id": uuid4(),
            "base_url": jira.url,
            "credentials": {"username": username, "token": TOKEN},
            "is_private_allowed": True,
            **changes,
        }
        return JiraConnector(SystemConfig(**given), lambda *call: calls.append(call[:3]))

    return make


@pytest.fixture
def connector(connect):
    return connect()


def _checked(send, base_url, found):
    def sent(session, request, **options):
        if isinstance(request.body, Multipart):
            request.body = b"".join(request.body)
        response = send(session, request, **options)
        path = request.url.removeprefix(base_url)
        if path.startswith("/rest/api/"):
            spec = "jira-cloud" if path.startswith("/rest/api/3/") else "jira-server"
            broken = _violations(spec, response) + _document_errors(request.body)
            found.extend(f"{request.method} {path}: {each}" for each in broken)
            # The check has read the answer; the client wants to read it as well.
            response.raw = HTTPResponse(io.BytesIO(response.content), preload_content=False)
        return response

    return sent


def _violations(spec, response):
    # The documents ask for credentials even where Jira answers anybody, as it does here.
    is_open = response.request.path_url.endswith("/serverInfo")
    return response_violations(spec, response) if is_open else violations(spec, response)


def _document_errors(body):
    try:
        document = json.loads(body or b"null")
    except ValueError:
        return []
    return [error.message for doc in _documents(document) for error in _adf().iter_errors(doc)]


def _documents(value):
    """Find rich text in a request, wherever it stands."""
    if isinstance(value, dict) and value.get("type") == "doc":
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [doc for part in parts for doc in _documents(part)]


@cache
def _adf():
    return jsonschema.Draft4Validator(sample("adf.schema.json"))
