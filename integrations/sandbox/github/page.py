"""The pages for people: all issues, one issue, a new one. Everybody here is Ken Ito."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug import Response
from werkzeug.utils import redirect

from integrations.sandbox.github import layout
from integrations.sandbox.github.errors import GitHubError
from integrations.sandbox.github.human import Human
from integrations.sandbox.github.model import Issue
from integrations.sandbox.github.site import Site
from integrations.sandbox.page import PageVisit, require_own_page, respond, style

_VISITOR = "ken"


@dataclass(frozen=True, slots=True)
class Visit(PageVisit[Site]):
    """One request of a person."""

    @property
    def human(self) -> Human:
        """Return who visits."""
        return Human(self.site, _VISITOR)

    def issue(self, owner: str, name: str, number: int) -> Issue:
        """Return an issue, wherever it is now."""
        return self.human.issue(f"{owner}/{name}#{number}")


def index(visit: Visit) -> Response:
    """Show all repositories with their issues."""
    return respond(layout.index(visit.root, visit.site, visit.human.who))


def browse(visit: Visit, owner: str, name: str, number: int) -> Response:
    """Show an issue or pull request; a former place leads to the present one."""
    found = visit.issue(owner, name, number)
    place = layout.path(visit.root, visit.site, found)
    if place != visit.request.script_root + visit.request.path:
        return redirect(place)
    return respond(layout.issue(visit.root, visit.site, found))


def edit(visit: Visit, owner: str, name: str, number: int) -> Response:
    """Change what was changed in the form."""

    def change(issue: Issue) -> None:
        visit.human.edit(issue, **_changes(visit, issue))

    return _act(visit, visit.issue(owner, name, number), change)


def move(visit: Visit, owner: str, name: str, number: int) -> Response:
    """Close or reopen."""

    def change(issue: Issue) -> None:
        reason = visit.field("reason")
        if reason == "reopened":
            visit.human.reopen(issue)
        else:
            visit.human.close(issue, reason)

    return _act(visit, visit.issue(owner, name, number), change)


def comment(visit: Visit, owner: str, name: str, number: int) -> Response:
    """Add a comment."""
    found = visit.issue(owner, name, number)
    return _act(visit, found, lambda issue: visit.human.comment(issue, visit.field("text")))


def new(visit: Visit, owner: str, name: str) -> Response:
    """Show the form for a new issue."""
    found = visit.site.repository(visit.human.who, f"{owner}/{name}")
    return respond(layout.new_issue(visit.root, found))


def create(visit: Visit, owner: str, name: str) -> Response:
    """Open an issue."""
    require_own_page(visit.request)
    found = visit.site.repository(visit.human.who, f"{owner}/{name}")
    optional = {"body": visit.field("body"), "type": visit.field("type")}
    values = {key: value for key, value in optional.items() if value}
    try:
        opened = visit.human.create(found.full_name, visit.field("title"), **values)
    except GitHubError as error:
        return respond(layout.new_issue(visit.root, found, error.sentences()), 400)
    return redirect(layout.path(visit.root, visit.site, opened), 303)


def refusal(error: GitHubError) -> Response:
    """Say why a page cannot be shown."""
    return respond(layout.refusal(error.sentences()), error.status)


def _act(visit: Visit, issue: Issue, change: Callable[[Issue], object]) -> Response:
    require_own_page(visit.request)
    try:
        change(issue)
    except GitHubError as error:
        return respond(layout.issue(visit.root, visit.site, issue, error.sentences()), 400)
    return redirect(layout.path(visit.root, visit.site, issue), 303)


def _changes(visit: Visit, issue: Issue) -> Mapping[str, Any]:
    asked = {
        "title": visit.field("title"),
        "body": visit.field("body"),
        "labels": [name.strip() for name in visit.field("labels").split(",") if name.strip()],
        "assignees": [visit.field("assignee")] if visit.field("assignee") else [],
        "milestone": visit.field("milestone") or None,
        "type": visit.field("type") or None,
    }
    shown = layout.form_values(visit.site, issue)
    return {name: value for name, value in asked.items() if value != shown[name]}


_ISSUE = "/<owner>/<name>/issues/<int:number>"
ROUTES: list[tuple[str, str, Callable[..., Response]]] = [
    ("GET", "/", index),
    ("GET", "/style.css", style),
    ("GET", _ISSUE, browse),
    ("GET", "/<owner>/<name>/pull/<int:number>", browse),
    ("POST", f"{_ISSUE}/edit", edit),
    ("POST", f"{_ISSUE}/state", move),
    ("POST", f"{_ISSUE}/comment", comment),
    ("GET", "/<owner>/<name>/issues/new", new),
    ("POST", "/<owner>/<name>/issues/new", create),
]
