"""Lists to choose from."""

from collections.abc import Iterable

from django import forms

from testmgmt.cases.domain.sections import Branch
from testmgmt.projects.names import Choices


def options_of(choices: Choices, empty: str = "") -> list[tuple[str, str]]:
    """Return the active choices, after one that stands for none where it has a name."""
    offered = [(choice.slug, choice.name) for choice in choices.rows if choice.is_active]
    return [("", empty), *offered] if empty else offered


def section_options(branches: Iterable[Branch]) -> list[tuple[str, str]]:
    """Return the sections for a list to choose from, indented by their level."""
    sections = [(str(b.id), "\u2003" * b.level + b.name) for b in branches]
    return [("", "Unsorted"), *sections]


def offer(field: forms.Field, options: list[tuple[str, str]]) -> None:
    """Let a field choose from these."""
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{field!r} is no list to choose from")
    field.choices = options
