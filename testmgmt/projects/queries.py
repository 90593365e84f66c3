"""Reads of projects; all of them stand on `visible_projects`."""

from testmgmt.accounts.models import ApiKey
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker, visible_projects


def project_named(user: Asker, named: str | int) -> Project:
    """Return the visible project of this id or key; a stranger's does not exist."""
    text = str(named)
    same = {"pk": text} if text.isdecimal() else {"key": text.upper()}
    project = visible_projects(user).filter(**same).first()
    if project is None:
        raise NotFoundError(f"There is no project {text}.", field="project")
    return project


def project_for(user: Asker, token: ApiKey | None, named: str | int | None) -> Project:
    """Return the project that a request means: the named one, else the token's own."""
    if named not in {None, ""}:
        return project_named(user, named or 0)
    if token is None or token.project_id is None:
        raise DomainError("Name a project by its id or key.", field="project", code="required")
    return project_named(user, token.project_id)
