import io
from datetime import date
from decimal import Decimal

import pytest

from integrations.base.errors import (
    InvalidError,
    RateLimitedError,
    ScopeError,
    TooLargeError,
    TransientError,
    UncertainError,
)
from integrations.base.items import NewComment, Person, Ref, Rich, Want
from integrations.sandbox.faults import Fault, FaultKind

ENG, OPS = "10000", "10001"
TITLE = Want(frozenset({"summary"}))


@pytest.fixture
def ken(jira):
    return jira.as_human("ken")


@pytest.fixture
def person_id(jira, deployment):
    """Return the id by which this Jira's people are known for good."""

    def id_of(name):
        account = jira.account(name)
        return account.account_id if deployment == "cloud" else account.key

    return id_of


@pytest.fixture
def read(connector):
    def fetched(issue, *fields, **more):
        ref = Ref(connector.system.id, ENG, issue.id)
        return connector.fetch([ref], Want(frozenset(fields), **more))[ref]

    return fetched


def test_creates_values_of_every_kind(connector, person_id):
    values = {
        "summary": "Login fails",
        "description": Rich("It **breaks**."),
        "priority": "High",
        "labels": frozenset({"login"}),
        "assignee": Person(person_id("mia"), "Mia"),
        "duedate": date(2026, 12, 24),
        "customfield_10010": "Major",
        "customfield_10011": "1.2",
        "customfield_10014": frozenset({"Web", "iOS"}),
    }

    item = connector.create(ENG, "Bug", values, "m-1")

    stored = {**item.fields, "assignee": item.fields["assignee"].id}
    assert {id_: stored[id_] for id_ in values} == {**values, "assignee": person_id("mia")}


@pytest.mark.parametrize(
    ("value", "stored"), [(3, 3), (Decimal("0.5"), Decimal("0.5")), (None, None)]
)
def test_writes_numbers(connector, value, stored):
    item = connector.create(ENG, "Story", {"summary": "Story"}, "m-1")

    back = connector.update(item, {"customfield_10012": value})

    assert back.fields["customfield_10012"] == stored


def test_makes_one_line_of_a_title_and_one_word_of_a_label(connector):
    values = {"summary": "Two\n lines ", "labels": frozenset({"two words"})}

    item = connector.create(ENG, "Task", values, "m-1")

    assert item.fields["summary"] == connector.normalise("summary", values["summary"])
    assert item.fields["labels"] == connector.normalise("labels", values["labels"])
    assert item.fields["labels"] == frozenset({"two_words"})


def test_predicts_how_text_is_stored(connector):
    value = Rich("* one\n* two")

    item = connector.create(ENG, "Task", {"summary": "x", "description": value}, "m-1")

    assert connector.normalise("description", value) == item.fields["description"]


def test_creates_in_a_status_of_its_own(connector):
    item = connector.create(ENG, "Bug", {"summary": "x", "status": "In Progress"}, "m-1")

    assert item.fields["status"] == "In Progress"


def test_keeps_a_creation_whose_status_is_out_of_reach(connector):
    item = connector.create(ENG, "Bug", {"summary": "x", "status": "Nowhere"}, "m-1")

    assert item.fields["status"] == "To Do"


def test_names_a_required_field_that_is_missing(connector):
    with pytest.raises(InvalidError) as caught:
        connector.create(OPS, "Bug", {"summary": "x"}, "m-1")

    assert list(caught.value.fields) == ["customfield_10020"]


def test_names_a_field_that_the_site_does_not_have(connector):
    with pytest.raises(InvalidError) as caught:
        connector.create(ENG, "Bug", {"summary": "x", "customfield_1": "y"}, "m-1")

    assert list(caught.value.fields) == ["customfield_1"]


def test_names_an_option_that_is_not_there(connector):
    with pytest.raises(InvalidError) as caught:
        connector.create(ENG, "Bug", {"summary": "x", "priority": "Urgent"}, "m-1")

    assert list(caught.value.fields) == ["priority"]


