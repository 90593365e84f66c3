"""Changes of work items: each keeps a revision and an update, and tells the service hooks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from integrations.sandbox.azure_devops import hooks, rules
from integrations.sandbox.azure_devops.accounts import BYPASS, DELETE, DESTROY, Account
from integrations.sandbox.azure_devops.catalogue import Project, project_of
from integrations.sandbox.azure_devops.draft import HISTORY, Draft
from integrations.sandbox.azure_devops.errors import broken_rules, not_allowed
from integrations.sandbox.azure_devops.model import Comment, Json, Revision, Update, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.times import FOREVER, stamp

STATE_CHANGED = "Microsoft.VSTS.Common.StateChangeDate"


@dataclass(frozen=True, slots=True)
class How:
    """How a change is made."""

    is_trial: bool = False
    is_bypassing: bool = False
    is_silent: bool = False


PLAINLY = How()


def create(
    site: Organization,
    who: Account,
    project: Project,
    type_name: str,
    patch: Any,
    how: How = PLAINLY,
) -> WorkItem:
    """Create a work item from a JSON Patch."""
    site.require_write(who, project)
    _require_bypass(who, project, how)
    type_ = project.type(type_name)
    now = site.clock.now()
    values: Json = {
        "System.AreaPath": project.name,
        "System.IterationPath": project.name,
        "System.State": type_.states[0].name,
        **type_.defaults,
    }
    blank = WorkItem("0", project.id, type_.name, 0, values, who.name, now, who.name, now, 0)
    draft = Draft.of(site, who, project, blank, may_bypass=how.is_bypassing)
    draft.apply(patch)
    return _finish(site, who, draft, blank, how)


def edit(
    site: Organization, who: Account, item: WorkItem, patch: Any, how: How = PLAINLY
) -> WorkItem:
    """Change a work item by a JSON Patch."""
    project = project_of(item.project)
    site.require_write(who, project)
    _require_bypass(who, project, how)
    started = replace(item, changer=who.name)
    draft = Draft.of(site, who, project, started, may_bypass=how.is_bypassing)
    draft.apply(patch)
    return _finish(site, who, draft, item, how)


def delete(site: Organization, who: Account, item: WorkItem) -> WorkItem:
    """Put a work item into the recycle bin."""
    _require(who, DELETE, item, "You do not have permissions to delete work items.")
    gone = save(site, who, item, replace(item, is_deleted=True))
    hooks.deleted(site, gone)
    return gone


def restore(site: Organization, who: Account, item: WorkItem) -> WorkItem:
    """Take a work item out of the recycle bin."""
    _require(who, DELETE, item, "You do not have permissions to restore work items.")
    back = save(site, who, item, replace(item, is_deleted=False))
    hooks.restored(site, back)
    return back


def destroy(site: Organization, who: Account, item: WorkItem) -> None:
    """Delete a work item for good."""
    _require(who, DESTROY, item, "You do not have permissions to destroy work items.")
    for kind in (Revision, Update, Comment):
        for row in site.store.children(kind, item.id):
            site.store.delete(row)
    site.store.delete(item)


def save(site: Organization, who: Account, before: WorkItem, after: WorkItem) -> WorkItem:
    """Keep the next revision of a work item, with what changed."""
    watermark = site.store.next_number("watermark")
    saved = replace(
        after,
        id=after.id if after.rev else str(site.store.next_number("item")),
        rev=after.rev + 1,
        changed=max(site.clock.now(), before.changed if before.rev else 0),
        changer=after.changer if after.changer != before.changer else who.name,
        watermark=watermark,
    )
    site.store.put(saved)
    site.store.put(Revision(str(watermark), saved.id, saved.rev, asdict(saved)))
    number = len(site.store.children(Update, saved.id)) + 1
    update = Update(
        str(site.store.next_number("update")),
        saved.id,
        number,
        saved.rev,
        who.name,
        saved.changed,
        {**_counted(before, saved), **_changed_fields(before, saved)},
        _changed_links(before, saved),
    )
    site.store.put(update)
    return saved


def add_comment(
    site: Organization, who: Account, item: WorkItem, text: str, *, is_markdown: bool
) -> Comment:
    """Keep a comment that came with a revision."""
    now = site.clock.now()
    id_ = str(site.store.next_number("comment"))
    comment = Comment(id_, item.id, who.name, who.name, text, is_markdown, now, now)
    site.store.put(comment)
    return comment


def latest_update(site: Organization, item: WorkItem) -> Update:
    """Return the newest update of a work item."""
    return site.store.children(Update, item.id)[-1]


def _finish(site: Organization, who: Account, draft: Draft, before: WorkItem, how: How) -> WorkItem:
    if not how.is_bypassing:
        rules.settle(draft, before)
        if draft.broken:
            raise broken_rules(draft.broken)
    after = _completed(site, draft, before)
    if how.is_trial:
        return replace(after, rev=before.rev + 1)
    if before.rev and _is_same(before, after):
        return before
    saved = save(site, who, before, after)
    comment = None
    if draft.history:
        comment = add_comment(site, who, saved, draft.history, is_markdown=False)
    if not how.is_silent:
        _tell(site, saved, comment, is_new=before.rev == 0)
    return saved


def _completed(site: Organization, draft: Draft, before: WorkItem) -> WorkItem:
    after = replace(draft.result(), history=draft.history)
    after = replace(after, comments=after.comments + bool(draft.history))
    is_moved = after.values.get(rules.STATE) != before.values.get(rules.STATE)
    if before.rev and not is_moved:
        return after
    return replace(after, values={**after.values, STATE_CHANGED: stamp(site.clock.now())})


def _tell(site: Organization, saved: WorkItem, comment: Comment | None, *, is_new: bool) -> None:
    if is_new:
        hooks.created(site, saved)
    else:
        hooks.updated(site, saved, latest_update(site, saved))
    if comment is not None:
        hooks.commented(site, saved, comment)


def _is_same(before: WorkItem, after: WorkItem) -> bool:
    return not after.history and (
        (before.values, before.relations, before.formats)
        == (after.values, after.relations, after.formats)
    )


def _counted(before: WorkItem, after: WorkItem) -> Json:
    was, now = stamp(before.changed), stamp(after.changed)
    counts = {
        "System.Rev": (before.rev, after.rev),
        "System.AuthorizedDate": (was, now),
        "System.RevisedDate": (now, FOREVER),
        "System.ChangedDate": (was, now),
        "System.Watermark": (before.watermark, after.watermark),
    }
    return {
        ref: {"oldValue": old if before.rev else None, "newValue": new}
        for ref, (old, new) in counts.items()
    }


def _changed_fields(before: WorkItem, after: WorkItem) -> Json:
    old: Mapping[str, Any] = before.values if before.rev else {}
    names = [*old, *(name for name in after.values if name not in old)]
    changed = {
        name: {"oldValue": old.get(name), "newValue": after.values.get(name)}
        for name in names
        if old.get(name) != after.values.get(name)
    }
    if after.history:
        changed[HISTORY] = {"oldValue": None, "newValue": after.history}
    return changed


def _changed_links(before: WorkItem, after: WorkItem) -> Json:
    old = {one["attributes"]["id"]: one for one in before.relations}
    new = {one["attributes"]["id"]: one for one in after.relations}
    found = {
        "added": [one for id_, one in new.items() if id_ not in old],
        "removed": [one for id_, one in old.items() if id_ not in new],
        "updated": [one for id_, one in new.items() if id_ in old and old[id_] != one],
    }
    return {name: ones for name, ones in found.items() if ones}


def _require(who: Account, permission: str, item: WorkItem, message: str) -> None:
    if not who.may(permission, project_of(item.project).key):
        raise not_allowed(message)


def _require_bypass(who: Account, project: Project, how: How) -> None:
    if how.is_bypassing and not who.may(BYPASS, project.key):
        raise not_allowed(
            "TF401322: You don't have bypass rules permission. Please contact your collection "
            "administrator to grant this permission for enabling this action."
        )
