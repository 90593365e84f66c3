"""The rate budgets of a system: token buckets in rows, so that all workers draw from the same.

A worker takes some tokens at once and spends them by itself, so most calls cost no statement.
"""

import threading
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models.functions import Now

from integrations.base.errors import RateLimitedError
from integrations.base.meter import Budget
from integrations.models import SystemBudget
from integrations.store.clock import database_now

HANDFUL = 10
PATIENCE = 2.0
"""Seconds that a worker waits for a token; what takes longer is put back into the queue."""
KEPT_SECONDS = 5.0

Purse = tuple[UUID, str]


class _Purses(threading.local):
    """The tokens that a thread has taken and not spent: how many, and until when they hold."""

    def __init__(self) -> None:
        self.tokens: dict[Purse, tuple[int, float]] = {}


_purses = _Purses()


def spend(system_id: UUID, bucket: str, budget: Budget) -> None:
    """Spend a token; waits up to two seconds for one, else raises RateLimitedError."""
    purse = (system_id, bucket)
    left, until = _purses.tokens.get(purse, (0, 0.0))
    if not left or time.monotonic() > until:
        left, until = _taken(system_id, bucket, budget), time.monotonic() + KEPT_SECONDS
    _purses.tokens[purse] = (left - 1, until)


def block(system_id: UUID, bucket: str, seconds: float) -> None:
    """Let nobody draw from a bucket for a while: the tracker said so."""
    _purses.tokens.pop((system_id, bucket), None)
    until = Now() + timedelta(seconds=seconds)
    if SystemBudget.objects.filter(system_id=system_id, bucket=bucket).update(blocked_until=until):
        return
    row = _opened(system_id, bucket, Budget(1.0, 1.0))
    SystemBudget.objects.filter(pk=row.pk).update(blocked_until=until)


def blocked_until(system_id: UUID, bucket: str) -> datetime | None:
    """Return until when a bucket is blocked, None where it is not."""
    blocked = SystemBudget.objects.filter(
        system_id=system_id, bucket=bucket, blocked_until__gt=Now()
    )
    return blocked.values_list("blocked_until", flat=True).first()


def _taken(system_id: UUID, bucket: str, budget: Budget) -> int:
    """Take a handful of tokens, at least one; waits as long as patience lasts."""
    patient_until = time.monotonic() + PATIENCE
    while True:
        wait = _take(system_id, bucket, budget)
        if wait <= 0:
            return int(-wait)
        if time.monotonic() + wait > patient_until:
            raise RateLimitedError(
                "We have made as many calls as this tracker allows for now.",
                bucket=bucket,
                retry_after=wait,
            )
        time.sleep(wait)


def _take(system_id: UUID, bucket: str, budget: Budget) -> float:
    """Return the number of tokens taken as a negative number, or the seconds to wait for one."""
    rows = SystemBudget.objects.filter(system_id=system_id, bucket=bucket)
    row = rows.first() or _opened(system_id, bucket, budget)
    now = database_now()
    if row.blocked_until is not None and row.blocked_until > now:
        return (row.blocked_until - now).total_seconds()
    passed = max(0.0, (now - row.filled_at).total_seconds())
    tokens = min(budget.capacity, row.tokens + passed * budget.per_second)
    if tokens < 1:
        return (1 - tokens) / budget.per_second
    taken = min(HANDFUL, int(tokens))
    is_mine = rows.filter(filled_at=row.filled_at, tokens=row.tokens).update(
        tokens=tokens - taken,
        filled_at=now,
        capacity=budget.capacity,
        refill_per_second=budget.per_second,
    )
    return -float(taken) if is_mine else 0.001


def _opened(system_id: UUID, bucket: str, budget: Budget) -> SystemBudget:
    rows = SystemBudget.objects.filter(system_id=system_id, bucket=bucket)
    try:
        return SystemBudget.objects.create(
            system_id=system_id,
            bucket=bucket,
            capacity=budget.capacity,
            refill_per_second=budget.per_second,
            tokens=budget.capacity,
            filled_at=database_now(),
        )
    except IntegrityError:
        return rows.get()
