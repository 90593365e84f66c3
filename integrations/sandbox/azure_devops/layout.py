"""The HTML of the pages; `Markup.format` escapes every value that is put in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from integrations.sandbox.azure_devops import text
from integrations.sandbox.azure_devops.accounts import WRITE, Account
from integrations.sandbox.azure_devops.catalogue import (
    DESCRIPTION,
    FIELDS,
    REPRO_STEPS,
    ItemType,
    Kind,
    Project,
    project_of,
)
from integrations.sandbox.azure_devops.links import FILE, HYPERLINK, upload_of
from integrations.sandbox.azure_devops.model import Comment, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.view import View
from integrations.sandbox.clock import moment
from integrations.sandbox.page import Frame, comment, details, empty, join, options

_FRAME = Frame("Azure DevOps")
_ABOVE = ("System.Title", "System.State")
_LOOKS = {"InProgress": "indeterminate", "Resolved": "indeterminate", "Completed": "done"}
_PROJECT = Markup(
    """<section class="sheet">
<header class="bar"><h2>{name} <small>{process}</small></h2>
<a class="button" href="{root}/{name}/_workitems/create">New work item</a></header>
{items}
</section>"""
)
_TABLE = Markup(
    """<table><thead><tr><th scope="col">ID</th><th scope="col">Title</th>
<th scope="col">State</th><th scope="col">Type</th><th scope="col">Assigned to</th></tr></thead>
<tbody>{rows}</tbody></table>"""
)
_ROW = Markup(
    """<tr><td><a href="{path}">{id}</a></td>
<td class="wide"><a href="{path}">{title}</a></td>
<td>{state}</td><td>{type}</td><td>{person}</td></tr>"""
)
_ITEM = Markup(
    """<nav aria-label="Place"><a href="{root}/">All work items</a> / {project} / {type} {id}</nav>
<h1>{title}</h1>
<div class="columns">
<div>
<section class="sheet prose"><h2>{text_name}</h2>{text}</section>
<section class="sheet"><h2>Discussion</h2>{comments}{comment_form}</section>
<section class="sheet">
<details><summary>Edit this work item</summary>{edit_form}</details></section>
</div>
<aside class="sheet" aria-label="Details">
<h2>State</h2>{state}{steps}
<h2>Details</h2>{details}
<h2>Links and files</h2>{links}
</aside>
</div>"""
)
_EDIT_FORM = Markup(
    """<form method="post" action="{path}/fields">
<label for="title">Title</label>
<input id="title" name="title" value="{title}" maxlength="255" required>
<label for="text">{text_name} <small>({format})</small></label>
<textarea id="text" name="text" rows="10">{text}</textarea>
<label for="priority">Priority</label><select id="priority" name="priority">{priorities}</select>
<label for="assigned_to">Assigned to</label>
<select id="assigned_to" name="assigned_to">{people}</select>
<label for="tags">Tags <small>(with semicolons between)</small></label>
<input id="tags" name="tags" value="{tags}">
<button class="primary">Save</button>
</form>"""
)
_COMMENT_FORM = Markup(
    """<form method="post" action="{path}/comment">
<label for="comment">Comment as Ken Ito <small>(HTML)</small></label>
<textarea id="comment" name="comment" rows="3" required></textarea>
<button class="primary">Add comment</button>
</form>"""
)
_STEP_FORM = Markup(
    """<form class="step" method="post" action="{path}/state">
<input type="hidden" name="state" value="{state}">{needs}
<button>Move to {state}</button>
</form>"""
)
_CHOICE = Markup(
    """<label for="{id}">{label}</label><select id="{id}" name="{name}">{options}</select>"""
)
_NEW_FORM = Markup(
    """<nav aria-label="Place"><a href="{root}/">All work items</a> / {project}</nav>
