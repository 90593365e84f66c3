"""How close the engine comes to what slow trackers allow, and what a link costs the database.

Eight worker processes bring changed items from one tracker to another; both answer each call after
50 ms and take one item at a time. The ideal is workers ÷ (calls per item × 50 ms), with no time
for the engine. The processor of this machine is shared by workers, database and whatever else runs.
PostgreSQL is used where one answers at TEST_POSTGRES_URL, else SQLite.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from typing import ClassVar
from uuid import uuid4

import django
import psycopg

_POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
_NAME = f"bench_{uuid4().hex[:12]}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
os.environ["SYNC_RATE_BUDGETS"] = "0"


def _database() -> "psycopg.Connection | None":
    """Make a database of our own, where there is a server."""
    try:
        admin = psycopg.connect(_POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        return None
    admin.execute(f'CREATE DATABASE "{_NAME}"'.encode())
    os.environ["DATABASE_URL"] = f"{_POSTGRES.rpartition('/')[0]}/{_NAME}"
    return admin


_admin = _database() if __name__ == "__main__" else None
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from integrations import models, registry, services, store
from integrations.base.config import Caps
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import SCHEMA, US, MemoryTracker, install
from integrations.engine.rules import default_document
from testmgmt.projects.models import Project

LATENCY, WORKERS, ITEMS, TARGET = 0.05, 8, 640, 0.8
_FORK = get_context("fork")
_calls = _FORK.Value("i", 0)


class SlowConnector(MemoryConnector):
    """The memory tracker at the other end of a long line."""

    caps: ClassVar[Caps] = replace(
        MemoryConnector.caps, batch_fetch=1, batch_update=1, parallel=WORKERS
    )
    latency: ClassVar[float] = 0.0

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        with _calls.get_lock():
            _calls.value += 1
        time.sleep(self.latency)
        with super()._call(name):
            yield


class Bench:
    """A connection between two memory trackers, both slow on request."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        registry.CONNECTORS = {"memory": f"{__name__}:SlowConnector"}
        project = Project.objects.create(key="BENCH", name="Bench")
        self.connection = models.Connection.objects.create(
            project=project,
            name="Bench",
            salt="salt",
            status="active",
            installation_id=settings.SYNC_INSTALLATION_ID,
        )
        self.trackers = {side: MemoryTracker() for side in "ab"}
        self.systems = {side: self._end(side) for side in "ab"}
        rules = {**default_document(SCHEMA, SCHEMA), "create": {"a": "auto", "b": "off"}}
        models.ConnectionVersion.objects.create(
            connection=self.connection,
            number=1,
            rules={**rules, "max_creates_per_hour": 5000},
            state="published",
        )

    def _end(self, side: str) -> models.System:
        system = models.System.objects.create(
            kind="memory", name=side, account_id=US.id or "", status="ok", credentials="{}"
        )
        install(system.pk, self.trackers[side])
        models.Endpoint.objects.create(
            connection=self.connection, side=side, system=system, scope=self.trackers[side].scope
        )
        return system

    def link_all(self) -> None:
        """Create and link all items, without latency."""
        for number in range(ITEMS):
            self.trackers["a"].add({"title": f"Defect {number}", "description": "It breaks."})
        self.hint_all()
        self.drain()

    def hint_all(self) -> None:
        """Say that every item of side a has changed."""
        endpoint = models.Endpoint.objects.get(side="a")
        for item_id in self.trackers["a"].records:
            store.hint(endpoint=endpoint, item_id=item_id, why="save")

    def drain(self) -> None:
        """Be a worker."""
        services.drain(system_id=store.working_system(self.connection.pk).pk, seconds=300)

    def share_of_the_ideal(self) -> float:
        """Change all items and let eight workers bring the changes over."""
        for number, item_id in enumerate(self.trackers["a"].records):
            self.trackers["a"].edit(item_id, {"title": f"Defect {number} on rc3"}, rev="")
        self.hint_all()
        connections.close_all()
        SlowConnector.latency, _calls.value = LATENCY, 0
        workers = [_FORK.Process(target=self.drain) for _ in range(WORKERS)]
        started, before = time.monotonic(), _spent_by_children()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        spent = (_spent_by_children() - before) / ITEMS * 1000
        rate = ITEMS / (time.monotonic() - started)
        SlowConnector.latency = 0.0
        calls = _calls.value / ITEMS
        ideal = WORKERS / (calls * LATENCY)
        print(f"{connection.vendor}, {WORKERS} workers, {calls:.2f} calls an item of 50 ms each")
        print(f"a changed item       {spent:8.2f} ms of CPU in the workers")
        print(f"throughput           {rate:8.1f} items/s  ideal {ideal:.1f} items/s")
        return float(rate / ideal)

    def idle_cost(self) -> float:
        """Return the seconds of this process for a no-op that reads both ends, tables included."""
        self.hint_all()
        models.SyncTask.objects.update(side="")
        started = time.process_time()
        self.drain()
        return (time.process_time() - started) / ITEMS


def _spent_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _sizes() -> Mapping[str, int]:
    """Return the bytes of each table of the sync, indexes included."""
    if connection.vendor == "postgresql":
        statement = (
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relname LIKE 'integrations_%'"
        )
    else:
        statement = (
            "SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name"
            " WHERE m.tbl_name LIKE 'integrations_%' GROUP BY m.tbl_name"
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL" if connection.vendor == "postgresql" else "VACUUM")
        cursor.execute(statement)
        return dict(cursor.fetchall())


def main() -> int:
    """Measure and print."""
    bench = Bench()
    empty = _sizes()
    bench.link_all()
    full = _sizes()
    grown = {name: (full[name] - empty.get(name, 0)) / ITEMS for name in full}
    log = grown["integrations_synclog"]
    share = bench.share_of_the_ideal()
    print(f"share of the ideal   {share:8.2f}  (at least {TARGET})")
    print(f"no-op, this database {bench.idle_cost() * 1000:8.2f} ms of CPU")
    print(f"rows of a link       {sum(grown.values()) - log:8.0f} bytes, and {log:.0f} of log")
    linked = models.Link.objects.filter(state="active").count()
    return 0 if linked == ITEMS else 1


if __name__ == "__main__":
    try:
        code = main()
    finally:
        connections.close_all()
        if _admin is not None:
            _admin.execute(f'DROP DATABASE "{_NAME}" WITH (FORCE)'.encode())
    sys.exit(code)
