import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

import pytest
import responses

from integrations.base.errors import (
    DeniedError,
    InvalidError,
    StaleError,
    TooLargeError,
    UncertainError,
    UnsupportedError,
)
from integrations.base.items import Denied, Item, NewComment, Person, Ref, Rich, Want
from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.connectors.azure_devops.conftest import ENG, OPS, TOKENS

REPRO = "Microsoft.VSTS.TCM.ReproSteps"
PRIORITY = "Microsoft.VSTS.Common.Priority"
STATE, TITLE, TAGS = "System.State", "System.Title", "System.Tags"
WANT = Want(frozenset({TITLE, REPRO, STATE, TAGS, PRIORITY, "System.AssignedTo"}))
MARK = "bWFya2Vy-_1"
COMMENT = NewComment(
    Rich("Seen `<b>` **twice**."), Person(None, "Ada"), "DEF-1", "https://tm.example/d/1", "m-1"
)


@pytest.fixture
def bug(ken):
    return ken.create(
        "Engineering", "Bug", title="Login fails", repro_steps="<p>Old</p><p>Kept</p>"
    )


@pytest.fixture
def read(connector):
    def now(item, want=WANT, scope=ENG):
        id_ = item.ref.id if isinstance(item, Item) else str(item.number)
        ref = Ref(connector.system.id, scope, id_)
        found = connector.fetch([ref], want)[ref]
        assert isinstance(found, Item), found
        return found

    return now


def paths(calls):
    return [(method, path.rpartition("/_apis/wit/")[2]) for method, path, _status in calls]


# -- creating


def test_creates_with_one_call(connector, calls):
    made = connector.create(ENG, "Bug", {TITLE: "Login fails", PRIORITY: "1"}, MARK)

    assert paths(calls) == [("POST", "workitems/$Bug")]
    assert (made.ref.scope, made.marker, made.is_author_us) == (ENG, MARK, True)
    assert made.fields == {TITLE: "Login fails", PRIORITY: "1", STATE: "New"}
    assert list(made.comments) == []


def test_writes_text_as_markdown(connector, azure):
    made = connector.create(ENG, "Bug", {TITLE: "T", REPRO: Rich("a < `<b>` **c**")}, MARK)

    stored = azure.as_human().item(int(made.ref.id))
    assert stored.values[REPRO] == "a &lt; `&lt;b&gt;` **c**"
    assert stored.formats == [REPRO]


def test_writes_html_to_a_server_without_markdown(connector, azure, calls):
    azure.change_state({"has_markdown": False})

    first = connector.create(ENG, "Bug", {TITLE: "T", REPRO: Rich("It **breaks**")}, MARK)
    second = connector.create(ENG, "Bug", {TITLE: "U", REPRO: Rich("It **breaks**")}, "other")

    assert first.fields[REPRO] == second.fields[REPRO] == Rich("It **breaks**")
    assert [status for _method, _path, status in calls] == [400, 200, 200]


def test_creates_in_a_state_that_is_next(connector, calls):
    made = connector.create(ENG, "Bug", {TITLE: "T", STATE: "Active"}, MARK)

    assert made.fields[STATE] == "Active"
    assert len(calls) == 1


def test_walks_to_a_state_that_is_not(connector):
    values = {TITLE: "T", STATE: "Closed", "Custom.Team": "Search", "Custom.RootCause": "Code"}

    made = connector.create(OPS, "Bug", values, MARK)

    assert made.fields[STATE] == "Closed"
    assert made.marker == MARK


def test_keeps_the_first_state_where_another_is_out_of_reach(connector):
    values = {TITLE: "T", STATE: "Closed", "Custom.Team": "Search"}

    made = connector.create(OPS, "Bug", values, MARK)

    assert made.fields[STATE] in {"New", "Active"}


def test_names_a_required_field(connector):
    with pytest.raises(InvalidError) as refusal:
        connector.create(OPS, "Bug", {TITLE: "T"}, MARK)

    assert "Custom.Team" in refusal.value.fields


