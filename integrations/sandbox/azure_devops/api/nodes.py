"""Endpoints about areas and iterations."""

from werkzeug import Response

from integrations.sandbox.azure_devops.api.context import Context, Route, answer, listing
from integrations.sandbox.azure_devops.catalogue import node_id
from integrations.sandbox.azure_devops.errors import VssError
from integrations.sandbox.azure_devops.model import Json

_KINDS = {"areas": "area", "iterations": "iteration"}


def roots(context: Context) -> Response:
    """Return both trees."""
    depth = context.number("$depth", 0)
    return listing([_node(context, group, context.project.name, depth) for group in _KINDS])


def node(context: Context, group: str, path: str = "") -> Response:
    """Return a node of a tree, down to the depth asked for."""
    below = path.strip("/").replace("/", "\\")
    name = context.project.name
    found = context.project.path(group, f"{name}\\{below}" if below else name)
    if group not in _KINDS or found is None:
        message = f"TF50309: The following node does not exist: {below or group}."
        raise VssError(404, message, "ClassificationNodeNotFoundException")
    return answer(_node(context, group, found, context.number("$depth", 0)))


def _node(context: Context, group: str, path: str, depth: int) -> Json:
    project = context.project
    listed = project.areas if group == "areas" else project.iterations
    below = [f"{project.name}\\{one}" for one in listed]
    children = [one for one in below if one.rpartition("\\")[0] == path]
    number, guid = node_id(project, group, path)
    root, _, rest = path.partition("\\")
    kind = _KINDS[group]
    place = rest.replace("\\", "/")
    body: Json = {
        "id": number,
        "identifier": guid,
        "name": path.rpartition("\\")[2],
        "structureType": kind,
        "hasChildren": bool(children),
        "path": f"\\{root}\\{kind.title()}" + (f"\\{rest}" if rest else ""),
        "url": context.view.link(
            f"wit/classificationNodes/{group.title()}" + (f"/{place}" if place else ""), project.id
        ),
    }
    if children and depth > 0:
        body["children"] = [_node(context, group, one, depth - 1) for one in children]
    return body


_ALL = "/wit/classificationnodes"
PROJECT_ROUTES: list[Route] = [
    ("GET", _ALL, roots),
    ("GET", f"{_ALL}/<group>", node),
    ("GET", f"{_ALL}/<group>/<path:path>", node),
]
