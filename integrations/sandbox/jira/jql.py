"""Reads JQL: words to a tree of clauses. What the words mean is for `query`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.sandbox.jira.errors import JiraError

_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<symbol>!=|!~|>=|<=|[=<>~(),])"
    r"|(?P<word>[^\s\"'=!<>~(),]+))"
)
_SYMBOLS = ("=", "!=", "<", ">", "<=", ">=", "~", "!~")
_MAX_ORDER = 7


@dataclass(frozen=True, slots=True)
class Value:
    """An operand: `call` where it is a function, `is_quoted` where it is a string."""

    text: str
    is_quoted: bool = False
    call: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One restriction; operators are in lower case: `not in`, `is`, `is not`, or a symbol."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of these."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of these."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite."""

    part: "Tree"


Tree = Clause | Both | Either | Negated


@dataclass(frozen=True, slots=True)
class Order:
    """One key to sort by."""

    field: str
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query; no tree where it restricts nothing."""

    where: Tree | None
    order: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_string: bool
    place: int


def parse(text: str) -> Parsed:
    """Return the query; JiraError in Jira's words where it cannot be read."""
    return _Reader(list(_tokens(text))).query()


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            message = f"The character at position {position + 1} is not expected."
            raise JiraError(400, [f"Error in the JQL Query: {message}"])
        word = match["string"]
        if word is not None:
            yield _Token(re.sub(r"\\(.)", r"\1", word[1:-1]), is_string=True, place=position)
        else:
            yield _Token(match[0].strip(), is_string=False, place=position)
        position = match.end()


class _Reader:
    """A recursive descent over the tokens: or < and < not < clause."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def query(self) -> Parsed:
        where = None if self._is("order") or self._is("") else self._either()
        order = self._order() if self._is("order") else ()
        if not self._is(""):
            raise self._unexpected("'AND', 'OR' or 'ORDER BY'")
        if len(order) > _MAX_ORDER:
            raise JiraError(400, [f"ORDER BY is limited to {_MAX_ORDER} fields."])
        return Parsed(where, order)

    def _either(self) -> Tree:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Tree:
        parts = [self._part()]
        while self._take("and"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _part(self) -> Tree:
        if self._take("not"):
            return Negated(self._part())
        if self._take("("):
            inside = self._either()
            self._demand(")")
            return inside
        return self._clause()

    def _clause(self) -> Clause:
        if self._is("") or (not self._peek().is_string and self._peek().text in (*_SYMBOLS, ")")):
            raise self._unexpected("a field name")
        field = self._pop().text
        operator = self._operator()
        if operator in ("in", "not in"):
            return Clause(field, operator, self._list())
        return Clause(field, operator, (self._value(),))

    def _operator(self) -> str:
        for symbol in _SYMBOLS:
            if self._take(symbol):
                return symbol
        if self._take("is"):
            return "is not" if self._take("not") else "is"
        if self._take("not"):
            self._demand("in")
            return "not in"
        if self._take("in"):
            return "in"
        raise self._unexpected("operator")

    def _list(self) -> tuple[Value, ...]:
        self._demand("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._demand(")")
        return tuple(values)

    def _value(self) -> Value:
        if self._is("") or self._peek().text in ("(", ")", ","):
            raise self._unexpected("a value, list or function")
        token = self._pop()
        if token.is_string or not self._take("("):
            return Value(token.text, is_quoted=token.is_string)
        arguments: list[str] = []
        while not self._take(")"):
            arguments.append(self._pop().text)
            self._take(",")
        return Value(token.text.lower(), call=tuple(arguments))

    def _order(self) -> tuple[Order, ...]:
        self._demand("order")
        self._demand("by")
        keys = [self._key()]
        while self._take(","):
            keys.append(self._key())
        return tuple(keys)

    def _key(self) -> Order:
        if self._is(""):
            raise self._unexpected("a field name")
        field = self._pop().text
        is_descending = self._take("desc")
        if not is_descending:
            self._take("asc")
        return Order(field, is_descending)

    def _peek(self) -> _Token:
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        return _Token("", is_string=False, place=self._tokens[-1].place if self._tokens else 0)

    def _pop(self) -> _Token:
        token = self._peek()
        self._next += 1
        if token.text == "" and not token.is_string:
            raise self._unexpected("a value")
        return token

    def _is(self, word: str) -> bool:
        token = self._peek()
        return not token.is_string and token.text.lower() == word

    def _take(self, word: str) -> bool:
        if self._is(word):
            self._next += 1
            return True
        return False

    def _demand(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected(f"'{word.upper()}'")

    def _unexpected(self, wanted: str) -> JiraError:
        token = self._peek()
        found = f"'{token.text}'" if token.text else "the end of the query"
        where = f"(line 1, character {token.place + 1})"
        message = f"Error in the JQL Query: Expecting {wanted} but got {found}. {where}"
        return JiraError(400, [message])
