"""Who may do what with systems and connections; rights follow the project."""

from uuid import UUID

from integrations.models import Connection, System
from testmgmt.accounts.models import User
from testmgmt.core.errors import NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import actions_of, require


def connection_for(user: User, connection_id: UUID, action: Action) -> Connection:
    """Return a connection on which somebody may act; a stranger learns nothing."""
    connection = Connection.objects.filter(pk=connection_id).first()
    if connection is None or connection.project_id is None:
        raise NotFoundError("There is no such connection.")
    require(user, action, connection.project_id)
    return connection


def system_for(user: User, system_id: UUID) -> System:
    """Return a system that somebody may use: it holds an account of the tracker."""
    system = System.objects.filter(pk=system_id).exclude(kind="platform").first()
    if system is None or not _may_use(user, system):
        raise NotFoundError("There is no such system.")
    return system


def _may_use(user: User, system: System) -> bool:
    if user.is_superuser or user.is_staff or system.created_by_id == user.pk:
        return True
    connections = Connection.objects.filter(endpoints__system=system, project__isnull=False)
    return any(
        connection.project_id and Action.CONFIGURE in actions_of(user, connection.project_id)
        for connection in connections.only("project_id")
    )
