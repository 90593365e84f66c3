"""Connecting a project: rules made by themselves, switched on and off."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from integrations.base.errors import ConnectorError
from integrations.base.items import Schema
from integrations.engine.rules import default_document, parse
from integrations.engine.state import SIDES
from integrations.models import Connection, ConnectionVersion, Endpoint, System
from integrations.queries.systems import usable_system
from integrations.services.engines import connector_of, published
from integrations.services.rights import connection_for, require_configurer
from integrations.services.rules import valid_rules
from integrations.services.systems import platform_system
from integrations.store import DUE, connection_endpoints, working_system
from testmgmt.accounts.models import User
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core import audit, events
from testmgmt.core.errors import ConflictError, DomainError
from testmgmt.core.permissions import Action, Role
from testmgmt.projects.permissions import require, role_of
from testmgmt.projects.services import set_member

COPIED = (
    "This database looks like a copy of another installation: both would write to the same"
    " tracker. Disconnect and connect anew."
)
FIRST_CENSUS = timedelta(days=1)
PROJECT_CREATES = {"a": "asked", "b": "off"}
"""A defect becomes an issue when somebody presses Sync; an issue never becomes a defect unasked."""


@dataclass(frozen=True, slots=True)
class Target:
    """The other end of a project's connection: a system and a scope in it."""

    system_id: UUID
    scope: str
    scope_name: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """A side of a connection to be made."""

    system: System
    scope: str
    scope_name: str = ""


def connect_project(
    *, user: User, project_id: int, target: Target, name: str = "", description: str = ""
) -> Connection:
    """Join a project to a tracker's project, with rules that work at once; still switched off."""
    require(user, Action.CONFIGURE, project_id)
    system = usable_system(user, target.system_id)
    admit_sync(user, project_id)
    taken = Endpoint.objects.filter(
        system=system, scope=target.scope, connection__project_id=project_id
    )
    if taken.exists():
        raise ConflictError("This project is connected to it already.", code="connected_already")
    ends = (End(platform_system(), str(project_id)), End(system, target.scope, target.scope_name))
    document = {**_default_rules(ends), "create": PROJECT_CREATES}
    name = name or free_name(project_id, system.name)
    made = create_connection(user, project_id, name, document, ends)
    return describe(user=user, connection_id=made.pk, description=description)


def connect_trackers(
    *, user: User, a: Target, b: Target, name: str = "", description: str = ""
) -> Connection:
    """Join two trackers' projects to each other; still switched off."""
    require_configurer(user, None)
    targets = (a, b)
    systems = [usable_system(user, target.system_id) for target in targets]
    if (a.system_id, a.scope) == (b.system_id, b.scope):
        raise DomainError("A project cannot be connected to itself.", field="b")
    between = Connection.objects.filter(project=None)
    for target in targets:
        between = between.filter(
            endpoints__system_id=target.system_id, endpoints__scope=target.scope
        )
    if between.exists():
        raise ConflictError("These two are connected already.", code="connected_already")
    ends = tuple(
        End(system, target.scope, target.scope_name)
        for system, target in zip(systems, targets, strict=True)
    )
    names = " and ".join(system.name for system in systems)
    document = _default_rules(ends)
    made = create_connection(user, None, name or free_name(None, names[:80]), document, ends)
    return describe(user=user, connection_id=made.pk, description=description)


@transaction.atomic
def describe(
    *, user: User, connection_id: UUID, name: str | None = None, description: str | None = None
) -> Connection:
    """Call a connection otherwise, or say what it is for; what is None stays."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    if name is not None and name != connection.name:
        _require_free_name(connection.project_id, name)
        connection.name = name
    if description is not None:
        connection.description = description
    connection.save(update_fields=["name", "description", "updated_at"])
    return connection


def schemas_of(*, user: User, connection_id: UUID) -> tuple[Schema, Schema]:
    """Return what both ends of a connection can hold, asked of them now."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    ends = connection_endpoints(connection)
    try:
        here, there = (connector_of(ends[side].system).schema(ends[side].scope) for side in SIDES)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    return here, there


def admit_sync(user: User, project_id: int) -> None:
    """Let the sync account work in a project, with the rights of a tester."""
    account = sync_account()
    if role_of(account, project_id) is None:
        set_member(user=user, project_id=project_id, username=account.username, role=Role.TESTER)


