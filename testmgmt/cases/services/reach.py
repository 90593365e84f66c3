"""Which cases somebody may act on, and how the house hears of it."""

from collections.abc import Collection

from testmgmt.accounts.models import User
from testmgmt.cases.models import Case
from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require, visible_projects


def reach(user: User, action: Action, case_id: int) -> Case:
    """Return a case on which somebody may act; a stranger's does not exist."""
    visible = Case.objects.filter(project__in=visible_projects(user), deleted_at=None)
    case = visible.filter(pk=case_id).first()
    if case is None:
        raise NotFoundError("There is no such case.")
    require(user, action, case.project_id)
    return case


def reach_all(
    user: User, action: Action, case_ids: Collection[int], *, is_deleted: bool = False
) -> int:
    """Return the one project in which all of these cases lie, for those who may act there."""
    visible = Case.objects.filter(
        project__in=visible_projects(user), pk__in=case_ids, deleted_at__isnull=not is_deleted
    )
    found = dict(visible.values_list("pk", "project_id"))
    if not found or len(found) < len(set(case_ids)):
        raise NotFoundError("There is no such case.")
    if len(set(found.values())) > 1:
        raise DomainError("These cases belong to several projects.", field="case")
    project_id = next(iter(found.values()))
    require(user, action, project_id)
    return project_id


def record(action: str, case: Case, user: User, changes: dict[str, list[object]]) -> None:
    """Write down who did what to a case."""
    audit.record(
        user_id=user.pk, project_id=case.project_id, action=action, target=case, changes=changes
    )


def tell(
    name: str, case: Case, user: User, *, source: str = "", fields: Collection[str] = ()
) -> None:
    """Publish what happened to a case, and to which of its fields."""
    data = {"fields": sorted(fields)}
    events.publish(events.Event(name, case.pk, case.project_id, user.pk, source, data))
