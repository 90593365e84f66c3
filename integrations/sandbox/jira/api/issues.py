"""Endpoints about single issues and their way through the workflow."""

from typing import Any

from werkzeug import Response

from integrations.sandbox.jira import issues, reading, workflow
from integrations.sandbox.jira.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.jira.catalogue import FIELDS
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.issue_view import (
    Wanted,
    change_json,
    field_meta,
    issue_json,
    transition_json,
)
from integrations.sandbox.jira.model import Change, Json

_DETAILS = ("fields", "update", "properties", "historyMetadata", "transition")
_MAX_BULK = 100


def create(context: Context) -> Response:
    """Create an issue."""
    context.require_login()
    issue = issues.create(context.site, context.who, context.json(*_DETAILS))
    link = context.view.link(f"issue/{issue.id}")
    return answer({"id": issue.id, "key": issue.key, "self": link}, 201)


def get(context: Context, issue: str) -> Response:
    """Return an issue."""
    found = context.issue(issue)
    wanted = Wanted(
        context.words("fields") or ["*all"], context.words("expand"), context.words("properties")
    )
    return answer(issue_json(context.view, found, wanted))


def edit(context: Context, issue: str) -> Response:
    """Edit an issue."""
    context.require_login()
    found = context.issue(issue)
    if context.request.args.get("notifyUsers") == "false":
        context.site.require(context.who, "ADMINISTER", found)
    edited = issues.edit(context.site, context.who, found, context.json(*_DETAILS))
    if context.is_cloud and context.request.args.get("returnIssue") == "true":
        wanted = Wanted(["*all"], context.words("expand"))
        return answer(issue_json(context.view, edited, wanted))
    return nothing()


def delete(context: Context, issue: str) -> Response:
    """Delete an issue."""
    context.require_login()
    issues.delete(context.site, context.who, context.issue(issue))
    return nothing()


def assign(context: Context, issue: str) -> Response:
    """Give an issue to somebody."""
    context.require_login()
    found = context.issue(issue)
    context.site.require(context.who, "ASSIGN_ISSUES", found)
    body = context.json()
    issues.edit(context.site, context.who, found, {"fields": {"assignee": body}})
    return nothing()


def bulk_fetch(context: Context) -> Response:
    """Return many issues; those that are not there are left out, without an error."""
    body = context.json("issueIdsOrKeys", "fields", "expand", "properties", "fieldsByKeys")
    names = body.get("issueIdsOrKeys") or []
    if not 0 < len(names) <= _MAX_BULK:
        raise JiraError(400, [f"issueIdsOrKeys must hold 1 to {_MAX_BULK} ids or keys."])
    wanted = Wanted(
        body.get("fields") or ["*navigable"], body.get("expand") or (), body.get("properties") or ()
    )
    site, view = context.site, context.view
    found = {issue.id: issue for issue in map(site.find_issue, names) if issue is not None}
    shown = [i for i in found.values() if site.may(context.who, "BROWSE_PROJECTS", i)]
    return answer(
        {
            "expand": "schema,names",
            "issues": [issue_json(view, issue, wanted) for issue in shown],
            "issueErrors": [],
        }
    )


def edit_meta(context: Context, issue: str) -> Response:
    """Return the fields that can be edited."""
    found = context.issue(issue)
    project = context.site.project_of(found)
    screen = project.screens[found.type]
    fields = {
        field_id: field_meta(context.view, FIELDS[field_id], project, is_required=is_required)
        for field_id, is_required in screen.items()
        if context.site.may(context.who, "EDIT_ISSUES", found)
    }
    return answer({"fields": fields})


def transitions(context: Context, issue: str) -> Response:
    """Return the transitions that are open to the caller now."""
    found = context.issue(issue)
    project = context.site.project_of(found)
    shown: list[Json] = []
    for step in reading.open_steps(context.site, context.who, found):
        body = transition_json(context.view, step)
        if "transitions.fields" in context.words("expand"):
            screen = [FIELDS["resolution"]] if step.has_screen else []
            body["fields"] = {
                field.id: field_meta(context.view, field, project, is_required=True)
                for field in screen
            }
        shown.append(body)
    return answer({"expand": "transitions", "transitions": shown})


def transition(context: Context, issue: str) -> Response:
    """Take a transition."""
    context.require_login()
    found = context.issue(issue)
    body = context.json(*_DETAILS)
    step_id = _transition_id(body.get("transition"))
    moved = workflow.take_step(
        context.site, context.who, found, step_id, dict(body.get("fields") or {})
    )
    update = body.get("update") or {}
    if update:
        issues.edit(context.site, context.who, moved, {"update": update})
    return nothing()


def changelog(context: Context, issue: str) -> Response:
    """Page through the history, oldest first."""
    found = context.site.store.children(Change, context.issue(issue).id)
    body = page(context, [change_json(context.view, change) for change in found], "values", 100)
    is_last = body["startAt"] + len(body["values"]) >= len(found)
    return answer({"self": context.request.url, "isLast": is_last, **body})


def _transition_id(raw: Any) -> str:
    if not isinstance(raw, dict) or "id" not in raw:
        raise JiraError(400, ["Missing 'transition' identifier"])
    return str(raw["id"])


ROUTES: list[Route] = [
    ("POST", "/issue", create),
    ("GET", "/issue/<issue>", get),
    ("PUT", "/issue/<issue>", edit),
    ("DELETE", "/issue/<issue>", delete),
    ("PUT", "/issue/<issue>/assignee", assign),
    ("GET", "/issue/<issue>/editmeta", edit_meta),
    ("GET", "/issue/<issue>/transitions", transitions),
    ("POST", "/issue/<issue>/transitions", transition),
]
CLOUD_ROUTES: list[Route] = [
    ("POST", "/issue/bulkfetch", bulk_fetch),
    ("GET", "/issue/<issue>/changelog", changelog),
]
