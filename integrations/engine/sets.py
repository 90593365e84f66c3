"""Sets merge element by element, each side against its own past, so they never conflict.

An element that the target stores differently, or refuses, is in no side's past and therefore
never comes back as an edit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.engine.rules.model import Drift, FieldRule, FirstSync
from integrations.engine.state import SIDES, FieldState, Pending, Side, other

Marks = frozenset[str]
NOTHING: Marks = frozenset()


@dataclass(frozen=True, slots=True)
class MergedSet:
    """The elements that each side should hold, and each side's past (empty at the first sync)."""

    wanted: Mapping[Side, Marks]
    base: Mapping[Side, Marks]


def merge_set(
    now: Mapping[Side, Marks], state: FieldState, rule: FieldRule, senders: frozenset[Side]
) -> MergedSet | None:
    """Merge two sets, None to hold."""
    base = settled_base(now, state)
    if base is None:
        return _first(now, state, rule, senders)
    wanted = dict(now)
    for source in sorted(senders):
        target = other(source)
        added, removed = now[source] - base[source], base[source] - now[source]
        wanted[target] = (wanted[target] | added) - removed
    if len(senders) == 1 and rule.drift is Drift.ENFORCE:
        source = next(iter(senders))
        wanted[other(source)] = now[source]
    return MergedSet(wanted, base)


def changes(before: Marks, after: Marks) -> Marks:
    """Return the steps from one set to another: a signed mark for each element."""
    return frozenset(f"+{mark}" for mark in after - before) | frozenset(
        f"-{mark}" for mark in before - after
    )


def settled_base(now: Mapping[Side, Marks], state: FieldState) -> dict[Side, Marks] | None:
    """Return each side's past, None where there is none; applied steps of a pending write count."""
    if not isinstance(state.a, frozenset) or not isinstance(state.b, frozenset):
        return None
    base: dict[Side, Marks] = {"a": state.a, "b": state.b}
    if state.pending is not None and isinstance(state.pending.asked, frozenset):
        _settle(base, now, state.pending)
    return base


def rebased(
    now: Mapping[Side, Marks], base: Mapping[Side, Marks], unwritten: Mapping[Side, Marks]
) -> dict[Side, Marks]:
    """Return the new past: the present, but for elements not yet written to the other side."""
    result: dict[Side, Marks] = {}
    for side in SIDES:
        waiting = unwritten.get(other(side), NOTHING)
        result[side] = (now[side] - waiting) | (base.get(side, NOTHING) & waiting)
    return result


def _settle(base: dict[Side, Marks], now: Mapping[Side, Marks], pending: Pending) -> None:
    target, source = pending.side, other(pending.side)
    steps = pending.asked if isinstance(pending.asked, frozenset) else NOTHING
    applied = {step for step in steps if (step[1:] in now[target]) == (step[0] == "+")}
    base[target] = _stepped(base[target], applied)
    if not isinstance(pending.source, frozenset):
        return
    if applied == steps:
        base[source] = pending.source
        return
    known = {step for step in applied if (step[1:] in pending.source) == (step[0] == "+")}
    base[source] = _stepped(base[source], known)


def _stepped(marks: Marks, steps: set[str]) -> Marks:
    added = {step[1:] for step in steps if step[0] == "+"}
    removed = {step[1:] for step in steps if step[0] == "-"}
    return frozenset((marks | added) - removed)


def _first(
    now: Mapping[Side, Marks], state: FieldState, rule: FieldRule, senders: frozenset[Side]
) -> MergedSet | None:
    chosen = state.resolution or rule.first_sync.preferred
    if chosen in senders:
        return MergedSet({**now, other(chosen): now[chosen]}, {})
    if rule.first_sync is FirstSync.HOLD and now["a"] != now["b"]:
        return None
    wanted = {
        side: now[side] | (now[other(side)] if other(side) in senders else NOTHING)
        for side in SIDES
    }
    return MergedSet(wanted, {})
