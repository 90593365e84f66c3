"""The repository: a project's tree, and a page of rows as the URL asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import QueryDict

from testmgmt.cases.domain.sections import Branch, below, path_to
from testmgmt.cases.models import Case
from testmgmt.cases.queries.listing import LISTING, NO_SECTION
from testmgmt.cases.queries.sections import Tree, tree
from testmgmt.cases.queries.shelf import Shelf, ShelfRow, reading_order
from testmgmt.core.ids import read_id
from testmgmt.projects.models import Project
from testmgmt.projects.names import Choices, choices_of

PAGE_SIZE = 100
FEW = 40
TRASH = "trash"
HEADS = (
    ("id", "ID", "shrink hide-s"),
    ("title", "Title", ""),
    ("priority", "Priority", "shrink hide-m"),
    ("type", "Type", "shrink hide-m"),
    ("last_status", "Last result", "shrink"),
    ("updated", "Updated", "shrink hide-m"),
)
SORTS = frozenset(name for name, _, _ in HEADS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the URL asks for; what means nothing is left out, so that old links still open."""

    section: str = ""
    sort: str = ""
    page: str = "1"
    filters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: QueryDict, filters: Mapping[str, str]) -> "Wanted":
        """Read the query; the filters were read by a form."""
        section, sort = query.get("section", ""), query.get("sort", "")
        is_place = section in {NO_SECTION, TRASH} or read_id(section) is not None
        return cls(
            section=section if is_place else "",
            sort=sort if sort.removeprefix("-") in SORTS else "",
            page=query.get("page", "1"),
            filters=filters,
        )

    @property
    def section_id(self) -> int | None:
        """The section that is open, if one is."""
        return read_id(self.section)

    @property
    def ordering(self) -> list[str]:
        """The order asked for; none for that of the tree."""
        if not self.sort:
            return []
        return LISTING.ordering(QueryDict(f"ordering={self.sort}"))

    @property
    def condition(self) -> Q:
        """What the filters ask for."""
        found = Q()
        for name, value in self.filters.items():
            found &= LISTING.filters[name].parse(value)
        return found


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one section, or all rows where they are sorted."""

    section_id: int | None
    name: str
    total: int
    rows: list[ShelfRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: `sort` is what a click asks for, `sorted` how it is sorted now."""

    label: str
    css: str
    sort: str
    sorted: str


def _columns(now: str) -> list[Column]:
    """Return the heads; clicks go from ascending over descending back to the tree."""
    following = {"": "{}", "ascending": "-{}", "descending": ""}
    state = dict.fromkeys(SORTS, "")
    if now:
        state[now.removeprefix("-")] = "descending" if now.startswith("-") else "ascending"
    return [
        Column(label, css, following[state[name]].format(name), state[name])
        for name, label, css in HEADS
    ]


@dataclass(frozen=True, slots=True)
class Repository:
    """The page: the tree, what is open in it, and rows in groups."""

    tree: Tree
    open_ids: frozenset[int]
    section: Branch | None
    title: str
    page: Page[ShelfRow]
    groups: list[Group]
    columns: list[Column]

    @property
    def has_groups(self) -> bool:
        """Whether rows stand under the names of their sections."""
        own = [self.section.id] if self.section else []
        is_by_tree = not any(column.sorted for column in self.columns)
        return is_by_tree and [g.section_id for g in self.groups] != own


def choices_to_filter(project: Project) -> dict[str, Choices]:
    """Return what the filters offer."""
    return choices_of(project.pk, "priority", "case_state", "result_status")


def _place(wanted: Wanted, branches: list[Branch]) -> Q:
    if wanted.section == TRASH:
        return Q(deleted_at__isnull=False)
    if wanted.section == NO_SECTION:
        return Q(deleted_at=None, section=None)
    if wanted.section_id is not None:
        return Q(deleted_at=None, section__in=below(branches, wanted.section_id))
    return Q(deleted_at=None)


def _open(wanted: Wanted, branches: list[Branch]) -> frozenset[int]:
    """Return the sections that show what lies below them: all of few, else the way down."""
    shown = branches if len(branches) <= FEW else path_to(branches, wanted.section_id)
    return frozenset(branch.id for branch in shown)


def _title(wanted: Wanted, section: Branch | None) -> str:
    if section is not None:
        return section.name
    return {TRASH: "Trash", NO_SECTION: "Unsorted"}.get(wanted.section, "All cases")


def _groups(
    page: Page[ShelfRow], shelf: Shelf, wanted: Wanted, branches: list[Branch]
) -> list[Group]:
    names: dict[int | None, str] = {branch.id: branch.name for branch in branches}
    groups: list[Group] = []
    previous: int | None = -1
    for row in page.object_list:
        if not groups or (not wanted.sort and row.section_id != previous):
            name = names.get(row.section_id, "Unsorted")
            groups.append(Group(row.section_id, name, shelf.count_in(row.section_id)))
            previous = row.section_id
        groups[-1].rows.append(row)
    return groups


def repository(project: Project, wanted: Wanted) -> Repository:
    """Return the page of a project that somebody may see, in four statements."""
    shown = tree(project)
    branches = shown.branches
    section = next((b for b in branches if b.id == wanted.section_id), None)
    condition = _place(wanted, branches) & wanted.condition
    cases = Case.objects.filter(condition, project=project)
    rows = Shelf(cases, reading_order(branches), wanted.ordering)
    page: Page[ShelfRow] = Paginator(cast("Sequence[ShelfRow]", rows), PAGE_SIZE).get_page(
        wanted.page
    )
    return Repository(
        tree=shown,
        open_ids=_open(wanted, branches),
        section=section,
        title=_title(wanted, section),
        page=page,
        groups=_groups(page, rows, wanted, branches),
        columns=_columns(wanted.sort),
    )
