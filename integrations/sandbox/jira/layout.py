"""The HTML of the pages; `Markup.format` escapes every value that is put in."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from integrations.sandbox.clock import moment
from integrations.sandbox.jira import reading
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import (
    FIELDS,
    PRIORITIES,
    RESOLUTIONS,
    STATUSES,
    TYPES,
    Project,
    Status,
    Transition,
)
from integrations.sandbox.jira.markup.html import to_html
from integrations.sandbox.jira.model import Attachment, Comment, Issue
from integrations.sandbox.jira.site import Site
from integrations.sandbox.jira.view import in_words
from integrations.sandbox.page import Frame, comment, details, empty, join, options

_TEAM = FIELDS["customfield_10020"]
_FORM_FIELDS = ("summary", "description", "priority", "labels", "assignee")

_FRAME = Frame("Jira")
_PROJECT = Markup(
    """<section class="sheet">
<header class="bar"><h2>{name} <small>{key}</small></h2>
<a class="button" href="{root}/create/{key}">New issue</a></header>
{issues}
</section>"""
)
_TABLE = Markup(
    """<table><thead><tr><th scope="col">Key</th><th scope="col">Summary</th>
<th scope="col">Status</th><th scope="col">Priority</th><th scope="col">Assignee</th></tr></thead>
<tbody>{rows}</tbody></table>"""
)
_ROW = Markup(
    """<tr><td><a href="{root}/browse/{key}">{key}</a></td>
<td class="wide"><a href="{root}/browse/{key}">{summary}</a></td>
<td>{status}</td><td>{priority}</td><td>{assignee}</td></tr>"""
)
_ISSUE = Markup(
    """<nav aria-label="Place"><a href="{root}/">All issues</a> / {project} / {key}</nav>
<h1>{summary}</h1>
<div class="columns">
<div>
<section class="sheet prose"><h2>Description</h2>{description}</section>
<section class="sheet"><h2>Comments</h2>{comments}{comment_form}</section>
<section class="sheet"><details><summary>Edit this issue</summary>{edit_form}</details></section>
</div>
<aside class="sheet" aria-label="Details">
<h2>Status</h2>{status}{steps}
<h2>Details</h2>{details}
<h2>Files</h2>{files}
</aside>
</div>"""
)
_EDIT_FORM = Markup(
    """<form method="post" action="{root}/browse/{key}/edit">
<label for="summary">Summary</label>
<input id="summary" name="summary" value="{summary}" required>
<label for="description">Description <small>(wiki markup)</small></label>
<textarea id="description" name="description" rows="10">{description}</textarea>
<label for="priority">Priority</label><select id="priority" name="priority">{priorities}</select>
<label for="assignee">Assignee</label><select id="assignee" name="assignee">{assignees}</select>
<label for="labels">Labels <small>(with spaces between)</small></label>
<input id="labels" name="labels" value="{labels}">
<button class="primary">Save</button>
</form>"""
)
_COMMENT_FORM = Markup(
    """<form method="post" action="{root}/browse/{key}/comment">
<label for="text">Comment as Ken Ito</label>
<textarea id="text" name="text" rows="3" required></textarea>
<button class="primary">Add comment</button>
</form>"""
)
_STEP_FORM = Markup(
    """<form class="step" method="post" action="{root}/browse/{key}/status">
<input type="hidden" name="step" value="{id}">{screen}
<button>{name} <span aria-hidden="true">→</span> {target}</button>
</form>"""
)
_SCREEN = Markup(
    """<label for="resolution-{id}">Resolution</label>
<select id="resolution-{id}" name="resolution">{options}</select>"""
)
_NEW_FORM = Markup(
    """<nav aria-label="Place"><a href="{root}/">All issues</a> / {project}</nav>
