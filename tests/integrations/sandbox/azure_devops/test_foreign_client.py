"""Microsoft's own client (PyPI: azure-devops) drives the sandbox, so ours is not the measure."""

import io

import pytest
from azure.devops._file_cache import OPTIONS_CACHE, RESOURCE_CACHE
from azure.devops.client import Client
from azure.devops.connection import Connection
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_1.service_hooks.models import Subscription
from azure.devops.v7_1.work_item_tracking import models
from azure.devops.v7_1.work_item_tracking.models import JsonPatchOperation as Operation
from msrest.authentication import BasicAuthentication
from requests import Session

from tests.contracts import has_contracts, response_violations
from tests.integrations.sandbox.azure_devops.conftest import SPEC
from tests.integrations.sandbox.conftest import TOKENS

_RECYCLED = {"isDeleted": False}


@pytest.fixture(autouse=True)
def forgetful(monkeypatch, tmp_path):
    """Keep the client from remembering another organization on the same port."""
    for cache in (OPTIONS_CACHE, RESOURCE_CACHE):
        monkeypatch.setattr(cache, "file_name", str(tmp_path / "cache.json"))
        monkeypatch.setattr(cache, "data", {})
    monkeypatch.setattr(Client, "_locations_cache", {})


@pytest.fixture
def breaches(monkeypatch):
    """Hold every answer that a client gets against the contract."""
    found = []
    send = Session.send

    def checked(self, request, **options):
        response = send(self, request, **options)
        is_described = not request.path_url.endswith(("/_apis", "/resourceAreas"))
        if has_contracts() and is_described and not options.get("stream"):
            found.extend(response_violations(SPEC, response))
        return response

    monkeypatch.setattr(Session, "send", checked)
    yield found
    assert found == []


@pytest.fixture
def connect(azure, breaches):
    def made(name):
        return Connection(azure.url, BasicAuthentication("", TOKENS[name])).clients_v7_1

    return made


@pytest.fixture
def client(connect):
    return connect("sync").get_work_item_tracking_client()


@pytest.fixture
def item(client):
    patch = [
        Operation(op="add", path="/fields/System.Title", value="Login fails"),
        Operation(op="add", path="/fields/System.Tags", value="login"),
    ]
    return client.create_work_item(patch, "Engineering", "Bug")


def change(client, item, *operations):
    return client.update_work_item([Operation(**one) for one in operations], item.id)


def test_tells_who_calls_and_what_there_is(connect):
    clients = connect("sync")

    projects = clients.get_core_client().get_projects()
    me = clients.get_location_client().get_connection_data()

    assert [project.name for project in projects] == ["Engineering", "Operations"]
    assert me.authenticated_user.provider_display_name == "Test Platform"


def test_describes_types_states_and_fields(client):
    names = [one.name for one in client.get_work_item_types("Engineering")]
    states = client.get_work_item_type_states("Engineering", "Bug")
    field = client.get_work_item_type_field_with_references(
        "Engineering", "Bug", "Microsoft.VSTS.Common.Severity", expand="all"
    )

    assert names == ["Bug", "User Story", "Task"]
    assert [state.category for state in states][-1] == "Completed"
    assert field.allowed_values[0] == "1 - Critical"


def test_walks_a_bug_through_its_life(client, item):
    state = {"op": "add", "path": "/fields/System.State", "value": "Resolved"}
    changed = change(client, item, {"op": "test", "path": "/rev", "value": item.rev}, state)

    updates = client.get_updates(item.id)

    assert (changed.rev, changed.fields["System.Reason"]) == (2, "Fixed")
    assert updates[1].fields["System.State"].old_value == "New"


def test_refuses_a_change_of_what_others_changed(client, item):
    test = {"op": "test", "path": "/rev", "value": 9}

    with pytest.raises(AzureDevOpsServiceError) as refusal:
        change(client, item, test, {"op": "add", "path": "/fields/System.Title", "value": "x"})

    assert refusal.value.type_key == "TestPatchOperationFailedException"
    assert client.get_work_item(item.id).fields["System.Title"] == "Login fails"


def test_finds_by_query_and_reads_many(client, item):
    wiql = models.Wiql(
        query="SELECT [System.Id] FROM WorkItems WHERE [System.Tags] CONTAINS 'login'"
    )
    found = client.query_by_wiql(wiql, time_precision=True)
    ids = [one.id for one in found.work_items]
    wanted = models.WorkItemBatchGetRequest(ids=[*ids, 99], error_policy="omit")

    many = client.get_work_items_batch(wanted)

    assert ids == [item.id]
    assert [one and one.fields["System.Title"] for one in many] == ["Login fails", None]


def test_comments_edits_and_deletes(client, item):
    made = client.add_work_item_comment(
        models.CommentCreate(text="**Seen**"), "Engineering", item.id, "markdown"
    )
    client.update_comment(models.CommentUpdate(text="Again"), "Engineering", item.id, made.id)
    client.delete_comment("Engineering", item.id, made.id)

    page = client.get_comments("Engineering", item.id, include_deleted=True)

    assert [(one.is_deleted, one.version) for one in page.comments] == [(True, 3)]


def test_attaches_a_file_and_gives_it_back(client, item):
    content = b"\x00\x01 log" * 500
    sent = client.create_attachment(io.BytesIO(content), file_name="app.log")
    value = {"rel": "AttachedFile", "url": sent.url, "attributes": {"comment": "from us"}}
    changed = change(client, item, {"op": "add", "path": "/relations/-", "value": value})

    kept = client.get_work_item(item.id, expand="relations").relations[0]

    assert (changed.rev, kept.attributes["name"], kept.attributes["resourceSize"]) == (
        2,
        "app.log",
        len(content),
    )
    assert b"".join(client.get_attachment_content(sent.id)) == content


def test_deletes_and_restores(client, item):
    gone = client.delete_work_item(item.id)
    binned = client.get_deleted_work_item_shallow_references()
    client.restore_work_item(_RECYCLED, item.id)

    assert (gone.id, [one.id for one in binned]) == (item.id, [item.id])
    assert client.get_work_item(item.id).id == item.id


def test_subscribes_and_unsubscribes(connect, azure):
    hooks = connect("admin").get_service_hooks_client()
    wanted = Subscription(
        publisher_id="tfs",
        event_type="workitem.updated",
        consumer_id="webHooks",
        consumer_action_id="httpRequest",
        publisher_inputs={"projectId": "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c"},
        consumer_inputs={"url": "http://127.0.0.1:9/hook", "basicAuthPassword": "s3cret"},
    )
    made = hooks.create_subscription(wanted)
    listed = hooks.list_subscriptions()

    hooks.delete_subscription(made.id)

    assert [(one.id, one.status) for one in listed] == [(made.id, "enabled")]
    assert made.consumer_inputs["basicAuthPassword"] == "********"
    assert hooks.list_subscriptions() == []
