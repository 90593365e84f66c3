import pytest

from migrations_data.base.timespan import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5400", 5_400),
        ("5400s", 5_400),
        ("1h 30m", 5_400),
        ("14min", 840),
        ("1m 45s", 105),
        ("1W2D", 40 * 3600 + 16 * 3600),
        ("14913w 3h", None),
        ("0.5h", 1_800),
        ("0", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("5 6", None),
        ("3 parsecs", None),
    ],
)
def test_reads_a_span_in_working_days(text, seconds):
    assert seconds_of(text) == seconds


def test_takes_longer_days_on_request():
    assert seconds_of("1w", hours_a_day=10, days_a_week=4) == 40 * 3600
