"""What kind of value each field of a work item holds, and what it means."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, TypeSpec

Json = Mapping[str, Any]
TITLE = "System.Title"
STATE = "System.State"
TAGS = "System.Tags"
DESCRIPTION = "System.Description"
REPRO_STEPS = "Microsoft.VSTS.TCM.ReproSteps"

_CATEGORIES = {
    "Proposed": "new",
    "InProgress": "active",
    "Resolved": "active",
    "Completed": "done",
    "Removed": "done",
}
# The place of an item, its counters and its plumbing are no fields of a mapping.
_NO_FIELD = re.compile(
    r"System\.(Id|Rev|Watermark|PersonId|TeamProject|WorkItemType|NodeName|History|Parent|IsDeleted"
    r"|Authorized\w+|RevisedDate|Board\w+|\w+Count|(Area|Iteration)(Id|Level\d))"
)
# What the tools for tests, reviews and feedback keep for themselves.
_TOOLS = re.compile(
    r"Microsoft\.VSTS\.WorkItemTypes\.(CodeReview\w+|Feedback\w+|Shared\w+|TestPlan|TestSuite)"
)
# The project gives these a value, whatever the description of the type says.
_GIVEN = {STATE, "System.Reason", "System.AreaPath", "System.IterationPath"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A type, what the field means, and whether its options are numbers there."""

    type: FieldType
    role: str = ""
    is_number: bool = False
    is_writable: bool = True


SYSTEM: Mapping[str, Shape] = MappingProxyType(
    {
        TITLE: Shape(FieldType.TEXT, "title"),
        DESCRIPTION: Shape(FieldType.RICH, "description"),
        REPRO_STEPS: Shape(FieldType.RICH),
        "Microsoft.VSTS.TCM.SystemInfo": Shape(FieldType.RICH, "environment"),
        "Microsoft.VSTS.Common.AcceptanceCriteria": Shape(FieldType.RICH),
        STATE: Shape(FieldType.STATUS, "status"),
        "System.Reason": Shape(FieldType.OPTION),
        "Microsoft.VSTS.Common.Priority": Shape(FieldType.OPTION, "priority", is_number=True),
        "Microsoft.VSTS.Common.Severity": Shape(FieldType.OPTION, "severity"),
        TAGS: Shape(FieldType.SET, "labels"),
        "System.AssignedTo": Shape(FieldType.PERSON, "assignee"),
        "System.CreatedBy": Shape(FieldType.PERSON, "reporter", is_writable=False),
        "System.ChangedBy": Shape(FieldType.PERSON, is_writable=False),
        "System.CreatedDate": Shape(FieldType.DATETIME, is_writable=False),
        "System.ChangedDate": Shape(FieldType.DATETIME, is_writable=False),
        "System.AreaPath": Shape(FieldType.TEXT),
        "System.IterationPath": Shape(FieldType.TEXT),
    }
)
_KINDS = {
    "string": FieldType.TEXT,
    "plainText": FieldType.TEXT,
    "treePath": FieldType.TEXT,
    "html": FieldType.RICH,
    "integer": FieldType.NUMBER,
    "double": FieldType.NUMBER,
    "dateTime": FieldType.DATETIME,
    "boolean": FieldType.BOOL,
    "identity": FieldType.PERSON,
    "picklistString": FieldType.OPTION,
    "picklistInteger": FieldType.OPTION,
    "picklistDouble": FieldType.OPTION,
}
_NUMBERS = {"integer", "double", "picklistInteger", "picklistDouble"}


def is_for_people(type_: Json) -> bool:
    """Say whether people create work items of a type."""
    name = str(type_.get("referenceName") or "")
    return not type_.get("isDisabled") and not _TOOLS.fullmatch(name)


def shape_of(field: Json) -> Shape:
    """Return the shape of a field as the list of all fields describes it."""
    known = SYSTEM.get(field["referenceName"])
    if known is not None:
        return known
    kind = str(field.get("type", ""))
    type_ = _KINDS.get(kind, FieldType.OPAQUE)
    if field.get("isIdentity"):
        type_ = FieldType.PERSON
    elif field.get("isPicklist"):
        type_ = FieldType.OPTION
    is_writable = type_ is not FieldType.OPAQUE and not field.get("readOnly")
    return Shape(type_, is_number=kind in _NUMBERS, is_writable=is_writable)


def type_spec(
    name: str, fields: Sequence[Json], shapes: Mapping[str, Shape], states: Iterable[Json]
) -> TypeSpec:
    """Describe a type of work item; types go by name, as people know them."""
    ids = {str(field["referenceName"]) for field in fields}
    options = [_state(state) for state in states]
    return TypeSpec(
        id=name,
        name=name,
        fields=[
            _field_spec(field, shapes[field["referenceName"]], ids, options)
            for field in fields
            if field["referenceName"] in shapes and not _NO_FIELD.fullmatch(field["referenceName"])
        ],
    )


def _field_spec(field: Json, shape: Shape, ids: set[str], states: list[Option]) -> FieldSpec:
    id_ = str(field["referenceName"])
    allowed = [Option(str(each), str(each)) for each in field.get("allowedValues") or []]
    type_ = FieldType.OPTION if allowed and shape.type is FieldType.TEXT else shape.type
    return FieldSpec(
        id=id_,
        name=str(field["name"]),
        type=type_,
        role=_role(id_, shape, ids),
        is_required=bool(field.get("alwaysRequired")),
        is_writable=shape.is_writable,
        has_default=field.get("defaultValue") is not None or id_ in _GIVEN,
        options=states if id_ == STATE else allowed if type_ is FieldType.OPTION else [],
    )


def _role(id_: str, shape: Shape, ids: set[str]) -> str:
    """Return what a field means: where a type has steps to reproduce, they are its text."""
    if REPRO_STEPS in ids and id_ in {DESCRIPTION, REPRO_STEPS}:
        return "description" if id_ == REPRO_STEPS else ""
    return shape.role


def _state(state: Json) -> Option:
    name = str(state["name"])
    return Option(name, name, _CATEGORIES.get(str(state.get("category", "")), "active"))
