"""Endpoints about a repository's labels and milestones."""

from werkzeug import Response

from integrations.sandbox.github import access, labels, milestones, values
from integrations.sandbox.github.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.github.errors import not_found
from integrations.sandbox.github.model import Label, Milestone, Repository


def listed(context: Context, repository: Repository) -> Response:
    """List labels by name."""
    found = context.site.store.children(Label, repository.id)
    return page(context, sorted(found, key=lambda one: one.name.lower()), context.view.label)


def create(context: Context, repository: Repository) -> Response:
    """Make a label."""
    _require(context, repository)
    made = labels.create(context.site, context.who, repository, context.json())
    shown = context.view.label(made)
    return answer(shown, 201, {"Location": shown["url"]})


def get(context: Context, repository: Repository, name: str) -> Response:
    """Return a label."""
    return answer(context.view.label(_label(context, repository, name)))


def edit(context: Context, repository: Repository, name: str) -> Response:
    """Change a label."""
    _require(context, repository)
    found = _label(context, repository, name)
    changed = labels.edit(context.site, context.who, repository, found, context.json())
    return answer(context.view.label(changed))


def delete(context: Context, repository: Repository, name: str) -> Response:
    """Delete a label."""
    _require(context, repository)
    labels.delete(context.site, context.who, repository, _label(context, repository, name))
    return nothing()


def listed_milestones(context: Context, repository: Repository) -> Response:
    """List milestones, those that are due first before the others."""
    state = context.query.get("state", "open")
    by_number = context.site.store.children(Milestone, repository.id)
    found = [one for one in by_number if state in ("all", one.state)]
    found.sort(key=lambda one: one.due if one.due is not None else float("inf"))
    if _direction(context) == "desc":
        found.reverse()
    return page(context, found, context.view.milestone)


def create_milestone(context: Context, repository: Repository) -> Response:
    """Make a milestone."""
    _require(context, repository)
    made = milestones.create(context.site, context.who, repository, context.json())
    shown = context.view.milestone(made)
    return answer(shown, 201, {"Location": shown["url"]})


def get_milestone(context: Context, repository: Repository, number: int) -> Response:
    """Return a milestone."""
    return answer(context.view.milestone(milestones.find(context.site, repository, number)))


def edit_milestone(context: Context, repository: Repository, number: int) -> Response:
    """Change a milestone."""
    _require(context, repository)
    found = milestones.find(context.site, repository, number)
    changed = milestones.edit(context.site, context.who, repository, found, context.json())
    return answer(context.view.milestone(changed))


def delete_milestone(context: Context, repository: Repository, number: int) -> Response:
    """Delete a milestone."""
    _require(context, repository)
    found = milestones.find(context.site, repository, number)
    milestones.delete(context.site, context.who, repository, found)
    return nothing()


def _direction(context: Context) -> str:
    """Return which way a list of milestones goes."""
    asked = {"direction": context.query.get("direction", "asc")}
    return values.chosen(asked, "direction", ("asc", "desc"))


def _require(context: Context, repository: Repository) -> None:
    access.require_change(context.who, repository)
    if not context.who.has("write"):
        raise not_found()


def _label(context: Context, repository: Repository, name: str) -> Label:
    found = context.site.label(repository, name)
    if found is None:
        raise not_found()
    return found


ROUTES: list[Route] = [
    ("GET", "/labels", listed),
    ("POST", "/labels", create),
    ("GET", "/labels/<path:name>", get),
    ("PATCH", "/labels/<path:name>", edit),
    ("DELETE", "/labels/<path:name>", delete),
    ("GET", "/milestones", listed_milestones),
    ("POST", "/milestones", create_milestone),
    ("GET", "/milestones/<int:number>", get_milestone),
    ("PATCH", "/milestones/<int:number>", edit_milestone),
    ("DELETE", "/milestones/<int:number>", delete_milestone),
]
