"""Endpoints about comments."""

from werkzeug import Response

from integrations.sandbox.jira import comments, reading
from integrations.sandbox.jira.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.issue_view import comment_json

_ORDERS = {"created", "+created", "-created"}


def listing(context: Context, issue: str) -> Response:
    """Page through the comments that the caller may see."""
    order = context.request.args.get("orderBy", "created").strip()
    if order not in _ORDERS:
        raise JiraError(400, [f"The orderBy value '{order}' is not supported."])
    found = reading.comments(context.site, context.who, context.issue(issue))
    if order.startswith("-"):
        found.reverse()
    shown = [comment_json(context.view, one, context.words("expand")) for one in found]
    return answer(page(context, shown, "comments", 5000, 5000))


def get(context: Context, issue: str, comment: str) -> Response:
    """Return a comment."""
    found = reading.comment(context.site, context.who, comment, context.issue(issue))
    return answer(comment_json(context.view, found, context.words("expand")))


def create(context: Context, issue: str) -> Response:
    """Add a comment."""
    context.require_login()
    added = comments.add(context.site, context.who, context.issue(issue), context.json())
    return answer(comment_json(context.view, added, context.words("expand")), 201)


def edit(context: Context, issue: str, comment: str) -> Response:
    """Change a comment."""
    context.require_login()
    found = reading.comment(context.site, context.who, comment, context.issue(issue))
    changed = comments.edit(context.site, context.who, found, context.json())
    return answer(comment_json(context.view, changed, context.words("expand")))


def delete(context: Context, issue: str, comment: str) -> Response:
    """Delete a comment."""
    context.require_login()
    found = reading.comment(context.site, context.who, comment, context.issue(issue))
    comments.delete(context.site, context.who, found)
    return nothing()


ROUTES: list[Route] = [
    ("GET", "/issue/<issue>/comment", listing),
    ("POST", "/issue/<issue>/comment", create),
    ("GET", "/issue/<issue>/comment/<comment>", get),
    ("PUT", "/issue/<issue>/comment/<comment>", edit),
    ("DELETE", "/issue/<issue>/comment/<comment>", delete),
]
