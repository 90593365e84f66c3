"""The language of rules: one Python expression over an item, a value or an element of a set."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from integrations.base.items import Item, Person, Rich, Value
from integrations.engine.rules.interpreter import INTERPRETER, StoppedError
from integrations.engine.rules.values import UntranslatableError

MAX_SOURCE = 2000
OWN_FIELDS = ("key", "url", "type")
"""What every item can be asked for beside its fields."""
KNOWN = frozenset(
    [
        "Decimal",
        "abs",
        "all",
        "any",
        "bool",
        "chr",
        "date",
        "datetime",
        "dict",
        "enumerate",
        "filter",
        "float",
        "frozenset",
        "int",
        "len",
        "list",
        "map",
        "max",
        "min",
        "ord",
        "range",
        "re",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "timedelta",
        "tuple",
        "zip",
    ]
)
"""What an expression may use beside what it is about."""


class SourceError(ValueError):
    """An expression cannot be one; line and column count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.line, self.column, self.message = line, column, message


@dataclass(frozen=True, slots=True)
class Access:
    """Where an expression asks an item for a field."""

    field: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read; `accesses` are the fields of the item that it asks for."""

    source: str
    accesses: tuple[Access, ...] = ()

    def fields(self) -> frozenset[str]:
        """Return the fields that have to be read for it."""
        return frozenset(one.field for one in self.accesses) - frozenset(OWN_FIELDS)

    def value(self, item: Item, value: Value = None) -> Value:
        """Return what it makes of an item and the field it stands for, or raise."""
        asked = {one.field: _asked(item, one.field) for one in self.accesses}
        try:
            return _raised(INTERPRETER.value(self.source, asked, _lowered(value)))
        except StoppedError as error:
            empty = sorted(name for name, held in asked.items() if held is None)
            hint = f" (empty here: {', '.join(empty)})" if empty else ""
            raise UntranslatableError(f"The expression failed: {error}{hint}.") from error

    def holds(self, item: Item, value: Value = None) -> bool:
        """Whether it is true of an item, or raise."""
        result = self.value(item, value)
        return bool(result.md if isinstance(result, Rich) else result)

    def kept(self, elements: frozenset[str]) -> frozenset[str]:
        """Return the elements of a set of which it is true, or raise."""
        if not elements:
            return elements
        listed = sorted(elements)
        try:
            verdicts = INTERPRETER.each(self.source, listed)
        except StoppedError as error:
            raise UntranslatableError(f"The expression failed: {error}.") from error
        return frozenset(one for one, is_kept in zip(listed, verdicts, strict=True) if is_kept)


@lru_cache(maxsize=1024)
def expression(source: str, about: frozenset[str]) -> Expression:
    """Read an expression about some of `item`, `value` and `x`; SourceError where it is wrong."""
    text = source.strip()
    if len(text) > MAX_SOURCE:
        raise SourceError(1, 1, f"is longer than {MAX_SOURCE} characters")
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise SourceError(error.lineno or 1, error.offset or 1, f"{error.msg}") from error
    except (MemoryError, RecursionError, ValueError) as error:
        raise SourceError(1, 1, "is nested too deep or holds what is no text") from error
    _check_names(tree, about)
    return Expression(text, _accesses(tree))


def _check_names(tree: ast.Expression, about: frozenset[str]) -> None:
    """Refuse names that nothing stands behind, and what only Python's insides are called."""
    nodes = list(ast.walk(tree))
    own = {node.id for node in nodes if isinstance(node, ast.Name) and _is_bound(node)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id not in KNOWN | about | own:
            words = f"“{node.id}” is not known here; known are {', '.join(sorted(about))}"
            raise _wrong(node, words)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise _wrong(node, f"“{node.attr}” is out of reach")
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
            raise _wrong(node, "an expression cannot wait")
    taken = sorted(own & about)
    if taken:
        raise SourceError(1, 1, f"“{taken[0]}” cannot be used as a name of your own")


def _is_bound(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)


def _accesses(tree: ast.Expression) -> tuple[Access, ...]:
    found: list[Access] = []
    asked: set[ast.AST] = set()
    for node in ast.walk(tree):
        field = _field_of(node)
        if isinstance(node, ast.Attribute | ast.Subscript) and field is not None:
            found.append(Access(field, node.lineno, node.col_offset + 1))
            asked.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "item" and node not in asked:
            raise _wrong(node, "ask the item for a field: item.title or item[“System.Title”]")
    return tuple(found)


def _field_of(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id="item"), attr=field):
            return field
        case ast.Subscript(value=ast.Name(id="item"), slice=ast.Constant(value=str(field))):
            return field
    return None


def _wrong(node: ast.expr, message: str) -> SourceError:
    return SourceError(node.lineno, node.col_offset + 1, message)


def _asked(item: Item, field: str) -> Any:
    own: Mapping[str, str] = {"key": item.key, "url": item.url, "type": item.type}
    return own[field] if field in own else _lowered(item.fields.get(field))


def _lowered(value: Value) -> Any:
    """Return a value as the language knows it: rich text as Markdown, a person as a dictionary."""
    match value:
        case Rich(md=md):
            return md
        case Person():
            return {"id": value.id or "", "name": value.name, "email": value.email or ""}
        case _:
            return value


def _raised(result: Any) -> Value:
    """Return the value that a result of the language is."""
    match result:
        case None | bool() | str() | int() | Decimal():
            return _finite(result) if isinstance(result, Decimal) else result
        case float():
            return _finite(Decimal(str(result)))
        case datetime():
            return result if result.tzinfo else result.replace(tzinfo=UTC)
        case date():
            return result
        case list():
            return frozenset(result)
        case dict():
            return Person(result["id"] or None, result["name"], result["email"] or None)
    raise StoppedError("its result is no value that a field can hold")


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise StoppedError("its result is no number")
    return number
