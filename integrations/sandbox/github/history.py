"""Keeping a changed issue: its history, its time of update, and what the webhooks hear.

GitHub tells of every single change: one entry and one delivery for each label and person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from integrations.sandbox.github import announce
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.model import Event, Issue, Json, Label, Milestone
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import View, find_type, type_json


@dataclass(frozen=True, slots=True)
class _Step:
    """One change: its name in the history (none there for an edited body), and to webhooks."""

    kind: str
    content: Mapping[str, object]
    action: str
    more: Mapping[str, object] = field(default_factory=dict)


def begin(site: Site, who: Account, issue: Issue) -> Issue:
    """Keep a new issue; what it begins with is told after it."""
    site.store.put(issue)
    announce.issue(site, who, issue, "opened")
    bare = replace(issue, labels=[], assignees=[], milestone=None, type=None)
    _note(site, who, bare, issue)
    return issue


def keep(site: Site, who: Account, before: Issue, after: Issue) -> Issue:
    """Keep an edited issue; one that did not change stays as it was."""
    if before == after:
        return before
    kept = replace(after, updated=site.clock.now())
    site.store.put(kept)
    _note(site, who, before, kept)
    return kept


def touch(site: Site, issue: Issue) -> Issue:
    """Move the time of update, as comments do."""
    kept = replace(issue, updated=site.clock.now())
    site.store.put(kept)
    return kept


def _note(site: Site, who: Account, before: Issue, after: Issue) -> None:
    view = View(site, who, site.base_url)
    for step in _steps(view, before, after):
        if step.kind:
            id_ = site.next_id("event", 60001)
            now = site.clock.now()
            site.store.put(Event(id_, after.id, who.login, step.kind, now, dict(step.content)))
        announce.issue(site, who, after, step.action, step.more)


def _steps(view: View, before: Issue, after: Issue) -> Iterator[_Step]:
    yield from _edited(before, after)
    yield from _labelled(view, before, after)
    yield from _assigned(view, before, after)
    yield from _planned(view, before, after)
    yield from _typed(before, after)
    if before.state != after.state:
        kind = "closed" if after.state == "closed" else "reopened"
        yield _Step(kind, {"state_reason": after.state_reason}, kind)
    if before.is_locked != after.is_locked:
        kind = "locked" if after.is_locked else "unlocked"
        yield _Step(kind, {"lock_reason": after.lock_reason}, kind)


def _edited(before: Issue, after: Issue) -> Iterator[_Step]:
    changes: Json = {}
    if before.title != after.title:
        changes["title"] = {"from": before.title}
    if before.body != after.body:
        changes["body"] = {"from": before.body or ""}
    if changes:
        rename = {"rename": {"from": before.title, "to": after.title}}
        kind = "renamed" if "title" in changes else ""
        yield _Step(kind, rename, "edited", {"changes": changes})


def _labelled(view: View, before: Issue, after: Issue) -> Iterator[_Step]:
    for kind, one, other in (("labeled", after, before), ("unlabeled", before, after)):
        for id_ in one.labels:
            label = view.site.store.get(Label, id_)
            if label is not None and id_ not in other.labels:
                shown = {"name": label.name, "color": label.color}
                yield _Step(kind, {"label": shown}, kind, {"label": view.label(label)})


def _assigned(view: View, before: Issue, after: Issue) -> Iterator[_Step]:
    for kind, one, other in (("assigned", after, before), ("unassigned", before, after)):
        for login in one.assignees:
            if login not in other.assignees:
                people = {"assignee": login, "assigner": view.who.login}
                yield _Step(kind, people, kind, {"assignee": view.person(login)})


def _planned(view: View, before: Issue, after: Issue) -> Iterator[_Step]:
    if before.milestone == after.milestone:
        return
    for kind, id_ in (("demilestoned", before.milestone), ("milestoned", after.milestone)):
        milestone = view.site.store.get(Milestone, id_ or "")
        if milestone is not None:
            shown = {"milestone": {"title": milestone.title}}
            yield _Step(kind, shown, kind, {"milestone": view.milestone(milestone)})


def _typed(before: Issue, after: Issue) -> Iterator[_Step]:
    if before.type == after.type:
        return
    old, new = (type_json(find_type(name)) if name else None for name in (before.type, after.type))
    if new is None:
        yield _Step("issue_type_removed", {"prev_issue_type": old}, "untyped", {"type": old})
    elif old is None:
        yield _Step("issue_type_added", {"issue_type": new}, "typed", {"type": new})
    else:
        both = {"issue_type": new, "prev_issue_type": old}
        yield _Step("issue_type_changed", both, "typed", {"type": new})
