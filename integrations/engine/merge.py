"""The merge: two sides, each against its own past, become a decision per field.

Pure: the engine carries the decisions out, the preview counts them, the log and "explain" print
their words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from integrations.base.items import Rich, Value, Version
from integrations.engine.canonical import is_empty, same
from integrations.engine.conflicts import winner as winner_of
from integrations.engine.replicas import HERE, THERE, Replica, with_removed
from integrations.engine.rules.model import (
    Drift,
    FieldRule,
    FirstSync,
    Unmapped,
    UntranslatableError,
)
from integrations.engine.sets import merge_set, rebased
from integrations.engine.state import SIDES, FieldState, Print, Side, other
from integrations.engine.versions import Standing, noticed
from integrations.engine.vocabulary import Vocabulary


class Action(StrEnum):
    """What is to be done with a field."""

    SAME = "same"
    NONE = "none"
    WRITE = "write"
    HOLD = "hold"
    LEAVE = "leave"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with one field, and why.

    `writes` gives the value to ask for by side; `base` what is remembered at once, before any
    write (empty: nothing new).
    """

    rule: FieldRule
    action: Action
    why: str
    winner: Side | None = None
    writes: Mapping[Side, Value] = field(default_factory=dict)
    base: Mapping[Side, Print | None] = field(default_factory=dict)
    version: Version | None = None
    """What our value becomes with that, where the other side is another installation."""
    is_unprompted: bool = False
    """Whether neither item was changed: the items meet, or a rule restores its target."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What all fields of one link share: words, who may send, when each side changed last.

    `replica` is what the other installation says where side b is one: then only a is written.
    """

    words: Vocabulary
    senders: frozenset[Side]
    changed_at: Mapping[Side, datetime]
    names: Mapping[Side, str]
    tie: Side = "a"
    replica: Replica | None = None

    def is_written(self, side: Side) -> bool:
        """Whether a side is written from here."""
        return self.replica is None or side == HERE

    def noticed(self, rule: FieldRule, now: Mapping[Side, Value], state: FieldState) -> FieldState:
        """Return the state in which an edit of ours is counted, where two installations meet."""
        replica = self.replica
        if replica is None or not replica.is_joined:
            return state
        if state.version is None and not replica.shows(rule):
            return state
        is_set = any(isinstance(value, frozenset) for value in now.values())
        if is_set or HERE not in rule.senders & self.senders:
            return state
        begins = self.tie == HERE and replica.has_taken(rule)
        marks = {side: self.words.prints.of(side, rule.id, now[side]) for side in SIDES}
        return noticed(state, marks, replica.version(rule), begins=begins)

    def decide(self, rule: FieldRule, now: Mapping[Side, Value], state: FieldState) -> Decision:
        """Decide about one field; what is `noticed` is in its state already."""
        senders = rule.senders & self.senders
        if not senders:
            return Decision(rule, Action.NONE, "sending is off in the direction it may travel")
        if self.replica is not None and not self.replica.shows(rule):
            return Decision(rule, Action.NONE, "the other installation does not share it")
        try:
            if any(isinstance(value, frozenset) for value in now.values()):
                return self._decide_set(rule, now, state, senders)
            return _Scalar(self, rule, now, state, senders).decide()
        except UntranslatableError as error:
            return Decision(rule, Action.PROBLEM, str(error))

    def _decide_set(
        self,
        rule: FieldRule,
        now: Mapping[Side, Value],
        state: FieldState,
        senders: frozenset[Side],
    ) -> Decision:
        held: dict[Side, dict[str, str]] = {}
        for side in SIDES:
            elements = now[side] or frozenset()
            if not isinstance(elements, frozenset):
                return Decision(rule, Action.PROBLEM, "A list cannot be mapped to a single value.")
            held[side] = self._known_elements(rule, side, elements)
        marks = {side: frozenset(held[side]) for side in SIDES}
        merged = merge_set(marks, self._past(rule, held, state), rule, senders)
        if merged is None:
            return Decision(rule, Action.HOLD, "both sides had values when they first met")
        writes = {
            side: self._new_elements(rule, side, held, merged.wanted[side])
            | _left_alone(now[side], held[side])
            for side in SIDES
            if merged.wanted[side] != marks[side] and self.is_written(side)
        }
        if not writes:
            base = rebased(marks, merged.base, {})
            return Decision(rule, Action.SAME, "no element is new or gone", base=base)
        winner = other(next(iter(writes))) if len(writes) == 1 else None
        return Decision(
            rule,
            Action.WRITE,
            "elements were added or removed",
            winner,
            writes,
            merged.base,
            is_unprompted=not merged.base,
        )

    def _past(
        self, rule: FieldRule, held: Mapping[Side, Mapping[str, str]], state: FieldState
    ) -> FieldState:
        """Return the past of a set; what the other installation knew and dropped was in it."""
        if self.replica is None:
            return state
        only_here = {mark: name for mark, name in held[HERE].items() if mark not in held[THERE]}

        def there(name: str) -> Value:
            translated = self.words.translate(rule, HERE, name)
            return None if isinstance(translated, Unmapped) else translated

        return with_removed(state, self.replica.removed(rule, only_here, there))

    def _known_elements(
        self, rule: FieldRule, side: Side, elements: frozenset[str]
    ) -> dict[str, str]:
        """Return the elements that the rules translate, by fingerprint."""
        return {
            self.words.mark(rule, side, element): element
            for element in sorted(self.words.carried(rule, side, elements))
        }

    def _new_elements(
        self,
        rule: FieldRule,
        side: Side,
        held: Mapping[Side, Mapping[str, str]],
        wanted: frozenset[str],
    ) -> frozenset[str]:
        """Return the elements to ask for: our own spelling where we have one, else translated."""
        kept = {element for mark, element in held[side].items() if mark in wanted}
        source = other(side)
        added = (held[source][mark] for mark in wanted - held[side].keys())
        translated = (self.words.translate(rule, source, element) for element in added)
        return frozenset(kept | {name for name in translated if isinstance(name, str)})


