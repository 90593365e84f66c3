"""What the engine asks of its surroundings: a memory, a clock, a directory of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from integrations.base.connector import Connector
from integrations.base.errors import FatalError
from integrations.base.items import Person, Ref
from integrations.engine.markers import link_id
from integrations.engine.replicas import Terms
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


class FuseError(FatalError):
    """So much would be created, rewritten or lost at once that a person has to look first."""


class Limits(Protocol):
    """Counts what a connection does in bulk; each raises FuseError where it is too much."""

    def creation(self) -> None:
        """Count an item that is about to be created."""

    def rewrite(self) -> None:
        """Count a link that is about to be written though nobody changed its items."""

    def loss(self) -> None:
        """Count a link one end of which was deleted."""


class NoLimits:
    """Lets everything happen: for previews and for the engine on its own."""

    def creation(self) -> None:
        """Count nothing."""

    def rewrite(self) -> None:
        """Count nothing."""

    def loss(self) -> None:
        """Count nothing."""


class Memory(Protocol):
    """What is remembered of links. `guard` and `save` raise FencedError once the lease is lost."""

    def link(self, link: UUID) -> LinkState | None:
        """Return a link by its id."""

    def link_at(self, side: Side, item_id: str) -> LinkState | None:
        """Return the link that an item of a side belongs to."""

    def member_at(self, item: Ref, target: Side) -> str:
        """Return the key of an item of the target's scope that a chain of links joins to `item`.

        Empty where there is none.
        """

    def is_contested(self, item: Ref, target: Side, link: UUID) -> bool:
        """Whether a link other than `link` is just creating an item that would be such a one."""

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
    clock_offset: timedelta = timedelta(0)
    """How far the tracker's clock is ahead of ours."""

    @property
    def name(self) -> str:
        """Return what people call this side."""
        return self.connector.label


def nobody_known(_side: Side, _person: Person) -> Person | None:
    """Know nobody: the directory of a connection without one."""
    return None


def origins_of(engine: "Engine", side: Side) -> Mapping[UUID, str]:
    """Ask a side for all its items: the id of a link can be computed from where it begins."""
    place = engine.places[side]
    ids = place.connector.census(place.scope, "")
    return {link_id(engine.key, side, item_id): item_id for item_id in ids}


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
    hinted: Side | None = None
    """The only side that may have changed since the last sync, None where that is not known."""
    doubt_since: datetime | None = None
    """Since when links may have been lost with a restored memory, None where none can be."""
    limits: Limits = field(default_factory=NoLimits)
    origins: Callable[["Engine", Side], Mapping[UUID, str]] = origins_of
    """Gives the items of a side by the id of the link that would begin there."""
    terms: Terms | None = None
    """What was agreed on with another installation, where side b is one."""

    @property
    def senders(self) -> frozenset[Side]:
        """Return the sides whose changes may travel."""
        return frozenset(side for side, place in self.places.items() if place.sends)

    def may_create(self, origin: Side) -> bool:
        """Whether an item of a side may get a counterpart on the other now.

        To another installation it is offered; that one decides.
        """
        is_due = {
            CreateRule.AUTO: True,
            CreateRule.ASKED: self.is_asked,
            CreateRule.OFF: False,
        }[self.rules.create[origin]]
        target = self.places[other(origin)].connector
        has_target = target.caps.is_writable or self.terms is not None
        return is_due and self.places[origin].sends and has_target
