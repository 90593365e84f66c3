"""Reads of runs, executions and results."""

from testmgmt.runs.queries.pages import (
    Attempt,
    Board,
    Group,
    attempts_at,
    listed_runs,
    sections_of,
    spots_of,
)
from testmgmt.runs.queries.rows import (
    check_open,
    execution_of,
    execution_row,
    execution_rows,
    project_of_result,
    result_row,
    result_rows,
    run_of,
    run_row,
    run_rows,
    step_rows,
    tallies_of,
    visible_runs,
)

__all__ = [
    "Attempt",
    "Board",
    "Group",
    "attempts_at",
    "check_open",
    "execution_of",
    "execution_row",
    "execution_rows",
    "listed_runs",
    "project_of_result",
    "result_row",
    "result_rows",
    "run_of",
    "run_row",
    "run_rows",
    "sections_of",
    "spots_of",
    "step_rows",
    "tallies_of",
    "visible_runs",
]
