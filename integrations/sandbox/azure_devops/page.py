"""The pages for people: all work items, one, a new one. Everybody here is Ken Ito."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug import Response
from werkzeug.utils import redirect

from integrations.sandbox.azure_devops import files, layout
from integrations.sandbox.azure_devops.api.files import send
from integrations.sandbox.azure_devops.catalogue import FIELDS
from integrations.sandbox.azure_devops.errors import VssError
from integrations.sandbox.azure_devops.human import Human
from integrations.sandbox.azure_devops.model import WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.page import PageVisit, require_own_page, respond, style

_VISITOR = "ken"


@dataclass(frozen=True, slots=True)
class Visit(PageVisit[Organization]):
    """One request of a person."""

    @property
    def human(self) -> Human:
        """Return who visits."""
        return Human(self.site, _VISITOR)


def index(visit: Visit) -> Response:
    """Show all projects with their work items."""
    return respond(layout.index(visit.root, visit.site, visit.human.who))


def browse(visit: Visit, project: str, number: int) -> Response:
    """Show a work item; under another project it leads to its own."""
    found = visit.human.item(number)
    place = layout.path(visit.root, found)
    if not place.startswith(f"{visit.root}/{project}/"):
        return redirect(place)
    return respond(layout.item(visit.root, visit.site, visit.human.who, found))


def edit(visit: Visit, project: str, number: int) -> Response:
    """Change what was changed in the form."""
    del project
    return _act(visit, number, lambda item: visit.human.edit(number, **_changes(visit, item)))


def move(visit: Visit, project: str, number: int) -> Response:
    """Bring a work item to another state."""
    del project
    cause = visit.field("root_cause")
    needed = {"root_cause": cause} if cause else {}
    state = visit.field("state")
    return _act(visit, number, lambda _: visit.human.set_status(number, state, **needed))


def comment(visit: Visit, project: str, number: int) -> Response:
    """Add a comment."""
    del project
    return _act(visit, number, lambda _: visit.human.comment(number, visit.field("comment")))


def new(visit: Visit, project: str) -> Response:
    """Show the form for a new work item."""
    found = visit.site.project(visit.human.who, project)
    return respond(layout.new_item(visit.root, found))


def create(visit: Visit, project: str) -> Response:
    """Create a work item."""
    require_own_page(visit.request)
    found = visit.site.project(visit.human.who, project)
    type_ = visit.field("type")
    given = {
        "title": visit.field("title"),
        FIELDS[layout.text_field(type_)].ref: visit.field("text"),
        "team": visit.field("team"),
    }
    values = {name: value for name, value in given.items() if value}
    try:
        made = visit.human.create(found.name, type_, **values)
    except VssError as error:
        return respond(layout.new_item(visit.root, found, [error.message]), 400)
    return redirect(layout.path(visit.root, made), 303)


def download(visit: Visit, id_: str) -> Response:
    """Give a file."""
    found = files.find(visit.site, id_)
    return send(visit.site, found, found.name)


def refusal(sentence: str, status: int) -> Response:
    """Say why a page cannot be shown."""
    return respond(layout.refusal([sentence]), status)


def _act(visit: Visit, number: int, change: Callable[[WorkItem], object]) -> Response:
    require_own_page(visit.request)
    found = visit.human.item(number)
    try:
        change(found)
    except VssError as error:
        page = layout.item(visit.root, visit.site, visit.human.who, found, [error.message])
        return respond(page, 400)
    return redirect(layout.path(visit.root, found), 303)


def _changes(visit: Visit, item: WorkItem) -> Mapping[str, Any]:
    shown = layout.form_values(visit.site, item)
    asked = {name: visit.field(name) for name in shown}
    changed = {name: value for name, value in asked.items() if value != shown[name]}
    if "text" in changed:
        changed[layout.text_field(item.type)] = changed.pop("text")
    return changed


_ITEM = "/<project>/_workitems/edit/<int:number>"
_NEW = "/<project>/_workitems/create"
ROUTES: list[tuple[str, str, Callable[..., Response]]] = [
    ("GET", "/", index),
    ("GET", "/style.css", style),
    ("GET", _ITEM, browse),
    ("POST", f"{_ITEM}/fields", edit),
    ("POST", f"{_ITEM}/state", move),
    ("POST", f"{_ITEM}/comment", comment),
    ("GET", _NEW, new),
    ("POST", _NEW, create),
    ("GET", "/files/<id_>", download),
]
