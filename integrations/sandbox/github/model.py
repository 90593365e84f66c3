"""What the sandbox GitHub keeps: repositories and all that hangs on them. Times are milliseconds.

Where a row refers to a person it holds the login; to another row, its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.store import Row

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Repository(Row):
    """A repository of the organization."""

    owner: str
    name: str
    description: str
    is_private: bool
    has_issues: bool
    created: int
    updated: int
    is_archived: bool = False
    former_names: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """Return owner and name."""
        return f"{self.owner}/{self.name}"

    @property
    def names(self) -> Sequence[str]:
        """Return the full names that lead here, old ones too."""
        return (self.full_name.lower(), *self.former_names)


@dataclass(frozen=True, slots=True)
class _InRepository(Row):
    """A row that belongs to a repository."""

    repository: str

    @property
    def parent(self) -> str:
        """Return the repository's id."""
        return self.repository


@dataclass(frozen=True, slots=True)
class Label(_InRepository):
    """A label; names differ by more than case."""

    name: str
    color: str
    description: str | None = None
    is_default: bool = False

    @property
    def names(self) -> Sequence[str]:
        """Return the name within all repositories."""
        return (place(self.repository, self.name.lower()),)


@dataclass(frozen=True, slots=True)
class Milestone(_InRepository):
    """A milestone; `due` is a day at midnight."""

    number: int
    title: str
    description: str | None
    state: str
    due: int | None
    creator: str
    created: int
    updated: int
    closed: int | None = None

    @property
    def names(self) -> Sequence[str]:
        """Return the number within all repositories."""
        return (place(self.repository, self.number),)


@dataclass(frozen=True, slots=True)
class Issue(_InRepository):
    """An issue or pull request; `labels` and `milestone` are ids, `type` a name."""

    number: int
    title: str
    body: str | None
    state: str
    state_reason: str | None
    author: str
    created: int
    updated: int
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: str | None = None
    type: str | None = None
    is_locked: bool = False
    lock_reason: str | None = None
    closed: int | None = None
    closed_by: str | None = None
    is_pull_request: bool = False
    former_places: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Return repository and number."""
        return place(self.repository, self.number)

    @property
    def names(self) -> Sequence[str]:
        """Return the places that lead here, old ones too."""
        return (self.place, *self.former_places)


@dataclass(frozen=True, slots=True)
class Grave(Row):
    """The place of a deleted issue is its id."""


@dataclass(frozen=True, slots=True)
class Comment(Row):
    """A comment on an issue."""

    issue: str
    author: str
    body: str
    created: int
    updated: int

    @property
    def parent(self) -> str:
        """Return the issue's id."""
        return self.issue


@dataclass(frozen=True, slots=True)
class Event(Row):
    """One entry of an issue's history; `content` as the API shows it, people by login."""

    issue: str
    actor: str
    kind: str
    created: int
    content: Json

    @property
    def parent(self) -> str:
        """Return the issue's id."""
        return self.issue


@dataclass(frozen=True, slots=True)
class Hook(_InRepository):
    """A webhook of a repository."""

    url: str
    content_type: str
    secret: str
    insecure_ssl: str
    events: list[str]
    is_active: bool
    created: int
    updated: int


KINDS = (Repository, Label, Milestone, Issue, Grave, Comment, Event, Hook)


def place(repository: str, what: str | int) -> str:
    """Return the name of something that is unique within its repository."""
    return f"{repository}#{what}"
