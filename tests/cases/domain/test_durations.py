import pytest

from testmgmt.cases.domain.durations import seconds_of, words_of
from testmgmt.core.errors import DomainError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), ("4 min", 240), ("1h30m", 5400), ("1 h 30 min", 5400), ("90s", 90), ("45", 2700)],
)
def test_reads_estimates(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["soon", "4 weeks", "-1", "9999999h"])
def test_refuses_what_is_no_estimate(text):
    with pytest.raises(DomainError):
        seconds_of(text)


@pytest.mark.parametrize("seconds", [None, 0, 59, 240, 5400, 5401, 90_000])
def test_reads_back_what_it_writes(seconds):
    assert seconds_of(words_of(seconds)) == seconds