def test_refuses_an_unknown_type_as_a_value(connector):
    with pytest.raises(InvalidError, match=r"(?i)type incident"):
        connector.create(ENG, "Incident", {TITLE: "T"}, MARK)


def test_refuses_unknown_fields_before_it_sends(connector, azure):
    with pytest.raises(InvalidError) as refusal:
        connector.create(ENG, "Bug", {TITLE: "T", "Custom.Gone": "x"}, MARK)

    assert list(refusal.value.fields) == ["Custom.Gone"]
    assert azure.is_empty()


def test_never_hides_that_it_created(connector, azure):
    azure.faults(Fault(FaultKind.BEFORE, method="PATCH", status=500))
    values = {TITLE: "T", STATE: "Closed", "Custom.Team": "Search"}

    with pytest.raises(UncertainError):
        connector.create(OPS, "Bug", values, MARK)

    assert connector.find(OPS, MARK, datetime(2020, 1, 1, tzinfo=UTC)) is not None


def test_finds_no_mark_that_somebody_else_made(connector, azure, bug):
    ken = azure.as_human("ken")
    made = connector.create(ENG, "Bug", {TITLE: "T"}, MARK)
    assert ken.item(int(made.ref.id)).relations[0]["url"].endswith(f"#tp-sync-{MARK}")

    assert connector.find(ENG, "another", datetime(2020, 1, 1, tzinfo=UTC)) is None
    assert connector.find(OPS, MARK, datetime(2020, 1, 1, tzinfo=UTC)) is None


# -- updating


def test_edits_a_field_with_one_call(connector, bug, read, calls):
    base = read(bug)
    calls.clear()

    back = connector.update(base, {TITLE: "Login works", STATE: "Active"})

    assert paths(calls) == [("PATCH", f"workitems/{bug.number}")]
    assert back == read(bug)


def test_refuses_an_item_that_moved_on(connector, ken, bug, read):
    base = read(bug)
    ken.edit(bug.number, title="By hand")

    with pytest.raises(StaleError, match="VS403351"):
        connector.update(base, {TITLE: "Mine"})


def test_patches_html_block_by_block(connector, ken, bug, read):
    back = connector.update(read(bug), {REPRO: Rich("New\n\nKept")})

    assert ken.item(bug.number).values[REPRO].endswith("<p>Kept</p>")
    assert ken.item(bug.number).formats == []
    assert back.fields[REPRO] == Rich("New\n\nKept")


def test_patches_markdown_block_by_block(connector, ken, bug, read):
    ken.write_markdown(bug.number, "repro_steps", "Old\n\n*  kept as it is")

    back = connector.update(read(bug), {REPRO: Rich("New\n\n- kept as it is")})

    assert ken.item(bug.number).values[REPRO] == "New\n\n*  kept as it is"
    assert ken.item(bug.number).formats == [REPRO]
    assert back.fields[REPRO].md == "New\n\n- kept as it is"


def test_begins_an_empty_text_as_markdown(connector, ken, read):
    task = ken.create("Engineering", "Task", title="T")

    connector.update(
        read(task, Want(frozenset({"System.Description"}))), {"System.Description": Rich("**x**")}
    )

    assert ken.item(task.number).formats == ["System.Description"]


def test_falls_back_to_html_in_an_update(connector, azure, ken, read):
    azure.change_state({"has_markdown": False})
    task = ken.create("Engineering", "Task", title="T")
    base = read(task, Want(frozenset({"System.Description"})))

    back = connector.update(base, {"System.Description": Rich("**x**"), TITLE: "U"})

    assert back.fields == {"System.Description": Rich("**x**"), TITLE: "U"}
    assert "<" in ken.item(task.number).values["System.Description"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", {"a", "b"}), ("a; b", {"b", "c"}), ("a", set()), ("a", {"A b", "c"})],
)
def test_adds_and_removes_tags(connector, ken, read, before, after):
    task = ken.create("Engineering", "Task", title="T", tags=before)

    back = connector.update(read(task), {TAGS: frozenset(after)})

    assert back.fields[TAGS] == frozenset(after)


