"""An issue's history as the API shows it: events, and comments between them."""

from integrations.sandbox.github.model import Comment, Event, Issue, Json
from integrations.sandbox.github.view import View, node_id, shown_time

_PEOPLE = ("assignee", "assigner")


def event(view: View, found: Event, issue: Issue) -> Json:
    """Return one entry of the history."""
    content = {
        key: view.person(value) if key in _PEOPLE else value for key, value in found.content.items()
    }
    repository = view.site.repository_of(issue)
    return {
        "id": int(found.id),
        "node_id": node_id("E", found.id),
        "url": f"{view.repository_url(repository)}/issues/events/{found.id}",
        "actor": view.person(found.actor),
        "event": found.kind,
        "commit_id": None,
        "commit_url": None,
        "created_at": shown_time(found.created),
        "performed_via_github_app": None,
        **content,
    }


def events(view: View, issue: Issue) -> list[Json]:
    """Return the history of an issue, oldest first."""
    return [event(view, one, issue) for one in view.site.store.children(Event, issue.id)]


def timeline(view: View, issue: Issue) -> list[Json]:
    """Return history and comments, oldest first."""
    store = view.site.store
    happened = [(one.created, event(view, one, issue)) for one in store.children(Event, issue.id)]
    said = [(one.created, _said(view, one, issue)) for one in store.children(Comment, issue.id)]
    return [shown for _, shown in sorted([*happened, *said], key=lambda pair: pair[0])]


def _said(view: View, comment: Comment, issue: Issue) -> Json:
    return {
        **view.comment(comment, issue),
        "event": "commented",
        "actor": view.person(comment.author),
    }
