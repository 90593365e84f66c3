"""Rows of the repository: grouped as the tree has them, or flat in an order of one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case as Switch
from django.db.models import Count, IntegerField, Q, QuerySet, Value, When

from testmgmt.cases.domain.sections import Branch
from testmgmt.cases.models import Case
from testmgmt.projects.models import Project

PAGE_SIZE = 100


class ShelfRow(NamedTuple):
    """What the table shows of a case."""

    id: int
    section_id: int | None
    title: str
    state: str
    state_name: str
    priority: str
    priority_name: str
    type_name: str
    outcome: str | None
    outcome_name: str | None
    updated_at: datetime

    @property
    def key(self) -> str:
        """What people call it."""
        return f"C-{self.id}"


_COLUMNS = (
    *("id", "section_id", "title", "state__slug", "state__name"),
    *("priority__slug", "priority__name", "type__name"),
    *("last_status__category", "last_status__name", "updated_at"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """The sections that a page of rows touches, and how many rows of the first come before it."""

    section_ids: list[int | None]
    skipped: int


def window(order: Sequence[int | None], counts: Mapping[int | None, int], asked: slice) -> Window:
    """Return where a page lies when the rows of each section follow one another."""
    ids: list[int | None] = []
    skipped = start = 0
    for section_id in order:
        end = start + counts.get(section_id, 0)
        if end > asked.start and start < asked.stop and end > start:
            skipped = skipped if ids else asked.start - start
            ids.append(section_id)
        start = end
    return Window(ids, max(0, skipped))


class Shelf:
    """The cases that fit, in pages: it counts once and reads only the page that is asked for.

    Without an ordering, rows come section by section as the tree has them; sorting a whole
    project by its tree in SQL would compare each row with each section.
    """

    def __init__(
        self, cases: QuerySet[Case], order: Sequence[int | None], ordering: Sequence[str]
    ) -> None:
        self._cases = cases
        self._order = order
        self._ordering = ordering
        counted = cases.order_by().values_list("section_id").annotate(Count("pk"))
        self._counts = dict(counted)

    def count(self) -> int:
        """Return how many cases fit."""
        return sum(self._counts.values())

    def __getitem__(self, asked: slice) -> list[ShelfRow]:
        """Return a page of rows."""
        rows = self._flat(asked) if self._ordering else self._grouped(asked)
        return [ShelfRow(*row) for row in rows.values_list(*_COLUMNS)]

    def _flat(self, asked: slice) -> QuerySet[Case]:
        return self._cases.order_by(*self._ordering)[asked]

    def _grouped(self, asked: slice) -> QuerySet[Case]:
        there = window(self._order, self._counts, asked)
        places = [
            When(_in(section_id), then=Value(index))
            for index, section_id in enumerate(there.section_ids)
        ]
        if not places:
            return self._cases.none()
        chosen = Q(section__in=[pk for pk in there.section_ids if pk is not None])
        if None in there.section_ids:
            chosen |= Q(section=None)
        ranked = self._cases.filter(chosen).order_by(
            Switch(*places, output_field=IntegerField()), "position", "id"
        )
        return ranked[there.skipped : there.skipped + asked.stop - asked.start]


def _in(section_id: int | None) -> Q:
    return Q(section=None) if section_id is None else Q(section=section_id)


def reading_order(branches: Sequence[Branch]) -> list[int | None]:
    """Return sections as a reader meets them; cases without a section come last."""
    return [*(branch.id for branch in branches), None]


def shelf(
    project: Project, condition: Q, branches: Sequence[Branch], ordering: Sequence[str]
) -> Shelf:
    """Return the cases of a project that fit."""
    cases = Case.objects.filter(condition, project=project)
    return Shelf(cases, reading_order(branches), ordering)
