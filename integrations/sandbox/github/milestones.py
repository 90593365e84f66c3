"""Making, changing and deleting milestones."""

from dataclasses import replace

from integrations.sandbox.github import announce, values
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import invalid, not_found
from integrations.sandbox.github.model import Issue, Json, Milestone, Repository, place
from integrations.sandbox.github.site import Site

_STATES = ("open", "closed")


def find(site: Site, repository: Repository, number: str | int) -> Milestone:
    """Return a milestone by its number."""
    found = site.store.named(Milestone, place(repository.id, number))
    if found is None:
        raise not_found()
    return found


def create(site: Site, who: Account, repository: Repository, raw: Json) -> Milestone:
    """Make a milestone; titles differ."""
    now = site.clock.now()
    state = values.chosen(raw, "state", _STATES) if "state" in raw else "open"
    milestone = Milestone(
        id=site.next_id("milestone", 8001),
        repository=repository.id,
        number=site.store.next_number(place(repository.id, "milestone")),
        title=_title(site, repository, raw),
        description=values.text(raw, "description"),
        state=state,
        due=values.time(raw, "due_on"),
        creator=who.login,
        created=now,
        updated=now,
        closed=now if state == "closed" else None,
    )
    site.store.put(milestone)
    announce.milestone(site, who, milestone, "created")
    return milestone


def edit(site: Site, who: Account, repository: Repository, old: Milestone, raw: Json) -> Milestone:
    """Change a milestone."""
    now = site.clock.now()
    state = values.chosen(raw, "state", _STATES) if "state" in raw else old.state
    is_new_title = "title" in raw and str(raw["title"]).strip() != old.title
    changed = replace(
        old,
        title=_title(site, repository, raw) if is_new_title else old.title,
        description=values.text(raw, "description") if "description" in raw else old.description,
        due=values.time(raw, "due_on") if "due_on" in raw else old.due,
        state=state,
        closed=old.closed if state == old.state else (now if state == "closed" else None),
        updated=now,
    )
    site.store.put(changed)
    if state != old.state:
        announce.milestone(site, who, changed, "closed" if state == "closed" else "opened")
    else:
        announce.milestone(site, who, changed, "edited", {"changes": _changes(old, changed)})
    return changed


def delete(site: Site, who: Account, repository: Repository, milestone: Milestone) -> None:
    """Delete a milestone; its issues have none then."""
    for issue in site.store.children(Issue, repository.id):
        if issue.milestone == milestone.id:
            site.store.put(replace(issue, milestone=None))
    site.store.delete(milestone)
    announce.milestone(site, who, milestone, "deleted")


def _title(site: Site, repository: Repository, raw: Json) -> str:
    title = values.title(raw, "Milestone")
    if any(one.title == title for one in site.store.children(Milestone, repository.id)):
        raise invalid("Milestone", "title", "already_exists")
    return title


def _changes(old: Milestone, new: Milestone) -> Json:
    pairs = {
        "title": (old.title, new.title),
        "description": (old.description or "", new.description or ""),
    }
    return {name: {"from": one} for name, (one, other) in pairs.items() if one != other}
