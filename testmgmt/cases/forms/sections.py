"""What a person may type about a section."""

from collections.abc import Iterable
from typing import Any

from django import forms

from testmgmt.cases.domain.sections import Branch
from testmgmt.cases.forms.options import offer, section_options


class SectionForm(forms.Form):
    """A section's name, what it is about, and what it lies in."""

    name = forms.CharField(max_length=255)
    parent = forms.ChoiceField(required=False, label="Inside")
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Markdown"
    )

    def __init__(self, branches: Iterable[Branch], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = section_options(branches)
        offer(self.fields["parent"], [("", "Nothing, at the root"), *options[1:]])

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, in the words of the domain."""
        parent = self.cleaned_data["parent"]
        return {
            "name": self.cleaned_data["name"],
            "description": self.cleaned_data["description"].replace("\r\n", "\n"),
            "parent_id": int(parent) if parent else None,
        }
