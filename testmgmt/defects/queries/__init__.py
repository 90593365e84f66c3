"""Reads of defects."""

from testmgmt.defects.queries.drafts import (
    draft_of,
    open_defects_of_case,
    result_for_defect,
)
from testmgmt.defects.queries.pages import (
    Asked,
    comments_on,
    defects_of_case,
    files_of,
    found,
    initial_of,
    initial_of_defect,
    listed_defects,
    results_of,
)
from testmgmt.defects.queries.rows import (
    Sightings,
    comments_of_defect,
    defect_of,
    defect_row,
    defect_rows,
    labelled,
    labels_of,
    project_of,
    result_ids_of,
    shown_by,
    sightings_of,
    visible_defects,
)
from testmgmt.defects.queries.sync import (
    changed_since,
    defect_by_marker,
    defects_by_id,
    living_ids,
)

__all__ = [
    "Asked",
    "Sightings",
    "changed_since",
    "comments_of_defect",
    "comments_on",
    "defect_by_marker",
    "defect_of",
    "defect_row",
    "defect_rows",
    "defects_by_id",
    "defects_of_case",
    "draft_of",
    "files_of",
    "found",
    "initial_of",
    "initial_of_defect",
    "labelled",
    "labels_of",
    "listed_defects",
    "living_ids",
    "open_defects_of_case",
    "project_of",
    "result_for_defect",
    "result_ids_of",
    "results_of",
    "shown_by",
    "sightings_of",
    "visible_defects",
]
