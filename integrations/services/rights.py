"""Who may do what with systems and connections; rights follow the project."""

from uuid import UUID

from integrations.models import Connection, System
from integrations.queries.systems import usable_systems
from testmgmt.accounts.models import User
from testmgmt.core.errors import NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require


def connection_for(user: User, connection_id: UUID, action: Action) -> Connection:
    """Return a connection on which somebody may act; a stranger learns nothing."""
    connection = Connection.objects.filter(pk=connection_id).first()
    if connection is None or connection.project_id is None:
        raise NotFoundError("There is no such connection.")
    require(user, action, connection.project_id)
    return connection


def system_for(user: User, system_id: UUID) -> System:
    """Return a system that somebody may use: it holds an account of the tracker."""
    system = usable_systems(user).filter(pk=system_id).first()
    if system is None:
        raise NotFoundError("There is no such system.")
    return system
