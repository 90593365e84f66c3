"""Filters that a form builds: field, operator, value, joined by all and any."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from integrations.base.items import Item, Person, Rich, Value
from integrations.engine.rules.language import Expression

TYPE_FIELD = "type"
"""The name under which a condition asks for an item's type."""


def _texts(value: Value) -> frozenset[str]:
    """Return everything of a value that a person could have typed to mean it, in lower case."""
    match value:
        case None | "":
            return frozenset()
        case frozenset():
            return frozenset(element.casefold() for element in value)
        case Rich(md=md):
            return frozenset({md.casefold()}) if md.strip() else frozenset()
        case Person():
            named = (value.id, value.name, value.email)
            return frozenset(text.casefold() for text in named if text)
        case datetime() | date():
            return frozenset({value.isoformat().casefold()})
        case _:
            return frozenset({str(value).casefold()})  # a yes or no as "true" or "false"


def _wanted(operand: Any) -> frozenset[str]:
    listed = operand if isinstance(operand, list | tuple) else [operand]
    texts = ("true" if one is True else "false" if one is False else str(one) for one in listed)
    return frozenset(text.casefold() for text in texts)


def _is(value: Value, operand: Any) -> bool:
    return not _texts(value).isdisjoint(_wanted(operand))


def _contains(value: Value, operand: Any) -> bool:
    return any(part in text for text in _texts(value) for part in _wanted(operand))


def _ordered(value: Value, operand: Any) -> int | None:
    """Return -1, 0 or 1 as a value is below, at or above the operand; None where neither."""
    left, right = _comparable(value, operand)
    if left is None or right is None:
        return None
    return int(left > right) - int(left < right)


def _comparable(value: Value, operand: Any) -> tuple[Any, Any]:
    match value:
        case bool():
            return None, None
        case int() | Decimal():
            return Decimal(value), Decimal(str(operand))
        case datetime():
            moment = datetime.fromisoformat(str(operand))
            return value, moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        case date():
            return value, date.fromisoformat(str(operand))
        case _:
            return None, None


OPERATORS: Mapping[str, Callable[[Value, Any], bool]] = {
    "is": _is,
    "is_not": lambda value, operand: not _is(value, operand),
    "in": _is,
    "not_in": lambda value, operand: not _is(value, operand),
    "contains": _contains,
    "not_contains": lambda value, operand: not _contains(value, operand),
    "is_empty": lambda value, _operand: not _texts(value),
    "is_not_empty": lambda value, _operand: bool(_texts(value)),
    "greater": lambda value, operand: _ordered(value, operand) == 1,
    "less": lambda value, operand: _ordered(value, operand) == -1,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a filter: a field of the item, an operator, what to compare with."""

    field: str
    operator: str
    operand: Any = None

    def holds(self, item: Item) -> bool:
        """Whether an item passes."""
        value = item.type if self.field == TYPE_FIELD else item.fields.get(self.field)
        return OPERATORS[self.operator](value, self.operand)

    def fields(self) -> frozenset[str]:
        """Return the fields that have to be read for it."""
        return frozenset() if self.field == TYPE_FIELD else frozenset({self.field})


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of which all, or at least one, must hold; none at all lets everything pass."""

    join: Literal["all", "any"]
    parts: "Sequence[Condition]"

    def holds(self, item: Item) -> bool:
        """Whether an item passes."""
        if not self.parts:
            return True
        joined = all if self.join == "all" else any
        return joined(part.holds(item) for part in self.parts)

    def fields(self) -> frozenset[str]:
        """Return the fields that have to be read for it."""
        return frozenset[str]().union(*(part.fields() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """What a condition leaves out."""

    part: "Condition"

    def holds(self, item: Item) -> bool:
        """Whether an item passes."""
        return not self.part.holds(item)

    def fields(self) -> frozenset[str]:
        """Return the fields that have to be read for it."""
        return self.part.fields()


@dataclass(frozen=True, slots=True)
class Script:
    """An expression as a condition; UntranslatableError where it fails."""

    expression: Expression

    def holds(self, item: Item) -> bool:
        """Whether an item passes."""
        return self.expression.holds(item)

    def fields(self) -> frozenset[str]:
        """Return the fields that have to be read for it."""
        return self.expression.fields()


Condition = Line | Group | Not | Script
EVERYTHING = Group("all", ())
