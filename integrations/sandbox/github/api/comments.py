"""Endpoints about comments, and about the history of issues."""

from werkzeug import Response

from integrations.sandbox.github import comments, listing, timeline
from integrations.sandbox.github.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.github.errors import not_found
from integrations.sandbox.github.model import Comment, Event, Issue, Json, Repository


def of_issue(context: Context, repository: Repository, number: int) -> Response:
    """List an issue's comments, oldest first."""
    issue = context.issue_here(repository, number)
    since = {name: value for name, value in context.query.items() if name == "since"}
    found = listing.comments(context.site.store.children(Comment, issue.id), since)
    return page(context, found, lambda one: context.view.comment(one, issue))


def of_repository(context: Context, repository: Repository) -> Response:
    """List the comments of all issues."""
    by_id = {one.id: one for one in context.site.issues(repository)}
    every = [one for id_ in by_id for one in context.site.store.children(Comment, id_)]
    found = listing.comments(every, context.query)
    return page(context, found, lambda one: context.view.comment(one, by_id[one.issue]))


def create(context: Context, repository: Repository, number: int) -> Response:
    """Add a comment."""
    issue = context.issue_here(repository, number)
    context.site.quota.create(context.who)
    added = comments.add(context.site, context.who, issue, context.json())
    shown = context.view.comment(added, issue)
    return answer(shown, 201, {"Location": shown["url"]})


def get(context: Context, repository: Repository, comment: int) -> Response:
    """Return a comment."""
    return answer(context.view.comment(*comments.find(context.site, repository, comment)))


def edit(context: Context, repository: Repository, comment: int) -> Response:
    """Change a comment."""
    found, issue = comments.find(context.site, repository, comment)
    changed = comments.edit(context.site, context.who, found, issue, context.json())
    return answer(context.view.comment(changed, issue))


def delete(context: Context, repository: Repository, comment: int) -> Response:
    """Delete a comment."""
    found, issue = comments.find(context.site, repository, comment)
    comments.delete(context.site, context.who, found, issue)
    return nothing()


def events(context: Context, repository: Repository, number: int) -> Response:
    """List what happened to an issue, oldest first."""
    issue = context.issue_here(repository, number)
    return page(context, timeline.events(context.view, issue), _as_it_is)


def history(context: Context, repository: Repository, number: int) -> Response:
    """List what happened to an issue and what was said, oldest first."""
    issue = context.issue_here(repository, number)
    return page(context, timeline.timeline(context.view, issue), _as_it_is)


def all_events(context: Context, repository: Repository) -> Response:
    """List what happened to all issues, newest first."""
    pairs = [
        (one, issue)
        for issue in context.site.issues(repository)
        for one in context.site.store.children(Event, issue.id)
    ]
    newest = sorted(pairs, key=lambda pair: int(pair[0].id), reverse=True)
    return page(context, newest, lambda pair: _with_issue(context, *pair))


def event(context: Context, repository: Repository, event_id: int) -> Response:
    """Return one entry of an issue's history."""
    found = context.site.store.get(Event, str(event_id))
    issue = context.site.store.get(Issue, found.issue) if found else None
    if found is None or issue is None or issue.repository != repository.id:
        raise not_found()
    return answer(_with_issue(context, found, issue))


def _with_issue(context: Context, found: Event, issue: Issue) -> Json:
    shown = timeline.event(context.view, found, issue)
    return {**shown, "issue": context.view.issue(issue)}


def _as_it_is(shown: Json) -> Json:
    return shown


ROUTES: list[Route] = [
    ("GET", "/issues/comments", of_repository),
    ("GET", "/issues/comments/<int:comment>", get),
    ("PATCH", "/issues/comments/<int:comment>", edit),
    ("DELETE", "/issues/comments/<int:comment>", delete),
    ("GET", "/issues/events", all_events),
    ("GET", "/issues/events/<int:event_id>", event),
    ("GET", "/issues/<int:number>/comments", of_issue),
    ("POST", "/issues/<int:number>/comments", create),
    ("GET", "/issues/<int:number>/events", events),
    ("GET", "/issues/<int:number>/timeline", history),
]
