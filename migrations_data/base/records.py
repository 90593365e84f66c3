"""Suites, sections and cases as another tool holds them: read, not yet understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Option:
    """A chosen value of a list: its number in the source and the words people see."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step; a shared step arrives expanded and only keeps its mark."""

    content: str = ""
    expected: str = ""
    additional_info: str = ""
    references: str = ""
    shared_step_id: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A file that a text speaks of and that the source does not bring along."""

    id: str
    field: str


FieldValue = str | Option | tuple[Option, ...] | tuple[StepRecord, ...]


@dataclass(frozen=True, slots=True)
class SuiteRecord:
    """The head of a file; `origin_id` is empty where the source gives none."""

    entity: ClassVar[str] = "suite"

    origin_id: str
    name: str
    description: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """One section; `parent_id` is empty at the root, `path` is for people to read."""

    entity: ClassVar[str] = "section"

    origin_id: str
    parent_id: str
    name: str
    path: str
    description: str = ""
    position: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case; `fields` holds everything but the title under the source's own names."""

    entity: ClassVar[str] = "case"

    origin_id: str
    section_id: str
    title: str
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    attachments: tuple[AttachmentRef, ...] = ()
    position: int = 0
    line: int = 0

    def known_as(self, origin_id: str) -> "CaseRecord":
        """Return the same case under another id, for those that have none or share one."""
        return replace(self, origin_id=origin_id)


Record = SuiteRecord | SectionRecord | CaseRecord
