"""Two columns of partners and one list of pairs say the same."""

import pytest

from integrations.base.items import Option
from integrations.engine.rules.model import Missing, ValueMap
from integrations.forms.values import Names, Partners


def names(*all_of_them):
    return Names([Option(str(number), name) for number, name in enumerate(all_of_them)])


OURS = names("New", "Active", "Fixed", "Closed")
THEIRS = names("To Do", "Doing", "Done")


def translated(pairs, side, name):
    value_map = ValueMap(tuple(pairs), {"a": Missing(), "b": Missing()})
    return value_map.translate(side, name)


@pytest.mark.parametrize(
    "pairs",
    [
        [("New", "To Do"), ("Active", "Doing"), ("Fixed", "Done"), ("Closed", "Done")],
        [("Closed", "Done"), ("Fixed", "Done"), ("New", "To Do"), ("Active", "Doing")],
        [("New", "To Do"), ("Active", "To Do"), ("Active", "Doing"), ("Closed", "Done")],
        [("New", "To Do"), ("New", "Doing"), ("New", "Done"), ("Active", "Doing")],
    ],
)
def test_pairs_mean_the_same_after_a_round_trip(pairs):
    again = Partners.of(pairs, OURS, THEIRS).pairs()

    for here, _ in pairs:
        assert translated(again, "a", here) == translated(pairs, "a", here)
    for _, there in pairs:
        assert translated(again, "b", there) == translated(pairs, "b", there)


def test_a_partner_of_each_side_is_kept_even_across():
    across = Partners({"New": "To Do", "Active": "Doing"}, {"To Do": "Closed", "Doing": "Active"})

    pairs = across.pairs()

    assert translated(pairs, "a", "New") == "To Do"
    assert translated(pairs, "b", "To Do") == "Closed"


def test_columns_that_contradict_each_other_in_a_ring_end_with_ours():
    ring = Partners({"New": "To Do", "Active": "Doing"}, {"To Do": "Active", "Doing": "New"})

    pairs = ring.pairs()

    assert translated(pairs, "a", "New") == "To Do"
    assert len(pairs) == 4


def test_values_that_are_gone_fall_out():
    partners = Partners.of([("New", "To Do"), ("Gone", "Done"), ("Closed", "gone")], OURS, THEIRS)

    assert partners == Partners({"New": "To Do"}, {"To Do": "New"})


def test_letter_case_is_not_looked_at():
    assert Partners.of([("new", "TO DO")], OURS, THEIRS).out == {"New": "To Do"}


def test_equal_names_are_partners():
    assert Partners.by_name(names("High", "Odd"), names("Low", "high")).out == {"High": "high"}


def test_a_value_with_one_source_needs_no_question():
    partners = Partners.of([("New", "To Do"), ("Fixed", "Done"), ("Closed", "Done")], OURS, THEIRS)

    assert [name for name in THEIRS.all if partners.needs_asking(name)] == ["Doing", "Done"]
