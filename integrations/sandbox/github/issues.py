"""Opening, editing, moving and deleting issues.

https://docs.github.com/en/rest/issues/issues
"""

from collections.abc import Sequence
from dataclasses import replace

from integrations.sandbox.github import access, announce, history, labels, values
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import bad_request, invalid
from integrations.sandbox.github.model import (
    Comment,
    Event,
    Grave,
    Issue,
    Json,
    Milestone,
    Repository,
    place,
)
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import View, find_type, names

_REASONS = ("completed", "not_planned", "duplicate", "reopened")
_MAX_ASSIGNEES = 10


def create(
    site: Site, who: Account, repository: Repository, raw: Json, *, is_pull_request: bool = False
) -> Issue:
    """Open an issue; what only triagers may set is dropped for others, without a word."""
    access.require_change(who, repository)
    if not is_pull_request:
        access.require_issues(repository)
    now = site.clock.now()
    title, body = values.title(raw), values.body(raw)
    bare = Issue(
        id=site.next_id("issue", 30001),
        repository=repository.id,
        number=site.next_place(repository.id),
        title=title,
        body=body,
        state="open",
        state_reason=None,
        author=who.login,
        created=now,
        updated=now,
        is_pull_request=is_pull_request,
    )
    filled = _with_details(site, who, repository, bare, raw) if who.has("triage") else bare
    return history.begin(site, who, filled)


def edit(site: Site, who: Account, issue: Issue, raw: Json) -> Issue:
    """Change an issue; keys that GitHub does not know are passed over."""
    repository = site.repository_of(issue)
    access.require_change(who, repository)
    access.require_own(who, issue)
    changed = issue
    if raw.get("title") is not None:
        changed = replace(changed, title=values.title(raw))
    if "body" in raw:
        changed = replace(changed, body=values.body(raw))
    if who.has("triage"):
        changed = _with_details(site, who, repository, changed, raw)
    changed = _with_state(site, who, changed, raw)
    return history.keep(site, who, issue, changed)


def set_labels(site: Site, who: Account, issue: Issue, wanted: Sequence[str]) -> Issue:
    """Give an issue these labels by name, and no others."""
    repository = _triaged(site, who, issue)
    changed = replace(issue, labels=labels.ensure(site, who, repository, wanted))
    return history.keep(site, who, issue, changed)


def add_labels(site: Site, who: Account, issue: Issue, wanted: Sequence[str]) -> Issue:
    """Give an issue labels by name, besides those that it has."""
    return set_labels(site, who, issue, [*names(site.labels(issue)), *wanted])


def assign(site: Site, who: Account, issue: Issue, logins: Sequence[str]) -> Issue:
    """Assign people besides the present ones; whoever cannot be assigned is passed over."""
    repository = _triaged(site, who, issue)
    able = {one.login.lower(): one.login for one in site.people_of(repository)}
    found = [able[login.lower()] for login in logins if login.lower() in able]
    people = list(dict.fromkeys([*issue.assignees, *found]))[:_MAX_ASSIGNEES]
    return history.keep(site, who, issue, replace(issue, assignees=people))


def unassign(site: Site, who: Account, issue: Issue, logins: Sequence[str]) -> Issue:
    """Take people off an issue."""
    _triaged(site, who, issue)
    gone = {login.lower() for login in logins}
    people = [login for login in issue.assignees if login.lower() not in gone]
    return history.keep(site, who, issue, replace(issue, assignees=people))


def lock(site: Site, who: Account, issue: Issue, reason: str | None) -> Issue:
    """Let only those write to an issue who may write to the repository."""
    _triaged(site, who, issue)
    return history.keep(site, who, issue, replace(issue, is_locked=True, lock_reason=reason))


def unlock(site: Site, who: Account, issue: Issue) -> Issue:
    """Let everybody write to an issue again."""
    _triaged(site, who, issue)
    return history.keep(site, who, issue, replace(issue, is_locked=False, lock_reason=None))


