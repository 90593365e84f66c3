"""A working mapping for any two schemas, so that the basic case needs no configuration."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, Schema, TypeSpec
from integrations.engine.rules.document import VERSION

_KINDRED: Mapping[str, Sequence[str]] = {
    "defect": ("bug", "issue", "problem", "task"),
    "bug": ("defect", "issue", "problem", "task"),
    "test case": ("test", "task", "issue"),
    "issue": ("bug", "task", "defect"),
    "requirement": ("story", "user story", "product backlog item", "task", "issue"),
    "story": ("user story", "product backlog item", "requirement", "task", "issue"),
    "user story": ("story", "product backlog item", "requirement", "task", "issue"),
    "task": ("issue",),
}
"""The types that come closest to a type, the closest first."""
_OWN_LIFE = "test case"
"""A case's state says how good the case is, a tracker's status how far the work is."""
_MAPPED_VALUES = (FieldType.OPTION, FieldType.STATUS)
_UNSENT_ROLES = frozenset({"reporter"})
"""Trackers set the reporter themselves and let few accounts change it."""
_TWIN_ROLES: Mapping[str, str] = {"text": "description"}
"""A field that says all of an item goes where the other side has one such field only."""
_NEAREST: Mapping[str, Sequence[str]] = {
    "new": ("new", "active", "done"),
    "active": ("active", "new", "done"),
    "done": ("done", "active", "new"),
}


def default_document(schema_a: Schema, schema_b: Schema) -> dict[str, Any]:
    """Return a rules document that joins types by name and fields by what they mean."""
    pairs = _type_pairs(schema_a.types, schema_b.types)
    return {
        "version": VERSION,
        "types": [{"a": a.name, "b": b.name} for a, b in pairs],
        "fields": _fields_of(pairs),
        "filter": {"a": None, "b": None},
        "comments": {"a_to_b": True, "b_to_a": True, "restricted": False},
        "attachments": {"a_to_b": True, "b_to_a": True},
        "people": {"missing": "leave"},
        "create": {"a": "auto", "b": "auto"},
    }


def _type_pairs(
    types_a: Sequence[TypeSpec], types_b: Sequence[TypeSpec]
) -> list[tuple[TypeSpec, TypeSpec]]:
    """Give each type of side a its closest of side b, then those of b that are left theirs."""
    pairs = [(a, b) for a in types_a if (b := _closest_type(a, types_b))]
    taken = {b.name for _, b in pairs}
    left = [b for b in types_b if b.name not in taken]
    pairs += [(a, b) for b in left if (a := _closest_type(b, types_a)) and _is_open(a)]
    if pairs:
        return pairs
    return [(types_a[0], types_b[0])] if types_a and types_b else []


def _is_open(type_: TypeSpec) -> bool:
    """Whether a type takes what is of several types elsewhere: not the one for defects alone."""
    return type_.name.casefold() not in {"defect", _OWN_LIFE}


def _closest_type(type_: TypeSpec, others: Sequence[TypeSpec]) -> TypeSpec | None:
    by_name = {other.name.casefold(): other for other in others}
    name = type_.name.casefold()
    return next((by_name[one] for one in (name, *_KINDRED.get(name, ())) if one in by_name), None)


def _fields_of(pairs: Sequence[tuple[TypeSpec, TypeSpec]]) -> list[dict[str, Any]]:
    """Return one rule for what several types have in common, and one each where they differ."""
    twins: dict[str, TypeSpec] = {}
    kinds: dict[str, TypeSpec] = {}
    for a, b in pairs:
        kinds.setdefault(a.name, a)
        twins.setdefault(a.name, b)
    found: list[tuple[dict[str, Any], list[str]]] = []
    for name, type_ in kinds.items():
        for rule in _fields(type_, twins[name]):
            same = next((names for known, names in found if known == rule), None)
            if same is None:
                found.append((rule, [name]))
            else:
                same.append(name)
    return [_named(rule, names, found, len(kinds)) for rule, names in found]


def _named(
    rule: dict[str, Any],
    names: list[str],
    found: Sequence[tuple[dict[str, Any], list[str]]],
    count: int,
) -> dict[str, Any]:
    """Say which types have a rule, where not all do; of several for one role the first keeps it."""
    if len(names) == count:
        return rule
    first = next(names for known, names in found if known["id"] == rule["id"])
    suffix = "" if first is names else "-" + re.sub(r"[^\w.]+", "-", names[0]).casefold()
    return {**rule, "id": rule["id"] + suffix, "types": names}


def _fields(type_a: TypeSpec, type_b: TypeSpec) -> list[dict[str, Any]]:
    roles_a, roles_b = (_by_role(type_) for type_ in (type_a, type_b))
    rules = []
    for role, field in roles_a.items():
        twin = _twin(role, roles_a, roles_b)
        if twin is None or role in _UNSENT_ROLES:
            continue
        rule = _field(field, twin)
        if rule is not None:
            rules.append(_with_own_life(rule, field, twin, type_a, type_b))
    return rules


def _by_role(type_: TypeSpec) -> dict[str, FieldSpec]:
    """Return the fields that mean something to others, the first of each meaning."""
    found: dict[str, FieldSpec] = {}
    for field in type_.fields:
        if field.role:
            found.setdefault(field.role, field)
    return found


def _twin(
    role: str, own: Mapping[str, FieldSpec], others: Mapping[str, FieldSpec]
) -> FieldSpec | None:
    """Return the other side's field of the same meaning.

    Where only our side has the whole text in one field, that goes with the other's description.
    """
    is_split = "steps" in others
    wholes = [one for one in _TWIN_ROLES if one in own and one not in others and not is_split]
    replaced = {_TWIN_ROLES[whole] for whole in wholes}
    if role in wholes:
        return others.get(_TWIN_ROLES[role])
    return None if role in replaced else others.get(role)


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


def _with_own_life(
    rule: dict[str, Any], a: FieldSpec, b: FieldSpec, type_a: TypeSpec, type_b: TypeSpec
) -> dict[str, Any]:
    """Let a case that is out of use close its item, and leave its state alone otherwise."""
    is_own = {type_a.name.casefold(), type_b.name.casefold()} - {_OWN_LIFE}
    if a.role != "status" or type_a.name.casefold() != _OWN_LIFE or not is_own:
        return rule
    unfinished = [
        Option(one.id, one.name, "new" if one.category == "active" else one.category)
        for one in a.options
    ]
    return {**rule, "dir": "a_to_b", "map": _value_map(unfinished, b.options, by_name=False)}


def _value_map(
    options_a: Sequence[Option], options_b: Sequence[Option], *, by_name: bool = True
) -> dict[str, Any]:
    """Pair equal names first, then every option left over with the one that comes closest."""
    named = {option.name.casefold(): option for option in options_b if by_name}
    pairs = [
        (option.name, named[option.name.casefold()].name)
        for option in options_a
        if option.name.casefold() in named
    ]
    for option in options_a:
        if option.name not in {a for a, _ in pairs}:
            pairs.append((option.name, _closest(option, options_a, options_b, first=True)))
    for option in options_b:
        if option.name not in {b for _, b in pairs}:
            pairs.append((_closest(option, options_b, options_a, first=False), option.name))
    error: Mapping[str, str] = {"missing": "error"}
    return {"pairs": [list(pair) for pair in pairs], "a_to_b": dict(error), "b_to_a": dict(error)}


def _closest(
    option: Option, own: Sequence[Option], others: Sequence[Option], *, first: bool
) -> str:
    """Return the name of the first or last of the nearest category, else the nearest in rank."""
    for category in _NEAREST.get(option.category, ()):
        alike = [other.name for other in others if other.category == category]
        if alike:
            return alike[0] if first or category != option.category else alike[-1]
    rank = _rank(option, own)
    return min(others, key=lambda other: abs(_rank(other, others) - rank)).name


def _rank(option: Option, options: Sequence[Option]) -> float:
    return options.index(option) / max(len(options) - 1, 1)
