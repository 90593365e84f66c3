"""What a person may type about a defect."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from testmgmt.accounts.models import User
from testmgmt.core.ids import read_ids
from testmgmt.defects.domain import LIMITS, MAX_LABEL, DefectChange, NewDefect
from testmgmt.projects.names import Choices

TEXTS = ("title", "description", "environment", "build")


def _options(choices: Choices, present: str) -> list[tuple[str, str]]:
    offered = [row for row in choices.rows if row.is_active or row.slug == present]
    return [(row.slug, row.name) for row in offered]


class DefectForm(forms.Form):
    title = forms.CharField(max_length=LIMITS["title"])
    description = forms.CharField(
        required=False,
        max_length=LIMITS["description"],
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Markdown.",
    )
    status = forms.ChoiceField()
    severity = forms.ChoiceField()
    priority = forms.ChoiceField()
    assignee = forms.ChoiceField(required=False)
    labels = forms.CharField(required=False, help_text="Separated by commas.")
    environment = forms.CharField(required=False, max_length=LIMITS["environment"])
    build = forms.CharField(required=False, max_length=LIMITS["build"])
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    results = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        initial: Mapping[str, Any],
        choices: Mapping[str, Choices],
        members: Iterable[User],
    ) -> None:
        super().__init__(data, initial={**initial})
        for name in ("status", "severity", "priority"):
            field: Any = self.fields[name]
            field.choices = _options(choices[name], initial.get(name, ""))
        people = [(member.username, member.name) for member in members]
        present = initial.get("assignee", "")
        if present and present not in dict(people):
            people.append((present, present))
        outsider = initial.get("assignee_name", "")
        assignee: Any = self.fields["assignee"]
        assignee.choices = [("", outsider or "Nobody"), *people]

    def clean_labels(self) -> list[str]:
        """Read words that are separated by commas."""
        words = [word.strip() for word in self.cleaned_data["labels"].split(",")]
        labels = [word for word in words if word]
        if any(len(label) > MAX_LABEL for label in labels):
            raise forms.ValidationError(f"A label has at most {MAX_LABEL} characters.")
        return labels

    def clean_results(self) -> tuple[int, ...]:
        """Read ids that are separated by commas."""
        try:
            return tuple(read_ids(self.cleaned_data["results"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def _said(self) -> dict[str, Any]:
        names = (*TEXTS, "status", "severity", "priority", "assignee", "labels")
        said = {name: self.cleaned_data[name] for name in names}
        if not said["assignee"] and self.initial.get("assignee_name"):
            del said["assignee"]  # the list offers the outsider as “nobody of ours”
        return said

    @property
    def defect(self) -> NewDefect:
        """The defect to be made."""
        return NewDefect(**self._said(), result_ids=self.cleaned_data["results"])

    @property
    def change(self) -> DefectChange:
        """What shall be different."""
        return DefectChange(**self._said())