def test_empties_fields(connector, ken, read):
    bug = ken.create(
        "Engineering",
        "Bug",
        title="T",
        assigned_to="mia@example.com",
        repro_steps="<p>x</p>",
        found_in="1.0",
    )
    names = {"System.AssignedTo", REPRO, "Microsoft.VSTS.Build.FoundIn"}

    back = connector.update(read(bug, Want(frozenset(names))), dict.fromkeys(names))

    assert back.fields == dict.fromkeys(names)


def test_leaves_what_is_empty_already(connector, ken, read):
    task = ken.create("Engineering", "Task", title="T")

    back = connector.update(read(task), {"System.AssignedTo": None, TAGS: frozenset(), TITLE: "U"})

    assert back.fields[TITLE] == "U"


def test_writes_every_kind_of_value(connector, bug, read):
    values = {
        TITLE: " two\nlines",
        PRIORITY: "4",
        "Microsoft.VSTS.Common.Severity": "1 - Critical",
        "System.AssignedTo": Person("x", "Mia", "mia@example.com"),
        "Microsoft.VSTS.Scheduling.DueDate": datetime(2026, 12, 24, 10, tzinfo=UTC),
        "Custom.IsRegression": False,
    }

    back = connector.update(read(bug, Want(frozenset(values))), values)

    assert back.fields[TITLE] == "two lines"
    assert back.fields["System.AssignedTo"].name == "Mia Lund"
    same = values.keys() - {TITLE, "System.AssignedTo"}
    assert {name: back.fields[name] for name in same} == {name: values[name] for name in same}


def test_writes_numbers_and_days(connector, ken, read):
    story = ken.create("Engineering", "User Story", title="T")
    points = "Microsoft.VSTS.Scheduling.StoryPoints"

    back = connector.update(read(story, Want(frozenset({points}))), {points: Decimal("2.5")})

    assert back.fields[points] == Decimal("2.5")
    assert connector.normalise("x", date(2026, 1, 1)) == date(2026, 1, 1)


def test_writes_a_person_by_the_id_alone(connector, azure, bug, read):
    mia = azure.account("mia")

    back = connector.update(read(bug), {"System.AssignedTo": Person(mia.identity, "Mia")})

    assert back.fields["System.AssignedTo"].id == mia.identity


@pytest.mark.parametrize("person", [Person("no-such-id", "Zoe"), Person(None, "Zoe")])
def test_blames_the_field_of_a_person_that_nobody_knows(connector, bug, read, person):
    with pytest.raises(InvalidError) as refusal:
        connector.update(read(bug), {"System.AssignedTo": person, TITLE: "T"})

    assert list(refusal.value.fields) == ["System.AssignedTo"]
    assert refusal.value.fix == "Map the person."


def test_blames_a_field_by_the_words_of_the_service(connector, bug, read):
    stranger = Person(None, "Zoe", "zoe@elsewhere.example")

    with pytest.raises(InvalidError) as refusal:
        connector.update(read(bug), {"System.AssignedTo": stranger})

    assert "zoe@elsewhere.example" in refusal.value.fields["System.AssignedTo"]


def test_blames_an_option_that_is_no_number(connector, bug, read):
    with pytest.raises(InvalidError) as refusal:
        connector.update(read(bug), {PRIORITY: "High"})

    assert list(refusal.value.fields) == [PRIORITY]


def test_refuses_a_text_that_is_too_long(connector, bug, read, calls):
    base = read(bug)
    calls.clear()

    with pytest.raises(TooLargeError) as refusal:
        connector.update(base, {REPRO: Rich("x" * 1_000_001)})

    assert (refusal.value.field, refusal.value.limit, calls) == (REPRO, 1_000_000, [])


