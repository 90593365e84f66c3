import pytest

from testmgmt.cases.domain.sections import (
    SectionRow,
    Tally,
    below,
    check_acyclic,
    check_parent,
    path_to,
    tree_of,
)
from testmgmt.core.errors import ConflictError

ROWS = [
    SectionRow(1, None, "Shop"),
    SectionRow(2, 1, "Cart"),
    SectionRow(3, 2, "Card"),
    SectionRow(4, None, "Help"),
    SectionRow(5, 1, "Taxes"),
]


def test_lists_sections_depth_first():
    assert [(b.name, b.level) for b in tree_of(ROWS, {})] == [
        ("Shop", 0),
        ("Cart", 1),
        ("Card", 2),
        ("Taxes", 1),
        ("Help", 0),
    ]


def test_adds_up_what_lies_below():
    branches = tree_of(ROWS, {1: Tally(1), 3: Tally(4, failing=1), 4: Tally(2)})

    assert {b.name: (b.direct, b.total, b.is_failing) for b in branches} == {
        "Shop": (1, 5, True),
        "Cart": (0, 4, True),
        "Card": (4, 4, True),
        "Taxes": (0, 0, False),
        "Help": (2, 2, False),
    }


def test_closes_as_many_levels_as_it_opens():
    branches = tree_of(ROWS, {})

    assert sum(b.has_children for b in branches) == sum(b.closes for b in branches)
    assert [b.closes for b in branches] == [0, 0, 1, 1, 0]


def test_survives_any_depth():
    deep = [SectionRow(n, n - 1 or None, str(n)) for n in range(1, 5001)]

    branches = tree_of(deep, {5000: Tally(1)})

    assert (branches[0].total, branches[-1].level, branches[-1].closes) == (1, 4999, 4999)


def test_finds_all_below_and_the_way_down():
    assert below(ROWS, 1) == {1, 2, 3, 5}
    assert [row.id for row in path_to(ROWS, 3)] == [1, 2, 3]
    assert path_to(ROWS, None) == []


@pytest.mark.parametrize("parent", [1, 2, 3])
def test_refuses_to_hang_a_section_below_itself(parent):
    with pytest.raises(ConflictError):
        check_parent(ROWS, 1, parent)


def test_lets_a_section_move_elsewhere():
    check_parent(ROWS, 2, 4)
    check_parent(ROWS, 2, None)


def test_finds_a_circle_among_many_moves():
    with pytest.raises(ConflictError):
        check_acyclic({1: 2, 2: 3, 3: 1}, [1])
