"""How a thing here and its counterparts stand: what the sync panel shows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from integrations.connectors.platform.reach import Thing, visible_items
from integrations.models import Conflict, Connection, Endpoint, Link, LinkEnd, SyncLog, SyncTask
from integrations.registry import connector_class
from testmgmt.projects.permissions import Asker

PLATFORM = "platform"
SHOWN = 8  # entries of the log in a panel


class LaneState(StrEnum):
    """What a person has to know first."""

    OFF = "off"
    NEW = "new"
    BUSY = "busy"
    WAITING = "waiting"
    FAILED = "failed"
    HELD = "held"
    GONE = "gone"
    OK = "ok"


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
        if self.link is None or self.end is None:
            return LaneState.NEW
        return self._link_state(self.link)

    def _is_pending(self) -> bool:
        return self.task is not None and (
            self.task.generation > self.task.done or self.task.state == SyncTask.State.DEAD
        )

    def _pending_state(self) -> LaneState:
        task = self.task
        if task is None or task.state == SyncTask.State.DEAD:
            return LaneState.FAILED
        is_leased = task.lease_until is not None and task.lease_until > self.now
        if self.far.system.status in {"auth", "down"} and not is_leased:
            return LaneState.WAITING
        is_late = task.attempts > 0 and task.due_at > self.now and not is_leased
        return LaneState.WAITING if is_late else LaneState.BUSY

    def _link_state(self, link: Link) -> LaneState:
        if link.state == Link.State.GONE:
            return LaneState.GONE
        if link.state == Link.State.HELD or self.holds:
            return LaneState.HELD
        return LaneState.OK if link.state == Link.State.ACTIVE else LaneState.NEW

    @property
    def problem(self) -> str:
        """Return the tracker's or our own words on what is wrong."""
        if self.task is not None and self._is_pending() and self.task.error:
            return self.task.error
        if self.far.system.status_message and self.far.system.status in {"auth", "down"}:
            return self.far.system.status_message
        return self.link.reason if self.link is not None else ""


def far_endpoints(project_id: int) -> QuerySet[Endpoint]:
    """Return the tracker's ends of a project's connections."""
    endpoints = Endpoint.objects.filter(connection__project_id=project_id)
    trackers = endpoints.exclude(system__kind=PLATFORM)
    return trackers.select_related("connection", "system").order_by("connection__created_at")


def _links(item_ids: Collection[str], project_id: int | None = None) -> dict[tuple[str, str], Link]:
    """Return {(connection, item): link} for things of ours."""
    here = LinkEnd.objects.filter(endpoint__system__kind=PLATFORM, item_id__in=item_ids)
    if project_id is not None:
        here = here.filter(endpoint__scope=str(project_id))
    ends = here.exclude(link__state=Link.State.UNLINKED).select_related("link")
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


def log_of(thing: Thing, limit: int = SHOWN) -> list[SyncLog]:
    """Return what the sync did with a thing, the newest first."""
    links = list(_links([thing.item_id], thing.project.pk).values())
    mine = Q(link__in=links) | Q(item_id=thing.item_id)
    rows = SyncLog.objects.filter(mine, connection__project_id=thing.project.pk)
    return list(rows.select_related("user").order_by("-at", "-id")[:limit])


def cells_of(user: Asker, defect_ids: Collection[int]) -> dict[int, LinkEnd]:
    """Return {defect: its item in a tracker} for a page of a list; three statements."""
    items = visible_items(user, defect_ids)
    links = _links(items.keys())
    ends = _far_ends(links.values())
    found = {item: ends.get(str(link.pk)) for (_, item), link in links.items()}
    return {items[item]: end for item, end in found.items() if end is not None}
