import json
from base64 import b64encode

import pytest
import requests

from integrations.base.errors import AuthFailedError, InvalidError
from integrations.base.items import Hint
from integrations.connectors.azure_devops import webhook
from tests.contracts import contracts
from tests.integrations.connectors.azure_devops.conftest import ENG, TOKENS

SECRET = b"hook-secret"
PROJECT = "be9b3917-87e6-42a4-a549-2bc06a7a878f"
CAPTURED = {
    "build.complete.json": [],
    "workitem.commented.2021-unicode.json": ["13"],
    "workitem.commented.json": ["5"],
    "workitem.created.json": ["5"],
    "workitem.deleted.json": ["5"],
    "workitem.restored.json": ["5"],
    "workitem.updated.2025-title.json": ["1"],
    "workitem.updated.json": ["5"],
}


def basic(password, user="any"):
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def event(kind="workitem.created", scope=PROJECT, **resource):
    document = {"eventType": kind, "resource": resource}
    if scope:
        document["resourceContainers"] = {"project": {"id": scope}}
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "headers",
    [
        basic("hook-secret"),
        basic("hook-secret", user=""),
        {"authorization": basic("hook-secret")["Authorization"]},
        {"X-Sync-Secret": "hook-secret"},
    ],
    ids=["basic", "no user", "lower case", "own header"],
)
def test_takes_a_call_that_knows_our_secret(headers):
    webhook.check(headers, SECRET)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("another"),
        basic(""),
        {"Authorization": "Basic hook-secret"},
        {"Authorization": "Basic ünïcode"},
        {"Authorization": "Bearer hook-secret"},
        {"X-Sync-Secret": ""},
        {"X-Sync-Secret": "hook-secre"},
        {"X-Sync-Secret": "höok-secret"},
    ],
)
def test_refuses_a_call_that_does_not(headers):
    with pytest.raises(AuthFailedError, match="our secret"):
        webhook.check(headers, SECRET)


def test_leaves_it_to_the_caller_where_there_is_no_secret(connector):
    assert connector.parse_hook({}, event(id=7), b"") == [Hint("7", PROJECT)]


def test_checks_the_secret_before_it_reads(connector):
    with pytest.raises(AuthFailedError):
        connector.parse_hook({}, b"no json", SECRET)


def test_takes_the_item_of_an_update_not_the_number_of_the_update():
    body = event("workitem.updated", id=2, workItemId=41, revision={"id": 41})

    assert webhook.hints(body) == [Hint("41", PROJECT)]


def test_finds_the_item_of_an_update_in_its_address():
    url = "https://tfs.example.com/c/_apis/wit/workItems/17/updates/3"

    assert webhook.hints(event("workitem.updated", id=3, url=url)) == [Hint("17", PROJECT)]


def test_needs_no_project():
    assert webhook.hints(event(scope="", id=7)) == [Hint("7")]


@pytest.mark.parametrize("id_", ["7/../8", "-1", 0, None, "7 OR 1=1"])
def test_names_nothing_by_an_id_that_is_no_number(id_):
    assert webhook.hints(event(id=id_)) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"no json", b'{"a":' * 5000])
def test_refuses_what_is_not_of_azure_devops(body):
    with pytest.raises(InvalidError):
        webhook.hints(body)


@pytest.fixture
def subscribed(azure, inbox):
    """Return what the service sends, once somebody has set up its hooks as the guide says."""
    for verb in ("created", "updated", "deleted", "restored", "commented"):
        made = requests.post(
            f"{azure.url}/_apis/hooks/subscriptions?api-version=7.1",
            auth=("", TOKENS["admin"]),
            timeout=10,
            json={
                "publisherId": "tfs",
                "eventType": f"workitem.{verb}",
                "resourceVersion": "1.0",
                "consumerId": "webHooks",
                "consumerActionId": "httpRequest",
                "publisherInputs": {"projectId": ENG},
                "consumerInputs": {
                    "url": inbox.url,
                    "basicAuthUsername": "any",
                    "basicAuthPassword": SECRET.decode(),
                },
            },
        )
        assert made.status_code == 200, made.text
    return lambda: inbox.heard.get(timeout=5)


def test_takes_what_the_service_sends(connector, ken, subscribed):
    number = ken.create("Engineering", "Bug", title="T").number
    found = [connector.parse_hook(*subscribed(), SECRET)]
    for act in (
        lambda: ken.edit(number, title="U"),
        lambda: ken.delete(number),
        lambda: ken.restore(number),
    ):
        act()
        found.append(connector.parse_hook(*subscribed(), SECRET))

    assert found == [[Hint(str(number), ENG)]] * 4


def test_gives_the_right_hint_for_every_captured_delivery():
    paths = sorted((contracts() / "webhooks" / "azure-devops").glob("*.json"))

    found = {
        path.name: [hint.item_id for hint in webhook.hints(path.read_bytes())] for path in paths
    }

    assert found == CAPTURED