<h1>New issue in {project}</h1>
<section class="sheet"><form method="post" action="{root}/create/{key}">
<label for="type">Type</label><select id="type" name="type">{types}</select>
<label for="summary">Summary</label><input id="summary" name="summary" required autofocus>
<label for="description">Description <small>(wiki markup)</small></label>
<textarea id="description" name="description" rows="8"></textarea>
{team}
<button class="primary">Create</button>
</form></section>"""
)


def index(root: str, site: Site, who: Account) -> Markup:
    """Return the page of all issues."""
    sections = [_project(root, site, project) for project in site.projects(who)]
    return _FRAME.page(root, "All issues", Markup("<h1>All issues</h1>") + join(sections))


def issue(root: str, site: Site, who: Account, found: Issue, errors: Sequence[str] = ()) -> Markup:
    """Return the page of an issue."""
    values = form_values(site, found)
    stored = found.values.get("description")
    body = _ISSUE.format(
        root=root,
        project=site.project_of(found).name,
        key=found.key,
        summary=values["summary"],
        description=to_html(site.face.document(stored)) if stored else empty("No description."),
        comments=_comments(site, who, found),
        comment_form=_COMMENT_FORM.format(root=root, key=found.key),
        edit_form=_edit_form(root, site, found, values),
        status=_badge(STATUSES[found.status]),
        steps=_steps(root, site, who, found),
        details=_details(site, found),
        files=_files(root, site.store.children(Attachment, found.id)),
    )
    return _FRAME.page(root, f"{found.key} {values['summary']}", body, errors)


def new_issue(root: str, project: Project, errors: Sequence[str] = ()) -> Markup:
    """Return the form for a new issue."""
    has_team = any(_TEAM.id in screen for screen in project.screens.values())
    body = _NEW_FORM.format(
        root=root,
        key=project.key,
        project=project.name,
        types=options([(id_, TYPES[id_].name) for id_ in project.screens], ""),
        team=_team() if has_team else "",
    )
    return _FRAME.page(root, "New issue", body, errors)


def refusal(sentences: Sequence[str]) -> Markup:
    """Return the page for what cannot be shown."""
    return _FRAME.page("", "Not possible", Markup("<h1>Not possible</h1>"), sentences)


def form_values(site: Site, found: Issue) -> Mapping[str, Any]:
    """Return what the edit form shows; unchanged values are not written back."""
    values = found.values
    assignee = values.get("assignee")
    description = values.get("description")
    return {
        "summary": values["summary"],
        "description": site.face.wiki(description).strip() if description else "",
        "priority": _priority(found),
        "labels": values.get("labels", []),
        "assignee": site.account(assignee).display_name if assignee else None,
    }


def _project(root: str, site: Site, project: Project) -> Markup:
    found = [one for one in site.store.all(Issue) if one.project == project.id]
    rows = [_row(root, site, one) for one in reversed(found)]
    issues = _TABLE.format(rows=join(rows)) if rows else empty("No issues yet.")
    return _PROJECT.format(root=root, name=project.name, key=project.key, issues=issues)


def _row(root: str, site: Site, found: Issue) -> Markup:
    values = form_values(site, found)
    return _ROW.format(
        root=root,
        key=found.key,
        summary=values["summary"],
        status=_badge(STATUSES[found.status]),
        priority=values["priority"],
        assignee=values["assignee"] or "Nobody",
    )


def _edit_form(root: str, site: Site, found: Issue, values: Mapping[str, Any]) -> Markup:
    project = site.project_of(found)
    priorities = [(option.name, option.name) for option in project.priorities]
    able = [a for a in site.accounts.values() if a.may("ASSIGNABLE_USER", project.key)]
    people = [("", "Nobody"), *((one.display_name, one.display_name) for one in able)]
    return _EDIT_FORM.format(
        root=root,
        key=found.key,
        summary=values["summary"],
        description=values["description"],
        priorities=options(priorities, values["priority"]),
        assignees=options(people, values["assignee"] or ""),
        labels=" ".join(values["labels"]),
    )


def _steps(root: str, site: Site, who: Account, found: Issue) -> Markup:
    return join(_step(root, found, step) for step in reading.open_steps(site, who, found))


def _step(root: str, found: Issue, step: Transition) -> Markup:
    resolutions = options([(option.id, option.name) for option in RESOLUTIONS], "")
    return _STEP_FORM.format(
        root=root,
        key=found.key,
        id=step.id,
        name=step.name,
        target=STATUSES[step.target].name,
        screen=_SCREEN.format(id=step.id, options=resolutions) if step.has_screen else "",
    )


def _comments(site: Site, who: Account, found: Issue) -> Markup:
    shown = [_comment(site, who, one) for one in reading.comments(site, who, found)]
    return join(shown) if shown else empty("No comments yet.")


def _comment(site: Site, who: Account, found: Comment) -> Markup:
    at = moment(found.created, who.time_zone)
    return comment(
        f"comment-{found.id}",
        site.account(found.author).display_name,
        at,
        to_html(site.face.document(found.body)),
        f"only for {found.visibility['value']}" if found.visibility else "",
    )


def _details(site: Site, found: Issue) -> Markup:
    rows: list[tuple[str, str]] = [("Type", TYPES[found.type].name)]
    for name, stored in found.values.items():
        if name not in ("summary", "description"):
            rows.append((FIELDS[name].name, in_words(site, FIELDS[name], stored)[1] or "None"))
    return details(rows)


def _files(root: str, found: Sequence[Attachment]) -> Markup:
    line = Markup('<li><a href="{}/files/{}">{}</a> <small>{:,} bytes</small></li>')
    items = [line.format(root, one.id, one.filename, one.size) for one in found]
    return Markup("<ul>{}</ul>").format(join(items)) if items else empty("No files.")


def _team() -> Markup:
    teams = [("", "None"), *((option.name, option.name) for option in _TEAM.options)]
    return Markup(
        '<label for="team">Team <small>(a bug needs one)</small></label>'
        '<select id="team" name="team">{}</select>'
    ).format(options(teams, ""))


def _priority(found: Issue) -> str:
    chosen = found.values.get("priority")
    return next((option.name for option in PRIORITIES if option.id == chosen), "None")


def _badge(status: Status) -> Markup:
    return Markup('<span class="badge {}">{}</span>').format(status.category.key, status.name)
