"""What a person may ask of the repository, and do to the cases in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django import forms
from django.http import QueryDict

from testmgmt.cases.domain import NewCase
from testmgmt.cases.forms.options import offer, options_of
from testmgmt.core.ids import read_id
from testmgmt.projects.names import Choices

MAX_LINES = 200


FILTERED = {"priority": "priority", "state": "case_state", "last_status": "result_status"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words."""

    name: str
    label: str
    value: str


class FilterForm(forms.Form):
    """What narrows the table of the repository; what means nothing is left out."""

    search = forms.CharField(required=False, max_length=200, label="Search in cases")
    priority = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)
    last_status = forms.ChoiceField(required=False, label="Last result")
    tag = forms.CharField(required=False, max_length=100)

    def __init__(self, data: QueryDict, choices: Mapping[str, Choices]) -> None:
        super().__init__(data)
        for name, field in FILTERED.items():
            offer(self.fields[name], options_of(choices[field], "Any"))
        self.full_clean()

    @property
    def asked(self) -> dict[str, str]:
        """Return the filters that are set and mean something, by name."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def chips(self) -> list[Chip]:
        """Return the filters that are set, without the search."""
        return [
            Chip(name, str(self[name].label), self._word(name, value))
            for name, value in self.asked.items()
            if name != "search"
        ]

    def _word(self, name: str, value: str) -> str:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            return value
        return str(dict(cast("list[tuple[str, str]]", field.choices))[value])


class QuickAddForm(forms.Form):
    """Titles of new cases, one a line."""

    titles = forms.CharField(max_length=200_000, widget=forms.Textarea)
    section = forms.IntegerField(required=False, min_value=1)

    def clean_titles(self) -> list[str]:
        """Split the lines; marks of a list are left out."""
        lines = [line.strip() for line in self.cleaned_data["titles"].splitlines()]
        titles = [line for line in lines if line]
        if len(titles) > MAX_LINES:
            raise forms.ValidationError(f"At most {MAX_LINES} lines at once; import more.")
        return titles

    @property
    def cases(self) -> list[NewCase]:
        """Return the cases to be made."""
        section_id = self.cleaned_data["section"]
        return [NewCase(title=t, section_id=section_id) for t in self.cleaned_data["titles"]]


class BulkForm(forms.Form):
    """What shall happen to the cases that were ticked."""

    action = forms.ChoiceField(
        choices=[(name, name) for name in ("move", "tag", "delete", "restore")]
    )
    case = forms.TypedMultipleChoiceField(coerce=int)
    section = forms.IntegerField(required=False, min_value=1)
    tags = forms.CharField(required=False, max_length=2000)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        offer(self.fields["case"], [(pk, pk) for pk in data.getlist("case") if read_id(pk)])

    def clean_tags(self) -> list[str]:
        """Split the tags."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