def test_refuses_text_that_jira_would_refuse(connector):
    with pytest.raises(TooLargeError) as caught:
        connector.create(ENG, "Bug", {"summary": "x", "description": Rich("x" * 32_768)}, "m-1")

    assert (caught.value.field, caught.value.limit) == ("description", 32_767)


def test_says_that_a_project_is_closed_to_a_creation(connector, jira):
    jira.change_account("sync", {"hidden_projects": ["ENG"]})

    with pytest.raises(ScopeError):
        connector.create(ENG, "Bug", {"summary": "x"}, "m-1")


def test_creates_and_reads_back_in_two_calls(connector, jira, calls):
    connector.create(ENG, "Bug", {"summary": "x"}, "m-1")
    jira.clear_calls()
    calls.clear()

    connector.create(ENG, "Bug", {"summary": "y"}, "m-2")

    assert [call.method for call in jira.calls()] == ["POST", "GET"]
    assert [call[0] for call in calls] == ["POST", "GET"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.BEFORE, method="GET", path=r"/issue/\d+$", status=500),
        Fault(FaultKind.RATE_LIMIT, method="GET", path=r"/issue/\d+$"),
        Fault(FaultKind.BEFORE, method="GET", path=r"/issue/\d+$", status=404, body="{}"),
        Fault(FaultKind.HALF_BODY, method="POST", path="/issue$"),
    ],
    ids=["server error", "rate limit", "not found", "half body"],
)
def test_is_in_doubt_about_any_failure_after_the_creation(jira, connect, fault):
    connector = connect()
    connector.verify()
    jira.faults(fault)

    with pytest.raises(UncertainError):
        connector.create(ENG, "Bug", {"summary": "x"}, "m-1")

    assert [issue.values["summary"] for issue in jira.issues()] == ["x"]


# -- updates


def test_writes_only_what_changed_and_leaves_the_rest_of_a_set(connector, ken, read):
    issue = ken.create("ENG", "Bug", summary="x", labels=["a", "b"])
    base = read(issue, "summary", "labels")
    ken.edit(issue.key, labels=["a", "b", "theirs"])

    back = connector.update(base, {"labels": frozenset({"a", "c"})})

    assert back.fields == {"summary": "x", "labels": frozenset({"a", "c", "theirs"})}


def test_edits_a_set_of_options(connector, ken, read):
    issue = ken.create("ENG", "Bug", summary="x", Platforms=["Web"])
    base = read(issue, "customfield_10014")

    back = connector.update(base, {"customfield_10014": frozenset({"iOS"})})

    assert back.fields["customfield_10014"] == frozenset({"iOS"})


def test_keeps_blocks_that_did_not_change(connector, ken, read, deployment):
    panel = "{panel:title=Keep}\nas it is\n{panel}"
    issue = ken.create("ENG", "Bug", summary="x", description=f"First.\n\n{panel}\n\nLast.")
    base = read(issue, "description")
    md = base.fields["description"].md

    back = connector.update(base, {"description": Rich(md.replace("Last", "Changed"))})

    before, after = base.fields["description"].native, back.fields["description"].native
    if deployment == "cloud":
        assert after["content"][:-1] == before["content"][:-1]
    else:
        assert panel in after
    assert "Changed" in back.fields["description"].md


@pytest.mark.parametrize(
    ("field", "value"),
    [("description", Rich("")), ("description", None), ("assignee", None), ("duedate", None)],
)
def test_empties_a_field(connector, ken, read, field, value):
    given = {"description": "Text", "assignee": "Mia Lund", "duedate": "2026-12-24"}
    base = read(ken.create("ENG", "Bug", summary="x", **given), field)

    back = connector.update(base, {field: value})

    assert back.fields[field] is None


def test_changes_the_person_in_charge(connector, ken, read, person_id):
    base = read(ken.create("ENG", "Bug", summary="x", assignee="Mia Lund"), "assignee")

    back = connector.update(base, {"assignee": Person(person_id("ken"), "whatever")})

    assert back.fields["assignee"].name == "Ken Ito"


