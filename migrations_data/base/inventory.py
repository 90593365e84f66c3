"""How many of what a source holds, and which fields with which values: one pass, flat memory."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from migrations_data.base.records import CaseRecord, FieldValue, Option, Record, StepRecord

MAX_VALUES = 200  # distinct values kept per field; a list longer than that is free text
MAX_SAMPLES = 3
_LONG = 255

_SHAPES = (
    ("boolean", re.compile(r"true|false|yes|no", re.IGNORECASE)),
    ("integer", re.compile(r"-?\d{1,18}")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("url", re.compile(r"https?://\S+")),
)


def shape_of(value: FieldValue) -> str:
    """Return the kind of a value as its looks tell it."""
    if isinstance(value, Option):
        return "choice"
    if isinstance(value, tuple):
        return "steps" if value and isinstance(value[0], StepRecord) else "choices"
    for name, pattern in _SHAPES:
        if pattern.fullmatch(value.strip()):
            return name
    return "text" if "\n" in value or len(value) > _LONG else "string"


def words_of(value: FieldValue) -> list[str]:
    """Return the single values inside a value, as people see them; steps have none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Option):
        return [value.label]
    return [item.label for item in value if isinstance(item, Option)]


@dataclass(slots=True)
class FieldUse:
    """One field of the source: how many cases fill it, with what."""

    name: str
    uses: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    is_open: bool = False  # more distinct values than a list would have

    def add(self, value: FieldValue) -> None:
        """Take note of one filled value."""
        self.uses += 1
        self.shapes[shape_of(value)] += 1
        for word in (text[:_LONG] for text in words_of(value)):
            if word in self.values or len(self.values) < MAX_VALUES:
                self.values[word] += 1
            else:
                self.is_open = True

    @property
    def shape(self) -> str:
        """Return the one kind that fits every value seen."""
        return _widest(self.shapes)

    @property
    def samples(self) -> list[str]:
        """Return the most frequent values."""
        return [word for word, _ in self.values.most_common(MAX_SAMPLES)]


def _widest(shapes: Iterable[str]) -> str:
    seen = set(shapes)
    if len(seen) == 1:
        return seen.pop()
    for name in ("steps", "choices", "choice", "text"):
        if name in seen:
            return name
    return "string"


@dataclass(slots=True)
class Inventory:
    """What a whole source holds."""

    counts: Counter[str] = field(default_factory=Counter)
    fields: dict[str, FieldUse] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take note of one record."""
        self.counts[record.entity] += 1
        if isinstance(record, CaseRecord):
            self.counts["attachment"] += len(record.attachments)
            for name, value in record.fields.items():
                self._add_field(name, value)

    def _add_field(self, name: str, value: FieldValue) -> None:
        if not value:
            return
        self.fields.setdefault(name, FieldUse(name)).add(value)
        if isinstance(value, tuple):
            self.counts["step"] += sum(isinstance(item, StepRecord) for item in value)

    def as_json(self) -> dict[str, Any]:
        """Return what a page shows of it."""
        return {
            "counts": dict(self.counts),
            "fields": {
                use.name: {
                    "uses": use.uses,
                    "shape": use.shape,
                    "shapes": dict(use.shapes),
                    "values": {} if use.is_open else dict(use.values),
                    "is_open": use.is_open,
                    "samples": use.samples,
                }
                for use in self.fields.values()
            },
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Inventory":
        """Return what `as_json` gave, but for the values of free texts."""
        fields = {
            name: FieldUse(
                name, use["uses"], Counter(use["shapes"]), Counter(use["values"]), use["is_open"]
            )
            for name, use in document["fields"].items()
        }
        return cls(Counter(document["counts"]), fields)


def take(records: Iterable[Record]) -> Inventory:
    """Return the inventory of a stream."""
    inventory = Inventory()
    for record in records:
        inventory.add(record)
    return inventory
