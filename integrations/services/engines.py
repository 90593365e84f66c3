"""The engine of a connection, put together from its rows."""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from integrations.base.config import SystemConfig
from integrations.base.connector import Connector
from integrations.engine.canonical import connection_key
from integrations.engine.ports import Engine, Place
from integrations.engine.rules import RulesError, parse
from integrations.models import Connection, ConnectionVersion, Endpoint, SyncTask, System
from integrations.registry import connector_class
from integrations.store import PERSON, LinkMemory, connection_endpoints

KEEP_SECONDS = 300.0


class _Kept(threading.local):
    """A thread's own connectors: what one learnt of its tracker saves the next task the calls."""

    def __init__(self) -> None:
        self.connectors: dict[UUID, tuple[tuple[object, ...], float, Connector]] = {}


_kept = _Kept()


def connector_of(system: System) -> Connector:
    """Return the connector of a system; for some minutes it is the one that already knows it."""
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
        return kept[2]
    connector = new_connector(system)
    _kept.connectors[system.pk] = (wanted, now, connector)
    return connector


def new_connector(system: System) -> Connector:
    """Return a connector that knows nothing yet, its secrets in the clear."""
    return connector_class(system.kind)(
        SystemConfig(
            id=system.pk,
            base_url=system.base_url or settings.PUBLIC_URL,
            credentials=json.loads(system.credentials or "{}"),
            account_id=system.account_id,
            is_private_allowed=system.is_private_allowed,
            options=system.options,
        )
    )


def engine_of(task: SyncTask, now: Callable[[], datetime]) -> Engine:
    """Return the engine for one task; RulesError where no valid rules are published."""
    connection = task.connection
    version = published(connection)
    endpoints = connection_endpoints(connection)
    places = {side: _place(endpoint, task) for side, endpoint in endpoints.items()}
    return Engine(
        rules=parse(version.rules),
        places=places,
        key=key_of(connection),
        memory=LinkMemory(task, endpoints, version.number),
        now=now,
        version=version.number,
        is_asked=task.priority == PERSON,
    )


def key_of(connection: Connection) -> bytes:
    """Return the key of a connection's fingerprints and markers."""
    return connection_key(settings.SYNC_KEY.encode(), connection.salt.encode())


def published(connection: Connection) -> ConnectionVersion:
    """Return the published rules of a connection."""
    version = connection.versions.filter(state=ConnectionVersion.State.PUBLISHED).first()
    if version is None:
        raise RulesError("", "This connection has no published rules.")
    return version


def _place(endpoint: Endpoint, task: SyncTask) -> Place:
    is_asked = endpoint.send == Endpoint.Send.MANUAL and task.priority == PERSON
    return Place(
        connector=connector_of(endpoint.system),
        scope=endpoint.scope,
        sends=is_asked or endpoint.send == Endpoint.Send.AUTO,
    )
