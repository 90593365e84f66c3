"""A working mapping for any two schemas, so that the basic case needs no configuration."""

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, Schema, TypeSpec
from integrations.engine.rules.document import VERSION

_KINDRED_TYPES = (("defect", "bug"), ("requirement", "story"), ("requirement", "user story"))
_MAPPED_VALUES = (FieldType.OPTION, FieldType.STATUS)
_UNSENT_ROLES = frozenset({"reporter"})
"""Trackers set the reporter themselves and let few accounts change it."""


def default_document(schema_a: Schema, schema_b: Schema) -> dict[str, Any]:
    """Return a rules document that joins types by name and fields by what they mean."""
    pairs = _type_pairs(schema_a.types, schema_b.types)
    fields: dict[str, dict[str, Any]] = {}
    for a, b in pairs:
        for rule in _fields(a, b):
            fields.setdefault(rule["id"], rule)
    return {
        "version": VERSION,
        "types": [{"a": a.name, "b": b.name} for a, b in pairs],
        "fields": list(fields.values()),
        "filter": {"a": None, "b": None},
        "comments": {"a_to_b": True, "b_to_a": True, "restricted": False},
        "people": {"missing": "leave"},
        "create": {"a": "auto", "b": "auto"},
    }


def _type_pairs(
    types_a: Sequence[TypeSpec], types_b: Sequence[TypeSpec]
) -> list[tuple[TypeSpec, TypeSpec]]:
    pairs = [(a, b) for a in types_a for b in types_b if _is_kindred(a.name, b.name)]
    if pairs:
        return pairs
    return [(types_a[0], types_b[0])] if types_a and types_b else []


def _is_kindred(a: str, b: str) -> bool:
    names = (a.casefold(), b.casefold())
    return names[0] == names[1] or names in _KINDRED_TYPES or names[::-1] in _KINDRED_TYPES


def _fields(type_a: TypeSpec, type_b: TypeSpec) -> list[dict[str, Any]]:
    by_role = {field.role: field for field in reversed(type_b.fields) if field.role}
    seen: dict[str, dict[str, Any]] = {}
    for field in type_a.fields:
        twin = by_role.get(field.role)
        if twin is None or field.role in seen or field.role in _UNSENT_ROLES:
            continue
        rule = _field(field, twin)
        if rule is not None:
            seen[field.role] = rule
    return list(seen.values())


def _field(a: FieldSpec, b: FieldSpec) -> dict[str, Any] | None:
    direction = {(True, True): "both", (False, True): "a_to_b", (True, False): "b_to_a"}.get(
        (a.is_writable, b.is_writable)
    )
    if direction is None or (a.type is FieldType.SET) is not (b.type is FieldType.SET):
        return None
    asks = a.role == "title" or FieldType.RICH in {a.type, b.type}
    rule: dict[str, Any] = {
        "id": a.role,
        "a": a.id,
        "b": b.id,
        "dir": direction,
        "conflict": "hold" if asks else "newest",
        "first_sync": "fill",
    }
    if a.type in _MAPPED_VALUES and b.type in _MAPPED_VALUES and a.options and b.options:
        rule["map"] = _value_map(a.options, b.options)
    return rule


def _value_map(options_a: Sequence[Option], options_b: Sequence[Option]) -> dict[str, Any]:
    """Pair equal names first, then every option left over with the one that comes closest."""
    by_name = {option.name.casefold(): option for option in options_b}
    pairs = [
        (option.name, by_name[option.name.casefold()].name)
        for option in options_a
        if option.name.casefold() in by_name
    ]
    for option in options_a:
        if option.name not in {a for a, _ in pairs}:
            pairs.append((option.name, _closest(option, options_a, options_b, pairs, 1)))
    for option in options_b:
        if option.name not in {b for _, b in pairs}:
            pairs.append((_closest(option, options_b, options_a, pairs, 0), option.name))
    error: Mapping[str, str] = {"missing": "error"}
    return {"pairs": [list(pair) for pair in pairs], "a_to_b": dict(error), "b_to_a": dict(error)}


def _closest(
    option: Option,
    own: Sequence[Option],
    others: Sequence[Option],
    pairs: Sequence[tuple[str, str]],
    there: int,
) -> str:
    """Return the name in `others` of the same category, unused where possible, nearest in rank."""
    alike = [other for other in others if option.category and other.category == option.category]
    candidates = alike or list(others)
    used = {pair[there] for pair in pairs}
    rank = _rank(option, own)

    def distance(other: Option) -> tuple[bool, float]:
        is_used = bool(alike) and other.name in used
        return is_used, abs(_rank(other, others) - rank)

    return min(candidates, key=distance).name


def _rank(option: Option, options: Sequence[Option]) -> float:
    return options.index(option) / max(len(options) - 1, 1)