def test_may_not_write(connect, bug):
    reader = connect(credentials={"token": TOKENS["reader"]})
    ref = Ref(reader.system.id, ENG, str(bug.number))
    base = reader.fetch([ref], WANT)[ref]

    with pytest.raises(DeniedError):
        reader.update(base, {TITLE: "T"})


# -- states


@pytest.fixture
def issue_of_ops(ken):
    values = {"title": "T", "Custom.Team": "Search"}
    return ken.create("Operations", "Bug", **values)


def test_walks_through_states(connector, ken, issue_of_ops, read, calls):
    base = read(issue_of_ops, scope=OPS)
    calls.clear()

    back = connector.update(
        base, {STATE: "Closed", "Custom.RootCause": "Code", TITLE: "Done at last"}
    )

    assert (back.fields[STATE], back.fields[TITLE]) == ("Closed", "Done at last")
    item = f"workitems/{issue_of_ops.number}"
    own = [call for call in paths(calls) if call != ("GET", "fields")]
    assert own == [("PATCH", item), ("GET", "workitemtypes/Bug"), *[("PATCH", item)] * 3]


def test_knows_the_way_the_second_time(connector, ken, read, calls):
    made = [
        ken.create("Operations", "Bug", title=f"T{n}", **{"Custom.Team": "Search"})
        for n in range(2)
    ]
    bases = [read(one, scope=OPS) for one in made]
    connector.update(bases[0], {STATE: "Resolved", "Custom.RootCause": "Code"})
    calls.clear()

    connector.update(bases[1], {STATE: "Resolved", "Custom.RootCause": "Code"})

    assert [method for method, _path, _status in calls] == ["PATCH"] * 3


def test_blames_the_state_that_asks_for_a_field(connector, issue_of_ops, read):
    with pytest.raises(InvalidError) as refusal:
        connector.update(read(issue_of_ops, scope=OPS), {STATE: "Resolved"})

    assert refusal.value.fields[STATE].startswith("The state “Resolved” asks for more:")
    assert "Root Cause" in refusal.value.fields["Custom.RootCause"]


def test_lists_the_states_there_are(connector, bug, read):
    with pytest.raises(UnsupportedError) as refusal:
        connector.update(read(bug), {STATE: "Cancelled"})

    words = "Bug has no state “Cancelled” in Azure DevOps; it has: “New”, “Active”,"
    assert refusal.value.fields[STATE].startswith(words)


def test_reads_the_state_that_was_not_read(connector, issue_of_ops, read):
    base = read(issue_of_ops, Want(frozenset({TITLE})), scope=OPS)

    back = connector.update(base, {STATE: "Resolved", "Custom.RootCause": "Code"})

    assert back.fields[STATE] == "Resolved"


# -- many


def test_writes_many_with_one_call(connector, ken, read, calls):
    bases = [read(ken.create("Engineering", "Task", title=f"T{n}")) for n in range(5)]
    calls.clear()

    back = connector.update_many([(base, {TITLE: f"U{n}"}) for n, base in enumerate(bases)])

    assert paths(calls) == [("PATCH", "$batch")]
    assert [item.fields[TITLE] for item in back] == ["U0", "U1", "U2", "U3", "U4"]
    assert [replace(item, marker=None) for item in back] == [read(item) for item in back]


def test_does_of_many_what_can_be_done(connector, ken, issue_of_ops, read):
    tasks = [read(ken.create("Engineering", "Task", title=f"T{n}")) for n in range(4)]
    ken.edit(int(tasks[1].ref.id), title="By hand")
    far = read(issue_of_ops, scope=OPS)

    done, stale, refused, strange, walked = connector.update_many(
        [
            (tasks[0], {TITLE: "A"}),
            (tasks[1], {TITLE: "B"}),
            (tasks[2], {PRIORITY: "9"}),
            (tasks[3], {"System.AssignedTo": Person(None, "Zoe")}),
            (far, {STATE: "Resolved", "Custom.RootCause": "Data"}),
        ]
    )

    assert done.fields[TITLE] == "A"
    assert isinstance(stale, StaleError)
    assert PRIORITY in refused.fields
    assert strange.fix == "Map the person."
    assert walked.fields[STATE] == "Resolved"


