"""What people and programs do with issues."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from integrations.sandbox.jira import comments, fields, history, hooks
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import PROJECTS, TYPES, Project
from integrations.sandbox.jira.errors import JiraError, not_on_screen
from integrations.sandbox.jira.fields import Place
from integrations.sandbox.jira.model import (
    Attachment,
    Change,
    Comment,
    Issue,
    Json,
    RemoteLink,
)
from integrations.sandbox.jira.properties import read_properties
from integrations.sandbox.jira.site import Site

_FIRST_ID = 10_000
_PARTS = (Comment, Attachment, Change, RemoteLink)


def create(site: Site, who: Account, details: Json) -> Issue:
    """Create an issue, with its properties in the same breath."""
    wanted = _part(details, "fields")
    project = _wanted_project(site, who, wanted.pop("project", None))
    type_id = _wanted_type(project, wanted.pop("issuetype", None))
    place = Place(site, project, who, project.screens[type_id])
    start = {"reporter": who.name, "priority": project.default_priority}
    values = fields.read(place, wanted, _part(details, "update"), start)
    now = site.clock.now()
    issue = Issue(
        id=str(site.store.next_number("issue", _FIRST_ID)),
        key=f"{project.key}-{site.store.next_number(f'key of {project.key}')}",
        project=project.id,
        type=type_id,
        status=project.first_status,
        creator=who.name,
        created=now,
        updated=now,
        values=values,
        properties=read_properties(details.get("properties")),
    )
    site.store.put(issue)
    hooks.issue_created(site, who, issue)
    return issue


def edit(site: Site, who: Account, issue: Issue, details: Json) -> Issue:
    """Edit fields and properties; a status is no field."""
    wanted, update = _part(details, "fields"), _part(details, "update")
    new_comments = update.pop("comment", [])
    _require_edit(site, who, issue, [*wanted, *update])
    project = site.project_of(issue)
    place = Place(site, project, who, project.screens[issue.type])
    values = fields.read(place, wanted, update, issue.values)
    set_properties = read_properties(details.get("properties"))
    kept = history.keep(site, who, issue, replace(issue, values=values))
    if set_properties:
        site.require(who, "EDIT_ISSUES", issue)
        kept = replace(kept, properties={**kept.properties, **set_properties})
        site.store.put(kept)
    for operation in new_comments:
        comments.add(site, who, kept, _part(operation, "add"))
    return site.issue(who, issue.id)


def delete(site: Site, who: Account, issue: Issue) -> None:
    """Delete an issue and all that hangs on it."""
    site.require(who, "DELETE_ISSUES", issue)
    hooks.issue_deleted(site, who, issue)
    for kind in _PARTS:
        for part in site.store.children(kind, issue.id):
            site.store.delete(part)
    site.store.delete(issue)


def move(site: Site, who: Account, issue: Issue, project_key: str) -> Issue:
    """Move an issue to another project: its id stays, its key changes, the old one still leads."""
    project = next(project for project in PROJECTS if project.key == project_key)
    number = site.store.next_number(f"key of {project.key}")
    moved = replace(
        issue,
        key=f"{project.key}-{number}",
        project=project.id,
        status=project.first_status,
        values={**issue.values, "priority": project.default_priority},
        former_keys=[*issue.former_keys, issue.key],
    )
    item = {"field": "Key", "fieldtype": "jira", "from": None, "to": None}
    words = {"fromString": issue.key, "toString": moved.key}
    return history.note(site, who, moved, [{**item, **words}], event="issue_moved")


def _part(details: Any, name: str) -> Json:
    found = details.get(name) or {} if isinstance(details, dict) else None
    if not isinstance(found, dict):
        raise JiraError(400, [f"'{name}' must be an object."])
    return dict(found)


def _require_edit(site: Site, who: Account, issue: Issue, field_ids: Sequence[str]) -> None:
    """Refuse as Jira does: to who may not edit, no field is on the screen."""
    if field_ids and not site.may(who, "EDIT_ISSUES", issue):
        raise JiraError(400, fields={name: not_on_screen(name) for name in field_ids})


def _wanted_project(site: Site, who: Account, raw: Any) -> Project:
    wanted = raw.get("key") or raw.get("id") if isinstance(raw, dict) else None
    found = [p for p in site.projects(who) if str(wanted).upper() in (p.key, p.id)]
    if not found:
        raise JiraError(400, fields={"project": "Specify a valid project ID or key"})
    if not who.may("CREATE_ISSUES", found[0].key):
        message = "You do not have permission to create issues in this project."
        raise JiraError(400, fields={"project": message})
    return found[0]


def _wanted_type(project: Project, raw: Any) -> str:
    for type_id in project.screens:
        if isinstance(raw, dict):
            by_id = "id" in raw and str(raw["id"]) == type_id
            if by_id or ("id" not in raw and raw.get("name") == TYPES[type_id].name):
                return type_id
    message = "Specify a valid issue type" if raw else "Specify an issue type"
    raise JiraError(400, fields={"issuetype": message})
