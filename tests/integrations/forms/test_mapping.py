"""The mapping editor: what it shows, what it writes, what it leaves alone."""

import pytest

from integrations.base.items import FieldSpec, FieldType, Option, Schema, TypeSpec
from integrations.engine.rules import default_document, parse
from integrations.forms import MappingForm


def options(*names):
    return [Option(name.lower().replace(" ", "-"), name) for name in names]


TITLE = FieldSpec("title", "Title", FieldType.TEXT, role="title", is_required=True)
STATUS = FieldSpec(
    "status", "Status", FieldType.STATUS, role="status", options=options("Open", "Fixed", "Closed")
)
PRIORITY = FieldSpec(
    "priority", "Priority", FieldType.OPTION, role="priority", options=options("High", "Low")
)
BUILD = FieldSpec("build", "Build", FieldType.TEXT, role="build")
HERE = Schema([TypeSpec("defect", "Defect", [TITLE, STATUS, PRIORITY, BUILD])])

SUMMARY = FieldSpec("summary", "Summary", FieldType.TEXT, role="title", is_required=True)
STATE = FieldSpec(
    "status", "Status", FieldType.STATUS, role="status", options=options("To Do", "Done")
)
RANK = FieldSpec(
    "priority", "Rank", FieldType.OPTION, role="priority", options=options("High", "Low", "Odd")
)
TEAM = FieldSpec("team", "Team", FieldType.OPTION, is_required=True, options=options("Red", "Blue"))
NOTE = FieldSpec("note", "Note", FieldType.RICH)
THERE = Schema(
    [
        TypeSpec("1", "Bug", [SUMMARY, STATE, RANK, NOTE]),
        TypeSpec("2", "Incident", [SUMMARY, STATE, TEAM]),
    ]
)


@pytest.fixture
def document():
    return default_document(HERE, THERE)


@pytest.fixture
def form(document):
    return MappingForm(document, HERE, THERE)


def answers_of(form):
    """Return what the page would send if nobody touched it."""
    answers = {"type": form.type.name, "comments": "1"}
    answers |= {"comments.a_to_b": "on"} if form.sends_comments else {}
    answers |= {"comments.b_to_a": "on"} if form.receives_comments else {}
    for row in form.rows:
        name = row.field.id
        answers |= {f"{name}.dir": row.direction, f"{name}.conflict": row.conflict}
        answers[f"{name}.to"] = (row.target or row.targets[0]).id
        answers |= {pair.name: pair.partner for pair in (*row.ours, *row.theirs)}
        answers[f"{name}.missing"] = row.missing
    return answers


def row(form, name):
    return next(one for one in form.rows if one.field.id == name)


def rule(form, name):
    return next((one for one in form.document["fields"] if one["a"] == name), None)


def meaning(document):
    """Return a document with its pairs told apart from their order."""
    rules = parse(document)
    told = {
        one.id: [
            {pair[side] for pair in one.values.pairs} if one.values else None for side in (0, 1)
        ]
        for one in rules.fields
    }
    translated = {
        (one.id, side, name): one.values.translate(side, name)
        for one in rules.fields
        if one.values
        for number, side in enumerate(("a", "b"))
        for name in {pair[number] for pair in one.values.pairs}
    }
    rest = [{**one, "map": None} for one in document["fields"]]
    return told, translated, rest, {**document, "fields": None}


def test_an_untouched_page_changes_nothing(form, document):
    again = form.answered(answers_of(form))

    assert meaning(again.document) == meaning(document)


def test_an_untouched_page_keeps_every_refinement(document):
    title, status, *others = document["fields"]
    status = {**status, "drift": "enforce", "dir": "b_to_a", "conflict": "prefer_b"}
    status["map"] = {**status["map"], "b_to_a": {"missing": "default", "value": "Open"}}
    document = {
        **document,
        "fields": [{**title, "first_sync": "prefer_a"}, status, *others],
        "comments": {"a_to_b": False, "b_to_a": True, "restricted": True},
        "people": {"missing": "clear"},
    }
    form = MappingForm(document, HERE, THERE)

    assert meaning(form.answered(answers_of(form)).document) == meaning(document)


def test_shows_mapped_fields_first_and_what_could_be(form):
    assert [one.field.id for one in form.rows] == ["title", "status", "priority", "build"]
    assert [field.id for field in row(form, "build").targets] == ["summary", "note"]
    assert row(form, "build").direction == "off"


