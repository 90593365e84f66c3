"""Plain rows of runs, executions and results; all stand on `visible_projects`."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from testmgmt.core.errors import NotFoundError
from testmgmt.projects.domain import Outcome
from testmgmt.projects.permissions import Asker, visible_projects
from testmgmt.runs.domain import RunClosedError, Tally
from testmgmt.runs.models import Execution, Result, Run, StepResult

Rows = QuerySet[Any, Any]  # of dictionaries

_RUN = ("id", "name", "description", "environment", "build", "revision")
_RUN_TIMES = ("created_at", "updated_at", "closed_at")
_EXECUTION = ("id", "revision", "position", "data", "updated_at", "last_result_at")
_RESULT = ("id", "comment", "elapsed_seconds", "build", "created_at", "author_name")


def _visible(user: Asker) -> Q:
    return Q(run__project__in=visible_projects(user), run__deleted_at=None)


def visible_runs(user: Asker) -> QuerySet[Run]:
    """Return the runs that somebody may see."""
    return Run.objects.filter(project__in=visible_projects(user), deleted_at=None)


def run_of(user: Asker, run_id: int) -> Run:
    """Return one run that somebody may see."""
    run = visible_runs(user).select_related("project", "created_by").filter(pk=run_id).first()
    if run is None:
        raise NotFoundError("There is no such run.")
    return run


def check_open(run: Run) -> None:
    """Refuse a closed run."""
    if run.closed_at:
        raise RunClosedError(f"{run.key} is closed. Reopen it to change anything.")


def run_row(user: Asker, run_id: int) -> dict[str, Any]:
    """Return one run as a plain row."""
    row: dict[str, Any] | None = run_rows(user, Q(pk=run_id)).first()
    if row is None:
        raise NotFoundError("There is no such run.")
    return row


def run_rows(user: Asker, condition: Q, ordering: Sequence[str] = ("-id",)) -> Rows:
    """Return runs as plain rows, the newest first."""
    rows: Rows = (
        visible_runs(user)
        .filter(condition)
        .order_by(*ordering)
        .values(
            *_RUN,
            *_RUN_TIMES,
            project_key=F("project__key"),
            author=F("created_by__username"),
        )
    )
    return rows


def tallies_of(run_ids: Collection[int]) -> dict[int, Tally]:
    """Return how far each of these runs is, in one statement."""
    counts: dict[int, dict[Outcome, int]] = defaultdict(dict)
    rows = (
        Execution.objects.filter(run_id__in=run_ids)
        .order_by()
        .values_list("run_id", "status__category")
        .annotate(Count("pk"))
    )
    for run_id, category, number in rows:
        counts[run_id][Outcome(category)] = number
    return {
        run_id: Tally({outcome: counts[run_id].get(outcome, 0) for outcome in Outcome})
        for run_id in run_ids
    }


def execution_rows(user: Asker, condition: Q, ordering: Sequence[str] = ("position", "id")) -> Rows:
    """Return executions as plain rows, in the order of their run."""
    rows: Rows = (
        Execution.objects.filter(_visible(user), condition)
        .order_by(*ordering)
        .values(
            *_EXECUTION,
            "run_id",
            "case_id",
            case_title=F("version__title"),
            version_number=F("version__number"),
            status_slug=F("status__slug"),
            configuration_name=F("configuration__name"),
            assignee_username=F("assignee__username"),
        )
    )
    return rows


def execution_row(user: Asker, execution_id: int) -> dict[str, Any]:
    """Return one execution as a plain row."""
    row: dict[str, Any] | None = execution_rows(user, Q(pk=execution_id)).first()
    if row is None:
        raise NotFoundError("There is no such test.")
    return row


def execution_of(user: Asker, execution_id: int) -> Execution:
    """Return one execution that somebody may see, with what a tester reads of its case."""
    execution = (
        Execution.objects.filter(_visible(user), pk=execution_id)
        .select_related(
            "run__project",
            "case__priority",
            "case__current",
            "version",
            "status",
            "configuration",
            "assignee",
        )
        .first()
    )
    if execution is None:
        raise NotFoundError("There is no such test.")
    return execution


def result_rows(user: Asker, condition: Q, ordering: Sequence[str] = ("-id",)) -> Rows:
    """Return results as plain rows, the newest first."""
    rows: Rows = (
        Result.objects.filter(
            condition,
            execution__run__project__in=visible_projects(user),
            execution__run__deleted_at=None,
        )
        .order_by(*ordering)
        .values(
            *_RESULT,
            "execution_id",
            run_id=F("execution__run_id"),
            case_id=F("execution__case_id"),
            status_slug=F("status__slug"),
            suggested_slug=F("suggested__slug"),
            author=F("created_by__username"),
        )
    )
    return rows


def result_row(user: Asker, result_id: int) -> dict[str, Any]:
    """Return one result as a plain row."""
    row: dict[str, Any] | None = result_rows(user, Q(pk=result_id)).first()
    if row is None:
        raise NotFoundError("There is no such result.")
    return row


def step_rows(result_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the step results of these results, in one statement."""
    steps: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = StepResult.objects.filter(result_id__in=result_ids).order_by("result_id", "position")
    rows: Rows = found.values("result_id", "step_id", "actual", slug=F("status__slug"))
    for row in rows:
        steps[row["result_id"]].append(row)
    return steps


def project_of_result(result_id: int) -> int | None:
    """Return which project a result is in, for its evidence; a closed run takes no more of it."""
    run = Run.objects.filter(executions__results=result_id, deleted_at=None).first()
    if run is not None:
        check_open(run)
    return run.project_id if run else None
