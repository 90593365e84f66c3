"""What the pages of defects show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from testmgmt.core.attachments import attachments_of
from testmgmt.core.comments import comments_of
from testmgmt.core.ids import read_id
from testmgmt.core.models import Attachment, Comment, TargetKind
from testmgmt.core.search import Hit
from testmgmt.defects.domain import NewDefect
from testmgmt.defects.models import Defect
from testmgmt.defects.queries.rows import (
    Sightings,
    labelled,
    shown_by,
    sightings_of,
    visible_defects,
)
from testmgmt.projects.domain import Progress
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker
from testmgmt.runs.models import Result

HITS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """How a list of defects is narrowed; what is empty does not count."""

    q: str = ""
    show: str = ""
    status: str = ""
    severity: str = ""
    priority: str = ""
    assignee: str = ""
    label: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Take what an address says."""
        names = cls.__dataclass_fields__
        return cls(**{name: query.get(name, "").replace("\0", "").strip() for name in names})

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the state is asked."""
        return any(value for name, value in asdict(self).items() if name != "show")

    def condition(self) -> Q:
        """Return the rows asked for; without a word about it only those that are not done."""
        found = Q()
        for name in ("status", "severity", "priority"):
            if value := getattr(self, name):
                found &= Q(**{f"{name}__slug": value})
        if self.assignee:
            found &= Q(assignee__username=self.assignee)
        if self.label:
            found &= labelled(self.label)
        if self.q:
            found &= _matching(self.q)
        done = Q(status__category=Progress.DONE)
        states = {"": ~done, "done": done}
        return found if self.status else found & states.get(self.show, Q())


def _matching(text: str) -> Q:
    found = Q(title__icontains=text) | Q(description__icontains=text)
    number = read_id(text.upper().removeprefix("D-"))
    return found if number is None else found | Q(pk=number)


def listed_defects(user: Asker, project: Project, asked: Asked) -> QuerySet[Defect]:
    """Return a project's defects, the newest first."""
    defects = visible_defects(user).filter(asked.condition(), project=project)
    related = defects.select_related("status", "severity", "priority", "assignee")
    return related.prefetch_related("labels").order_by("-id")


@dataclass(frozen=True, slots=True)
class Group:
    """Defects under one heading, each with where it showed."""

    name: str
    rows: Sequence[tuple[Defect, Sightings]]


def defects_of_case(user: Asker, case_id: int) -> list[Group]:
    """Return the defects that results of a case show, open and done, in two statements."""
    shown = visible_defects(user).filter(shown_by("case_id", case_id))
    defects = list(shown.select_related("status", "severity", "assignee").order_by("-id"))
    seen = sightings_of([defect.pk for defect in defects])
    rows: dict[str, list[tuple[Defect, Sightings]]] = {"Open": [], "Done": []}
    for defect in defects:
        name = "Done" if defect.status.category == Progress.DONE else "Open"
        rows[name].append((defect, seen.get(defect.pk, Sightings())))
    return [Group(name, members) for name, members in rows.items() if members]


def results_of(defect: Defect) -> QuerySet[Result]:
    """Return the results that show a defect, the newest first, with test, run and status."""
    return defect.results.select_related(
        "status", "execution__version", "execution__case", "execution__run", "created_by"
    ).order_by("-id")


def comments_on(defect: Defect) -> QuerySet[Comment]:
    """Return what was said of a defect, here and in trackers, the oldest first."""
    return comments_of(TargetKind.DEFECT, defect.pk)


def files_of(defect: Defect, results: Iterable[Result]) -> list[Attachment]:
    """Return the files that hang on a defect, and the evidence of the results that show it."""
    evidence = attachments_of(TargetKind.RESULT, [result.pk for result in results])
    return [*attachments_of(TargetKind.DEFECT, [defect.pk]), *evidence]


def found(user: Asker, text: str) -> list[Hit]:
    """Return what the palette offers for a text: a few defects by title or number."""
    defects = visible_defects(user).filter(_matching(text)).order_by("-id")[:HITS]
    return [Hit(d.key, d.title, reverse("defects:detail", args=[d.pk])) for d in defects]


def initial_of(draft: NewDefect) -> dict[str, Any]:
    """Return a drafted defect as a form begins with it."""
    said = {name: value for name, value in asdict(draft).items() if value}
    return said | {
        "labels": ", ".join(draft.labels),
        "results": ",".join(str(pk) for pk in draft.result_ids),
    }


def initial_of_defect(defect: Defect) -> dict[str, Any]:
    """Return a defect as a form begins with it."""
    plain = ("title", "description", "environment", "build", "assignee_name", "revision")
    return {name: getattr(defect, name) for name in plain} | {
        "status": defect.status.slug,
        "severity": defect.severity.slug,
        "priority": defect.priority.slug,
        "assignee": defect.assignee.username if defect.assignee else "",
        "labels": ", ".join(tag.name for tag in defect.labels.all()),
    }
