"""What a person may type about cases and sections."""

from testmgmt.cases.forms.editor import CaseForm, Offer, StepList
from testmgmt.cases.forms.options import section_options
from testmgmt.cases.forms.repository import BulkForm, FilterForm, QuickAddForm
from testmgmt.cases.forms.sections import SectionForm

__all__ = [
    "BulkForm",
    "CaseForm",
    "FilterForm",
    "Offer",
    "QuickAddForm",
    "SectionForm",
    "StepList",
    "section_options",
]
