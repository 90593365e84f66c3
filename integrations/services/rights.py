"""Who may do what with systems and connections.

Rights follow the project of a connection. One that joins two trackers has no project: whoever
administers the installation manages it, and to everybody else it does not exist.
"""

from uuid import UUID

from integrations.models import Connection
from testmgmt.accounts.models import User
from testmgmt.core.errors import NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import may_create_projects, require


def connection_for(user: User, connection_id: UUID, action: Action) -> Connection:
    """Return a connection on which somebody may act; a stranger learns nothing."""
    connection = Connection.objects.filter(pk=connection_id).first()
    if connection is None:
        raise NotFoundError("There is no such connection.")
    require_on(user, action, connection)
    return connection


def require_on(user: User, action: Action, connection: Connection) -> None:
    """Refuse what somebody may not do with a connection and all that belongs to it."""
    if connection.project_id is not None:
        require(user, action, connection.project_id)
    elif not may_create_projects(user):
        raise NotFoundError("There is no such connection.")


def require_configurer(user: User, project_id: int | None) -> None:
    """Refuse who may not connect anything: in a project its administrators, else the staff."""
    if project_id is not None:
        require(user, Action.CONFIGURE, project_id)
    elif not may_create_projects(user):
        message = "Name a project that you administer; only staff connect trackers without one."
        raise NotFoundError(message, field="project")
