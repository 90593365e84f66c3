"""The shape of the site: statuses, workflows, fields, projects. Fixed, as an admin left it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"


@dataclass(frozen=True, slots=True)
class Category:
    """A status category; ids, keys and colours are the same on every Jira."""

    id: int
    key: str
    name: str
    colour: str


TO_DO = Category(2, "new", "To Do", "blue-gray")
IN_PROGRESS = Category(4, "indeterminate", "In Progress", "yellow")
DONE = Category(3, "done", "Done", "green")


@dataclass(frozen=True, slots=True)
class Status:
    """A status of the site."""

    id: str
    name: str
    category: Category


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: a priority, a resolution, an option of a custom field."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class IssueType:
    """A type of issue."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of a workflow; a screen asks for a resolution."""

    id: str
    name: str
    sources: tuple[str, ...]
    target: str
    has_screen: bool = False
    clears_resolution: bool = False


class Kind(StrEnum):
    """How a field holds its value."""

    LINE = "line"
    RICH = "rich"
    NUMBER = "number"
    DATE = "date"
    LABELS = "labels"
    USER = "user"
    PRIORITY = "priority"
    RESOLUTION = "resolution"
    OPTION = "option"
    OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be written; custom ones have `custom`, their type."""

    id: str
    name: str
    kind: Kind
    custom: str = ""
    options: tuple[Option, ...] = ()

    @property
    def clauses(self) -> Sequence[str]:
        """Return the names that JQL knows it by."""
        if not self.custom:
            return (self.id,)
        return (f"cf[{self.id.removeprefix('customfield_')}]", self.name)


@dataclass(frozen=True, slots=True)
class Project:
    """A project: `screens` gives for each type id its fields and whether each is required."""

    id: str
    key: str
    name: str
    description: str
    lead: str
    priorities: tuple[Option, ...]
    default_priority: str
    transitions: tuple[Transition, ...]
    first_status: str
    screens: Mapping[str, Mapping[str, bool]]

    @property
    def statuses(self) -> list[Status]:
        """Return the statuses of the workflow, the first one first."""
        found = [self.first_status]
        found += [step.target for step in self.transitions if step.target not in found]
        return [STATUSES[id_] for id_ in dict.fromkeys(found)]


def _by_id(statuses: Sequence[Status]) -> Mapping[str, Status]:
    return {status.id: status for status in statuses}


STATUSES = _by_id(
    [
        Status("10000", "To Do", TO_DO),
        Status("3", "In Progress", IN_PROGRESS),
        Status("10001", "In Review", IN_PROGRESS),
        Status("10002", "Done", DONE),
        Status("1", "Open", TO_DO),
        Status("4", "Reopened", TO_DO),
        Status("5", "Resolved", DONE),
        Status("6", "Closed", DONE),
    ]
)

TYPES = {
    type_.id: type_
    for type_ in (
        IssueType("10004", "Bug", "A problem or error."),
        IssueType("10002", "Task", "A small, distinct piece of work."),
        IssueType("10001", "Story", "Functionality or a feature expressed as a user goal."),
    )
}

RESOLUTIONS = (
    Option("10000", "Done"),
    Option("10001", "Won't Do"),
    Option("10002", "Duplicate"),
    Option("10003", "Cannot Reproduce"),
)

_NAMED_PRIORITIES = (
    Option("1", "Highest"),
    Option("2", "High"),
    Option("3", "Medium"),
    Option("4", "Low"),
    Option("5", "Lowest"),
)
_NUMBERED_PRIORITIES = (
    Option("10000", "P1"),
    Option("10001", "P2"),
    Option("10002", "P3"),
    Option("10003", "P4"),
)
PRIORITIES = _NAMED_PRIORITIES + _NUMBERED_PRIORITIES

FIELDS = {
    field.id: field
    for field in (
        Field("summary", "Summary", Kind.LINE),
        Field("description", "Description", Kind.RICH),
        Field("environment", "Environment", Kind.RICH),
        Field("priority", "Priority", Kind.PRIORITY),
        Field("labels", "Labels", Kind.LABELS),
        Field("assignee", "Assignee", Kind.USER),
        Field("reporter", "Reporter", Kind.USER),
        Field("duedate", "Due date", Kind.DATE),
        Field("resolution", "Resolution", Kind.RESOLUTION),
        Field(
            "customfield_10010",
            "Severity",
            Kind.OPTION,
            f"{_CUSTOM}select",
            (
                Option("10100", "Blocker"),
                Option("10101", "Critical"),
                Option("10102", "Major"),
                Option("10103", "Minor"),
            ),
        ),
        Field("customfield_10011", "Found in", Kind.LINE, f"{_CUSTOM}textfield"),
        Field("customfield_10012", "Story points", Kind.NUMBER, f"{_CUSTOM}float"),
        Field("customfield_10013", "Impact", Kind.RICH, f"{_CUSTOM}textarea"),
        Field(
            "customfield_10014",
            "Platforms",
            Kind.OPTIONS,
            f"{_CUSTOM}multiselect",
            (Option("10110", "Web"), Option("10111", "iOS"), Option("10112", "Android")),
        ),
        Field(
            "customfield_10020",
            "Team",
            Kind.OPTION,
            f"{_CUSTOM}select",
            (Option("10120", "Payments"), Option("10121", "Search"), Option("10122", "Platform")),
        ),
    )
}

_BASIC = {
    "summary": True,
    "reporter": True,
    "description": False,
    "priority": False,
    "labels": False,
    "assignee": False,
    "duedate": False,
}
_BUG = {
    **_BASIC,
    "environment": False,
    "customfield_10010": False,
    "customfield_10011": False,
    "customfield_10013": False,
    "customfield_10014": False,
}

ENG = Project(
    id="10000",
    key="ENG",
    name="Engineering",
    description="The product and its bugs.",
    lead="ken",
    priorities=_NAMED_PRIORITIES,
    default_priority="3",
    transitions=(
        Transition("11", "Start work", ("10000",), "3"),
        Transition("21", "Ask for review", ("3",), "10001"),
        Transition("31", "Approve", ("10001",), "10002", has_screen=True),
        Transition("41", "Put back", ("3",), "10000"),
        Transition("51", "Ask for changes", ("10001",), "3"),
        Transition("61", "Reopen", ("10002",), "10000", clears_resolution=True),
    ),
    first_status="10000",
    screens={
        "10004": _BUG,
        "10002": _BASIC,
        "10001": {**_BASIC, "customfield_10012": False},
    },
)

OPS = Project(
    id="10001",
    key="OPS",
    name="Operations",
    description="What runs, and what broke at night.",
    lead="admin",
    priorities=_NUMBERED_PRIORITIES,
    default_priority="10002",
    transitions=(
        Transition("4", "Start progress", ("1", "4"), "3"),
        Transition("5", "Resolve issue", ("1", "3", "4"), "5", has_screen=True),
        Transition("701", "Close issue", ("5",), "6"),
        # The resolution stays, as in many a workflow that nobody looks after.
        Transition("2", "Reopen issue", ("5", "6"), "4"),
    ),
    first_status="1",
    screens={
        "10004": {**_BUG, "customfield_10020": True},
        "10002": {**_BASIC, "customfield_10020": False},
    },
)

PROJECTS = (ENG, OPS)
