"""The JSON schema of a rules document, for the API and for whoever writes one by hand.

It tells the shape; `parse` has the last word on what a shape cannot say, such as names used twice.
"""

from enum import StrEnum
from typing import Any

from integrations.engine.conflicts import Policy
from integrations.engine.rules.conditions import OPERATORS
from integrations.engine.rules.document import VERSION
from integrations.engine.rules.language import MAX_SOURCE
from integrations.engine.rules.model import Drift, FirstSync
from integrations.engine.rules.policies import (
    AttachmentRule,
    CreateRule,
    DeleteRule,
    PeopleRule,
    ScopeRule,
)
from integrations.engine.rules.steps import STEPS
from integrations.engine.rules.values import MissingPolicy

Json = dict[str, Any]

_TEXT: Json = {"type": "string", "minLength": 1}
_FLAG: Json = {"type": ["boolean", "null"]}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_SOURCE: Json = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_SOURCE,
    "description": "One Python expression.",
}
_PERSON_WORDS = "An account of that side."


def rules_schema() -> Json:
    """Return the JSON schema (draft 2020-12) of a rules document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of a connection",
        **_object(
            {
                "version": {"const": VERSION},
                "types": _list(_object({"a": _TEXT, "b": _TEXT}, "a", "b"), 1),
                "fields": _list({"$ref": "#/$defs/field"}, 1),
                "filter": _open(_sides({"$ref": "#/$defs/condition"})),
                "comments": _directions({"restricted": _FLAG}),
                "attachments": _directions({"max_mb": _number(AttachmentRule().max_mb)}),
                "people": _people(),
                "create": _open(_sides(_words(CreateRule))),
                "mentions": _sides(_FLAG),
                "deletes": _words(DeleteRule),
                "out_of_scope": _words(ScopeRule),
                "max_creates_per_hour": _number(500),
                "constants": _sides(_each(_constant())),
                "defaults": _sides(_each({"$ref": "#/$defs/value"})),
            },
            "version",
            "types",
            "fields",
        ),
        "$defs": {
            "field": _field(),
            "condition": _condition(),
            "person": _person(),
            "value": _value(),
        },
    }


def _field() -> Json:
    return _object(
        {
            "id": {"type": "string", "pattern": r"^[\w.-]{1,100}$"},
            "a": _TEXT,
            "b": _TEXT,
            "types": {**_TEXTS, "description": "Types of side a that have it; all if empty."},
            "dir": {"enum": ["both", "a_to_b", "b_to_a"], "default": "both"},
            "conflict": _words(Policy),
            "first_sync": _words(FirstSync),
            "drift": _words(Drift),
            "map": _map(),
            "expr": {**_SOURCE, "description": "Makes the value from `item` and `value`."},
            "template": {**_TEXT, "description": "A text with {key}, {value} or {field id}."},
            "when": _by_side("Lets a side send: an expression over `item` and `value`."),
            "keep": _by_side("Chooses elements of a set: an expression over `x`."),
            "steps": {"anyOf": [_list(_step(), 0), _directions_of(_list(_step(), 0))]},
        },
        "id",
    )


def _step() -> Json:
    kinds: Json = {
        "text": _TEXT,
        "find": _TEXT,
        "with": {"type": "string"},
        "length": {"type": "integer", "minimum": 1},
    }
    return {
        "oneOf": [
            _object(
                {"do": {"const": name}, **{one: kinds[one] for one in arguments}},
                "do",
                *(one for one in arguments if one != "length"),
            )
            for name, (arguments, _) in STEPS.items()
        ]
    }


def _condition() -> Json:
    again: Json = {"$ref": "#/$defs/condition"}
    line = {"field": _TEXT, "op": {"enum": list(OPERATORS)}, "value": {}}
    return {
        "anyOf": [
            {"type": "null"},
            _object({"all": _list(again, 0)}, "all"),
            _object({"any": _list(again, 0)}, "any"),
            _object({"not": again}, "not"),
            _object({"expr": _SOURCE}, "expr"),
            _object(line, "field", "op"),
        ]
    }


def _map() -> Json:
    missing = _object({"missing": _words(MissingPolicy), "value": _TEXT})
    pair: Json = {**_TEXTS, "minItems": 2, "maxItems": 2}
    pairs: Json = {"type": "array", "items": pair, "maxItems": 1000}
    return _object({"pairs": pairs, "a_to_b": missing, "b_to_a": missing})


def _people() -> Json:
    person: Json = {"$ref": "#/$defs/person"}
    return _object({"missing": _words(PeopleRule), "default": _sides(person)})


def _person() -> Json:
    members = {"id": _TEXT, "name": _TEXT, "email": _TEXT}
    return {**_object(members, "id"), "description": _PERSON_WORDS}


def _value() -> Json:
    plain: Json = {"type": ["string", "number", "boolean"]}
    return {"anyOf": [plain, _TEXTS, {"$ref": "#/$defs/person"}]}


def _constant() -> Json:
    value: Json = {"$ref": "#/$defs/value"}
    return {"anyOf": [value, _object({"value": value, "always": _FLAG}, "value")]}


def _by_side(description: str) -> Json:
    return {"description": description, "anyOf": [_SOURCE, _sides(_SOURCE)]}


def _object(members: Json, *required: str) -> Json:
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def _each(member: Json) -> Json:
    return {"type": ["object", "null"], "additionalProperties": member}


def _sides(member: Json) -> Json:
    return _object({"a": member, "b": member})


def _open(shape: Json) -> Json:
    """Let members pass that nobody reads, as the reader always did here."""
    return {**shape, "additionalProperties": True}


def _directions(more: Json) -> Json:
    return _object({"a_to_b": _FLAG, "b_to_a": _FLAG, **more})


def _directions_of(member: Json) -> Json:
    return _object({"a_to_b": member, "b_to_a": member})


def _list(member: Json, at_least: int) -> Json:
    return {"type": "array", "items": member, "minItems": at_least, "maxItems": 200}


def _words(kind: type[StrEnum]) -> Json:
    return {"enum": [str(word) for word in kind]}


def _number(default: int) -> Json:
    return {"type": "integer", "minimum": 1, "default": default}
