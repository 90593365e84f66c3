"""What follows an event: work that waits gets a worker."""

import logging

from kombu.exceptions import OperationalError

from migrations_data import tasks
from testmgmt.core.events import Event, on_commit

_log = logging.getLogger(__name__)


@on_commit("migration.queued")
def wake(event: Event) -> None:
    """Wake a worker for an import; where the broker is down, the sweep finds it later."""
    try:
        tasks.work.delay(str(event.object_id))
    except OperationalError:
        _log.warning("The broker does not answer; import %s waits for the sweep.", event.object_id)
