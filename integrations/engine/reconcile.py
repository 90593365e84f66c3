"""One link: fetch both ends, create what is missing, bring fields, comments and files in step."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from integrations.base.errors import (
    ConnectorError,
    GoneError,
    MovedError,
    SkippableError,
    StaleError,
    UncertainError,
)
from integrations.base.items import Denied, Gone, Item, Moved
from integrations.engine.access import confirm_access
from integrations.engine.attachments import sync_attachments
from integrations.engine.comments import sync_comments
from integrations.engine.create import counterpart
from integrations.engine.effects import Read, Steps, run_alone
from integrations.engine.farewell import say_farewell
from integrations.engine.fields import sync_fields
from integrations.engine.ports import Engine, Entry, Result
from integrations.engine.run import Items, Outcome, Run
from integrations.engine.state import SIDES, LinkPhase, Side, other

ATTEMPTS = 3
TITLE = "title"
GONE_AFTER = timedelta(minutes=10)
"""An item counts as deleted once it was missing twice, this far apart."""


def reconcile(engine: Engine, link_id: UUID) -> Outcome:
    """Bring one link in step; errors that concern more than this link are raised."""
    return run_alone(engine.places, steps(engine, link_id))


def steps(engine: Engine, link_id: UUID) -> Steps[Outcome]:
    """Bring one link in step, step by step, so that many links share the calls."""
    link = engine.memory.link(link_id)
    if link is None or link.phase in {LinkPhase.UNLINKED, LinkPhase.GONE}:
        return Outcome(Result.SKIPPED, "This link is closed.")
    run = Run(engine, link)
    for _ in range(ATTEMPTS - 1):
        try:
            return (yield from _saved(run))
        except (StaleError, UncertainError, GoneError, MovedError):
            continue
    return (yield from _saved(run))


def _saved(run: Run) -> Steps[Outcome]:
    """Try once; what was done is remembered whether the rest fails or not."""
    try:
        outcome = yield from _attempt(run)
    except ConnectorError:
        run.flush()
        raise
    run.flush()
    return outcome


def _attempt(run: Run) -> Steps[Outcome]:
    items = yield from _ends(run)
    if isinstance(items, Outcome):
        return items
    if run.engine.rules.has_left(run.link.origin, items[run.link.origin]):
        return _let_go(run, items[run.link.origin])
    yield from sync_fields(run, items)
    dues = [due for due in (sync_comments(run, items), sync_attachments(run, items)) if due]
    if dues:
        message = "Waiting for the answer about a comment or a file."
        return Outcome(Result.WAITING, message, min(dues))
    _be_through(run, items)
    if run.link.holds:
        return Outcome(Result.HELD, f"Held: {', '.join(sorted(run.link.holds))}.")
    return Outcome(Result.OK, "In step.")


def _be_through(run: Run, items: Items) -> None:
    """Remember the revisions: only now is all that they hold on its way or there."""
    if not run.have_met:
        _mention(run, items)
    ends = {side: replace(run.end(side, items[side]), rev=items[side].rev) for side in SIDES}
    through = replace(run.link, phase=LinkPhase.ACTIVE, reason="", ends=ends)
    if through != run.link or not run.is_saved:
        run.save(through)


def _mention(run: Run, items: Items) -> None:
    """Let new counterparts name each other, where the rules want that; a refusal stops nothing."""
    for side in sorted(run.engine.rules.mentions):
        there = items[other(side)]
        titles = [
            there.fields.get(rule.name(other(side))) for rule in run.rules if rule.id == TITLE
        ]
        try:
            run.guard()
            run.place(side).connector.mention_link(
                run.ref(side), there.key, there.url, str(titles[0]) if titles else there.key
            )
        except SkippableError as error:
            refused = Entry("skipped", f"No link to {there.key}: {error}", Result.SKIPPED, to=side)
            run.engine.memory.note(run.link.id, refused)


def _let_go(run: Run, item: Item) -> Outcome:
    """End the link of an item that the filter leaves out by now, where the rules say so."""
    run.engine.limits.loss()
    message = f"{item.key} left the filter, so it is no longer kept in step."
    ended = replace(run.link, phase=LinkPhase.UNLINKED, reason=message)
    run.save(ended, Entry("unlinked", message, Result.SKIPPED))
    return Outcome(Result.SKIPPED, message)


def _ends(run: Run) -> Steps[Items | Outcome]:
    """Return both items as they are now; the missing one is created."""
    items: Items = {}
    for side in _order(run):
        item = yield from fetch(run, side)
        if isinstance(item, Outcome):
            return item
        items[side] = item
        run.know_type(side, item)
        if _is_known(run, side, item):
            return Outcome(Result.OK, "In step.")
    if len(items) == len(SIDES):
        return items
    target = other(run.link.origin)
    if not run.place(target).connector.caps.is_writable:
        return _offered(run, items[run.link.origin])
    created = counterpart(run, items[run.link.origin])
    if isinstance(created, Outcome):
        return created
    return (yield from _with_created(run, items, target, created))


def _offered(run: Run, item: Item) -> Outcome:
    """Leave it to the other installation to make a counterpart of an item."""
    side = run.link.origin
    offered = run.link.with_end(side, replace(run.end(side, item), rev=item.rev))
    message = f"{item.key} is offered to the other installation."
    if offered != run.link:
        is_new = not run.link.ends[side].rev
        run.save(offered, *([Entry("offered", message)] if is_new else []))
    return Outcome(Result.OK, message)


def _order(run: Run) -> list[Side]:
    """Return the ends to read, the one that may have changed first."""
    return sorted(run.link.ends, key=lambda side: (side != run.engine.hinted, side))


def _is_known(run: Run, side: Side, item: Item) -> bool:
    """Whether the only item that may have changed is as the last run left it."""
    is_only = run.engine.hinted == side and not run.engine.is_asked
    return is_only and run.link.is_at_rest and item.rev == run.link.ends[side].rev


def _with_created(run: Run, items: Items, target: Side, created: Item) -> Steps[Items | Outcome]:
    """Use the answer of the creation where it tells enough, else read the item."""
    mapped = {rule.name(target) for rule in run.rules if rule.name(target)}
    is_told = not run.want(target).attachments or created.attachments is not None
    if is_told and mapped <= created.fields.keys() and created.comments is not None:
        return {**items, target: created}
    fetched = yield from fetch(run, target)
    return fetched if isinstance(fetched, Outcome) else {**items, target: fetched}


def fetch(run: Run, side: Side) -> Steps[Item | Outcome]:
    """Read one end; an end that moved is followed."""
    found = yield Read(side, run.ref(side), run.want(side))
    if isinstance(found, Denied | Gone):
        confirm_access(run.place(side).connector)
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
    return say_farewell(run, side)
