"""What a repository's issues consist of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, TypeSpec

PLAIN_TYPE = "Issue"
"""What an issue is called that has none of its organisation's types."""
STATUSES = (
    Option("open", "Open", "new"),
    Option("completed", "Closed as completed", "done"),
    Option("not_planned", "Closed as not planned", "done"),
    Option("duplicate", "Closed as duplicate", "done"),
)
STATE: Sequence[str] = ("state", "state_reason")
"""What a status is made of in GitHub's payloads."""
FILES = "files_url"
"""The address of the repository's files on the branch that the connection names."""
_OPEN, _COMPLETED = STATUSES[:2]
_FIELDS = (
    FieldSpec("title", "Title", FieldType.TEXT, "title", is_required=True),
    FieldSpec("body", "Description", FieldType.RICH, "description"),
    FieldSpec("state", "Status", FieldType.STATUS, "status", has_default=True, options=STATUSES),
    FieldSpec("labels", "Labels", FieldType.SET, "labels"),
    FieldSpec("assignee", "Assignee (the first)", FieldType.PERSON, "assignee"),
    FieldSpec("assignees", "All assignees", FieldType.SET),
    FieldSpec("milestone", "Milestone", FieldType.OPTION),
    FieldSpec("user", "Author", FieldType.PERSON, "reporter", is_writable=False),
    FieldSpec("created_at", "Created", FieldType.DATETIME, is_writable=False),
    FieldSpec("closed_at", "Closed", FieldType.DATETIME, is_writable=False),
    FieldSpec(FILES, "Files on the branch", FieldType.URL, is_writable=False),
)
FIELDS: Mapping[str, FieldSpec] = {one.id: one for one in _FIELDS}


def type_specs(
    types: Iterable[Mapping[str, Any]], labels: Sequence[str], milestones: Sequence[str]
) -> list[TypeSpec]:
    """Describe the types that an issue may have; all have the same fields."""
    options = {"labels": labels, "milestone": milestones}
    fields = [
        replace(one, options=[Option(name, name) for name in options[one.id]])
        if one.id in options
        else one
        for one in _FIELDS
    ]
    names = [str(type_["name"]) for type_ in types if type_.get("is_enabled", True)]
    return [TypeSpec(name, name, fields) for name in [PLAIN_TYPE, *names]]


def status_of(issue: Mapping[str, Any]) -> str:
    """Return the name of an issue's status; what was closed long ago has no reason."""
    if issue["state"] == "open":
        return _OPEN.name
    reason = issue.get("state_reason")
    return next((one.name for one in STATUSES if one.id == reason), _COMPLETED.name)


def state_of(status: str) -> dict[str, str] | None:
    """Return what to write for a status, None where GitHub has none of that name."""
    found = next((one for one in STATUSES if one.name.casefold() == status.casefold()), None)
    if found is None:
        return None
    return {"state": "open"} if found == _OPEN else {"state": "closed", "state_reason": found.id}
