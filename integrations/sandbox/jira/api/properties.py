"""Endpoints about properties of issues and comments; they never move a time of update."""

from dataclasses import replace

from werkzeug import Response

from integrations.sandbox.jira import reading
from integrations.sandbox.jira.api.context import Context, Route, answer, nothing
from integrations.sandbox.jira.model import Comment, Issue, Json
from integrations.sandbox.jira.properties import checked, existing


def issue_keys(context: Context, issue: str) -> Response:
    """List the properties of an issue."""
    return _keys(context, context.issue(issue))


def issue_get(context: Context, issue: str, key: str) -> Response:
    """Return a property of an issue."""
    return answer({"key": key, "value": existing(context.issue(issue).properties, key)})


def issue_put(context: Context, issue: str, key: str) -> Response:
    """Set a property of an issue."""
    return _put(context, _editable_issue(context, issue), key)


def issue_delete(context: Context, issue: str, key: str) -> Response:
    """Delete a property of an issue."""
    return _delete(context, _editable_issue(context, issue), key)


def comment_keys(context: Context, comment: str) -> Response:
    """List the properties of a comment."""
    return _keys(context, reading.comment(context.site, context.who, comment))


def comment_get(context: Context, comment: str, key: str) -> Response:
    """Return a property of a comment."""
    found = reading.comment(context.site, context.who, comment)
    return answer({"key": key, "value": existing(found.properties, key)})


def comment_put(context: Context, comment: str, key: str) -> Response:
    """Set a property of a comment."""
    return _put(context, _editable_comment(context, comment), key)


def comment_delete(context: Context, comment: str, key: str) -> Response:
    """Delete a property of a comment."""
    return _delete(context, _editable_comment(context, comment), key)


def _editable_issue(context: Context, name: str) -> Issue:
    context.require_login()
    issue = context.issue(name)
    context.site.require(context.who, "EDIT_ISSUES", issue)
    return issue


def _editable_comment(context: Context, comment_id: str) -> Comment:
    context.require_login()
    comment = reading.comment(context.site, context.who, comment_id)
    if comment.author != context.who.name:
        issue = context.issue(comment.issue)
        context.site.require(context.who, "EDIT_ALL_COMMENTS", issue)
    return comment


def _keys(context: Context, owner: Issue | Comment) -> Response:
    keys = [{"key": key, "self": _link(context, owner, key)} for key in owner.properties]
    return answer({"keys": keys})


def _link(context: Context, owner: Issue | Comment, key: str) -> str:
    kind = "issue" if isinstance(owner, Issue) else "comment"
    return context.view.link(f"{kind}/{owner.id}/properties/{key}")


def _put(context: Context, owner: Issue | Comment, key: str) -> Response:
    is_new = key not in owner.properties
    _keep(context, owner, {**owner.properties, key: checked(key, context.any_json())})
    return answer({}, 201 if is_new else 200)


def _delete(context: Context, owner: Issue | Comment, key: str) -> Response:
    existing(owner.properties, key)
    _keep(context, owner, {name: v for name, v in owner.properties.items() if name != key})
    return nothing()


def _keep(context: Context, owner: Issue | Comment, properties: Json) -> None:
    context.site.store.put(replace(owner, properties=properties))


ROUTES: list[Route] = [
    ("GET", "/issue/<issue>/properties", issue_keys),
    ("GET", "/issue/<issue>/properties/<key>", issue_get),
    ("PUT", "/issue/<issue>/properties/<key>", issue_put),
    ("DELETE", "/issue/<issue>/properties/<key>", issue_delete),
    ("GET", "/comment/<comment>/properties", comment_keys),
    ("GET", "/comment/<comment>/properties/<key>", comment_get),
    ("PUT", "/comment/<comment>/properties/<key>", comment_put),
    ("DELETE", "/comment/<comment>/properties/<key>", comment_delete),
]