def transfer(site: Site, who: Account, issue: Issue, target: Repository) -> Issue:
    """Move an issue to another repository: a new number there; labels that are there too stay."""
    access.require_change(who, target)
    access.require_issues(target)
    access.require_role(who, "write")
    found = [site.label(target, name) for name in names(site.labels(issue))]
    moved = replace(
        issue,
        repository=target.id,
        number=site.next_place(target.id),
        labels=[label.id for label in found if label],
        milestone=None,
        former_places=[*issue.former_places, issue.place],
        updated=site.clock.now(),
    )
    view = View(site, who, site.base_url)
    new = {"new_issue": view.issue(moved), "new_repository": view.repository(target)}
    announce.issue(site, who, issue, "transferred", {"changes": new})
    site.store.put(moved)
    old = {"old_issue": view.issue(issue), "old_repository": _old_repository(view, issue)}
    announce.issue(site, who, moved, "opened", {"changes": old})
    return moved


def delete(site: Site, who: Account, issue: Issue) -> None:
    """Delete an issue with all that hangs on it; its place stays empty."""
    access.require_change(who, site.repository_of(issue))
    access.require_role(who, "admin")
    announce.issue(site, who, issue, "deleted")
    for kind in (Comment, Event):
        for row in site.store.children(kind, issue.id):
            site.store.delete(row)
    site.store.delete(issue)
    site.store.put(Grave(issue.place))


def _with_details(
    site: Site, who: Account, repository: Repository, issue: Issue, raw: Json
) -> Issue:
    changed = issue
    if "labels" in raw:
        wanted = values.label_names(raw)
        changed = replace(changed, labels=labels.ensure(site, who, repository, wanted))
    if "assignees" in raw or "assignee" in raw:
        changed = replace(changed, assignees=_people(site, repository, raw))
    if "milestone" in raw:
        changed = replace(changed, milestone=_milestone(site, repository, raw["milestone"]))
    if "type" in raw:
        changed = replace(changed, type=_type(raw))
    return changed


def _people(site: Site, repository: Repository, raw: Json) -> list[str]:
    """Unlike the endpoint for assignees, this refuses whoever cannot be assigned."""
    if "assignees" in raw:
        field, wanted = "assignees", values.strings(raw, "assignees")
    else:
        one = values.text(raw, "assignee")
        field, wanted = "assignee", [one] if one else []
    able = {one.login.lower(): one.login for one in site.people_of(repository)}
    if wrong := [login for login in wanted if login.lower() not in able]:
        raise invalid("Issue", field, value=wrong if field == "assignees" else wrong[0])
    return [able[login.lower()] for login in wanted][:_MAX_ASSIGNEES]


def _milestone(site: Site, repository: Repository, value: object) -> str | None:
    if value is None:
        return None
    found = site.store.named(Milestone, place(repository.id, str(value)))
    if found is None:
        raise invalid("Issue", "milestone", value=value)
    return found.id


def _type(raw: Json) -> str | None:
    name = values.text(raw, "type")
    if not name:
        return None
    try:
        return find_type(name).name
    except LookupError as error:
        raise invalid("Issue", "type", value=name) from error


def _with_state(site: Site, who: Account, issue: Issue, raw: Json) -> Issue:
    reason = raw.get("state_reason")
    if reason is not None and reason not in _REASONS:
        known = ", ".join(_REASONS)
        raise bad_request(f"For 'properties/state_reason', {reason!r} is not one of [{known}].")
    state = values.chosen(raw, "state", ("open", "closed")) if "state" in raw else issue.state
    if state == issue.state:
        return issue
    if state == "open":
        return replace(issue, state=state, state_reason="reopened", closed=None, closed_by=None)
    is_why = reason not in (None, "reopened")
    return replace(
        issue,
        state=state,
        state_reason=str(reason) if is_why else "completed",
        closed=site.clock.now(),
        closed_by=who.login,
    )


def _triaged(site: Site, who: Account, issue: Issue) -> Repository:
    repository = site.repository_of(issue)
    access.require_change(who, repository)
    access.require_role(who, "triage")
    return repository


def _old_repository(view: View, issue: Issue) -> Json:
    return view.repository(view.site.repository_of(issue))
