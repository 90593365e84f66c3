"""What is remembered of one link: ids, revisions, fingerprints, counters; never a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from integrations.base.items import Version

Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")

Print = str | frozenset[str]
"""A fingerprint: one for a single value, one per element for a set."""


def other(side: Side) -> Side:
    """Return the opposite side."""
    return "b" if side == "a" else "a"


@dataclass(frozen=True, slots=True)
class Pending:
    """A write to `side` that was begun: the source it came from and what was asked for."""

    side: Side
    source: Print
    asked: Print
    version: Version | None = None
    """What the value becomes where another installation is the source."""


@dataclass(frozen=True, slots=True)
class FieldState:
    """One mapped field at the last sync: a fingerprint per side, and whence the value came.

    `version` counts the edits that the value with the fingerprint `a` knows of, where side b is
    another installation.
    """

    a: Print | None = None
    b: Print | None = None
    pending: Pending | None = None
    resolution: Side | None = None
    by: Side | None = None
    at: datetime | None = None
    rev: str = ""
    version: Version | None = None

    def base(self, side: Side) -> Print | None:
        """Return the fingerprint last read back from a side."""
        return self.a if side == "a" else self.b

    def rebased(self, base: Mapping[Side, Print | None]) -> "FieldState":
        """Return the state with new bases for the sides given; nothing stays under way."""
        return replace(
            self, a=base.get("a", self.a), b=base.get("b", self.b), pending=None, resolution=None
        )


@dataclass(frozen=True, slots=True)
class End:
    """One item of a link as last seen; `status` is shown beside its key and decides nothing."""

    scope: str
    id: str
    key: str = ""
    url: str = ""
    rev: str = ""
    status: str = ""
    updated_at: datetime | None = None
    gone_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """The journal of a creation: it is looked up by `marker` before it is ever repeated."""

    marker: str
    started_at: datetime
    sent_at: datetime
    source: Mapping[str, Print]
    asked: Mapping[str, Print]
    misses: int = 0


class CopyState(StrEnum):
    """Where the copy of a comment stands."""

    SENDING = "sending"
    OK = "ok"
    DETACHED = "detached"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CommentState:
    """A comment of `side` and its copy on the other; the row is also the journal of its writes."""

    side: Side
    origin_id: str
    origin_print: str
    state: CopyState = CopyState.SENDING
    copy_id: str | None = None
    copy_print: str = ""
    sent_at: datetime | None = None
    pending: Pending | None = None


class FileCopyState(StrEnum):
    """Where the copy of a file stands."""

    SENDING = "sending"
    OK = "ok"
    SKIPPED = "skipped"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class FileState:
    """A file of `side` and its copy on the other, known by its keyed digest; size in bytes."""

    side: Side
    origin_id: str
    digest: str
    size: int
    state: FileCopyState = FileCopyState.SENDING
    copy_id: str | None = None
    reason: str = ""
    sent_at: datetime | None = None


class HoldKind(StrEnum):
    """Why a field stands still."""

    CONFLICT = "conflict"
    VALUE = "value"
    REFUSED = "refused"
    NOT_APPLIED = "not_applied"
    FUSE = "fuse"


@dataclass(frozen=True, slots=True)
class Hold:
    """One field that waits for a person, with the revisions that show both values."""

    kind: HoldKind
    message: str
    at: datetime
    rev_a: str = ""
    rev_b: str = ""


class LinkPhase(StrEnum):
    """The life of a link."""

    CANDIDATE = "candidate"
    CREATING = "creating"
    ACTIVE = "active"
    HELD = "held"
    UNLINKED = "unlinked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Written:
    """One write of a field, kept shortly for the fuse."""

    at: datetime
    to: Side
    print: str


@dataclass(frozen=True, slots=True)
class LinkState:
    """Everything remembered of one link; saved whole, under the lease of its task."""

    id: UUID
    origin: Side
    ends: Mapping[Side, End]
    phase: LinkPhase = LinkPhase.CANDIDATE
    reason: str = ""
    fields: Mapping[str, FieldState] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    comments: Mapping[tuple[Side, str], CommentState] = field(default_factory=dict)
    files: Mapping[tuple[Side, str], FileState] = field(default_factory=dict)
    intent: Intent | None = None
    writes: Mapping[str, tuple[Written, ...]] = field(default_factory=dict)

    def field_state(self, name: str) -> FieldState:
        """Return what is remembered of a field, an empty state where nothing is."""
        return self.fields.get(name, FieldState())

    def with_end(self, side: Side, end: End) -> "LinkState":
        """Return the link with one end set."""
        return replace(self, ends={**self.ends, side: end})

    def with_fields(self, fields: Mapping[str, FieldState]) -> "LinkState":
        """Return the link with these fields remembered."""
        return replace(self, fields={**self.fields, **fields})

    def with_comment(self, comment: CommentState) -> "LinkState":
        """Return the link with one comment's state set."""
        key = (comment.side, comment.origin_id)
        return replace(self, comments={**self.comments, key: comment})

    def with_file(self, file: FileState) -> "LinkState":
        """Return the link with one file's state set."""
        return replace(self, files={**self.files, (file.side, file.origin_id): file})

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing was begun that is still to be finished, and nobody chose a side."""
        is_settled = self.phase is LinkPhase.ACTIVE and not self.reason and self.intent is None
        return (
            is_settled
            and len(self.ends) == len(SIDES)
            and all(end.gone_since is None for end in self.ends.values())
            and all(one.pending is None and not one.resolution for one in self.fields.values())
            and all(
                one.pending is None and one.state is not CopyState.SENDING
                for one in self.comments.values()
            )
            and all(one.state is not FileCopyState.SENDING for one in self.files.values())
        )
