"""A rules document is read whole or refused with the path of what is wrong."""

import copy

import pytest

from integrations.base.items import Person
from integrations.connectors.memory.tracker import SCHEMA
from integrations.engine.conflicts import Policy
from integrations.engine.rules import (
    AttachmentRule,
    DeleteRule,
    PeoplePolicy,
    PeopleRule,
    RulesError,
    ScopeRule,
    default_document,
    parse,
)

DOCUMENT = {
    "version": 1,
    "types": [{"a": "Defect", "b": "Bug"}],
    "fields": [
        {"id": "title", "a": "title", "b": "summary", "conflict": "hold"},
        {
            "id": "priority",
            "a": "priority",
            "b": "priority_b",
            "dir": "a_to_b",
            "map": {
                "pairs": [["High", "1"]],
                "a_to_b": {"missing": "default", "value": "3"},
                "b_to_a": {"missing": "nothing"},
            },
        },
    ],
    "filter": {
        "a": {"all": [{"field": "priority", "op": "is", "value": "High"}]},
        "b": {"any": []},
    },
    "comments": {"a_to_b": True, "b_to_a": False},
    "people": {"missing": "clear"},
}


def changed(path: list, value) -> dict:
    """Return the document with one value replaced."""
    document = copy.deepcopy(DOCUMENT)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def test_reads_all_of_it():
    rules = parse(DOCUMENT)

    title, priority = rules.fields
    assert (title.name("a"), title.name("b"), title.conflict) == ("title", "summary", Policy.HOLD)
    assert priority.senders == {"a"}
    assert rules.comments.senders == {"a"}
    assert rules.counterpart_type("b", "BUG") == "Defect"
    assert rules.counterpart_type("a", "Epic") is None
    assert rules.wanted("a") == {"title", "priority"}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["version"], 2, "version: must be 1"),
        (["types"], [], "types: must have between 1"),
        (["types"], None, "types: must have between 1"),
        (["types", 0], {"a": "x"}, "types[0].b: must be a text"),
        (["fields", 0, "dir"], "sideways", "fields[0].dir: must be one of both, a_to_b, b_to_a"),
        (["fields", 0, "dir"], ["both"], "fields[0].dir"),
        (["fields", 0, "conflict"], "coin", "fields[0].conflict: must be one of hold, newest"),
        (["fields", 0, "conflict"], {"x": 1}, "fields[0].conflict"),
        (["fields", 0, "first_sync"], "x", "fields[0].first_sync"),
        (["fields", 0, "drift"], 1, "fields[0].drift"),
        (["fields", 0, "id"], "a|b", "fields[0].id: may hold letters"),
        (["fields", 1, "id"], "title", "fields[1].id: “title” is used twice"),
        (["fields", 1, "b"], "summary", "fields[1].b: “summary” is mapped twice"),
        (["fields", 0, "exec"], "import os", "fields[0].exec: is unknown"),
        (["fields", 0], "title", "fields[0]: must be an object"),
        (["fields"], {}, "fields: must be a list"),
        (["fields", 1, "map", "pairs", 0], ["High"], "fields[1].map.pairs[0]: must have"),
        (["fields", 1, "map", "pairs", 0, 1], 7, "fields[1].map.pairs[0][1]: must be a text"),
        (["fields", 1, "map", "a_to_b"], {"missing": "default"}, "fields[1].map.a_to_b.value"),
        (["filter", "a", "all", 0, "op"], "like", "filter.a.all[0].op: must be one of is"),
        (["filter", "a", "all", 0, "field"], "", "filter.a.all[0].field: must be a text"),
        (["filter", "a"], "True", "filter.a: must be an object"),
        (["comments", "a_to_b"], "yes", "comments.a_to_b: must be true or false"),
        (
            ["people", "missing"],
            "guess",
            "people.missing: must be one of leave, clear, default, error",
        ),
        (["create"], {"b": "maybe"}, "create.b: must be one of auto, asked, off"),
        (["rules"], {}, "rules: is unknown"),
        (["people"], {"missing": "default"}, "people.default: must name who stands in"),
        (["people"], {"missing": "default", "default": {"c": {}}}, "people.default.c: is unknown"),
        (["people"], {"default": {"a": {"name": "Ann"}}}, "people.default.a.id: must be a text"),
        (["attachments"], {"a_to_b": 1}, "attachments.a_to_b: must be true or false"),
        (["attachments"], {"max_mb": 0}, "attachments.max_mb: must be a whole number between 1"),
        (["attachments"], {"max_mb": True}, "attachments.max_mb: must be a whole number"),
        (["deletes"], "burn", "deletes: must be one of notify, comment, close, delete"),
        (["out_of_scope"], "x", "out_of_scope: must be one of keep, unlink"),
        (["max_creates_per_hour"], "9", "max_creates_per_hour: must be a whole number"),
    ],
)
def test_names_the_path_of_what_is_wrong(path, value, message):
    with pytest.raises(RulesError) as refusal:
        parse(changed(path, value))

    assert str(refusal.value).startswith(message)


def test_policies_have_safe_defaults():
    rules = parse(DOCUMENT)

    assert rules.attachments == AttachmentRule(frozenset({"a", "b"}), 25)
    assert (rules.deletes, rules.out_of_scope) == (DeleteRule.NOTIFY, ScopeRule.KEEP)
    assert rules.max_creates_per_hour == 500


def test_reads_policies():
    rules = parse(
        {
            **DOCUMENT,
            "people": {"missing": "default", "default": {"b": {"id": "7", "name": "Team QA"}}},
            "attachments": {"a_to_b": True, "b_to_a": False, "max_mb": 10},
            "deletes": "close",
            "out_of_scope": "unlink",
            "max_creates_per_hour": 20,
        }
    )

    assert rules.people == PeoplePolicy(PeopleRule.DEFAULT, {"b": Person("7", "Team QA")})
    assert rules.attachments.senders == {"a"}
    assert rules.attachments.max_bytes == 10 * 1024 * 1024
    assert (rules.deletes, rules.out_of_scope) == (DeleteRule.CLOSE, ScopeRule.UNLINK)
    assert rules.max_creates_per_hour == 20


@pytest.mark.parametrize("document", [None, [], "rules", 1])
def test_refuses_what_is_no_document(document):
    with pytest.raises(RulesError):
        parse(document)


def test_refuses_a_filter_nested_too_deep():
    condition = {"field": "title", "op": "is_empty"}
    for _ in range(10):
        condition = {"all": [condition]}

    with pytest.raises(RulesError, match="nested more than 8"):
        parse(changed(["filter", "a"], condition))


def test_reads_what_it_generates():
    assert parse(default_document(SCHEMA, SCHEMA)).fields
