"""The queue: one row per link or new item is inbox, outbox, lock, order and retry schedule.

All moments are the database's. Nothing here relies on row locks: SQLite ignores them.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Now

from integrations.models import Connection, Endpoint, LinkEnd, SyncTask, System
from testmgmt.core import events

PERSON, LIVE, BACKFILL, CENSUS = range(4)
"""Priorities: somebody waits, a live change, a backfill, a census."""

_SMALL: "PositiveSmallIntegerField[int, int]" = PositiveSmallIntegerField()
LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 20
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0
DUE = "sync.due"
"""The event that wakes a worker; its object is the system."""


def hint(
    *, endpoint: Endpoint, item_id: str, why: str, priority: int = LIVE, user_id: int | None = None
) -> str:
    """Mark an item as changed and return its task's key; callable inside any transaction."""
    end = LinkEnd.objects.filter(endpoint=endpoint, item_id=item_id).only("link_id").first()
    if end is not None:
        return hint_link(
            link_id=end.link_id, endpoint=endpoint, why=why, priority=priority, user_id=user_id
        )
    task = SyncTask(
        key=f"I:{endpoint.pk}:{item_id}",
        system=working_system(endpoint.connection_id),
        connection_id=endpoint.connection_id,
        endpoint=endpoint,
        item_id=item_id,
    )
    return _mark(task, why, priority, user_id)


def hint_link(
    *, link_id: UUID, endpoint: Endpoint, why: str, priority: int = LIVE, user_id: int | None = None
) -> str:
    """Mark a link as changed and return its task's key."""
    task = SyncTask(
        key=f"L:{link_id}",
        system=working_system(endpoint.connection_id),
        connection_id=endpoint.connection_id,
        link_id=link_id,
    )
    return _mark(task, why, priority, user_id)


def working_system(connection_id: UUID) -> System:
    """Return the system whose worker serves a connection: its tracker, not this product."""
    endpoints = Endpoint.objects.filter(connection_id=connection_id).select_related("system")
    systems = [endpoint.system for endpoint in endpoints.order_by("-side")]
    return next((system for system in systems if system.kind != "platform"), systems[0])


def _mark(task: SyncTask, why: str, priority: int, user_id: int | None) -> str:
    """Raise the generation of a task, or make its row; two hints at once both count."""
    task.why, task.priority, task.requested_by_id = why, priority, user_id
    task.due_at = Now()
    if not _raise(task):
        try:
            with transaction.atomic():
                task.save(force_insert=True)
        except IntegrityError:
            _raise(task)
    events.publish(events.Event(DUE, str(task.system_id)))
    return task.key


def _raise(task: SyncTask) -> bool:
    """Mark an existing row; a change of the item revives what was given up."""
    is_idle = Q(generation__lte=F("done"))
    return bool(
        SyncTask.objects.filter(key=task.key).update(
            generation=F("generation") + 1,
            due_at=Case(When(is_idle | Q(due_at__gt=Now()), then=Now()), default=F("due_at")),
            priority=Case(
                When(is_idle | Q(priority__gt=task.priority), then=Value(task.priority)),
                default=F("priority"),
                output_field=_SMALL,
            ),
            attempts=Case(
                When(state=SyncTask.State.DEAD, then=Value(0)),
                default=F("attempts"),
                output_field=_SMALL,
            ),
            state=SyncTask.State.READY,
            why=task.why,
            requested_by_id=task.requested_by_id,
        )
    )


def _free() -> QuerySet[SyncTask]:
    """Return what may be claimed, by the row's own columns only.

    PostgreSQL looks again at these after it waited for another worker's claim; it would not look
    again at a joined table.
    """
    return SyncTask.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=Now()),
        state=SyncTask.State.READY,
        generation__gt=F("done"),
        due_at__lte=Now(),
    )


def _due(system_id: UUID) -> QuerySet[SyncTask]:
    return _free().filter(system_id=system_id, connection__status=Connection.Status.ACTIVE)


