"""Endpoints that describe the organization: who calls, projects, types, fields, trees, tags."""

import uuid
from typing import Any

from werkzeug import Response

from integrations.sandbox.azure_devops import tags
from integrations.sandbox.azure_devops.api.context import Context, Route, answer, listing
from integrations.sandbox.azure_devops.catalogue import (
    COLLECTION,
    FIELDS,
    Field,
    ItemType,
    Kind,
    Project,
    find_field,
)
from integrations.sandbox.azure_devops.errors import no_field
from integrations.sandbox.azure_devops.model import Json, WorkItem
from integrations.sandbox.azure_devops.times import stamp

_PROJECTS_PAGE = 100
_BEGINNING = 1_577_836_800_000


def connection_data(context: Context) -> Response:
    """Tell who calls."""
    who = context.who
    person = {
        "id": who.identity,
        "descriptor": f"Microsoft.IdentityModel.Claims.ClaimsIdentity;{who.unique_name}",
        "subjectDescriptor": who.descriptor,
        "providerDisplayName": who.display_name,
        "isActive": True,
        "properties": {"Account": {"$type": "System.String", "$value": who.unique_name}},
    }
    return answer(
        {
            "authenticatedUser": person,
            "authorizedUser": person,
            "instanceId": COLLECTION,
            "deploymentId": COLLECTION,
            "deploymentType": "hosted",
            "locationServiceData": {"serviceOwner": COLLECTION},
        }
    )


def projects(context: Context) -> Response:
    """Page through the projects."""
    found = list(context.site.projects(context.who))
    start = context.number("continuationToken", context.number("$skip", 0))
    end = start + context.number("$top", _PROJECTS_PAGE)
    headers = {"X-MS-ContinuationToken": str(end)} if end < len(found) else {}
    return listing([_project(context, one) for one in found[start:end]], headers)


def project(context: Context, id_: str) -> Response:
    """Return a project."""
    found = context.site.project(context.who, id_)
    own = _project(context, found)
    team = _team(context, found)
    body: Json = {
        **own,
        "_links": {
            "self": {"href": own["url"]},
            "collection": {"href": context.view.link(f"projectCollections/{COLLECTION}")},
            "web": {"href": f"{context.site.base_url}/{found.name}"},
        },
        "defaultTeam": {name: team[name] for name in ("id", "name", "url")},
    }
    if context.switch("includeCapabilities"):
        template = {"templateName": found.process, "templateTypeId": _guid(found, "process")}
        control = {"sourceControlType": "Git", "gitEnabled": "True", "tfvcEnabled": "False"}
        body["capabilities"] = {"processTemplate": template, "versioncontrol": control}
    return answer(body)


def teams(context: Context, id_: str) -> Response:
    """List the teams of a project; each has one."""
    return listing([_team(context, context.site.project(context.who, id_))])


def members(context: Context, id_: str, team: str) -> Response:
    """List who belongs to a team: everybody who may see the project."""
    del team
    found = context.site.project(context.who, id_)
    people = [one for one in context.site.accounts.values() if found in context.site.projects(one)]
    start = context.number("$skip", 0)
    shown = people[start : start + context.number("$top", _PROJECTS_PAGE)]
    return listing([{"identity": context.view.person(one)} for one in shown])


def types(context: Context) -> Response:
    """List the work item types of a project."""
    return listing([_type(context, one) for one in context.project.types])


def type_(context: Context, name: str) -> Response:
    """Return a work item type."""
    return answer(_type(context, context.project.type(name)))


def states(context: Context, name: str) -> Response:
    """List the states of a type."""
    return listing(_states(context.project.type(name)))


def type_fields(context: Context, name: str) -> Response:
    """List the fields of a type, with allowed values where asked for."""
    found = context.project.type(name)
    return listing([_type_field(context, found, FIELDS[ref]) for ref in found.fields])


def type_field(context: Context, name: str, field: str) -> Response:
    """Return a field of a type."""
    found, wanted = context.project.type(name), find_field(field)
    if wanted.ref not in found.fields:
        raise no_field(field)
    return answer(_type_field(context, found, wanted))


def fields(context: Context) -> Response:
    """List all fields."""
    return listing([_field(context, field) for field in FIELDS.values()])


def field(context: Context, name: str) -> Response:
    """Return a field."""
    return answer(_field(context, find_field(name)))


def all_tags(context: Context) -> Response:
    """List the tags in use in a project."""
    items = [one for one in context.site.store.all(WorkItem) if one.project == context.project.id]
    joined = tags.merged(*(one.values.get("System.Tags", "") for one in items), "")
    found = [(name, _guid(context.project, f"tag {name}")) for name in tags.read(joined)]
    link = context.view.link
    return listing(
        [
            {"id": guid, "name": name, "url": link(f"wit/tags/{guid}", context.project.id)}
            for name, guid in found
        ]
    )


