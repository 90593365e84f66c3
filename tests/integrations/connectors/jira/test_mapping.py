import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from integrations.base.errors import InvalidError, TooLargeError
from integrations.base.items import FieldType, Person, Rich, Want
from integrations.connectors.jira import mapping
from integrations.connectors.jira.mapping import Reader, Writer
from integrations.connectors.jira.richtext import DocumentFormat, WikiMarkup
from integrations.connectors.jira.shapes import SYSTEM, Shape, shape_of
from tests.contracts import sample

PAYLOADS = Path(__file__).parent / "payloads"
CUSTOM = {
    "customfield_10010": Shape(FieldType.OPTION, "value"),
    "customfield_10012": Shape(FieldType.NUMBER),
    "customfield_10014": Shape(FieldType.SET, "value"),
    "customfield_10015": Shape(FieldType.DATETIME),
    "customfield_10016": Shape(FieldType.OPAQUE),
}
SHAPES = {**SYSTEM, **CUSTOM}


def payload(name):
    return json.loads((PAYLOADS / f"issue.{name}.json").read_text(encoding="utf-8"))


def reader(us="acc-us", text=None):
    return Reader(uuid4(), "https://jira.example.com", us, text or DocumentFormat())


def writer():
    return Writer(DocumentFormat(), lambda id_: {"accountId": id_})


@pytest.fixture
def item():
    want = Want(frozenset(SHAPES), comments=True, attachments=True)
    return reader().item(payload("cloud"), SHAPES, want)


def test_reads_an_issue_of_cloud(item):
    assert (item.key, item.type, item.marker) == ("ENG-7", "Bug", "m-1")
    assert (item.ref.scope, item.ref.id) == ("10000", "10042")
    assert item.url == "https://jira.example.com/browse/ENG-7"
    assert item.rev == "2026-11-22T11:00:00.456+0100"
    assert item.updated_at == datetime(2026, 11, 22, 10, 0, 0, 456_000, UTC)
    assert item.is_author_us


def test_reads_values_by_name(item):
    assert item.fields["summary"] == "Login fails"
    assert item.fields["description"] == Rich("It **breaks**")
    assert item.fields["status"] == "In Progress"
    assert item.fields["priority"] == "High"
    assert item.fields["labels"] == frozenset({"web", "login"})
    assert item.fields["components"] == frozenset({"Sign-in"})
    assert item.fields["assignee"] == Person("acc-mia", "Mia Lund")
    assert item.fields["duedate"] == date(2026, 12, 24)
    assert item.fields["customfield_10010"] == "Major"
    assert item.fields["customfield_10012"] == Decimal("2.5")
    assert item.fields["customfield_10014"] == frozenset({"Web", "iOS"})
    assert item.fields["customfield_10015"] == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_reads_nothing_as_nothing(item):
    assert item.fields["environment"] is None
    assert item.fields["reporter"] is None
    assert item.fields["fixVersions"] == frozenset()


def test_reads_comments_oldest_first_with_marker_and_restriction(item):
    theirs, ours = item.comments

    assert (theirs.id, theirs.is_restricted, theirs.marker) == ("20001", True, None)
    assert (ours.id, ours.is_restricted, ours.marker) == ("20002", False, "m-7")
    assert ours.body.md.strip() == "Seen."
    assert ours.rev == "2026-11-21T10:05:00.000+0000"


def test_takes_a_marker_only_from_our_own_account():
    stranger = reader(us="acc-other").item(
        payload("cloud"), SHAPES, Want(frozenset(), comments=True)
    )

    assert [comment.marker for comment in stranger.comments] == [None, None]
    assert not stranger.is_author_us


def test_reads_a_file_whose_time_is_a_number(item):
    [file] = item.attachments

    assert (file.id, file.name, file.size) == ("30001", "log.txt", 14)
    assert file.created_at == datetime.fromtimestamp(1_795_000_000, UTC)


def test_reads_an_issue_of_data_center():
    read = reader("JIRAUSER10101", WikiMarkup())

    item = read.item(payload("server"), SHAPES, Want(frozenset(SHAPES)))

    assert item.is_author_us
    assert (item.marker, item.comments, item.attachments) == (None, None, None)
    assert item.fields["description"] == Rich("It **breaks**")
    assert item.fields["assignee"] == Person("JIRAUSER10103", "Mia Lund", "mia@example.com")
    assert item.fields["customfield_10012"] == 3
    assert isinstance(item.fields["customfield_10012"], int)


@pytest.mark.parametrize("marker", [None, {}, {"m": 1}, "m-1", {"tp-sync": "m-1"}])
def test_survives_a_marker_that_somebody_broke(marker):
    issue = {**payload("cloud"), "properties": {"tp-sync": marker}}

    assert reader().item(issue, SHAPES, Want(frozenset())).marker is None