def test_a_field_that_stays_here_leaves_the_rules(form):
    again = form.answered(answers_of(form) | {"priority.dir": "off"})

    assert rule(again, "priority") is None
    assert row(again, "priority").direction == "off"


def test_a_field_can_be_mapped(form):
    answers = {"build.dir": "a_to_b", "build.to": "note", "build.conflict": "prefer_a"}

    again = form.answered(answers_of(form) | answers)

    assert rule(again, "build") == {
        "id": "build",
        "a": "build",
        "b": "note",
        "dir": "a_to_b",
        "conflict": "prefer_a",
        "first_sync": "fill",
    }
    parse(again.document)


def test_two_fields_with_one_target_are_named(form):
    again = form.answered(answers_of(form) | {"build.dir": "both", "build.to": "summary"})

    assert again.clashes == [
        "Title and Build go to Summary together; choose another field for one."
    ]
    assert form.clashes == []


@pytest.mark.parametrize("answer", ["nonsense", "team", "status", ""])
def test_a_target_that_does_not_fit_is_not_taken(form, answer):
    again = form.answered(answers_of(form) | {"build.dir": "both", "build.to": answer})

    assert rule(again, "build") is None


def test_odd_answers_fall_back(form):
    answers = {"title.conflict": "x", "priority.missing": "default.x", "title.dir": "sideways"}

    again = form.answered(answers_of(form) | answers)

    assert rule(again, "title") is None
    assert rule(again, "priority")["map"]["b_to_a"] == {"missing": "error"}


def test_each_value_gets_its_partner(form):
    answers = {"status.our.open": "To Do", "status.our.fixed": "Done", "status.our.closed": ""}

    again = form.answered(answers_of(form) | answers | {"status.their.done": "Fixed"})

    assert row(again, "status").unpaired == ["Closed"]
    assert ["Fixed", "Done"] in rule(again, "status")["map"]["pairs"]


def test_a_value_of_theirs_with_several_sources_is_asked_for(form):
    answers = {"status.our.fixed": "Done", "status.our.closed": "Done"}

    again = form.answered(answers_of(form) | answers | {"status.their.done": "Closed"})

    assert [pair.value for pair in row(again, "status").theirs] == ["Done"]
    values = parse(again.document).fields[1].values
    assert values.translate("b", "Done") == "Closed"
    assert values.translate("a", "Fixed") == "Done"


def test_every_other_value_may_become_one_of_ours(form):
    again = form.answered(answers_of(form) | {"priority.missing": "default.low"})

    assert rule(again, "priority")["map"]["b_to_a"] == {"missing": "default", "value": "Low"}
    assert row(again, "priority").missing == "default.low"
    assert ("default.low", "Low") in row(again, "priority").defaults


def test_a_value_nothing_is_said_for_is_told(form):
    answers = {"priority.our.high": "", "priority.our.low": ""}
    answers |= {f"priority.their.{name}": "" for name in ("high", "low", "odd")}

    again = form.answered(answers_of(form) | answers)

    assert row(again, "priority").unpaired == ["High", "Low", "High", "Low", "Odd"]


def test_another_target_pairs_equal_names(document):
    other = FieldSpec("rank2", "Rank 2", FieldType.OPTION, options=options("low", "Best"))
    there = Schema([TypeSpec("1", "Bug", [SUMMARY, STATE, RANK, other])])
    form = MappingForm(document, HERE, there)

    again = form.answered(answers_of(form) | {"priority.to": "rank2"})

    assert rule(again, "priority")["map"]["pairs"] == [["Low", "low"]]
    assert row(again, "priority").unpaired == ["High", "Best"]


def test_a_field_that_cannot_be_written_there_only_comes(document):
    fixed = FieldSpec("votes", "Votes", FieldType.TEXT, is_writable=False)
    there = Schema([TypeSpec("1", "Bug", [SUMMARY, fixed])])
    form = MappingForm(document, HERE, there)

    again = form.answered({"build.dir": "both", "build.to": "votes"})

    assert rule(again, "build")["dir"] == "b_to_a"


def test_a_required_field_that_nothing_fills_is_named(form):
    again = form.answered(answers_of(form) | {"type": "Incident"})

    assert [field.name for field in again.unmet] == ["Team"]
    assert form.unmet == []


