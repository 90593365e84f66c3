"""Cases and sections by the thousand, for importers: few statements, one event per batch.

A batch is all or nothing. What it says is checked as if a person had typed it, so an importer
translates first; the message of a refusal names the field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from testmgmt.accounts.models import User
from testmgmt.cases.domain import CaseChange, NewCase, NewSection, SectionChange, given
from testmgmt.cases.domain.sections import check_acyclic
from testmgmt.cases.models import Section
from testmgmt.cases.services import writing
from testmgmt.cases.services.sections import checked_name
from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import require


def _tell(user: User, project_id: int, event: str, ids: Sequence[int]) -> None:
    """Say once what a batch did: `cases.created`, `cases.updated` or the same of sections."""
    if not ids:
        return
    audit.record(
        user_id=user.pk,
        project_id=project_id,
        action="import",
        target=Project.objects.get(pk=project_id),
        changes={event: [0, len(ids)]},
    )
    data = {"ids": list(ids)}
    events.publish(events.Event(event, project_id, project_id, user.pk, data=data))


def _with_known_assignees(project_id: int, cases: Sequence[NewCase]) -> list[NewCase]:
    wanted = {case.assignee for case in cases if case.assignee}
    members = User.objects.filter(memberships__project_id=project_id, username__in=wanted)
    known = set(members.values_list("username", flat=True)) if wanted else set()
    return [
        replace(case, assignee="", assignee_name=case.assignee)
        if case.assignee and case.assignee not in known
        else case
        for case in cases
    ]


@transaction.atomic
def import_cases(*, user: User, project_id: int, cases: Sequence[NewCase]) -> list[int]:
    """Make many cases; return their ids in the same order.

    An assignee whom the project does not know by username stays as a name.
    """
    require(user, Action.EDIT_CASES, project_id)
    ready = _with_known_assignees(project_id, cases)
    made = writing.insert(project_id=project_id, author_id=user.pk, cases=ready)
    ids = [case.pk for case in made]
    _tell(user, project_id, "cases.created", ids)
    return ids


@transaction.atomic
def import_case_changes(
    *, user: User, project_id: int, changes: Mapping[int, CaseChange]
) -> list[int]:
    """Change many cases, by id; return the ids of those in which anything differed."""
    require(user, Action.EDIT_CASES, project_id)
    cases = writing.locked(project_id, changes.keys())
    if missing := changes.keys() - cases.keys():
        raise NotFoundError(f"There is no case {min(missing)} in this project.")
    different = writing.change(
        project_id=project_id,
        author_id=user.pk,
        changes=[(cases[case_id], wanted) for case_id, wanted in changes.items()],
    )
    changed = [entry.case.pk for entry in different]
    _tell(user, project_id, "cases.updated", changed)
    return changed


def _check_parents(project_id: int, sections: Sequence[NewSection]) -> None:
    wanted = {new.parent_id for new in sections if new.parent_id is not None}
    own = Section.objects.filter(project_id=project_id, pk__in=wanted)
    if wanted and own.count() < len(wanted):
        raise DomainError("There is no such section in this project.", field="parent")


def _levels(sections: Sequence[NewSection]) -> list[int]:
    """Return how deep each section lies within its batch."""
    levels: list[int] = []
    for new in sections:
        if new.parent_index is not None and not 0 <= new.parent_index < len(levels):
            raise DomainError("A section stands before its parent.", field="parent")
        levels.append(0 if new.parent_index is None else levels[new.parent_index] + 1)
    return levels


@transaction.atomic
def import_sections(*, user: User, project_id: int, sections: Sequence[NewSection]) -> list[int]:
    """Make many sections, parents first; return their ids in the same order.

    `parent_index` names a parent in the batch itself. One statement per level of nesting.
    """
    require(user, Action.EDIT_CASES, project_id)
    _check_parents(project_id, sections)
    levels = _levels(sections)
    rows = [
        Section(
            project_id=project_id,
            parent_id=new.parent_id,
            name=checked_name(new.name),
            description=new.description,
            position=index if new.position is None else new.position,
        )
        for index, new in enumerate(sections)
    ]
    for level in range(max(levels, default=-1) + 1):
        here = [index for index, depth in enumerate(levels) if depth == level]
        for index in here:
            parent_index = sections[index].parent_index
            if parent_index is not None:
                rows[index].parent = rows[parent_index]
        Section.objects.bulk_create([rows[index] for index in here])
    ids = [row.pk for row in rows]
    _tell(user, project_id, "sections.created", ids)
    return ids


@transaction.atomic
def import_section_changes(
    *, user: User, project_id: int, changes: Mapping[int, SectionChange]
) -> list[int]:
    """Change many sections, by id; return the ids of those in which anything differed."""
    require(user, Action.EDIT_CASES, project_id)
    list(Project.objects.select_for_update().filter(pk=project_id).values_list("pk"))
    rows = {row.pk: row for row in Section.objects.filter(project_id=project_id)}
    different: list[Section] = []
    for section_id, change in changes.items():
        wanted = given(change)
        if section_id not in rows or wanted.get("parent_id") not in {None, *rows}:
            raise NotFoundError("There is no such section in this project.", field="section")
        if "name" in wanted:
            wanted["name"] = checked_name(wanted["name"])
        row = rows[section_id]
        if audit.changes_of({name: getattr(row, name) for name in wanted}, wanted):
            different.append(row)
        for name, value in wanted.items():
            setattr(row, name, value)
    check_acyclic({row.pk: row.parent_id for row in rows.values()}, changes)
    Section.objects.bulk_create(
        different,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "description", "parent", "position", "updated_at"],
    )
    ids = [row.pk for row in different]
    _tell(user, project_id, "sections.updated", ids)
    return ids
