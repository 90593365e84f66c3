"""Comments: each change of one is a revision of its work item."""

from dataclasses import replace
from typing import Any

from integrations.sandbox.azure_devops import hooks, work_items
from integrations.sandbox.azure_devops.accounts import Account
from integrations.sandbox.azure_devops.catalogue import project_of
from integrations.sandbox.azure_devops.errors import VssError, bad_request, not_allowed
from integrations.sandbox.azure_devops.model import Comment, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.text import keep_html, keep_markdown


def add(
    site: Organization, who: Account, item: WorkItem, text: Any, *, is_markdown: bool
) -> Comment:
    """Add a comment."""
    site.require_write(who, project_of(item.project))
    kept = _kept(text, is_markdown=is_markdown)
    after = replace(item, history=kept, comments=item.comments + 1)
    saved = work_items.save(site, who, item, after)
    comment = work_items.add_comment(site, who, saved, kept, is_markdown=is_markdown)
    hooks.updated(site, saved, work_items.latest_update(site, saved))
    hooks.commented(site, saved, comment)
    return comment


def edit(
    site: Organization,
    who: Account,
    item: WorkItem,
    comment: Comment,
    text: Any,
    *,
    is_markdown: bool,
) -> Comment:
    """Change a comment of one's own; the event comes again with a higher version."""
    _require_own(who, comment)
    kept = _kept(text, is_markdown=is_markdown)
    saved = work_items.save(site, who, item, replace(item, history=kept))
    changed = replace(
        comment,
        text=kept,
        is_markdown=is_markdown,
        editor=who.name,
        changed=site.clock.now(),
        version=comment.version + 1,
    )
    site.store.put(changed)
    hooks.updated(site, saved, work_items.latest_update(site, saved))
    hooks.commented(site, saved, changed)
    return changed


def delete(site: Organization, who: Account, item: WorkItem, comment: Comment) -> None:
    """Delete a comment of one's own; it stays as deleted."""
    _require_own(who, comment)
    after = replace(item, history="", comments=item.comments - 1)
    saved = work_items.save(site, who, item, after)
    site.store.put(
        replace(
            comment,
            is_deleted=True,
            editor=who.name,
            changed=site.clock.now(),
            version=comment.version + 1,
        )
    )
    hooks.updated(site, saved, work_items.latest_update(site, saved))


def find(site: Organization, item: WorkItem, number: int, *, with_deleted: bool = False) -> Comment:
    """Return a comment of a work item."""
    found = site.store.get(Comment, str(number))
    if found is None or found.item != item.id or (found.is_deleted and not with_deleted):
        message = f"Comment with id {number} on work item {item.number} does not exist."
        raise VssError(404, message, "WorkItemCommentNotFoundException")
    return found


def _kept(text: Any, *, is_markdown: bool) -> str:
    if not isinstance(text, str) or not text.strip():
        raise bad_request("The comment text cannot be empty.")
    return keep_markdown(text) if is_markdown else keep_html(text)


def _require_own(who: Account, comment: Comment) -> None:
    if comment.author != who.name:
        raise not_allowed("You do not have permissions to update the comment of another user.")