def test_a_required_field_that_only_comes_is_not_filled(form):
    again = form.answered(answers_of(form) | {"title.dir": "b_to_a"})

    assert [field.name for field in again.unmet] == ["Summary"]


def test_another_type_drops_what_it_does_not_have(form):
    again = form.answered(answers_of(form) | {"type": "Incident"})

    assert again.document["types"] == [{"a": "Defect", "b": "Incident"}]
    assert [one["b"] for one in again.document["fields"]] == ["summary", "status"]


def test_a_type_that_does_not_exist_is_not_taken(form):
    assert form.answered({"type": "Epic"}).document["types"] == form.document["types"]


def test_fields_that_the_tracker_lost_are_named(document):
    there = Schema([TypeSpec("1", "Bug", [SUMMARY])])

    form = MappingForm(document, HERE, there)

    assert form.lost == ["status", "priority"]


def test_a_type_that_the_tracker_lost_leaves_no_fields(document):
    form = MappingForm(document, HERE, Schema([]))

    assert form.type is None
    assert form.rows == []


def test_comments_can_be_kept_here(form):
    again = form.answered({"comments": "1", "comments.b_to_a": "on"})

    assert not again.sends_comments
    assert again.receives_comments
    assert form.answered({}).sends_comments


def test_rules_of_fields_that_we_do_not_know_stay(document):
    odd = {"id": "x", "a": "mystery", "b": "note", "dir": "both"}
    form = MappingForm({**document, "fields": [*document["fields"], odd]}, HERE, THERE)

    assert odd in form.answered(answers_of(form)).document["fields"]


def test_keeps_and_changes_when_something_new_is_created(document):
    form = MappingForm({**document, "create": {"a": "asked", "b": "off"}}, HERE, THERE)

    kept = form.answered(answers_of(form))
    changed = form.answered(answers_of(form) | {"create.b": "auto"})

    assert kept.document["create"] == {"a": "asked", "b": "off"}
    assert changed.document["create"] == {"a": "asked", "b": "auto"}


UNSEEN = [
    {"id": "priority", "b": "team", "dir": "a_to_b", "expr": "'Red' if item.title else 'Blue'"},
    {"id": "note", "a": "build", "b": "note", "dir": "a_to_b", "template": "{key}: {value}"},
    {"id": "other", "a": "title", "b": "x", "types": ["Task"]},
]


def test_what_no_row_shows_survives_an_edit(document):
    title = next(rule for rule in document["fields"] if rule["id"] == "title")
    title |= {
        "when": {"a": "item.status != 'Open'", "b": "value"},
        "steps": {"a_to_b": [{"do": "prefix", "text": "> "}]},
        "drift": "enforce",
        "types": ["Defect"],
    }
    document["fields"] = [
        *(rule for rule in document["fields"] if rule["id"] != "priority"),
        *UNSEEN,
    ]
    document |= {
        "filter": {"a": {"not": {"expr": "item.title"}}, "b": None},
        "constants": {"b": {"team": {"value": "Red", "always": True}}},
        "people": {"missing": "clear"},
        "deletes": "close",
    }
    form = MappingForm(document, HERE, THERE)

    made = form.answered({**answers_of(form), "title.conflict": "prefer_a"}).document

    by_id = {rule["id"]: rule for rule in made["fields"]}
    assert by_id["title"] == {**title, "conflict": "prefer_a"}
    assert [by_id[rule["id"]] for rule in UNSEEN] == UNSEEN
    assert {**made, "fields": 0} == {**document, "fields": 0}
    assert parse(made)


def test_a_row_beside_a_rule_of_its_name_gets_an_id_of_its_own(document):
    document["fields"] = [rule for rule in document["fields"] if rule["id"] != "priority"]
    document["fields"].append({**UNSEEN[0], "b": "note"})
    form = MappingForm(document, HERE, THERE)
    answers = {**answers_of(form), "priority.dir": "both", "priority.to": "priority"}

    made = form.answered(answers).document

    assert [rule["id"] for rule in made["fields"] if rule.get("b") == "priority"] == [
        "priority.row"
    ]
    assert parse(made)


def test_fixed_values_fill_required_fields(document):
    document["types"] = [{"a": "Defect", "b": "Incident"}]
    assert [field.id for field in MappingForm(document, HERE, THERE).unmet] == ["team"]

    for member in ("constants", "defaults"):
        filled = {**document, member: {"b": {"team": "Red"}}}
        assert MappingForm(filled, HERE, THERE).unmet == []