def relation_types(context: Context) -> Response:
    """List the relations that can be made."""
    usage = {"usage": "resourceLink", "editable": False, "enabled": True, "acyclic": False}
    found = {"Hyperlink": "Hyperlink", "AttachedFile": "Attached File"}
    link = context.view.link
    return listing(
        [
            {
                "attributes": usage,
                "referenceName": ref,
                "name": name,
                "url": link(f"wit/workItemRelationTypes/{ref}"),
            }
            for ref, name in found.items()
        ]
    )


def _project(context: Context, found: Project) -> Json:
    return {
        "id": found.id,
        "name": found.name,
        "description": f"{found.process}.",
        "url": context.view.link(f"projects/{found.id}"),
        "state": "wellFormed",
        "revision": 42,
        "visibility": "private",
        "lastUpdateTime": stamp(_BEGINNING),
    }


def _team(context: Context, found: Project) -> Json:
    guid = _guid(found, "team")
    return {
        "id": guid,
        "name": f"{found.name} Team",
        "url": context.view.link(f"projects/{found.id}/teams/{guid}"),
        "description": "The default project team.",
        "projectId": found.id,
        "projectName": found.name,
    }


def _type(context: Context, found: ItemType) -> Json:
    steps: dict[str, list[Json]] = {
        "": [{"to": found.states[0].name, "actions": None}],
        **{
            state: [{"to": to, "actions": None} for to in open_]
            for state, open_ in found.steps.items()
        },
    }
    shown = [_type_field(context, found, FIELDS[ref]) for ref in found.fields]
    return {
        "name": found.name,
        "referenceName": f"Microsoft.VSTS.WorkItemTypes.{found.name.replace(' ', '')}",
        "description": f"Tracks a {found.name.lower()}.",
        "color": found.color,
        "icon": {"id": "icon_insect", "url": context.view.link("wit/workItemIcons/icon_insect")},
        "isDisabled": False,
        "xmlForm": "",
        "fields": shown,
        "fieldInstances": shown,
        "transitions": steps,
        "states": _states(found),
        "url": context.view.link(f"wit/workItemTypes/{found.name}", context.project.id),
    }


def _states(found: ItemType) -> list[Json]:
    return [
        {"name": one.name, "color": one.color, "category": one.category} for one in found.states
    ]


def _type_field(context: Context, found: ItemType, field: Field) -> Json:
    is_required = field.ref in ("System.Title", "System.State", *found.required)
    default = found.defaults.get(field.ref)
    body: Json = {
        "referenceName": field.ref,
        "name": field.name,
        "alwaysRequired": is_required,
        "dependentFields": [],
        "helpText": f"The {field.name.lower()} of the work item.",
        "defaultValue": None if default is None else str(default),
        "url": context.view.link(f"wit/fields/{field.ref}", context.project.id),
    }
    if context.expand() in ("allowedvalues", "all"):
        body["allowedValues"] = [str(value) for value in _allowed(found, field)]
    return body


def _allowed(found: ItemType, field: Field) -> list[Any]:
    if field.ref == "System.State":
        return [state.name for state in found.states]
    return list(field.options)


def _field(context: Context, field: Field) -> Json:
    link = context.view.link
    is_long = field.kind in (Kind.HTML, Kind.HISTORY)
    return {
        "name": field.name,
        "referenceName": field.ref,
        "description": None,
        "type": field.kind.value,
        "usage": "workItem",
        "readOnly": field.is_read_only,
        "canSortBy": not is_long,
        "isQueryable": True,
        "supportedOperations": [],
        "isIdentity": field.is_identity,
        "isPicklist": bool(field.options) and field.ref.startswith("Custom."),
        "isPicklistSuggested": False,
        "isDeleted": False,
        "url": link(f"wit/fields/{field.ref}"),
    }


def _guid(found: Project, what: str) -> str:
    return str(uuid.uuid5(uuid.UUID(found.id), what))


ROUTES: list[Route] = [
    ("GET", "/wit/fields", fields),
    ("GET", "/wit/fields/<name>", field),
]
ROOT_ROUTES: list[Route] = [
    ("GET", "/connectiondata", connection_data),
    ("GET", "/projects", projects),
    ("GET", "/projects/<id_>", project),
    ("GET", "/projects/<id_>/teams", teams),
    ("GET", "/projects/<id_>/teams/<team>/members", members),
    ("GET", "/wit/workitemrelationtypes", relation_types),
]
_TYPES = "/wit/workitemtypes"
PROJECT_ROUTES: list[Route] = [
    ("GET", _TYPES, types),
    ("GET", f"{_TYPES}/<name>", type_),
    ("GET", f"{_TYPES}/<name>/states", states),
    ("GET", f"{_TYPES}/<name>/fields", type_fields),
    ("GET", f"{_TYPES}/<name>/fields/<field>", type_field),
    ("GET", "/wit/tags", all_tags),
]
