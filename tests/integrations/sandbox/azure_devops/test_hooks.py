"""Service hooks: administration, bodies like captured ones, credentials, states."""

import base64
import json

import pytest

from tests.contracts import sample
from tests.integrations.sandbox.azure_devops.conftest import ITEMS, add

HOOKS = "/_apis/hooks/subscriptions"
PROJECT = "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c"
# boards and analytics of real sites, which nobody syncs here
_NOT_KEPT = ("WEF_", "System.BoardColumn", "System.AreaId", "Microsoft.VSTS.Common.ValueArea")


@pytest.fixture
def subscribe(admin, inbox):
    def made(verb, publisher=(), **inputs):
        body = {
            "publisherId": "tfs",
            "eventType": f"workitem.{verb}",
            "resourceVersion": "1.0",
            "consumerId": "webHooks",
            "consumerActionId": "httpRequest",
            "publisherInputs": {"projectId": PROJECT, **dict(publisher)},
            "consumerInputs": {"url": inbox.url, **inputs},
        }
        response = admin.call("POST", HOOKS, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return made


def heard(inbox):
    return json.loads(inbox.heard.get(timeout=5)[1])


def keys(body):
    """Return the keys of a body and of its parts, without those of fields."""
    found = set(body)
    for name in ("message", "detailedMessage", "resourceContainers", "resource"):
        found |= {f"{name}.{key}" for key in body[name] or {}}
    return found


@pytest.mark.parametrize(
    ("verb", "captured"),
    [
        ("created", "created"),
        ("updated", "updated.2025-title"),
        ("commented", "commented.2021-unicode"),
        ("deleted", "deleted"),
        ("restored", "restored"),
    ],
)
def test_tells_with_the_keys_of_a_captured_delivery(sync, subscribe, inbox, verb, captured):
    subscribe(verb)
    number = sync.new_item()["id"]
    sync.patch_item(number, add("System.History", "Seen"), add("System.Title", "Again"))
    sync.call("DELETE", f"{ITEMS}/{number}")
    sync.call("PATCH", f"/_apis/wit/recyclebin/{number}", json={"isDeleted": False})

    body = heard(inbox)

    real = sample(f"webhooks/azure-devops/workitem.{captured}.json")
    assert keys(real) - keys(body) <= {"resource._links.workItemHistory"}
    assert body["eventType"] == real["eventType"]
    fields = real["resource"]["fields"]
    missing = {name for name in fields if not name.startswith(_NOT_KEPT)}
    kept = missing - set(body["resource"]["fields"])
    assert kept <= {
        "System.AssignedTo",
        "Microsoft.VSTS.TCM.SystemInfo",
        "Microsoft.VSTS.TCM.ReproSteps",
        "Microsoft.VSTS.Common.AcceptanceCriteria",
        "System.History",
    }


def test_tells_an_update_with_old_and_new(sync, subscribe, inbox):
    subscribe("updated")
    number = sync.new_item(add("System.AssignedTo", "Ken Ito"))["id"]
    sync.patch_item(number, add("System.AssignedTo", ""), add("System.Title", "Again"))

    resource = heard(inbox)["resource"]

    assert (resource["id"], resource["workItemId"], resource["rev"]) == (2, number, 2)
    assert resource["fields"]["System.AssignedTo"] == {"oldValue": "Ken Ito <ken@example.com>"}
    assert resource["revision"]["fields"]["System.Title"] == "Again"
    assert resource["revisedBy"]["uniqueName"] == "sync@example.com"


def test_tells_of_an_edited_comment_again(ken, sync, subscribe, inbox):
    subscribe("commented")
    number = sync.new_item()["id"]
    comment = ken.comment(number, "Seen")
    ken.edit_comment(comment.id, "Seen twice")

    versions = [heard(inbox)["resource"]["commentVersionRef"]["version"] for _ in range(2)]

    assert versions == [1, 2]


def test_comes_with_the_credentials_and_headers_given(sync, subscribe, inbox):
    subscribe(
        "created",
        basicAuthUsername="qa",
        basicAuthPassword="s3cret",
        httpHeaders="X-Key: abc\nX-Other: d",
    )
    sync.new_item()

    headers, _ = inbox.heard.get(timeout=5)

    token = base64.b64encode(b"qa:s3cret").decode()
    assert (headers["Authorization"], headers["X-Key"]) == (f"Basic {token}", "abc")


def test_sends_no_more_than_was_asked_for(sync, subscribe, inbox):
    subscribe(
        "created",
        messagesToSend="none",
        detailedMessagesToSend="none",
        resourceDetailsToSend="minimal",
    )
    number = sync.new_item()["id"]

    body = heard(inbox)

    assert (body["message"], body["detailedMessage"]) == (None, None)
    assert set(body["resource"]) == {"id", "rev", "url"}
    assert body["resource"]["id"] == number


def test_keeps_to_its_project_type_area_and_fields(sync, subscribe, inbox):
    filters = {"workItemType": "Task", "areaPath": "Engineering\\Website"}
    subscribe("created", filters)
    subscribe("updated", {"changedFields": "System.State"})
    area = add("System.AreaPath", "Engineering\\Website\\Checkout")
    sync.new_item(type_="Task")
    sync.new_item(area)
    sync.new_item(add("Custom.Team", "Search"), project="Operations")
    wanted = sync.new_item(area, type_="Task")["id"]
    sync.patch_item(wanted, add("System.Title", "Again"))
    sync.patch_item(wanted, add("System.State", "Closed"))

    first, second = heard(inbox), heard(inbox)

    assert first["resource"]["id"] == wanted
    assert "System.State" in second["resource"]["fields"]
    assert inbox.heard.empty()


def test_stays_silent_where_notifications_are_suppressed(azure, sync, subscribe, inbox):
    subscribe("created")

    sync.new_item(suppressNotifications="true")
    wanted = sync.new_item()["id"]

    assert heard(inbox)["resource"]["id"] == wanted


def test_hides_what_is_secret(admin, subscribe):
    made = subscribe("created", basicAuthPassword="s3cret", httpHeaders="X-Key: abc")

    shown = admin.call("GET", f"{HOOKS}/{made['id']}").json()["consumerInputs"]

    assert (shown["basicAuthPassword"], shown["httpHeaders"]) == ("********", "********")


def test_keeps_a_secret_that_comes_back_masked(admin, sync, subscribe, inbox):
    made = subscribe("created", httpHeaders="X-Key: abc")
    admin.call("PUT", f"{HOOKS}/{made['id']}", json=made)
    sync.new_item()

    assert inbox.heard.get(timeout=5)[0]["X-Key"] == "abc"


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "git.push"},
        {"consumerActionId": "email"},
        {"publisherInputs": {"projectId": "nowhere"}},
        {"consumerInputs": {"url": "ftp://qa.example"}},
        {"resourceVersion": "99"},
    ],
)
def test_refuses_a_subscription_that_cannot_work(admin, subscribe, change):
    made = subscribe("created")

    refused = admin.call("POST", HOOKS, json={**made, **change})

    assert (refused.status_code, refused.json()["typeKey"]) == (400, "SubscriptionInputException")


def test_needs_the_right_to_subscribe(azure, sync, subscribe):
    made = subscribe("created")

    refused = sync.call("POST", HOOKS, json=made)
    unseen = sync.call("DELETE", f"{HOOKS}/{made['id']}")

    assert (refused.status_code, unseen.status_code) == (403, 403)
    assert sync.call("GET", HOOKS).json()["count"] == 1


def test_forgets_a_subscription(admin, subscribe):
    path = f"{HOOKS}/{subscribe('created')['id']}"

    admin.call("DELETE", path)

    assert admin.call("GET", path).status_code == 404


@pytest.mark.parametrize(("code", "state"), [(410, "disabledBySystem"), (500, "onProbation")])
def test_gives_up_on_a_subscriber_that_fails(admin, azure, subscribe, inbox, code, state):
    inbox.status = code
    made = subscribe("created")
    for title in "abc":
        azure.as_human().create("Engineering", "Bug", title=title)
    azure.site.courier.close()

    shown = admin.call("GET", f"{HOOKS}/{made['id']}").json()
    log = admin.call("GET", f"{HOOKS}/{made['id']}/notifications").json()["value"]

    assert shown["status"] == state
    assert {one["result"] for one in log} == {"failed"}
