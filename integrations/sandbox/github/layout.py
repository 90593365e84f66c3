"""The HTML of the pages; `Markup.format` escapes every value that is put in."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from integrations.sandbox.clock import moment
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.catalogue import TYPES
from integrations.sandbox.github.model import Comment, Issue, Milestone, Repository
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import names
from integrations.sandbox.page import Frame, comment, details, empty, join, options

_FRAME = Frame("GitHub")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_REASONS = {
    "completed": "Close as completed",
    "not_planned": "Close as not planned",
    "duplicate": "Close as duplicate",
}
_REPOSITORY = Markup(
    """<section class="sheet">
<header class="bar"><h2>{name} <small>{full_name}</small></h2>{button}</header>
{issues}
</section>"""
)
_NEW_BUTTON = Markup('<a class="button" href="{root}/{name}/issues/new">New issue</a>')
_TABLE = Markup(
    """<table><thead><tr><th scope="col">Number</th><th scope="col">Title</th>
<th scope="col">State</th><th scope="col">Labels</th><th scope="col">Assignee</th></tr></thead>
<tbody>{rows}</tbody></table>"""
)
_ROW = Markup(
    """<tr><td><a href="{path}">#{number}</a></td>
<td class="wide"><a href="{path}">{title}</a></td>
<td>{state}</td><td>{labels}</td><td>{assignee}</td></tr>"""
)
_ISSUE = Markup(
    """<nav aria-label="Place"><a href="{root}/">All issues</a> / {repository} / #{number}</nav>
<h1>{title}</h1>
<div class="columns">
<div>
<section class="sheet prose"><h2>Description</h2>{description}</section>
<section class="sheet"><h2>Comments</h2>{comments}{comment_form}</section>
<section class="sheet"><details><summary>Edit this issue</summary>{edit_form}</details></section>
</div>
<aside class="sheet" aria-label="Details">
<h2>State</h2>{state}{steps}
<h2>Details</h2>{details}
</aside>
</div>"""
)
_EDIT_FORM = Markup(
    """<form method="post" action="{path}/edit">
<label for="title">Title</label>
<input id="title" name="title" value="{title}" required>
<label for="body">Description <small>(Markdown)</small></label>
<textarea id="body" name="body" rows="10">{body}</textarea>
<label for="type">Type</label><select id="type" name="type">{types}</select>
<label for="milestone">Milestone</label>
<select id="milestone" name="milestone">{milestones}</select>
<label for="assignee">Assignee</label><select id="assignee" name="assignee">{assignees}</select>
<label for="labels">Labels <small>(with commas between)</small></label>
<input id="labels" name="labels" value="{labels}">
<button class="primary">Save</button>
</form>"""
)
_COMMENT_FORM = Markup(
    """<form method="post" action="{path}/comment">
<label for="text">Comment as Ken Ito</label>
<textarea id="text" name="text" rows="3" required></textarea>
<button class="primary">Add comment</button>
</form>"""
)
_STEP_FORM = Markup(
    """<form class="step" method="post" action="{path}/state">
<input type="hidden" name="reason" value="{reason}"><button>{name}</button></form>"""
)
_NEW_FORM = Markup(
    """<nav aria-label="Place"><a href="{root}/">All issues</a> / {repository}</nav>
<h1>New issue in {repository}</h1>
<section class="sheet"><form method="post" action="{root}/{repository}/issues/new">
<label for="title">Title</label><input id="title" name="title" required autofocus>
<label for="body">Description <small>(Markdown)</small></label>
<textarea id="body" name="body" rows="8"></textarea>
<label for="type">Type</label><select id="type" name="type">{types}</select>
<button class="primary">Create</button>
</form></section>"""
)


def index(root: str, site: Site, who: Account) -> Markup:
    """Return the page of all issues."""
    sections = [_repository(root, site, one) for one in site.repositories(who)]
    return _FRAME.page(root, "All issues", Markup("<h1>All issues</h1>") + join(sections))


def issue(root: str, site: Site, found: Issue, errors: Sequence[str] = ()) -> Markup:
    """Return the page of an issue."""
    where = path(root, site, found, "issues")
    body = _ISSUE.format(
        root=root,
        repository=site.repository_of(found).full_name,
        number=found.number,
        title=found.title,
        description=_markdown(found.body) if found.body else empty("No description."),
        comments=_comments(site, found),
        comment_form=_COMMENT_FORM.format(path=where),
        edit_form=_edit_form(where, site, found),
        state=_badge(found),
        steps=_steps(where, found),
        details=details(_rows(site, found)),
    )
    return _FRAME.page(root, f"{found.title} #{found.number}", body, errors)


def new_issue(root: str, repository: Repository, errors: Sequence[str] = ()) -> Markup:
    """Return the form for a new issue."""
    types = options(_types(), "")
    body = _NEW_FORM.format(root=root, repository=repository.full_name, types=types)
    return _FRAME.page(root, "New issue", body, errors)


def refusal(sentences: Sequence[str]) -> Markup:
    """Return the page for what cannot be shown."""
    return _FRAME.page("", "Not possible", Markup("<h1>Not possible</h1>"), sentences)


def path(root: str, site: Site, found: Issue, kind: str = "") -> str:
    """Return where an issue's page is; forms of pull requests go to `issues` as well."""
    own = "pull" if found.is_pull_request else "issues"
    return f"{root}/{site.repository_of(found).full_name}/{kind or own}/{found.number}"


