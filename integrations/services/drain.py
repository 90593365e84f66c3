"""The loop of a worker: read what changed, do what is due, for one system at a time."""

import time
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from integrations import store
from integrations.models import Connection, Endpoint, System
from integrations.registry import connector_class
from integrations.services import breaker
from integrations.services.connections import COPIED
from integrations.services.engines import batch_of
from integrations.services.polls import pollable, read_changes
from integrations.services.work import work_on

MAX_SECONDS = 50.0


def drain(*, system_id: UUID, seconds: float = MAX_SECONDS) -> int:
    """Do the due work of a system, batch after batch; return how many tasks were done.

    What arrives just as the turn ends is seen once more, so that no wake-up is lost.
    """
    until, done = time.monotonic() + seconds, 0
    while True:
        with store.take_turn(system_id, slots_of(system_id)) as turn:
            worked = 0 if turn is None else _work_through(turn, until)
        done += worked
        if not worked or time.monotonic() >= until or not store.has_due(system_id):
            return done


def slots_of(system_id: UUID) -> int:
    """Return how many workers may work for a system at once."""
    kind = System.objects.values_list("kind", flat=True).get(pk=system_id)
    return connector_class(kind).caps.parallel


def due_systems() -> dict[UUID, int]:
    """Return the systems that have something to read or to do and may be called, with their slots.

    A database that was copied is noticed here, before anything is done with it.
    """
    _suspend_copies()
    polls = pollable().values_list("system_id", flat=True)
    due = store.due_system_ids() | set(polls)
    resting = Q(status=System.Status.AUTH) | Q(breaker_until__gt=Now())
    systems = System.objects.filter(pk__in=due).exclude(resting).values_list("pk", "kind")
    return {pk: connector_class(kind).caps.parallel for pk, kind in systems}


def item_changed(*, project_id: int, item_id: str, why: str, user_id: int | None) -> None:
    """Mark an item of this product as changed; runs inside the transaction of the change.

    What a connection itself is just writing is no news to it, only to the others.
    """
    endpoints = Endpoint.objects.filter(
        system__kind="platform",
        scope=str(project_id),
        connection__status__in=[Connection.Status.ACTIVE, Connection.Status.PAUSED],
    )
    for endpoint in endpoints.exclude(connection_id=store.writing()).order_by("pk"):
        store.hint(endpoint=endpoint, item_id=item_id, why=why, user_id=user_id)


def _suspend_copies() -> None:
    """Stop every connection of another installation: two would write to the same tracker."""
    copies = Connection.objects.exclude(installation_id=settings.SYNC_INSTALLATION_ID)
    copies.filter(status=Connection.Status.ACTIVE).update(
        status=Connection.Status.SUSPENDED, reason=COPIED
    )


def _work_through(turn: store.Turn, until: float) -> int:
    system = System.objects.get(pk=turn.system_id)
    if not breaker.may_call(system) or not read_changes(system):
        return 0
    now, done = store.database_clock(), 0
    while time.monotonic() < until and turn.renew():
        tasks = store.claim(system.pk, batch_of)
        if not tasks:
            break
        done += len(tasks)
        if not work_on(tasks, now):
            break
    return done
