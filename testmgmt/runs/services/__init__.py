"""What people do with runs and results."""

from testmgmt.runs.services.results import (
    Entry,
    Evidence,
    record_result,
    record_results,
    record_with_evidence,
    retest,
)
from testmgmt.runs.services.runs import (
    Draft,
    add_cases,
    assign,
    close_run,
    create_run,
    delete_run,
    remove_cases,
    reopen_run,
    rerun,
    take_current_version,
    update_run,
)

__all__ = [
    "Draft",
    "Entry",
    "Evidence",
    "add_cases",
    "assign",
    "close_run",
    "create_run",
    "delete_run",
    "record_result",
    "record_results",
    "record_with_evidence",
    "remove_cases",
    "reopen_run",
    "rerun",
    "retest",
    "take_current_version",
    "update_run",
]
