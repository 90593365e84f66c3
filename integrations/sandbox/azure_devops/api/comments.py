"""Endpoints about comments, all of them previews."""

from werkzeug import Response

from integrations.sandbox.azure_devops import comments
from integrations.sandbox.azure_devops.api.context import (
    Context,
    Route,
    answer,
    nothing,
)
from integrations.sandbox.azure_devops.errors import bad_request
from integrations.sandbox.azure_devops.model import Comment, Json

_FORMATS = {"": False, "html": False, "markdown": True}
_PAGE = 200


def add(context: Context, id_: int) -> Response:
    """Add a comment, as HTML where no format is named."""
    item = context.item(id_)
    text = context.object().get("text")
    made = comments.add(context.site, context.who, item, text, is_markdown=_is_markdown(context))
    return answer(context.view.comment(item, made, is_rendered=True))


def edit(context: Context, id_: int, number: int) -> Response:
    """Change a comment."""
    item = context.item(id_)
    found = comments.find(context.site, item, number)
    text = context.object().get("text")
    is_markdown = _is_markdown(context) if context.text("format") else found.is_markdown
    changed = comments.edit(context.site, context.who, item, found, text, is_markdown=is_markdown)
    return answer(context.view.comment(item, changed, is_rendered=True))


def delete(context: Context, id_: int, number: int) -> Response:
    """Delete a comment."""
    item = context.item(id_)
    found = comments.find(context.site, item, number)
    comments.delete(context.site, context.who, item, found)
    return nothing()


def get(context: Context, id_: int, number: int) -> Response:
    """Return a comment."""
    item = context.item(id_)
    with_deleted = context.switch("includeDeleted")
    found = comments.find(context.site, item, number, with_deleted=with_deleted)
    return answer(context.view.comment(item, found, is_rendered=_is_rendered(context)))


def page(context: Context, id_: int) -> Response:
    """Return a page of comments, newest first where no order is named."""
    item = context.item(id_)
    kept = context.site.store.children(Comment, item.id)
    found = [one for one in kept if context.switch("includeDeleted") or not one.is_deleted]
    total = len(found)
    if context.text("order", "desc").casefold() != "asc":
        found.reverse()
    start = _start(context)
    shown = found[start : start + min(context.number("$top", _PAGE), _PAGE)]
    body: Json = {
        "totalCount": total,
        "count": len(shown),
        "comments": [
            context.view.comment(item, one, is_rendered=_is_rendered(context)) for one in shown
        ],
    }
    if start + len(shown) < total:
        token = f"next-{start + len(shown)}"
        url = context.view.links(item)["workItemComments"]["href"]
        body["continuationToken"] = token
        body["nextPage"] = f"{url}?continuationToken={token}"
    return answer(body)


def _start(context: Context) -> int:
    token = context.text("continuationToken")
    number = token.removeprefix("next-")
    if token and not number.isdigit():
        raise bad_request(f"The continuation token '{token}' is not valid.")
    return int(number or 0)


def _is_markdown(context: Context) -> bool:
    name = context.text("format").casefold()
    if name not in _FORMATS:
        raise bad_request(f"The value '{name}' is not valid for format.")
    return _FORMATS[name]


def _is_rendered(context: Context) -> bool:
    return context.expand() in ("renderedtext", "renderedtextonly", "all")


_ALL = "/wit/workitems/<int:id_>/comments"
ROUTES: list[Route] = [
    ("POST", _ALL, add),
    ("GET", _ALL, page),
    ("GET", f"{_ALL}/<int:number>", get),
    ("PATCH", f"{_ALL}/<int:number>", edit),
    ("DELETE", f"{_ALL}/<int:number>", delete),
]
