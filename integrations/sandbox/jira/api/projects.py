"""Endpoints about projects: what can be created in them, and with which fields."""

from werkzeug import Response

from integrations.sandbox.jira.api.context import Context, Route, answer, page
from integrations.sandbox.jira.catalogue import FIELDS, TYPES, Project
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.issue_view import field_meta, schema
from integrations.sandbox.jira.model import Json

_SYSTEM_FIELDS = {
    "issuetype": ("Issue Type", {"type": "issuetype", "system": "issuetype"}),
    "project": ("Project", {"type": "project", "system": "project"}),
    "status": ("Status", {"type": "status", "system": "status"}),
    "creator": ("Creator", {"type": "user", "system": "creator"}),
    "created": ("Created", {"type": "datetime", "system": "created"}),
    "updated": ("Updated", {"type": "datetime", "system": "updated"}),
    "resolutiondate": ("Resolved", {"type": "datetime", "system": "resolutiondate"}),
    "comment": ("Comment", {"type": "comments-page", "system": "comment"}),
    "attachment": (
        "Attachment",
        {"type": "array", "items": "attachment", "system": "attachment"},
    ),
}


def search(context: Context) -> Response:
    """Page through the projects (Cloud)."""
    wanted = context.request.args.get("query", "").lower()
    keys = {key.upper() for key in context.words("keys")}
    found = [
        _brief(context, project)
        for project in context.site.projects(context.who)
        if wanted in f"{project.key} {project.name}".lower() and (not keys or project.key in keys)
    ]
    body = page(context, found, "values")
    is_last = body["startAt"] + len(body["values"]) >= len(found)
    return answer({"self": context.request.url, "isLast": is_last, **body})


def listing(context: Context) -> Response:
    """List all projects (Data Center)."""
    projects = context.site.projects(context.who)
    return answer([_brief(context, project) for project in projects])


def detail(context: Context, project: str) -> Response:
    """Return a project with its types of issue."""
    found = context.site.project(context.who, project)
    return answer(
        {
            **_brief(context, found),
            "description": found.description,
            "lead": context.view.person(found.lead),
            "issueTypes": _types(context, found),
            "components": [],
            "versions": [],
            "roles": {},
            "assigneeType": "UNASSIGNED",
        }
    )


def statuses(context: Context, project: str) -> Response:
    """Return the statuses that each type of issue goes through."""
    found = context.site.project(context.who, project)
    shown = [context.view.status(status) for status in found.statuses]
    return answer([{**type_, "statuses": shown} for type_ in _types(context, found)])


def create_types(context: Context, project: str) -> Response:
    """Return the types of issue that can be created."""
    found = _creatable(context, project)
    return answer(_meta_page(context, _types(context, found), "issueTypes"))


def create_fields(context: Context, project: str, type_id: str) -> Response:
    """Return the fields that can be given to a new issue."""
    found = _creatable(context, project)
    if type_id not in found.screens:
        raise JiraError(404, ["Issue type not found."])
    view = context.view
    fields = [
        _fixed_meta("issuetype", [view.issue_type(TYPES[type_id])]),
        _fixed_meta("project", [view.project(found)]),
    ]
    for field_id, is_required in found.screens[type_id].items():
        is_hidden = field_id == "reporter" and not context.who.may("MODIFY_REPORTER", found.key)
        if not is_hidden:
            fields.append(field_meta(view, FIELDS[field_id], found, is_required=is_required))
    return answer(_meta_page(context, fields, "fields"))


def fields(_: Context) -> Response:
    """List all fields of the site."""
    found = [
        {
            "id": field.id,
            "key": field.id,
            "name": field.name,
            "custom": bool(field.custom),
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": list(field.clauses),
            "schema": schema(field),
        }
        for field in FIELDS.values()
    ]
    return answer([*found, *(_system_field(id_) for id_ in _SYSTEM_FIELDS)])


def _brief(context: Context, project: Project) -> Json:
    body = context.view.project(project)
    if context.is_cloud:
        body |= {"style": "classic", "isPrivate": False}
    return body


def _types(context: Context, project: Project) -> list[Json]:
    return [context.view.issue_type(TYPES[type_id]) for type_id in project.screens]


def _creatable(context: Context, key: str) -> Project:
    project = context.site.project(context.who, key)
    if not context.who.may("CREATE_ISSUES", project.key):
        raise JiraError(400, ["You do not have permission to create issues in this project."])
    return project


def _meta_page(context: Context, items: list[Json], cloud_name: str) -> Json:
    if context.is_cloud:
        return page(context, items, cloud_name, most=200)
    body = page(context, items, "values")
    return {**body, "isLast": body["startAt"] + len(body["values"]) >= len(items)}


def _fixed_meta(field_id: str, allowed: list[Json]) -> Json:
    name, shape = _SYSTEM_FIELDS[field_id]
    return {
        "required": True,
        "schema": shape,
        "name": name,
        "key": field_id,
        "fieldId": field_id,
        "hasDefaultValue": False,
        "operations": [],
        "allowedValues": allowed,
    }


def _system_field(field_id: str) -> Json:
    name, shape = _SYSTEM_FIELDS[field_id]
    return {
        "id": field_id,
        "key": field_id,
        "name": name,
        "custom": False,
        "orderable": False,
        "navigable": True,
        "searchable": True,
        "clauseNames": [field_id],
        "schema": shape,
    }


ROUTES: list[Route] = [
    ("GET", "/field", fields),
    ("GET", "/project/<project>", detail),
    ("GET", "/project/<project>/statuses", statuses),
    ("GET", "/issue/createmeta/<project>/issuetypes", create_types),
    ("GET", "/issue/createmeta/<project>/issuetypes/<type_id>", create_fields),
    ("GET", "/project", listing),
]
CLOUD_ROUTES: list[Route] = [("GET", "/project/search", search)]
