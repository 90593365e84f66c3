"""Endpoints about work items: read, write, history, recycle bin."""

from dataclasses import replace
from typing import Any

from werkzeug import Response

from integrations.sandbox.azure_devops import work_items
from integrations.sandbox.azure_devops.api.context import (
    PATCH_JSON,
    Context,
    Route,
    answer,
    field_names,
    listing,
    nothing,
)
from integrations.sandbox.azure_devops.catalogue import project_of
from integrations.sandbox.azure_devops.errors import VssError, bad_request, no_item
from integrations.sandbox.azure_devops.model import Json, Revision, Update, WorkItem
from integrations.sandbox.azure_devops.times import FOREVER, read, stamp
from integrations.sandbox.azure_devops.view import changed
from integrations.sandbox.azure_devops.work_items import How

MAX_IDS = 200


def create(context: Context, type_: str) -> Response:
    """Create a work item."""
    patch = context.body(PATCH_JSON)
    made = work_items.create(
        context.site, context.who, context.project, type_, patch, _how(context)
    )
    return answer(context.view.item(made, _shown(context)))


def update(context: Context, id_: int) -> Response:
    """Change a work item."""
    item = context.item(id_)
    patch = context.body(PATCH_JSON)
    changed = work_items.edit(context.site, context.who, item, patch, _how(context))
    return answer(context.view.item(changed, _shown(context)))


def get(context: Context, id_: int) -> Response:
    """Return a work item, with its addresses where no fields are named."""
    only = context.fields()
    _check_expand(context.expand(), only)
    item = _as_of(context, context.item(id_), context.text("asOf"))
    return answer(context.view.item(item, _shown(context), only))


def get_many(context: Context) -> Response:
    """Return work items by ids in the query string."""
    body = {
        "ids": context.words("ids"),
        "fields": context.words("fields"),
        "asOf": context.text("asOf"),
        "$expand": context.expand(),
        "errorPolicy": context.text("errorPolicy"),
    }
    return _many(context, body)


def batch(context: Context) -> Response:
    """Return up to 200 work items."""
    return _many(context, context.object())


def delete(context: Context, id_: int) -> Response:
    """Put a work item into the recycle bin, or destroy it."""
    item = context.item(id_)
    if context.switch("destroy"):
        work_items.destroy(context.site, context.who, item)
        return answer(_deleted(context, replace(item, is_deleted=True)))
    return answer(_deleted(context, work_items.delete(context.site, context.who, item)))


def recycled(context: Context) -> Response:
    """List the recycle bin."""
    found = [item for item in context.site.store.all(WorkItem) if item.is_deleted]
    mine = [item for item in found if context.site.find(context.who, item.id, is_deleted=True)]
    if context.place:
        mine = [item for item in mine if item.project == context.project.id]
    return listing([{"id": item.number, "url": context.view.item_link(item)} for item in mine])


def get_recycled(context: Context, id_: int) -> Response:
    """Return a work item of the recycle bin."""
    return answer(_deleted(context, context.item(id_, is_deleted=True)))


def restore(context: Context, id_: int) -> Response:
    """Take a work item out of the recycle bin."""
    item = context.item(id_, is_deleted=True)
    if context.object().get("isDeleted") is not False:
        raise bad_request("Only isDeleted: false can be set.")
    back = work_items.restore(context.site, context.who, item)
    return answer(_deleted(context, back))


def destroy(context: Context, id_: int) -> Response:
    """Delete a work item of the recycle bin for good."""
    work_items.destroy(context.site, context.who, context.item(id_, is_deleted=True))
    return nothing()


def revisions(context: Context, id_: int) -> Response:
    """List the revisions, oldest first."""
    found = [WorkItem(**one.state) for one in _revisions(context, id_)]
    return listing(_page(context, [context.view.item(one, _shown(context)) for one in found]))


def revision(context: Context, id_: int, rev: int) -> Response:
    """Return a revision."""
    for one in _revisions(context, id_):
        if one.rev == rev:
            return answer(context.view.item(WorkItem(**one.state), _shown(context)))
    raise no_item(f"{id_} (revision {rev})")


def updates(context: Context, id_: int) -> Response:
    """List the updates, oldest first."""
    found = context.site.store.children(Update, context.item(id_).id)
    shown = [_update(context, id_, one, later) for one, later in _pairs(found)]
    return listing(_page(context, shown))


