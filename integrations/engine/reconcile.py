"""One link: fetch both ends, create what is missing, bring fields and comments in step."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from integrations.base.errors import (
    GoneError,
    MovedError,
    StaleError,
    UncertainError,
)
from integrations.base.items import Denied, Gone, Item, Moved
from integrations.engine.access import confirm_access
from integrations.engine.comments import sync_comments
from integrations.engine.create import counterpart
from integrations.engine.fields import sync_fields
from integrations.engine.ports import Engine, Entry, Result
from integrations.engine.run import Items, Outcome, Run
from integrations.engine.state import SIDES, LinkPhase, Side, other

ATTEMPTS = 3
GONE_AFTER = timedelta(minutes=10)
"""An item counts as deleted once it was missing twice, this far apart."""


def reconcile(engine: Engine, link_id: UUID) -> Outcome:
    """Bring one link in step; errors that concern more than this link are raised."""
    link = engine.memory.link(link_id)
    if link is None or link.phase in {LinkPhase.UNLINKED, LinkPhase.GONE}:
        return Outcome(Result.SKIPPED, "This link is closed.")
    run = Run(engine, link)
    for _ in range(ATTEMPTS - 1):
        try:
            return _attempt(run)
        except (StaleError, UncertainError, GoneError, MovedError):
            continue
    return _attempt(run)


def _attempt(run: Run) -> Outcome:
    items = _ends(run)
    if isinstance(items, Outcome):
        return items
    sync_fields(run, items)
    due_at = sync_comments(run, items)
    if run.link.phase is not LinkPhase.ACTIVE or run.link.reason:
        run.save(replace(run.link, phase=LinkPhase.ACTIVE, reason=""))
    if due_at is not None:
        return Outcome(Result.WAITING, "Waiting for the answer about a comment.", due_at)
    if run.link.holds:
        return Outcome(Result.HELD, f"Held: {', '.join(sorted(run.link.holds))}.")
    return Outcome(Result.OK, "In step.")


def _ends(run: Run) -> Items | Outcome:
    """Return both items as they are now; the missing one is created."""
    items: Items = {}
    for side in run.link.ends:
        item = fetch(run, side)
        if isinstance(item, Outcome):
            return item
        items[side] = item
    if len(items) == len(SIDES):
        return items
    target = other(run.link.origin)
    created = counterpart(run, items[run.link.origin])
    if isinstance(created, Outcome):
        return created
    return _with_created(run, items, target, created)


def _with_created(run: Run, items: Items, target: Side, created: Item) -> Items | Outcome:
    """Use the answer of the creation where it tells enough, else read the item."""
    mapped = {rule.name(target) for rule in run.engine.rules.fields}
    if mapped <= created.fields.keys() and created.comments is not None:
        return {**items, target: created}
    fetched = fetch(run, target)
    return fetched if isinstance(fetched, Outcome) else {**items, target: fetched}


def fetch(run: Run, side: Side) -> Item | Outcome:
    """Read one end; an end that moved is followed."""
    ref, connector = run.ref(side), run.place(side).connector
    found = connector.fetch([ref], run.want(side))[ref]
    if isinstance(found, Denied | Gone):
        confirm_access(connector)
    match found:
        case Item():
            return found
        case Denied(message=message):
            return run.hold_link(f"No access to {run.link.ends[side].key}: {message}")
        case Gone():
            return _missing(run, side)
        case Moved(ref=new):
            end = replace(run.link.ends[side], scope=new.scope, id=new.id)
            moved = Entry("moved", f"{end.key} moved and is followed.", to=side)
            run.save(run.link.with_end(side, end), moved)
            raise MovedError("The item moved.")


def _missing(run: Run, side: Side) -> Outcome:
    """Believe in a deletion only the second time, ten minutes later."""
    end, now = run.link.ends[side], run.engine.now()
    if end.gone_since is None:
        run.save(run.link.with_end(side, replace(end, gone_since=now)))
    gone_since = end.gone_since or now
    if now < gone_since + GONE_AFTER:
        message = f"{end.key} is missing; looking once more before it counts as deleted."
        return Outcome(Result.WAITING, message, gone_since + GONE_AFTER)
    message = f"{end.key} was deleted; its counterpart is left as it is."
    gone = replace(run.link, phase=LinkPhase.GONE, reason=message)
    run.save(gone, Entry("unlinked", message, Result.SKIPPED))
    return Outcome(Result.SKIPPED, message)
