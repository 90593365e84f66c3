"""The contract of a source: say what it is, count it, read it in order."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from migrations_data.base.inventory import Inventory
from migrations_data.base.mapping import FieldRule, MappingDocument, Vocabulary
from migrations_data.base.records import Record


class SourceError(Exception):
    """The file cannot be read; says where, and what a person can do about it."""

    def __init__(self, message: str, *, line: int | None = None, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.fix = fix

    def __str__(self) -> str:
        place = f"Line {self.line}: " if self.line else ""
        return f"{place}{self.message} {self.fix}".strip()


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file turned out to be, by its content."""

    kind: str
    origin_id: str
    name: str


class Source(ABC):
    """One file of one tool. Every method reads it anew and may raise `SourceError` only."""

    slug: ClassVar[str]
    label: ClassVar[str]

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def check(self) -> Identity:
        """Look at the beginning: say what it is, or refuse it with a sentence that helps."""

    @abstractmethod
    def count(self) -> Inventory:
        """Read all of it: how many of what, which fields, which values."""

    @abstractmethod
    def read(self) -> Iterator[Record]:
        """Stream the records, parents before children, in the order people see."""

    @abstractmethod
    def suggest(
        self, inventory: Inventory, vocabulary: Vocabulary, decided: Mapping[str, FieldRule]
    ) -> MappingDocument:
        """Propose what becomes of each field that is not decided, and of each value; say why."""
