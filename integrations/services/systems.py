"""Connecting a tracker: address, credentials, and a test that tells how to mend what fails."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from integrations.base.errors import ConnectorError
from integrations.base.items import Scope, Verified
from integrations.models import System
from integrations.registry import CONNECTORS, connector_class
from integrations.services import breaker
from integrations.services.engines import connector_of
from integrations.services.rights import system_for
from integrations.store import DUE
from testmgmt.accounts.models import User
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError, ForbiddenError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require

PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class NewSystem:
    """What a person fills in to connect a tracker; `credentials` by the connector's field names."""

    kind: str
    name: str
    base_url: str
    credentials: Mapping[str, str] = field(repr=False)
    is_private_allowed: bool = False


@transaction.atomic
def connect_system(*, user: User, project_id: int, system: NewSystem) -> System:
    """Remember a tracker and our account there; `verify_system` tests it."""
    require(user, Action.CONFIGURE, project_id)
    if system.kind not in CONNECTORS or system.kind == PLATFORM:
        raise DomainError("There is no such kind of tracker.", field="kind")
    if system.is_private_allowed and not user.is_superuser:
        raise ForbiddenError("Only an administrator of this installation may allow that.")
    if System.objects.filter(name=system.name).exists():
        raise DomainError("Another system has this name.", field="name")
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
    """Replace the credentials; an input left empty keeps what it had."""
    system = system_for(user, system_id)
    known: dict[str, str] = json.loads(system.credentials or "{}")
    given = {name: value for name, value in credentials.items() if value}
    system.credentials = _checked(system.kind, {**known, **given})
    system.status = System.Status.NEW
    system.save(update_fields=["credentials", "status", "updated_at"])
    audit.record(user_id=user.pk, project_id=None, action="changed credentials", target=system)
    return system


def verify_system(*, user: User, system_id: UUID, scope: str = "") -> Verified:
    """Test a tracker; where all is well its waiting work goes on by itself."""
    system = system_for(user, system_id)
    try:
        verified = connector_of(system).verify(scope)
    except ConnectorError as error:
        breaker.refuse(system, str(error))
        raise DomainError(str(error), code="connection_failed") from error
    if verified.is_ok:
        breaker.accept(system, verified)
        with transaction.atomic():
            events.publish(events.Event(DUE, str(system.pk), user_id=user.pk))
    elif system.status != System.Status.OK or not scope:
        failed = next(check for check in verified.checks if not check.is_ok)
        breaker.refuse(system, f"{failed.message} {failed.fix}".strip())
    return verified


def scopes_of(*, user: User, system_id: UUID) -> list[Scope]:
    """Return the projects or repositories that our account sees in a tracker."""
    system = system_for(user, system_id)
    try:
        return list(connector_of(system).scopes())
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


def _checked(kind: str, credentials: Mapping[str, str]) -> str:
    """Return the credentials as they are stored; exactly the connector's inputs are taken."""
    fields = connector_class(kind).config_fields
    for one in fields:
        if one.is_required and not credentials.get(one.name):
            raise DomainError(f"{one.label} is needed.", field=one.name, code="required")
    return json.dumps({one.name: credentials.get(one.name, "") for one in fields})
