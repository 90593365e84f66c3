import pytest

from testmgmt.projects.domain import Outcome
from testmgmt.runs.domain import Tally, derived

P, F, B, S, U = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.BLOCKED,
    Outcome.SKIPPED,
    Outcome.UNTESTED,
)


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([P, P, P], P),
        ([P, F, B], F),
        ([U, F], F),
        ([P, B, S], B),
        ([P, U], None),
        ([P, S], None),
        ([], None),
    ],
)
def test_steps_suggest_a_verdict(outcomes, verdict):
    assert derived(outcomes) == verdict


def test_a_run_is_done_when_nothing_is_open():
    assert Tally({P: 3, F: 1}).percent_done == 100
    assert Tally({P: 199, Outcome.RETEST: 1}).percent_done == 99


def test_an_empty_run_is_at_nought():
    assert Tally().percent_done == 0
    assert Tally().pass_rate is None


def test_skipped_ones_do_not_count_in_the_pass_rate():
    assert Tally({P: 3, F: 1, S: 6}).pass_rate == 75
