"""Reads of defects; those for people stand on `visible_projects`."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from testmgmt.core.comments import comments_of
from testmgmt.core.errors import NotFoundError
from testmgmt.core.models import Comment, TargetKind
from testmgmt.defects.domain import (
    FailedStep,
    Failure,
    NewDefect,
    description_of,
    title_of,
)
from testmgmt.defects.models import Defect
from testmgmt.projects.domain import Outcome, Progress
from testmgmt.projects.permissions import Asker, visible_projects
from testmgmt.runs.models import Result

Rows = QuerySet[Any, Any]  # of dictionaries

_PLAIN = ("id", "title", "description", "environment", "build", "revision")
_PEOPLE = ("assignee_name", "reporter_name")
_TIMES = ("created_at", "updated_at", "closed_at")
_RELATED = ("project", "status", "severity", "priority", "assignee", "reporter")


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
    found = visible_defects(user).select_related(*_RELATED).prefetch_related("labels")
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


def results_of(defect: Defect) -> QuerySet[Result]:
    """Return the results that show a defect, the newest first, with test, run and status."""
    return defect.results.select_related(
        "status", "execution__version", "execution__case", "execution__run", "created_by"
    ).order_by("-id")


def open_defects_of_case(user: Asker, case_id: int) -> list[Defect]:
    """Return what is known to be wrong with a case and not done, the newest first."""
    known = visible_defects(user).filter(results__execution__case_id=case_id)
    still = known.exclude(status__category=Progress.DONE).select_related("status", "assignee")
    return list(still.distinct().order_by("-id"))


def _failure(result: Result) -> Failure:
    execution = result.execution
    went = {step.step_id: step for step in result.steps.all()}
    steps = []
    for step in execution.version.steps:
        tried = went.get(step["id"])
        steps.append(
            FailedStep(
                action=step.get("action", ""),
                expected=step.get("expected", ""),
                outcome=Outcome(tried.status.category) if tried else Outcome.UNTESTED,
                actual=tried.actual if tried else "",
            )
        )
    run, case = execution.run, execution.case
    return Failure(
        case.key, execution.version.title, run.key, run.name, result.comment, tuple(steps)
    )


def result_for_defect(user: Asker, result_id: int) -> Result:
    """Return a result with all that a defect of it would tell."""
    result = (
        Result.objects.filter(
            pk=result_id,
            execution__run__project__in=visible_projects(user),
            execution__run__deleted_at=None,
        )
        .select_related(
            "status",
            "execution__run__project",
            "execution__case__priority",
            "execution__version",
            "execution__configuration",
        )
        .prefetch_related("steps__status")
        .first()
    )
    if result is None:
        raise NotFoundError("There is no such result.")
    return result


def draft_of(result: Result) -> NewDefect:
    """Return the defect that a failing result suggests."""
    failure = _failure(result)
    run, configuration = result.execution.run, result.execution.configuration
    where = [run.environment, configuration.name if configuration else ""]
    return NewDefect(
        title=title_of(failure),
        description=description_of(failure),
        priority=result.execution.case.priority.slug,
        environment=", ".join(part for part in where if part),
        build=result.build or run.build,
        result_ids=(result.pk,),
    )


# -- for the sync, which acts for a project as a whole


def _whole(project_id: int) -> QuerySet[Defect]:
    living = Defect.objects.filter(project_id=project_id, deleted_at=None)
    return living.select_related(*_RELATED).prefetch_related("labels")


def changed_since(
    project_id: int, updated_at: datetime | None, after_id: int = 0, limit: int = 100
) -> list[Defect]:
    """Return the next defects by (updated_at, id) after that point, oldest first."""
    defects = _whole(project_id).order_by("updated_at", "pk")
    if updated_at is not None:
        later = Q(updated_at__gt=updated_at) | Q(updated_at=updated_at, pk__gt=after_id)
        defects = defects.filter(later, updated_at__gte=updated_at)
    return list(defects[:limit])


def defects_by_id(project_id: int, defect_ids: Collection[int]) -> dict[int, Defect]:
    """Return those of these defects that are there still."""
    return {defect.pk: defect for defect in _whole(project_id).filter(pk__in=defect_ids)}


def defect_by_marker(project_id: int, marker: str) -> Defect | None:
    """Return the defect that the sync made under this marker."""
    return _whole(project_id).filter(marker=marker).first()


def living_ids(project_id: int) -> QuerySet[Defect, int]:
    """Return the ids of all defects of a project; iterate it, it may be large."""
    living = Defect.objects.filter(project_id=project_id, deleted_at=None)
    return living.order_by("pk").values_list("pk", flat=True)
