"""Rows in bulk: what must stay one statement however large a run is."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from testmgmt.cases.domain.sections import SectionRow, below, tree_of
from testmgmt.cases.models import Case
from testmgmt.cases.queries import section_rows
from testmgmt.runs.domain import Selection
from testmgmt.runs.models import Execution, Result, Run

# VALUES calls its columns column1, column2 in both databases that we support.
_ADD = """
INSERT INTO runs_execution (created_at, updated_at, revision, run_id, status_id, configuration_id,
                            data_key, data, case_id, version_id, position)
SELECT %s, %s, 1, %s, %s, NULL, '', '{{}}', taken.id, taken.current_id,
       %s + ROW_NUMBER() OVER (ORDER BY COALESCE(place.column2, -1), taken.position, taken.id)
FROM cases_case AS taken
LEFT JOIN (VALUES {places}) AS place ON place.column1 = taken.section_id
WHERE taken.id IN ({chosen})
"""


def _chosen(run: Run, selection: Selection, sections: list[SectionRow]) -> QuerySet[Case]:
    cases = Case.objects.filter(
        project_id=run.project_id, deleted_at=None, current__isnull=False
    ).exclude(pk__in=run.executions.values("case_id"))
    if selection.case_ids is not None:
        return cases.filter(pk__in=selection.case_ids)
    if selection.section_id is not None:
        return cases.filter(section_id__in=below(sections, selection.section_id))
    return cases


def add_cases(*, run: Run, selection: Selection, status_id: int, now: datetime) -> int:
    """Put cases into a run in the order of the repository; return how many were new."""
    sections = section_rows(run.project_id)
    cases = _chosen(run, selection, sections).order_by()
    chosen, wanted = cases.values("pk").query.sql_with_params()
    places = [(branch.id, place) for place, branch in enumerate(tree_of(sections, {}))] or [(0, 0)]
    last = run.executions.order_by("-position").values_list("position", flat=True).first() or 0
    moment = connection.ops.adapt_datetimefield_value(now)
    sql = _ADD.format(places=", ".join(["(%s, %s)"] * len(places)), chosen=chosen)
    with connection.cursor() as cursor:
        flat = [number for place in places for number in place]
        cursor.execute(sql, [moment, moment, run.pk, status_id, last, *flat, *wanted])
        return int(cursor.rowcount)


_REPEAT = """
INSERT INTO runs_execution (created_at, updated_at, revision, run_id, status_id, configuration_id,
                            data_key, data, case_id, version_id, position, assignee_id)
SELECT %s, %s, 1, %s, %s, old.configuration_id, old.data_key, old.data, old.case_id,
       taken.current_id, old.position, old.assignee_id
FROM runs_execution AS old
JOIN cases_case AS taken ON taken.id = old.case_id
WHERE old.id IN ({chosen})
"""


def repeat_executions(
    *, source: Run, run: Run, outcomes: Collection[str], status_id: int, now: datetime
) -> int:
    """Put what stands at these outcomes into another run, at the cases' present versions."""
    old = source.executions.filter(status__category__in=outcomes, case__deleted_at=None)
    chosen, wanted = old.order_by().values("pk").query.sql_with_params()
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        sql = _REPEAT.format(chosen=chosen)
        cursor.execute(sql, [moment, moment, run.pk, status_id, *wanted])
        return int(cursor.rowcount)


def refresh_executions(execution_ids: Collection[int], now: datetime) -> None:
    """Let executions repeat their newest result."""
    newest = Result.objects.filter(execution=OuterRef("pk")).order_by("-id")
    Execution.objects.filter(pk__in=execution_ids).update(
        status_id=Subquery(newest.values("status_id")[:1]),
        last_result_at=Subquery(newest.values("created_at")[:1]),
        revision=F("revision") + 1,
        updated_at=now,
    )


def refresh_cases(case_ids: Collection[int]) -> None:
    """Let cases repeat their newest result in any run that still exists.

    The rows are locked first, in one order: a second recorder then waits, and counts ours.
    """
    locked = Case.objects.filter(pk__in=case_ids).order_by("pk").select_for_update(no_key=True)
    newest = Execution.objects.filter(
        case=OuterRef("pk"), run__deleted_at=None, last_result_at__isnull=False
    ).order_by("-last_result_at", "-id")
    Case.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).update(
        last_status_id=Subquery(newest.values("status_id")[:1]),
        last_result_at=Subquery(newest.values("last_result_at")[:1]),
    )
