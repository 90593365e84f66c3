"""How a thing here and its counterparts stand: what the sync panel shows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from uuid import UUID

from django.db.models import F, Q, QuerySet

from integrations.connectors.platform.reach import Thing, visible_items
from integrations.models import (
    Conflict,
    Connection,
    Endpoint,
    Link,
    LinkEnd,
    SyncLog,
    SyncTask,
    System,
)
from integrations.registry import connector_class
from testmgmt.core.errors import NotFoundError
from testmgmt.projects.permissions import Asker

PLATFORM = "platform"
SHOWN = 8  # entries of the log in a panel
MINUTES_FROM = 90  # seconds


class LaneState(StrEnum):
    """What a person has to know first."""

    OFF = "off"
    NEW = "new"
    BUSY = "busy"
    WAITING = "waiting"
    FAILED = "failed"
    HELD = "held"
    GONE = "gone"
    UNLINKED = "unlinked"
    OK = "ok"


_CALM = {LaneState.OK, LaneState.BUSY, LaneState.NEW, LaneState.UNLINKED}


@dataclass(frozen=True, slots=True)
class Lane:
    """One connection as seen from one thing: both ends, what is under way, what stands still."""

    connection: Connection
    far: Endpoint
    tracker: str
    link: Link | None
    end: LinkEnd | None
    task: SyncTask | None
    holds: tuple[Conflict, ...]
    now: datetime

    @property
    def state(self) -> LaneState:
        """Return the one word that decides what the panel says and offers."""
        if self.connection.status != Connection.Status.ACTIVE:
            return LaneState.OFF
        if self._is_pending():
            return self._pending_state()
        return LaneState.NEW if self.link is None else self._link_state(self.link)

    def _is_pending(self) -> bool:
        return self.task is not None and (
            self.task.generation > self.task.done or self.task.state == SyncTask.State.DEAD
        )

    def _pending_state(self) -> LaneState:
        task = self.task
        if task is None or task.state == SyncTask.State.DEAD:
            return LaneState.FAILED
        is_leased = task.lease_until is not None and task.lease_until > self.now
        waits = self.is_refused or self.is_down or self._is_slowed() or task.due_at > self.now
        return LaneState.WAITING if waits and not is_leased else LaneState.BUSY

    def _is_slowed(self) -> bool:
        until = self.far.system.breaker_until
        return until is not None and until > self.now

    def _link_state(self, link: Link) -> LaneState:
        if link.state == Link.State.GONE:
            return LaneState.GONE
        if link.state == Link.State.UNLINKED:
            return LaneState.UNLINKED
        if link.state == Link.State.HELD or self.holds:
            return LaneState.HELD
        is_joined = link.state == Link.State.ACTIVE and self.end is not None
        return LaneState.OK if is_joined else LaneState.NEW

    @property
    def sends_comments(self) -> bool:
        """Whether what is said here goes to the tracker, now or once it is linked."""
        return self.state not in {LaneState.OFF, LaneState.GONE, LaneState.UNLINKED}

    @property
    def is_refused(self) -> bool:
        """Whether the tracker does not let us in: only a person can mend that."""
        return self.far.system.status == System.Status.AUTH

    @property
    def is_down(self) -> bool:
        """Whether the tracker does not answer; it is tried again by itself."""
        return self.far.system.status == System.Status.DOWN

    @property
    def is_stopped(self) -> bool:
        """Whether the sync stopped the connection itself, and waits for a person."""
        return self.connection.status == Connection.Status.SUSPENDED

    @property
    def is_troubled(self) -> bool:
        """Whether something is wrong that a person wants to know of."""
        if self.state is LaneState.OFF:
            return False
        is_calm = self.state in _CALM
        return self.is_refused or self.is_down or not is_calm

    @property
    def retry_in(self) -> str:
        """Say in how long a waiting item is tried again; empty where that is any moment."""
        if self.task is None:
            return ""
        moment = max(self.task.due_at, self.far.system.breaker_until or self.now)
        seconds = ceil((moment - self.now).total_seconds())
        if seconds > MINUTES_FROM:
            return f"{ceil(seconds / 60)} minutes"
        return f"{seconds} seconds" if seconds > 1 else ""

    @property
    def problem(self) -> str:
        """Return the tracker's or our own words on what is wrong."""
        if self.is_refused or self.is_down or self._is_slowed():
            return self.far.system.status_message
        if self.task is not None and self._is_pending() and self.task.error:
            return self.task.error
        if self.end is not None and self.end.gone_since and self.state is LaneState.WAITING:
            return (
                f"{self.end.key} is missing there. It counts as deleted only when it is still"
                " missing ten minutes later."
            )
        return self.link.reason if self.link is not None else ""

    @property
    def may_start_over(self) -> bool:
        """Whether a new counterpart may take the place of the one that was deleted."""
        return self.state is LaneState.GONE and self.end is not None and bool(self.end.gone_since)


