"""What kind of value each Jira field holds, and under which key its names stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, TypeSpec

_CATEGORIES = {"new": "new", "undefined": "new", "indeterminate": "active", "done": "done"}
# The place of an issue and what hangs on it are no fields of a mapping.
_NO_FIELDS = {"project", "issuetype", "attachment", "issuelinks", "parent", "timetracking"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A type, the key of an option's name (`name` or `value`), and what the field means."""

    type: FieldType
    key: str = ""
    role: str = ""


SYSTEM: Mapping[str, Shape] = MappingProxyType(
    {
        "summary": Shape(FieldType.TEXT, role="title"),
        "description": Shape(FieldType.RICH, role="description"),
        "environment": Shape(FieldType.RICH, role="environment"),
        "status": Shape(FieldType.STATUS, "name", "status"),
        "priority": Shape(FieldType.OPTION, "name", "priority"),
        "resolution": Shape(FieldType.OPTION, "name"),
        "labels": Shape(FieldType.SET, role="labels"),
        "components": Shape(FieldType.SET, "name"),
        "versions": Shape(FieldType.SET, "name"),
        "fixVersions": Shape(FieldType.SET, "name"),
        "assignee": Shape(FieldType.PERSON, role="assignee"),
        "reporter": Shape(FieldType.PERSON, role="reporter"),
        "creator": Shape(FieldType.PERSON),
        "duedate": Shape(FieldType.DATE),
        "created": Shape(FieldType.DATETIME),
        "updated": Shape(FieldType.DATETIME),
    }
)
_SIMPLE = {
    "string": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "user": FieldType.PERSON,
}
_SETS = {"string": "", "option": "value", "component": "name", "version": "name"}
_CUSTOM = {"textarea": FieldType.RICH, "url": FieldType.URL}


def shape_of(id_: str, name: str, schema: Mapping[str, Any]) -> Shape:
    """Return the shape of a field as `createmeta` and `field` describe it."""
    if id_ in SYSTEM:
        return SYSTEM[id_]
    role = "severity" if name.casefold() == "severity" else ""
    kind = str(schema.get("type", ""))
    custom = str(schema.get("custom", "")).rpartition(":")[2]
    if custom in _CUSTOM:
        return Shape(_CUSTOM[custom], role=role)
    if kind in _SIMPLE:
        return Shape(_SIMPLE[kind], role=role)
    if kind == "option":
        return Shape(FieldType.OPTION, "value", role)
    if kind == "array" and schema.get("items") in _SETS:
        return Shape(FieldType.SET, _SETS[str(schema["items"])], role)
    return Shape(FieldType.OPAQUE)


def type_spec(
    type_: Mapping[str, Any], fields: Iterable[Mapping[str, Any]], statuses: Iterable[Any]
) -> TypeSpec:
    """Describe a type of issue; types go by name, as people know them."""
    specs = [_field_spec(field) for field in fields if _id(field) not in _NO_FIELDS]
    status = FieldSpec(
        id="status",
        name="Status",
        type=FieldType.STATUS,
        role="status",
        options=[status_option(status) for status in statuses],
    )
    return TypeSpec(id=type_["name"], name=type_["name"], fields=[*specs, status])


def status_option(status: Mapping[str, Any]) -> Option:
    """Return a status with its category."""
    category = status.get("statusCategory", {}).get("key", "")
    return Option(str(status["id"]), status["name"], _CATEGORIES.get(category, "active"))


def _field_spec(field: Mapping[str, Any]) -> FieldSpec:
    shape = shape_of(_id(field), field["name"], field.get("schema") or {})
    allowed = field.get("allowedValues") or []
    return FieldSpec(
        id=_id(field),
        name=field["name"],
        type=shape.type,
        role=shape.role,
        is_required=bool(field.get("required")),
        is_writable=shape.type is not FieldType.OPAQUE,
        has_default=bool(field.get("hasDefaultValue")),
        options=[_option(raw, shape.key) for raw in allowed] if shape.key else [],
    )


def _option(raw: Mapping[str, Any], key: str) -> Option:
    name = raw.get(key) or raw.get("name") or raw.get("value") or ""
    return Option(str(raw.get("id", name)), str(name))


def _id(field: Mapping[str, Any]) -> str:
    return str(field.get("fieldId") or field.get("key") or "")
