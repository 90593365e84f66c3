"""What a person may type about connections."""

from integrations.forms.mapping import MappingForm, Row
from integrations.forms.systems import AccessForm, ScopeForm, SystemForm

__all__ = ["AccessForm", "MappingForm", "Row", "ScopeForm", "SystemForm"]
