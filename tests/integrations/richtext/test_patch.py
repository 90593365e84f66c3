from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from integrations.richtext.patch import Unit, align, pick
from tests.integrations.richtext.soup import steady

rows = st.lists(st.sampled_from("abcdef"), max_size=12)


def shown(units, wanted):
    """Return what is kept by its name and what is made anew by its blocks."""
    return [part.native if isinstance(part, Unit) else part for part in pick(units, wanted)]


def test_everything_is_kept_where_nothing_changed():
    units = [Unit("A", ("a",)), Unit("empty", ()), Unit("BC", ("b", "c"))]

    assert shown(units, ("a", "b", "c")) == ["A", "empty", "BC"]


def test_only_the_changed_block_is_made_anew():
    units = [Unit("A", ("a",)), Unit("B", ("b",)), Unit("C", ("c",))]

    assert shown(units, ("a", "x", "c")) == ["A", ("x",), "C"]


def test_a_unit_of_two_blocks_is_kept_whole_or_not_at_all():
    units = [Unit("A", ("a",)), Unit("BC", ("b", "c"))]

    assert shown(units, ("a", "b", "x", "c")) == ["A", ("b", "x", "c")]


def test_what_shows_nothing_goes_with_the_block_before():
    units = [Unit("first", ()), Unit("A", ("a",)), Unit("after a", ()), Unit("B", ("b",))]

    assert shown(units, ("b",)) == ["first", "B"]


def test_a_deleted_divider_does_not_cost_its_neighbour():
    units = [Unit(name, (text,)) for name, text in zip("ABCDE", "hr1r2", strict=True)]

    assert shown(units, ("h", "1", "r", "new")) == ["A", "C", "D", ("new",)]


@given(rows, rows)
@steady
def test_pairs_are_equal_and_rise_on_both_sides(old, new):
    pairs = align(old, new)

    assert all(old[i] == new[j] for i, j in pairs)
    assert all(i < h and j < k for (i, j), (h, k) in pairwise(pairs))


@given(rows)
@steady
def test_equal_rows_pair_wholly(row):
    assert align(row, row) == [(index, index) for index in range(len(row))]


@given(rows, rows)
@steady
def test_what_is_kept_and_what_is_new_make_what_is_wanted(old, new):
    units = [Unit(text, (text,)) for text in old]

    parts = list(pick(units, tuple(new)))

    made = [text for part in parts for text in (part.blocks if isinstance(part, Unit) else part)]
    assert made == new
