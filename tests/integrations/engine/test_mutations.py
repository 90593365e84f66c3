"""A proof that can fail: each safeguard is taken out once, and a sweep or a schedule notices."""

import pytest

from tests.integrations.engine import test_schedules as schedules
from tests.integrations.engine import test_sweeps as sweeps
from tests.mutations import catalogue

PROOFS = (
    lambda: sweeps.crash_sweep("edited"),
    lambda: sweeps.fault_sweep("quiet"),
    lambda: sweeps.sleep_sweep(has_strong_rev=False),
    schedules.test_waits_out_the_search_lag_before_creating_again,
    schedules.test_knows_its_own_creation_that_comes_back_before_it_is_remembered,
    schedules.test_a_value_stored_differently_is_no_edit,
    schedules.test_labels_of_both_sides_are_joined,
)


@pytest.mark.parametrize(
    "mutation",
    [
        catalogue.without_search_lag_wait,
        catalogue.without_adoption_by_marker,
        catalogue.without_read_back,
        catalogue.without_intent_lookup,
        catalogue.without_fence,
        catalogue.without_element_wise_sets,
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
