"""Webhooks: a signed call becomes hints, and nothing of it is kept.

The polling is the truth, so a call may be lost, late, doubled or dropped by the limit without harm.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from integrations import store
from integrations.base.errors import AuthFailedError, ConnectorError
from integrations.base.items import Hint
from integrations.models import Connection, Endpoint, LinkEnd, SyncTask, System
from integrations.queries.systems import usable_system
from integrations.services.engines import connector_of
from testmgmt.accounts.models import User
from testmgmt.core import audit
from testmgmt.core.errors import DomainError, NotFoundError

MAX_BODY = 1024 * 1024
"""Bytes of a call; more is not read."""

HINTS_A_MINUTE = 600
"""Of one system; what comes beyond is left to the next poll."""

QUIET = timedelta(seconds=10)
"""An item that was just looked at rests so long before calls have it looked at again."""

POLL_WITHIN = timedelta(seconds=15)
_LISTENING = (Connection.Status.ACTIVE, Connection.Status.PAUSED)


class UnsignedCallError(DomainError):
    """The call does not prove that it comes from the tracker."""

    code = "bad_signature"
    status = 401


class CallTooLargeError(DomainError):
    """The call's body is larger than any that a tracker sends."""

    code = "too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Call:
    """A tracker's call; `token` is what stood in the address, where the tracker cannot sign."""

    headers: Mapping[str, str]
    body: bytes
    token: str = ""


def receive_call(*, system_id: UUID, call: Call) -> int:
    """Check a tracker's call and mark the items that it names; return how many it names."""
    system = System.objects.filter(pk=system_id).exclude(kind="platform").first()
    if system is None:
        raise NotFoundError("There is no such system.")
    if not system.hook_secret:
        raise UnsignedCallError("This system has no webhook secret yet.")
    secret = system.hook_secret.encode()
    if call.token:
        if not compare_digest(call.token.encode(), secret):
            raise UnsignedCallError("The token of the address is wrong.")
        secret = b""  # proven: the connector has nothing to check
    try:
        hints = connector_of(system).parse_hook(call.headers, call.body, secret)
    except AuthFailedError as error:
        raise UnsignedCallError(str(error)) from error
    except ConnectorError as error:
        raise DomainError(str(error), code="not_understood") from error
    _take(system, hints)
    return len(hints)


@transaction.atomic
def renew_hook_secret(*, user: User, system_id: UUID) -> str:
    """Give a system a new webhook secret and return it; it is never shown again."""
    system = usable_system(user, system_id)
    secret = secrets.token_urlsafe(32)
    System.objects.filter(pk=system.pk).update(hook_secret=secret)
    audit.record(user_id=user.pk, project_id=None, action="renewed hook secret", target=system)
    return secret


@transaction.atomic
def _take(system: System, hints: Sequence[Hint]) -> None:
    endpoints = Endpoint.objects.filter(system=system)
    is_new = Q(hook_seen_at=None) | Q(hook_seen_at__lt=Now() - timedelta(seconds=1))
    endpoints.filter(is_new).update(hook_seen_at=Now())
    endpoints.filter(next_poll_at__gt=Now() + POLL_WITHIN).update(next_poll_at=Now() + POLL_WITHIN)
    listening = list(endpoints.filter(connection__status__in=_LISTENING).order_by("pk"))
    for hint in hints:
        linked = set(
            LinkEnd.objects.filter(system=system, item_id=hint.item_id).values_list(
                "endpoint_id", flat=True
            )
        )
        for endpoint in listening:
            if endpoint.pk in linked or hint.scope in {"", endpoint.scope}:
                _mark(endpoint, hint.item_id)


def _mark(endpoint: Endpoint, item_id: str) -> None:
    """Mark an item once: what waits already is left alone, what is just looked at is put off."""
    ends = LinkEnd.objects.filter(endpoint=endpoint, item_id=item_id)
    tasks = SyncTask.objects.filter(
        Q(link__in=ends.values("link_id")) | Q(endpoint=endpoint, item_id=item_id)
    )
    waiting = tasks.filter(
        state=SyncTask.State.READY, generation__gt=F("done"), due_at__lte=Now() + QUIET
    )
    if waiting.filter(Q(lease_until=None) | Q(due_at__gt=Now())).exists():
        return
    is_recent = tasks.filter(Q(lease_until__gt=Now()) | Q(due_at__gt=Now() - QUIET)).exists()
    if not _is_within_limit(endpoint.system_id):
        return
    key = store.hint(endpoint=endpoint, item_id=item_id, why="hook")
    if is_recent:
        SyncTask.objects.filter(key=key).update(due_at=Now() + QUIET)


def _is_within_limit(system_id: UUID) -> bool:
    key = f"hooks:{system_id}"
    if cache.add(key, 1, timeout=60):
        return True
    try:
        return cache.incr(key) <= HINTS_A_MINUTE
    except ValueError:  # its minute ended between the two calls
        return True
