"""Plain rows of defects, for the API; all stand on `visible_projects`."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from testmgmt.core.comments import comments_of
from testmgmt.core.errors import NotFoundError
from testmgmt.core.models import Comment, TargetKind
from testmgmt.defects.models import Defect
from testmgmt.projects.permissions import Asker, visible_projects

Rows = QuerySet[Any, Any]  # of dictionaries

_PLAIN = ("id", "title", "description", "environment", "build", "revision")
_PEOPLE = ("assignee_name", "reporter_name")
_TIMES = ("created_at", "updated_at", "closed_at")
RELATED = ("project", "status", "severity", "priority", "assignee", "reporter")


@dataclass(frozen=True, slots=True)
class Sightings:
    """Where a defect showed: in how many tests, and when last."""

    tests: int = 0
    last_at: datetime | None = None


def visible_defects(user: Asker) -> QuerySet[Defect]:
    """Return the defects that somebody may see."""
    return Defect.objects.filter(project__in=visible_projects(user), deleted_at=None)


def defect_of(user: Asker, defect_id: int) -> Defect:
    """Return one defect that somebody may see, with all that its page shows."""
    found = visible_defects(user).select_related(*RELATED).prefetch_related("labels")
    defect = found.filter(pk=defect_id).first()
    if defect is None:
        raise NotFoundError("There is no such defect.")
    return defect


def project_of(defect_id: int) -> int | None:
    """Return which project a defect is in, for the files that hang on it."""
    living = Defect.objects.filter(pk=defect_id, deleted_at=None)
    return living.values_list("project_id", flat=True).first()


def defect_rows(user: Asker, condition: Q, ordering: Sequence[str] = ("-id",)) -> Rows:
    """Return defects as plain rows, the newest first."""
    rows: Rows = (
        visible_defects(user)
        .filter(condition)
        .order_by(*ordering)
        .values(
            *_PLAIN,
            *_PEOPLE,
            *_TIMES,
            project_key=F("project__key"),
            status_slug=F("status__slug"),
            severity_slug=F("severity__slug"),
            priority_slug=F("priority__slug"),
            assignee_username=F("assignee__username"),
            reporter_username=F("reporter__username"),
        )
    )
    return rows


def defect_row(user: Asker, defect_id: int) -> dict[str, Any]:
    """Return one defect as a plain row."""
    row: dict[str, Any] | None = defect_rows(user, Q(pk=defect_id)).first()
    if row is None:
        raise NotFoundError("There is no such defect.")
    return row


def labelled(name: str) -> Q:
    """Return what makes a defect one of this label."""
    links = Defect.labels.through.objects.filter(tag__name__iexact=name)
    return Q(pk__in=links.values("defect_id"))


def shown_by(path: str, pk: int) -> Q:
    """Return what makes a defect one that results of this case or run show."""
    links = Defect.results.through.objects.filter(**{f"result__execution__{path}": pk})
    return Q(pk__in=links.values("defect_id"))


def comments_of_defect(user: Asker, defect_id: int) -> QuerySet[Comment]:
    """Return what was said of a visible defect, the oldest first."""
    if not visible_defects(user).filter(pk=defect_id).exists():
        raise NotFoundError("There is no such defect.")
    return comments_of(TargetKind.DEFECT, defect_id)


def labels_of(defect_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the labels of these defects by name, in one statement."""
    labels: dict[int, list[str]] = defaultdict(list)
    links = Defect.labels.through.objects.filter(defect_id__in=defect_ids)
    for defect_id, name in links.order_by("tag__name").values_list("defect_id", "tag__name"):
        labels[defect_id].append(name)
    return labels


def result_ids_of(defect_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the results that show these defects, in one statement."""
    results: dict[int, list[int]] = defaultdict(list)
    links = Defect.results.through.objects.filter(defect_id__in=defect_ids)
    for defect_id, result_id in links.order_by("result_id").values_list("defect_id", "result_id"):
        results[defect_id].append(result_id)
    return results


def sightings_of(defect_ids: Collection[int]) -> dict[int, Sightings]:
    """Return where these defects showed, in one statement."""
    found = (
        Defect.results.through.objects.filter(defect_id__in=defect_ids)
        .order_by()
        .values_list("defect_id")
        .annotate(Count("result__execution", distinct=True), Max("result__created_at"))
    )
    return {defect_id: Sightings(tests, last) for defect_id, tests, last in found}
