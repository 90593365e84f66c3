"""What people do with sections."""

from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.cases.domain import NewSection, SectionChange, given
from testmgmt.cases.domain.sections import below, check_parent
from testmgmt.cases.models import Case, Section
from testmgmt.cases.queries.sections import section_rows
from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import require, visible_projects

MAX_NAME = 255


def reach_section(user: User, action: Action, section_id: int) -> Section:
    """Return a section in which somebody may act; a stranger's does not exist."""
    own = Section.objects.filter(pk=section_id, project__in=visible_projects(user))
    section = own.first()
    if section is None:
        raise NotFoundError("There is no such section.")
    require(user, action, section.project_id)
    return section


def checked_name(name: str) -> str:
    """Return a name as it is kept, or refuse it."""
    kept = " ".join(name.split())
    if not kept or "\0" in kept:
        raise DomainError("A section needs a name.", field="name", code="required")
    if len(kept) > MAX_NAME:
        raise DomainError(f"A name has at most {MAX_NAME} characters.", field="name")
    return kept


def _check_parent_of_project(project_id: int, parent_id: int | None) -> None:
    if (
        parent_id is not None
        and not Section.objects.filter(pk=parent_id, project_id=project_id).exists()
    ):
        raise DomainError("There is no such section in this project.", field="parent")


def _last(project_id: int, parent_id: int | None) -> int:
    siblings = Section.objects.filter(project_id=project_id, parent_id=parent_id)
    last: int | None = siblings.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _record(action: str, section: Section, user: User, changes: dict[str, Any]) -> None:
    audit.record(
        user_id=user.pk,
        project_id=section.project_id,
        action=action,
        target=section,
        changes=changes,
    )
    events.publish(events.Event("section.changed", section.pk, section.project_id, user.pk))


@transaction.atomic
def create_section(*, user: User, project_id: int, section: NewSection) -> Section:
    """Make a section, last among its siblings unless a position is named."""
    require(user, Action.EDIT_CASES, project_id)
    _check_parent_of_project(project_id, section.parent_id)
    position = section.position
    made = Section.objects.create(
        project_id=project_id,
        parent_id=section.parent_id,
        name=checked_name(section.name),
        description=section.description,
        position=_last(project_id, section.parent_id) if position is None else position,
    )
    _record("create", made, user, {})
    return made


def _lock_tree(project_id: int) -> None:
    """Let one person at a time reshape a tree: two moves together could close a circle."""
    list(Project.objects.select_for_update().filter(pk=project_id).values_list("pk"))


@transaction.atomic
def update_section(*, user: User, section_id: int, change: SectionChange) -> Section:
    """Rename, describe or move a section; never below itself."""
    section = reach_section(user, Action.EDIT_CASES, section_id)
    wanted = given(change)
    if "name" in wanted:
        wanted["name"] = checked_name(wanted["name"])
    if "parent_id" in wanted:
        _lock_tree(section.project_id)
        _check_parent_of_project(section.project_id, wanted["parent_id"])
        check_parent(section_rows(section.project_id), section_id, wanted["parent_id"])
        if wanted["parent_id"] != section.parent_id and "position" not in wanted:
            wanted["position"] = _last(section.project_id, wanted["parent_id"])
    changes = audit.changes_of({name: getattr(section, name) for name in wanted}, wanted)
    for name in changes:
        setattr(section, name, wanted[name])
    if changes:
        section.save(update_fields=[*changes, "updated_at"])
        _record("update", section, user, changes)
    return section


def _remove(section: Section, user: User, cases: int) -> None:
    _record("delete", section, user, {"cases": [cases, 0]})
    section.delete()


def _cases_below(section: Section) -> QuerySet[Case]:
    inside = below(section_rows(section.project_id), section.pk)
    return Case.objects.filter(section_id__in=inside, deleted_at=None)


@transaction.atomic
def delete_section(*, user: User, section_id: int) -> int:
    """Delete a section and what lies below it; its cases go to the trash. Return how many."""
    section = reach_section(user, Action.DELETE, section_id)
    cases = _cases_below(section)
    ids = list(cases.values_list("pk", flat=True))
    now = timezone.now()
    cases.update(deleted_at=now, updated_at=now, revision=F("revision") + 1)
    for case_id in ids:
        events.publish(events.Event("case.deleted", case_id, section.project_id, user.pk))
    _remove(section, user, len(ids))
    return len(ids)


@transaction.atomic
def dissolve_section(*, user: User, section_id: int) -> int:
    """Delete a section and the sections below it, but keep their cases, unsorted."""
    section = reach_section(user, Action.DELETE, section_id)
    kept = _cases_below(section).update(
        section=None, updated_at=timezone.now(), revision=F("revision") + 1
    )
    _remove(section, user, kept)
    return kept


@transaction.atomic
def move_section(
    *, user: User, section_id: int, parent_id: int | None, before_id: int | None = None
) -> Section:
    """Hang a section elsewhere: last among its new siblings, or in front of one of them."""
    change = SectionChange(parent_id=parent_id)
    section = update_section(user=user, section_id=section_id, change=change)
    siblings = Section.objects.filter(project_id=section.project_id, parent_id=parent_id)
    order = list(siblings.exclude(pk=section_id))
    places = [index for index, sibling in enumerate(order) if sibling.pk == before_id]
    order.insert(places[0] if places else len(order), section)
    for position, sibling in enumerate(order):
        sibling.position = position
    Section.objects.bulk_update(order, ["position"])
    return section
