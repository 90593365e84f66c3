"""Connections of a project as its settings show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from integrations.base.connector import Connector
from integrations.models import (
    Connection,
    ConnectionVersion,
    Endpoint,
    Link,
    SyncLog,
    SyncTask,
    System,
)
from integrations.queries.lanes import far_endpoints
from integrations.registry import CONNECTORS, connector_class
from testmgmt.core.errors import NotFoundError
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker, visible_projects

HIDDEN = frozenset({"platform", "memory"})  # ourselves, and what tests talk to
LOG_LENGTH = 20


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """A connection with all that its page shows."""

    connection: Connection
    project: Project
    far: Endpoint
    tracker: type[Connector]
    version: ConnectionVersion | None
    links: int
    waiting: int
    dead: Sequence[SyncTask]
    held: int
    log: Sequence[SyncLog]

    @property
    def is_on(self) -> bool:
        """Whether it syncs."""
        return self.connection.status == Connection.Status.ACTIVE


def kinds() -> list[type[Connector]]:
    """Return the trackers that a project can be connected to."""
    return [connector_class(kind) for kind in CONNECTORS if kind not in HIDDEN]


def connections_of(project: Project) -> list[Endpoint]:
    """Return the tracker's end of each connection of a project, with how many items it links."""
    linked = Count("connection__links", filter=Q(connection__links__state=Link.State.ACTIVE))
    return list(far_endpoints(project.pk).annotate(linked=linked))


def connection_page(user: Asker, connection_id: UUID) -> ConnectionPage:
    """Return a connection of a project that somebody may see."""
    far = (
        Endpoint.objects.filter(
            connection_id=connection_id, connection__project__in=visible_projects(user)
        )
        .exclude(system__kind="platform")
        .select_related("connection__project", "system")
        .first()
    )
    if far is None or far.connection.project is None:
        raise NotFoundError("There is no such connection.")
    connection = far.connection
    tasks = SyncTask.objects.filter(connection=connection)
    return ConnectionPage(
        connection=connection,
        project=far.connection.project,
        far=far,
        tracker=connector_class(far.system.kind),
        version=connection.versions.filter(state=ConnectionVersion.State.PUBLISHED).first(),
        links=connection.links.filter(state=Link.State.ACTIVE).count(),
        waiting=tasks.filter(generation__gt=F("done")).exclude(state=SyncTask.State.DEAD).count(),
        dead=list(tasks.filter(state=SyncTask.State.DEAD).order_by("-due_at")[:LOG_LENGTH]),
        held=connection.links.filter(conflicts__resolved_at=None, conflicts__isnull=False)
        .distinct()
        .count(),
        log=list(connection.log.select_related("user").order_by("-at", "-id")[:LOG_LENGTH]),
    )


def system_page(system_id: UUID) -> tuple[System, type[Connector]]:
    """Return a system and its connector; the services check who may use it."""
    system = System.objects.filter(pk=system_id).exclude(kind="platform").first()
    if system is None:
        raise NotFoundError("There is no such system.")
    return system, connector_class(system.kind)
