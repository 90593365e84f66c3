"""Where each resource lives, as clients made from the vendor's description ask before they call.

The ids are the service's own, the same for every organization.
"""

from typing import NamedTuple

from werkzeug import Response

from integrations.sandbox.azure_devops.api.context import Context, Route, listing
from integrations.sandbox.azure_devops.model import Json


class _Place(NamedTuple):
    id: str
    area: str
    resource: str
    rest: str = ""
    version: int = 1
    place: str = "{project}/"


_AREAS = {
    "wit": "5264459e-e5e0-4bd8-b118-0985e68a4ec5",
    "core": "79134c72-4a58-4b42-976c-04e7115f32bf",
}
_PLACES = (
    _Place("00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "connectionData", place=""),
    _Place(
        "e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "resourceAreas", "/{areaId}", place=""
    ),
    _Place("603fe2ac-9723-48b9-88ad-09305aa6c6e1", "core", "projects", "/{*projectId}", 4, ""),
    _Place(
        "d30a3dd1-f8ba-442a-b86a-bd0c0c383e59",
        "core",
        "teams",
        "/{projectId}/teams/{*teamId}",
        3,
        "",
    ),
    _Place("72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", "wit", "workItems", "/{id}", 3),
    _Place("62d3d110-0047-428c-ad3c-4fe872c91c74", "wit", "workItems", "/${type}", 3),
    _Place("908509b6-4248-4475-a1cd-829139ba419f", "wit", "workItemsBatch"),
    _Place("1a9c53f7-f243-4447-b110-35ef023636e4", "wit", "wiql", "", 2),
    _Place("f828fe59-dd87-495d-a17c-7a8d6211ca6c", "wit", "workItemRevisions", "", 2),
    _Place("6570bf97-d02c-4a91-8d93-3abe9895b1a9", "wit", "updates", "/{updateNumber}", 3),
    _Place("a00c85a5-80fa-4565-99c3-bcd2181434bb", "wit", "revisions", "/{revisionNumber}", 3),
    _Place("608aac0a-32e1-4493-a863-b9cf4566d257", "wit", "comments", "/{commentId}", 4),
    _Place("e07b5fa4-1499-494d-a496-64b860fd64ff", "wit", "attachments", "/{id}", 3),
    _Place("b70d8d39-926c-465e-b927-b1bf0e5ca0e0", "wit", "recyclebin", "/{id}", 2),
    _Place("b51fd764-e5c2-4b9b-aaf7-3395cf4bdd94", "wit", "fields", "/{fieldNameOrRefName}", 3),
    _Place("7c8d7a76-4a09-43e8-b5df-bd792f4ac6aa", "wit", "workItemTypes", "/{type}", 2),
    _Place("7c9d7a76-4a09-43e8-b5df-bd792f4ac6aa", "wit", "states"),
    _Place("bd293ce5-3d25-4192-8e67-e8092e879efb", "wit", "typeFields", "/{field}", 3),
    _Place("a70579d1-f53a-48ee-a5be-7be8659023b9", "wit", "classificationNodes", "", 2),
    _Place(
        "5a172953-1b41-49d3-840a-33f79c3ce89f",
        "wit",
        "classificationNodes",
        "/{structureGroup}/{*path}",
        2,
    ),
    _Place("bc15bc60-e7a8-43cb-ab01-2106be3983a1", "wit", "tags", "/{tagIdOrName}"),
    _Place(
        "f5d33bc9-5b49-4a3c-a9bd-f3cd46dd2165", "wit", "workItemRelationTypes", "/{relation}", 2, ""
    ),
    _Place(
        "fc50d02a-849f-41fb-8af1-0a5216103269",
        "hooks",
        "subscriptions",
        "/{subscriptionId}",
        place="",
    ),
)
_BELOW = {
    "updates": "workItems/{id}/{resource}",
    "revisions": "workItems/{id}/{resource}",
    "comments": "workItems/{workItemId}/{resource}",
    "states": "workItemTypes/{type}/{resource}",
    "typeFields": "workItemTypes/{type}/fields",
    "workItemRevisions": "reporting/{resource}",
    "teams": "projects",
}
_ROOTED = ("Location", "core")


def locations(_: Context) -> Response:
    """List the resources with the templates of their addresses."""
    return listing([_location(place) for place in _PLACES])


def areas(context: Context) -> Response:
    """List the areas: here one host serves them all."""
    base = f"{context.site.base_url}/"
    return listing([{"id": id_, "name": name, "locationUrl": base} for name, id_ in _AREAS.items()])


def _location(place: _Place) -> Json:
    middle = _BELOW.get(place.resource, "{resource}")
    area = "" if place.area in _ROOTED else "{area}/"
    return {
        "id": place.id,
        "area": place.area,
        "resourceName": place.resource,
        "routeTemplate": f"{place.place}_apis/{area}{middle}{place.rest}",
        "resourceVersion": place.version,
        "minVersion": 1.0,
        "maxVersion": 7.1,
        "releasedVersion": "7.1" if place.resource not in ("comments", "connectionData") else "0.0",
    }


ROOT_ROUTES: list[Route] = [("OPTIONS", "", locations), ("GET", "/resourceareas", areas)]
