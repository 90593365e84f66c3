"""The fields that a project adds to its cases, as fields of items: `custom_<slug>`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, Person, Rich, Value
from integrations.connectors.platform.mapping import Members, rich
from testmgmt.cases.domain.custom import CustomSpec

PREFIX = "custom_"
USER = "user"
_TYPES = {
    "text": FieldType.TEXT,
    "rich": FieldType.RICH,
    "number": FieldType.NUMBER,
    "boolean": FieldType.BOOL,
    "date": FieldType.DATE,
    USER: FieldType.PERSON,
    "url": FieldType.URL,
    "choice": FieldType.OPTION,
    "multi": FieldType.SET,
}


def specs_of(customs: Iterable[CustomSpec]) -> list[FieldSpec]:
    """Describe them."""
    return [
        FieldSpec(
            id=f"{PREFIX}{custom.slug}",
            name=custom.name,
            type=_TYPES[custom.kind],
            options=[Option(option, option) for option in custom.options],
        )
        for custom in customs
    ]


def is_custom(name: str) -> bool:
    """Whether a field is one of these."""
    return name.startswith(PREFIX)


def values_of(
    stored: Mapping[str, Any], customs: Sequence[CustomSpec], members: Members
) -> dict[str, Value]:
    """Return what a case holds in them, as canonical values."""
    return {
        f"{PREFIX}{custom.slug}": _value(custom.kind, stored.get(custom.slug), members)
        for custom in customs
    }


def _value(kind: str, raw: Any, members: Members) -> Value:
    match kind:
        case "multi":
            return frozenset(raw or ())
        case "rich":
            return rich(raw or "")
        case "number" if raw is not None:
            number = Decimal(str(raw))
            return int(number) if number == int(number) else number
        case "date" if raw is not None:
            return date.fromisoformat(raw)
        case "user" if raw is not None:
            return members.person(raw)
    found: Value = raw
    return found


def stored(name: str, value: Value, members: Members) -> Any:
    """Return a value as a case keeps it."""
    match value:
        case Rich():
            return value.md
        case Person():
            return members.member(name, value)
        case frozenset():
            return sorted(value)
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case date():
            return value.isoformat()
    return value
