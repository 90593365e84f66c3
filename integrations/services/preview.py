"""What a sync would do, item by item: the same plan as a sync's, and nothing is written.

Values live in the answer only; what a job keeps of a whole scope are ids, counts and words.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from math import ceil
from typing import Any

from integrations import store
from integrations.base.items import Denied, Gone, Item, Moved, Ref, Want
from integrations.engine.canonical import is_empty
from integrations.engine.discover import refusal
from integrations.engine.fields import plan
from integrations.engine.markers import link_id, link_of
from integrations.engine.merge import Action
from integrations.engine.ports import Engine
from integrations.engine.rules import Rules, UntranslatableError
from integrations.engine.rules.model import Unmapped
from integrations.engine.run import Run, end_of, value_of
from integrations.engine.state import SIDES, LinkPhase, LinkState, Side, other
from integrations.models import Connection, SyncTask
from integrations.services.engines import engine_of
from integrations.services.wording import words_of

CHUNK = 50
MAX_ITEMS = 200
"""Items that are remembered of each field, to show their values live."""


class Verdict(StrEnum):
    """What would become of an item."""

    CREATE = "create"
    UPDATE = "update"
    NOTHING = "nothing"
    HOLD = "hold"
    SKIP = "skip"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would be written: to which side, from which value to which, and why."""

    field: str
    to: Side
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one item, found on `side`; problems are (field, words)."""

    side: Side
    item_id: str
    key: str
    verdict: Verdict
    reason: str = ""
    changes: Sequence[Change] = ()
    problems: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Tally:
    """What would become of a whole scope, without any value."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    items: dict[str, list[list[str]]] = field(default_factory=dict)
    writes: Counter[tuple[str, Side]] = field(default_factory=Counter)
    read: Counter[Side] = field(default_factory=Counter)

    def add(self, one: Foreseen) -> None:
        """Count an item."""
        self.counts[one.verdict.value] += 1
        self.read[one.side] += 1
        if one.reason:
            self.reasons[one.reason] += 1
        self.problems.update(one.problems)
        for side in {change.to for change in one.changes}:
            self.writes[one.verdict.value, side] += 1
        for change in one.changes:
            self.fields[change.field] += 1
            known = self.items.setdefault(change.field, [])
            if len(known) < MAX_ITEMS:
                known.append([one.side, one.item_id, one.key])

    def result(self, engine: Engine) -> dict[str, Any]:
        """Return it as JSON, with the calls that a sync would take."""
        return {
            "counts": {one.value: self.counts[one.value] for one in Verdict},
            "reasons": [{"words": w, "count": n} for w, n in self.reasons.most_common()],
            "problems": [
                {"field": name, "words": words, "count": count}
                for (name, words), count in self.problems.most_common(MAX_ITEMS)
            ],
            "fields": [
                {"field": name, "count": count, "items": self.items[name]}
                for name, count in self.fields.most_common()
            ],
            "calls": {side: self._calls(engine, side) for side in SIDES},
        }

    def _calls(self, engine: Engine, side: Side) -> int:
        caps = engine.places[side].connector.caps
        updates = ceil(self.writes["update", side] / caps.batch_update)
        return ceil(self.read[side] / caps.batch_fetch) + updates + self.writes["create", side]


def preview_engine(
    connection: Connection, rules: Rules | None = None, *, is_asked: bool = False
) -> Engine:
    """Return an engine that nobody leased, so that its memory refuses every write."""
    priority = store.PERSON if is_asked else store.LIVE
    engine = engine_of(SyncTask(connection=connection, priority=priority), store.database_clock())
    return engine if rules is None else replace(engine, rules=rules)


def foresee_scope(engine: Engine, side: Side) -> Iterator[list[Foreseen]]:
    """Say what would become of everything on a side, in chunks; what is linked counts on side a."""
    place = engine.places[side]
    ids = iter(place.connector.census(place.scope, ""))
    while chunk := list(islice(ids, CHUNK)):
        yield foresee(engine, side, chunk)


