"""Creation exactly once: journal, create with the marker, and on doubt look before repeating."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from integrations.base.errors import FatalError, RetryableError, SkippableError, UncertainError
from integrations.base.items import Item, Value
from integrations.engine.canonical import is_empty, same
from integrations.engine.markers import item_marker
from integrations.engine.merge import as_kind_of
from integrations.engine.ports import Entry, Result
from integrations.engine.refusals import in_full, refused_fields, scrubbed_all
from integrations.engine.rules.model import FieldRule, Unmapped, UntranslatableError
from integrations.engine.run import Outcome, Run, value_of
from integrations.engine.state import (
    FieldState,
    Hold,
    HoldKind,
    Intent,
    LinkPhase,
    Print,
    Side,
    other,
)

DEADLINE = timedelta(seconds=30)
"""A request that has no answer by then is over."""
SKEW = timedelta(hours=2)
"""How far a tracker's clock may be behind ours when we look for our creations."""
LOOKS = 2
"""How often a creation must not be found before it is repeated."""
PAUSE = timedelta(seconds=10)


def counterpart(run: Run, source: Item) -> Item | Outcome:
    """Return the new or recovered item of the other side, or why there is none yet."""
    creation = Creation(run, source)
    intent = run.link.intent
    found = creation.recall() if intent is None else creation.recover(intent)
    if found is not None:
        return found
    type_ = run.engine.rules.counterpart_type(run.link.origin, source.type)
    if type_ is None:
        return run.hold_link(f"The type “{source.type}” is not mapped.")
    if intent is None:
        run.engine.limits.creation()
    return creation.create(type_)


@dataclass(slots=True)
class Draft:
    """What a new item is to hold: values by field id, and the fields that cannot be sent."""

    rules: list[FieldRule] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    unsent: dict[str, str] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)


