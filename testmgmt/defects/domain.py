"""Rules of defects: what one says, what may change, how a failure describes itself."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from testmgmt.cases.domain import UNSET, Unset
from testmgmt.core.errors import DomainError
from testmgmt.projects.domain import Outcome

LIMITS = {
    "title": 500,
    "description": 1_000_000,
    "environment": 255,
    "build": 150,
    "assignee_name": 150,
    "reporter_name": 150,
}
MAX_LABEL = 100
PEOPLE = ("assignee", "reporter")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDefect:
    """A defect to be made; only the title is needed.

    Choices go by slug or name and fall back to the project's default, members by username, labels
    by name. `assignee_name` and `reporter_name` are people whom only a tracker knows; without
    either, whoever makes the defect reports it. `result_ids` are the results that show it.
    """

    title: str
    description: str = ""
    status: str = ""
    severity: str = ""
    priority: str = ""
    assignee: str = ""
    assignee_name: str = ""
    reporter: str = ""
    reporter_name: str = ""
    labels: Sequence[str] = ()
    environment: str = ""
    build: str = ""
    result_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectChange:
    """What shall be different in a defect; people and their names rule each other out."""

    title: str | Unset = UNSET
    description: str | Unset = UNSET
    status: str | Unset = UNSET
    severity: str | Unset = UNSET
    priority: str | Unset = UNSET
    assignee: str | Unset = UNSET
    assignee_name: str | Unset = UNSET
    reporter: str | Unset = UNSET
    reporter_name: str | Unset = UNSET
    labels: Sequence[str] | Unset = UNSET
    environment: str | Unset = UNSET
    build: str | Unset = UNSET


def wanted(change: NewDefect | DefectChange) -> dict[str, Any]:
    """Return what is named, by field; naming a member unnames the outsider, and the reverse."""
    values = {entry.name: getattr(change, entry.name) for entry in fields(change)}
    named = {name: value for name, value in values.items() if value is not UNSET}
    for person in PEOPLE:
        if named.get(person):
            named.setdefault(f"{person}_name", "")
        elif named.get(f"{person}_name"):
            named.setdefault(person, "")
    return named


def check_text(field: str, value: str) -> str:
    """Return a text that every database can hold; a title has to say something."""
    limit = LIMITS[field]
    if "\0" in value:
        raise DomainError("This holds a character that cannot be stored (NUL).", field=field)
    if len(value) > limit:
        raise DomainError(f"This is longer than {limit:,} characters.", field=field)
    if field == "title" and not value.strip():
        raise DomainError("Give the defect a title.", field=field, code="required")
    return value


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step of the case, and how it went."""

    action: str
    expected: str
    outcome: Outcome
    actual: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A failing attempt, as far as a defect tells of it."""

    case_key: str
    case_title: str
    run_key: str
    run_name: str
    comment: str
    steps: Sequence[FailedStep]


def _indented(label: str, text: str) -> list[str]:
    """Return one entry of a list below a step; further lines keep its indent."""
    body = text.strip().replace("\n", "\n     ")
    return [f"   - {label}: {body}"] if body else []


def title_of(failure: Failure) -> str:
    """Return the case's title, with what was seen where the tester noted it."""
    seen = next((s.actual for s in failure.steps if s.actual.strip()), failure.comment).strip()
    first = seen.splitlines()[0].replace("`", "") if seen else ""
    return (f"{failure.case_title}: {first}" if first else failure.case_title)[: LIMITS["title"]]


def description_of(failure: Failure) -> str:
    """Return Markdown that lets somebody else reproduce a failure."""
    found = f"Found in {failure.run_key} “{failure.run_name}” by {failure.case_key}."
    lines = ["## Steps to reproduce", ""] if failure.steps else []
    for number, step in enumerate(failure.steps, start=1):
        mark = " **(failed here)**" if step.outcome == Outcome.FAILED else ""
        action = step.action.strip().replace("\n", "\n   ")
        lines.append(f"{number}. {action or 'Step'}{mark}")
        lines += _indented("Expected", step.expected)
        lines += _indented("Actual", step.actual)
    parts = ["\n".join(lines), failure.comment.strip(), found]
    return "\n\n".join(part for part in parts if part)
