"""The pages for people: all issues, one issue, a new one. Everybody here is Ken Ito."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug import Response
from werkzeug.utils import redirect

from integrations.sandbox.jira import layout, reading, workflow
from integrations.sandbox.jira.api.files import send
from integrations.sandbox.jira.catalogue import TYPES
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.human import Human
from integrations.sandbox.jira.model import Issue
from integrations.sandbox.jira.site import Site
from integrations.sandbox.page import PageVisit, require_own_page, respond, style

_VISITOR = "ken"


@dataclass(frozen=True, slots=True)
class Visit(PageVisit[Site]):
    """One request of a person."""

    @property
    def human(self) -> Human:
        """Return who visits."""
        return Human(self.site, _VISITOR)


def index(visit: Visit) -> Response:
    """Show all projects with their issues."""
    return respond(layout.index(visit.root, visit.site, visit.human.who))


def browse(visit: Visit, key: str) -> Response:
    """Show an issue; a former key leads to the present one."""
    issue = visit.site.issue(visit.human.who, key)
    if issue.key != key:
        return redirect(f"{visit.root}/browse/{issue.key}")
    return respond(layout.issue(visit.root, visit.site, visit.human.who, issue))


def edit(visit: Visit, key: str) -> Response:
    """Change what was changed in the form."""

    def change(issue: Issue) -> None:
        visit.human.edit(issue.key, **_changes(visit, issue))

    return _act(visit, key, change)


def move(visit: Visit, key: str) -> Response:
    """Take a step of the workflow."""

    def change(issue: Issue) -> None:
        resolution = visit.field("resolution")
        given = {"resolution": {"id": resolution}} if resolution else {}
        workflow.take_step(visit.site, visit.human.who, issue, visit.field("step"), given)

    return _act(visit, key, change)


def comment(visit: Visit, key: str) -> Response:
    """Add a comment."""
    return _act(visit, key, lambda issue: visit.human.comment(issue.key, visit.field("text")))


def new(visit: Visit, project: str) -> Response:
    """Show the form for a new issue."""
    found = visit.site.project(visit.human.who, project)
    return respond(layout.new_issue(visit.root, found))


def create(visit: Visit, project: str) -> Response:
    """Create an issue."""
    require_own_page(visit.request)
    found = visit.site.project(visit.human.who, project)
    names = {type_id: TYPES[type_id].name for type_id in found.screens}
    type_name = names.get(visit.field("type"), "")
    values: dict[str, Any] = {"summary": visit.field("summary")}
    optional = {name: visit.field(name) for name in ("description", "team")}
    values |= {name: value for name, value in optional.items() if value}
    try:
        issue = visit.human.create(found.key, type_name, **values)
    except JiraError as error:
        return respond(layout.new_issue(visit.root, found, _sentences(error)), 400)
    return redirect(f"{visit.root}/browse/{issue.key}", 303)


def download(visit: Visit, attachment: str) -> Response:
    """Give a file."""
    return send(visit.site, reading.attachment(visit.site, visit.human.who, attachment))


def refusal(error: JiraError) -> Response:
    """Say why a page cannot be shown."""
    return respond(layout.refusal(_sentences(error)), error.status)


def _act(visit: Visit, key: str, change: Callable[[Issue], object]) -> Response:
    require_own_page(visit.request)
    issue = visit.site.issue(visit.human.who, key)
    try:
        change(issue)
    except JiraError as error:
        page = layout.issue(visit.root, visit.site, visit.human.who, issue, _sentences(error))
        return respond(page, 400)
    return redirect(f"{visit.root}/browse/{issue.key}", 303)


def _changes(visit: Visit, issue: Issue) -> Mapping[str, Any]:
    asked = {
        "summary": visit.field("summary"),
        "description": visit.field("description"),
        "priority": visit.field("priority"),
        "labels": visit.field("labels").split(),
        "assignee": visit.field("assignee") or None,
    }
    shown = layout.form_values(visit.site, issue)
    return {name: value for name, value in asked.items() if value != shown[name]}


def _sentences(error: JiraError) -> list[str]:
    return [*error.messages, *error.fields.values()]


ROUTES: list[tuple[str, str, Callable[..., Response]]] = [
    ("GET", "/", index),
    ("GET", "/style.css", style),
    ("GET", "/browse/<key>", browse),
    ("POST", "/browse/<key>/edit", edit),
    ("POST", "/browse/<key>/status", move),
    ("POST", "/browse/<key>/comment", comment),
    ("GET", "/create/<project>", new),
    ("POST", "/create/<project>", create),
    ("GET", "/files/<attachment>", download),
]
