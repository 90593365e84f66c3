"""What a person may type about runs and results."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from testmgmt.cases.domain.sections import Branch
from testmgmt.core.ids import read_ids
from testmgmt.projects.domain import Outcome
from testmgmt.projects.names import Choices
from testmgmt.runs.domain import Attempt, Selection, StepAttempt

VERDICTS = (
    (Outcome.PASSED, "Pass", "p"),
    (Outcome.FAILED, "Fail", "f"),
    (Outcome.BLOCKED, "Block", "b"),
    (Outcome.SKIPPED, "Skip", "s"),
)
_ELAPSED = re.compile(r"(?:(\d{1,4}):)?(\d{1,5})")


class RunForm(forms.Form):
    name = forms.CharField(max_length=255)
    description = forms.CharField(
        required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    environment = forms.CharField(
        required=False, max_length=150, help_text="Where it runs, such as Chrome on Windows."
    )
    build = forms.CharField(required=False, max_length=150, help_text="What is tested.")


class EditRunForm(RunForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)


class NewRunForm(RunForm):
    scope = forms.ChoiceField(
        label="Cases",
        choices=[("all", "All cases"), ("section", "One section"), ("chosen", "Chosen cases")],
        widget=forms.RadioSelect,
    )
    section = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label="Section with all below"
    )
    cases = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, branches: Iterable[Branch], cases: str
    ) -> None:
        super().__init__(data, initial={"scope": "chosen" if cases else "all", "cases": cases})
        indented = [(b.id, "\u2003" * b.level + b.name) for b in branches]
        section: Any = self.fields["section"]
        section.choices = [("", "Choose a section"), *indented]
        if not (cases or self.data.get("cases")):
            scope: Any = self.fields["scope"]
            scope.choices = scope.choices[:2]

    def clean_cases(self) -> frozenset[int]:
        """Read ids that are separated by commas."""
        try:
            return frozenset(read_ids(self.cleaned_data["cases"]))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """A section has to be named where one is wanted."""
        values = super().clean() or {}
        if values.get("scope") == "section" and not values.get("section"):
            self.add_error("section", "Choose a section.")
        return values

    @property
    def selection(self) -> Selection:
        """Which cases were asked for."""
        values = self.cleaned_data
        if values["scope"] == "section":
            return Selection(section_id=values["section"])
        if values["scope"] == "chosen":
            return Selection(case_ids=values["cases"])
        return Selection()


class CloseForm(forms.Form):
    rest_name = forms.CharField(
        required=False,
        max_length=255,
        label="Put what is left into a new run",
        help_text="Its name; leave it empty to start none.",
    )


class RerunForm(forms.Form):
    name = forms.CharField(max_length=255)
    outcomes = forms.MultipleChoiceField(
        label="Take what is",
        choices=[(o.value, o.value.replace("_", " ").capitalize()) for o in Outcome],
        widget=forms.CheckboxSelectMultiple,
    )


class ManageForm(forms.Form):
    """What shall happen to the tests that are ticked."""

    tests = forms.TypedMultipleChoiceField(coerce=int)
    action = forms.ChoiceField(choices=[(a, a) for a in ("assign", "retest", "remove")])
    assignee = forms.ChoiceField(required=False)

    def __init__(self, data: Any, test_ids: Iterable[int], usernames: Iterable[str]) -> None:
        super().__init__(data)
        tests: Any = self.fields["tests"]
        tests.choices = [(pk, pk) for pk in test_ids]
        assignee: Any = self.fields["assignee"]
        assignee.choices = [("", "Nobody"), *((name, name) for name in usernames)]


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each of them."""
        return [super(FilesField, self).clean(file, initial) for file in data or []]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step with what was ticked and typed."""

    id: str
    number: int
    action: str
    data: str
    expected: str
    chosen: str
    actual: str


@dataclass(frozen=True, slots=True)
class VerdictChoice:
    """One verdict: what it is called here, its key, and whether it is chosen."""

    outcome: Outcome
    slug: str
    label: str
    key: str
    is_chosen: bool


class ResultForm(forms.Form):
    """One attempt. Passing a case passes each of its steps that nobody judged."""

    status = forms.CharField(required=False, max_length=80)
    comment = forms.CharField(required=False, max_length=100_000)
    elapsed = forms.CharField(required=False, max_length=10)
    evidence = FilesField(required=False)

    def __init__(
        self, data: Any, files: Any, steps: Sequence[Mapping[str, str]], statuses: Choices
    ) -> None:
        super().__init__(data, files)
        self.steps = steps
        self.offered = {
            outcome: status
            for outcome, _, _ in VERDICTS
            if (status := statuses.of_category(outcome)) is not None
        }
        for step in steps:
            self.fields[f"step-{step['id']}"] = forms.CharField(required=False, max_length=80)
            self.fields[f"actual-{step['id']}"] = forms.CharField(
                required=False, max_length=100_000
            )

    def clean_elapsed(self) -> int | None:
        """Read seconds, or minutes and seconds."""
        text = self.cleaned_data["elapsed"].strip()
        match = _ELAPSED.fullmatch(text)
        if text and match is None:
            raise ValidationError("Write minutes and seconds, such as 1:30.")
        return int(match[1] or 0) * 60 + int(match[2]) if match else None

    def _typed(self, name: str) -> str:
        return self.data.get(name, "") if self.is_bound else ""

    @property
    def lines(self) -> list[StepLine]:
        """The steps as the page shows them."""
        return [
            StepLine(
                id=step["id"],
                number=number,
                action=step.get("action", ""),
                data=step.get("data", ""),
                expected=step.get("expected", ""),
                chosen=self._typed(f"step-{step['id']}"),
                actual=self._typed(f"actual-{step['id']}"),
            )
            for number, step in enumerate(self.steps, start=1)
        ]

    @property
    def verdicts(self) -> list[VerdictChoice]:
        """The verdicts as the page offers them."""
        chosen = self._typed("status")
        return [
            VerdictChoice(o, self.offered[o].slug, label, key, self.offered[o].slug == chosen)
            for o, label, key in VERDICTS
            if o in self.offered
        ]

    def _steps(self) -> Iterable[StepAttempt]:
        values = self.cleaned_data
        passed = self.offered.get(Outcome.PASSED)
        rest = values["status"] if passed and values["status"] == passed.slug else ""
        for step in self.steps:
            status = values[f"step-{step['id']}"] or rest
            if status:
                yield StepAttempt(step["id"], status, values[f"actual-{step['id']}"])

    @property
    def files_sent(self) -> list[Any]:
        """The evidence."""
        files: list[Any] = self.cleaned_data["evidence"]
        return files

    @property
    def attempt(self) -> Attempt:
        """What was done, in the words of the service."""
        return Attempt(
            status=self.cleaned_data["status"],
            comment=self.cleaned_data["comment"].strip(),
            steps=tuple(self._steps()),
            elapsed_seconds=self.cleaned_data["elapsed"],
        )
