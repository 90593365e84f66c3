"""The queue: one row per link or new item is inbox, outbox, lock, order and retry schedule.

All moments are the database's. Nothing here relies on row locks: SQLite ignores them.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Now

from integrations.models import Connection, Endpoint, LinkEnd, SyncTask, System
from testmgmt.core import events

PERSON, LIVE, BACKFILL, CENSUS = range(4)
"""Priorities: somebody waits, a live change, a backfill, a census."""

_SMALL: "PositiveSmallIntegerField[int, int]" = PositiveSmallIntegerField()
LEASE = timedelta(seconds=120)
REST = timedelta(seconds=5)
"""How long an item rests that was changed while it was worked on: its edits come in crowds."""
MAX_ATTEMPTS = 20
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0
_ORDER = ("priority", "due_at", "id")
DUE = "sync.due"
"""The event that wakes a worker; its object is the system."""


def hint(
    *, endpoint: Endpoint, item_id: str, why: str, priority: int = LIVE, user_id: int | None = None
) -> str:
    """Mark an item as changed and return its task's key; callable inside any transaction."""
    end = LinkEnd.objects.filter(endpoint=endpoint, item_id=item_id).only("link_id").first()
    if end is not None:
        return hint_link(
            link_id=end.link_id,
            endpoint=endpoint,
            why=why,
            priority=priority,
            user_id=user_id,
            side=endpoint.side,
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
    *,
    link_id: UUID,
    endpoint: Endpoint,
    why: str,
    priority: int = LIVE,
    user_id: int | None = None,
    side: str = "",
) -> str:
    """Mark a link as changed and return its task's key; `side` if only that one has changed."""
    task = SyncTask(
        key=f"L:{link_id}",
        system=working_system(endpoint.connection_id),
        connection_id=endpoint.connection_id,
        link_id=link_id,
        side=side,
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
            side=Case(When(is_idle | Q(side=task.side), then=Value(task.side)), default=Value("")),
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
    has_rested = Q(rests_until=None) | Q(rests_until__lte=Now()) | Q(priority=PERSON)
    return SyncTask.objects.filter(
        has_rested,
        Q(lease_until=None) | Q(lease_until__lt=Now()),
        state=SyncTask.State.READY,
        generation__gt=F("done"),
        due_at__lte=Now(),
    )


def _workable() -> QuerySet[SyncTask]:
    """Return what may be claimed and done: on both ends a system that may be called."""
    is_resting = Q(system__status=System.Status.AUTH) | Q(system__breaker_until__gt=Now())
    resting = Endpoint.objects.filter(is_resting).values("connection_id")
    return (
        _free()
        .filter(connection__status=Connection.Status.ACTIVE)
        .exclude(connection_id__in=resting)
    )


def _due(system_id: UUID) -> QuerySet[SyncTask]:
    return _workable().filter(system_id=system_id)


def due_system_ids() -> set[UUID]:
    """Return the systems that have work which nobody does."""
    return set(_workable().values_list("system_id", flat=True).distinct())


def has_due(system_id: UUID) -> bool:
    """Whether a system has work that nobody does."""
    return _due(system_id).exists()


def has_urgent(system_id: UUID) -> bool:
    """Whether somebody waits for a system."""
    return _due(system_id).filter(priority=PERSON).exists()


def claim(system_id: UUID, batch: Callable[[UUID], int] = lambda _: 1) -> list[SyncTask]:
    """Take the next tasks of a system, of one connection and one priority; empty where none is.

    `batch` says how many of a connection may be taken at once.
    """
    while True:
        first = _due(system_id).order_by(*_ORDER).first()
        if first is None:
            return []
        with transaction.atomic():
            alike = _due(system_id).filter(**_alike(first))
            ids = list(_unlocked(alike)[: _share(first, batch(first.connection_id))])
            tasks = _leased(ids)
        if tasks:
            return tasks


def _alike(first: SyncTask) -> dict[str, object]:
    """Return what the tasks of one batch have in common."""
    common: dict[str, object] = {
        "connection_id": first.connection_id,
        "priority": first.priority,
        "lease_until__isnull": first.lease_until is None,
    }
    return common if first.lease_until is None else {**common, "attempts": first.attempts}


def _share(first: SyncTask, batch: int) -> int:
    """Halve a batch whose worker died, so that what killed it ends up alone."""
    return batch if first.lease_until is None else max(1, batch >> first.attempts)


def _unlocked(tasks: QuerySet[SyncTask]) -> QuerySet[SyncTask, UUID]:
    """Return ids that nobody is just taking, where the database can tell: saves a collision."""
    if connection.features.has_select_for_update_skip_locked:
        tasks = tasks.select_for_update(skip_locked=True, of=("self",))
    return tasks.order_by(*_ORDER).values_list("pk", flat=True)


def _leased(ids: list[UUID]) -> list[SyncTask]:
    """Compare and set: of all who try, one gets a row.

    Attempts are counted here, so that an item whose workers die is given up like any other.
    """
    token = uuid4()
    _free().filter(pk__in=ids).update(
        lease_until=Now() + LEASE, lease_token=token, attempts=F("attempts") + 1
    )
    taken = SyncTask.objects.filter(pk__in=ids, lease_token=token)
    order = {pk: place for place, pk in enumerate(ids)}
    tasks = sorted(
        taken.select_related("connection", "endpoint", "system"), key=lambda one: order[one.pk]
    )
    lost = [task for task in tasks if task.attempts > MAX_ATTEMPTS]
    for task in lost:
        bury(task, "WorkerLost", "Workers died again and again while they worked on this item.")
    return [task for task in tasks if task not in lost]


def renew(task: SyncTask) -> bool:
    """Prolong our lease; False once somebody else took over."""
    return bool(_ours(task).update(lease_until=Now() + LEASE))


def is_ours(task: SyncTask) -> bool:
    """Whether nobody took over: costs no write."""
    return _ours(task).exists()


def finish(task: SyncTask) -> bool:
    """Note that the generation that we saw is done; a later one stays to do, after a rest."""
    is_changed = Q(generation__gt=task.generation)
    return bool(
        _ours(task).update(
            done=task.generation,
            rests_until=Case(When(is_changed, then=Now() + REST), default=None),
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
