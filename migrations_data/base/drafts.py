"""Records in the words of our product: what the importer hands over to be written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

_PLACE = frozenset({"origin_id", "section_id", "parent_id", "position", "line", "digest"})


def _digest(draft: Any) -> str:
    content = [getattr(draft, name) for name in draft.__slots__ if name not in _PLACE]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(step: "StepDraft") -> list[str]:
    return [step.action, step.data, step.expected]


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One step."""

    action: str
    data: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """One section; `parent_id` is the origin id of its parent, empty at the root."""

    entity: ClassVar[str] = "section"

    origin_id: str
    parent_id: str
    name: str
    description: str = ""
    position: int = 0
    line: int = 0
    digest: str = field(init=False)  # what it says, whatever its id and place

    @property
    def title(self) -> str:
        """What the log calls it."""
        return self.name

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", _digest(self))

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.parent_id}:{self.position}"

    def apart(self) -> "SectionDraft":
        """Return the same section under an id of its own, made of what it says."""
        return replace(self, origin_id=f"{self.origin_id}#{self.digest[:8]}")


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """One case; choices are slugs of the project, `custom` is by slug."""

    entity: ClassVar[str] = "case"

    origin_id: str
    section_id: str
    title: str
    template: str = "steps"
    description: str = ""
    preconditions: str = ""
    expected: str = ""
    steps: tuple[StepDraft, ...] = ()
    type: str = ""
    priority: str = ""
    state: str = ""
    estimate_seconds: int | None = None
    references: str = ""
    assignee: str = ""
    tags: tuple[str, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0
    line: int = 0
    digest: str = field(init=False)  # what it says, whatever its id and place

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", _digest(self))

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.section_id}:{self.position}"

    def apart(self) -> "CaseDraft":
        """Return the same case under an id of its own, made of what it says."""
        return replace(self, origin_id=f"{self.origin_id}#{self.digest[:8]}")


Draft = SectionDraft | CaseDraft