def form_values(site: Site, found: Issue) -> Mapping[str, Any]:
    """Return what the edit form shows; unchanged values are not written back."""
    milestone = site.store.get(Milestone, found.milestone or "")
    return {
        "title": found.title,
        "body": (found.body or "").replace("\r\n", "\n").strip(),
        "labels": names(site.labels(found)),
        "assignees": found.assignees[:1],
        "milestone": milestone.title if milestone else None,
        "type": found.type,
    }


def _repository(root: str, site: Site, repository: Repository) -> Markup:
    rows = [_row(root, site, one) for one in reversed(site.issues(repository))]
    nothing = empty("No issues yet." if repository.has_issues else "Issues are switched off.")
    button = _NEW_BUTTON.format(root=root, name=repository.full_name)
    return _REPOSITORY.format(
        name=repository.name,
        full_name=repository.full_name,
        button=button if repository.has_issues else "",
        issues=_TABLE.format(rows=join(rows)) if rows else nothing,
    )


def _row(root: str, site: Site, found: Issue) -> Markup:
    return _ROW.format(
        path=path(root, site, found),
        number=found.number,
        title=found.title,
        state=_badge(found),
        labels=", ".join(names(site.labels(found))),
        assignee=_people(site, found),
    )


def _edit_form(where: str, site: Site, found: Issue) -> Markup:
    repository, values = site.repository_of(found), form_values(site, found)
    planned = [one.title for one in site.store.children(Milestone, repository.id)]
    people = [("", "Nobody"), *((one.login, one.name) for one in site.people_of(repository))]
    return _EDIT_FORM.format(
        path=where,
        title=values["title"],
        body=values["body"],
        types=options(_types(), values["type"] or ""),
        milestones=options(
            [("", "None"), *zip(planned, planned, strict=True)], values["milestone"] or ""
        ),
        assignees=options(people, "".join(values["assignees"])),
        labels=", ".join(values["labels"]),
    )


def _steps(where: str, found: Issue) -> Markup:
    steps = _REASONS if found.state == "open" else {"reopened": "Reopen"}
    return join(
        _STEP_FORM.format(path=where, reason=reason, name=name) for reason, name in steps.items()
    )


def _comments(site: Site, found: Issue) -> Markup:
    shown = [_comment(site, one) for one in site.store.children(Comment, found.id)]
    return join(shown) if shown else empty("No comments yet.")


def _comment(site: Site, found: Comment) -> Markup:
    at = moment(found.created)
    author = site.account(found.author).name
    return comment(f"issuecomment-{found.id}", author, at, _markdown(found.body))


def _rows(site: Site, found: Issue) -> list[tuple[str, object]]:
    values = form_values(site, found)
    return [
        ("Type", values["type"] or "None"),
        ("Labels", ", ".join(values["labels"]) or "None"),
        ("Assignees", _people(site, found)),
        ("Milestone", values["milestone"] or "None"),
        ("Author", site.account(found.author).name),
        ("Updated", f"{moment(found.updated):%d %b %Y, %H:%M}"),
    ]


def _people(site: Site, found: Issue) -> str:
    return ", ".join(site.account(login).name for login in found.assignees) or "Nobody"


def _types() -> list[tuple[str, str]]:
    return [("", "None"), *((one.name, one.name) for one in TYPES)]


def _badge(found: Issue) -> Markup:
    kind = "pull request, " if found.is_pull_request else ""
    reason = (found.state_reason or "").replace("_", " ")
    words = f"{kind}{found.state}" + (f" as {reason}" if found.state == "closed" else "")
    look = "done" if found.state == "closed" else "indeterminate"
    return Markup('<span class="badge {}">{}</span>').format(look, words.capitalize())


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("gfm-like", {"html": False})


def _markdown(text: str) -> Markup:
    """Return Markdown as HTML: tags in it stay text, and comments in it stay hidden."""
    shown = _renderer().render(_HIDDEN.sub("", text))
    return Markup(shown)  # noqa: S704 - the renderer escapes all HTML of the text
