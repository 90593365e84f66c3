"""The loop of a worker: read what changed, do what is due, for one system at a time."""

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from integrations import store
from integrations.base.errors import ConnectorError, ScopeError
from integrations.base.items import Item, Page, Want
from integrations.models import Connection, Endpoint, LinkEnd, SyncLog, System
from integrations.services import breaker
from integrations.services.connections import suspend
from integrations.services.engines import connector_of
from integrations.services.work import work_on

MAX_SECONDS = 50.0
MAX_PAGES = 20


def drain(*, system_id: UUID, seconds: float = MAX_SECONDS) -> int:
    """Do the due work of a system, one task after the other; return how many were done.

    What arrives just as the turn ends is seen once more, so that no wake-up is lost.
    """
    until, done = time.monotonic() + seconds, 0
    while True:
        with store.take_turn(system_id) as turn:
            worked = 0 if turn is None else _work_through(turn, until)
        done += worked
        if not worked or time.monotonic() >= until or not store.has_due(system_id):
            return done


def due_systems() -> set[UUID]:
    """Return the systems that have something to read or to do, and may be called."""
    polls = _pollable().values_list("system_id", flat=True)
    due = store.due_system_ids() | set(polls)
    resting = Q(status=System.Status.AUTH) | Q(breaker_until__gt=Now())
    return set(System.objects.filter(pk__in=due).exclude(resting).values_list("pk", flat=True))


def item_changed(*, project_id: int, item_id: str, why: str, user_id: int | None) -> None:
    """Mark an item of this product as changed; runs inside the transaction of the change."""
    endpoints = Endpoint.objects.filter(
        system__kind="platform",
        scope=str(project_id),
        connection__status__in=[Connection.Status.ACTIVE, Connection.Status.PAUSED],
    )
    for endpoint in endpoints.order_by("pk"):
        store.hint(endpoint=endpoint, item_id=item_id, why=why, user_id=user_id)


def _work_through(turn: store.Turn, until: float) -> int:
    system = System.objects.get(pk=turn.system_id)
    if not breaker.may_call(system) or not _read_changes(system):
        return 0
    now, done = store.database_clock(), 0
    while time.monotonic() < until and turn.renew():
        task = store.claim(system.pk)
        if task is None:
            break
        done += 1
        if not work_on(task, now):
            break
    return done


def _pollable() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(
        connection__status=Connection.Status.ACTIVE, next_poll_at__lte=Now()
    )


def _read_changes(system: System) -> bool:
    """Poll what is due; say whether the system may still be called."""
    endpoints = _pollable().filter(system=system).select_related("connection")
    for endpoint in endpoints.order_by("next_poll_at"):
        try:
            _poll(endpoint, system)
        except ConnectorError as error:
            if not _not_read(endpoint, system, breaker.explained(system, error)):
                return False
    return True


def _not_read(endpoint: Endpoint, system: System, error: ConnectorError) -> bool:
    """Say in the log why changes could not be read; return whether to go on."""
    SyncLog.objects.create(
        connection=endpoint.connection,
        action="reading",
        outcome=SyncLog.Outcome.RETRY,
        message=error.message[:500],
        fix=error.fix[:500],
        error_class=type(error).__name__,
        why="poll",
    )
    if isinstance(error, ScopeError):
        suspend(endpoint.connection, str(error))
        return True
    return breaker.failed(system, error)


def _poll(endpoint: Endpoint, system: System) -> None:
    connector, want = connector_of(system), Want(frozenset())
    for _ in range(MAX_PAGES):
        page = connector.changed_since(endpoint.scope, endpoint.cursor, want)
        _keep(endpoint, page)
        if not page.has_more:
            break
    breaker.succeeded(system)


@transaction.atomic
def _keep(endpoint: Endpoint, page: Page) -> None:
    """Store the cursor together with the tasks that it stands for."""
    known = _known_revs(endpoint, page.items)
    for item in page.items:
        if known.get(item.ref.id) != item.rev:
            store.hint(endpoint=endpoint, item_id=item.ref.id, why="poll")
    endpoint.cursor = dict(page.cursor)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        cursor=endpoint.cursor,
        last_ok_at=Now(),
        next_poll_at=Now() + timedelta(seconds=endpoint.poll_every_seconds),
    )


def _known_revs(endpoint: Endpoint, items: Sequence[Item]) -> dict[str, str]:
    """Return the revisions that we saw last: our own echo costs no fetch."""
    ends = LinkEnd.objects.filter(endpoint=endpoint, item_id__in=[item.ref.id for item in items])
    return dict(ends.values_list("item_id", "rev"))
