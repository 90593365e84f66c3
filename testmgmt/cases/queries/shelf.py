"""Rows of cases by the page: section by section as the tree has them, or in another order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case as Switch
from django.db.models import Count, IntegerField, Q, QuerySet, Value, When

from testmgmt.cases.domain.sections import Branch
from testmgmt.cases.models import Case


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
    """The sections that a page touches, and how many rows of the first stand before it."""

    section_ids: list[int | None]
    skipped: int


def window(order: Sequence[int | None], counts: Mapping[int | None, int], asked: slice) -> Window:
    """Return where a page lies when the rows of each section follow one another."""
    touched: list[tuple[int | None, int]] = []
    end = 0
    for section_id in order:
        start, end = end, end + counts.get(section_id, 0)
        if start < end and end > asked.start and start < asked.stop:
            touched.append((section_id, start))
    skipped = asked.start - touched[0][1] if touched else 0
    return Window([section_id for section_id, _ in touched], max(0, skipped))


def reading_order(branches: Sequence[Branch]) -> list[int | None]:
    """Return sections as a reader meets them; cases without a section come last."""
    return [*(branch.id for branch in branches), None]


def _in(section_id: int | None) -> Q:
    return Q(section=None) if section_id is None else Q(section=section_id)


class Shelf:
    """The cases that fit: counted by section once, and read by the page.

    Only the sections that a page touches are ranked: sorting a whole project by its tree would
    compare each row with each section.
    """

    def __init__(
        self, cases: QuerySet[Case], order: Sequence[int | None], ordering: Sequence[str]
    ) -> None:
        self._cases = cases
        self._order = order
        self._ordering = ordering
        counted = cases.order_by().values_list("section_id").annotate(number=Count("pk"))
        self._counts: dict[int | None, int] = dict(counted)

    def count_in(self, section_id: int | None) -> int:
        """Return how many cases fit in one section."""
        return self._counts.get(section_id, 0)

    def count(self) -> int:
        """Return how many cases fit."""
        return sum(self._counts.values())

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, asked: slice) -> list[ShelfRow]:
        """Return a page of rows."""
        rows = (
            self._cases.order_by(*self._ordering)[asked] if self._ordering else self._by_tree(asked)
        )
        return [ShelfRow(*row) for row in rows.values_list(*_COLUMNS)]

    def _by_tree(self, asked: slice) -> QuerySet[Case]:
        there = window(self._order, self._counts, asked)
        if not there.section_ids:
            return self._cases.none()
        chosen = Q(section__in=[pk for pk in there.section_ids if pk is not None])
        if None in there.section_ids:
            chosen |= Q(section=None)
        ranks = [When(_in(pk), then=Value(rank)) for rank, pk in enumerate(there.section_ids)]
        ranked = self._cases.filter(chosen).order_by(
            Switch(*ranks, output_field=IntegerField()), "position", "id"
        )
        return ranked[there.skipped : there.skipped + asked.stop - asked.start]
