"""Reads a rules document (plain JSON) and says exactly where it is wrong."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from integrations.base.items import Value
from integrations.engine.conflicts import Policy
from integrations.engine.rules.language import Expression
from integrations.engine.rules.model import (
    Constant,
    Drift,
    FieldRule,
    FirstSync,
    Rules,
    TypePair,
)
from integrations.engine.rules.nodes import Node, RulesError
from integrations.engine.rules.policies import (
    MAX_CREATES_PER_HOUR,
    CreateRule,
    DeleteRule,
    ScopeRule,
)
from integrations.engine.rules.reading import (
    read_attachments,
    read_comments,
    read_condition,
    read_expression,
    read_mentions,
    read_people,
    read_person,
)
from integrations.engine.rules.steps import LOSSY, STEPS, Step, Template
from integrations.engine.rules.values import Missing, MissingPolicy, ValueMap
from integrations.engine.state import SIDES, Side

__all__ = ["VERSION", "RulesError", "parse"]

Read = TypeVar("Read")
VERSION = 1
_MEMBERS = (
    "version",
    "types",
    "fields",
    "filter",
    "comments",
    "people",
    "create",
    "attachments",
    "mentions",
    "deletes",
    "out_of_scope",
    "max_creates_per_hour",
    "constants",
    "defaults",
)
_FIELD_MEMBERS = (
    "id",
    "a",
    "b",
    "types",
    "dir",
    "conflict",
    "first_sync",
    "drift",
    "map",
    "expr",
    "template",
    "when",
    "keep",
    "steps",
)
_MAX_LENGTH = 100_000
_MAX_CREATES = 100_000
_FIELD_ID = re.compile(r"[\w.-]{1,100}\Z")
_MAX_PAIRS = 1000
_DIRECTIONS: Mapping[str, frozenset[Side]] = {
    "both": frozenset({"a", "b"}),
    "a_to_b": frozenset({"a"}),
    "b_to_a": frozenset({"b"}),
}


def parse(document: Any) -> Rules:
    """Return the rules of a document, or raise RulesError."""
    root = Node("", document)
    root.only(*_MEMBERS)
    if root.get("version").value != VERSION:
        raise root.get("version").wrong(f"must be {VERSION}, the only version so far")
    return Rules(
        types=tuple(_type_pair(node) for node in root.get("types").items(at_least=1)),
        fields=_fields(root.get("fields")),
        filters={side: read_condition(root.get("filter").get(side)) for side in SIDES},
        comments=read_comments(root.get("comments")),
        people=read_people(root.get("people")),
        create={
            side: root.get("create").get(side).choice(CreateRule, CreateRule.AUTO) for side in SIDES
        },
        constants=_constants(root.get("constants")),
        defaults=_defaults(root.get("defaults")),
        attachments=read_attachments(root.get("attachments")),
        mentions=read_mentions(root.get("mentions")),
        deletes=root.get("deletes").choice(DeleteRule, DeleteRule.NOTIFY),
        out_of_scope=root.get("out_of_scope").choice(ScopeRule, ScopeRule.KEEP),
        max_creates_per_hour=root.get("max_creates_per_hour").number(
            default=MAX_CREATES_PER_HOUR, at_most=_MAX_CREATES
        ),
    )


def _type_pair(node: Node) -> TypePair:
    node.only("a", "b")
    return TypePair(node.get("a").text(), node.get("b").text())


def _fields(node: Node) -> tuple[FieldRule, ...]:
    rules: list[FieldRule] = []
    for entry in node.items(at_least=1):
        rule = _field(entry)
        if any(rule.id == known.id for known in rules):
            raise entry.get("id").wrong(f"“{rule.id}” is used twice")
        for side in SIDES:
            name = rule.name(side)
            if name and any(name == known.name(side) and rule.meets(known) for known in rules):
                raise entry.get(side).wrong(f"“{name}” is mapped twice")
        rules.append(rule)
    return tuple(rules)


def _field(node: Node) -> FieldRule:
    node.only(*_FIELD_MEMBERS)
    name = node.get("id").text()
    if not _FIELD_ID.match(name):
        raise node.get("id").wrong("may hold letters, digits, dots, dashes and underscores only")
    senders = _direction(node.get("dir"))
    computed = _computed(node, senders)
    return FieldRule(
        id=name,
        a=_name(node.get("a"), is_needed=computed is None or "a" not in senders),
        b=_name(node.get("b"), is_needed=computed is None or "b" not in senders),
        senders=senders,
        conflict=node.get("conflict").choice(Policy, Policy.NEWEST),
        first_sync=node.get("first_sync").choice(FirstSync, FirstSync.FILL),
        drift=node.get("drift").choice(Drift, Drift.LEAVE),
        values=_value_map(node.get("map")),
        types=frozenset(entry.text() for entry in node.get("types").items()),
        computed=computed,
        when=_by_side(node.get("when"), senders, "item", "value"),
        keep=_by_side(node.get("keep"), senders, "x"),
        steps=_steps(node.get("steps"), senders),
    )


def _name(node: Node, *, is_needed: bool) -> str:
    return node.text() if is_needed or node.value is not None else ""


def _computed(node: Node, senders: frozenset[Side]) -> Expression | Template | None:
    """Return how the value is made of the source item, None where it is a field's own."""
    expr, template = node.get("expr"), node.get("template")
    if expr.value is None and template.value is None:
        return None
    given = template if expr.value is None else expr
    if expr.value is not None and template.value is not None:
        raise template.wrong("cannot stand beside an expression")
    if len(senders) > 1:
        raise given.wrong("needs one direction: set “dir” to a_to_b or b_to_a")
    if given is expr:
        return read_expression(expr, "item", "value")
    return Template(template.text())


