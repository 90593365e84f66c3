"""Two merges, each writing its own side only: whatever happens meanwhile, they end in step."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.base.items import Seen, Version
from integrations.engine.canonical import Fingerprints
from integrations.engine.conflicts import Policy
from integrations.engine.merge import Merge
from integrations.engine.replicas import Replica, seen_of
from integrations.engine.rules import CommentRule, FieldRule, PeoplePolicy, Rules
from integrations.engine.rules.conditions import EVERYTHING
from integrations.engine.state import FieldState, Pending
from integrations.engine.versions import noticed
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
    shared: frozenset
    seen: dict
    versions: dict
    is_joined: bool


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
    is_joined: bool = True
    writes: int = 0

    @property
    def words(self):
        return Vocabulary(RULES, lambda *_: None, Fingerprints(self.key, self.link))

    def edit(self, value, now):
        if value != self.value:
            self.value, self.changed_at = value, now

    def view(self, rule):
        now, version = self.words.print(rule, "a", self.value), self.state.version
        if version and now != self.state.a:
            return View(None, self.changed_at, frozenset(), {}, {}, self.is_joined)
        mark = None if version else seen_of(self.state, now)
        seen = {} if mark is None else {"f": Seen(self.link, rule.id, mark)}
        versions = {"f": version} if version else {}
        shared = frozenset({"f"})
        return View(self.value, self.changed_at, shared, seen, versions, self.is_joined)

    def merge(self, theirs, key, rule, now):
        changed_at = {"a": self.changed_at, "b": theirs.changed_at}
        replica = Replica(key, theirs.shared, theirs.seen, theirs.versions, theirs.is_joined)
        self.is_joined = True
        merge = Merge(self.words, frozenset("ab"), changed_at, NAMES, self.tie, replica)
        values = {"a": self.value, "b": theirs.value}
        self.state = merge.noticed(rule, values, self.state)
        decision = merge.decide(rule, values, self.state)
        assert "b" not in decision.writes
        version = decision.version or self.state.version
        if "a" not in decision.writes and (decision.base or decision.version):
            self.state = replace(self.state.rebased(decision.base), version=version)
        if "a" in decision.writes:
            self.state = self.state.rebased(decision.base)
            asked = decision.writes["a"]
            self.edit(asked[:STORED] if self.is_lossy else asked, now)
            self.writes += 1
            values = {"a": self.value, "b": theirs.value}
            base = {side: self.words.print(rule, side, values[side]) for side in values}
            self.state = replace(self.state.rebased(base), by="b", version=version)


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
        self.seen = {"a": self.view("b"), "b": self.view("a")}
        self.meet()

    @classmethod
    def created(cls, policy, start, maker):
        """Return a pair of which one side just made its item of the other's, and keeps less."""
        pair = cls(policy, start)
        for side, end in pair.ends.items():
            end.state, end.is_joined, end.writes = FieldState(), side == maker, 0
            end.is_lossy = side == maker
        end = pair.ends[maker]
        end.value = start[:STORED]
        values = {"a": end.value, "b": start}
        end.state = FieldState(
            **{side: end.words.print(pair.rules[maker], side, values[side]) for side in "ab"}
        )
        pair.seen = {"a": pair.view("b"), "b": pair.view("a")}
        return pair

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
@given(POLICIES, stories(st.sampled_from(["one", "two", "tri", ""])))
def test_two_values_always_find_together(policy, story):
    pair = Pair(policy, "one")

    for step in story:
        pair.do(*step)
    pair.meet()
    writes = [end.writes for end in pair.ends.values()]
    values = pair.values
    pair.meet()

    assert values[0] == values[1]
    assert [end.writes for end in pair.ends.values()] == writes


@settings(deadline=None)
@given(POLICIES, stories(st.frozensets(st.sampled_from("xyz"))))
def test_two_sets_always_find_together(policy, story):
    pair = Pair(policy, frozenset("x"))

    for step in story:
        pair.do(*step)
    pair.meet()

    assert pair.values[0] == pair.values[1]


VALUES = st.sampled_from(["one", "longer", "longest", ""])


@settings(deadline=None)
@given(POLICIES, SIDES, stories(VALUES))
def test_what_one_side_alone_edits_is_never_lost_however_the_other_stores_it(policy, editor, story):
    pair = Pair(policy, "one")
    edited_alone(pair, editor, story)


@settings(deadline=None)
@given(POLICIES, SIDES, stories(VALUES))
def test_what_is_edited_while_the_other_side_makes_its_item_is_never_lost(policy, maker, story):
    pair = Pair.created(policy, "begun", maker)
    edited_alone(pair, "b" if maker == "a" else "a", story)


@settings(deadline=None)
@given(POLICIES, SIDES, stories(VALUES))
def test_edits_of_a_new_item_and_of_its_origin_find_together(policy, maker, story):
    pair = Pair.created(policy, "begun", maker)
    pair.ends[maker].is_lossy = False

    for step in story:
        pair.do(*step)
    pair.do("edit", maker, "all")
    pair.meet()

    assert pair.values[0] == pair.values[1]


def edited_alone(pair, editor, story):
    mine, copy = pair.ends[editor], pair.ends["b" if editor == "a" else "a"]
    copy.is_lossy = True

    for what, side, *value in story:
        pair.do(what, editor if what == "edit" else side, *value)
    value = mine.value
    pair.meet()

    assert (mine.value, copy.value) == (value, value[:STORED])
    assert mine.writes == 0


def test_values_that_were_swapped_as_the_two_met_find_together():
    """Each took the other's before either began to count."""
    pair = Pair(Policy.NEWEST)
    for side, mine in (("a", "one"), ("b", "two")):
        end, rule = pair.ends[side], pair.rules[side]
        end.value = mine
        held = {"a": mine, "b": mine}
        end.state = FieldState(**{at: end.words.print(rule, at, held[at]) for at in "ab"})

    pair.seen = {"a": pair.view("b"), "b": pair.view("a")}
    pair.meet()

    assert pair.values[0] == pair.values[1]


@pytest.mark.parametrize(
    ("now", "version"),
    [("two", Version(1, 2, is_theirs=True)), ("one", Version(1, 1)), ("tri", Version(2, 1))],
)
def test_a_write_that_a_crash_cut_off_is_no_edit_of_ours(now, version):
    begun = FieldState(
        "one",
        "one",
        Pending("a", "two", "two", Version(1, 2, is_theirs=True)),
        version=Version(1, 1),
    )

    found = noticed(begun, {"a": now, "b": "two"}, Version(1, 2, is_theirs=True), begins=False)

    assert (found.a, found.version, found.pending) == (now, version, None)
    assert noticed(found, {"a": now, "b": "two"}, None, begins=False) == found


def test_a_restored_memory_counts_on_from_what_the_other_side_knows():
    restored = FieldState("one", "one", version=Version(3, 1))

    found = noticed(restored, {"a": "two", "b": "one"}, Version(7, 4), begins=False)

    assert found.version == Version(8, 1)


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