class Creation:
    """One creation of a counterpart."""

    def __init__(self, run: Run, source: Item) -> None:
        self.run = run
        self.source = source
        self.origin: Side = run.link.origin
        self.target: Side = other(self.origin)
        self.place = run.place(self.target)
        self.words = run.words

    def recall(self) -> Item | None:
        """Look for an item that was created by a link which our restored memory has lost."""
        run, since = self.run, self.run.engine.doubt_since
        if since is None:
            return None
        marker = item_marker(run.engine.key, run.link.id)
        found = self.place.connector.find(self.place.scope, marker, since - SKEW)
        if found is None or not found.is_author_us or found.marker != marker:
            return None
        message = f"Found {found.key}, which was created before our memory was restored."
        self._activate(found, {}, {}, Entry("relinked", message, to=self.target))
        return found

    def recover(self, intent: Intent) -> Item | Outcome | None:
        """Look for what an interrupted creation left; None once it surely left nothing."""
        run, now = self.run, self.run.engine.now()
        found = self.place.connector.find(self.place.scope, intent.marker, intent.started_at - SKEW)
        if found is not None and found.is_author_us and found.marker == intent.marker:
            self._adopt(found, intent)
            return found
        settled_at = intent.sent_at + DEADLINE + self.place.connector.caps.read_after_write
        if now < settled_at:
            message = "Waiting until the tracker would surely show an interrupted creation."
            return Outcome(Result.WAITING, message, settled_at)
        if intent.misses + 1 < LOOKS:
            run.save(replace(run.link, intent=replace(intent, misses=intent.misses + 1)))
            return Outcome(Result.WAITING, "Looking once more before creating again.", now + PAUSE)
        return None

    def create(self, type_: str) -> Item | Outcome:
        """Create the item; fields that the tracker refuses are held, the rest is created."""
        run = self.run
        draft = self._draft()
        while True:
            intent = self._journal(draft)
            rival = self._rival()
            if rival is not None:
                return rival
            run.guard()
            try:
                item = self.place.connector.create(
                    self.place.scope, type_, draft.values, intent.marker
                )
            except UncertainError:
                return self._in_doubt()
            except (RetryableError, FatalError):
                self._forget()
                raise
            except SkippableError as error:
                if not self._take_out(draft, error):
                    self._forget()
                    message = scrubbed_all(in_full(error), draft.values, draft.rules)
                    return run.hold_link(f"The item could not be created: {message}")
            else:
                self._remember(item, intent, draft)
                return item

    def _rival(self) -> Outcome | None:
        """Let another connection go first that joins the same items, or that has done so.

        Both journal before they look, so of two that begin at once one sees the other at least.
        """
        run, memory = self.run, self.run.engine.memory
        there = memory.member_at(self.source.ref, self.target)
        if not there and not memory.is_contested(self.source.ref, self.target, run.link.id):
            return None
        self._forget()
        if there:
            return run.hold_link(f"Another connection joins it to {there} already.")
        pause = PAUSE * (1 + run.link.id.int % 3)
        message = "Another connection is creating its counterpart."
        return Outcome(Result.WAITING, message, run.engine.now() + pause)

    def _draft(self) -> Draft:
        """Translate all that the origin sends."""
        draft = Draft()
        rules = self.run.engine.rules
        for rule in self.run.rules:
            try:
                self._add(draft, rule)
            except UntranslatableError as error:
                draft.unsent[rule.id] = str(error)
                draft.holds[rule.id] = self.run.hold(HoldKind.VALUE, str(error))
        draft.values = rules.created_with(self.target, draft.values)
        return draft

    def _add(self, draft: Draft, rule: FieldRule) -> None:
        """Add what one rule sends, or raise UntranslatableError."""
        if self.origin not in rule.senders_of({self.origin: self.source}):
            return
        value = value_of(self.source, rule, self.origin)
        if is_empty(value):
            return
        draft.rules.append(rule)
        engine = self.run.engine
        translated = engine.rules.translate(rule, self.origin, value, engine.people)
        if not isinstance(translated, Unmapped):
            draft.values[rule.name(self.target)] = as_kind_of(None, translated)

    def _journal(self, draft: Draft) -> Intent:
        """Remember what is about to be created, before anything leaves."""
        now, link = self.run.engine.now(), self.run.link
        marker = item_marker(self.run.engine.key, link.id)
        intent = Intent(
            marker=marker,
            started_at=link.intent.started_at if link.intent else now,
            sent_at=now,
            source={
                rule.id: self._print(rule, self.origin, self._sent(rule)) for rule in draft.rules
            },
            asked={
                rule.id: self._print(rule, self.target, self._predicted(draft, rule))
                for rule in draft.rules
                if rule.name(self.target) in draft.values
            },
        )
        ends = {**link.ends, self.origin: self.run.end(self.origin, self.source)}
        self.run.save(replace(link, intent=intent, phase=LinkPhase.CREATING, ends=ends))
        return intent

    def _remember(self, item: Item, intent: Intent, draft: Draft) -> None:
        """Make the read-back the past; what was not stored as asked is written once more later."""
        fields = {}
        for rule in draft.rules:
            name = rule.name(self.target)
            got = item.fields.get(name)
            is_left_alone = name not in draft.values and rule.id not in draft.unsent
            is_stored = name in draft.values and (
                same(got, draft.values[name]) or same(got, self._predicted(draft, rule))
            )
            fields[rule.id] = self._state(
                intent.source[rule.id] if is_stored or is_left_alone else None,
                self._print(rule, self.target, got),
            )
        entries = [
            Entry("held", f"{name} is held: {hold.message}", Result.HELD, fields=(name,))
            for name, hold in draft.holds.items()
        ]
        created = Entry("created", f"Created {item.key} from {self.source.key}.", to=self.target)
        self._activate(item, fields, draft.holds, created, *entries)

    def _adopt(self, item: Item, intent: Intent) -> None:
        """Take over what an interrupted run created; edits made to it since count as edits."""
        is_untouched = item.updated_at <= item.created_at
        fields = {}
        for rule in self.run.rules:
            if rule.id not in intent.source:
                continue
            source, asked = intent.source[rule.id], intent.asked.get(rule.id)
            now = self._print(rule, self.target, item.fields.get(rule.name(self.target)))
            if asked is None:
                fields[rule.id] = self._state(None, now)
            elif is_untouched:
                fields[rule.id] = self._state(source if now == asked else None, now)
            else:
                fields[rule.id] = self._state(source, asked)
        message = f"Found {item.key}, which an interrupted run had created; no second one was made."
        self._activate(item, fields, {}, Entry("adopted", message, to=self.target))

    def _activate(
        self,
        item: Item,
        fields: Mapping[str, FieldState],
        holds: Mapping[str, Hold],
        *entries: Entry,
    ) -> None:
        link = self.run.link.with_end(self.target, self.run.end(self.target, item)).with_fields(
            fields
        )
        link = replace(link, phase=LinkPhase.ACTIVE, reason="", intent=None, holds=holds)
        self.run.save(link, *entries)

    def _forget(self) -> None:
        """Drop the journal: the tracker said clearly that it created nothing."""
        link = self.run.link
        self.run.save(replace(link, intent=None, phase=LinkPhase.CANDIDATE))

    def _in_doubt(self) -> Outcome:
        message = "The tracker did not answer; looking for the item before creating it again."
        due_at = self.run.engine.now() + PAUSE
        self.run.engine.memory.note(self.run.link.id, Entry("waiting", message, Result.WAITING))
        return Outcome(Result.WAITING, message, due_at)

    def _take_out(self, draft: Draft, error: SkippableError) -> bool:
        """Leave out the values that the tracker refused; say whether there were any."""
        refused = refused_fields(error, self.target, draft.values, draft.rules)
        for rule in draft.rules:
            name = rule.name(self.target)
            if rule.id in refused and name in draft.values:
                del draft.values[name]
                draft.unsent[rule.id] = refused[rule.id]
                draft.holds[rule.id] = self.run.hold(HoldKind.REFUSED, refused[rule.id])
            else:
                refused.pop(rule.id, None)
        return bool(refused)

    def _state(self, source: Print | None, target: Print) -> FieldState:
        bases: dict[Side, Print | None] = {self.origin: source, self.target: target}
        return FieldState(
            a=bases["a"],
            b=bases["b"],
            by=self.origin,
            at=self.run.engine.now(),
            rev=self.source.rev,
        )

    def _sent(self, rule: FieldRule) -> Value:
        return value_of(self.source, rule, self.origin)

    def _predicted(self, draft: Draft, rule: FieldRule) -> Value:
        return self.run.predicted(self.target, rule, draft.values[rule.name(self.target)])

    def _print(self, rule: FieldRule, side: Side, value: Value) -> Print:
        return self.words.print(rule, side, value)
