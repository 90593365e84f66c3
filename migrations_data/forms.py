"""What an administrator may type and choose while moving in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from migrations_data import queries, registry
from migrations_data.base.mapping import (
    BY_CONTENT,
    CHOICES,
    CUSTOM,
    IGNORE,
    LISTED,
    TARGETS,
    FieldRule,
    MappingDocument,
    Vocabulary,
    parse,
)
from migrations_data.models import ImportJob
from testmgmt.accounts.models import User
from testmgmt.projects.models import Project

NEW = "new"
_TEMPLATES = (
    ("steps", "Steps"),
    ("text", "Text"),
    ("exploratory", "Exploratory"),
    ("bdd", "Gherkin"),
    (BY_CONTENT, "By what the case holds"),
)


class UploadForm(forms.Form):
    project = forms.ModelChoiceField(
        Project.objects.none(), to_field_name="key", help_text="You need to administer it."
    )
    source = forms.ChoiceField(label="Coming from")
    file = forms.FileField(
        help_text="TestRail: open the suite, choose Export, then “Export to XML”.",
        widget=forms.FileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = self.fields["project"]
        source = self.fields["source"]
        if isinstance(project, forms.ModelChoiceField):
            project.queryset = queries.administered_projects(user)
            project.empty_label = None
        if isinstance(source, forms.ChoiceField):
            source.choices = [(slug, registry.load(slug).label) for slug in registry.SOURCES]


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One line of the mapping: a field or a value of the source, and what becomes of it."""

    label: str
    name: str
    about: str
    uses: int
    bound: BoundField
    reason: str
    is_new: bool
    is_lost: bool


class MappingForm(forms.Form):
    is_suite_a_section = forms.BooleanField(
        required=False,
        label="Put everything into a section named after the suite",
        help_text="Good for a second suite in the same project.",
    )
    hours_a_day = forms.IntegerField(min_value=1, max_value=24, label="Hours in a working day")
    days_a_week = forms.IntegerField(min_value=1, max_value=7, label="Days in a working week")
    instance = forms.CharField(
        required=False,
        max_length=100,
        label="Name of the server",
        help_text="Only where cases of several servers come into one project: ids repeat there.",
    )

    def __init__(
        self, import_job: ImportJob, vocabulary: Vocabulary, data: QueryDict | None = None
    ) -> None:
        self._document = parse(import_job.mapping)
        self._found: Mapping[str, Any] = import_job.inventory.get("fields", {})
        self._vocabulary = vocabulary
        super().__init__(data, initial=asdict(self._document.settings))
        self._fields = {f"field-{i}": name for i, name in enumerate(self._document.fields)}
        self._values = {
            f"value-{target}-{i}": (target, value)
            for target in LISTED
            for i, value in enumerate(self._document.values.get(target, {}))
        }
        for key, name in self._fields.items():
            self.fields[key] = _field_choice(name, self._document.fields[name], vocabulary)
        for key, (target, value) in self._values.items():
            self.fields[key] = self._value_choice(target, value)

    def _value_choice(self, target: str, value: str) -> forms.ChoiceField:
        rule = self._document.values[target][value]
        choices = list(_TEMPLATES)
        if target in CHOICES:
            choices = list(self._vocabulary.choices[target].items())
            choices.append((NEW, f"Create “{rule.name or value}”"))
        initial = NEW if rule.is_new else rule.to
        return _select(f"{TARGETS[target]} “{value}” becomes", choices, initial)

    def field_rows(self) -> Iterator[MappingRow]:
        """Yield the fields of the source."""
        for key, name in self._fields.items():
            rule = self._document.fields[name]
            found = self._found.get(name, {})
            yield MappingRow(
                label=rule.name or name,
                name=name,
                about=", ".join(found.get("samples", []))[:80],
                uses=found.get("uses", 0),
                bound=self[key],
                reason=rule.reason,
                is_new=rule.to == CUSTOM and rule.is_new,
                is_lost=rule.to == IGNORE and bool(found.get("uses")),
            )

    def value_rows(self) -> Iterator[MappingRow]:
        """Yield the listed values of the source."""
        for key, (target, value) in self._values.items():
            rule = self._document.values[target][value]
            yield MappingRow(
                label=value,
                name="",
                about=TARGETS[target],
                uses=self._uses_of(target, value),
                bound=self[key],
                reason=rule.reason,
                is_new=rule.is_new,
                is_lost=False,
            )

    def _uses_of(self, target: str, value: str) -> int:
        fields = [name for name, rule in self._document.fields.items() if rule.to == target]
        return sum(self._found.get(name, {}).get("values", {}).get(value, 0) for name in fields)

    def document(self) -> dict[str, Any]:
        """Return the mapping as it was chosen."""
        values: dict[str, dict[str, Any]] = {}
        for key, (target, value) in self._values.items():
            rule = self._document.values[target][value]
            to = self.cleaned_data[key]
            name = rule.name or value
            chosen = {"to": rule.to, "name": name, "is_new": True} if to == NEW else {"to": to}
            values.setdefault(target, {})[value] = _kept(chosen, asdict(rule))
        document = MappingDocument(source=self._document.source).as_json()
        fields = {
            name: _field_rule(self.cleaned_data[key], self._document.fields[name], self._vocabulary)
            for key, name in self._fields.items()
        }
        settings = {name: self.cleaned_data[name] for name in asdict(self._document.settings)}
        return {**document, "fields": fields, "values": values, "settings": settings}