def test_names_a_person_that_jira_does_not_know(connector, ken, read):
    base = read(ken.create("ENG", "Bug", summary="x"), "assignee")

    with pytest.raises(InvalidError) as caught:
        connector.update(base, {"assignee": Person("nobody", "Nobody")})

    assert list(caught.value.fields) == ["assignee"]


def test_updates_cloud_in_one_call_and_data_center_in_two(connector, ken, read, jira, deployment):
    base = read(ken.create("ENG", "Bug", summary="x"), "summary")
    jira.clear_calls()

    connector.update(base, {"summary": "y"})

    expected = ["PUT"] if deployment == "cloud" else ["PUT", "GET"]
    assert [call.method for call in jira.calls()] == expected


def test_names_each_field_that_jira_refuses(connector, ken, read):
    base = read(ken.create("ENG", "Bug", summary="x"), "summary")

    with pytest.raises(InvalidError) as caught:
        connector.update(base, {"summary": "x" * 300, "priority": "Urgent"})

    assert set(caught.value.fields) == {"summary", "priority"}


def test_is_in_doubt_about_an_update_without_answer(connector, ken, read, jira):
    base = read(ken.create("ENG", "Bug", summary="x"), "summary")
    jira.faults(Fault(FaultKind.AFTER_APPLY, method="PUT"))

    with pytest.raises(UncertainError):
        connector.update(base, {"summary": "y"})


def test_is_sure_where_jira_says_when_to_come_back(connector, ken, read, jira):
    base = read(ken.create("ENG", "Bug", summary="x"), "summary")
    jira.faults(Fault(FaultKind.BEFORE, method="PUT", status=503, headers={"Retry-After": "9"}))

    with pytest.raises(TransientError) as caught:
        connector.update(base, {"summary": "y"})

    assert caught.value.retry_after == 9


def test_names_the_limit_that_was_hit(connector, ken, read, jira):
    issue = ken.create("ENG", "Bug", summary="x")
    base = read(issue, "summary")
    headers = {"RateLimit-Reason": "jira-per-issue-on-write", "Retry-After": "2"}
    jira.faults(Fault(FaultKind.RATE_LIMIT, method="PUT", headers=headers))

    with pytest.raises(RateLimitedError) as caught:
        connector.update(base, {"summary": "y"})

    assert (caught.value.bucket, caught.value.retry_after) == (f"issue:{issue.id}", 2)


# -- comments and files


@pytest.fixture
def comment():
    author = Person(None, "Ada *[Lovelace]*")
    return NewComment(Rich("Seen."), author, "DEF-1", "https://platform.example/1", "abc_-1")


def test_finds_our_comment_though_somebody_cut_its_first_line(connector, ken, read, jira, comment):
    issue = ken.create("ENG", "Bug", summary="x")
    ref = read(issue, "summary").ref
    made = connector.add_comment(ref, comment)
    jira.as_human("admin").edit_comment(made.id, "The line is gone.")

    found = connector.find_comment(ref, "abc_-1")

    assert (found.id, found.body.md.strip()) == (made.id, "The line is gone.")


def test_refuses_a_comment_that_jira_would_refuse(connector, ken, read, comment):
    ref = read(ken.create("ENG", "Bug", summary="x"), "summary").ref
    long = NewComment(Rich("x" * 32_760), comment.author, "DEF-1", "https://x.example", "m")

    with pytest.raises(TooLargeError):
        connector.add_comment(ref, long)


def test_uploads_a_file_whose_name_is_not_plain(connector, ken, read):
    issue = ken.create("ENG", "Bug", summary="x")
    ref = read(issue, "summary").ref

    made = connector.upload(ref, 'a "b" ü.bin', "application/x-thing", io.BytesIO(b"\x00" * 99_999))

    assert (made.name, made.size) == ('a "b" ü.bin', 99_999)
    with connector.open(ref, made) as stream:
        assert stream.read() == b"\x00" * 99_999
