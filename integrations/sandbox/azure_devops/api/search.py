"""Endpoints that find: queries, and the feed of all revisions."""

from typing import Any

from werkzeug import Response

from integrations.sandbox.azure_devops import query, wiql
from integrations.sandbox.azure_devops.accounts import READ
from integrations.sandbox.azure_devops.api.context import Context, Route, answer, field_names
from integrations.sandbox.azure_devops.errors import VssError, bad_request
from integrations.sandbox.azure_devops.model import Json, Revision, WorkItem
from integrations.sandbox.azure_devops.times import FOREVER, read, stamp
from integrations.sandbox.azure_devops.view import is_long


def by_wiql(context: Context) -> Response:
    """Return the ids that a query finds; too many are refused, unless `$top` bounds them."""
    text = context.object().get("query")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("The query is missing.")
    parsed = wiql.parse(text)
    project = context.project if context.place else None
    is_precise = context.switch("timePrecision")
    found = query.find(query.Asker(context.site, context.who, project, is_precise), parsed)
    top = context.number("$top", 0)
    limit = context.site.settings.wiql_limit
    if not top and len(found) > limit:
        message = (
            "VS402337: The number of work items returned exceeds the size limit "
            f"of {limit}. Change the query to return fewer items."
        )
        raise VssError(400, message, "WorkItemTrackingQueryResultSizeLimitExceededException")
    shown = found[: top or limit]
    view = context.view
    links = [{"id": one.number, "url": view.link(f"wit/workItems/{one.number}")} for one in shown]
    body: Json = {
        "queryType": "flat",
        "queryResultType": "workItem",
        "asOf": stamp(context.site.clock.now()),
        "columns": query.columns(view, parsed.columns),
        "workItems": links,
    }
    if parsed.order:
        sorted_by = query.columns(view, [field for field, _ in parsed.order])
        body["sortColumns"] = [
            {"field": column, "descending": is_descending}
            for column, (_, is_descending) in zip(sorted_by, parsed.order, strict=True)
        ]
    return answer(body)


def revisions_by_get(context: Context) -> Response:
    """Return a batch of revisions, filtered by the query string."""
    wanted = {
        "fields": context.words("fields"),
        "types": context.words("types"),
        **{name: context.switch(name) for name in _SWITCHES},
    }
    return _revisions(context, wanted)


def revisions_by_post(context: Context) -> Response:
    """Return a batch of revisions, filtered by the body."""
    return _revisions(context, context.object())


_SWITCHES = ("includeDeleted", "includeIdentityRef", "includeLatestOnly")


def _revisions(context: Context, wanted: Json) -> Response:
    size = context.number("$maxPageSize", context.site.settings.revisions_page)
    found = [item for item in _states(context) if _is_wanted(item, wanted)]
    if wanted.get("includeLatestOnly"):
        newest = {item.id: item for item in found}
        found = sorted(newest.values(), key=lambda item: item.watermark)
    batch = found[:size]
    token = _token(batch[-1]) if batch else context.text("continuationToken") or _end(context)
    link = context.view.link("wit/reporting/workItemRevisions", context.place)
    return answer(
        {
            "values": [_shown(context, item, wanted) for item in batch],
            "nextLink": f"{link}?continuationToken={token}&api-version=7.1",
            "continuationToken": token,
            "isLastBatch": len(found) <= size,
        }
    )


def _states(context: Context) -> list[WorkItem]:
    """Return the work items as they were after the place or time asked for, oldest first."""
    site = context.site
    project = context.project.id if context.place else ""
    watermark, since = _beginning(context)
    found = []
    for one in site.store.all(Revision):
        if int(one.id) <= watermark or one.state["changed"] < since:
            continue
        now = site.store.get(WorkItem, one.item)
        is_here = now is not None and project in ("", now.project)
        if now is not None and is_here and site.may(context.who, READ, now):
            found.append(WorkItem(**{**one.state, "is_deleted": now.is_deleted}))
    return found


def _is_wanted(item: WorkItem, wanted: Json) -> bool:
    types = [name.casefold() for name in wanted.get("types") or []]
    is_of_type = not types or item.type.casefold() in types
    return is_of_type and (not item.is_deleted or bool(wanted.get("includeDeleted")))


def _beginning(context: Context) -> tuple[int, int]:
    token = context.text("continuationToken") or context.text("watermark")
    since = context.text("startDateTime")
    try:
        if token:
            return int(token.split(";")[0]), 0
        return 0, read(since) if since else 0
    except ValueError as error:
        raise bad_request(f"The token '{token or since}' is not valid.") from error


def _revised(context: Context, item: WorkItem) -> str:
    """Return when the next revision came; a day without end for the newest."""
    kept = context.site.store.children(Revision, item.id)
    later = [one.state["changed"] for one in kept if one.rev == item.rev + 1]
    return stamp(later[0]) if later else FOREVER


def _token(item: WorkItem) -> str:
    return f"{item.watermark};{item.id};{item.rev}"


def _end(context: Context) -> str:
    found = context.site.store.all(Revision)
    return f"{found[-1].id};{found[-1].item};{found[-1].rev}" if found else "0;0;0"


def _shown(context: Context, item: WorkItem, wanted: Json) -> Json:
    view = context.view
    only = field_names(list(wanted.get("fields") or []))
    with_long = context.expand() == "fields"

    def write(name: str) -> Any:
        return view.person_of(name) if wanted.get("includeIdentityRef") else view.label_of(name)

    known = {**view.fields(item, write), "System.RevisedDate": _revised(context, item)}
    fields = {
        ref: value
        for ref, value in known.items()
        if (only is None or ref in only) and (with_long or not is_long(ref))
    }
    return {"id": item.number, "rev": item.rev, "fields": fields}


ROUTES: list[Route] = [
    ("POST", "/wit/wiql", by_wiql),
    ("GET", "/wit/reporting/workitemrevisions", revisions_by_get),
    ("POST", "/wit/reporting/workitemrevisions", revisions_by_post),
]
