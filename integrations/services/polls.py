"""Reading what changed: pages of changes become rows, together with how far we have read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from integrations import store
from integrations.base.errors import ConnectorError, ScopeError
from integrations.base.items import Item, Page, Want
from integrations.models import Connection, Endpoint, LinkEnd, SyncLog, System
from integrations.services import breaker
from integrations.services.census import take_census
from integrations.services.connections import suspend
from integrations.services.engines import CLOCK_OFFSET, connector_of

MAX_PAGES = 20
LEASE = timedelta(seconds=120)
LEAST_GAP = timedelta(minutes=3)
"""A pause in the polling from which on our memory may be a restored one."""
DOUBT = timedelta(days=1)
NOTED_OFFSET = 2.0
"""Seconds by which a tracker's clock has to have moved to be worth a note."""


def pollable() -> QuerySet[Endpoint]:
    """Return the ends whose changes are to be read now."""
    is_due = Q(next_poll_at__lte=Now()) | Q(next_census_at__lte=Now())
    return Endpoint.objects.filter(is_due, connection__status=Connection.Status.ACTIVE)


def read_changes(system: System) -> bool:
    """Poll what is due; say whether the system may still be called."""
    endpoints = pollable().filter(system=system).select_related("connection")
    for endpoint in endpoints.order_by("next_poll_at"):
        try:
            if _is_mine(endpoint):
                _poll(endpoint, system)
            take_census(endpoint, connector_of(system))
        except ConnectorError as error:
            Endpoint.objects.filter(pk=endpoint.pk).update(next_poll_at=Now())
            if not _not_read(endpoint, system, breaker.explained(system, error)):
                return False
    return True


def _is_mine(endpoint: Endpoint) -> bool:
    """Take the poll of an end; of several workers one gets it."""
    due = Endpoint.objects.filter(pk=endpoint.pk, next_poll_at__lte=Now())
    return bool(due.update(next_poll_at=Now() + LEASE))


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
    _note_gap(endpoint)
    connector, want = connector_of(system), Want(frozenset())
    for _ in range(MAX_PAGES):
        asked_at = datetime.now(UTC)
        page = connector.changed_since(endpoint.scope, endpoint.cursor, want)
        _keep(endpoint, page)
        if not page.has_more:
            _note_clock(system, page.server_now - asked_at)
            break
    breaker.succeeded(system)


def _note_gap(endpoint: Endpoint) -> None:
    """Doubt our memory after a pause: the database may have been restored from a backup."""
    read_at = endpoint.last_ok_at
    longest = max(LEAST_GAP, timedelta(seconds=3 * endpoint.poll_every_seconds))
    if read_at is None:
        return
    is_late = Q(endpoints__pk=endpoint.pk, endpoints__last_ok_at__lt=Now() - longest)
    late = Connection.objects.filter(is_late)
    first = late.exclude(doubt_until__gt=Now(), doubt_since__lt=read_at)
    Connection.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
        doubt_since=read_at, doubt_until=Now() + DOUBT
    )


def _note_clock(system: System, ahead: timedelta) -> None:
    """Remember how far a tracker's clock is ahead of ours: whoever changed last may win."""
    seconds = ahead.total_seconds()
    if abs(seconds - system.options.get(CLOCK_OFFSET, 0.0)) < NOTED_OFFSET:
        return
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.pk)
        row.options = {**row.options, CLOCK_OFFSET: round(seconds, 1)}
        row.save(update_fields=["options"])
    system.options = row.options


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
