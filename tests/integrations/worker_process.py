"""What a worker does in a process of its own; started by `test_killed_worker.py` after Django."""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partialmethod
from typing import Any

from django.core.management import call_command
from django.db.models import F

from integrations import models, registry, services, store
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import SCHEMA, US
from integrations.engine.rules import default_document
from testmgmt.projects.models import Project
from tests.integrations.outside import AUTHKEY, TRACKER, Door

REMOTE = ("verify", "changed_since", "fetch", "create", "find", "update", "normalise")


class RemoteConnector(MemoryConnector):
    """Asks the connector of another process for everything."""

    outside: Any = None

    def _remote(self, method: str, *arguments: Any) -> Any:
        return self.outside.call(self.system.id, method, *arguments)


for name in REMOTE:
    setattr(RemoteConnector, name, partialmethod(RemoteConnector._remote, name))


def main(commands: Sequence[str], port: int) -> None:
    """Put the trackers of the other process behind the registry, and run commands."""
    door = Door(("127.0.0.1", port), AUTHKEY)
    door.connect()
    RemoteConnector.outside = door.outside()
    for kind in ("memory", "platform"):
        registry.CONNECTORS[kind] = f"{__name__}:RemoteConnector"
    for command in commands:
        COMMANDS[command]()


def setup() -> None:
    """Make the database and a connection with one changed defect."""
    call_command("migrate", verbosity=0)
    project = Project.objects.create(key="SHOP", name="Shop")
    here = models.System.objects.create(kind="platform", name="Here", account_id=US.id)
    there = models.System.objects.create(
        id=TRACKER, kind="memory", name="There", account_id=US.id, status="ok"
    )
    connection = models.Connection.objects.create(
        project=project, name="There", salt="salt", status="active"
    )
    for side, system in (("a", here), ("b", there)):
        models.Endpoint.objects.create(connection=connection, side=side, system=system, scope="MEM")
    models.ConnectionVersion.objects.create(
        connection=connection, number=1, rules=default_document(SCHEMA, SCHEMA), state="published"
    )
    store.hint(endpoint=connection.endpoints.get(side="a"), item_id="1", why="save")


def drain() -> None:
    """Be a worker."""
    services.drain(system_id=TRACKER)


def expire() -> None:
    """Let two minutes pass for all that is leased."""
    ago = timedelta(seconds=121)
    models.SyncTask.objects.update(lease_until=F("lease_until") - ago)
    models.SystemTurn.objects.update(lease_until=F("lease_until") - ago)


def state() -> None:
    """Print what the tables say."""
    facts = {
        "links": list(models.Link.objects.values_list("state", flat=True)),
        "intents": models.Intent.objects.count(),
        "leased": models.SyncTask.objects.filter(lease_until__isnull=False).count(),
        "log": list(models.SyncLog.objects.values_list("action", flat=True)),
    }
    print(json.dumps(facts))  # noqa: T201  the parent reads it


def fill() -> None:
    """Put forty more items into the queue."""
    endpoint = models.Endpoint.objects.get(side="b")
    for number in range(40):
        store.hint(endpoint=endpoint, item_id=f"x{number}", why="poll")


def take() -> None:
    """Take tasks until there are none, and print them."""
    taken = []
    while tasks := store.claim(TRACKER):
        taken += [task.key for task in tasks]
    print(json.dumps({"taken": taken}))  # noqa: T201  the parent reads it


COMMANDS = {
    "setup": setup,
    "drain": drain,
    "expire": expire,
    "state": state,
    "fill": fill,
    "take": take,
}
