"""Values of a rules document, each with the path to it, and the error that names it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

_MAX_ENTRIES = 200
Choice = TypeVar("Choice", bound=StrEnum)


class RulesError(ValueError):
    """A rules document is wrong; `path` names the value, the message says what it should be."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


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

    def items(self, *, at_least: int = 0, at_most: int = _MAX_ENTRIES) -> "Sequence[Node]":
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
