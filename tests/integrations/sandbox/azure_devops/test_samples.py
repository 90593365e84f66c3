"""Answers have the shape of captured ones."""

import pytest

from tests.contracts import sample
from tests.integrations.sandbox.azure_devops.conftest import ENGINEERING, ITEMS, STREAM, add, link

# boards, areas as numbers, and the history of who was authorized, which nobody syncs here
_NOT_KEPT = {
    "System.AreaId",
    "System.NodeName",
    "System.AreaLevel1",
    "System.IterationId",
    "System.IterationLevel1",
    "System.AuthorizedAs",
    "System.PersonId",
    "workItemHistory",
}


def body(name):
    return sample(f"responses/azure-devops/{name}.json")["response"]["body"]


def missing(captured, answer):
    """Return the keys of a captured answer that another lacks, lists by their first items."""
    if isinstance(captured, dict) and isinstance(answer, dict):
        here = set(captured) - set(answer)
        below = [missing(captured[key], answer[key]) for key in set(captured) & set(answer)]
        return here.union(*below) if below else here
    if isinstance(captured, list) and isinstance(answer, list) and captured and answer:
        return missing(captured[0], answer[0])
    return set()


@pytest.fixture
def number(sync):
    page = link("Hyperlink", "https://qa.example/1", comment="qa", isLocked=False, name="Page")
    return sync.new_item(page, add("System.History", "Seen"))["id"]


@pytest.mark.parametrize(
    ("name", "path", "params"),
    [
        ("workitem.get.expand-all", f"{ITEMS}/{{}}", {"$expand": "all"}),
        ("workitems.ids", ITEMS, {"ids": "{}", "fields": "System.Id,System.Title"}),
        ("states", f"{ENGINEERING}/workitemtypes/Bug/states", {}),
        ("classificationnodes", f"{ENGINEERING}/classificationnodes", {"$depth": 0}),
        ("project", "/_apis/projects/Engineering", {"includeCapabilities": "true"}),
    ],
)
def test_has_the_keys_of_a_captured_answer(sync, number, name, path, params):
    filled = {key: str(value).format(number) for key, value in params.items()}

    answer = sync.call("GET", path.format(number), params=filled).json()

    assert missing(body(name), answer) <= _NOT_KEPT | {"System.WorkItemType", "System.State"}


def test_creates_with_the_keys_of_a_captured_creation(sync):
    captured = body("workitem.create")

    made = sync.post_item(add("System.Title", "Task_0"), type_="Task", **{"$expand": "links"})

    assert missing(captured, made.json()) <= _NOT_KEPT


def test_tells_updates_with_the_keys_of_captured_ones(sync, number):
    sync.patch_item(number, add("System.AssignedTo", "Ken Ito"))
    captured = body("updates")["value"][0]

    changes = sync.call("GET", f"/_apis/wit/workItems/{number}/updates").json()["value"]

    assert missing(captured, changes[1]) == set()


def test_feeds_revisions_with_the_keys_of_captured_ones(sync, number):
    captured = body("reporting.revisions")

    answer = sync.call("GET", "/_apis/wit/reporting/workitemrevisions").json()

    assert set(captured) == set(answer)
    assert set(captured["values"][0]) == set(answer["values"][0])


def test_comments_with_the_keys_of_a_captured_comment(sync, number):
    captured = body("comments.list")
    sync.patch_item(number, add("System.History", "Seen again"))
    path = f"{ENGINEERING}/workItems/{number}/comments"

    page = sync.call("GET", path, params={"$top": 1}).json()

    assert missing(captured, page) <= {"commentId"}  # the vendor's example; answers say `id`


def test_finds_with_the_keys_of_a_captured_query(sync, number):
    query = {"query": "SELECT [System.Id] FROM WorkItems"}

    answer = sync.call("POST", "/_apis/wit/wiql", json=query).json()

    assert missing(body("wiql.flat"), answer) == set()


def test_takes_a_file_with_the_keys_of_a_captured_upload(sync):
    answer = sync.call(
        "POST",
        "/_apis/wit/attachments",
        params={"fileName": "a.txt"},
        data=b"User text",
        headers=STREAM,
    )

    assert set(body("attachment.create")) == set(answer.json())


def test_refuses_like_a_captured_refusal(sync):
    refused = sync.post_item(add("System.Title", ""))

    assert refused.json() == body("error.400.rule")


def test_knows_no_project_like_a_captured_answer(sync):
    name = "WorkItemCreateShowUpdateDeleteTests"

    refused = sync.post_item(add("System.Title", "sampleTask"), project=name, type_="Task")

    assert (refused.status_code, refused.json()) == (404, body("error.404.project"))


def test_subscribes_with_the_keys_of_a_captured_subscription(admin):
    wanted = {
        **sample("responses/azure-devops/hooks.subscription.create.json")["request"]["body"],
        "eventType": "workitem.created",
        "publisherInputs": {"projectId": "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c"},
    }

    made = admin.call("POST", "/_apis/hooks/subscriptions", json=wanted).json()

    captured = body("hooks.subscription.create")
    assert set(captured) <= set(made)
    assert missing(captured, made) <= {"buildStatus", "definitionName", "hostId"} | {
        "tfsSubscriptionId"
    }
