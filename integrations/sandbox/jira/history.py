"""Keeping a changed issue: its history, its time of update, and what the webhooks hear."""

from dataclasses import replace

from integrations.sandbox.jira import hooks
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import FIELDS, STATUSES
from integrations.sandbox.jira.model import Change, Issue, Json
from integrations.sandbox.jira.site import Site
from integrations.sandbox.jira.view import in_words


def keep(site: Site, who: Account, before: Issue, after: Issue) -> Issue:
    """Keep an edited issue; one that did not change stays as it was."""
    items = _differences(site, before, after)
    if not items:
        return before
    return note(site, who, after, items)


def note(site: Site, who: Account, issue: Issue, items: list[Json], *, event: str = "") -> Issue:
    """Keep an issue with a new entry in its history."""
    now = site.clock.now()
    kept = replace(issue, updated=now)
    number = str(site.store.next_number("change", 10000))
    change = Change(id=number, issue=issue.id, author=who.name, created=now, items=items)
    site.store.put(kept)
    site.store.put(change)
    hooks.issue_updated(site, who, kept, change, event or _event_type(items))
    return kept


def touch(site: Site, issue: Issue) -> Issue:
    """Move the time of update, as comments do."""
    kept = replace(issue, updated=site.clock.now())
    site.store.put(kept)
    return kept


def _event_type(items: list[Json]) -> str:
    if [item["field"] for item in items] == ["assignee"]:
        return "issue_assigned"
    if any(item["field"] == "status" for item in items):
        return "issue_generic"
    return "issue_updated"


def _differences(site: Site, before: Issue, after: Issue) -> list[Json]:
    items = []
    if before.status != after.status:
        old, new = STATUSES[before.status], STATUSES[after.status]
        items.append(_item("status", "status", (old.id, old.name), (new.id, new.name)))
    for field_id in sorted({*before.values, *after.values}):
        old_value, new_value = before.values.get(field_id), after.values.get(field_id)
        if old_value != new_value:
            field = FIELDS[field_id]
            name = field.name if field.custom else field_id
            old_words, new_words = (
                in_words(site, field, old_value),
                in_words(site, field, new_value),
            )
            items.append(_item(name, field_id, old_words, new_words))
    return items


def _item(
    name: str, field_id: str, old: tuple[str | None, str | None], new: tuple[str | None, str | None]
) -> Json:
    return {
        "field": name,
        "fieldtype": "custom" if field_id.startswith("customfield_") else "jira",
        "fieldId": field_id,
        "from": old[0],
        "fromString": old[1],
        "to": new[0],
        "toString": new[1],
    }
