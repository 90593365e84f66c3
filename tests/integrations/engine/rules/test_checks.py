"""Expressions are held against the fields that both sides really have."""

import pytest

from integrations.connectors.memory.tracker import SCHEMA
from integrations.engine.rules import default_document, parse, unfit
from integrations.engine.rules.interpreter import INTERPRETER

SCHEMAS = {"a": SCHEMA, "b": SCHEMA}


def problems(field: dict, **document) -> list[str]:
    """Return what is wrong with one more field of the default rules."""
    made = default_document(SCHEMA, SCHEMA)
    kept = [rule for rule in made["fields"] if rule["id"] != "priority"]
    rules = parse({**made, "fields": [{"id": "priority", **field}, *kept], **document})
    return [str(one) for one in unfit(rules, SCHEMAS)]


@pytest.mark.parametrize(
    "expr",
    [
        "'High' if 'prod' in item.labels else 'Low'",
        "item['status'].upper() + item.key + value",
        "item.assignee.name",
        "re.sub('a', 'b', item.description)",
        "[one for one in item.labels if one][0]",
        "item.priority or 'Low'",
    ],
)
def test_what_fits_is_fine(expr):
    assert problems({"a": "priority", "b": "priority", "dir": "a_to_b", "expr": expr}) == []


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        ("item.nope", "fields[0].expr: line 1, column 1: there is no field “nope” here"),
        ("(1,\n item['No pe'])", "fields[0].expr: line 2, column 2: there is no field “No pe”"),
        ("item.title + 1", "fields[0].expr: line 1, column 1: Operator `+` is not supported"),
        ("(1,\n item.assignee.nme)", "fields[0].expr: line 2, column 2: Object of type `Person`"),
    ],
)
def test_names_line_and_column_of_what_does_not(expr, message):
    (problem,) = problems({"b": "priority", "dir": "a_to_b", "expr": expr})

    assert problem.startswith(message)


def test_looks_into_conditions_sets_and_filters():
    field = {
        "a": "priority",
        "b": "priority",
        "when": {"a": "item.w", "b": "value"},
        "keep": "x + 1",
    }
    found = problems(field, filter={"a": {"all": [{"not": {"expr": "item.f"}}]}, "b": None})

    assert [one.partition(": ")[0] for one in found] == [
        "fields[0].when.a",
        "fields[0].keep",
        "filter.a.all[0].not.expr",
    ]


def test_starts_nothing_where_there_is_no_expression():
    INTERPRETER.close()

    assert problems({"a": "priority", "b": "priority"}) == []
    assert not INTERPRETER.is_running