def due_system_ids() -> set[UUID]:
    """Return the systems that have work which nobody does."""
    due = _free().filter(connection__status=Connection.Status.ACTIVE)
    return set(due.values_list("system_id", flat=True).distinct())


def has_due(system_id: UUID) -> bool:
    """Whether a system has work that nobody does."""
    return _due(system_id).exists()


def claim(system_id: UUID) -> SyncTask | None:
    """Take the next task of a system, None where there is none."""
    ids = _due(system_id).order_by("priority", "due_at", "id").values_list("pk", flat=True)[:10]
    return next((task for pk in list(ids) if (task := _lease(pk))), None)


def _lease(pk: UUID) -> SyncTask | None:
    """Compare and set: of all who try, one gets the row.

    Attempts are counted here, so that an item whose workers die is given up like any other.
    """
    taken = (
        _free()
        .filter(pk=pk)
        .update(lease_until=Now() + LEASE, lease_token=uuid4(), attempts=F("attempts") + 1)
    )
    if not taken:
        return None
    task = SyncTask.objects.select_related("connection", "endpoint", "system").get(pk=pk)
    if task.attempts > MAX_ATTEMPTS:
        bury(task, "WorkerLost", "Workers died again and again while they worked on this item.")
        return None
    return task


def renew(task: SyncTask) -> bool:
    """Prolong our lease; False once somebody else took over."""
    return bool(_ours(task).update(lease_until=Now() + LEASE))


def finish(task: SyncTask) -> bool:
    """Note that the generation that we saw is done; a later one stays to do."""
    return bool(
        _ours(task).update(
            done=task.generation,
            lease_until=None,
            lease_token=None,
            attempts=0,
            error_class="",
            error="",
        )
    )


def wait(task: SyncTask, due_at: datetime) -> bool:
    """Put a task back until a moment that the engine named; no attempt is burned."""
    return bool(_ours(task).update(due_at=due_at, lease_until=None, lease_token=None, attempts=0))


def put_back(task: SyncTask) -> bool:
    """Put a task back as it was: its system rests, so no attempt is burned."""
    return bool(_ours(task).update(lease_until=None, lease_token=None, attempts=F("attempts") - 1))


def retry(task: SyncTask, error_class: str, message: str, at_least: float = 0) -> bool:
    """Put a task back after a failure, later each time; give it up after twenty."""
    if task.attempts >= MAX_ATTEMPTS:
        return bury(task, error_class, message)
    return bool(
        _ours(task).update(
            due_at=Now() + timedelta(seconds=max(at_least, pause_after(task.attempts))),
            lease_until=None,
            lease_token=None,
            error_class=error_class,
            error=message[:500],
        )
    )


def bury(task: SyncTask, error_class: str, message: str) -> bool:
    """Give a task up until its item changes or somebody replays it."""
    return bool(
        _ours(task).update(
            state=SyncTask.State.DEAD,
            lease_until=None,
            lease_token=None,
            error_class=error_class,
            error=message[:500],
        )
    )


def revive(task_id: UUID, user_id: int | None) -> bool:
    """Try once more what was given up or waits, because somebody asks."""
    return bool(
        SyncTask.objects.filter(pk=task_id).update(
            generation=F("generation") + 1,
            state=SyncTask.State.READY,
            due_at=Now(),
            attempts=0,
            priority=PERSON,
            why="replay",
            requested_by_id=user_id,
        )
    )


def pause_after(attempts: int) -> float:
    """Return seconds to wait after so many attempts: full jitter over 5 s · 2ⁿ, at most an hour."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 12))
    return random.uniform(1, longest)  # noqa: S311  spreads load, guards nothing


def _ours(task: SyncTask) -> QuerySet[SyncTask]:
    return SyncTask.objects.filter(pk=task.pk, lease_token=task.lease_token)
