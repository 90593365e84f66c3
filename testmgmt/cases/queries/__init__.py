"""Reads of cases and sections."""

from testmgmt.cases.queries.sections import (
    Removal,
    Tree,
    living_ids,
    living_section_ids,
    removal_of,
    section_of,
    section_rows,
    tree,
)

__all__ = [
    "Removal",
    "Tree",
    "living_ids",
    "living_section_ids",
    "removal_of",
    "section_of",
    "section_rows",
    "tree",
]
