"""What the frame of every page shows: the projects to switch to, and the parts of this one."""

from dataclasses import dataclass

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from testmgmt.accounts.models import User
from testmgmt.core.permissions import Action
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import actions_of
from testmgmt.projects.queries import switchable_projects

register = template.Library()

PARTS = [
    ("cases", "Cases", "list-tree", "cases:list", "g c"),
    ("runs", "Runs", "player-play", "runs:list", "g r"),
    ("defects", "Defects", "bug", "defects:list", "g d"),
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the main navigation; `shortcut` is the keys that follow it."""

    label: str
    icon: str
    url: str
    shortcut: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The project of the page, what may be done in it, and where one may go."""

    project: Project | None
    actions: frozenset[Action]
    projects: list[Project]
    entries: list[Entry]


def _parts_of(project: Project, actions: frozenset[Action], section: str) -> list[Entry]:
    entries = [
        Entry(label, icon, reverse(name, args=[project.key]), keys, part == section)
        for part, label, icon, name, keys in PARTS
    ]
    if Action.CONFIGURE in actions:
        url = reverse("projects:settings", args=[project.key])
        entries.append(Entry("Settings", "settings", url, "g s", section == "settings"))
    return entries


def _outside(section: str) -> list[Entry]:
    return [
        Entry("Projects", "folder", reverse("projects:list"), "g p", section == "projects"),
        Entry("Jobs", "history", reverse("projects:jobs"), "g j", section == "jobs"),
    ]


@register.simple_tag(takes_context=True)
def frame(context: RequestContext) -> Frame:
    """Build the frame of a page from its `project` and `section`; two queries at most.

    `section` names the lit entry (cases, runs, defects, settings…); without one it is the app.
    """
    user: User = context["user"]
    project: Project | None = context.get("project")
    match = context["request"].resolver_match
    section = context.get("section") or (match.app_name if match else "")
    projects = switchable_projects(user)
    if project is None:
        return Frame(None, frozenset(), projects, _outside(section))
    actions = actions_of(user, project.pk)
    return Frame(project, actions, projects, _parts_of(project, actions, section))
