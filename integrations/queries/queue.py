"""The queue and the open conflicts of the connections that somebody may see."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from integrations.models import Conflict, LinkEnd, SyncTask
from integrations.queries.connections import visible_connections
from testmgmt.core.errors import NotFoundError
from testmgmt.projects.permissions import Asker

_TO_DO = Q(generation__gt=F("done"))
STATES: Mapping[str, Q] = {
    "ready": _TO_DO & Q(state=SyncTask.State.READY),
    "waiting": _TO_DO & Q(state=SyncTask.State.WAITING),
    "dead": Q(state=SyncTask.State.DEAD),
    "done": Q(generation__lte=F("done")) & ~Q(state=SyncTask.State.DEAD),
}
_ENDS = Prefetch("link__ends", LinkEnd.objects.order_by("side"))


def tasks_of(user: Asker, condition: Q, order: Sequence[str]) -> QuerySet[SyncTask]:
    """Return the rows of the queue that somebody may see, with the items that they concern."""
    rows = SyncTask.objects.filter(connection__in=visible_connections(user)).filter(condition)
    return rows.select_related("connection", "system").prefetch_related(_ENDS).order_by(*order)


def task_of(user: Asker, task_id: UUID) -> SyncTask:
    """Return one row of the queue that somebody may see."""
    task = tasks_of(user, Q(pk=task_id), ["pk"]).first()
    if task is None:
        raise NotFoundError("There is no such task.")
    return task


def conflicts_of(user: Asker, condition: Q, order: Sequence[str]) -> QuerySet[Conflict]:
    """Return the fields that stand still, or stood, on what somebody may see."""
    rows = Conflict.objects.filter(link__connection__in=visible_connections(user))
    ends = Prefetch("link__ends", LinkEnd.objects.order_by("side"))
    return (
        rows.filter(condition)
        .select_related("link__connection__project", "resolved_by")
        .prefetch_related(ends)
        .order_by(*order)
    )


def conflict_of(user: Asker, conflict_id: UUID) -> Conflict:
    """Return one field that stands still, or stood."""
    conflict = conflicts_of(user, Q(pk=conflict_id), ["pk"]).first()
    if conflict is None:
        raise NotFoundError("There is no such conflict.")
    return conflict
