"""The engine of a connection, put together from its rows."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from integrations.base.config import SystemConfig
from integrations.base.connector import Connector
from integrations.base.meter import Meter
from integrations.engine.canonical import connection_key
from integrations.engine.ports import Engine, Place, origins_of
from integrations.engine.rules import Rules, RulesError, parse
from integrations.engine.rules.model import PeopleLookup
from integrations.engine.state import Side
from integrations.models import Connection, ConnectionVersion, Endpoint, Link, SyncTask, System
from integrations.registry import connector_class
from integrations.services.agreements import agreement_of
from integrations.services.limits import ConnectionLimits
from integrations.services.meters import SharedMeter, Spent, meter_of
from integrations.services.people import directory
from integrations.store import PERSON, LinkMemory, connection_endpoints
from integrations.store.rows import as_side

KEEP_SECONDS = 300.0
CLOCK_OFFSET = "clock_offset_seconds"
"""The option of a system that says how far its clock is ahead of ours."""
BATCH = 100
SINGLY = 10
"""Items that are worked on side by side where the tracker gives one at a time."""


class _Kept(threading.local):
    """A thread's own connectors: what one learnt of its tracker saves the next task the calls."""

    def __init__(self) -> None:
        self.connectors: dict[UUID, tuple[tuple[object, ...], float, Connector, SharedMeter]] = {}
        self.origins: dict[tuple[bytes, Side], tuple[float, Mapping[UUID, str]]] = {}


_kept = _Kept()


def connector_of(system: System) -> Connector:
    """Return the connector of a system; for some minutes it is the one that already knows it."""
    return _kept_of(system)[0]


def _kept_of(system: System) -> tuple[Connector, SharedMeter]:
    now = time.monotonic()
    kind = connector_class(system.kind)
    wanted = (
        kind,
        system.base_url,
        system.credentials,
        system.account_id,
        system.is_private_allowed,
    )
    kept = _kept.connectors.get(system.pk)
    if kept is not None and kept[0] == wanted and now - kept[1] < KEEP_SECONDS:
        return kept[2], kept[3]
    meter = meter_of(system)
    connector = new_connector(system, meter)
    _kept.connectors[system.pk] = (wanted, now, connector, meter)
    return connector, meter


def new_connector(system: System, meter: Meter | None = None) -> Connector:
    """Return a connector that knows nothing yet, its secrets in the clear."""
    return connector_class(system.kind)(
        SystemConfig(
            id=system.pk,
            base_url=system.base_url or settings.PUBLIC_URL,
            credentials=json.loads(system.credentials or "{}"),
            account_id=system.account_id,
            is_private_allowed=system.is_private_allowed,
            options=system.options,
            meter=meter or meter_of(system),
        )
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """What all tasks of one connection share for a while."""

    connection: Connection
    endpoints: Mapping[Side, Endpoint]
    rules: Rules
    version: int
    people: PeopleLookup
    now: Callable[[], datetime]
    spent: Spent
    limits: ConnectionLimits

    def engine(self, task: SyncTask, loaded: dict[UUID, Link] | None = None) -> Engine:
        """Return the engine for one task; `loaded` holds links that were read for its batch."""
        places = self.places(is_asked=task.priority == PERSON)
        agreement = agreement_of(self.endpoints["b"].system)
        terms = agreement.terms if agreement else None
        return Engine(
            rules=terms.applied(self.rules) if terms else self.rules,
            places=places,
            key=agreement.own_key if agreement else key_of(self.connection),
            memory=LinkMemory(
                task,
                self.endpoints,
                self.version,
                now=self.now,
                spent=self.spent,
                loaded=loaded,
            ),
            now=self.now,
            people=self.people,
            version=self.version,
            is_asked=task.priority == PERSON,
            hinted=as_side(task.side) if task.side else None,
            doubt_since=self._doubt_since(),
            limits=self.limits,
            origins=_kept_origins,
            terms=terms,
        )

    def places(self, *, is_asked: bool) -> Mapping[Side, Place]:
        """Return both ends; one that sends only when asked does so if somebody asks."""
        return {
            side: Place(
                connector=connector_of(endpoint.system),
                scope=endpoint.scope,
                sends=endpoint.send == Endpoint.Send.AUTO
                or (is_asked and endpoint.send == Endpoint.Send.MANUAL),
                clock_offset=timedelta(seconds=endpoint.system.options.get(CLOCK_OFFSET, 0)),
            )
            for side, endpoint in self.endpoints.items()
        }

    def _doubt_since(self) -> datetime | None:
        until = self.connection.doubt_until
        return self.connection.doubt_since if until is not None and until > self.now() else None


def frame_of(connection: Connection, now: Callable[[], datetime]) -> Frame:
    """Return what the tasks of a connection share; RulesError where no valid rules are there."""
    version = published(connection)
    rules = _parsed(version.pk)
    endpoints = connection_endpoints(connection)
    systems = {side: endpoint.system for side, endpoint in endpoints.items()}
    meters = [_kept_of(system)[1] for system in systems.values()]
    places = {
        side: Place(connector_of(system), endpoints[side].scope) for side, system in systems.items()
    }
    return Frame(
        connection=connection,
        endpoints=endpoints,
        rules=rules,
        version=version.number,
        people=directory(systems, places),
        now=now,
        spent=Spent(meters),
        limits=ConnectionLimits(connection, rules.max_creates_per_hour),
    )


def engine_of(task: SyncTask, now: Callable[[], datetime]) -> Engine:
    """Return the engine for one task; RulesError where no valid rules are published."""
    return frame_of(task.connection, now).engine(task)


def batch_of(connection_id: UUID) -> int:
    """Return how many items of a connection share their calls."""
    ends = Endpoint.objects.filter(connection_id=connection_id).select_related("system")
    batches = [connector_class(end.system.kind).caps.batch_fetch for end in ends]
    return BATCH if min(batches, default=1) > SINGLY else SINGLY


@lru_cache(maxsize=256)
def _parsed(version_id: UUID) -> Rules:
    """Read the rules of a version; versions never change."""
    return parse(ConnectionVersion.objects.values_list("rules", flat=True).get(pk=version_id))


def _kept_origins(engine: Engine, side: Side) -> Mapping[UUID, str]:
    """Ask a side for all its items once in five minutes, however many links are lost."""
    now, place = time.monotonic(), (engine.key, side)
    asked_at, found = _kept.origins.get(place, (-KEEP_SECONDS, {}))
    if now - asked_at >= KEEP_SECONDS:
        found = origins_of(engine, side)
        _kept.origins[place] = (now, found)
    return found


def key_of(connection: Connection) -> bytes:
    """Return the key of a connection's fingerprints and markers."""
    return connection_key(settings.SYNC_KEY.encode(), connection.salt.encode())


def published(connection: Connection) -> ConnectionVersion:
    """Return the published rules of a connection."""
    version = connection.versions.filter(state=ConnectionVersion.State.PUBLISHED).first()
    if version is None:
        raise RulesError("", "This connection has no published rules.")
    return version
