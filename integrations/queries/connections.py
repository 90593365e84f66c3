"""Connections of a project as its settings show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery

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
from testmgmt.accounts.models import User
from testmgmt.core.errors import NotFoundError
from testmgmt.core.permissions import ACTIONS, Action
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker, may_create_projects, visible_projects

PLATFORM = "platform"
HIDDEN = frozenset({"platform", "memory", "peer"})  # ourselves, what tests talk to, the paired
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


def visible_connections(user: Asker) -> QuerySet[Connection]:
    """Return the connections of somebody's projects; to staff also those between two trackers."""
    mine = Q(project__in=visible_projects(user))
    if may_create_projects(user):
        mine |= Q(project=None)
    return Connection.objects.filter(mine)


def syncable_connections(user: User) -> QuerySet[Connection]:
    """Return the connections on which somebody may sync."""
    seen = visible_connections(user)
    if user.is_superuser:
        return seen
    roles = [role for role, actions in ACTIONS.items() if Action.SYNC in actions]
    mine = Q(project__memberships__user=user, project__memberships__role__in=roles)
    return seen.filter(mine | Q(project=None))


def connections_for(user: Asker, condition: Q, order: Sequence[str]) -> QuerySet[Connection]:
    """Return the connections that somebody may see and that meet a condition, with both ends."""
    ends = Prefetch("endpoints", Endpoint.objects.select_related("system").order_by("side"))
    published = ConnectionVersion.objects.filter(
        connection=OuterRef("pk"), state=ConnectionVersion.State.PUBLISHED
    )
    return (
        visible_connections(user)
        .filter(condition)
        .select_related("project")
        .prefetch_related(ends)
        .annotate(version=Subquery(published.values("number")[:1]))
        .order_by(*order)
    )


def connection_of(user: Asker, connection_id: UUID) -> Connection:
    """Return one connection that somebody may see, with both ends."""
    connection = connections_for(user, Q(pk=connection_id), ["pk"]).first()
    if connection is None:
        raise NotFoundError("There is no such connection.")
    return connection


def versions_of(connection: Connection) -> QuerySet[ConnectionVersion]:
    """Return the published rules of a connection and those before them, the newest first."""
    versions = connection.versions.exclude(state=ConnectionVersion.State.DRAFT)
    return versions.select_related("created_by").order_by("-number")


def version_of(connection: Connection, number: int) -> ConnectionVersion:
    """Return one version of a connection's rules."""
    version = versions_of(connection).filter(number=number).first()
    if version is None:
        raise NotFoundError("There is no such version.")
    return version


def current_rules(
    connection: Connection,
) -> tuple[ConnectionVersion | None, ConnectionVersion | None]:
    """Return the published rules and the draft, None where there is none."""
    rows = connection.versions.exclude(state=ConnectionVersion.State.ARCHIVED)
    by_state = {row.state: row for row in rows.select_related("created_by")}
    state = ConnectionVersion.State
    return by_state.get(state.PUBLISHED), by_state.get(state.DRAFT)


def draft_of(user: Asker, connection_id: UUID) -> ConnectionVersion:
    """Return the draft of a connection's rules."""
    _published, draft = current_rules(connection_of(user, connection_id))
    if draft is None:
        raise NotFoundError("There is no draft.")
    return draft


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
