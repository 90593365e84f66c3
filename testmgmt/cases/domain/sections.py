"""The tree of sections, made of rows that know their parent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from testmgmt.core.errors import ConflictError

_BELOW_ITSELF = "A section cannot lie below itself."


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section as it is stored; rows come in the order of their positions."""

    id: int
    parent_id: int | None
    name: str


class Placed(Protocol):
    """Whatever knows its place in the tree."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...


@dataclass(slots=True)
class Tally:
    """How many cases lie directly in a section, and how many of them failed last."""

    cases: int = 0
    failing: int = 0


@dataclass(slots=True)
class Branch:
    """A section in its tree; `total` and `is_failing` include all that lies below.

    Branches come depth first. `closes` says how many levels end behind this one, so that a page
    nests them without recursion, however deep they are.
    """

    id: int
    parent_id: int | None
    name: str
    level: int
    direct: int
    total: int
    is_failing: bool
    has_children: bool = False
    closes: int = 0

    @property
    def closing(self) -> range:
        """One entry for each level that ends behind this section."""
        return range(self.closes)


P = TypeVar("P", bound=Placed)


def _children(rows: Iterable[P]) -> dict[int | None, list[P]]:
    children: dict[int | None, list[P]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    return children


def _close_levels(branches: Sequence[Branch]) -> None:
    levels = [branch.level for branch in branches] + [0]
    for branch, following in zip(branches, levels[1:], strict=True):
        branch.has_children = following > branch.level
        branch.closes = max(0, branch.level - following)


def tree_of(rows: Iterable[SectionRow], tallies: Mapping[int, Tally]) -> list[Branch]:
    """Return the sections depth first with their counts."""
    children = _children(rows)
    branches: list[Branch] = []
    waiting = [(row, 0) for row in reversed(children.get(None, []))]
    while waiting:
        row, level = waiting.pop()
        own = tallies.get(row.id, Tally())
        branches.append(
            Branch(row.id, row.parent_id, row.name, level, own.cases, own.cases, own.failing > 0)
        )
        waiting += [(child, level + 1) for child in reversed(children.get(row.id, []))]
    _close_levels(branches)
    by_id = {branch.id: branch for branch in branches}
    for branch in reversed(branches):
        if branch.parent_id is not None:
            parent = by_id[branch.parent_id]
            parent.total += branch.total
            parent.is_failing |= branch.is_failing
    return branches


def below(rows: Iterable[Placed], section_id: int) -> set[int]:
    """Return the ids of a section and of all that lies below it."""
    children = _children(rows)
    found: set[int] = set()
    waiting = [section_id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += [child.id for child in children.get(current, [])]
    return found


def path_to(rows: Iterable[P], section_id: int | None) -> list[P]:
    """Return the sections from the root down to this one."""
    by_id = {row.id: row for row in rows}
    path: list[P] = []
    while section_id in by_id and by_id[section_id] not in path:
        path.append(by_id[section_id])
        section_id = by_id[section_id].parent_id
    return path[::-1]


def check_parent(rows: Iterable[Placed], section_id: int, parent_id: int | None) -> None:
    """Refuse to hang a section below itself."""
    if parent_id is not None and parent_id in below(rows, section_id):
        raise ConflictError(_BELOW_ITSELF, field="parent", code="section_cycle")


def check_acyclic(parents: Mapping[int, int | None], changed: Iterable[int]) -> None:
    """Refuse parents of which a changed section would lie below itself."""
    for section_id in changed:
        seen = {section_id}
        parent = parents.get(section_id)
        while parent is not None:
            if parent in seen:
                raise ConflictError(_BELOW_ITSELF, field="parent", code="section_cycle")
            seen.add(parent)
            parent = parents.get(parent)