def test_sends_nothing_where_nothing_can_be_sent(connector, ken, read, calls):
    base = read(ken.create("Engineering", "Task", title="T"))
    calls.clear()

    [refused] = connector.update_many([(base, {PRIORITY: "High"})])

    assert isinstance(refused, InvalidError)
    assert calls == []


def test_falls_back_to_html_for_many(connector, azure, ken, read):
    azure.change_state({"has_markdown": False})
    want = Want(frozenset({"System.Description"}))
    bases = [read(ken.create("Engineering", "Task", title=f"T{n}"), want) for n in range(3)]

    back = connector.update_many([(one, {"System.Description": Rich("**x**")}) for one in bases])

    assert [item.fields["System.Description"].md for item in back] == ["**x**"] * 3


def test_costs_three_calls_for_a_hundred_changes(connector, ken, calls):
    cursor = connector.changed_since(ENG, None, Want(frozenset())).cursor
    cursor = connector.changed_since(ENG, cursor, Want(frozenset())).cursor
    for number in range(100):
        ken.create("Engineering", "Task", title=f"Task {number}")
    calls.clear()

    page = connector.changed_since(ENG, cursor, Want(frozenset()))
    found = connector.fetch([item.ref for item in page.items], replace(WANT, comments=True))
    back = connector.update_many([(item, {TITLE: f"New {item.key}"}) for item in found.values()])

    assert (page.has_more, len(back)) == (False, 100)
    assert all(isinstance(item, Item) for item in back)
    assert [path for _method, path in paths(calls)] == [
        "reporting/workitemrevisions",
        "workitemsbatch",
        "$batch",
    ]


# -- deleting


def test_deletes_into_the_bin(connector, ken, bug, read):
    base = read(bug)

    connector.delete(base.ref)

    assert ken.restore(bug.number).number == bug.number


def test_may_not_delete(connector, azure, bug, read):
    base = read(bug)
    azure.change_account("sync", {"permissions": ["READ", "WRITE"]})

    with pytest.raises(DeniedError):
        connector.delete(base.ref)


# -- comments


def test_copies_a_comment_as_markdown(connector, ken, bug, read, calls):
    ref = read(bug).ref
    calls.clear()

    made = connector.add_comment(ref, COMMENT)

    [stored] = ken.comments(bug.number)
    assert stored.is_markdown
    assert stored.text.startswith("**Ada** · [DEF-1](https://tm.example/d/1#tp-sync-m-1):\n\nSeen ")
    assert stored.text.endswith("`&lt;b&gt;` **twice**.")
    assert made.body.md == "Seen `<b>` **twice**."
    assert len(calls) == 1


def test_copies_a_comment_as_html_where_markdown_is_overlooked(connect):
    connector = connect(base_url="https://tfs.example.com/c")
    place = "https://tfs.example.com/c/p/_apis/wit/workItems/7/comments"
    stored = {"id": 3, "text": "", "createdDate": "2026-11-22T10:00:00.1234567Z"}
    with responses.RequestsMock() as wire:
        wire.post(place, json=stored)
        wire.patch(f"{place}/3", json=stored)
        ref = Ref(connector.system.id, "p", "7")

        made = [connector.add_comment(ref, COMMENT).id for _ in range(2)]

        sent = [(call.request.method, call.request.params["format"]) for call in wire.calls]
        text = json.loads(wire.calls[1].request.body)["text"]
    assert made == ["3", "3"]
    assert sent == [("POST", "markdown"), ("PATCH", "html"), ("POST", "html")]
    assert "<strong>twice</strong>" in text or "<b>twice</b>" in text