@dataclass(frozen=True, slots=True)
class Cell:
    """A defect's item in a tracker, as a list shows it; `held` counts fields that stand still."""

    defect_id: int
    end: LinkEnd
    state: str
    held: int

    @property
    def needs_somebody(self) -> bool:
        """Whether it waits for a person."""
        return self.state == Link.State.HELD or self.held > 0

    @property
    def is_gone(self) -> bool:
        """Whether the item was deleted."""
        return self.state == Link.State.GONE


def far_endpoints(project_id: int) -> QuerySet[Endpoint]:
    """Return the tracker's ends of a project's connections."""
    endpoints = Endpoint.objects.filter(connection__project_id=project_id)
    trackers = endpoints.exclude(system__kind=PLATFORM)
    return trackers.select_related("connection", "system").order_by("connection__created_at")


def is_connected(project_id: int) -> bool:
    """Whether a connection of a project is switched on."""
    return far_endpoints(project_id).filter(connection__status=Connection.Status.ACTIVE).exists()


def _links(item_ids: Collection[str], project_id: int | None = None) -> dict[tuple[str, str], Link]:
    """Return {(connection, item): link} for things of ours."""
    here = LinkEnd.objects.filter(endpoint__system__kind=PLATFORM, item_id__in=item_ids)
    if project_id is not None:
        here = here.filter(endpoint__scope=str(project_id))
    ends = here.select_related("link")
    return {(str(end.link.connection_id), end.item_id): end.link for end in ends}


def _far_ends(links: Iterable[Link]) -> dict[str, LinkEnd]:
    ends = LinkEnd.objects.filter(link__in=list(links)).exclude(endpoint__system__kind=PLATFORM)
    return {str(end.link_id): end for end in ends}


def _holds(links: Iterable[Link]) -> dict[str, list[Conflict]]:
    found: dict[str, list[Conflict]] = {}
    for row in Conflict.objects.filter(link__in=list(links), resolved_at=None).order_by("field"):
        found.setdefault(str(row.link_id), []).append(row)
    return found


def _tasks(thing: Thing, links: Mapping[tuple[str, str], Link]) -> dict[str, SyncTask]:
    """Return {connection: its task for this thing}; a link's own task comes before the item's."""
    mine = Q(link__in=list(links.values())) | Q(
        item_id=thing.item_id, endpoint__system__kind=PLATFORM
    )
    wanted = mine & Q(connection__project_id=thing.project.pk)
    rows = SyncTask.objects.filter(wanted).annotate(left=F("generation") - F("done"))
    return {str(task.connection_id): task for task in rows.order_by("left", "link_id")}


def lanes_of(thing: Thing, now: datetime) -> list[Lane]:
    """Return how a thing stands in each connection of its project; six statements."""
    fars = list(far_endpoints(thing.project.pk))
    links = _links([thing.item_id], thing.project.pk)
    ends, holds, tasks = _far_ends(links.values()), _holds(links.values()), _tasks(thing, links)
    lanes = []
    for far in fars:
        link = links.get((str(far.connection_id), thing.item_id))
        lane = Lane(
            connection=far.connection,
            far=far,
            tracker=connector_class(far.system.kind).label,
            link=link,
            end=ends.get(str(link.pk)) if link else None,
            task=tasks.get(str(far.connection_id)),
            holds=tuple(holds.get(str(link.pk), ())) if link else (),
            now=now,
        )
        lanes.append(lane)
    return lanes


def lane_named(thing: Thing, connection_id: UUID, now: datetime) -> Lane:
    """Return how a thing stands in one connection of its project."""
    for lane in lanes_of(thing, now):
        if lane.connection.pk == connection_id:
            return lane
    raise NotFoundError("There is no such connection.")


def has_news(thing: Thing, since: datetime) -> bool:
    """Whether the sync wrote to a thing since a moment, so that its page is old."""
    return _log(thing).filter(at__gte=since, direction="b_to_a").exists()


def log_of(thing: Thing, limit: int = SHOWN) -> list[SyncLog]:
    """Return what the sync did with a thing, the newest first."""
    return list(_log(thing).select_related("user").order_by("-at", "-id")[:limit])


def log_rows(thing: Thing, condition: Q, order: Sequence[str]) -> QuerySet[SyncLog]:
    """Return the entries about a thing that meet a condition, in this order."""
    return _log(thing).filter(condition).order_by(*order)


def _log(thing: Thing) -> QuerySet[SyncLog]:
    ends = LinkEnd.objects.filter(endpoint__system__kind=PLATFORM, item_id=thing.item_id)
    mine = Q(link__in=ends.values("link_id")) | Q(item_id=thing.item_id)
    return SyncLog.objects.filter(mine, connection__project_id=thing.project.pk)


def cells_of(user: Asker, defect_ids: Collection[int]) -> list[Cell]:
    """Return the items in trackers of a page of defects; four statements."""
    items = visible_items(user, defect_ids)
    links = _links(items.keys())
    ends, holds = _far_ends(links.values()), _holds(links.values())
    return [
        Cell(items[item], ends[str(link.pk)], link.state, len(holds.get(str(link.pk), ())))
        for (_, item), link in links.items()
        if str(link.pk) in ends and link.state != Link.State.UNLINKED
    ]
