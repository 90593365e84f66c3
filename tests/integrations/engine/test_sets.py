"""Sets merge element by element, whatever happened to a write under way."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.engine.rules import Drift, FieldRule, FirstSync
from integrations.engine.sets import changes, merge_set, rebased, settled_base
from integrations.engine.state import SIDES, FieldState, Pending, other

BOTH = frozenset(SIDES)
MARKS = st.frozensets(st.sampled_from("xyz"))
RULE = FieldRule("labels", "labels", "labels")


def marks(text: str) -> frozenset[str]:
    return frozenset(text)


def merged(a, b, was_a=None, was_b=None, *, rule=RULE, senders=BOTH):
    state = FieldState() if was_a is None else FieldState(marks(was_a), marks(was_b))
    result = merge_set({"a": marks(a), "b": marks(b)}, state, rule, senders)
    return (
        None if result is None else {side: "".join(sorted(result.wanted[side])) for side in SIDES}
    )


@pytest.mark.parametrize(
    ("now", "was", "wanted"),
    [
        (("xy", "x"), ("x", "x"), ("xy", "xy")),
        (("", "x"), ("x", "x"), ("", "")),
        (("xy", "xz"), ("x", "x"), ("xyz", "xyz")),
        (("y", "xz"), ("x", "x"), ("yz", "yz")),
        (("X", "x"), ("X", "x"), ("X", "x")),
        (("Xy", "x"), ("X", "x"), ("Xy", "xy")),
    ],
)
def test_each_side_gets_what_the_other_added_and_loses_what_it_removed(now, was, wanted):
    assert merged(*now, *was) == dict(zip("ab", wanted, strict=True))


def test_the_first_sync_joins_both():
    assert merged("x", "y") == {"a": "xy", "b": "xy"}


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        (FirstSync.PREFER_A, {"a": "x", "b": "x"}),
        (FirstSync.PREFER_B, {"a": "y", "b": "y"}),
        (FirstSync.HOLD, None),
    ],
)
def test_the_first_sync_follows_its_policy(first, wanted):
    rule = FieldRule("labels", "l", "l", first_sync=first)

    assert merged("x", "y", rule=rule) == wanted


def test_a_one_way_set_leaves_the_target_its_own():
    assert merged("xy", "z", "x", "x", senders=frozenset({"a"})) == {"a": "xy", "b": "yz"}


def test_an_enforced_one_way_set_is_restored():
    rule = FieldRule("labels", "l", "l", drift=Drift.ENFORCE)

    assert merged("xy", "z", "xy", "xy", rule=rule, senders=frozenset({"a"})) == {
        "a": "xy",
        "b": "xy",
    }


@given(MARKS, MARKS, MARKS)
def test_merging_twice_changes_nothing_more(a, b, base):
    state = FieldState(base, base)
    once = merge_set({"a": a, "b": b}, state, RULE, BOTH).wanted

    past = rebased(once, {}, {})
    twice = merge_set(once, FieldState(past["a"], past["b"]), RULE, BOTH).wanted

    assert once["a"] == once["b"]
    assert twice == once


@given(MARKS, MARKS, MARKS, MARKS, st.sampled_from(SIDES), st.booleans())
def test_a_lost_answer_never_loses_an_edit(a, b, base, later, side, is_applied):
    """Write to one side, lose the answer, let the source move on: its elements win."""
    now = {"a": a, "b": b}
    wanted = merge_set(now, FieldState(base, base), RULE, BOTH).wanted
    steps = changes(now[side], wanted[side])
    state = FieldState(base, base, pending=Pending(side, now[other(side)], steps))
    moved = {side: wanted[side] if is_applied else now[side], other(side): later}

    settled = merge_set(moved, state, RULE, BOTH).wanted

    written = {step[1:] for step in steps} if is_applied else frozenset()
    for mark in written & (now[other(side)] ^ later):
        assert (mark in settled[other(side)]) == (mark in later)


def test_elements_not_yet_written_stay_new():
    now = {"a": marks("x"), "b": marks("xy")}

    past = rebased(now, {"a": marks(""), "b": marks("")}, {"a": marks("y")})

    assert past == {"a": marks("x"), "b": marks("x")}


def test_a_state_without_sets_has_no_past():
    assert settled_base({"a": marks(""), "b": marks("")}, FieldState("1x", "1y")) is None


def test_every_small_world_converges():
    every = [frozenset(one) for one in ("", "x", "y", "xy")]
    for a, b, base in product(every, every, every):
        wanted = merge_set({"a": a, "b": b}, FieldState(base, base), RULE, BOTH).wanted
        expected = {m for m in "xy" if (m in a and m in b) or ((m in a | b) and m not in base)}
        assert wanted["a"] == wanted["b"] == expected
