"""The run over one link: what is known now, and the steps that every part of it shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from integrations.base.items import Item, Ref, Value, Want
from integrations.engine.canonical import Fingerprints
from integrations.engine.merge import Merge
from integrations.engine.ports import Engine, Entry, Place, Result
from integrations.engine.replicas import THERE, replica_of
from integrations.engine.rules.model import FieldRule, Rules
from integrations.engine.state import SIDES, End, Hold, HoldKind, LinkPhase, LinkState, Side
from integrations.engine.vocabulary import Vocabulary

Items = dict[Side, Item]
STATUS = "status"
"""The mappings whose value is shown beside an item's key begin with this."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run over a link ended; `due_at` says when it wants to be run again."""

    result: Result
    message: str
    due_at: datetime | None = None


@dataclass(slots=True)
class Run:
    """One run; `link` is what was saved last, or what the next save will bring along."""

    engine: Engine
    link: LinkState
    refused: set[str] = field(default_factory=set)
    type_: str = ""
    """The type of the item of side a; known once an item was read."""
    unsaved: list[Entry] = field(default_factory=list)
    is_saved: bool = True

    @property
    def prints(self) -> Fingerprints:
        """Return the maker of this link's fingerprints."""
        return Fingerprints(self.engine.key, self.link.id)

    @property
    def rules(self) -> tuple[FieldRule, ...]:
        """Return the rules of the fields that these items have."""
        return self.engine.rules.fields_of(self.type_)

    def know_type(self, side: Side, item: Item) -> None:
        """Learn which fields are in play from an item of a side."""
        counterpart = self.engine.rules.counterpart_type(side, item.type)
        self.type_ = item.type if side == "a" else counterpart or item.type

    @property
    def have_met(self) -> bool:
        """Whether a run was through with both items before, so that nothing is a first filling."""
        return all(end.rev for end in self.link.ends.values())

    def place(self, side: Side) -> Place:
        """Return one end of the connection."""
        return self.engine.places[side]

    def save(self, link: LinkState, *entries: Entry) -> None:
        """Remember a link and what came before it; only then is it the present one."""
        self.engine.memory.save(link, *self.unsaved, *entries)
        self.link, self.unsaved, self.is_saved = link, [], True

    def save_soon(self, link: LinkState, *entries: Entry) -> None:
        """Remember a link with the next save: its journal tells as much until then."""
        self.link, self.is_saved = link, False
        self.unsaved += entries

    def flush(self) -> None:
        """Save what still waits for the next save."""
        if not self.is_saved:
            self.save(self.link)

    def guard(self) -> None:
        """Make sure, right before a write, that nobody took over."""
        self.engine.memory.guard()

    def ref(self, side: Side) -> Ref:
        """Return where one end of the link is."""
        end = self.link.ends[side]
        return Ref(self.place(side).connector.system.id, end.scope, end.id)

    def want(self, side: Side) -> Want:
        """Return what a read of one side has to bring."""
        rules, caps = self.engine.rules, self.place(side).connector.caps
        return Want(
            rules.wanted(side),
            comments=bool(rules.comments.senders) and caps.has_comments,
            attachments=bool(rules.attachments.senders),
        )

    @property
    def words(self) -> Vocabulary:
        """Return how the sides of this link name the same thing."""
        return Vocabulary(self.engine.rules, self.engine.people, self.prints)

    def merge(self, items: Mapping[Side, Item]) -> Merge:
        """Return the merge for two items as they are now."""
        terms = self.engine.terms
        return Merge(
            words=self.words,
            senders=self.engine.senders,
            changed_at={
                side: items[side].updated_at - self.place(side).clock_offset for side in SIDES
            },
            names={side: place.name for side, place in self.engine.places.items()},
            tie=terms.tie if terms else "a",
            replica=replica_of(terms, items[THERE]) if terms else None,
        )

    def predicted(self, side: Side, rule: FieldRule, value: Value) -> Value:
        """Return a value as the tracker will probably store it."""
        return self.place(side).connector.normalise(rule.name(side), value)

    def end(self, side: Side, item: Item) -> End:
        """Return what is remembered of an item; its revision only once a run is through."""
        known = self.link.ends.get(side)
        return replace(end_of(self.engine.rules, side, item), rev=known.rev if known else "")

    def hold_link(self, reason: str) -> Outcome:
        """Stop the whole link until a person acts."""
        if (self.link.phase, self.link.reason) != (LinkPhase.HELD, reason):
            entry = Entry("held", reason, Result.HELD)
            self.save(replace(self.link, phase=LinkPhase.HELD, reason=reason), entry)
        return Outcome(Result.HELD, reason)

    def hold(self, kind: HoldKind, message: str) -> Hold:
        """Return a hold of one field, with the revisions that show both values."""
        revs = {side: end.rev for side, end in self.link.ends.items()}
        return Hold(kind, message, self.engine.now(), revs.get("a", ""), revs.get("b", ""))


def value_of(item: Item, rule: FieldRule, side: Side) -> Value:
    """Return a mapped value of an item, or what its rule makes of it; UntranslatableError then."""
    return rule.value(side, item)


def end_of(rules: Rules, side: Side, item: Item) -> End:
    """Return what is remembered of an item."""
    statuses = (rule for rule in rules.fields if rule.id.split("-")[0] == STATUS)
    shown = [value for rule in statuses if (value := item.fields.get(rule.name(side)))]
    return End(
        scope=item.ref.scope,
        id=item.ref.id,
        key=item.key,
        url=item.url,
        rev=item.rev,
        status=str(shown[0]) if shown else "",
        updated_at=item.updated_at,
    )


def read_back(before: Item, after: Item) -> Item:
    """Return the item after a write; what the answer left out stays as it was read."""
    return replace(
        after,
        fields={**before.fields, **after.fields},
        comments=before.comments if after.comments is None else after.comments,
        attachments=before.attachments if after.attachments is None else after.attachments,
    )
