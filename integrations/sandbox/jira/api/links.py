"""Endpoints about remote links; the global id makes a second POST an update."""

from dataclasses import replace

from werkzeug import Response

from integrations.sandbox.jira.api.context import Context, Route, answer, nothing
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Issue, Json, RemoteLink

_MAX_GLOBAL_ID = 255
_FIELDS = ("application", "relationship", "object")


def listing(context: Context, issue: str) -> Response:
    """List the remote links of an issue, or the one of a global id."""
    found = context.issue(issue)
    global_id = context.request.args.get("globalId")
    if global_id is not None:
        return answer(_json(context, found, _by_global_id(context, found, global_id)))
    links = context.site.store.children(RemoteLink, found.id)
    return answer([_json(context, found, link) for link in links])


def get(context: Context, issue: str, link: str) -> Response:
    """Return a remote link."""
    found = context.issue(issue)
    return answer(_json(context, found, _by_id(context, found, link)))


def upsert(context: Context, issue: str) -> Response:
    """Create a link, or update the one that has the global id; what is left out becomes null."""
    found, content = _editable(context, issue), _content(context)
    global_id = str(content.pop("globalId", None) or "")
    links = context.site.store.children(RemoteLink, found.id)
    kept = next((link for link in links if global_id and link.global_id == global_id), None)
    if kept is not None:
        context.site.store.put(replace(kept, content=content))
        return answer(_identity(context, found, kept.id))
    new_id = str(context.site.store.next_number("remote link", 10_000))
    context.site.store.put(RemoteLink(new_id, found.id, content, global_id))
    return answer(_identity(context, found, new_id), 201)


def put(context: Context, issue: str, link: str) -> Response:
    """Replace a link by its id."""
    found = _editable(context, issue)
    kept, content = _by_id(context, found, link), _content(context)
    global_id = str(content.pop("globalId", None) or "")
    context.site.store.put(replace(kept, content=content, global_id=global_id))
    return nothing()


def delete(context: Context, issue: str, link: str) -> Response:
    """Delete a link by its id."""
    found = _editable(context, issue)
    context.site.store.delete(_by_id(context, found, link))
    return nothing()


def delete_by_global_id(context: Context, issue: str) -> Response:
    """Delete a link by its global id."""
    found = _editable(context, issue)
    wanted = context.request.args.get("globalId", "")
    context.site.store.delete(_by_global_id(context, found, wanted))
    return nothing()


def _editable(context: Context, issue: str) -> Issue:
    context.require_login()
    found = context.issue(issue)
    context.site.require(context.who, "EDIT_ISSUES", found)
    return found


def _content(context: Context) -> Json:
    body = context.json()
    target = body.get("object") or {}
    errors = {name: f"'{name}' is required." for name in ("title", "url") if not target.get(name)}
    if len(str(body.get("globalId") or "")) > _MAX_GLOBAL_ID:
        errors["globalId"] = f"'globalId' must be at most {_MAX_GLOBAL_ID} characters."
    if errors:
        raise JiraError(400, fields=errors)
    return {name: body.get(name) for name in (*_FIELDS, "globalId")}


def _by_id(context: Context, issue: Issue, link_id: str) -> RemoteLink:
    found = context.site.store.get(RemoteLink, link_id)
    if found is None or found.issue != issue.id:
        raise JiraError(404, [f"A link with id '{link_id}' does not exist."])
    return found


def _by_global_id(context: Context, issue: Issue, global_id: str) -> RemoteLink:
    for link in context.site.store.children(RemoteLink, issue.id):
        if link.global_id == global_id:
            return link
    raise JiraError(404, [f"A link with global id '{global_id}' does not exist."])


def _identity(context: Context, issue: Issue, link_id: str) -> Json:
    self_link = context.view.link(f"issue/{issue.key}/remotelink/{link_id}")
    return {"id": int(link_id), "self": self_link}


def _json(context: Context, issue: Issue, link: RemoteLink) -> Json:
    shown = {name: value for name, value in link.content.items() if value is not None}
    if link.global_id:
        shown["globalId"] = link.global_id
    return {**_identity(context, issue, link.id), **shown}


ROUTES: list[Route] = [
    ("GET", "/issue/<issue>/remotelink", listing),
    ("POST", "/issue/<issue>/remotelink", upsert),
    ("DELETE", "/issue/<issue>/remotelink", delete_by_global_id),
    ("GET", "/issue/<issue>/remotelink/<link>", get),
    ("PUT", "/issue/<issue>/remotelink/<link>", put),
    ("DELETE", "/issue/<issue>/remotelink/<link>", delete),
]
