"""What pages and routes of the sync need to know of a thing here; rights as for its own page."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from integrations.connectors.platform.mapping import case_item_id, item_id
from testmgmt.cases.queries import case_of
from testmgmt.core.errors import NotFoundError
from testmgmt.defects import queries
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker

DEFECTS, CASES = "defects", "testcases"


@dataclass(frozen=True, slots=True)
class Thing:
    """A syncable thing: its row, its id as an item, and what people call it.

    `place` is the word that addresses have for its kind.
    """

    kind: str
    place: str
    pk: int
    item_id: str
    key: str
    title: str
    project: Project


def defect_named(user: Asker, pk: int) -> Thing:
    """Return a defect that somebody may see; NotFoundError for everybody else."""
    defect = queries.defect_of(user, pk)
    return Thing("defect", DEFECTS, pk, item_id(pk), defect.key, defect.title, defect.project)


def case_named(user: Asker, pk: int) -> Thing:
    """Return a test case that somebody may see; NotFoundError for everybody else."""
    case = case_of(user, pk)
    return Thing("case", CASES, pk, case_item_id(pk), case.key, case.title, case.project)


THINGS: Mapping[str, Callable[[Asker, int], Thing]] = {
    DEFECTS: defect_named,
    CASES: case_named,
}
"""What can be synced, by the word that addresses have for it."""


def thing_named(user: Asker, kind: str, pk: int) -> Thing:
    """Return a syncable thing that somebody may see; NotFoundError for everybody else."""
    if kind not in THINGS:
        raise NotFoundError("There is no such thing here.")
    return THINGS[kind](user, pk)


def visible_items(user: Asker, pks: Collection[int]) -> dict[str, int]:
    """Return {item id: defect id} of those defects that somebody may see."""
    seen = queries.visible_defects(user).filter(pk__in=pks).values_list("pk", flat=True)
    return {item_id(pk): pk for pk in seen}
