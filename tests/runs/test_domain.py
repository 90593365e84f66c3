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
    assert Tally().words == "no tests"


def test_skipped_ones_do_not_count_in_the_pass_rate():
    assert Tally({P: 3, F: 1, S: 6}).pass_rate == 75


def test_a_bar_is_filled_from_the_left_without_the_untested():
    shares = Tally({U: 5, F: 1, P: 4}).shares

    assert [(s.outcome, s.start, s.width) for s in shares] == [(P, 0, 40), (F, 40, 10)]


def test_the_figures_are_said_in_words():
    assert (
        Tally({P: 2, U: 1, Outcome.IN_PROGRESS: 1}).words == "2 passed, 1 in progress, 1 untested"
    )
