"""An issue and what hangs on it, as the API shows them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.jira import reading
from integrations.sandbox.jira.catalogue import (
    FIELDS,
    STATUSES,
    TYPES,
    Field,
    Kind,
    Project,
    Transition,
)
from integrations.sandbox.jira.markup.html import to_html
from integrations.sandbox.jira.model import Attachment, Change, Comment, Issue, Json
from integrations.sandbox.jira.view import View

_EXPAND = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
_NOT_NAVIGABLE = ("comment", "attachment", "timetracking")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks of an issue; at most `comment_limit` comments, the newest."""

    fields: Sequence[str]
    expand: Collection[str] = ()
    properties: Sequence[str] = ()
    comment_limit: int | None = None

    def has(self, name: str) -> bool:
        """Say whether a field is wanted."""
        if f"-{name}" in self.fields:
            return False
        if "*all" in self.fields or name in self.fields:
            return True
        is_default = all(field.startswith("-") for field in self.fields)
        navigable = "*navigable" in self.fields or is_default
        return navigable and name not in _NOT_NAVIGABLE


def issue_json(view: View, issue: Issue, wanted: Wanted) -> Json:
    """Return an issue."""
    body: Json = {
        "expand": _EXPAND,
        "id": issue.id,
        "self": view.link(f"issue/{issue.id}"),
        "key": issue.key,
        "fields": _fields(view, issue, wanted),
    }
    if wanted.properties:
        body["properties"] = _properties(issue, wanted.properties)
    if "renderedFields" in wanted.expand:
        body["renderedFields"] = _rendered(view, issue, wanted)
    if "names" in wanted.expand:
        body["names"] = {name: FIELDS[name].name for name in FIELDS if wanted.has(name)}
    if "transitions" in wanted.expand:
        steps = reading.open_steps(view.site, view.who, issue)
        body["transitions"] = [transition_json(view, step) for step in steps]
    if "changelog" in wanted.expand:
        body["changelog"] = _changelog(view, issue)
    return body


def comment_json(view: View, comment: Comment, expand: Collection[str] = ()) -> Json:
    """Return a comment."""
    body: Json = {
        "self": view.link(f"issue/{comment.issue}/comment/{comment.id}"),
        "id": comment.id,
        "author": view.person(comment.author),
        "body": comment.body,
        "updateAuthor": view.person(comment.update_author),
        "created": view.time(comment.created),
        "updated": view.time(comment.updated),
    }
    if view.site.face.deployment == "Cloud":
        body["jsdPublic"] = True
    if comment.visibility:
        body["visibility"] = comment.visibility
    if "renderedBody" in expand:
        body["renderedBody"] = str(to_html(view.site.face.document(comment.body)))
    if "properties" in expand:
        pairs = comment.properties.items()
        body["properties"] = [{"key": key, "value": value} for key, value in pairs]
    return body


def attachment_json(view: View, attachment: Attachment) -> Json:
    """Return an attachment without its bytes."""
    content = (
        view.link(f"attachment/content/{attachment.id}")
        if view.site.face.deployment == "Cloud"
        else f"{view.site.base_url}/secure/attachment/{attachment.id}/{attachment.filename}"
    )
    return {
        "self": view.link(f"attachment/{attachment.id}"),
        "id": attachment.id,
        "filename": attachment.filename,
        "author": view.person(attachment.author),
        "created": view.time(attachment.created),
        "size": attachment.size,
        "mimeType": attachment.mime,
        "content": content,
    }


def change_json(view: View, change: Change) -> Json:
    """Return an entry of the history."""
    return {
        "id": change.id,
        "author": view.person(change.author),
        "created": view.time(change.created),
        "items": change.items,
    }


def transition_json(view: View, step: Transition) -> Json:
    """Return a transition without its screen."""
    return {
        "id": step.id,
        "name": step.name,
        "to": view.status(STATUSES[step.target]),
        "hasScreen": step.has_screen,
        "isGlobal": False,
        "isInitial": False,
        "isAvailable": True,
        "isConditional": False,
        "isLooped": False,
    }


