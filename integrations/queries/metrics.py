"""What the sync does in numbers: over the connections that somebody may see, within a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from integrations.models import Conflict, Connection, SyncLog, SyncTask, System
from integrations.queries.connections import visible_connections
from integrations.queries.health import BudgetLeft, QueueDepth, budgets_left, queue_depth
from testmgmt.projects.permissions import Asker

WINDOW = timedelta(hours=1)
DIRECTIONS = ("a_to_b", "b_to_a")


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds from a change to its arrival, over `count` writes; None where there was none."""

    count: int
    p50: int | None
    p95: int | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The numbers of one window; budgets by system and bucket."""

    window_seconds: int
    lag: Mapping[str, Lag]
    queue: QueueDepth
    writes_per_minute: float
    found_by_hook: int
    found_by_poll: int
    holds: int
    budgets: Sequence[tuple[str, BudgetLeft]]


def metrics_of(user: Asker, condition: Q, now: datetime) -> Metrics:
    """Return the numbers; `condition` narrows the connections. Ten statements at most."""
    connections = visible_connections(user).filter(condition)
    log = SyncLog.objects.filter(
        connection__in=connections, at__gte=now - WINDOW, outcome=SyncLog.Outcome.DONE
    )
    found = log.aggregate(
        writes=Count("pk", filter=~Q(direction="")),
        by_hook=Count("pk", filter=Q(why="hook")),
        by_poll=Count("pk", filter=Q(why="poll")),
    )
    holds = Conflict.objects.filter(link__connection__in=connections, resolved_at=None).count()
    return Metrics(
        window_seconds=int(WINDOW.total_seconds()),
        lag={direction: _lag(log.filter(direction=direction)) for direction in DIRECTIONS},
        queue=queue_depth(SyncTask.objects.filter(connection__in=connections), now),
        writes_per_minute=round(found["writes"] / (WINDOW.total_seconds() / 60), 2),
        found_by_hook=found["by_hook"],
        found_by_poll=found["by_poll"],
        holds=holds,
        budgets=_budgets(connections, now),
    )


def _lag(log: QuerySet[SyncLog]) -> Lag:
    """Return the percentiles by the nearest rank: any database can tell the n-th row."""
    measured = log.exclude(lag_seconds=None).order_by("lag_seconds")
    count = measured.count()
    if not count:
        return Lag(0, None, None)
    p50, p95 = (
        measured.values_list("lag_seconds", flat=True)[max(0, -(-count * part // 100) - 1)]
        for part in (50, 95)
    )
    return Lag(count, p50, p95)


def _budgets(connections: QuerySet[Connection], now: datetime) -> list[tuple[str, BudgetLeft]]:
    systems = System.objects.filter(endpoints__connection__in=connections).distinct()
    return [
        (system.name, left)
        for system in systems.prefetch_related("budgets").order_by("name")
        for left in budgets_left(system, now)
    ]
