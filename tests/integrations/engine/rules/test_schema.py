"""The exported schema and the reader of rules agree."""

import pytest
from jsonschema import Draft202012Validator

from integrations.connectors.memory.tracker import SCHEMA
from integrations.engine.rules import RulesError, default_document, parse, rules_schema
from tests.integrations.engine.rules.test_document import DOCUMENT

VALIDATOR = Draft202012Validator(rules_schema())
FULL = {
    **DOCUMENT,
    "fields": [
        *DOCUMENT["fields"],
        {
            "id": "all",
            "b": "x",
            "types": ["Bug"],
            "dir": "a_to_b",
            "first_sync": "hold",
            "drift": "enforce",
            "expr": "item.title",
            "when": "item.title",
            "keep": "x",
            "steps": [
                {"do": "upper"},
                {"do": "truncate", "length": 9},
                {"do": "replace", "find": "a", "with": ""},
            ],
        },
        {
            "id": "t",
            "a": "t",
            "b": "t",
            "when": {"a": "item.title"},
            "steps": {"a_to_b": [{"do": "prefix", "text": "x"}]},
        },
        {"id": "m", "b": "m", "dir": "a_to_b", "template": "{key}"},
    ],
    "filter": {"a": {"not": {"any": [{"expr": "item.title"}]}}, "b": None},
    "people": {"missing": "default", "default": {"a": {"id": "1", "name": "Ann"}}},
    "create": {"a": "asked", "b": "off"},
    "attachments": {"a_to_b": True, "b_to_a": False, "max_mb": 5},
    "deletes": "delete",
    "out_of_scope": "unlink",
    "max_creates_per_hour": 9,
    "constants": {"a": {}, "b": {"x": {"value": ["y"], "always": True}, "z": 1.5}},
    "defaults": {"b": {"who": {"id": "7"}}},
}


def test_it_is_a_schema():
    Draft202012Validator.check_schema(rules_schema())


@pytest.mark.parametrize("document", [DOCUMENT, FULL, default_document(SCHEMA, SCHEMA)])
def test_what_can_be_read_fits(document):
    parse(document)

    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize("member", sorted(FULL.keys() - {"filter", "create"}))
def test_a_member_that_nobody_knows_is_refused_by_both(member):
    value = FULL[member]
    wrong = {**FULL, member: {**value, "odd": 1} if isinstance(value, dict) else {"odd": 1}}

    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises(RulesError):
        parse(wrong)


@pytest.mark.parametrize("member", ["a", "dir", "conflict", "map", "expr", "when", "keep", "steps"])
def test_a_field_of_the_wrong_kind_is_refused_by_both(member):
    field = {**FULL["fields"][0], member: 1}
    wrong = {**FULL, "fields": [field]}

    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises(RulesError):
        parse(wrong)
