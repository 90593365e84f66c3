"""Holds the expressions of rules against what both sides have: known fields, fitting types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from keyword import iskeyword

from integrations.base.items import FieldSpec, FieldType, Schema
from integrations.engine.rules.conditions import Condition, Group, Line, Not
from integrations.engine.rules.interpreter import INTERPRETER
from integrations.engine.rules.language import OWN_FIELDS, Expression
from integrations.engine.rules.model import FieldRule, Rules
from integrations.engine.rules.nodes import RulesError
from integrations.engine.state import SIDES, Side

_TYPES: Mapping[FieldType, str] = {
    FieldType.SET: "frozenset[str]",
    FieldType.PEOPLE: "frozenset[str]",
    FieldType.PERSON: "Person",
    FieldType.NUMBER: "Decimal",
    FieldType.BOOL: "bool",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
    FieldType.OPAQUE: "Any",
}
"""How values look to an expression; all others are texts, and any may be None where it is empty."""

_STUB = """
import re as re
from datetime import date as date, datetime as datetime, timedelta as timedelta
from decimal import Decimal as Decimal
from typing import Any, Literal, overload

class Person:
    id: str
    name: str
    email: str

class Item:
{members}

item: Item
value: {value}
x: str
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An expression of a document: its path, the side it looks at, the field it stands for."""

    path: str
    side: Side
    expression: Expression
    field: str = ""


def unfit(rules: Rules, schemas: Mapping[Side, Schema]) -> Iterator[RulesError]:
    """Yield what is wrong with each expression, at its line and column.

    Starts a worker only where there are expressions.
    """
    specs = {side: _specs(rules, side, schemas[side]) for side in SIDES}
    for place in places(rules):
        unknown = list(_unknown(place, specs[place.side]))
        yield from unknown or _mistyped(place, specs[place.side])


def places(rules: Rules) -> Iterator[Place]:
    """Yield every expression of the rules."""
    for index, rule in enumerate(rules.fields):
        yield from _of_rule(f"fields[{index}]", rule)
    for side in SIDES:
        yield from _of_filter(f"filter.{side}", side, rules.filters[side])


def _of_rule(path: str, rule: FieldRule) -> Iterator[Place]:
    if isinstance(rule.computed, Expression):
        for side in rule.senders:
            yield Place(f"{path}.expr", side, rule.computed, rule.name(side))
    for name, by_side in (("when", rule.when), ("keep", rule.keep)):
        is_shared = len(set(by_side.values())) == 1
        for side in SIDES:
            if side in by_side and not (is_shared and side == "b" and "a" in by_side):
                shown = f"{path}.{name}" if is_shared else f"{path}.{name}.{side}"
                yield Place(shown, side, by_side[side], rule.name(side))


def _of_filter(path: str, side: Side, condition: Condition) -> Iterator[Place]:
    match condition:
        case Line():
            return
        case Group(join=join, parts=parts):
            for index, part in enumerate(parts):
                yield from _of_filter(f"{path}.{join}[{index}]", side, part)
        case Not(part=part):
            yield from _of_filter(f"{path}.not", side, part)
        case _:
            yield Place(f"{path}.expr", side, condition.expression)


def _specs(rules: Rules, side: Side, schema: Schema) -> dict[str, FieldSpec]:
    mapped = {(pair.a if side == "a" else pair.b).casefold() for pair in rules.types}
    types = [one for one in schema.types if one.name.casefold() in mapped]
    return {spec.id: spec for one in types for spec in one.fields}


def _unknown(place: Place, specs: Mapping[str, FieldSpec]) -> Iterator[RulesError]:
    for one in place.expression.accesses:
        if one.field not in specs and one.field not in OWN_FIELDS:
            words = f"line {one.line}, column {one.column}: there is no field “{one.field}” here"
            yield RulesError(place.path, words)


def _mistyped(place: Place, specs: Mapping[str, FieldSpec]) -> Iterator[RulesError]:
    stub = _stub(specs, specs.get(place.field))
    for line, column, message in INTERPRETER.check(place.expression.source, stub):
        yield RulesError(place.path, f"line {line}, column {column}: {message}")


def _stub(specs: Mapping[str, FieldSpec], own: FieldSpec | None) -> str:
    """Return the declarations of all that an expression may speak of."""
    types = {spec.id: _type(spec) for spec in specs.values()} | dict.fromkeys(OWN_FIELDS, "str")
    plain = (name for name in types if name.isidentifier() and not iskeyword(name))
    members = [f"    {name}: {types[name]}" for name in plain]
    for name, type_ in types.items():
        members.append("    @overload")
        members.append(f"    def __getitem__(self, name: Literal[{name!r}]) -> {type_}: ...")
    return _STUB.format(members="\n".join(members), value=_type(own) if own else "None")


def _type(spec: FieldSpec) -> str:
    return _TYPES.get(spec.type, "str")