class MappingFileForm(forms.Form):
    mapping = forms.FileField(
        label="Mapping (JSON)", widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )

    def clean_mapping(self) -> Any:
        """Read the document."""
        try:
            return json.load(self.cleaned_data["mapping"])
        except ValueError as error:
            raise forms.ValidationError(f"This is not JSON: {error}") from error


class LogForm(forms.Form):
    level = forms.ChoiceField(
        required=False,
        choices=[("", "All levels"), *((level, level.title()) for level in queries.LEVELS)],
    )
    entity = forms.ChoiceField(
        required=False,
        label="Kind",
        choices=[("", "Sections and cases"), ("section", "Sections"), ("case", "Cases")],
    )
    code = forms.ChoiceField(required=False)

    def __init__(self, codes: list[tuple[str, int]], data: QueryDict) -> None:
        super().__init__({name: data.get(name, "") for name in ("level", "entity", "code")})
        code = self.fields["code"]
        if isinstance(code, forms.ChoiceField):
            code.choices = [("", "All codes"), *((name, f"{name} ({n})") for name, n in codes)]
        for each in self.fields.values():
            each.widget.attrs["class"] = "input"

    def wanted(self) -> queries.LogFilter:
        """Return what was chosen; a choice that there is not counts as none."""
        self.is_valid()
        return queries.LogFilter(**self.cleaned_data)


def _field_choice(name: str, rule: FieldRule, vocabulary: Vocabulary) -> forms.ChoiceField:
    choices = [
        *TARGETS.items(),
        *((f"{CUSTOM}:{own.slug}", f"Field “{own.name}”") for own in vocabulary.custom),
    ]
    if all(own.slug != rule.slug for own in vocabulary.custom):
        choices.append((NEW, f"New field “{rule.name or name}”"))
    choices.append((IGNORE, "Leave out"))
    return _select(f"{rule.name or name} becomes", choices, _initial(rule, vocabulary))


def _initial(rule: FieldRule, vocabulary: Vocabulary) -> str:
    if rule.to != CUSTOM:
        return rule.to
    is_there = any(own.slug == rule.slug for own in vocabulary.custom)
    return f"{CUSTOM}:{rule.slug}" if is_there else NEW


def _select(label: str, choices: list[tuple[str, str]], initial: str) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "input"})
    return forms.ChoiceField(label=label, choices=choices, initial=initial, widget=widget)


def _field_rule(chosen: str, rule: FieldRule, vocabulary: Vocabulary) -> dict[str, Any]:
    before = asdict(rule)
    if chosen == NEW:
        return _kept({**before, "to": CUSTOM, "is_new": True}, before)
    target, _, slug = chosen.partition(":")
    for own in vocabulary.custom if target == CUSTOM else ():
        if own.slug == slug:
            place = {"slug": own.slug, "name": own.name, "kind": own.kind, "is_new": False}
            return _kept({**before, "to": CUSTOM, **place}, before)
    return _kept({**before, "to": target}, before)


def _kept(chosen: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Say whose choice it is: a guess that somebody changed is none any more."""
    is_same = all(before.get(name) == value for name, value in chosen.items() if name != "reason")
    return {**chosen, "reason": before.get("reason", "") if is_same else "chosen by you"}
