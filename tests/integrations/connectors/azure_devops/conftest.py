"""An Azure DevOps on loopback, and every call held against the vendor's document."""

import io
import re
from uuid import uuid4

import pytest
import requests
from urllib3 import HTTPResponse

from integrations.base.config import SystemConfig
from integrations.base.items import Item, Ref, Want
from integrations.connectors.azure_devops.connector import AzureDevOpsConnector
from integrations.sandbox.azure_devops.sandbox import SandboxAzureDevOps
from tests.contracts import violations
from tests.integrations.sandbox import conftest as sandbox

TOKENS = {
    "sync": "sandbox-t0ken",
    "admin": "admin-t0ken",
    "reader": "reader-t0ken",
    "outsider": "0utsider-token",
}
ENG = "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c"
OPS = "eb6e4656-77fc-42a1-9181-4c6d8e9da5d1"
REPRO = "Microsoft.VSTS.TCM.ReproSteps"
PRIORITY = "Microsoft.VSTS.Common.Priority"
STATE, TITLE, TAGS = "System.State", "System.Title", "System.Tags"
WANT = Want(frozenset({TITLE, REPRO, STATE, TAGS, PRIORITY, "System.AssignedTo"}))
MARK = "bWFya2Vy-_1"


inbox = sandbox.inbox


@pytest.fixture
def azure(monkeypatch):
    """An organisation of our own, empty; a call that breaks the contract fails the test."""
    found = []
    with SandboxAzureDevOps(TOKENS) as opened:
        checked = _checked(requests.Session.send, opened.url, found)
        monkeypatch.setattr(requests.Session, "send", checked)
        yield opened
    assert found == []


@pytest.fixture
def ken(azure):
    """Somebody who works there by hand."""
    return azure.as_human("ken")


@pytest.fixture
def calls():
    """What the connector's observer heard."""
    return []


@pytest.fixture
def connect(azure, calls):
    """Return a connector to the sandbox, with other credentials or addresses where wanted."""

    def make(**changes):
        given = {
            "id": uuid4(),
            "base_url": azure.url,
            "credentials": {"token": TOKENS["sync"]},
            "account_id": azure.account("sync").identity,
            "is_private_allowed": True,
            **changes,
        }
        return AzureDevOpsConnector(SystemConfig(**given), lambda *call: calls.append(call[:3]))

    return make


@pytest.fixture
def connector(connect):
    return connect()


@pytest.fixture
def bug(ken):
    return ken.create(
        "Engineering", "Bug", title="Login fails", repro_steps="<p>Old</p><p>Kept</p>"
    )


@pytest.fixture
def issue_of_ops(ken):
    """A bug whose states follow one another, each with what it asks for."""
    values = {"title": "T", "Custom.Team": "Search"}
    return ken.create("Operations", "Bug", **values)


@pytest.fixture
def read(connector):
    """Return what reads an item as it is now."""

    def now(item, want=WANT, scope=ENG):
        id_ = item.ref.id if isinstance(item, Item) else str(item.number)
        ref = Ref(connector.system.id, scope, id_)
        found = connector.fetch([ref], want)[ref]
        assert isinstance(found, Item), found
        return found

    return now


@pytest.fixture
def ref(connector):
    return lambda item, scope=ENG: Ref(connector.system.id, scope, str(item.number))


def paths(calls):
    """Return methods and paths of calls, the common part of the path left out."""
    return [(method, path.rpartition("/_apis/wit/")[2]) for method, path, _status in calls]


_WRONG_ADDRESS = re.compile(r"/Engineering/_apis/connectionData")


def _hold(request):
    """Make a streamed body one that the check can read as well."""
    request.body = b"".join(request.body)
    request.headers.pop("Transfer-Encoding", None)
    request.headers["Content-Length"] = str(len(request.body))


def _checked(send, base_url, found):
    def sent(session, request, **options):
        if not isinstance(request.body, bytes | str | None):
            _hold(request)
        response = send(session, request, **options)
        if request.url.startswith(base_url) and not _WRONG_ADDRESS.search(request.url):
            broken = violations("azure-devops", response)
            found.extend(f"{request.method} {request.url}: {each}" for each in broken)
            # The check has read the answer; the client wants to read it as well.
            response.raw = HTTPResponse(io.BytesIO(response.content), preload_content=False)
        return response

    return sent
