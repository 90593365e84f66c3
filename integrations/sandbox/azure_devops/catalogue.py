"""The organization as its process defines it: fields, work item types, projects."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from integrations.sandbox.azure_devops.errors import no_field, no_type

COLLECTION = "2245531e-4735-4f13-81d1-a4a33d5532a1"
ACCOUNT = "0da6820a-0c82-40bd-8b31-bc1bb2a21a35"
DESCRIPTION = "System.Description"
REPRO_STEPS = "Microsoft.VSTS.TCM.ReproSteps"
SEVERITY = "Microsoft.VSTS.Common.Severity"
PRIORITY = "Microsoft.VSTS.Common.Priority"


class Kind(StrEnum):
    """What a field holds; the values are the service's names."""

    LINE = "string"
    TEXT = "plainText"
    HTML = "html"
    HISTORY = "history"
    INTEGER = "integer"
    NUMBER = "double"
    DATE = "dateTime"
    TREE = "treePath"
    SWITCH = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """A field; `options` limit its values."""

    ref: str
    name: str
    kind: Kind
    is_identity: bool = False
    is_read_only: bool = False
    options: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A state of a type; the category says what it means."""

    name: str
    color: str
    category: str


@dataclass(frozen=True, slots=True)
class ItemType:
    """A work item type of a project; the first state is where new items begin.

    `steps` leads from each state to those open from it; `needs` names fields that must be
    filled in a state; `defaults` are the fields that have one.
    """

    name: str
    color: str
    states: tuple[State, ...]
    steps: Mapping[str, Sequence[str]]
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    defaults: Mapping[str, str | int] = field(default_factory=dict)
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def state(self, name: str) -> State | None:
        """Return a state by name, in any case."""
        found = (state for state in self.states if state.name.casefold() == name.casefold())
        return next(found, None)

    def reason(self, state: str, *, is_new: bool) -> str:
        """Return the reason that a move to a state gets by itself."""
        if is_new:
            return "New defect reported" if self.name == "Bug" else "New"
        return self.reasons.get(state, (f"Moved to state {state}",))[0]


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its types and the paths of its two trees, below the root."""

    id: str
    key: str
    name: str
    process: str
    types: tuple[ItemType, ...]
    areas: tuple[str, ...]
    iterations: tuple[str, ...]

    def type(self, name: str) -> ItemType:
        """Return a type by name, in any case."""
        for found in self.types:
            if found.name.casefold() == name.casefold():
                return found
        raise no_type(name, self.name)

    def path(self, group: str, text: str) -> str | None:
        """Return a path of a tree as the service writes it, None where there is none."""
        below = self.areas if group == "areas" else self.iterations
        known = [self.name, *(f"{self.name}\\{path}" for path in below)]
        wanted = text.strip("\\").casefold()
        return next((path for path in known if path.casefold() == wanted), None)


def _system(ref: str, name: str, kind: Kind, *, is_identity: bool = False) -> Field:
    return Field(f"System.{ref}", name, kind, is_identity=is_identity, is_read_only=True)


_SEVERITIES = ("1 - Critical", "2 - High", "3 - Medium", "4 - Low")
_ALL = (
    _system("Id", "ID", Kind.INTEGER),
    Field("System.AreaPath", "Area Path", Kind.TREE),
    _system("TeamProject", "Team Project", Kind.LINE),
    Field("System.IterationPath", "Iteration Path", Kind.TREE),
    _system("Rev", "Rev", Kind.INTEGER),
    _system("AuthorizedDate", "Authorized Date", Kind.DATE),
    _system("RevisedDate", "Revised Date", Kind.DATE),
    _system("WorkItemType", "Work Item Type", Kind.LINE),
    Field("System.State", "State", Kind.LINE),
    Field("System.Reason", "Reason", Kind.LINE),
    Field("System.AssignedTo", "Assigned To", Kind.LINE, is_identity=True),
    _system("CreatedDate", "Created Date", Kind.DATE),
    _system("CreatedBy", "Created By", Kind.LINE, is_identity=True),
    _system("ChangedDate", "Changed Date", Kind.DATE),
    _system("ChangedBy", "Changed By", Kind.LINE, is_identity=True),
    _system("CommentCount", "Comment Count", Kind.INTEGER),
    _system("Watermark", "Watermark", Kind.INTEGER),
    _system("IsDeleted", "Is Deleted", Kind.SWITCH),
    Field("System.Title", "Title", Kind.LINE),
    Field(DESCRIPTION, "Description", Kind.HTML),
    Field("System.History", "History", Kind.HISTORY),
    Field("System.Tags", "Tags", Kind.TEXT),
    Field(
        "Microsoft.VSTS.Common.StateChangeDate",
        "State Change Date",
        Kind.DATE,
        is_read_only=True,
    ),
    Field(PRIORITY, "Priority", Kind.INTEGER, options=(1, 2, 3, 4)),
    Field(SEVERITY, "Severity", Kind.LINE, options=_SEVERITIES),
    Field(
        "Microsoft.VSTS.Common.ValueArea",
        "Value Area",
        Kind.LINE,
        options=("Architectural", "Business"),
    ),
    Field("Microsoft.VSTS.Common.AcceptanceCriteria", "Acceptance Criteria", Kind.HTML),
    Field(REPRO_STEPS, "Repro Steps", Kind.HTML),
    Field("Microsoft.VSTS.TCM.SystemInfo", "System Info", Kind.HTML),
    Field("Microsoft.VSTS.Build.FoundIn", "Found In", Kind.LINE),
    Field("Microsoft.VSTS.Scheduling.StoryPoints", "Story Points", Kind.NUMBER),
    Field("Microsoft.VSTS.Scheduling.RemainingWork", "Remaining Work", Kind.NUMBER),
    Field("Microsoft.VSTS.Scheduling.DueDate", "Due Date", Kind.DATE),
    Field("Custom.Team", "Team", Kind.LINE, options=("Platform", "Search", "Billing")),
    Field("Custom.RootCause", "Root Cause", Kind.LINE, options=("Code", "Data", "Environment")),
    Field("Custom.IsRegression", "Is Regression", Kind.SWITCH),
)
FIELDS: Mapping[str, Field] = {one.ref: one for one in _ALL}
_BY_NAME = {name.casefold(): one for one in _ALL for name in (one.ref, one.name)}


