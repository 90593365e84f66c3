"""The daily census: what is linked here and missing there was deleted, and no feed may tell."""

from datetime import timedelta

from django.db.models.functions import Now

from integrations import store
from integrations.base.connector import Connector
from integrations.models import Endpoint, Link, LinkEnd, SyncLog
from integrations.services.connections import suspend
from integrations.services.limits import most_at_once

EVERY = timedelta(days=1)


def take_census(endpoint: Endpoint, connector: Connector) -> None:
    """Compare the ids of a scope with those of its links, once a day; of several workers one does.

    So many losses at once that they look like a mistake stop the connection instead.
    """
    due = Endpoint.objects.filter(pk=endpoint.pk, next_census_at__lte=Now())
    if not due.update(next_census_at=Now() + EVERY):
        return
    living = set(connector.census(endpoint.scope, ""))
    missing = _missing(endpoint, living)
    most = most_at_once(endpoint.connection_id)
    if len(missing) > most:
        reason = (
            f"{len(missing)} of the linked items in {endpoint.scope_name or endpoint.scope} are"
            " gone or hidden from our account. Check that this is meant, then switch the"
            " connection on again."
        )
        SyncLog.objects.create(
            connection=endpoint.connection,
            action="census",
            outcome=SyncLog.Outcome.HELD,
            message=reason,
            why="census",
        )
        suspend(endpoint.connection, reason)
        return
    for item_id in missing:
        store.hint(endpoint=endpoint, item_id=item_id, why="census", priority=store.CENSUS)


def _missing(endpoint: Endpoint, living: set[str]) -> list[str]:
    ends = LinkEnd.objects.filter(endpoint=endpoint, link__state=Link.State.ACTIVE)
    ids = ends.values_list("item_id", flat=True).iterator()
    return [item_id for item_id in ids if item_id not in living]
