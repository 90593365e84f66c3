"""Writing, changing and deleting comments."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from integrations.sandbox.jira import history, hooks
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.errors import FieldError, JiraError
from integrations.sandbox.jira.model import Comment, Issue, Json
from integrations.sandbox.jira.properties import read_properties
from integrations.sandbox.jira.site import Site


def add(site: Site, who: Account, issue: Issue, raw: Json) -> Comment:
    """Add a comment, with its properties in the same breath."""
    if not site.may(who, "ADD_COMMENTS", issue):
        message = f"{who.display_name}, you do not have the permission to comment on this issue."
        raise JiraError(400, [message])
    now = site.clock.now()
    comment = Comment(
        id=str(site.store.next_number("comment", 10_000)),
        issue=issue.id,
        author=who.name,
        update_author=who.name,
        body=_body(site, raw),
        created=now,
        updated=now,
        visibility=_visibility(who, raw.get("visibility")),
        properties=read_properties(raw.get("properties")),
    )
    site.store.put(comment)
    hooks.comment_event(site, who, history.touch(site, issue), comment, "created")
    return comment


def edit(site: Site, who: Account, comment: Comment, raw: Json) -> Comment:
    """Change a comment's text; its author stays."""
    issue = site.issue(who, comment.issue)
    _require_own_or_all(site, who, comment, "EDIT")
    changed = replace(
        comment,
        body=_body(site, raw) if "body" in raw else comment.body,
        update_author=who.name,
        updated=site.clock.now(),
        visibility=_visibility(who, raw["visibility"])
        if "visibility" in raw
        else comment.visibility,
        properties={**comment.properties, **read_properties(raw.get("properties"))},
    )
    site.store.put(changed)
    hooks.comment_event(site, who, history.touch(site, issue), changed, "updated")
    return changed


def delete(site: Site, who: Account, comment: Comment) -> None:
    """Delete a comment."""
    issue = site.issue(who, comment.issue)
    _require_own_or_all(site, who, comment, "DELETE")
    site.store.delete(comment)
    hooks.comment_event(site, who, history.touch(site, issue), comment, "deleted")


def _body(site: Site, raw: Json) -> Any:
    try:
        return site.face.read_comment(raw.get("body"))
    except FieldError as error:
        raise JiraError(400, fields={"comment": str(error)}) from error


def _visibility(who: Account, raw: Any) -> Json | None:
    if not raw:
        return None
    value = raw.get("value") or raw.get("identifier") if isinstance(raw, Mapping) else None
    if value not in who.roles:
        message = f"You are currently not a member of the project role: {value}."
        raise JiraError(400, fields={"commentLevel": message})
    return {"type": raw.get("type", "role"), "value": value, "identifier": value}


def _require_own_or_all(site: Site, who: Account, comment: Comment, verb: str) -> None:
    issue = site.issue(who, comment.issue)
    is_own = comment.author == who.name and site.may(who, f"{verb}_OWN_COMMENTS", issue)
    if not is_own and not site.may(who, f"{verb}_ALL_COMMENTS", issue):
        message = f"You do not have permission to {verb.lower()} comment with id: {comment.id}"
        raise JiraError(400, [message])
