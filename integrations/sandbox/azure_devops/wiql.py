"""The query language: text into a tree, without a look at any work item."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.sandbox.azure_devops.catalogue import Field, find_field
from integrations.sandbox.azure_devops.errors import VssError

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | \[(?P<field>[^\]]+)\]
      | (?P<macro>@[A-Za-z]+(?:\s*[+-]\s*\d+)?)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<sign><>|<=|>=|=|<|>|\(|\)|,)
      | (?P<word>[A-Za-z_][\w.]*)
    )""",
    re.VERBOSE,
)
_COMPARED = ("=", "<>", "<=", ">=", "<", ">")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; the operator is in capitals."""

    field: Field
    operator: str
    values: tuple[Token, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all or any must hold."""

    is_all: bool
    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """A part that must not hold."""

    part: "Tree"


Tree = Clause | Group | Negated


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query: columns, condition, and the fields to sort by with whether downward."""

    columns: Sequence[Field]
    where: Tree | None
    order: Sequence[tuple[Field, bool]]


def parse(text: str) -> Parsed:
    """Return what a query says."""
    reader = _Reader(_tokens(text))
    reader.expect("SELECT")
    columns = reader.names()
    reader.expect("FROM")
    if not reader.takes("WORKITEMS"):
        raise wrong(f"Only flat queries of WorkItems are known here: {reader.rest()}")
    where = reader.either() if reader.takes("WHERE") else None
    order = reader.order() if reader.takes("ORDER", "BY") else []
    if reader.rest():
        raise wrong(f"Unexpected «{reader.rest()}».")
    return Parsed(columns, where, order)


def wrong(reason: str) -> VssError:
    """Return the refusal of a query."""
    return VssError(
        400,
        f"TF51006: The query statement is not valid. {reason}",
        "QuerySyntaxException",
    )


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise wrong(f"The error is caused by «{text[place:].strip()[:20]}».")
        kind = str(match.lastgroup)
        word = match[kind]
        if kind == "text":
            word = word[1:-1].replace(word[0] * 2, word[0])
        found.append(Token(kind, word))
        place = match.end()
    return found


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def rest(self) -> str:
        return " ".join(token.text for token in self._tokens[self._at :])

    def takes(self, *words: str) -> bool:
        """Go on if the next words are these."""
        coming = self._tokens[self._at : self._at + len(words)]
        if [one.text.upper() for one in coming if one.kind in ("word", "sign")] != list(words):
            return False
        self._at += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.takes(word):
            raise wrong(f"Expecting {word}. The error is caused by «{self.rest()[:30]}».")

    def names(self) -> list[Field]:
        found = [self.field()]
        while self.takes(","):
            found.append(self.field())
        return found

    def order(self) -> list[tuple[Field, bool]]:
        found = [self._direction()]
        while self.takes(","):
            found.append(self._direction())
        return found

    def either(self) -> Tree:
        parts = [self._both()]
        while self.takes("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Group(is_all=False, parts=tuple(parts))

    def field(self) -> Field:
        token = self._next("a field name")
        if token.kind not in ("field", "word"):
            raise wrong(f"Expecting a field name. The error is caused by «{token.text}».")
        try:
            return find_field(token.text)
        except VssError as error:
            message = (
                "TF51005: The query references a field that does not exist. "
                f"The error is caused by «[{token.text}]»."
            )
            raise VssError(400, message, "QueryException") from error

    def _direction(self) -> tuple[Field, bool]:
        found = self.field()
        is_descending = self.takes("DESC")
        if not is_descending:
            self.takes("ASC")
        return found, is_descending

    def _both(self) -> Tree:
        parts = [self._one()]
        while self.takes("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Group(is_all=True, parts=tuple(parts))

    def _one(self) -> Tree:
        if self.takes("NOT"):
            return Negated(self._one())
        if self.takes("("):
            inside = self.either()
            self.expect(")")
            return inside
        return self._clause()

    def _clause(self) -> Tree:
        begun = self._at
        found = self.field()
        is_negated = self.takes("NOT")
        operator = self._operator()
        if operator == "IN":
            values = self._listed()
        elif operator in ("IS EMPTY", "IS NOT EMPTY"):
            values = ()
        else:
            values = (self._next("a value"),)
        source = " ".join(token.text for token in self._tokens[begun : self._at])
        clause = Clause(found, operator, values, source)
        return Negated(clause) if is_negated else clause

    def _operator(self) -> str:
        known = (
            ("IS", "NOT", "EMPTY"),
            ("IS", "EMPTY"),
            ("CONTAINS", "WORDS"),
            ("CONTAINS",),
            ("UNDER",),
            ("IN",),
            *((sign,) for sign in _COMPARED),
        )
        for words in known:
            if self.takes(*words):
                return " ".join(words)
        raise wrong(f"Expecting an operator. The error is caused by «{self.rest()[:30]}».")

    def _listed(self) -> tuple[Token, ...]:
        self.expect("(")
        values = [self._next("a value")]
        while self.takes(","):
            values.append(self._next("a value"))
        self.expect(")")
        return tuple(values)

    def _next(self, wanted: str) -> Token:
        if self._at >= len(self._tokens):
            raise wrong(f"Expecting {wanted}, but the query ends.")
        self._at += 1
        return self._tokens[self._at - 1]