@dataclass(frozen=True, slots=True)
class _Scalar:
    """The decision about one field that holds a single value."""

    merge: Merge
    rule: FieldRule
    now: Mapping[Side, Value]
    state: FieldState
    senders: frozenset[Side]

    def decide(self) -> Decision:
        if self.state.version is not None:
            return self._decide_by_version(self.state.version)
        if self._is_same():
            return self._settled(Action.SAME, "both sides agree", self._now())
        base, is_unfinished = self._base()
        if base["a"] is None and base["b"] is None:
            return replace(self._first(), is_unprompted=self.state.resolution is None)
        if is_unfinished and self.state.pending:
            return self._write(other(self.state.pending.side), "finishes a write that was begun")
        changed = {side for side in SIDES if self._now()[side] != base[side]}
        return self._compare(changed, base)

    def _decide_by_version(self, ours: Version) -> Decision:
        """Decide by which edits the two values know of; only one side ends a conflict."""
        replica = self.merge.replica
        theirs = None if replica is None else replica.version(self.rule)
        if theirs is None:
            return self._awaited()
        standing = Standing(ours, theirs)
        if standing.is_conflict and HERE in self.senders and self.merge.tie != HERE:
            return self._awaited()
        decision = self._standing(standing)
        if not standing.is_news or decision.action in {Action.HOLD, Action.PROBLEM}:
            return decision
        is_kept = decision.action is Action.NONE
        return replace(decision, version=standing.joined(is_theirs=not is_kept))

    def _standing(self, standing: Standing) -> Decision:
        if self._is_same():
            return self._settled(Action.SAME, "both sides agree", self._now())
        if standing.is_ours:
            return self._settled(Action.NONE, "the other installation took it over", self._now())
        if standing.is_conflict and standing.is_first:
            return replace(self._first(), is_unprompted=self.state.resolution is None)
        base, _ = self._base()
        is_edited = HERE in self.senders and standing.is_edited_here
        is_drifted = HERE not in self.senders and self._now()[HERE] != base[HERE]
        changed: set[Side] = {HERE} if is_edited or is_drifted else set()
        return self._compare(changed | ({THERE} if standing.is_news else set()), base)

    def _compare(self, changed: set[Side], base: Mapping[Side, Print | None]) -> Decision:
        """Decide by who changed since the last sync."""
        senders = changed & self.senders
        if len(senders) == len(SIDES):
            return self._conflict()
        if senders:
            side = next(iter(senders))
            return self._write(side, f"{self._name(side)} changed since the last sync")
        if changed:
            return self._drift(next(iter(changed)), base)
        return self._settled(Action.NONE, "neither side changed since the last sync", base)

    def _name(self, side: Side) -> str:
        return self.merge.names[side]

    def _now(self) -> dict[Side, Print | None]:
        return {
            side: self.merge.words.prints.of(side, self.rule.id, self.now[side]) for side in SIDES
        }

    def _base(self) -> tuple[dict[Side, Print | None], bool]:
        """Return each side's past, and whether a write of ours is still to be finished.

        A pending write whose result stands on the target was applied: the past is then what it
        wrote, and what it was written from.
        """
        base = {side: self.state.base(side) for side in SIDES}
        base = {side: mark if isinstance(mark, str) else None for side, mark in base.items()}
        pending = self.state.pending
        if pending is None:
            return base, False
        source, now = other(pending.side), self._now()
        if pending.asked == now[pending.side]:
            return {source: pending.source, pending.side: pending.asked}, False
        return base, pending.source == now[source] and source in self.senders

    def _is_same(self) -> bool:
        return any(self._fits(side) for side in sorted(self.senders))

    def _fits(self, side: Side) -> bool:
        try:
            translated = self.merge.words.translate(self.rule, side, self.now[side])
        except UntranslatableError:
            return False
        return not isinstance(translated, Unmapped) and same(translated, self.now[other(side)])

    def _first(self) -> Decision:
        """Decide about a field of two items that meet for the first time."""
        if self.state.resolution:
            return self._write(self.state.resolution, "a person chose this side")
        if self.rule.first_sync is FirstSync.HOLD:
            return Decision(self.rule, Action.HOLD, "both sides differed when they first met")
        preferred = self.rule.first_sync.preferred
        if preferred in self.senders:
            return self._write(preferred, f"at the first sync {self._name(preferred)} is preferred")
        filled = [side for side in SIDES if not is_empty(self.now[side])]
        if len(filled) == 1:
            return self._fill(filled[0])
        if len(self.senders) == 1:
            return self._write(next(iter(self.senders)), "only this side sends the field")
        return self._conflict()

    def _fill(self, filled: Side) -> Decision:
        if filled in self.senders:
            return self._write(filled, f"{self._name(other(filled))} was empty")
        return self._settled(Action.LEAVE, "the side that sends it is empty", self._now())

    def _conflict(self) -> Decision:
        if self.state.resolution:
            return self._write(self.state.resolution, "a person chose this side")
        merge = self.merge
        side, why = winner_of(self.rule.conflict, merge.changed_at, merge.names, merge.tie)
        return Decision(self.rule, Action.HOLD, why) if side is None else self._write(side, why)

    def _drift(self, side: Side, base: Mapping[Side, Print | None]) -> Decision:
        if self.rule.drift is Drift.ENFORCE:
            return self._write(other(side), "the target was changed and its rule restores it")
        settled = {other(side): base[other(side)], side: self._now()[side]}
        return self._settled(Action.LEAVE, "the target was changed and its rule lets it", settled)

    def _write(self, source: Side, why: str) -> Decision:
        target = other(source)
        if source not in self.senders:
            return Decision(
                self.rule, Action.HOLD, f"{self._name(source)} does not send this field"
            )
        if not self.merge.is_written(target):
            return self._awaited()
        value = self.merge.words.translate(self.rule, source, self.now[source])
        if isinstance(value, Unmapped):
            return self._settled(Action.LEAVE, "the rules leave this value alone", self._now())
        written = as_kind_of(self.now[target], value)
        return Decision(self.rule, Action.WRITE, why, source, {target: written})

    def _awaited(self) -> Decision:
        why = "the other installation takes it over by itself"
        return Decision(self.rule, Action.NONE, why)

    def _settled(self, action: Action, why: str, base: Mapping[Side, Print | None]) -> Decision:
        return Decision(self.rule, action, why, base=base)


def _left_alone(value: Value, held: Mapping[str, str]) -> frozenset[str]:
    """Return the elements of a set that the rules keep out of the sync: they stay as they are."""
    return value - frozenset(held.values()) if isinstance(value, frozenset) else frozenset()


def as_kind_of(model: Value, value: Value) -> Value:
    """Return text as the target holds it (plain or rich); its native document stays behind."""
    if isinstance(value, Rich):
        return value.md if isinstance(model, str) else replace(value, native=None)
    if isinstance(value, str) and isinstance(model, Rich):
        return Rich(value)
    return value
