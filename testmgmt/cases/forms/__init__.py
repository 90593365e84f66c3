"""What a person may type about cases and sections."""

from testmgmt.cases.forms.editor import CaseForm, filled, initial_of, sent_steps
from testmgmt.cases.forms.options import section_options
from testmgmt.cases.forms.repository import BulkForm, FilterForm, QuickAddForm
from testmgmt.cases.forms.sections import SectionForm

__all__ = [
    "BulkForm",
    "CaseForm",
    "FilterForm",
    "QuickAddForm",
    "SectionForm",
    "filled",
    "initial_of",
    "section_options",
    "sent_steps",
]
