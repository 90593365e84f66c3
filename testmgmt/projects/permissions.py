"""Who may do what in a project: the one function that pages, API, search and exports ask."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from testmgmt.accounts.models import User
from testmgmt.core.errors import ForbiddenError, NotFoundError
from testmgmt.core.permissions import ACTIONS, Action, Role
from testmgmt.projects.models import Membership, Project

Asker = User | AnonymousUser


def visible_projects(user: Asker) -> QuerySet[Project]:
    """Return the projects that this person may see at all."""
    if not user.is_authenticated:
        return Project.objects.none()
    projects = Project.objects.all()
    if user.only_project_id is not None:
        projects = projects.filter(pk=user.only_project_id)
    return projects if user.is_superuser else projects.filter(memberships__user=user)


def role_of(user: Asker, project_id: int) -> Role | None:
    """Return somebody's role in a project, None where there is none."""
    if not user.is_authenticated or user.only_project_id not in {None, project_id}:
        return None
    if user.is_superuser:
        return Role.ADMIN
    role = Membership.objects.filter(user=user, project_id=project_id).values_list(
        "role", flat=True
    )
    found = role.first()
    return Role(found) if found else None


def actions_of(user: Asker, project_id: int) -> frozenset[Action]:
    """Return all that somebody may do in a project."""
    role = role_of(user, project_id)
    return ACTIONS[role] if role else frozenset()


def may_create_projects(user: Asker) -> bool:
    """Return whether somebody administers the installation; a token of one project never does."""
    return (
        user.is_authenticated
        and (user.is_staff or user.is_superuser)
        and user.only_project_id is None
    )


def require(user: Asker, action: Action, project_id: int) -> None:
    """Refuse what somebody may not do; a stranger learns nothing, not even that it exists."""
    allowed = actions_of(user, project_id)
    if not allowed:
        raise NotFoundError("There is no such project.", field="project")
    if action not in allowed:
        needed = next(role for role in Role if action in ACTIONS[role])
        raise ForbiddenError(
            f"This needs the role {needed.value} in the project; ask one of its administrators."
        )