def field_meta(view: View, field: Field, project: Project, *, is_required: bool) -> Json:
    """Return what may be written in a field."""
    meta: Json = {
        "required": is_required,
        "schema": schema(field),
        "name": field.name,
        "key": field.id,
        "fieldId": field.id,
        "hasDefaultValue": field.id in ("priority", "reporter"),
        "operations": ["set", "add", "remove"]
        if field.kind in (Kind.LABELS, Kind.OPTIONS)
        else ["set"],
    }
    options = view.options_of(field, project)
    return {**meta, "allowedValues": options} if options else meta


def schema(field: Field) -> Json:
    """Return the type of a field."""
    shape: Json = dict(_SCHEMAS[field.kind])
    if not field.custom:
        return {**shape, "system": field.id}
    number = int(field.id.removeprefix("customfield_"))
    return {**shape, "custom": field.custom, "customId": number}


_SCHEMAS = {
    Kind.LINE: {"type": "string"},
    Kind.RICH: {"type": "string"},
    Kind.NUMBER: {"type": "number"},
    Kind.DATE: {"type": "date"},
    Kind.LABELS: {"type": "array", "items": "string"},
    Kind.USER: {"type": "user"},
    Kind.PRIORITY: {"type": "priority"},
    Kind.RESOLUTION: {"type": "resolution"},
    Kind.OPTION: {"type": "option"},
    Kind.OPTIONS: {"type": "array", "items": "option"},
}


def _fields(view: View, issue: Issue, wanted: Wanted) -> Json:
    project = view.site.project_of(issue)
    shown: Json = {}
    for field in FIELDS.values():
        is_here = field.id in project.screens[issue.type] or field.id in issue.values
        if wanted.has(field.id) and (is_here or not field.custom):
            shown[field.id] = view.value(field, issue.values.get(field.id))
    return (
        shown
        | {name: value for name, value in _facts(view, issue) if wanted.has(name)}
        | {name: maker(view, issue, wanted) for name, maker in _PARTS.items() if wanted.has(name)}
    )


def _facts(view: View, issue: Issue) -> Sequence[tuple[str, Any]]:
    status = STATUSES[issue.status]
    return (
        ("issuetype", view.issue_type(TYPES[issue.type])),
        ("project", view.project(view.site.project_of(issue))),
        ("status", view.status(status)),
        ("creator", view.person(issue.creator)),
        ("created", view.time(issue.created)),
        ("updated", view.time(issue.updated)),
        ("resolutiondate", view.time(issue.resolved)),
        ("components", []),
        ("fixVersions", []),
        ("versions", []),
        ("issuelinks", []),
        ("subtasks", []),
        ("timetracking", {}),
        ("workratio", -1),
        ("security", None),
        ("lastViewed", None),
        ("votes", {"self": view.link(f"issue/{issue.key}/votes"), "votes": 0, "hasVoted": False}),
        (
            "watches",
            {
                "self": view.link(f"issue/{issue.key}/watchers"),
                "watchCount": 0,
                "isWatching": False,
            },
        ),
    )


def _comments(view: View, issue: Issue, wanted: Wanted) -> Json:
    found = reading.comments(view.site, view.who, issue)
    shown = found[-wanted.comment_limit :] if wanted.comment_limit else found
    return {
        "comments": [comment_json(view, comment) for comment in shown],
        "self": view.link(f"issue/{issue.id}/comment"),
        "maxResults": len(shown),
        "total": len(found),
        "startAt": 0,
    }


def _attachments(view: View, issue: Issue, _: Wanted) -> list[Json]:
    found = view.site.store.children(Attachment, issue.id)
    return [attachment_json(view, attachment) for attachment in found]


_PARTS = {"comment": _comments, "attachment": _attachments}


def _properties(issue: Issue, wanted: Sequence[str]) -> Json:
    names = issue.properties if "*all" in wanted else wanted
    return {name: issue.properties[name] for name in names if name in issue.properties}


def _rendered(view: View, issue: Issue, wanted: Wanted) -> Json:
    rich = (field for field in FIELDS.values() if field.kind is Kind.RICH and wanted.has(field.id))
    return {
        field.id: str(to_html(view.site.face.document(issue.values[field.id])))
        for field in rich
        if issue.values.get(field.id)
    }


def _changelog(view: View, issue: Issue) -> Json:
    found = view.site.store.children(Change, issue.id)
    histories = [change_json(view, change) for change in reversed(found)]
    return {"startAt": 0, "maxResults": len(found), "total": len(found), "histories": histories}