def test_believes_no_marker_in_what_others_wrote(connector, ken, bug, read):
    ken.comment(bug.number, "**Ada** · [X](https://x.example#tp-sync-m-1):\n\nx", is_markdown=True)

    assert connector.find_comment(read(bug).ref, "m-1") is None


def test_refuses_a_comment_that_is_too_long(connector, bug, read):
    with pytest.raises(TooLargeError):
        connector.add_comment(read(bug).ref, replace(COMMENT, body=Rich("x" * 1_000_001)))


# -- files


def test_attaches_a_file_with_its_digest(connector, ken, bug, read, calls):
    ref = read(bug).ref
    calls.clear()

    made = connector.upload(ref, "log ü.txt", "text/plain", BytesIO(b"line 1\n"))

    assert (made.name, made.size, made.mime) == ("log ü.txt", 7, "text/plain")
    assert made.sha256 == sha256(b"line 1\n").hexdigest()
    assert [file.name for file in ken.attachments(bug.number)] == ["log ü.txt"]
    assert len(calls) == 2


def test_reads_the_digest_again(connector, bug, read):
    made = connector.upload(read(bug).ref, "a.bin", "", BytesIO(b"x"))

    assert list(read(bug, Want(frozenset(), attachments=True)).attachments) == [made]


class Pipe(BytesIO):
    """A stream whose length nobody knows."""

    def seekable(self):
        return False


def test_attaches_a_stream_of_unknown_length(connector, bug, read):
    made = connector.upload(read(bug).ref, "log.txt", "text/plain", Pipe(b"line 1\n"))

    assert made.size == 7


@pytest.mark.parametrize("kind", [BytesIO, Pipe])
def test_sends_no_file_that_is_too_large(connector, bug, read, monkeypatch, kind):
    monkeypatch.setattr("integrations.connectors.azure_devops.upload.MAX_FILE", 5)
    ref = read(bug).ref

    with pytest.raises(TooLargeError):
        connector.upload(ref, "log.txt", "text/plain", kind(b"line 1\n"))


def test_keeps_the_service_s_own_limit(connector, azure, bug, read):
    azure.change_state({"attachment_limit": 5})

    with pytest.raises(TooLargeError, match="TF237082"):
        connector.upload(read(bug).ref, "log.txt", "text/plain", BytesIO(b"line 1\n"))


# -- the link to the counterpart


def test_shows_the_counterpart_once(connector, ken, bug, read):
    ref = read(bug).ref

    connector.mention_link(ref, "DEF-1", "https://tm.example/d/1", "Login fails")
    connector.mention_link(ref, "DEF-1", "https://tm.example/d/1", "Login fails")

    [link] = ken.item(bug.number).relations
    assert link["url"] == "https://tm.example/d/1"
    assert link["attributes"]["comment"] == "In sync with DEF-1: Login fails"


def test_changes_the_link_to_the_counterpart(connector, ken, read):
    item = connector.create(ENG, "Bug", {TITLE: "T"}, MARK)
    connector.mention_link(item.ref, "DEF-1", "https://tm.example/d/1", "Old")

    connector.mention_link(item.ref, "DEF-2", "https://tm.example/d/2", "New")

    mark, link = ken.item(int(item.ref.id)).relations
    assert link["attributes"]["comment"] == "In sync with DEF-2: New"
    assert mark["url"].endswith(f"#tp-sync-{MARK}")
    assert read(item).marker == MARK


# -- what will be stored


def test_predicts_what_will_be_stored(connector):
    assert connector.normalise(TITLE, " two\n lines ") == "two lines"
    assert connector.normalise(TAGS, frozenset({"a, b", "c;"})) == frozenset({"a b", "c"})
    assert connector.normalise(REPRO, Rich("_em_ `<`\n")).md == "*em* `<`"


def test_says_what_it_may_not_see_any_more(connector, azure, bug, read):
    base = read(bug)
    azure.change_account("sync", {"hidden_projects": ["ENG"]})

    assert isinstance(connector.fetch([base.ref], WANT)[base.ref], Denied)
