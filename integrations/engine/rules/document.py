"""Reads a rules document (plain JSON) and says exactly where it is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

from integrations.base.items import Person
from integrations.engine.conflicts import Policy
from integrations.engine.rules.conditions import EVERYTHING, OPERATORS, Condition, Group, Line
from integrations.engine.rules.model import (
    Drift,
    FieldRule,
    FirstSync,
    Missing,
    MissingPolicy,
    Rules,
    TypePair,
    ValueMap,
)
from integrations.engine.rules.policies import (
    MAX_CREATES_PER_HOUR,
    AttachmentRule,
    CommentRule,
    CreateRule,
    DeleteRule,
    PeoplePolicy,
    PeopleRule,
    ScopeRule,
)
from integrations.engine.state import SIDES, Side

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
    "deletes",
    "out_of_scope",
    "max_creates_per_hour",
)
_MAX_MB = 1024
_MAX_CREATES = 100_000
_FIELD_ID = re.compile(r"[\w.-]{1,100}\Z")
_MAX_DEPTH = 8
_MAX_FIELDS = 200
_MAX_PAIRS = 1000
_DIRECTIONS: Mapping[str, frozenset[Side]] = {
    "both": frozenset({"a", "b"}),
    "a_to_b": frozenset({"a"}),
    "b_to_a": frozenset({"b"}),
}
Choice = TypeVar("Choice", bound=StrEnum)


class RulesError(ValueError):
    """A rules document is wrong; `path` names the value, the message says what it should be."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def parse(document: Any) -> Rules:
    """Return the rules of a document, or raise RulesError."""
    root = Node("", document)
    root.only(*_MEMBERS)
    if root.get("version").value != VERSION:
        raise root.get("version").wrong(f"must be {VERSION}, the only version so far")
    return Rules(
        types=tuple(_type_pair(node) for node in root.get("types").items(at_least=1)),
        fields=_fields(root.get("fields")),
        filters={side: _condition(root.get("filter").get(side)) for side in SIDES},
        comments=_comments(root.get("comments")),
        people=_people(root.get("people")),
        create={
            side: root.get("create").get(side).choice(CreateRule, CreateRule.AUTO) for side in SIDES
        },
        attachments=_attachments(root.get("attachments")),
        deletes=root.get("deletes").choice(DeleteRule, DeleteRule.NOTIFY),
        out_of_scope=root.get("out_of_scope").choice(ScopeRule, ScopeRule.KEEP),
        max_creates_per_hour=root.get("max_creates_per_hour").number(
            default=MAX_CREATES_PER_HOUR, at_most=_MAX_CREATES
        ),
    )


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the document and the path to it."""

    path: str
    value: Any

    def wrong(self, message: str) -> RulesError:
        """Return the error that this value deserves."""
        return RulesError(self.path, message)

    def get(self, key: str) -> "Node":
        """Return a member; a missing one, or a member of nothing, is an empty node."""
        if self.value is not None and not isinstance(self.value, dict):
            raise self.wrong("must be an object")
        path = f"{self.path}.{key}" if self.path else key
        return Node(path, (self.value or {}).get(key))

    def only(self, *keys: str) -> None:
        """Refuse members that nobody would read."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object")
        unknown = sorted(set(self.value) - set(keys))
        if unknown:
            raise self.get(unknown[0]).wrong(f"is unknown; known here: {', '.join(keys)}")

    def items(self, *, at_least: int = 0, at_most: int = _MAX_FIELDS) -> "Sequence[Node]":
        """Return the elements of a list."""
        listed = [] if self.value is None else self.value
        if not isinstance(listed, list):
            raise self.wrong("must be a list")
        if not at_least <= len(listed) <= at_most:
            raise self.wrong(f"must have between {at_least} and {at_most} entries")
        return [Node(f"{self.path}[{index}]", entry) for index, entry in enumerate(listed)]

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("must be a text")
        return self.value

    def flag(self, *, default: bool) -> bool:
        """Return a yes or no."""
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            raise self.wrong("must be true or false")
        return self.value

    def number(self, *, default: int, at_most: int) -> int:
        """Return a whole number from 1."""
        if self.value is None:
            return default
        if type(self.value) is not int or not 1 <= self.value <= at_most:
            raise self.wrong(f"must be a whole number between 1 and {at_most}")
        return self.value

    def choice(self, kind: type[Choice], default: Choice) -> Choice:
        """Return one of the words of an enumeration."""
        if self.value is None:
            return default
        if self.value not in list(kind):
            raise self.wrong(f"must be one of {', '.join(kind)}, not “{self.value}”")
        return kind(self.value)


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
            if any(rule.name(side) == known.name(side) and rule.meets(known) for known in rules):
                raise entry.get(side).wrong(f"“{rule.name(side)}” is mapped twice")
        rules.append(rule)
    return tuple(rules)


