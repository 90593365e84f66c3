"""An item that changed and has no link yet: known by its marker, a new candidate, or not ours."""

from dataclasses import dataclass, replace
from uuid import UUID

from integrations.base.items import (
    Denied,
    Gone,
    Item,
    Moved,
    NewComment,
    Person,
    Ref,
    Rich,
    Want,
)
from integrations.engine.access import confirm_access
from integrations.engine.closing import close
from integrations.engine.effects import Read, Steps, run_alone
from integrations.engine.markers import comment_marker, link_id, link_of
from integrations.engine.ports import Engine, Entry, Result
from integrations.engine.rules import CreateRule
from integrations.engine.run import end_of
from integrations.engine.state import End, LinkPhase, LinkState, Side, other


@dataclass(frozen=True, slots=True)
class Discovery:
    """The link to reconcile next, or why there is none."""

    link: UUID | None
    message: str


def discover(engine: Engine, side: Side, item_id: str) -> Discovery:
    """Find or open the link of an item; nothing is created in a tracker here."""
    return run_alone(engine.places, steps(engine, side, item_id))


def steps(engine: Engine, side: Side, item_id: str) -> Steps[Discovery]:
    """Find or open the link of an item, so that many items share the calls."""
    known = engine.memory.link_at(side, item_id)
    if known is not None:
        return Discovery(known.id, "This item is linked.")
    place = engine.places[side]
    ref = Ref(place.connector.system.id, place.scope, item_id)
    found = yield Read(side, ref, Want(engine.rules.wanted(side)))
    if isinstance(found, Denied | Gone):
        confirm_access(place.connector)
    match found:
        case Gone():
            return Discovery(None, "The item no longer exists.")
        case Denied(message=message):
            return Discovery(None, f"No access to the item: {message}")
        case Moved():
            return Discovery(None, "The item moved out of this scope.")
        case Item():
            return _place(engine, side, found)
    raise AssertionError(found)


def _place(engine: Engine, side: Side, item: Item) -> Discovery:
    marked = link_of(engine.key, item.marker) if item.is_author_us else None
    if marked is not None:
        return _echo(engine, side, item, marked)
    if item.counterpart:
        return _joined(engine, side, item)
    reason = refusal(engine, side, item)
    if reason:
        return Discovery(None, reason)
    there = engine.memory.member_at(item.ref, other(side))
    if there:
        return Discovery(None, f"Another connection joins it to {there} already.")
    link = LinkState(
        id=link_id(engine.key, side, item.ref.id),
        origin=side,
        ends={side: replace(end_of(engine.rules, side, item), rev="")},
    )
    return Discovery(engine.memory.open(link).id, "The item gets a counterpart.")


def refusal(engine: Engine, side: Side, item: Item) -> str:
    """Say why an item gets no counterpart, empty where it does."""
    if not engine.may_create(side):
        return _closed(engine, side)
    if engine.rules.counterpart_type(side, item.type) is None:
        return f"The type “{item.type}” is not synced."
    return engine.rules.refusal(side, item)


def _closed(engine: Engine, side: Side) -> str:
    """Say in words why nothing is created from a side now."""
    name = engine.places[side].name
    if engine.places[side].sends and engine.rules.create[side] is CreateRule.ASKED:
        return "It gets a counterpart once somebody presses Sync."
    if engine.places[side].sends and engine.rules.create[side] is CreateRule.OFF:
        return f"What is new in {name} gets no counterpart; link it by hand."
    return f"Sending from {name} is off."


def _echo(engine: Engine, side: Side, item: Item, marked: UUID) -> Discovery:
    """An item that we created: its link's own, or a twin of a late request; never a new one."""
    link = engine.memory.link(marked) or _relinked(engine, side, item, marked)
    if link is None:
        message = f"{item.key} carries our mark, but the item it was made from is gone."
        engine.memory.note(None, Entry("unknown mark", message, Result.SKIPPED, to=side))
        return Discovery(None, message)
    end = link.ends.get(side)
    if end is None or end.id == item.ref.id:
        return Discovery(link.id, "This is our own creation.")
    if side != link.origin:
        _compensate(engine, side, item, link)
    return Discovery(None, f"{item.key} is a second copy of {end.key}.")


def _joined(engine: Engine, side: Side, item: Item) -> Discovery:
    """An item that another installation made of ours, or linked to it: only where we offered it."""
    link = engine.memory.link_at(other(side), item.counterpart)
    if link is None or link.phase in {LinkPhase.UNLINKED, LinkPhase.GONE}:
        return Discovery(None, f"{item.key} names an item that is not offered there.")
    end = link.ends.get(side)
    if end is not None:
        return Discovery(None, f"{item.key} is a second copy of {end.key}.")
    end = replace(end_of(engine.rules, side, item), rev="")
    joined = replace(link.with_end(side, end), phase=LinkPhase.ACTIVE)
    message = f"The other installation made {item.key} of {link.ends[other(side)].key}."
    engine.memory.save(joined, Entry("joined", message))
    return Discovery(link.id, message)


def _relinked(engine: Engine, side: Side, item: Item, marked: UUID) -> LinkState | None:
    """Rebuild a link that a restored memory has lost: its id says where it began."""
    origin = other(side)
    origin_id = engine.origins(engine, origin).get(marked)
    if origin_id is None:
        return None
    ends = {
        side: End(item.ref.scope, item.ref.id, item.key, item.url),
        origin: End(engine.places[origin].scope, origin_id),
    }
    link = engine.memory.open(LinkState(id=marked, origin=origin, ends=ends))
    message = f"Found the lost link of {item.key} by the mark that it carries."
    engine.memory.note(link.id, Entry("relinked", message, to=side))
    return link


def _compensate(engine: Engine, side: Side, twin: Item, link: LinkState) -> None:
    """Close a twin that a delayed request created, and say in it what happened; done once."""
    connector, kept = engine.places[side].connector, link.ends[side]
    marker = comment_marker(engine.key, link.id, side, f"twin:{twin.ref.id}")
    if connector.caps.has_comments and connector.find_comment(twin.ref, marker):
        return
    engine.memory.guard()
    close(engine.places[side], twin)
    if connector.caps.has_comments:
        text = f"This is a duplicate of {kept.key} that a delayed request left. It can be deleted."
        us = Person(connector.system.account_id or None, "Synchronisation")
        connector.add_comment(twin.ref, NewComment(Rich(text), us, kept.key, kept.url, marker))
    message = f"Compensated duplicate: {twin.key} is a second copy of {kept.key} and was closed."
    engine.memory.note(link.id, Entry("compensated", message, to=side))
