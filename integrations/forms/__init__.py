"""What a person may type about connections."""

from integrations.forms.mapping import MappingForm, Row
from integrations.forms.systems import CredentialsForm, ScopeForm, SystemForm

__all__ = ["CredentialsForm", "MappingForm", "Row", "ScopeForm", "SystemForm"]