def _field(node: Node) -> FieldRule:
    node.only("id", "a", "b", "types", "dir", "conflict", "first_sync", "drift", "map")
    name = node.get("id").text()
    if not _FIELD_ID.match(name):
        raise node.get("id").wrong("may hold letters, digits, dots, dashes and underscores only")
    return FieldRule(
        id=name,
        a=node.get("a").text(),
        b=node.get("b").text(),
        senders=_direction(node.get("dir")),
        conflict=node.get("conflict").choice(Policy, Policy.NEWEST),
        first_sync=node.get("first_sync").choice(FirstSync, FirstSync.FILL),
        drift=node.get("drift").choice(Drift, Drift.LEAVE),
        values=_value_map(node.get("map")),
        types=frozenset(entry.text() for entry in node.get("types").items()),
    )


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


def _comments(node: Node) -> CommentRule:
    if node.value is None:
        return CommentRule()
    node.only("a_to_b", "b_to_a", "restricted")
    return CommentRule(_senders(node), node.get("restricted").flag(default=False))


def _attachments(node: Node) -> AttachmentRule:
    if node.value is None:
        return AttachmentRule()
    node.only("a_to_b", "b_to_a", "max_mb")
    max_mb = node.get("max_mb").number(default=AttachmentRule().max_mb, at_most=_MAX_MB)
    return AttachmentRule(_senders(node), max_mb)


def _senders(node: Node) -> frozenset[Side]:
    """Return the sides whose direction is open; one that is not named is."""
    flags: Mapping[Side, bool] = {
        "a": node.get("a_to_b").flag(default=True),
        "b": node.get("b_to_a").flag(default=True),
    }
    return frozenset(side for side in SIDES if flags[side])


def _people(node: Node) -> PeoplePolicy:
    if node.value is None:
        return PeoplePolicy()
    node.only("missing", "default")
    missing = node.get("missing").choice(PeopleRule, PeopleRule.LEAVE)
    listed = node.get("default")
    if missing is PeopleRule.DEFAULT and not listed.value:
        raise listed.wrong("must name who stands in: {“a”: {“id”: …, “name”: …}}")
    if listed.value is None:
        return PeoplePolicy(missing)
    listed.only(*SIDES)
    named = (side for side in SIDES if listed.get(side).value is not None)
    return PeoplePolicy(missing, {side: _person(listed.get(side)) for side in named})


def _person(node: Node) -> Person:
    node.only("id", "name", "email")
    account = node.get("id").text()
    name = account if node.get("name").value is None else node.get("name").text()
    email = None if node.get("email").value is None else node.get("email").text()
    return Person(account, name, email)


def _condition(node: Node, depth: int = 0) -> Condition:
    if node.value is None:
        return EVERYTHING
    if depth > _MAX_DEPTH:
        raise node.wrong(f"is nested more than {_MAX_DEPTH} levels deep")
    if not isinstance(node.value, dict):
        raise node.wrong("must be an object with “all”, “any” or “field”")
    if "all" in node.value:
        return _group(node, "all", depth)
    if "any" in node.value:
        return _group(node, "any", depth)
    return _line(node)


def _group(node: Node, join: Literal["all", "any"], depth: int) -> Group:
    node.only(join)
    return Group(join, tuple(_condition(part, depth + 1) for part in node.get(join).items()))


def _line(node: Node) -> Line:
    node.only("field", "op", "value")
    operator = node.get("op").text()
    if operator not in OPERATORS:
        raise node.get("op").wrong(f"must be one of {', '.join(OPERATORS)}, not “{operator}”")
    return Line(node.get("field").text(), operator, node.get("value").value)
