"""Reads the parts of a rules document that are no field: policies and filters."""

from collections.abc import Mapping
from typing import Literal

from integrations.base.items import Person
from integrations.engine.rules.conditions import (
    EVERYTHING,
    OPERATORS,
    Condition,
    Group,
    Line,
    Not,
    Script,
)
from integrations.engine.rules.language import Expression, SourceError, expression
from integrations.engine.rules.nodes import Node
from integrations.engine.rules.policies import (
    AttachmentRule,
    CommentRule,
    PeoplePolicy,
    PeopleRule,
)
from integrations.engine.state import SIDES, Side

_MAX_DEPTH = 8
_MAX_MB = 1024


def read_expression(node: Node, *about: str) -> Expression:
    """Return an expression about some of `item`, `value` and `x`."""
    try:
        return expression(node.text(), frozenset(about))
    except SourceError as error:
        raise node.wrong(str(error)) from error


def read_comments(node: Node) -> CommentRule:
    """Return which comments are copied."""
    if node.value is None:
        return CommentRule()
    node.only("a_to_b", "b_to_a", "restricted")
    return CommentRule(_senders(node), node.get("restricted").flag(default=False))


def read_attachments(node: Node) -> AttachmentRule:
    """Return which files are copied."""
    if node.value is None:
        return AttachmentRule()
    node.only("a_to_b", "b_to_a", "max_mb")
    max_mb = node.get("max_mb").number(default=AttachmentRule().max_mb, at_most=_MAX_MB)
    return AttachmentRule(_senders(node), max_mb)


def read_mentions(node: Node) -> frozenset[Side]:
    """Return the sides whose items name their counterpart with a link; none where nothing is."""
    if node.value is None:
        return frozenset()
    node.only(*SIDES)
    return frozenset(side for side in SIDES if node.get(side).flag(default=False))


def _senders(node: Node) -> frozenset[Side]:
    """Return the sides whose direction is open; one that is not named is."""
    flags: Mapping[Side, bool] = {
        "a": node.get("a_to_b").flag(default=True),
        "b": node.get("b_to_a").flag(default=True),
    }
    return frozenset(side for side in SIDES if flags[side])


def read_people(node: Node) -> PeoplePolicy:
    """Return what becomes of unknown people."""
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
    return PeoplePolicy(missing, {side: read_person(listed.get(side)) for side in named})


def read_person(node: Node) -> Person:
    """Return an account: its id, and a name to show."""
    node.only("id", "name", "email")
    account = node.get("id").text()
    name = account if node.get("name").value is None else node.get("name").text()
    email = None if node.get("email").value is None else node.get("email").text()
    return Person(account, name, email)


def read_condition(node: Node, depth: int = 0) -> Condition:
    """Return the filter of one side."""
    if node.value is None:
        return EVERYTHING
    if depth > _MAX_DEPTH:
        raise node.wrong(f"is nested more than {_MAX_DEPTH} levels deep")
    if not isinstance(node.value, dict):
        raise node.wrong("must be an object with “all”, “any”, “not”, “expr” or “field”")
    if "all" in node.value:
        return _group(node, "all", depth)
    if "any" in node.value:
        return _group(node, "any", depth)
    if "not" in node.value:
        node.only("not")
        return Not(read_condition(node.get("not"), depth + 1))
    if "expr" in node.value:
        node.only("expr")
        return Script(read_expression(node.get("expr"), "item"))
    return _line(node)


def _group(node: Node, join: Literal["all", "any"], depth: int) -> Group:
    node.only(join)
    return Group(join, tuple(read_condition(part, depth + 1) for part in node.get(join).items()))


def _line(node: Node) -> Line:
    node.only("field", "op", "value")
    operator = node.get("op").text()
    if operator not in OPERATORS:
        raise node.get("op").wrong(f"must be one of {', '.join(OPERATORS)}, not “{operator}”")
    return Line(node.get("field").text(), operator, node.get("value").value)
