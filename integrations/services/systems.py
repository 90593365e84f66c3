"""Connecting a tracker: address, credentials, and a test that tells how to mend what fails."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from integrations.base.errors import ConnectorError, RetryableError
from integrations.base.items import Schema, Scope, Verified
from integrations.models import System
from integrations.queries.systems import usable_system
from integrations.registry import CONNECTORS, connector_class
from integrations.services import breaker
from integrations.services.engines import connector_of, new_connector
from integrations.services.rights import require_configurer
from integrations.store import DUE
from testmgmt.accounts.models import User
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core import audit, events
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError

PLATFORM = "platform"
PEER = "peer"


@dataclass(frozen=True, slots=True)
class NewSystem:
    """What a person fills in to connect a tracker; `credentials` by the connector's field names."""

    kind: str
    name: str
    base_url: str
    credentials: Mapping[str, str] = field(repr=False)
    is_private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """Where a tracker is and how we sign in, as a person changes it."""

    base_url: str
    credentials: Mapping[str, str] = field(repr=False)
    is_private_allowed: bool = False


@transaction.atomic
def connect_system(*, user: User, project_id: int | None, system: NewSystem) -> System:
    """Remember a tracker and our account there; `verify_system` tests it."""
    require_configurer(user, project_id)
    if system.kind not in CONNECTORS or system.kind in {PLATFORM, PEER}:
        raise DomainError("There is no such kind of tracker.", field="kind")
    if system.is_private_allowed and not user.is_superuser:
        raise ForbiddenError("Only an administrator of this installation may allow that.")
    _require_free_name(system.name)
    made = System.objects.create(
        kind=system.kind,
        name=system.name,
        base_url=system.base_url.rstrip("/"),
        credentials=_checked(system.kind, system.credentials),
        is_private_allowed=system.is_private_allowed,
        created_by=user,
    )
    audit.record(user_id=user.pk, project_id=project_id, action="created", target=made)
    return made


@transaction.atomic
def update_credentials(*, user: User, system_id: UUID, credentials: Mapping[str, str]) -> System:
    """Replace the credentials; a secret left empty keeps what it had."""
    system = usable_system(user, system_id)
    if system.kind == PEER:
        raise ConflictError("Its key comes from the invitation: pair the two anew to change it.")
    system.credentials = _checked(system.kind, _kept(system, credentials))
    system.status = System.Status.NEW
    system.save(update_fields=["credentials", "status", "updated_at"])
    audit.record(user_id=user.pk, project_id=None, action="changed credentials", target=system)
    return system


@transaction.atomic
def update_system(*, user: User, system_id: UUID, access: Access) -> System:
    """Change where a tracker is and how we sign in; a secret left empty keeps what it had.

    Stored secrets never go to another address: whoever enters one enters them again.
    """
    system = usable_system(user, system_id)
    base_url = access.base_url.rstrip("/")
    if access.is_private_allowed and not user.is_superuser and not system.is_private_allowed:
        raise ForbiddenError("Only an administrator of this installation may allow that.")
    if base_url != system.base_url:
        _require_secrets(system.kind, access.credentials)
        system.options = {}  # they told of another site
    system.base_url = base_url
    if user.is_superuser:
        system.is_private_allowed = access.is_private_allowed
    system.save(update_fields=["base_url", "options", "is_private_allowed", "updated_at"])
    return update_credentials(user=user, system_id=system_id, credentials=access.credentials)


@transaction.atomic
def change_system(*, user: User, system_id: UUID, changes: Mapping[str, Any]) -> System:
    """Change what is named of a tracker: name, base_url, credentials, is_private_allowed."""
    system = usable_system(user, system_id)
    if "name" in changes:
        rename_system(user=user, system_id=system_id, name=changes["name"])
    if not changes.keys() - {"name"}:
        return system
    access = Access(
        base_url=changes.get("base_url", system.base_url),
        credentials=changes.get("credentials", {}),
        is_private_allowed=changes.get("is_private_allowed", system.is_private_allowed),
    )
    return update_system(user=user, system_id=system_id, access=access)