def test_reads_a_captured_issue_of_data_center():
    issue = sample("responses/jira-server/issue.get.json")["response"]["body"]

    item = reader("abc123", WikiMarkup()).item(issue, SYSTEM, Want(frozenset(SYSTEM)))

    assert (item.key, item.fields["status"], item.fields["labels"]) == (
        "FOO-123",
        "Backlog",
        frozenset({"sample"}),
    )
    assert item.is_author_us


def test_reads_captured_comments():
    for tracker, text in (("cloud", DocumentFormat()), ("server", WikiMarkup())):
        raw = sample(f"responses/jira-{tracker}/comments.json")["response"]["body"]["comments"]

        comments = reader(text=text).comments(raw)

        assert len(comments) == len(raw)
        assert all(comment.body.md for comment in comments)


def test_reads_a_captured_file():
    raw = sample("responses/jira-cloud/attachment.create.json")["response"]["body"][0]

    file = reader().attachment(raw)

    assert (file.id, file.name, file.size) == ("10001", "picture.jpg", 23123)
    assert file.created_at == datetime.fromtimestamp(1_651_316_514, UTC)


# -- writing


def test_writes_values_as_jira_wants_them():
    values = {
        "summary": " two\nlines",
        "description": Rich("It **breaks**"),
        "priority": "High",
        "labels": frozenset({"b", "a c"}),
        "components": frozenset({"Sign-in"}),
        "assignee": Person("acc-mia", "Mia"),
        "reporter": Person(None, "Nobody known"),
        "duedate": date(2026, 12, 24),
        "customfield_10010": "Major",
        "customfield_10012": Decimal("2.5"),
        "customfield_10014": frozenset({"Web"}),
        "customfield_10015": datetime(2026, 11, 22, 10, tzinfo=UTC),
    }

    assert writer().fields(values, SHAPES) == {
        "summary": "two lines",
        "description": payload("cloud")["fields"]["description"],
        "priority": {"name": "High"},
        "labels": ["a_c", "b"],
        "components": [{"name": "Sign-in"}],
        "assignee": {"accountId": "acc-mia"},
        "reporter": None,
        "duedate": "2026-12-24",
        "customfield_10010": {"value": "Major"},
        "customfield_10012": 2.5,
        "customfield_10014": [{"value": "Web"}],
        "customfield_10015": "2026-11-22T10:00:00.000+0000",
    }


def test_changes_sets_by_element_and_the_rest_by_value(item):
    changes = {"labels": frozenset({"web", "new"}), "priority": None, "summary": "x"}

    assert writer().change(item, changes, SHAPES) == {
        "fields": {"priority": None, "summary": "x"},
        "update": {"labels": [{"add": "new"}, {"remove": "login"}]},
    }


def test_sets_a_whole_set_where_nothing_was_read_before(item):
    change = writer().change(item, {"versions": frozenset({"1.0"})}, {**SHAPES})

    assert change == {"update": {"versions": [{"add": {"name": "1.0"}}]}}


@pytest.mark.parametrize("length", [32_767, 32_768])
def test_refuses_text_over_the_limit(length):
    value = Rich("x" * length)
    if length == mapping.MAX_RICH:
        assert writer().value("description", SYSTEM["description"], value)
        return

    with pytest.raises(TooLargeError):
        writer().value("description", SYSTEM["description"], value)


def test_names_every_field_that_is_not_there():
    with pytest.raises(InvalidError) as caught:
        mapping.refuse_unknown({"summary": "x", "b": 1, "a": 2}, SHAPES)

    assert list(caught.value.fields) == ["a", "b"]


# -- shapes


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ({"type": "string", "custom": "x:textfield"}, Shape(FieldType.TEXT)),
        ({"type": "string", "custom": "x:textarea"}, Shape(FieldType.RICH)),
        ({"type": "string", "custom": "x:url"}, Shape(FieldType.URL)),
        ({"type": "number"}, Shape(FieldType.NUMBER)),
        ({"type": "date"}, Shape(FieldType.DATE)),
        ({"type": "datetime"}, Shape(FieldType.DATETIME)),
        ({"type": "user"}, Shape(FieldType.PERSON)),
        ({"type": "option"}, Shape(FieldType.OPTION, "value")),
        ({"type": "array", "items": "option"}, Shape(FieldType.SET, "value")),
        ({"type": "array", "items": "version"}, Shape(FieldType.SET, "name")),
        ({"type": "array", "items": "string"}, Shape(FieldType.SET)),
        ({"type": "array", "items": "user"}, Shape(FieldType.OPAQUE)),
        ({"type": "option-with-child"}, Shape(FieldType.OPAQUE)),
        ({"type": "sd-approvals"}, Shape(FieldType.OPAQUE)),
        ({}, Shape(FieldType.OPAQUE)),
    ],
    ids=lambda value: str(value)[:60],
)
def test_knows_the_shape_of_a_custom_field(schema, shape):
    assert shape_of("customfield_1", "Any", schema) == shape


def test_takes_a_field_named_severity_for_what_it_says():
    assert shape_of("customfield_1", "SEVERITY", {"type": "option"}).role == "severity"
