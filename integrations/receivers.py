"""What follows an event: a changed item becomes a row, a row gets a worker."""

import logging

from kombu.exceptions import OperationalError

from integrations import services, store, tasks
from integrations.connectors.platform.mapping import case_item_id, item_id
from testmgmt.core.events import Event, on_commit, within

_log = logging.getLogger(__name__)


_CHANGES = ("created", "updated", "deleted", "commented", "files_changed")
_ITEM_IDS = {"defect": item_id, "case": case_item_id}


@within(*(f"{kind}.{change}" for kind in _ITEM_IDS for change in _CHANGES))
def mark(event: Event) -> None:
    """Mark the item inside the transaction of its change, so that neither is lost alone.

    What importers write by the thousand (`cases.created`) the next poll of this product sees.
    """
    if event.project_id is not None:
        services.item_changed(
            project_id=event.project_id,
            item_id=_ITEM_IDS[event.name.partition(".")[0]](int(event.object_id)),
            why="save",
            user_id=None if event.source else event.user_id,  # a sync's own write: nobody asked
        )


@on_commit(services.PREVIEW_DUE)
def count(event: Event) -> None:
    """Have a preview counted; where the broker is down, the tick finds it later."""
    try:
        tasks.preview.delay(str(event.object_id))
    except OperationalError:
        _log.warning("The broker does not answer; preview %s waits.", event.object_id)


@on_commit(store.DUE)
def wake(event: Event) -> None:
    """Wake a worker; where the broker is down, the tick finds the work later."""
    try:
        tasks.drain.delay(str(event.object_id))
    except OperationalError:
        _log.warning("The broker does not answer; system %s waits for the tick.", event.object_id)
