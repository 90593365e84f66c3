from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.base.errors import (
    DeniedError,
    InvalidError,
    StaleError,
    TooLargeError,
)
from integrations.base.items import Denied, Person, Ref, Rich, Want
from tests.integrations.connectors.azure_devops.conftest import (
    ENG,
    PRIORITY,
    REPRO,
    STATE,
    TAGS,
    TITLE,
    TOKENS,
    WANT,
    paths,
)


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


def test_trusts_the_id_more_than_the_address(connector, azure, bug, read):
    mia = azure.account("mia")
    connector.find_people(ENG, "Mia")
    known_otherwise = Person(mia.identity, "Mia", "mia@platform.example")

    back = connector.update(read(bug), {"System.AssignedTo": known_otherwise})

    assert back.fields["System.AssignedTo"].id == mia.identity


def test_looks_for_people_only_once(connector, bug, read, calls):
    base, stranger = read(bug), Person("no-such-id", "Zoe")
    for _ in range(2):
        calls.clear()
        with pytest.raises(InvalidError):
            connector.update(base, {"System.AssignedTo": stranger})

    assert [path for _method, path, _status in calls] == ["/contoso/_apis/projects"]


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


def test_predicts_what_will_be_stored(connector):
    assert connector.normalise(TITLE, " two\n lines ") == "two lines"
    assert connector.normalise(TAGS, frozenset({"a, b", "c;"})) == frozenset({"a b", "c"})
    assert connector.normalise(REPRO, Rich("_em_ `<`\n")).md == "*em* `<`"


def test_says_what_it_may_not_see_any_more(connector, azure, bug, read):
    base = read(bug)
    azure.change_account("sync", {"hidden_projects": ["ENG"]})

    assert isinstance(connector.fetch([base.ref], WANT)[base.ref], Denied)


def test_deletes_into_the_bin(connector, ken, bug, read):
    base = read(bug)

    connector.delete(base.ref)

    assert ken.restore(bug.number).number == bug.number


def test_may_not_delete(connector, azure, bug, read):
    base = read(bug)
    azure.change_account("sync", {"permissions": ["READ", "WRITE"]})

    with pytest.raises(DeniedError):
        connector.delete(base.ref)