def _default_rules(ends: Sequence[End]) -> dict[str, Any]:
    """Return rules made of what both ends can hold, asked of them now."""
    try:
        here, there = (connector_of(end.system).schema(end.scope) for end in ends)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    return default_document(here, there)


@transaction.atomic
def create_connection(
    user: User,
    project_id: int | None,
    name: str,
    document: dict[str, Any],
    ends: Sequence[End],
    *,
    pk: UUID | None = None,
) -> Connection:
    """Make a connection with its first rules, still switched off."""
    _require_free_name(project_id, name)
    connection = Connection.objects.create(
        pk=pk or uuid4(),
        project_id=project_id,
        name=name,
        salt=secrets.token_urlsafe(32),
        installation_id=settings.SYNC_INSTALLATION_ID,
        created_by=user,
    )
    Endpoint.objects.bulk_create(
        Endpoint(
            connection=connection,
            side=side,
            system=end.system,
            scope=end.scope,
            scope_name=end.scope_name,
        )
        for side, end in zip(SIDES, ends, strict=True)
    )
    ConnectionVersion.objects.create(
        connection=connection,
        number=1,
        rules=valid_rules(document),
        state=ConnectionVersion.State.PUBLISHED,
        created_by=user,
    )
    audit.record(user_id=user.pk, project_id=project_id, action="created", target=connection)
    return connection


@transaction.atomic
def enable(*, user: User, connection_id: UUID) -> Connection:
    """Switch a connection on; it reads changes from now."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    if connection.installation_id != settings.SYNC_INSTALLATION_ID:
        raise ConflictError(COPIED, code="copied_database")
    _require_paired(connection)
    parse(published(connection).rules)
    _switch(connection, Connection.Status.ACTIVE, user)
    Connection.objects.filter(pk=connection.pk).update(switched_on_at=Now())
    connection.endpoints.update(next_poll_at=Now(), next_census_at=Now() + FIRST_CENSUS)
    system = working_system(connection.pk)
    events.publish(events.Event(DUE, str(system.pk), connection.project_id, user.pk))
    return connection


def _require_paired(connection: Connection) -> None:
    """Refuse to switch on what another installation was invited to and did not accept yet."""
    if connection.endpoints.filter(system__kind="peer", system__credentials="").exists():
        raise ConflictError("Nobody accepted the invitation yet.", code="not_accepted")


@transaction.atomic
def pause(*, user: User, connection_id: UUID) -> Connection:
    """Switch a connection off; changes are still noted and follow once it is on again."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    _switch(connection, Connection.Status.PAUSED, user)
    return connection


@transaction.atomic
def disconnect(*, user: User, connection_id: UUID) -> None:
    """Forget a connection and its links; the items on both sides stay as they are."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    audit.record(
        user_id=user.pk, project_id=connection.project_id, action="deleted", target=connection
    )
    connection.delete()


def suspend(connection: Connection, reason: str) -> None:
    """Stop a connection until a person acts."""
    Connection.objects.filter(pk=connection.pk).update(
        status=Connection.Status.SUSPENDED, reason=reason[:500]
    )


def _switch(connection: Connection, status: Connection.Status, user: User) -> None:
    connection.status, connection.reason = status, ""
    connection.save(update_fields=["status", "reason", "updated_at"])
    audit.record(
        user_id=user.pk,
        project_id=connection.project_id,
        action=f"switched {status.label.lower()}",
        target=connection,
    )


def _siblings(project_id: int | None) -> QuerySet[Connection]:
    return Connection.objects.filter(
        Q(project=None) if project_id is None else Q(project=project_id)
    )


def _require_free_name(project_id: int | None, name: str) -> None:
    if _siblings(project_id).filter(name=name).exists():
        raise DomainError("Another connection has this name.", field="name")


def free_name(project_id: int | None, wanted: str) -> str:
    """Return a name that no connection of the project has yet."""
    names = set(_siblings(project_id).values_list("name", flat=True))
    candidates = [wanted, *(f"{wanted} {number}" for number in range(2, len(names) + 3))]
    return next(name for name in candidates if name not in names)
