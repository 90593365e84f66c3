"""What a connection does beside its fields: people, comments, files, deletions, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from integrations.base.items import Person
from integrations.engine.state import Side

BOTH: frozenset[Side] = frozenset({"a", "b"})


class PeopleRule(StrEnum):
    """What to do with a person whom the other side does not know."""

    LEAVE = "leave"
    CLEAR = "clear"
    DEFAULT = "default"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class PeoplePolicy:
    """What becomes of unknown people; `defaults` are the accounts that stand in, by their side."""

    missing: PeopleRule = PeopleRule.LEAVE
    defaults: Mapping[Side, Person] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CommentRule:
    """Which sides' comments are copied; restricted ones stay unless that is opened here."""

    senders: frozenset[Side] = BOTH
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """Which sides' files are copied, and the largest that is, in MiB."""

    senders: frozenset[Side] = BOTH
    max_mb: int = 25

    @property
    def max_bytes(self) -> int:
        """Return the size of the largest file that is copied."""
        return self.max_mb * 1024 * 1024


class DeleteRule(StrEnum):
    """What becomes of an item whose counterpart was deleted."""

    NOTIFY = "notify"
    COMMENT = "comment"
    CLOSE = "close"
    DELETE = "delete"


class ScopeRule(StrEnum):
    """What becomes of a link whose item left the filter or the scope."""

    KEEP = "keep"
    UNLINK = "unlink"


class CreateRule(StrEnum):
    """When an item gets its counterpart: by itself, once a person asks, or never."""

    AUTO = "auto"
    ASKED = "asked"
    OFF = "off"


MAX_CREATES_PER_HOUR = 500
"""How many items a connection creates in an hour, both sides together, where nothing is said."""


def always() -> Mapping[Side, CreateRule]:
    """Create counterparts for both sides by itself."""
    return {"a": CreateRule.AUTO, "b": CreateRule.AUTO}
