"""Connections of a project as its settings show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from integrations.base.config import ConfigField
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

PLATFORM = "platform"
HIDDEN = frozenset({"platform", "memory"})  # ourselves, and what tests talk to
LOG_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Tracker:
    """A kind of tracker as pages speak of it; its class is a callable, which a template calls."""

    kind: str
    label: str
    config_fields: Sequence[ConfigField]


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """A connection with all that its page shows."""

    connection: Connection
    project: Project
    far: Endpoint
    tracker: Tracker
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

    @property
    def is_unreachable(self) -> bool:
        """Whether the tracker refused us or is down."""
        return self.far.system.status in {System.Status.AUTH, System.Status.DOWN}


def kinds() -> list[Tracker]:
    """Return the trackers that a project can be connected to."""
    return [tracker_of(kind) for kind in CONNECTORS if kind not in HIDDEN]


def kind_named(slug: str) -> Tracker:
    """Return one of the trackers that a project can be connected to."""
    for tracker in kinds():
        if tracker.kind == slug:
            return tracker
    raise NotFoundError("There is no such tracker.")


def tracker_of(kind: str) -> Tracker:
    """Return a kind of tracker."""
    connector = connector_class(kind)
    return Tracker(kind, connector.label, connector.config_fields)


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
        .exclude(system__kind=PLATFORM)
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
        tracker=tracker_of(far.system.kind),
        version=connection.versions.filter(state=ConnectionVersion.State.PUBLISHED).first(),
        links=connection.links.filter(state=Link.State.ACTIVE).count(),
        waiting=tasks.filter(generation__gt=F("done")).exclude(state=SyncTask.State.DEAD).count(),
        dead=list(tasks.filter(state=SyncTask.State.DEAD).order_by("-due_at")[:LOG_LENGTH]),
        held=connection.links.filter(conflicts__resolved_at=None, conflicts__isnull=False)
        .distinct()
        .count(),
        log=list(connection.log.select_related("user").order_by("-at", "-id")[:LOG_LENGTH]),
    )
