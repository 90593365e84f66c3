"""Connecting a project: rules made by themselves, switched on and off."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from integrations.base.errors import ConnectorError
from integrations.base.items import Schema
from integrations.engine.rules import RulesError, default_document, parse
from integrations.engine.state import SIDES
from integrations.models import Connection, ConnectionVersion, Endpoint, SyncTask, System
from integrations.services.engines import connector_of, published
from integrations.services.rights import connection_for, system_for
from integrations.services.systems import platform_system
from integrations.store import DUE, connection_endpoints, working_system
from testmgmt.accounts.models import User
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core import audit, events
from testmgmt.core.errors import ConflictError, DomainError
from testmgmt.core.permissions import Action, Role
from testmgmt.projects.permissions import require, role_of
from testmgmt.projects.services import set_member

PROJECT_CREATES = {"a": "asked", "b": "off"}
"""A defect becomes an issue when somebody presses Sync; an issue never becomes a defect unasked."""


@dataclass(frozen=True, slots=True)
class Target:
    """The other end of a project's connection: a system and a scope in it."""

    system_id: UUID
    scope: str
    scope_name: str = ""


def connect_project(*, user: User, project_id: int, target: Target, name: str = "") -> Connection:
    """Join a project to a tracker's project, with rules that work at once; still switched off."""
    require(user, Action.CONFIGURE, project_id)
    system = system_for(user, target.system_id)
    platform, scope = platform_system(), str(project_id)
    _admit_sync(user, project_id)
    taken = Endpoint.objects.filter(
        system=system, scope=target.scope, connection__project_id=project_id
    )
    if taken.exists():
        raise ConflictError("This project is connected to it already.", code="connected_already")
    try:
        document = default_document(
            connector_of(platform).schema(scope), connector_of(system).schema(target.scope)
        )
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    document["create"] = PROJECT_CREATES
    return _create(
        user,
        project_id,
        name or _free_name(project_id, system),
        document,
        [
            ("a", platform, scope, ""),
            ("b", system, target.scope, target.scope_name),
        ],
    )


def schemas_of(*, user: User, connection_id: UUID) -> tuple[Schema, Schema]:
    """Return what both ends of a connection can hold, asked of them now."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    ends = connection_endpoints(connection)
    try:
        here, there = (connector_of(ends[side].system).schema(ends[side].scope) for side in SIDES)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    return here, there


def _admit_sync(user: User, project_id: int) -> None:
    """Let the sync account work in a project, with the rights of a tester."""
    account = sync_account()
    if role_of(account, project_id) is None:
        set_member(user=user, project_id=project_id, username=account.username, role=Role.TESTER)


@transaction.atomic
def _create(
    user: User,
    project_id: int,
    name: str,
    document: dict[str, Any],
    ends: list[tuple[str, System, str, str]],
) -> Connection:
    connection = Connection.objects.create(
        project_id=project_id,
        name=name,
        salt=secrets.token_urlsafe(32),
        installation_id=settings.SYNC_INSTALLATION_ID,
        created_by=user,
    )
    Endpoint.objects.bulk_create(
        Endpoint(
            connection=connection, side=side, system=system, scope=scope, scope_name=scope_name
        )
        for side, system, scope, scope_name in ends
    )
    ConnectionVersion.objects.create(
        connection=connection,
        number=1,
        rules=_valid(document),
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
        raise ConflictError(
            "This database looks like a copy of another installation: both would write to the"
            " same tracker. Disconnect and connect anew.",
            code="copied_database",
        )
    parse(published(connection).rules)
    _switch(connection, Connection.Status.ACTIVE, user)
    connection.endpoints.update(next_poll_at=Now())
    system = working_system(connection.pk)
    events.publish(events.Event(DUE, str(system.pk), connection.project_id, user.pk))
    return connection


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


@transaction.atomic
def publish_rules(*, user: User, connection_id: UUID, document: Any) -> ConnectionVersion:
    """Publish new rules as the next version; what the old ones held is tried again."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    rules = _valid(document)
    last = connection.versions.aggregate(last=Max("number"))["last"] or 0
    connection.versions.filter(state=ConnectionVersion.State.PUBLISHED).update(
        state=ConnectionVersion.State.ARCHIVED
    )
    version = ConnectionVersion.objects.create(
        connection=connection,
        number=last + 1,
        rules=rules,
        state=ConnectionVersion.State.PUBLISHED,
        created_by=user,
    )
    held = SyncTask.objects.filter(
        connection=connection, link__conflicts__resolved_at=None, link__conflicts__isnull=False
    )
    SyncTask.objects.filter(pk__in=held.values("pk")).update(
        generation=F("generation") + 1, due_at=Now(), why="rules", state=SyncTask.State.READY
    )
    audit.record(
        user_id=user.pk, project_id=connection.project_id, action="published", target=version
    )
    return version


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


def _valid(document: Any) -> Any:
    try:
        parse(document)
    except RulesError as error:
        raise DomainError(str(error), field=error.path, code="rules_invalid") from error
    return document


def _free_name(project_id: int, system: System) -> str:
    names = set(Connection.objects.filter(project_id=project_id).values_list("name", flat=True))
    candidates = [system.name, *(f"{system.name} {number}" for number in range(2, len(names) + 3))]
    return next(name for name in candidates if name not in names)
