"""What somebody wants of a case or a section: a new one, or a change that names its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

from testmgmt.cases.domain.steps import Step


class Unset(Enum):
    """Marks what a change leaves as it is; None and "" are values."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case to be made; only the title is needed.

    Choices go by slug or name and fall back to the project's default, people by username, tags
    by name. Without a position it comes last in its section. `note` says why, in the history.
    """

    title: str
    description: str = ""
    preconditions: str = ""
    expected: str = ""
    steps: Sequence[Step] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    template: str = "steps"
    state: str = ""
    priority: str = ""
    type: str = ""
    tags: Sequence[str] = ()
    estimate_seconds: int | None = None
    references: str = ""
    owner: str = ""
    assignee: str = ""
    assignee_name: str = ""
    section_id: int | None = None
    position: int | None = None
    note: str = ""
    marker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """What shall be different in a case; `custom` names only the fields that change."""

    title: str | Unset = UNSET
    description: str | Unset = UNSET
    preconditions: str | Unset = UNSET
    expected: str | Unset = UNSET
    steps: Sequence[Step] | Unset = UNSET
    custom: Mapping[str, Any] | Unset = UNSET
    template: str | Unset = UNSET
    state: str | Unset = UNSET
    priority: str | Unset = UNSET
    type: str | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET
    estimate_seconds: int | Unset | None = UNSET
    references: str | Unset = UNSET
    owner: str | Unset = UNSET
    assignee: str | Unset = UNSET
    assignee_name: str | Unset = UNSET
    section_id: int | Unset | None = UNSET
    position: int | Unset = UNSET
    note: str | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSection:
    """A section to be made, below `parent_id`, or below one made earlier in the same batch."""

    name: str
    description: str = ""
    parent_id: int | None = None
    parent_index: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """What shall be different in a section."""

    name: str | Unset = UNSET
    description: str | Unset = UNSET
    parent_id: int | Unset | None = UNSET
    position: int | Unset = UNSET


def given(change: NewCase | CaseChange | SectionChange) -> dict[str, Any]:
    """Return what a change names, by field."""
    values = {entry.name: getattr(change, entry.name) for entry in fields(change)}
    return {name: value for name, value in values.items() if value is not UNSET}
