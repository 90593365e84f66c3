"""What becomes of each field and value of a source: a document that people save, edit and reuse."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

FORMAT = 1
CUSTOM = "custom"
IGNORE = "ignore"

# What a case has of its own, in the words of the page.
TARGETS: dict[str, str] = {
    "description": "Description",
    "preconditions": "Preconditions",
    "steps": "Steps",
    "expected": "Expected result",
    "template": "Template",
    "type": "Type",
    "priority": "Priority",
    "state": "State",
    "estimate": "Estimate",
    "references": "References",
    "assignee": "Assignee",
    "tags": "Tags",
}
KINDS = ("text", "rich", "number", "boolean", "date", "user", "url", "choice", "multi")
CHOICES = ("type", "priority", "state")  # targets whose values the project lists
LISTED = (*CHOICES, "template")
BY_CONTENT = "by-content"  # the template that fits what the case holds


class MappingError(ValueError):
    """The document cannot be used; the message names the entry at fault."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What becomes of one field: a target, a custom field (`slug`, `name`, `kind`), or nothing."""

    to: str
    slug: str = ""
    name: str = ""
    kind: str = ""
    is_new: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """What becomes of one value: the slug of a choice, which `is_new` asks to create as `name`."""

    to: str
    name: str = ""
    is_new: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole import.

    A working day has fewer hours than a day: `1d` of an estimate is 8 hours unless said otherwise.
    """

    hours_a_day: int = 8
    days_a_week: int = 5
    is_suite_a_section: bool = False
    instance: str = ""


@dataclass(frozen=True, slots=True)
class MappingDocument:
    """All rules of one import."""

    source: str
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, ValueRule]] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    def as_json(self) -> dict[str, Any]:
        """Return the document as it is stored and downloaded."""
        return {
            "format": FORMAT,
            "source": self.source,
            "fields": {name: asdict(rule) for name, rule in self.fields.items()},
            "values": {
                target: {value: asdict(rule) for value, rule in rules.items()}
                for target, rules in self.values.items()
            },
            "settings": asdict(self.settings),
        }

    def over(self, base: "MappingDocument") -> "MappingDocument":
        """Return `base` with everything that this document says instead."""
        values = {
            target: {**base.values.get(target, {}), **self.values.get(target, {})}
            for target in {**base.values, **self.values}
        }
        return MappingDocument(
            base.source, {**base.fields, **self.fields}, values, settings=self.settings
        )


@dataclass(frozen=True, slots=True)
class CustomTarget:
    """A custom field that the project has already."""

    slug: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the project understands: choices by target and slug, and custom fields."""

    choices: Mapping[str, Mapping[str, str]]
    custom: tuple[CustomTarget, ...] = ()


def parse(document: object) -> MappingDocument:
    """Return the document, or say which entry is wrong."""
    entries = _object(document, "The mapping")
    if entries.get("format") != FORMAT:
        raise MappingError(f"The mapping must say “format”: {FORMAT}.")
    rules = {
        name: _rule(FieldRule, rule, f"fields.{name}")
        for name, rule in _object(entries.get("fields", {}), "fields").items()
    }
    for name, rule in rules.items():
        _check_field(name, rule)
    return MappingDocument(
        source=str(entries.get("source", "")),
        fields=rules,
        values=_values(entries.get("values", {})),
        settings=_settings(entries.get("settings", {})),
    )


def _values(document: object) -> dict[str, dict[str, ValueRule]]:
    found: dict[str, dict[str, ValueRule]] = {}
    for target, rules in _object(document, "values").items():
        if target not in LISTED:
            raise MappingError(f"values.{target}: known are {', '.join(LISTED)}.")
        found[target] = {
            value: _rule(ValueRule, rule, f"values.{target}.{value}")
            for value, rule in _object(rules, f"values.{target}").items()
        }
    return found


def _settings(document: object) -> Settings:
    settings = _rule(Settings, document, "settings")
    for name in ("hours_a_day", "days_a_week"):
        if getattr(settings, name) < 1:
            raise MappingError(f"settings.{name} must be at least 1.")
    return settings


def _check_field(name: str, rule: FieldRule) -> None:
    if rule.to == CUSTOM:
        if not rule.slug or rule.kind not in KINDS:
            raise MappingError(f"fields.{name}: a custom field needs a slug and a kind.")
    elif rule.to != IGNORE and rule.to not in TARGETS:
        raise MappingError(f"fields.{name}: there is no field “{rule.to}”.")


_Rule = TypeVar("_Rule", FieldRule, ValueRule, Settings)


def _rule(kind: type[_Rule], document: object, place: str) -> _Rule:
    entries = _object(document, place)
    defaults = {each.name: each for each in fields(kind)}
    for name, value in entries.items():
        if name not in defaults:
            raise MappingError(f"{place}: unknown entry “{name}”.")
        wanted = defaults[name].type
        if type(value).__name__ != getattr(wanted, "__name__", wanted):
            raise MappingError(f"{place}.{name} has a value of the wrong type.")
    if "to" in defaults and "to" not in entries:
        raise MappingError(f"{place}: “to” is missing.")
    return kind(**entries)


def _object(document: object, place: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise MappingError(f"{place} must be an object.")
    return document
