"""Reads of the tree of sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from testmgmt.cases.domain.sections import Branch, SectionRow, Tally, below, tree_of
from testmgmt.cases.models import Case, Section
from testmgmt.core.errors import NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.domain import Outcome
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker, require, visible_projects

SECTION_COLUMNS = (
    *("id", "project__key", "parent_id", "name", "description", "position"),
    *("created_at", "updated_at"),
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A project's sections with their counts, and what lies in none of them."""

    branches: list[Branch]
    total: int
    unsorted: int
    trash: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What deleting a section would take along."""

    section: Section
    sections: int
    cases: int


def section_rows(project_id: int) -> list[SectionRow]:
    """Return a project's sections by position, in one statement."""
    rows = Section.objects.filter(project_id=project_id).order_by("position", "id")
    return [SectionRow(*row) for row in rows.values_list("pk", "parent_id", "name")]


def tree(project: Project) -> Tree:
    """Return the tree of a project that somebody may see, in two statements."""
    failing = Q(last_status__category=Outcome.FAILED)
    counted = (
        Case.objects.filter(project=project)
        .order_by()
        .annotate(is_alive=ExpressionWrapper(Q(deleted_at=None), BooleanField()))
        .values_list("section_id", "is_alive")
        .annotate(cases=Count("pk"), failed=Count("pk", filter=failing))
    )
    tallies: dict[int | None, Tally] = {}
    trash = 0
    for section_id, is_alive, cases, failed in counted:
        if is_alive:
            tallies[section_id] = Tally(cases, failed)
        else:
            trash += cases
    unsorted = tallies.pop(None, Tally()).cases
    sections = {pk: tally for pk, tally in tallies.items() if pk is not None}
    total = unsorted + sum(tally.cases for tally in sections.values())
    return Tree(tree_of(section_rows(project.pk), sections), total, unsorted, trash)


def sections_of(
    user: Asker, project: Project | None, condition: Q, ordering: Sequence[str]
) -> QuerySet[Section, Any]:
    """Return the sections that fit, of one project or of all that somebody may see."""
    where = Q(project__in=visible_projects(user)) if project is None else Q(project=project)
    fitting = Section.objects.filter(where, condition).order_by(*ordering)
    rows: QuerySet[Section, Any] = fitting.values(*SECTION_COLUMNS)
    return rows


def section_document_of(user: Asker, section_id: int) -> dict[str, Any]:
    """Return one section that somebody may see."""
    row: dict[str, Any] | None = sections_of(user, None, Q(pk=section_id), ["id"]).first()
    if row is None:
        raise NotFoundError("There is no such section.")
    return row


def section_of(user: Asker, section_id: int) -> Section:
    """Return a section that somebody may see."""
    visible = Section.objects.filter(project__in=visible_projects(user)).select_related("project")
    section = visible.filter(pk=section_id).first()
    if section is None:
        raise NotFoundError("There is no such section.")
    return section


def project_of_section(section_id: int) -> int | None:
    """Return which project a section is in, for the files that hang on it."""
    return Section.objects.filter(pk=section_id).values_list("project_id", flat=True).first()


def removal_of(user: Asker, section_id: int) -> Removal:
    """Return what deleting a section would take along, for those who may."""
    section = section_of(user, section_id)
    require(user, Action.DELETE, section.project_id)
    inside = below(section_rows(section.project_id), section_id)
    cases = Case.objects.filter(section_id__in=inside, deleted_at=None)
    return Removal(section, len(inside), cases.count())


def living_ids(project_id: int, case_ids: list[int]) -> set[int]:
    """Return those of these cases that are there still, for importers."""
    own = Case.objects.filter(project_id=project_id, pk__in=case_ids, deleted_at=None)
    return set(own.values_list("pk", flat=True))


def living_section_ids(project_id: int, section_ids: list[int]) -> set[int]:
    """Return those of these sections that are there still, for importers."""
    own = Section.objects.filter(project_id=project_id, pk__in=section_ids)
    return set(own.values_list("pk", flat=True))