def _by_side(node: Node, senders: frozenset[Side], *about: str) -> dict[Side, Expression]:
    """Return an expression for each sending side; one text does for both where `x` is all."""
    if node.value is None:
        return {}
    if isinstance(node.value, str):
        if len(senders) > 1 and "item" in about:
            raise node.wrong("needs one expression for each side: {“a”: …, “b”: …}")
        sides = SIDES if "item" not in about else tuple(senders)
        return {side: read_expression(node, *about) for side in sides}
    node.only(*SIDES)
    named = (side for side in SIDES if node.get(side).value is not None)
    return {side: read_expression(node.get(side), *about) for side in named}


def _steps(node: Node, senders: frozenset[Side]) -> dict[Side, tuple[Step, ...]]:
    if node.value is None:
        return {}
    if isinstance(node.value, list) and len(senders) == 1:
        return {side: tuple(_step(entry, senders) for entry in node.items()) for side in senders}
    node.only("a_to_b", "b_to_a")
    listed: dict[Side, Node] = {"a": node.get("a_to_b"), "b": node.get("b_to_a")}
    return {
        side: tuple(_step(entry, senders) for entry in entries.items())
        for side, entries in listed.items()
    }


def _step(node: Node, senders: frozenset[Side]) -> Step:
    name = node.get("do").text()
    if name not in STEPS:
        raise node.get("do").wrong(f"must be one of {', '.join(STEPS)}, not “{name}”")
    if name in LOSSY and len(senders) > 1:
        raise node.get("do").wrong("loses text, so the field may only travel in one direction")
    wanted = STEPS[name][0]
    node.only("do", *wanted)
    return Step(name, tuple(_argument(node.get(argument)) for argument in wanted))


def _argument(node: Node) -> str | int:
    if node.path.endswith(".length"):
        return node.number(default=_MAX_LENGTH, at_most=_MAX_LENGTH)
    if not isinstance(node.value, str) or (not node.value and not node.path.endswith(".with")):
        raise node.wrong("must be a text")
    return node.value


def _direction(node: Node) -> frozenset[Side]:
    direction = "both" if node.value is None else node.value
    if not isinstance(direction, str) or direction not in _DIRECTIONS:
        raise node.wrong(f"must be one of {', '.join(_DIRECTIONS)}, not “{direction}”")
    return _DIRECTIONS[direction]


def _value_map(node: Node) -> ValueMap | None:
    if node.value is None:
        return None
    node.only("pairs", "a_to_b", "b_to_a")
    pairs = tuple(_pair(entry) for entry in node.get("pairs").items(at_most=_MAX_PAIRS))
    return ValueMap(
        pairs=pairs, missing={"a": _missing(node.get("a_to_b")), "b": _missing(node.get("b_to_a"))}
    )


def _pair(node: Node) -> tuple[str, str]:
    names = node.items(at_least=2, at_most=2)
    return names[0].text(), names[1].text()


def _missing(node: Node) -> Missing:
    if node.value is None:
        return Missing()
    node.only("missing", "value")
    policy = node.get("missing").choice(MissingPolicy, MissingPolicy.ERROR)
    if policy is MissingPolicy.DEFAULT:
        return Missing(policy, node.get("value").text())
    return Missing(policy)


def _constants(node: Node) -> dict[Side, dict[str, Constant]]:
    if node.value is None:
        return {}
    node.only(*SIDES)
    return {side: _of_each(node.get(side), _constant) for side in SIDES}


def _defaults(node: Node) -> dict[Side, dict[str, Value]]:
    if node.value is None:
        return {}
    node.only(*SIDES)
    return {side: _of_each(node.get(side), _value) for side in SIDES}


def _of_each(node: Node, read: Callable[[Node], Read]) -> dict[str, Read]:
    """Return what is said of each field of a side."""
    if node.value is None:
        return {}
    node.only(*(node.value if isinstance(node.value, dict) else ()))
    return {name: read(node.get(name)) for name in node.value}


def _constant(node: Node) -> Constant:
    if isinstance(node.value, dict) and "value" in node.value:
        node.only("value", "always")
        return Constant(_value(node.get("value")), node.get("always").flag(default=False))
    return Constant(_value(node))


def _value(node: Node) -> Value:
    """Return a fixed value: a text, a number, yes or no, a list of texts, a person."""
    match node.value:
        case bool() | int():
            return node.value
        case float():
            return Decimal(str(node.value))
        case str():
            return node.text()
        case list():
            return frozenset(entry.text() for entry in node.items())
        case dict():
            return read_person(node)
    raise node.wrong("must be a text, a number, true or false, a list of texts, or a person")