<h1>New work item in {project}</h1>
<section class="sheet"><form method="post" action="{root}/{project}/_workitems/create">
<label for="type">Type</label><select id="type" name="type">{types}</select>
<label for="title">Title</label>
<input id="title" name="title" maxlength="255" required autofocus>
<label for="text">Description or steps <small>(HTML)</small></label>
<textarea id="text" name="text" rows="8"></textarea>
{team}
<button class="primary">Create</button>
</form></section>"""
)


def path(root: str, item: WorkItem) -> str:
    """Return where the page of a work item is."""
    return f"{root}/{project_of(item.project).name}/_workitems/edit/{item.number}"


def text_field(item_type: str) -> str:
    """Return the field that holds the main text of a type."""
    return REPRO_STEPS if item_type == "Bug" else DESCRIPTION


def index(root: str, site: Organization, who: Account) -> Markup:
    """Return the page of all work items."""
    sections = [_project(root, site, project) for project in site.projects(who)]
    return _FRAME.page(root, "All work items", Markup("<h1>All work items</h1>") + join(sections))


def item(
    root: str, site: Organization, who: Account, found: WorkItem, errors: Sequence[str] = ()
) -> Markup:
    """Return the page of a work item."""
    values = form_values(site, found)
    place = path(root, found)
    ref = text_field(found.type)
    shown = text.render(values["text"], is_markdown=ref in found.formats)
    body = _ITEM.format(
        root=root,
        project=project_of(found.project).name,
        type=found.type,
        id=found.number,
        title=values["title"],
        text_name=FIELDS[ref].name,
        text=shown if values["text"] else empty("Nothing is written."),
        comments=_comments(site, who, found),
        comment_form=_COMMENT_FORM.format(path=place),
        edit_form=_edit_form(place, site, found, values),
        state=_badge(found),
        steps=join(_steps(place, found)),
        details=details(_details(site, found)),
        links=_links(root, site, found),
    )
    return _FRAME.page(root, f"{found.type} {found.number} {values['title']}", body, errors)


def new_item(root: str, project: Project, errors: Sequence[str] = ()) -> Markup:
    """Return the form for a new work item."""
    names = [one.name for one in project.types]
    has_team = any(one.required for one in project.types)
    body = _NEW_FORM.format(
        root=root,
        project=project.name,
        types=options([(name, name) for name in names], names[0]),
        team=_choice("Custom.Team", "new", is_optional=True) if has_team else "",
    )
    return _FRAME.page(root, "New work item", body, errors)


def refusal(sentences: Sequence[str]) -> Markup:
    """Return the page for what cannot be shown."""
    return _FRAME.page("", "Not possible", Markup("<h1>Not possible</h1>"), sentences)


def form_values(site: Organization, found: WorkItem) -> Mapping[str, Any]:
    """Return what the edit form shows; unchanged values are not written back."""
    values = found.values
    person = values.get("System.AssignedTo")
    return {
        "title": values.get("System.Title", ""),
        "text": values.get(text_field(found.type)) or "",
        "priority": str(values.get("Microsoft.VSTS.Common.Priority", "")),
        "tags": values.get("System.Tags") or "",
        "assigned_to": site.accounts[person].display_name if person else "",
    }


def _project(root: str, site: Organization, project: Project) -> Markup:
    kept = site.store.all(WorkItem)
    found = [one for one in kept if one.project == project.id and not one.is_deleted]
    rows = [_row(root, site, one) for one in reversed(found)]
    items = _TABLE.format(rows=join(rows)) if rows else empty("No work items yet.")
    return _PROJECT.format(root=root, name=project.name, process=project.process, items=items)


def _row(root: str, site: Organization, found: WorkItem) -> Markup:
    values = form_values(site, found)
    return _ROW.format(
        path=path(root, found),
        id=found.number,
        title=values["title"],
        state=_badge(found),
        type=found.type,
        person=values["assigned_to"] or "Nobody",
    )


def _edit_form(
    place: str, site: Organization, found: WorkItem, values: Mapping[str, Any]
) -> Markup:
    ref = text_field(found.type)
    key = project_of(found.project).key
    able = [one.display_name for one in site.accounts.values() if one.may(WRITE, key)]
    return _EDIT_FORM.format(
        path=place,
        title=values["title"],
        text_name=FIELDS[ref].name,
        format="Markdown" if ref in found.formats else "HTML",
        text=values["text"],
        priorities=options([(str(n), str(n)) for n in range(1, 5)], values["priority"]),
        people=options([("", "Nobody"), *((n, n) for n in able)], values["assigned_to"]),
        tags=values["tags"],
    )


def _steps(place: str, found: WorkItem) -> Iterable[Markup]:
    type_ = project_of(found.project).type(found.type)
    for name in type_.steps[found.values["System.State"]]:
        yield _STEP_FORM.format(path=place, state=name, needs=join(_needs(type_, name)))


def _needs(type_: ItemType, state: str) -> Iterable[Markup]:
    for ref in type_.needs.get(state, ()):
        yield _choice(ref, state.replace(" ", "-"), is_optional=False)


def _choice(ref: str, prefix: str, *, is_optional: bool) -> Markup:
    field = FIELDS[ref]
    first = [("", "None")] if is_optional else []
    chosen = [(str(value), str(value)) for value in field.options]
    name = field.name.lower().replace(" ", "_")
    return _CHOICE.format(
        id=f"{prefix}-{name}", label=field.name, name=name, options=options([*first, *chosen], "")
    )


def _comments(site: Organization, who: Account, found: WorkItem) -> Markup:
    kept = [one for one in site.store.children(Comment, found.id) if not one.is_deleted]
    return join(_comment(site, who, one) for one in kept) if kept else empty("No comments yet.")


def _comment(site: Organization, who: Account, found: Comment) -> Markup:
    at = moment(found.created, who.time_zone)
    body = text.render(found.text, is_markdown=found.is_markdown)
    author = site.accounts[found.author].display_name
    return comment(f"comment-{found.id}", author, at, body)


def _details(site: Organization, found: WorkItem) -> Iterable[tuple[str, object]]:
    view = View(site)
    for ref, value in view.fields(found, lambda name: site.accounts[name].display_name).items():
        field = FIELDS[ref]
        is_shown = field.kind in (Kind.HTML, Kind.HISTORY) or ref in _ABOVE
        if not is_shown and not field.is_read_only:
            yield field.name, value
    yield "Revision", found.rev


def _links(root: str, site: Organization, found: WorkItem) -> Markup:
    line = Markup('<li><a href="{}">{}</a> <small>{}</small></li>')
    items = []
    for one in found.relations:
        upload = upload_of(site, one) if one["rel"] == FILE else None
        if upload is not None:
            place = f"{root}/files/{upload.id}"
            items.append(line.format(place, upload.name, f"{upload.size:,} bytes"))
        elif one["rel"] == HYPERLINK and one["url"].startswith(("http://", "https://")):
            comment = one["attributes"].get("comment", "")
            items.append(line.format(one["url"], one["url"], comment))
    return Markup("<ul>{}</ul>").format(join(items)) if items else empty("Nothing is linked.")


def _badge(found: WorkItem) -> Markup:
    name = found.values["System.State"]
    state = project_of(found.project).type(found.type).state(name)
    look = _LOOKS.get(state.category, "new") if state else "new"
    return Markup('<span class="badge {}">{}</span>').format(look, name)
