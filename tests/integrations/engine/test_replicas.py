"""Two merges, each writing its own side only: whatever happens meanwhile, they end in step."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.base.items import Seen
from integrations.engine.canonical import Fingerprints
from integrations.engine.conflicts import Policy
from integrations.engine.merge import Merge
from integrations.engine.replicas import Replica, seen_of
from integrations.engine.rules import CommentRule, FieldRule, PeoplePolicy, Rules
from integrations.engine.rules.conditions import EVERYTHING
from integrations.engine.state import FieldState
from integrations.engine.vocabulary import Vocabulary

RULES = Rules((), (), {"a": EVERYTHING, "b": EVERYTHING}, CommentRule(), PeoplePolicy())
NAMES = {"a": "Ours", "b": "Theirs"}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STORED = 3
"""Characters that the lossy tracker keeps."""


@dataclass(frozen=True)
class View:
    value: object
    changed_at: datetime
    seen: dict


@dataclass
class Installation:
    """One side: its own value, what it remembers, and the other's view as it saw it last."""

    key: bytes
    link: UUID
    tie: str
    is_lossy: bool = False
    value: object = ""
    changed_at: datetime = NOON
    state: FieldState = field(default_factory=FieldState)
    writes: int = 0

    @property
    def words(self):
        return Vocabulary(RULES, lambda *_: None, Fingerprints(self.key, self.link))

    def edit(self, value, now):
        if value != self.value:
            self.value, self.changed_at = value, now

    def view(self, rule):
        mark = seen_of(self.state, self.words.print(rule, "a", self.value))
        seen = {} if mark is None else {"f": Seen(self.link, rule.id, mark)}
        return View(self.value, self.changed_at, seen)

    def merge(self, theirs, key, rule, now):
        changed_at = {"a": self.changed_at, "b": theirs.changed_at}
        replica = Replica(key, frozenset({"f"}), theirs.seen)
        merge = Merge(self.words, frozenset("ab"), changed_at, NAMES, self.tie, replica)
        decision = merge.decide(rule, {"a": self.value, "b": theirs.value}, self.state)
        assert "b" not in decision.writes
        if decision.base:
            self.state = self.state.rebased(decision.base)
        if "a" in decision.writes:
            asked = decision.writes["a"]
            self.edit(asked[:STORED] if self.is_lossy else asked, now)
            self.writes += 1
            values = {"a": self.value, "b": theirs.value}
            base = {side: self.words.print(rule, side, values[side]) for side in values}
            self.state = replace(self.state.rebased(base), by="b")


class Pair:
    def __init__(self, policy, start="", *, is_lossy=False):
        self.rules = {
            "a": FieldRule("f", "f", "f", conflict=policy),
            "b": FieldRule("f", "f", "f", conflict=_mirrored(policy)),
        }
        self.ends = {
            "a": Installation(b"a" * 32, UUID(int=1), "a", value=start),
            "b": Installation(b"b" * 32, UUID(int=2), "b", is_lossy=is_lossy, value=start),
        }
        self.now = NOON
        self.seen = {side: self.view(side) for side in "ab"}
        self.meet()

    def view(self, side):
        return self.ends[side].view(self.rules[side])

    def do(self, what, side, value=None):
        self.now += timedelta(seconds=7)
        other = "b" if side == "a" else "a"
        if what == "edit":
            self.ends[side].edit(value, self.now)
        elif what == "look":
            self.seen[side] = self.view(other)
        else:
            self.ends[side].merge(self.seen[side], self.ends[other].key, self.rules[side], self.now)

    def meet(self, rounds=6):
        for _ in range(rounds):
            for side in "ab":
                self.do("look", side)
                self.do("merge", side)

    @property
    def values(self):
        return tuple(self.ends[side].value for side in "ab")


def _mirrored(policy):
    swapped = {Policy.PREFER_A: Policy.PREFER_B, Policy.PREFER_B: Policy.PREFER_A}
    return swapped.get(policy, policy)


POLICIES = st.sampled_from([Policy.NEWEST, Policy.PREFER_A, Policy.PREFER_B])
SIDES = st.sampled_from("ab")
LOOKS = st.tuples(st.sampled_from(["look", "merge"]), SIDES)


def stories(values):
    return st.lists(st.one_of(LOOKS, st.tuples(st.just("edit"), SIDES, values)), max_size=14)


@settings(deadline=None)
@given(POLICIES, stories(st.frozensets(st.sampled_from("xyz"))))
def test_two_sets_always_find_together(policy, story):
    pair = Pair(policy, frozenset("x"))

    for step in story:
        pair.do(*step)
    pair.meet()

    assert pair.values[0] == pair.values[1]


@pytest.mark.parametrize(
    ("policy", "winner"),
    [(Policy.NEWEST, "newer"), (Policy.PREFER_A, "older"), (Policy.PREFER_B, "newer")],
)
def test_values_that_were_swapped_end_as_the_agreement_says(policy, winner):
    pair = Pair(policy, "one")
    pair.do("edit", "a", "older")
    pair.do("look", "b")
    pair.do("edit", "b", "newer")
    pair.do("look", "a")

    for side in "ab":
        pair.do("merge", side)
    pair.meet()

    assert pair.values == (winner, winner)


def test_a_tie_goes_to_the_inviter_on_both_sides():
    pair = Pair(Policy.NEWEST, "one")
    for side, value in (("a", "inviter"), ("b", "invitee")):
        pair.do("edit", side, value)
        pair.ends[side].changed_at = NOON
    pair.seen = {"a": pair.view("b"), "b": pair.view("a")}

    pair.meet()

    assert pair.values == ("inviter", "inviter")


def test_a_field_that_is_not_shared_decides_nothing():
    end = Pair(Policy.NEWEST, "one").ends["a"]
    merge = Merge(
        end.words,
        frozenset("ab"),
        {"a": NOON, "b": NOON},
        NAMES,
        "a",
        replace(Replica(b"b" * 32, frozenset(), {})),
    )

    decision = merge.decide(FieldRule("f", "f", "f"), {"a": "one", "b": None}, end.state)

    assert not decision.writes
    assert not decision.base