def foresee(engine: Engine, side: Side, ids: Iterable[str]) -> list[Foreseen]:
    """Say what would become of some items of a side; each side is read once."""
    links = {id_: engine.memory.link_at(side, id_) for id_ in ids}
    wanted = [
        id_
        for id_, link in links.items()
        if side == "a" or link is None or len(link.ends) < len(SIDES)
    ]
    here = _read(engine, side, wanted)
    partners = {
        id_: link.ends[other(side)].id
        for id_ in wanted
        if (link := links[id_]) is not None and other(side) in link.ends
    }
    there = _read(engine, other(side), partners.values())
    return [
        _foreseen(engine, side, id_, links[id_], here[id_], there.get(partners.get(id_, "")))
        for id_ in wanted
    ]


Found = Item | Gone | Denied | Moved


def _read(engine: Engine, side: Side, ids: Iterable[str]) -> Mapping[str, Found]:
    place = engine.places[side]
    refs = [Ref(place.connector.system.id, place.scope, id_) for id_ in ids]
    if not refs:
        return {}
    found = place.connector.fetch(refs, Want(engine.rules.wanted(side)))
    return {ref.id: found[ref] for ref in refs}


def _foreseen(
    engine: Engine,
    side: Side,
    item_id: str,
    link: LinkState | None,
    here: Found,
    there: Found | None,
) -> Foreseen:
    if not isinstance(here, Item):
        return Foreseen(side, item_id, item_id, Verdict.SKIP, _missing(here))
    if link is not None and link.phase in {LinkPhase.UNLINKED, LinkPhase.GONE}:
        return Foreseen(side, item_id, here.key, Verdict.SKIP, "Its link is closed.")
    if link is None or there is None:
        return _new(engine, side, here)
    if not isinstance(there, Item):
        return Foreseen(side, item_id, here.key, Verdict.ERROR, _missing(there))
    items: dict[Side, Item] = {side: here, other(side): there}
    return _linked(Run(engine, link), side, items)


def _missing(found: Found) -> str:
    match found:
        case Denied(message=message):
            return f"No access: {message}"
        case Moved():
            return "The item moved out of this scope."
        case _:
            return "The item no longer exists."


def _linked(run: Run, side: Side, items: Mapping[Side, Item]) -> Foreseen:
    """Say what the plan would do with two linked items."""
    run.know_type(side, items[side])
    decisions = plan(run, items)
    changes = [
        Change(d.rule.id, to, words_of(value_of(items[to], d.rule, to)), words_of(value), d.why)
        for d in decisions
        for to, value in d.writes.items()
    ]
    stuck = [d for d in decisions if d.action in {Action.HOLD, Action.PROBLEM}]
    problems = [(d.rule.id, d.why) for d in stuck]
    verdict = Verdict.UPDATE if changes else Verdict.HOLD if stuck else Verdict.NOTHING
    item = items[side]
    return Foreseen(side, item.ref.id, item.key, verdict, "", changes, problems)


def _new(engine: Engine, side: Side, item: Item) -> Foreseen:
    """Say whether an item would get a counterpart, and what that would hold."""
    marked = link_of(engine.key, item.marker) if item.is_author_us else None
    reason = "It was made by a sync, and its link is gone." if marked else ""
    reason = reason or refusal(engine, side, item)
    if reason:
        return Foreseen(side, item.ref.id, item.key, Verdict.SKIP, reason)
    link = LinkState(
        id=link_id(engine.key, side, item.ref.id),
        origin=side,
        ends={side: end_of(engine.rules, side, item)},
    )
    run = Run(engine, link)
    run.know_type(side, item)
    changes, problems = list[Change](), list[tuple[str, str]]()
    for rule in run.rules:
        if side not in rule.senders:
            continue
        try:
            value = run.words.translate(rule, side, rule.value(side, item))
        except UntranslatableError as error:
            problems.append((rule.id, str(error)))
            continue
        if not isinstance(value, Unmapped) and not is_empty(value):
            changes.append(Change(rule.id, other(side), "", words_of(value), "it is new"))
    return Foreseen(side, item.ref.id, item.key, Verdict.CREATE, "", changes, problems)