def find_field(name: str) -> Field:
    """Return a field by reference name or name, in any case."""
    found = _BY_NAME.get(name.casefold())
    if found is None:
        raise no_field(name)
    return found


_NEW = State("New", "b2b2b2", "Proposed")
_ACTIVE = State("Active", "007acc", "InProgress")
_RESOLVED = State("Resolved", "ff9d00", "Resolved")
_CLOSED = State("Closed", "339933", "Completed")
_REMOVED = State("Removed", "ffffff", "Removed")
_TODO = State("To Do", "b2b2b2", "Proposed")
_DOING = State("Doing", "007acc", "InProgress")
_DONE = State("Done", "339933", "Completed")

_EVERYWHERE = tuple(
    one.ref for one in _ALL if one.ref.startswith("System.") and one.ref != "System.IsDeleted"
)
_PLANNING = ("Microsoft.VSTS.Common.StateChangeDate", PRIORITY)
_BUG = (
    *_EVERYWHERE,
    *_PLANNING,
    SEVERITY,
    REPRO_STEPS,
    "Microsoft.VSTS.TCM.SystemInfo",
    "Microsoft.VSTS.Build.FoundIn",
    "Microsoft.VSTS.Scheduling.DueDate",
    "Custom.IsRegression",
)
_STORY = (
    *_EVERYWHERE,
    *_PLANNING,
    "Microsoft.VSTS.Common.ValueArea",
    "Microsoft.VSTS.Common.AcceptanceCriteria",
    "Microsoft.VSTS.Scheduling.StoryPoints",
)
_TASK = (*_EVERYWHERE, *_PLANNING, "Microsoft.VSTS.Scheduling.RemainingWork")
_BUG_DEFAULTS: Mapping[str, str | int] = {PRIORITY: 2, SEVERITY: "3 - Medium"}
_BUG_REASONS = {
    "Active": ("Approved", "Investigate", "Regression", "Not fixed"),
    "Resolved": ("Fixed", "As Designed", "Cannot Reproduce", "Deferred", "Duplicate", "Obsolete"),
    "Closed": ("Fixed and verified", "As Designed", "Deferred", "Duplicate"),
}


def _free(*states: State) -> Mapping[str, Sequence[str]]:
    names = [state.name for state in states]
    return {name: [other for other in names if other != name] for name in names}


_ENGINEERING = Project(
    "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c",
    "ENG",
    "Engineering",
    "Agile",
    (
        ItemType(
            "Bug",
            "CC293D",
            (_NEW, _ACTIVE, _RESOLVED, _CLOSED),
            _free(_NEW, _ACTIVE, _RESOLVED, _CLOSED),
            _BUG,
            defaults=_BUG_DEFAULTS,
            reasons=_BUG_REASONS,
        ),
        ItemType(
            "User Story",
            "009CCC",
            (_NEW, _ACTIVE, _RESOLVED, _CLOSED, _REMOVED),
            _free(_NEW, _ACTIVE, _RESOLVED, _CLOSED, _REMOVED),
            _STORY,
            defaults={PRIORITY: 2, "Microsoft.VSTS.Common.ValueArea": "Business"},
        ),
        ItemType(
            "Task",
            "F2CB1D",
            (_NEW, _ACTIVE, _CLOSED, _REMOVED),
            _free(_NEW, _ACTIVE, _CLOSED, _REMOVED),
            _TASK,
            defaults={PRIORITY: 2},
        ),
    ),
    ("Website", "Website\\Checkout", "Mobile"),
    ("Release 1", "Release 1\\Sprint 1", "Release 1\\Sprint 2"),
)
_OPERATIONS = Project(
    "eb6e4656-77fc-42a1-9181-4c6d8e9da5d1",
    "OPS",
    "Operations",
    "Operations process",
    (
        ItemType(
            "Bug",
            "CC293D",
            (_NEW, _ACTIVE, _RESOLVED, _CLOSED),
            {
                "New": ["Active"],
                "Active": ["New", "Resolved"],
                "Resolved": ["Active", "Closed"],
                "Closed": ["Active"],
            },
            (*_BUG, "Custom.Team", "Custom.RootCause"),
            required=("Custom.Team",),
            defaults=_BUG_DEFAULTS,
            needs={"Resolved": ["Custom.RootCause"]},
            reasons=_BUG_REASONS,
        ),
        ItemType(
            "Issue",
            "339947",
            (_TODO, _DOING, _DONE),
            _free(_TODO, _DOING, _DONE),
            (*_EVERYWHERE, *_PLANNING),
            defaults={PRIORITY: 2},
        ),
    ),
    ("Mail", "Network"),
    ("Sprint 1",),
)
PROJECTS = (_ENGINEERING, _OPERATIONS)


def project_of(id_: str) -> Project:
    """Return the project with that id."""
    return next(project for project in PROJECTS if project.id == id_)


def node_id(project: Project, group: str, path: str) -> tuple[int, str]:
    """Return the number and the GUID of a node."""
    guid = uuid.uuid5(uuid.UUID(project.id), f"{group}:{path}")
    return guid.int % 90_000 + 10_000, str(guid)
