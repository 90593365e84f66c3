"""How a tracker does: its breaker, its webhook, its budgets, its queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet

from integrations.models import Endpoint, SyncLog, SyncTask, System
from integrations.queries.systems import usable_system
from testmgmt.accounts.models import User

WINDOW = timedelta(days=1)
SILENT_AFTER = 5
"""Changes that the poll found first, since the last call, after which a webhook counts as dead."""


@dataclass(frozen=True, slots=True)
class HookHealth:
    """What came of a webhook within a day."""

    state: str
    url: str
    last_seen_at: datetime | None
    found_by_hook: int
    found_by_poll: int

    @property
    def words(self) -> str:
        """Say what that means and what to do."""
        return {
            "not set up": "There is no webhook; changes arrive with the next poll.",
            "not heard yet": "A secret is set, and no call has come yet; add it in the tracker.",
            "working": "Calls arrive.",
            "silent": "The poll finds changes that no call told of: look at the webhook there.",
        }[self.state]


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What one bucket of a tracker's rate limit holds at this moment."""

    bucket: str
    capacity: float
    left: float
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How much waits, how much was given up, and since when the oldest waits, in seconds."""

    waiting: int
    dead: int
    oldest_seconds: int


@dataclass(frozen=True, slots=True)
class Health:
    """All that one wants to know of a tracker that does not do what it should."""

    system: System
    is_resting: bool
    hook: HookHealth
    budgets: Sequence[BudgetLeft]
    queue: QueueDepth

    @property
    def words(self) -> str:
        """Say how it stands in one sentence."""
        if self.system.status_message and (self.is_resting or self.system.status != "ok"):
            return self.system.status_message
        return str(self.system.get_status_display())


def hook_url(system_id: UUID) -> str:
    """Return where a tracker calls us."""
    return f"{settings.PUBLIC_URL}/api/hooks/in/{system_id}"


def health_of(user: User, system_id: UUID, now: datetime) -> Health:
    """Return how a tracker does that somebody may use; five statements."""
    system = usable_system(user, system_id)
    return Health(
        system=system,
        is_resting=system.breaker_until is not None and system.breaker_until > now,
        hook=hook_health(system, now),
        budgets=budgets_left(system, now),
        queue=queue_depth(SyncTask.objects.filter(system=system), now),
    )


def budgets_left(system: System, now: datetime) -> list[BudgetLeft]:
    """Return what a tracker's rate limits hold now, refilled since they were last drawn from."""
    return [
        BudgetLeft(
            row.bucket,
            row.capacity,
            min(row.capacity, row.tokens + row.refill_per_second * _seconds(row.filled_at, now)),
            row.blocked_until,
        )
        for row in sorted(system.budgets.all(), key=lambda row: row.bucket)
    ]


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())


def queue_depth(tasks: QuerySet[SyncTask], now: datetime) -> QueueDepth:
    """Return how deep a part of the queue is; one statement."""
    dead = Q(state=SyncTask.State.DEAD)
    waiting = Q(generation__gt=F("done")) & ~dead
    found = tasks.aggregate(
        waiting=Count("pk", filter=waiting),
        dead=Count("pk", filter=dead),
        oldest=Min("due_at", filter=waiting),
    )
    oldest = (now - found["oldest"]).total_seconds() if found["oldest"] else 0
    return QueueDepth(found["waiting"], found["dead"], max(0, int(oldest)))


def hook_health(system: System, now: datetime) -> HookHealth:
    """Return what came of a tracker's webhook within a day; two statements."""
    seen = Endpoint.objects.filter(system=system).aggregate(last=Max("hook_seen_at"))["last"]
    by_poll = Q(why="poll")
    found = SyncLog.objects.filter(
        connection__endpoints__system=system, at__gte=now - WINDOW, outcome=SyncLog.Outcome.DONE
    ).aggregate(
        by_hook=Count("pk", filter=Q(why="hook")),
        by_poll=Count("pk", filter=by_poll),
        unheard=Count("pk", filter=by_poll & Q(at__gt=seen or now)),
    )
    return HookHealth(
        _hook_state(system, seen, found["unheard"]),
        hook_url(system.pk),
        seen,
        found["by_hook"],
        found["by_poll"],
    )


def _hook_state(system: System, seen: datetime | None, unheard: int) -> str:
    if not system.hook_secret:
        return "not set up"
    if seen is None:
        return "not heard yet"
    return "silent" if unheard >= SILENT_AFTER else "working"
