"""The mapped fields of a link: plan, journal, write, read back, remember."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from integrations.base.errors import GoneError, MovedError, SkippableError
from integrations.base.items import Item, Value
from integrations.engine import fuse
from integrations.engine.canonical import same
from integrations.engine.effects import Steps, Write
from integrations.engine.merge import Action, Decision, Merge
from integrations.engine.ports import Entry, Result
from integrations.engine.refusals import refused_fields, scrubbed_all
from integrations.engine.rules.model import FieldRule, UntranslatableError
from integrations.engine.run import Items, Run, read_back, value_of
from integrations.engine.sets import NOTHING, Marks, changes, rebased
from integrations.engine.state import (
    SIDES,
    End,
    FieldState,
    Hold,
    HoldKind,
    LinkState,
    Pending,
    Print,
    Side,
    Written,
    other,
)


def plan(run: Run, items: Mapping[Side, Item]) -> list[Decision]:
    """Decide about every mapped field; nothing is written, so this is the preview as well."""
    merge = run.merge(items)
    decisions = []
    for rule in run.rules:
        if rule.id in run.refused:
            continue
        hold = run.link.holds.get(rule.id)
        if hold is not None and hold.kind is HoldKind.FUSE:
            decisions.append(Decision(rule, Action.HOLD, hold.message))
            continue
        decisions.append(_decided(merge, rule, items, run.link.field_state(rule.id)))
    return decisions


def _notice(run: Run, items: Mapping[Side, Item]) -> None:
    """Count the edits of ours before anything is decided: only what is counted is published."""
    merge, fields = run.merge(items), {}
    for rule in run.rules if merge.replica is not None else ():
        state = run.link.field_state(rule.id)
        try:
            acting, now = _acting(rule, items)
        except UntranslatableError:
            continue  # the plan says so
        found = merge.noticed(acting, now, state)
        if found != state:
            fields[rule.id] = found
    if fields:
        run.save(run.link.with_fields(fields))


def _acting(rule: FieldRule, items: Mapping[Side, Item]) -> tuple[FieldRule, Mapping[Side, Value]]:
    """Return a rule with the sides that send now, and both values; UntranslatableError."""
    senders = rule.senders_of(items)
    now = {side: value_of(items[side], rule, side) for side in SIDES}
    return (rule if senders == rule.senders else replace(rule, senders=senders)), now


def _decided(
    merge: Merge, rule: FieldRule, items: Mapping[Side, Item], state: FieldState
) -> Decision:
    """Decide about one field, by what its expressions make of the items."""
    try:
        acting, now = _acting(rule, items)
    except UntranslatableError as error:
        return Decision(rule, Action.PROBLEM, str(error))
    if rule.senders and not acting.senders:
        return Decision(rule, Action.NONE, "the condition of its rule does not hold")
    return merge.decide(acting, now, merge.noticed(acting, now, state))


def sync_fields(run: Run, items: Items) -> Steps[None]:
    """Carry out the plan; `items` holds the read-back afterwards.

    The plan is made anew after the first write: its answer may show what a person did meanwhile.
    """
    for side in SIDES:
        _notice(run, items)
        decisions = plan(run, items)
        _settle(run, items, decisions)
        yield from _Writer(run, items, side).write(decisions)


def _settle(run: Run, items: Items, decisions: Sequence[Decision]) -> None:
    """Remember what needs no write: agreement, drift left alone, fields that are held."""
    fields: dict[str, FieldState] = {}
    holds = dict(run.link.holds)
    entries: list[Entry] = []
    for decision in decisions:
        name, hold = decision.rule.id, holds.get(decision.rule.id)
        if decision.action is Action.WRITE:
            continue
        if decision.base or decision.version:
            state = run.link.field_state(name)
            version = decision.version or state.version
            fields[name] = replace(state.rebased(decision.base), version=version)
        kept = _hold_after(run, decision, hold)
        if kept is None:
            holds.pop(name, None)
        else:
            holds[name] = kept
        entries += _hold_entries(name, hold, kept)
    settled = replace(run.link.with_fields(fields), holds=holds)
    if settled != run.link:
        run.save(replace(settled, ends=_seen(run, items)), *entries)


def _seen(run: Run, items: Items) -> dict[Side, End]:
    """Return what is remembered of both items; it rides along where something is saved anyway."""
    return {side: run.end(side, items[side]) for side in SIDES}


def _hold_after(run: Run, decision: Decision, hold: Hold | None) -> Hold | None:
    """Return the hold that a field has after a decision without a write."""
    kind = {Action.HOLD: HoldKind.CONFLICT, Action.PROBLEM: HoldKind.VALUE}.get(decision.action)
    if kind is not None:
        if hold is not None and (hold.kind, hold.message) in {
            (kind, decision.why),
            (HoldKind.FUSE, decision.why),
        }:
            return hold
        return run.hold(kind, decision.why)
    if decision.action is Action.NONE and hold and hold.kind is HoldKind.NOT_APPLIED:
        return hold
    return None


def _hold_entries(name: str, before: Hold | None, after: Hold | None) -> list[Entry]:
    if after is not None and after is not before:
        return [Entry("held", f"{name} is held: {after.message}", Result.HELD, fields=(name,))]
    if before is not None and after is None:
        return [Entry("resolved", f"{name} is in step again.", fields=(name,))]
    return []


class _Writer:
    """The one update of one side."""

    def __init__(self, run: Run, items: Items, side: Side) -> None:
        self.run = run
        self.items = items
        self.side = side

    def write(self, decisions: Sequence[Decision]) -> Steps[None]:
        """Write what the plan wants of this side."""
        wanted = [
            d for d in decisions if self.side in d.writes and d.rule.id not in self.run.refused
        ]
        wanted = self._unfused(wanted)
        if not wanted:
            return
        if self._is_unprompted(wanted):
            self.run.engine.limits.rewrite()
        self._journal(wanted)
        before = self.items[self.side]
        after, refused = yield from self._ask(before, wanted)
        self.items[self.side] = after
        self.run.refused |= refused.keys()
        self._remember(wanted, before, refused)

    def _is_unprompted(self, decisions: Sequence[Decision]) -> bool:
        """Whether items that were in step are written though nobody changed either."""
        return self.run.have_met and all(decision.is_unprompted for decision in decisions)

    def _unfused(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Leave out the fields whose fuse blows now, and hold them."""
        holds: dict[str, Hold] = {}
        for decision in decisions:
            history = self.run.link.writes.get(decision.rule.id, ())
            message = fuse.tripped(history, self._record(decision), decision.rule)
            if message:
                holds[decision.rule.id] = self.run.hold(HoldKind.FUSE, message)
        if holds:
            entries = [
                Entry("held", f"{name} is held: {hold.message}", Result.HELD, fields=(name,))
                for name, hold in holds.items()
            ]
            link = self.run.link
            self.run.save(replace(link, holds={**link.holds, **holds}), *entries)
        return [decision for decision in decisions if decision.rule.id not in holds]

    def _record(self, decision: Decision) -> Written:
        """Return the write as the fuse sees it: the value in the words of side a."""
        value = decision.writes["a"] if self.side == "a" else self._now("a", decision)
        mark = self.run.prints.neutral(decision.rule.id, value)
        return Written(self.run.engine.now(), self.side, mark)

    def _now(self, side: Side, decision: Decision) -> Value:
        return value_of(self.items[side], decision.rule, side)

    def _print(self, side: Side, decision: Decision, value: Value) -> Print:
        return self.run.words.print(decision.rule, side, value)

    def _marks(self, side: Side, decision: Decision, value: Value) -> Marks:
        mark = self._print(side, decision, value or frozenset())
        return mark if isinstance(mark, frozenset) else NOTHING

    def _journal(self, decisions: Sequence[Decision]) -> None:
        """Remember what is about to be asked, and from which source it came."""
        fields = {
            decision.rule.id: replace(
                self.run.link.field_state(decision.rule.id), pending=self._pending(decision)
            )
            for decision in decisions
        }
        ends = _seen(self.run, self.items)
        self.run.save(replace(self.run.link.with_fields(fields), ends=ends))

    def _pending(self, decision: Decision) -> Pending:
        source = other(self.side)
        asked = self.run.predicted(self.side, decision.rule, decision.writes[self.side])
        if isinstance(asked, frozenset):
            before = self._marks(self.side, decision, self._now(self.side, decision))
            steps = changes(before, self._marks(self.side, decision, asked))
            marks = self._marks(source, decision, self._now(source, decision))
            return Pending(self.side, marks, steps)
        return Pending(
            self.side,
            self._print(source, decision, self._now(source, decision)),
            self._print(self.side, decision, asked),
            decision.version,
        )

    def _ask(self, item: Item, decisions: Sequence[Decision]) -> Steps[tuple[Item, dict[str, str]]]:
        """Update the item; refused fields are left out and the rest is written all the same."""
        asked = self.run.engine.rules.written_with(self.side)
        asked |= {d.rule.name(self.side): d.writes[self.side] for d in decisions}
        rules = [decision.rule for decision in decisions]
        try:
            back = yield Write(self.side, item, asked, self.run.guard)
        except (GoneError, MovedError):
            raise
        except SkippableError as error:
            refused = refused_fields(error, self.side, asked, rules)
            if not refused and len(decisions) > 1:
                return (yield from self._ask_one_by_one(item, decisions))
            refused = refused or {rules[0].id: scrubbed_all(str(error), asked, rules)}
        else:
            return read_back(item, back), {}
        rest = [decision for decision in decisions if decision.rule.id not in refused]
        item, more = (yield from self._ask(item, rest)) if rest else (item, {})
        return item, {**refused, **more}

    def _ask_one_by_one(
        self, item: Item, decisions: Sequence[Decision]
    ) -> Steps[tuple[Item, dict[str, str]]]:
        """Find out which field it was: the tracker did not say."""
        refused: dict[str, str] = {}
        for decision in decisions:
            item, more = yield from self._ask(item, [decision])
            refused |= more
        return item, refused

    def _remember(
        self, decisions: Sequence[Decision], before: Item, refused: Mapping[str, str]
    ) -> None:
        """Make the read-back the new past, and say what was done and what was not."""
        link, entries = self.run.link, []
        fields, holds, writes = {}, dict(link.holds), dict(link.writes)
        for decision in decisions:
            name = decision.rule.id
            if name in refused:
                fields[name] = replace(link.field_state(name), pending=None)
                holds[name] = self.run.hold(HoldKind.REFUSED, refused[name])
                entries += _hold_entries(name, link.holds.get(name), holds[name])
                continue
            fields[name] = self._based(decision, link)
            record = self._record(decision)
            writes[name] = (*fuse.recent(writes.get(name, ()), record.at), record)
            holds.pop(name, None)
            if self._is_ignored(decision, before):
                holds[name] = self.run.hold(HoldKind.NOT_APPLIED, "the tracker kept its own value")
                entries += _hold_entries(name, None, holds[name])
        done = [decision for decision in decisions if decision.rule.id not in refused]
        if done:
            entries.insert(0, self._updated(done))
        link = link.with_fields(fields).with_end(
            self.side, self.run.end(self.side, self.items[self.side])
        )
        self.run.save_soon(replace(link, holds=holds, writes=writes), *entries)

    def _based(self, decision: Decision, link: LinkState) -> FieldState:
        source, state = other(self.side), link.field_state(decision.rule.id)
        values = {side: self._now(side, decision) for side in SIDES}
        base: Mapping[Side, Print | None]
        if isinstance(decision.writes[self.side], frozenset):
            base = self._set_base(decision, values)
        else:
            base = {side: self._print(side, decision, values[side]) for side in SIDES}
        return replace(
            state.rebased(base),
            by=source,
            at=self.run.engine.now(),
            rev=self.items[source].rev,
            version=decision.version or state.version,
        )

    def _set_base(
        self, decision: Decision, values: Mapping[Side, Value]
    ) -> Mapping[Side, Print | None]:
        """Return the new past of a set; what the other side has yet to hear of stays new."""
        marks = {side: self._marks(side, decision, values[side]) for side in SIDES}
        past = {side: mark for side, mark in decision.base.items() if isinstance(mark, frozenset)}
        source = other(self.side)
        unwritten: dict[Side, Marks] = {}
        if source in decision.writes:
            unwritten[source] = marks[source] ^ self._marks(
                source, decision, decision.writes[source]
            )
        return rebased(marks, past, unwritten)

    def _is_ignored(self, decision: Decision, before: Item) -> bool:
        """Whether the tracker said yes and kept what it had."""
        asked, got = decision.writes[self.side], self._now(self.side, decision)
        predicted = self.run.predicted(self.side, decision.rule, asked)
        had = value_of(before, decision.rule, self.side)
        return same(got, had) and not same(got, asked) and not same(got, predicted)

    def _updated(self, decisions: Sequence[Decision]) -> Entry:
        names = tuple(decision.rule.id for decision in decisions)
        reasons = "; ".join(f"{d.rule.id}: {d.why}" for d in decisions)
        item = self.items[self.side]
        return Entry(
            "aligned" if self._is_unprompted(decisions) else "updated",
            f"Wrote {', '.join(names)} to {item.key}. {reasons}.",
            to=self.side,
            fields=names,
            revs={side: self.items[side].rev for side in SIDES},
        )
