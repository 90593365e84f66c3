"""Items and values: the words that all trackers share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from integrations.base.errors import ConnectorError, RetryableError


class FieldType(StrEnum):
    """Everything that a mapping can speak about; a closed set."""

    TEXT = "text"
    RICH = "rich"
    OPTION = "option"
    SET = "set"
    PERSON = "person"
    PEOPLE = "people"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    STATUS = "status"
    REF = "ref"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Ref:
    """One item of one system; `id` never changes, unlike the key that people read."""

    system: UUID
    scope: str
    id: str


@dataclass(frozen=True, slots=True)
class Rich:
    """Formatted text: Markdown is canonical, the tracker's own document stays in memory only."""

    md: str
    native: Any = field(default=None, compare=False)
    is_lossy: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on one side; `id` is that side's immutable account id, None where it has none."""

    id: str | None
    name: str
    email: str | None = None


Value = str | bool | int | Decimal | date | datetime | None | frozenset[str] | Rich | Person


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as read; `marker` is ours where we wrote it, already cut from the body."""

    id: str
    author: Person
    body: Rich
    created_at: datetime
    rev: str
    is_restricted: bool = False
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment to copy: its author, `key` and `url` of the item of origin, and our marker."""

    body: Rich
    author: Person
    key: str
    url: str
    marker: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an item, without its bytes; size in bytes.

    `sha256` is the digest of the bytes in hex where the side tells it, else empty.
    """

    id: str
    name: str
    size: int
    mime: str
    created_at: datetime
    marker: str | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """How many edits of each side a single value knows of, as counted by the side that holds it.

    `is_theirs`: the value was taken from the other side and not edited since.
    """

    here: int
    there: int
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Which of our values a field of another installation stands for, as its fingerprint there."""

    link: UUID
    rule: str
    print: str | frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its own side holds it now; values are by that side's field ids.

    `rev` is opaque and only compared for equality. `comments` and `attachments` are None when
    they were not asked for, never when there are none. `counterpart` (the id of our item that it is
    linked to there), `seen` and `versions` (by field id) come with the items of another
    installation only.
    """

    ref: Ref
    key: str
    url: str
    type: str
    fields: Mapping[str, Value]
    rev: str
    created_at: datetime
    updated_at: datetime
    is_author_us: bool = False
    marker: str | None = None
    comments: Sequence[Comment] | None = None
    attachments: Sequence[Attachment] | None = None
    counterpart: str = ""
    seen: Mapping[str, Seen] = field(default_factory=dict)
    versions: Mapping[str, Version] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """The item no longer exists."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The item may exist; our account may not see it."""

    message: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The item lives elsewhere now."""

    ref: Ref


Fetched = Item | Gone | Denied | Moved


@dataclass(frozen=True, slots=True)
class Found:
    """An item that a person looks for to link it, without its content."""

    ref: Ref
    key: str
    url: str
    type: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class Want:
    """What a read has to bring: field ids, and whether comments and attachments too."""

    fields: frozenset[str]
    comments: bool = False
    attachments: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of changes, oldest first; `cursor` is the connector's own JSON."""

    items: Sequence[Item]
    cursor: Mapping[str, Any]
    server_now: datetime
    has_more: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """A place that holds items: a project, a repository. `id` never changes."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed value; `category` is new, active or done for a status, else empty."""

    id: str
    name: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a type of item.

    `role` names what the field means in words that all trackers share (title, description,
    status, priority, severity, labels, assignee, reporter, environment; of a test case also
    preconditions, steps, expected, and text for all of it in one), empty where it has no such
    meaning: default mappings join fields of one role.
    """

    id: str
    name: str
    type: FieldType
    role: str = ""
    is_required: bool = False
    is_writable: bool = True
    has_default: bool = False
    options: Sequence[Option] = ()


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """A type of item (bug, story, test case) with its fields."""

    id: str
    name: str
    fields: Sequence[FieldSpec]


@dataclass(frozen=True, slots=True)
class Schema:
    """What a scope can hold."""

    types: Sequence[TypeSpec]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a connection test: what was tried, whether it worked, how to mend it.

    `error` is what the tracker's answer meant, None where the line says something else.
    """

    name: str
    is_ok: bool
    message: str
    fix: str = ""
    error: ConnectorError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """Who we are to the tracker and what it lets us do; `checks` in the order tried.

    `options` is what the connector learnt of the site once and for all: it comes back to it in
    `SystemConfig.options`.
    """

    account_id: str
    account_name: str
    server_now: datetime | None
    version: str
    checks: Sequence[Check]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether every check passed."""
        return all(check.is_ok for check in self.checks)

    @property
    def failed(self) -> Check | None:
        """The first check that did not pass."""
        return next((check for check in self.checks if not check.is_ok), None)

    @property
    def is_refused(self) -> bool:
        """Whether the tracker answered and does not let us in: only a person mends that.

        One that is down or asks us to wait has refused nothing.
        """
        if self.account_id or not self.version or self.failed is None:
            return False
        return not isinstance(self.failed.error, RetryableError)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something changed: an item id, never its content."""

    item_id: str
    scope: str = ""
