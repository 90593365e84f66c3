"""The circuit breaker of a system: a tracker that is down rests, and nothing is lost meanwhile."""

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Now

from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    ConnectorError,
    RateLimitedError,
    ScopeError,
)
from integrations.base.items import Verified
from integrations.engine.access import confirm_access
from integrations.models import System
from integrations.services.engines import connector_of, new_connector

OPENS_AFTER = 5
FIRST_REST = 30.0
LONGEST_REST = 900.0
DEFAULT_PAUSE = 60.0


def may_call(system: System) -> bool:
    """Whether a system may be called now; a closed one is tried once its rest is over."""
    system.refresh_from_db()
    if system.status == System.Status.AUTH:
        return False
    if System.objects.filter(pk=system.pk, breaker_until__gt=Now()).exists():
        return False
    return system.status != System.Status.DOWN or _answers(system)


def succeeded(system: System) -> None:
    """Note that the tracker answered."""
    System.objects.filter(pk=system.pk).update(
        status=System.Status.OK,
        status_message="",
        failures=0,
        breaker_until=None,
        last_ok_at=Now(),
    )


def failed(system: System, error: ConnectorError) -> bool:
    """Note a failure; say whether the tracker may still be called."""
    if isinstance(error, AuthFailedError):
        _set(system, System.Status.AUTH, str(error))
        return False
    if isinstance(error, RateLimitedError):
        return _slowed(system, error)
    System.objects.filter(pk=system.pk).update(failures=F("failures") + 1)
    system.refresh_from_db()
    if system.failures < OPENS_AFTER and not isinstance(error, AddressError):
        return True
    _set(system, System.Status.DOWN, str(error), _rest(system))
    return False


def explained(system: System, error: ConnectorError) -> ConnectorError:
    """Return what is really wrong: to whom is not signed in, some trackers seem empty."""
    if not isinstance(error, ScopeError):
        return error
    try:
        confirm_access(connector_of(system))
    except ConnectorError as reason:
        return reason
    return error


def accept(system: System, verified: Verified) -> None:
    """Note who we are to the tracker; its breaker closes."""
    System.objects.filter(pk=system.pk).update(
        account_id=verified.account_id,
        account_name=verified.account_name,
        options={**system.options, **verified.options, "version": verified.version},
    )
    succeeded(system)
    system.refresh_from_db()


def refuse(system: System, message: str) -> None:
    """Note that a test failed; nobody calls the tracker until a person mends it."""
    _set(system, System.Status.AUTH, message)
    system.refresh_from_db()


def rest(system: System, message: str, seconds: float | None = None) -> None:
    """Note that nothing answers; it is tried again by itself, after as long as it asks for."""
    pause = _rest(system) if seconds is None else timedelta(seconds=seconds)
    _set(system, System.Status.DOWN, message, pause)
    system.refresh_from_db()


def _answers(system: System) -> bool:
    """Try once, as the first call after a rest; of several workers one does."""
    waits = Q(breaker_until=None) | Q(breaker_until__lte=Now())
    mine = System.objects.filter(waits, pk=system.pk, status=System.Status.DOWN).update(
        breaker_until=Now() + _rest(system), failures=F("failures") + 1
    )
    if not mine:
        return False
    try:
        verified = new_connector(system).verify()
    except ConnectorError as error:
        failed(system, error)
        return False
    if verified.is_ok:
        accept(system, verified)
    elif verified.failed is not None and isinstance(verified.failed.error, RateLimitedError):
        _slowed(system, verified.failed.error)
    return verified.is_ok


def _slowed(system: System, error: RateLimitedError) -> bool:
    """Rest as long as the tracker asks; it is not down, so its status stays."""
    if error.bucket.startswith("issue"):
        return True
    pause = timedelta(seconds=error.retry_after or DEFAULT_PAUSE)
    System.objects.filter(pk=system.pk).update(
        breaker_until=Now() + pause, status_message=str(error)[:500]
    )
    return False


def _rest(system: System) -> timedelta:
    extra = max(0, system.failures - OPENS_AFTER)
    return timedelta(seconds=min(FIRST_REST * 2 ** min(extra, 10), LONGEST_REST))


def _set(
    system: System, status: System.Status, message: str, rest: timedelta | None = None
) -> None:
    System.objects.filter(pk=system.pk).update(
        status=status,
        status_message=message[:500],
        breaker_until=None if rest is None else Now() + rest,
    )
