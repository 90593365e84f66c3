"""A proof that can fail: each safeguard is taken out once, and a sweep or a schedule notices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.connectors.memory.connector import MemoryConnector
from integrations.engine import create, discover, fields, merge
from tests.integrations.engine import test_schedules as schedules
from tests.integrations.engine import test_sweeps as sweeps
from tests.integrations.engine.world import World

PROOFS = (
    lambda: sweeps.crash_sweep("edited"),
    lambda: sweeps.fault_sweep("quiet"),
    lambda: sweeps.sleep_sweep(has_strong_rev=False),
    schedules.test_waits_out_the_search_lag_before_creating_again,
    schedules.test_knows_its_own_creation_that_comes_back_before_it_is_remembered,
    schedules.test_a_value_stored_differently_is_no_edit,
    schedules.test_labels_of_both_sides_are_joined,
)


def without_search_lag_wait(patch):
    patch.setattr(create, "DEADLINE", timedelta(0))
    patch.setattr(create, "LOOKS", 1)
    caps = replace(MemoryConnector.caps, read_after_write=timedelta(0))
    patch.setattr(MemoryConnector, "caps", caps)


def without_adoption_by_marker(patch):
    patch.setattr(discover, "link_of", lambda _key, _marker: None)


def without_read_back(patch):
    """Remember what was asked, as if every tracker stored just that."""
    based = fields._Writer._based

    def asked(self, decision, link):
        state = based(self, decision, link)
        value = decision.writes[self.side]
        return replace(state, **{self.side: self._print(self.side, decision, value)})

    patch.setattr(fields._Writer, "_based", asked)


def without_intent_lookup(patch):
    patch.setattr(create.Creation, "recover", lambda _self, _intent: None)


def without_fence(patch):
    made = World.__init__

    def unfenced(self, **arguments):
        made(self, **{**arguments, "is_fenced": False})

    patch.setattr(World, "__init__", unfenced)


def without_element_wise_sets(patch):
    def whole(self, rule, now, state, senders):
        return merge._Scalar(self, rule, now, state, senders).decide()

    patch.setattr(merge.Merge, "_decide_set", whole)

    def print_whole(self, rule, side, value):
        return self.prints.of(side, rule.id, value)

    patch.setattr(merge.Vocabulary, "print", print_whole)


@pytest.mark.parametrize(
    "mutation",
    [
        without_search_lag_wait,
        without_adoption_by_marker,
        without_read_back,
        without_intent_lookup,
        without_fence,
        without_element_wise_sets,
    ],
)
def test_a_missing_safeguard_turns_a_test_red(monkeypatch, mutation):
    sweeps.reference()  # the end without the mutation
    mutation(monkeypatch)

    assert any(_is_red(proof) for proof in PROOFS)


def _is_red(proof) -> bool:
    try:
        proof()
    except AssertionError:
        return True
    return False


def test_without_mutations_every_proof_is_green():
    assert not any(_is_red(proof) for proof in PROOFS)
