"""Every answer that was captured of the service is read, and no field of it surprises."""

import json
import re
from uuid import uuid4

import pytest
import responses

from integrations.base.config import SystemConfig
from integrations.base.errors import GoneError, InvalidError
from integrations.base.items import Person, Want
from integrations.connectors.azure_devops.connector import AzureDevOpsConnector
from integrations.connectors.azure_devops.feed import Cursor, latest
from integrations.connectors.azure_devops.reading import Reader, attachments
from integrations.connectors.azure_devops.shapes import SYSTEM, type_spec
from integrations.connectors.azure_devops.upload import Body
from tests.contracts import contracts, sample

PROJECT = "d5d6109b-64fa-4228-b754-825caceadf88"
ITEMS = (
    "workitem.add-attachment",
    "workitem.add-link",
    "workitem.create",
    "workitem.get.expand-all",
    "workitem.remove-link",
    "workitem.test-rev",
)
OURS = {
    *ITEMS,
    "attachment.create",
    "comment.create",
    "comments.list",
    "error.400.rule",
    "error.404.project",
    "error.404.text-plain",
    "project",
    "reporting.revisions",
    "states",
    "wiql.flat",
    "workitems.ids",
    "workitemsbatch",
}
ANYWHERE = re.compile(r"https://dev\.azure\.com/.*")
NOT_OURS = {"classificationnodes", "hooks.subscription.create", "updates", "wiql.saved-query"}
"""Answers of endpoints that the connector does not call."""


def captured(name):
    return sample(f"responses/azure-devops/{name}.json")["response"]


@pytest.fixture
def reader():
    return Reader(uuid4(), "https://dev.azure.com/fabrikam", "nobody", lambda _raw: PROJECT)


@pytest.fixture
def connector():
    given = {"base_url": "https://dev.azure.com/fabrikam", "credentials": {"token": "t0ken"}}
    return AzureDevOpsConnector(SystemConfig(id=uuid4(), **given))


@pytest.fixture
def answering():
    """Return what lets the wire answer as captured."""
    with responses.RequestsMock() as wire:

        def answer(method, name):
            found = captured(name)
            body = found["body"]
            wire.add(
                method,
                url=ANYWHERE,
                status=found["status"],
                body=body if isinstance(body, str) else json.dumps(body),
                content_type=_content_type(found["headers"]),
            )

        yield answer


def _content_type(headers):
    return {name.lower(): value for name, value in headers.items()}["content-type"]


def test_knows_every_captured_answer():
    names = {path.stem for path in (contracts() / "responses" / "azure-devops").glob("*.json")}

    assert names == OURS | NOT_OURS


@pytest.mark.parametrize("name", ITEMS)
def test_reads_a_work_item(reader, name):
    raw = captured(name)["body"]

    item = reader.item(raw, SYSTEM, Want(frozenset(SYSTEM), attachments=True), [])

    assert (item.ref.id, item.rev) == (str(raw["id"]), str(raw["rev"]))
    assert item.fields["System.Title"] == raw["fields"]["System.Title"]
    assert item.fields["System.State"] == raw["fields"]["System.State"]
    assert item.fields["System.CreatedBy"].name
    assert item.created_at.tzinfo is not None
    assert item.marker is None
    assert list(item.attachments) == attachments(raw)


def test_finds_the_project_in_an_address(connector):
    assert connector.site.scope_of(captured("workitem.remove-link")["body"]) == PROJECT


def test_reads_comments(reader):
    raw = captured("comments.list")["body"]["comments"]

    comments = reader.comments([*raw, captured("comment.create")["body"]])

    assert [one.id for one in comments] == ["50", "44", "45"]
    assert comments[0].body.md == "Moving to the right area path"
    assert comments[0].author == Person(
        "d291b0c4-a05c-4ea6-8df1-4b41d5f39eff", "Hana Sato", "user54@example.com"
    )


def test_reads_revisions(reader):
    page = captured("reporting.revisions")["body"]

    items = [
        reader.item(row, SYSTEM, Want(frozenset({"System.CreatedBy"}))) for row in latest(page)
    ]

    assert [(item.ref.id, item.rev) for item in items] == [("3", "8"), ("350", "1")]
    assert items[0].fields["System.CreatedBy"].name == "Jamal Hartnett"
    assert items[0].fields["System.CreatedBy"].email == "user54@example.com"
    assert Cursor(start="2015-01-01").after(page).dump() == {"token": "813;350;1"}


def test_reads_states():
    spec = type_spec(
        "Bug",
        [{"referenceName": "System.State", "name": "State"}],
        SYSTEM,
        captured("states")["body"]["value"],
    )

    assert [(option.name, option.category) for option in spec.fields[0].options] == [
        ("New", "new"),
        ("Active", "active"),
        ("CustomState", "active"),
        ("Resolved", "active"),
        ("Closed", "done"),
    ]


def test_reads_a_project(connector, answering):
    answering("GET", "project")

    assert connector.site.client.project("WIRel000001").json()["id"] == PROJECT


@pytest.mark.parametrize("name", ["workitemsbatch", "workitems.ids"])
def test_reads_many(connector, answering, name):
    answering("POST", name)

    found = connector.site.client.fields_of(["1"], ["System.Title"])

    ids = [str(each["id"]) for each in captured(name)["body"]["value"]]
    assert list(found) == ids


def test_reads_what_a_query_finds(connector, answering):
    answering("POST", "wiql.flat")

    ids = connector.site.client.query("Fabrikam", "SELECT [System.Id] FROM WorkItems")

    assert ids == [str(each["id"]) for each in captured("wiql.flat")["body"]["workItems"]]


def test_reads_where_a_file_went(connector, answering, tmp_path):
    answering("POST", "attachment.create")
    path = tmp_path / "file.txt"
    path.write_text("User text content to upload", encoding="utf-8")

    with path.open("rb") as stream:
        url = connector.site.client.upload("Fabrikam", "file.txt", Body(stream))

    assert "6b2266bf-a155-4582-a475-ca4da68193ef" in url


def test_blames_the_field_of_a_broken_rule(connector, answering):
    answering("POST", "error.400.rule")

    with pytest.raises(InvalidError) as refusal:
        connector.site.client.create("repro", "Bug", [])

    words = "TF401320: Rule Error for field Title. Error code: Required, InvalidEmpty."
    assert refusal.value.fields == {"System.Title": words}


@pytest.mark.parametrize(
    ("name", "words"),
    [("error.404.project", "TF200016"), ("error.404.text-plain", "was not found or does not")],
)
def test_keeps_the_words_of_what_is_not_there(connector, answering, name, words):
    answering("POST", name)

    with pytest.raises(GoneError, match=words):
        connector.site.client.create("Nowhere", "Task", [])
