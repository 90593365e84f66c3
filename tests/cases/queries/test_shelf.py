import pytest

from testmgmt.cases.queries.shelf import Window, window

COUNTS = {1: 3, 2: 0, 3: 5, None: 2}
ORDER = [1, 2, 3, None]


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [
        (0, 3, Window([1], 0)),
        (0, 4, Window([1, 3], 0)),
        (2, 4, Window([1, 3], 2)),
        (3, 8, Window([3], 0)),
        (5, 10, Window([3, None], 2)),
        (9, 20, Window([None], 1)),
        (10, 20, Window([], 0)),
    ],
)
def test_finds_the_sections_that_a_page_touches(start, stop, found):
    assert window(ORDER, COUNTS, slice(start, stop)) == found
