"""What webhooks hear: the notation of REST v2, with wiki markup, on both kinds of Jira."""

import json
import uuid
from collections.abc import Iterator

from integrations.sandbox.courier import Parcel, signature
from integrations.sandbox.jira import query
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import FIELDS, Kind
from integrations.sandbox.jira.issue_view import Wanted, change_json, comment_json, issue_json
from integrations.sandbox.jira.model import Change, Comment, Issue, Json, Webhook
from integrations.sandbox.jira.site import Site
from integrations.sandbox.jira.view import View

_ALL = Wanted(["*all", "-comment"])
_SMALL = Wanted(["summary", "issuetype", "project", "assignee", "priority", "status"])


def issue_created(site: Site, who: Account, issue: Issue) -> None:
    """Tell of a new issue."""
    for webhook, view in _listeners(site, issue, "jira:issue_created"):
        _send(webhook, view, "jira:issue_created", _about(view, who, issue, "issue_created"))


def issue_updated(site: Site, who: Account, issue: Issue, change: Change, event_type: str) -> None:
    """Tell of an edit or a move through the workflow."""
    for webhook, view in _listeners(site, issue, "jira:issue_updated"):
        payload = _about(view, who, issue, event_type)
        payload["changelog"] = {"id": change.id, "items": change_json(view, change)["items"]}
        _send(webhook, view, "jira:issue_updated", payload)


def issue_deleted(site: Site, who: Account, issue: Issue) -> None:
    """Tell of an issue that is gone; a deletion has no event type."""
    for webhook, view in _listeners(site, issue, "jira:issue_deleted"):
        payload = _about(view, who, issue, "")
        del payload["issue_event_type_name"]
        _send(webhook, view, "jira:issue_deleted", payload)


def comment_event(site: Site, who: Account, issue: Issue, comment: Comment, verb: str) -> None:
    """Tell of a comment; Data Center tells twice, and the second time without the issue."""
    name = f"comment_{verb}"
    is_cloud = site.face.deployment == "Cloud"
    for webhook, view in _listeners(site, issue, name):
        payload: Json = {"comment": _comment(view, comment)}
        if is_cloud:
            payload["issue"] = _issue(view, issue, _SMALL)
        _send(webhook, view, name, payload)
    if is_cloud:
        return
    event_type = {"created": "issue_commented", "updated": "issue_comment_edited"}.get(
        verb, "issue_comment_deleted"
    )
    for webhook, view in _listeners(site, issue, "jira:issue_updated"):
        payload = _about(view, who, issue, event_type)
        if verb != "deleted":
            payload["comment"] = _comment(view, comment)
        _send(webhook, view, "jira:issue_updated", payload)


def _listeners(site: Site, issue: Issue, event: str) -> Iterator[tuple[Webhook, View]]:
    for webhook in site.store.all(Webhook):
        if event not in webhook.events:
            continue
        owner = site.account(webhook.owner)
        if not webhook.jql or query.parse(webhook.jql, site, owner).accepts(issue):
            yield webhook, View(site, owner, "2")


def _about(view: View, who: Account, issue: Issue, event_type: str) -> Json:
    return {
        "issue_event_type_name": event_type,
        "user": view.person(who.name),
        "issue": _issue(view, issue, _ALL),
    }


def _issue(view: View, issue: Issue, wanted: Wanted) -> Json:
    body = issue_json(view, issue, wanted)
    for name in body["fields"]:
        field = FIELDS.get(name)
        stored = issue.values.get(name)
        if field is not None and field.kind is Kind.RICH and stored is not None:
            body["fields"][name] = view.site.face.wiki(stored)
    del body["expand"]
    return body


def _comment(view: View, comment: Comment) -> Json:
    return {**comment_json(view, comment), "body": view.site.face.wiki(comment.body)}


def _send(webhook: Webhook, view: View, event: str, payload: Json) -> None:
    head = {"timestamp": view.site.clock.now(), "webhookEvent": event}
    body = b"" if webhook.exclude_body else json.dumps({**head, **payload}).encode()
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
        "X-Atlassian-Webhook-Identifier": str(uuid.uuid4()),
        "X-Atlassian-Webhook-Flow": "Primary",
    }
    if webhook.secret:
        headers["X-Hub-Signature"] = signature(webhook.secret, body)
    view.site.announce(Parcel(webhook.id, event, webhook.url, body, headers))