@transaction.atomic
def rename_system(*, user: User, system_id: UUID, name: str) -> System:
    """Call a tracker otherwise."""
    system = usable_system(user, system_id)
    if name != system.name:
        _require_free_name(name)
        system.name = name
        system.save(update_fields=["name", "updated_at"])
    return system


@transaction.atomic
def remove_system(*, user: User, system_id: UUID) -> None:
    """Forget a tracker and our account there, once nothing is connected to it any more."""
    system = usable_system(user, system_id)
    if system.endpoints.exists():
        raise ConflictError("Disconnect what is connected to it first.", code="still_connected")
    audit.record(user_id=user.pk, project_id=None, action="deleted", target=system)
    system.delete()


def verify_system(*, user: User, system_id: UUID, scope: str = "") -> Verified:
    """Test a tracker; where all is well its waiting work goes on by itself."""
    system = usable_system(user, system_id)
    try:
        verified = new_connector(system).verify(scope)
    except ConnectorError as error:
        breaker.refuse(system, str(error))
        raise DomainError(str(error), code="connection_failed") from error
    if verified.account_id:
        breaker.accept(system, verified)
        with transaction.atomic():
            events.publish(events.Event(DUE, str(system.pk), user_id=user.pk))
    elif system.status != System.Status.OK:
        _note_failure(system, verified)
    return verified


def _note_failure(system: System, verified: Verified) -> None:
    """Say what is wrong with a system that did not work before; a working one its worker judges.

    Where nothing answered, its worker tries by itself; where we were refused, a person has to act.
    """
    failed = verified.failed or verified.checks[-1]
    message = f"{failed.message} {failed.fix}".strip()
    if verified.is_refused:
        breaker.refuse(system, message)
        return
    error = failed.error
    breaker.rest(system, message, error.retry_after if isinstance(error, RetryableError) else None)


def scopes_of(*, user: User, system_id: UUID) -> list[Scope]:
    """Return the projects or repositories that our account sees in a tracker."""
    system = usable_system(user, system_id)
    try:
        return list(connector_of(system).scopes())
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error


def schema_of(*, user: User, system_id: UUID, scope: str) -> Schema:
    """Return what a project or repository of a tracker can hold, asked of it now."""
    system = usable_system(user, system_id)
    try:
        return connector_of(system).schema(scope)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error


def platform_system() -> System:
    """Return this product as a system; its address is this installation's own."""
    account = sync_account()
    found, _ = System.objects.get_or_create(
        kind=PLATFORM,
        defaults={
            "name": "This product",
            "status": System.Status.OK,
            "account_id": str(account.pk),
            "account_name": account.name,
        },
    )
    return found


def _require_free_name(name: str) -> None:
    if System.objects.filter(name=name).exists():
        raise DomainError("Another system has this name.", field="name")


def _require_secrets(kind: str, credentials: Mapping[str, str]) -> None:
    for one in connector_class(kind).config_fields:
        if one.is_secret and not credentials.get(one.name):
            message = f"{one.label}: enter it again, because the address changed."
            raise DomainError(message, field=one.name, code="required")


def _kept(system: System, credentials: Mapping[str, str]) -> dict[str, str]:
    """Return what was given, with the stored secret where none was."""
    known: dict[str, str] = json.loads(system.credentials or "{}")
    inputs = connector_class(system.kind).config_fields
    secrets = {one.name for one in inputs if one.is_secret}
    given = {name: value for name, value in credentials.items() if value or name not in secrets}
    return {one.name: known[one.name] for one in inputs if one.name in known} | given


def _checked(kind: str, credentials: Mapping[str, str]) -> str:
    """Return the credentials as they are stored; exactly the connector's inputs are taken."""
    fields = connector_class(kind).config_fields
    if unknown := credentials.keys() - {one.name for one in fields}:
        known = ", ".join(one.name for one in fields)
        message = f"There is no input {min(unknown)}. There are: {known}."
        raise DomainError(message, field="credentials", code="unknown")
    for one in fields:
        if one.is_required and not credentials.get(one.name):
            raise DomainError(f"{one.label} is needed.", field=one.name, code="required")
    return json.dumps({one.name: credentials.get(one.name, "") for one in fields})
