"""Rules of cases that need no database."""

from testmgmt.cases.domain.changes import (
    UNSET,
    CaseChange,
    NewCase,
    NewSection,
    SectionChange,
    Unset,
    given,
)
from testmgmt.cases.domain.steps import Step, settled, steps_of_text

__all__ = [
    "UNSET",
    "CaseChange",
    "NewCase",
    "NewSection",
    "SectionChange",
    "Step",
    "Unset",
    "given",
    "settled",
    "steps_of_text",
]
