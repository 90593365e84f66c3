"""Taking a step of a workflow."""

from dataclasses import replace

from integrations.sandbox.jira import fields, history, reading
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import DONE, STATUSES
from integrations.sandbox.jira.errors import JiraError, not_on_screen
from integrations.sandbox.jira.fields import Place
from integrations.sandbox.jira.model import Issue, Json
from integrations.sandbox.jira.site import Site

_SCREEN = {"resolution": True}


def take_step(site: Site, who: Account, issue: Issue, step_id: str, given: Json) -> Issue:
    """Take a transition; its screen must be filled in, other fields are refused."""
    step = next((step for step in reading.open_steps(site, who, issue) if step.id == step_id), None)
    if step is None:
        raise JiraError(400, [f"Transition id '{step_id}' is not valid for this issue."])
    screen = _SCREEN if step.has_screen else {}
    if unknown := [name for name in given if name not in screen]:
        raise JiraError(400, fields={name: not_on_screen(name) for name in unknown})
    values = dict(issue.values)
    if screen:
        place = Place(site, site.project_of(issue), who, screen)
        values = fields.read(place, given, {}, {**values, "resolution": None})
    if step.clears_resolution:
        values.pop("resolution", None)
    is_done = STATUSES[step.target].category is DONE
    resolved = (issue.resolved or site.clock.now()) if is_done else None
    moved = replace(issue, status=step.target, values=values, resolved=resolved)
    return history.keep(site, who, issue, moved)
