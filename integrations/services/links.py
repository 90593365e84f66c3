"""What people do with single items and links: sync now, choose a side, unlink, replay."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from integrations import store
from integrations.models import (
    Conflict,
    Connection,
    Endpoint,
    Link,
    SyncTask,
)
from integrations.queries.connections import syncable_connections
from integrations.services.rights import connection_for, require_on
from integrations.store.rows import RELEASE
from testmgmt.accounts.models import User
from testmgmt.core import audit, events
from testmgmt.core.errors import ConflictError, DomainError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require


@transaction.atomic
def request_sync(*, user: User, project_id: int, item_ids: Collection[str]) -> list[str]:
    """Mark items of a project to be synced because somebody asks; return the tasks' keys."""
    require(user, Action.SYNC, project_id)
    endpoints = Endpoint.objects.filter(
        system__kind="platform",
        scope=str(project_id),
        connection__status=Connection.Status.ACTIVE,
    )
    if not endpoints:
        raise ConflictError(
            "No connection of this project is switched on. Switch one on under Settings,"
            " Integrations.",
            code="not_connected",
        )
    return [
        store.hint(
            endpoint=endpoint,
            item_id=item_id,
            why="button",
            priority=store.PERSON,
            user_id=user.pk,
        )
        for endpoint in endpoints
        for item_id in item_ids
    ]


@transaction.atomic
def resolve_conflict(*, user: User, conflict_id: UUID, choice: str) -> Conflict:
    """Choose the side whose value wins, or let a field go on that its fuse stopped."""
    conflict = (
        Conflict.objects.filter(pk=conflict_id, resolved_at=None)
        .select_related("link__connection")
        .first()
    )
    if conflict is None:
        raise NotFoundError("There is no such conflict.")
    require_on(user, Action.SYNC, conflict.link.connection)
    allowed = {RELEASE} if conflict.kind == Conflict.Kind.FUSE else {"a", "b"}
    if choice not in allowed:
        raise DomainError(f"Choose one of {', '.join(sorted(allowed))}.", field="choice")
    Conflict.objects.filter(pk=conflict.pk).update(resolution=choice, resolved_by=user)
    _hint_link(conflict.link, user, "choice")
    return conflict


@transaction.atomic
def unlink(*, user: User, link_id: UUID) -> None:
    """Stop keeping two items in step; both stay as they are."""
    link = _link_for(user, link_id, Action.SYNC)
    Link.objects.filter(pk=link.pk).update(
        state=Link.State.UNLINKED, reason=f"Unlinked by {user}.", updated_at=Now()
    )
    SyncTask.objects.filter(link=link).delete()
    audit.record(
        user_id=user.pk, project_id=link.connection.project_id, action="unlinked", target=link
    )


@transaction.atomic
def start_over(*, user: User, link_id: UUID) -> None:
    """Forget a link whose other item was deleted, and have ours synced as if for the first time."""
    link = _link_for(user, link_id, Action.SYNC)
    if link.state != Link.State.GONE:
        raise ConflictError("Both items are still there.", code="not_gone")
    end = link.ends.filter(endpoint__system__kind="platform", gone_since=None).first()
    if end is None:
        raise ConflictError("It is ours that was deleted.", code="gone_here")
    project_id, item_id = int(end.endpoint.scope), end.item_id
    audit.record(user_id=user.pk, project_id=project_id, action="unlinked", target=link)
    link.delete()
    request_sync(user=user, project_id=project_id, item_ids=[item_id])


@transaction.atomic
def replay(*, user: User, task_id: UUID) -> SyncTask:
    """Try once more what was given up."""
    task = SyncTask.objects.filter(pk=task_id).select_related("connection").first()
    if task is None:
        raise NotFoundError("There is no such task.")
    require_on(user, Action.SYNC, task.connection)
    store.revive(task.pk, user.pk)
    events.publish(events.Event(store.DUE, str(task.system_id), user_id=user.pk))
    return task


@transaction.atomic
def replay_all(*, user: User, connection_id: UUID | None = None) -> int:
    """Try once more all that was given up where somebody may sync; return how many that is."""
    if connection_id is not None:
        connection_for(user, connection_id, Action.SYNC)
    dead = SyncTask.objects.filter(
        connection__in=syncable_connections(user), state=SyncTask.State.DEAD
    )
    if connection_id is not None:
        dead = dead.filter(connection=connection_id)
    tasks = list(dead.order_by("due_at", "id"))
    for task in tasks:
        store.revive(task.pk, user.pk)
    for system_id in {task.system_id for task in tasks}:
        events.publish(events.Event(store.DUE, str(system_id), user_id=user.pk))
    return len(tasks)


def _link_for(user: User, link_id: UUID, action: Action) -> Link:
    link = Link.objects.filter(pk=link_id).select_related("connection").first()
    if link is None:
        raise NotFoundError("There is no such link.")
    require_on(user, action, link.connection)
    return link


def _hint_link(link: Link, user: User, why: str) -> None:
    end = link.ends.select_related("endpoint").first()
    if end is not None:
        store.hint_link(
            link_id=link.pk,
            endpoint=end.endpoint,
            why=why,
            priority=store.PERSON,
            user_id=user.pk,
        )
