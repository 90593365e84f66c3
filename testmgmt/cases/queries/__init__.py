"""Reads of cases and sections."""

from testmgmt.cases.queries.cases import (
    COLUMNS,
    case_of,
    cases_of,
    document_of,
    documents,
    project_asked,
    tags_of,
    under,
    versions_of,
)
from testmgmt.cases.queries.listing import LISTING, SECTIONS
from testmgmt.cases.queries.sections import (
    Removal,
    Tree,
    living_ids,
    living_section_ids,
    removal_of,
    section_document_of,
    section_of,
    section_rows,
    sections_of,
    tree,
)

__all__ = [
    "COLUMNS",
    "LISTING",
    "SECTIONS",
    "Removal",
    "Tree",
    "case_of",
    "cases_of",
    "document_of",
    "documents",
    "living_ids",
    "living_section_ids",
    "project_asked",
    "removal_of",
    "section_document_of",
    "section_of",
    "section_rows",
    "sections_of",
    "tags_of",
    "tree",
    "under",
    "versions_of",
]
