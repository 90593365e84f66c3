"""What a person may type about a case."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict

from testmgmt.cases.domain import Step
from testmgmt.cases.domain.custom import CustomSpec
from testmgmt.cases.domain.durations import seconds_of, words_of
from testmgmt.cases.forms.options import offer, options_of, section_options
from testmgmt.cases.models import Case
from testmgmt.cases.queries import Offer
from testmgmt.cases.queries.values import CHOICES
from testmgmt.core.errors import DomainError


def sent_steps(data: QueryDict) -> list[Step]:
    """Return the steps of the editor, as its rows send them."""
    parts = [data.getlist(f"step_{part}") for part in ("action", "data", "expected", "id")]
    rows = zip_longest(*parts, fillvalue="")
    return [Step(*(text.replace("\r\n", "\n") for text in row)) for row in rows]


def filled(rows: Iterable[Step]) -> list[Step]:
    """Return the rows that say something."""
    return [step for step in rows if not step.is_empty]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _yes_no() -> forms.Field:
    options = [("", "—"), ("true", "Yes"), ("false", "No")]
    return forms.TypedChoiceField(choices=options, coerce=lambda value: value == "true")


def _list(spec: CustomSpec) -> list[tuple[str, str]]:
    return [(option, option) for option in spec.options]


_CUSTOM: dict[str, Callable[[CustomSpec], forms.Field]] = {
    "rich": lambda _: forms.CharField(widget=_area(3)),
    "number": lambda _: forms.FloatField(),
    "boolean": lambda _: _yes_no(),
    "date": lambda _: forms.DateField(widget=_date()),
    "choice": lambda spec: forms.ChoiceField(choices=[("", "—"), *_list(spec)]),
    "multi": lambda spec: forms.MultipleChoiceField(
        choices=_list(spec), widget=forms.CheckboxSelectMultiple
    ),
}


def _custom_field(spec: CustomSpec) -> forms.Field:
    """Return the field of a kind; what is required is asked for when a case leaves its draft."""
    make = _CUSTOM.get(spec.kind)
    field = make(spec) if make else forms.CharField()
    field.label, field.required = spec.name, False
    return field


class CaseForm(forms.Form):
    """Everything of a case but its steps, which come in rows of their own."""

    title = forms.CharField(max_length=500)
    description = forms.CharField(required=False, widget=_area(3))
    preconditions = forms.CharField(required=False, widget=_area(3))
    expected = forms.CharField(required=False, widget=_area(3), label="Expected overall")
    template = forms.ChoiceField(
        required=False, choices=Case.Template.choices, initial=Case.Template.STEPS
    )
    state = forms.ChoiceField(required=False)
    priority = forms.ChoiceField(required=False)
    type = forms.ChoiceField(required=False)
    section = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    assignee = forms.ChoiceField(required=False)
    estimate = forms.CharField(required=False, max_length=40, help_text="Such as 1 h 30 min")
    tags = forms.CharField(required=False, max_length=2000, help_text="Separated by commas")
    references = forms.CharField(
        required=False, max_length=2000, help_text="Requirements, tickets, links"
    )
    note = forms.CharField(
        required=False, max_length=255, label="Why", help_text="Shown in the history"
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, offered: Offer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._specs = offered.specs
        people = [("", "Nobody"), *((user.username, user.name) for user in offered.members)]
        for name, field in CHOICES.items():
            self._offer(name, options_of(offered.choices[field]))
        self._offer("section", section_options(offered.branches))
        for role in ("owner", "assignee"):
            self._offer(role, people)
        for spec in offered.specs:
            self.fields[f"custom_{spec.slug}"] = _custom_field(spec)

    def _offer(self, name: str, options: list[tuple[str, str]]) -> None:
        """Offer options, and whatever stands there already, though it is not offered any more."""
        present = self.initial.get(name)
        known = {value for value, _ in options}
        if present and present not in known:
            options = [*options, (present, present)]
        offer(self.fields[name], options)

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        """Return the project's own fields."""
        return [self[f"custom_{spec.slug}"] for spec in self._specs]

    def clean_template(self) -> str:
        """Fall back to steps."""
        return self.cleaned_data["template"] or Case.Template.STEPS

    def clean_estimate(self) -> int | None:
        """Read the estimate."""
        try:
            return seconds_of(self.cleaned_data["estimate"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def clean_tags(self) -> list[str]:
        """Split the tags."""
        tags = [tag.strip() for tag in self.cleaned_data["tags"].split(",")]
        return [tag for tag in tags if tag]

    def _custom(self) -> dict[str, Any]:
        values = {spec.slug: self.cleaned_data[f"custom_{spec.slug}"] for spec in self._specs}
        dates = {slug: v.isoformat() for slug, v in values.items() if isinstance(v, date)}
        return values | dates

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, in the words of the domain."""
        plain = ("title", "template", *CHOICES, "owner", "assignee", "references", "note", "tags")
        texts = ("description", "preconditions", "expected")
        section = self.cleaned_data["section"]
        return {
            **{name: self.cleaned_data[name] for name in plain},
            **{name: self.cleaned_data[name].replace("\r\n", "\n") for name in texts},
            "estimate_seconds": self.cleaned_data["estimate"],
            "section_id": int(section) if section else None,
            "custom": self._custom(),
        }

    @classmethod
    def sent(cls, offered: Offer, data: QueryDict) -> dict[str, Any]:
        """Return what was sent as initial values, to be shown again unchecked."""
        several = {f"custom_{spec.slug}" for spec in offered.specs if spec.kind == "multi"}
        lists = {name: data.getlist(name) for name in several}
        return {**data.dict(), **lists}


def _typed(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def initial_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case's values as the form shows them."""
    custom = {f"custom_{slug}": _typed(value) for slug, value in values["custom"].items()}
    return {
        **values,
        **custom,
        "tags": ", ".join(values["tags"]),
        "estimate": words_of(values["estimate_seconds"]),
        "section": str(values["section_id"] or ""),
    }