def _revisions(context: Context, id_: int) -> list[Revision]:
    return context.site.store.children(Revision, context.item(id_).id)


def _pairs(found: list[Update]) -> list[tuple[Update, Update | None]]:
    later: list[Update | None] = [*found[1:], None]
    return list(zip(found, later, strict=True))


def _update(context: Context, id_: int, update: Update, later: Update | None) -> Json:
    view = context.view
    body: Json = {
        "id": update.number,
        "workItemId": id_,
        "rev": update.rev,
        "revisedBy": {**view.person_of(update.author), "name": view.label_of(update.author)},
        "revisedDate": stamp(later.at) if later else FOREVER,
        "fields": changed(update, view, view.person_of),
        "url": view.link(f"wit/workItems/{id_}/updates/{update.number}"),
    }
    return {**body, "relations": update.relations} if update.relations else body


def _many(context: Context, body: Json) -> Response:
    ids = body.get("ids") or []
    if not 0 < len(ids) <= MAX_IDS:
        message = f"The number of ids must be between 1 and {MAX_IDS}, it is {len(ids)}."
        raise bad_request(message, "VssPropertyValidationException")
    only = field_names(body.get("fields") or [])
    expand = str(body.get("$expand") or "none").casefold()
    _check_expand(expand, only)
    is_omitting = str(body.get("errorPolicy")).casefold() == "omit"
    found: list[Json | None] = []
    for id_ in ids:
        item = context.site.find(context.who, id_)
        if item is None and not is_omitting:
            raise no_item(id_)
        at = str(body.get("asOf") or "")
        found.append(context.view.item(_as_of(context, item, at), expand, only) if item else None)
    return listing(found)


def _as_of(context: Context, item: WorkItem, at: str) -> WorkItem:
    if not at:
        return item
    try:
        moment = read(at)
    except ValueError as error:
        raise bad_request(f"'{at}' is not a date.") from error
    kept = [WorkItem(**one.state) for one in context.site.store.children(Revision, item.id)]
    before = [one for one in kept if one.changed <= moment]
    if not before:
        raise no_item(item.number)
    return before[-1]


def _deleted(context: Context, item: WorkItem) -> Json:
    return {
        "id": item.number,
        "type": item.type,
        "name": item.values.get("System.Title", ""),
        "project": project_of(item.project).name,
        "deletedDate": stamp(item.changed),
        "deletedBy": context.view.label_of(item.changer),
        "code": 200,
        "url": context.view.item_link(item),
        "resource": context.view.item(item),
    }


def _shown(context: Context) -> str:
    expand = context.expand()
    if expand not in ("none", "relations", "fields", "links", "all"):
        raise bad_request(f"The value '{expand}' is not valid for $expand.")
    return expand


def _check_expand(expand: str, only: Any) -> None:
    if only is not None and expand not in ("none", "links"):
        raise VssError(
            400,
            "The expand parameter can not be used with the fields parameter.",
            "ConflictingParametersException",
        )


def _how(context: Context) -> How:
    return How(
        is_trial=context.switch("validateOnly"),
        is_bypassing=context.switch("bypassRules"),
        is_silent=context.switch("suppressNotifications"),
    )


def _page(context: Context, found: list[Json]) -> list[Json]:
    skip = context.number("$skip", 0)
    return found[skip : skip + min(context.number("$top", MAX_IDS), MAX_IDS)]


_ITEM = "/wit/workitems/<int:id_>"
_BIN = "/wit/recyclebin"
ROUTES: list[Route] = [
    ("GET", "/wit/workitems", get_many),
    ("GET", _ITEM, get),
    ("PATCH", _ITEM, update),
    ("DELETE", _ITEM, delete),
    ("POST", "/wit/workitemsbatch", batch),
    ("GET", f"{_ITEM}/revisions", revisions),
    ("GET", f"{_ITEM}/revisions/<int:rev>", revision),
    ("GET", f"{_ITEM}/updates", updates),
    ("GET", _BIN, recycled),
    ("GET", f"{_BIN}/<int:id_>", get_recycled),
    ("PATCH", f"{_BIN}/<int:id_>", restore),
    ("DELETE", f"{_BIN}/<int:id_>", destroy),
]
PROJECT_ROUTES: list[Route] = [
    ("POST", "/wit/workitems/$<type_>", create),
    ("PATCH", "/wit/workitems/$<type_>", create),
]
