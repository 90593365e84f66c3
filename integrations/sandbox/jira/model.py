"""What the sandbox Jira keeps: issues and all that hangs on them. Times are milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.store import Row

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Issue(Row):
    """An issue; `values` holds each field by id as it is stored, references as ids."""

    key: str
    project: str
    type: str
    status: str
    creator: str
    created: int
    updated: int
    values: Json
    resolved: int | None = None
    former_keys: list[str] = field(default_factory=list)
    properties: Json = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        """Return the keys that lead here, old ones too."""
        return (self.key, *self.former_keys)


@dataclass(frozen=True, slots=True)
class _Attached(Row):
    """A row that belongs to an issue."""

    issue: str

    @property
    def parent(self) -> str:
        """Return the issue's id."""
        return self.issue


@dataclass(frozen=True, slots=True)
class Comment(_Attached):
    """A comment; `body` in the site's own rich text."""

    author: str
    update_author: str
    body: Any
    created: int
    updated: int
    visibility: Json | None = None
    properties: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment(_Attached):
    """A file of an issue; its bytes are the store's blob of that id."""

    author: str
    filename: str
    mime: str
    size: int
    created: int


@dataclass(frozen=True, slots=True)
class Change(_Attached):
    """One entry of an issue's history."""

    author: str
    created: int
    items: list[Json]


@dataclass(frozen=True, slots=True)
class RemoteLink(_Attached):
    """A link from an issue to another application, at most one for each global id."""

    content: Json
    global_id: str = ""


@dataclass(frozen=True, slots=True)
class Webhook(Row):
    """A registered webhook."""

    name: str
    url: str
    events: list[str]
    jql: str
    exclude_body: bool
    secret: str
    owner: str
    updated: int


@dataclass(frozen=True, slots=True)
class SiteRow(Row):
    """What kind of site the file belongs to."""

    deployment: str


KINDS = (Issue, Comment, Attachment, Change, RemoteLink, Webhook, SiteRow)
