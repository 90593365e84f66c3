"""What the engine asks of its surroundings: a memory, a clock, a directory of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from integrations.base.connector import Connector
from integrations.base.items import Person
from integrations.engine.rules.model import PeopleLookup, Rules
from integrations.engine.rules.policies import CreateRule
from integrations.engine.state import LinkState, Side, other


class Result(StrEnum):
    """How one step ended."""

    OK = "ok"
    HELD = "held"
    WAITING = "waiting"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log, in words that a tester understands; `to` is the side written to."""

    action: str
    message: str
    result: Result = Result.OK
    to: Side | None = None
    fields: tuple[str, ...] = ()
    revs: Mapping[Side, str] = field(default_factory=dict)


class FencedError(Exception):
    """Our lease ended and somebody else may be at work: stop at once, write nothing more."""


class Memory(Protocol):
    """What is remembered of links. `guard` and `save` raise FencedError once the lease is lost."""

    def link(self, link: UUID) -> LinkState | None:
        """Return a link by its id."""

    def link_at(self, side: Side, item_id: str) -> LinkState | None:
        """Return the link that an item of a side belongs to."""

    def open(self, link: LinkState) -> LinkState:
        """Remember a new link, or return the one that is already there."""

    def guard(self) -> None:
        """Make sure that the lease is still ours, and renew it."""

    def save(self, link: LinkState, *entries: Entry) -> None:
        """Remember a link and what was done, both or neither."""

    def note(self, link: UUID | None, *entries: Entry) -> None:
        """Log something that changes no link."""


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a connection: a connector, the scope in it, and whether it sends."""

    connector: Connector
    scope: str
    sends: bool = True

    @property
    def name(self) -> str:
        """Return what people call this side."""
        return self.connector.label


def nobody_known(_side: Side, _person: Person) -> Person | None:
    """Know nobody: the directory of a connection without one."""
    return None


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything that the sync of one connection needs."""

    rules: Rules
    places: Mapping[Side, Place]
    key: bytes
    memory: Memory
    now: Callable[[], datetime]
    people: PeopleLookup = nobody_known
    version: int = 0
    is_asked: bool = False
    """Whether a person asked for this very sync."""

    @property
    def senders(self) -> frozenset[Side]:
        """Return the sides whose changes may travel."""
        return frozenset(side for side, place in self.places.items() if place.sends)

    def may_create(self, origin: Side) -> bool:
        """Whether an item of a side may get a counterpart on the other now."""
        is_due = {
            CreateRule.AUTO: True,
            CreateRule.ASKED: self.is_asked,
            CreateRule.OFF: False,
        }[self.rules.create[origin]]
        target = self.places[other(origin)].connector
        return is_due and self.places[origin].sends and target.caps.is_writable
