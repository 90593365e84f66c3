"""The table of the merge, line by line, and its laws over all inputs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.items import Person, Rich
from integrations.engine.canonical import Fingerprints
from integrations.engine.conflicts import Policy
from integrations.engine.merge import Action, Merge
from integrations.engine.rules import (
    CommentRule,
    Drift,
    FieldRule,
    FirstSync,
    Missing,
    MissingPolicy,
    PeoplePolicy,
    PeopleRule,
    Rules,
    ValueMap,
)
from integrations.engine.rules.conditions import EVERYTHING
from integrations.engine.state import SIDES, FieldState, Pending
from integrations.engine.vocabulary import Vocabulary

PRINTS = Fingerprints(b"k" * 32, UUID(int=1))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BOTH = frozenset(SIDES)


def merge(*, senders=BOTH, a_later=0, people=PeopleRule.LEAVE, known=None) -> Merge:
    rules = Rules((), (), {"a": EVERYTHING, "b": EVERYTHING}, CommentRule(), PeoplePolicy(people))
    words = Vocabulary(rules, lambda _side, person: (known or {}).get(person.id), PRINTS)
    changed_at = {"a": NOON + timedelta(seconds=a_later), "b": NOON}
    return Merge(words, senders, changed_at, {"a": "Platform", "b": "Jira"})


def rule(**changes) -> FieldRule:
    return FieldRule(**{"id": "f", "a": "f", "b": "f", "conflict": Policy.HOLD, **changes})


def past(a, b, **more) -> FieldState:
    """Return the state after a sync that left these values."""
    return FieldState(PRINTS.of("a", "f", a), PRINTS.of("b", "f", b), **more)


def decide(a, b, state=None, *, field=None, **merging):
    return merge(**merging).decide(field or rule(), {"a": a, "b": b}, state or FieldState())


def under_way(source, asked, side="b") -> Pending:
    origin = "a" if side == "b" else "b"
    return Pending(side, PRINTS.of(origin, "f", source), PRINTS.of(side, "f", asked))


def test_equal_values_become_the_new_past():
    decision = decide("x", "x", past("old", "older"))

    assert decision.action is Action.SAME
    assert decision.base == {"a": PRINTS.of("a", "f", "x"), "b": PRINTS.of("b", "f", "x")}


def test_a_known_lossy_difference_is_left_alone():
    assert decide("long text", "long", past("long text", "long")).action is Action.NONE


@pytest.mark.parametrize(
    ("a", "b", "to", "value"), [("new", "x", "b", "new"), ("x", "new", "a", "new")]
)
def test_the_side_that_changed_is_written_to_the_other(a, b, to, value):
    decision = decide(a, b, past("x", "x"))

    assert decision.action is Action.WRITE
    assert decision.writes == {to: value}


@pytest.mark.parametrize(
    ("policy", "a_later", "written"),
    [
        (Policy.HOLD, 60, {}),
        (Policy.NEWEST, 60, {"b": "by a"}),
        (Policy.NEWEST, -60, {"a": "by b"}),
        (Policy.NEWEST, -4, {"b": "by a"}),
        (Policy.PREFER_A, -60, {"b": "by a"}),
        (Policy.PREFER_B, 60, {"a": "by b"}),
    ],
)
def test_where_both_changed_the_policy_decides(policy, a_later, written):
    decision = decide("by a", "by b", past("x", "x"), field=rule(conflict=policy), a_later=a_later)

    assert decision.writes == written
    assert decision.action is (Action.WRITE if written else Action.HOLD)


def test_a_person_overrules_the_policy():
    decision = decide("by a", "by b", past("x", "x", resolution="b"))

    assert decision.writes == {"a": "by b"}


def test_an_interrupted_write_is_finished():
    state = past("old", "old", pending=under_way("new", "new"))

    decision = decide("new", "old", state)

    assert decision.writes == {"b": "new"}
    assert "finishes" in decision.why


def test_an_applied_write_is_no_change_of_the_target():
    state = past("old", "old", pending=under_way("second", "second"))

    decision = decide("third", "second", state)

    assert decision.writes == {"b": "third"}


def test_an_applied_lossy_write_needs_no_other():
    state = past("old", "old", pending=under_way("New  one", "New one"))

    decision = decide("New  one", "New one", state, field=rule())

    assert decision.action is Action.NONE
    assert decision.base == {
        "a": PRINTS.of("a", "f", "New  one"),
        "b": PRINTS.of("b", "f", "New one"),
    }


def test_a_source_that_went_back_is_followed():
    state = past("old", "old", pending=under_way("new", "new"))

    assert decide("old", "new", state).writes == {"b": "old"}


@pytest.mark.parametrize(
    ("first", "a", "b", "action", "writes"),
    [
        (FirstSync.FILL, "x", None, Action.WRITE, {"b": "x"}),
        (FirstSync.FILL, "", "x", Action.WRITE, {"a": "x"}),
        (FirstSync.FILL, "x", "y", Action.HOLD, {}),
        (FirstSync.PREFER_A, None, "y", Action.WRITE, {"b": None}),
        (FirstSync.PREFER_B, "x", "y", Action.WRITE, {"a": "y"}),
        (FirstSync.HOLD, "x", None, Action.HOLD, {}),
        (FirstSync.HOLD, "x", "x", Action.SAME, {}),
    ],
)
def test_the_first_sync_follows_its_own_policy(first, a, b, action, writes):
    decision = decide(a, b, field=rule(first_sync=first))

    assert (decision.action, decision.writes) == (action, writes)


def test_only_the_sending_side_is_followed():
    field = rule(senders=frozenset({"a"}))

    assert decide("new", "x", past("x", "x"), field=field).writes == {"b": "new"}
    assert decide("x", "new", past("x", "x"), field=field).action is Action.LEAVE
    assert decide("new", "other", past("x", "x"), field=field).writes == {"b": "new"}


def test_drift_is_restored_where_the_rule_says_so():
    field = rule(senders=frozenset({"a"}), drift=Drift.ENFORCE)

    assert decide("x", "drifted", past("x", "x"), field=field).writes == {"b": "x"}


def test_nothing_travels_while_sending_is_off():
    assert decide("new", "x", past("x", "x"), senders=frozenset()).action is Action.NONE
    assert decide("x", "new", past("x", "x"), senders=frozenset({"a"})).writes == {}


def mapped(policy=MissingPolicy.ERROR, value="") -> FieldRule:
    missing = Missing(policy, value)
    pairs = (("High", "1 - Critical"), ("Highest", "1 - Critical"), ("Low", "3 - Low"))
    return rule(values=ValueMap(pairs, {"a": missing, "b": missing}))


def test_values_are_translated_both_ways():
    state = past("Low", "3 - Low")

    assert decide("High", "3 - Low", state, field=mapped()).writes == {"b": "1 - Critical"}
    assert decide("Low", "1 - Critical", state, field=mapped()).writes == {"a": "High"}
    assert decide("Highest", "1 - Critical", state, field=mapped()).action is Action.SAME


@pytest.mark.parametrize(
    ("policy", "action", "writes"),
    [
        (MissingPolicy.ERROR, Action.PROBLEM, {}),
        (MissingPolicy.NOTHING, Action.LEAVE, {}),
        (MissingPolicy.DEFAULT, Action.WRITE, {"b": "3 - Low"}),
    ],
)
def test_a_value_outside_the_map_follows_its_policy(policy, action, writes):
    field = mapped(policy, "3 - Low")

    decision = decide("Odd", "1 - Critical", past("High", "1 - Critical"), field=field)

    assert (decision.action, decision.writes) == (action, writes)


def test_a_value_left_alone_does_not_nag():
    decision = decide("Odd", "x", past("High", "x"), field=mapped(MissingPolicy.NOTHING))

    assert decision.base["a"] == PRINTS.of("a", "f", "Odd")


@pytest.mark.parametrize(
    ("policy", "action", "writes"),
    [
        (PeopleRule.LEAVE, Action.LEAVE, {}),
        (PeopleRule.CLEAR, Action.WRITE, {"b": None}),
        (PeopleRule.ERROR, Action.PROBLEM, {}),
        (PeopleRule.DEFAULT, Action.LEAVE, {}),
    ],
)
def test_an_unknown_person_follows_the_policy(policy, action, writes):
    ann, ben = Person("1", "Ann"), Person("jira-2", "Ben")

    decision = decide(ann, ben, past(None, ben), people=policy)

    assert (decision.action, decision.writes) == (action, writes)


def test_a_known_person_is_translated():
    ann, twin = Person("1", "Ann"), Person("jira-1", "Ann J.")

    assert decide(ann, None, past(None, None), known={"1": twin}).writes == {"b": twin}


def test_text_is_written_as_the_target_holds_it():
    assert decide(Rich("new", native=1), "x", past(Rich("x"), "x")).writes == {"b": "new"}
    rich = decide("new", Rich("x"), past("x", Rich("x"))).writes["b"]
    assert isinstance(rich, Rich)
    native = decide(Rich("new", native=1), Rich("x"), past(Rich("x"), Rich("x"))).writes["b"]
    assert native.native is None


def test_a_list_is_never_mapped_to_a_single_value():
    assert decide(frozenset({"x"}), "x").action is Action.PROBLEM


def test_reasons_name_the_sides_as_people_do():
    assert decide("new", "x", past("x", "x")).why == "Platform changed since the last sync"


VALUES = st.sampled_from(["x", "y", "z", None])


@given(VALUES, VALUES, VALUES, VALUES, st.sampled_from(list(Policy)), st.booleans())
def test_a_change_of_one_side_always_survives(a, b, was_a, was_b, policy, has_past):
    state = past(was_a, was_b) if has_past else FieldState()

    decision = decide(a, b, state, field=rule(conflict=policy))

    assert all(value in (a, b) for value in decision.writes.values())
    if has_past and a != was_a and b == was_b and a != b:
        assert decision.writes == {"b": a}


@given(VALUES, VALUES, VALUES, VALUES)
def test_a_second_look_decides_the_same(a, b, was_a, was_b):
    first = decide(a, b, past(was_a, was_b))

    again = decide(a, b, past(was_a, was_b).rebased(first.base))

    if first.action in {Action.SAME, Action.NONE, Action.LEAVE}:
        assert again.writes == {}
