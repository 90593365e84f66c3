"""What the sandbox keeps: work items and all that hangs on them. Times are milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.store import Row

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WorkItem(Row):
    """A work item; `values` holds each field by reference name, people by account name.

    `formats` names the large text fields that are Markdown. `watermark` counts the changes of
    the whole organization; `history` is the comment that came with the newest revision.
    """

    project: str
    type: str
    rev: int
    values: Json
    creator: str
    created: int
    changer: str
    changed: int
    watermark: int
    formats: list[str] = field(default_factory=list)
    relations: list[Json] = field(default_factory=list)
    history: str = ""
    comments: int = 0
    is_deleted: bool = False

    @property
    def number(self) -> int:
        """Return the id as people know it."""
        return int(self.id)


@dataclass(frozen=True, slots=True)
class _Attached(Row):
    """A row that belongs to a work item."""

    item: str

    @property
    def parent(self) -> str:
        """Return the work item's id."""
        return self.item


@dataclass(frozen=True, slots=True)
class Revision(_Attached):
    """A work item as it was; the row's id is the watermark."""

    rev: int
    state: Json


@dataclass(frozen=True, slots=True)
class Update(_Attached):
    """One change of a work item: `number` counts them, and `rev` stays where only links change."""

    number: int
    rev: int
    author: str
    at: int
    fields: Json
    relations: Json


@dataclass(frozen=True, slots=True)
class Comment(_Attached):
    """A comment; `text` is HTML or Markdown."""

    author: str
    editor: str
    text: str
    is_markdown: bool
    created: int
    changed: int
    version: int = 1
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Upload(Row):
    """An uploaded file; its bytes are the store's blob of that id. `total` -1: not known yet."""

    author: str
    name: str
    size: int
    total: int
    created: int


@dataclass(frozen=True, slots=True)
class Subscription(Row):
    """A service hook; `guid` is how callers know it."""

    guid: str
    event: str
    resource_version: str
    publisher_inputs: dict[str, str]
    consumer_inputs: dict[str, str]
    owner: str
    created: int
    changed: int

    @property
    def names(self) -> Sequence[str]:
        """Return the id that callers use."""
        return (self.guid,)


KINDS = (WorkItem, Revision, Update, Comment, Upload, Subscription)
