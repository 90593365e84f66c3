import pytest

from integrations.base.errors import InvalidError, UnsupportedError
from integrations.connectors.azure_devops.shapes import STATE
from integrations.connectors.azure_devops.states import no_way, refused, steps_of, way

STEPS = {
    "": ["New"],
    "New": ["Active"],
    "Active": ["New", "Resolved"],
    "Resolved": ["Active", "Closed"],
    "Closed": ["Active"],
    "Removed": [],
}


def test_reads_the_steps_of_a_type():
    raw = {
        "transitions": {"": [{"to": "New"}], "New": [{"to": "New"}, {"to": "Active"}], "X": None}
    }

    assert steps_of(raw) == {"": ["New"], "New": ["Active"], "X": []}


@pytest.mark.parametrize(
    ("here", "target", "passed"),
    [
        ("New", "Active", ["Active"]),
        ("New", "Closed", ["Active", "Resolved", "Closed"]),
        ("closed", "NEW", ["Active", "New"]),
        ("New", "Removed", []),
        ("Removed", "New", []),
        ("Unheard of", "New", []),
    ],
)
def test_takes_the_shortest_way(here, target, passed):
    assert way(STEPS, here, target) == passed


def test_goes_no_further_than_four_steps():
    line = {str(n): [str(n + 1)] for n in range(6)}

    assert way(line, "0", "4") == ["1", "2", "3", "4"]
    assert way(line, "0", "5") == []


def test_goes_in_no_circles():
    assert way({"A": ["B"], "B": ["A"]}, "A", "C") == []


def test_lists_what_can_be_reached():
    error = no_way(STEPS, "Bug", "Active", "Removed")

    assert isinstance(error, UnsupportedError)
    words = "Bug has no way from “Active” to “Removed”; open are: “New”, “Resolved”."
    assert error.fields == {STATE: words}


def test_lists_the_states_that_there_are():
    error = no_way(STEPS, "Bug", "Active", "Done")

    assert "has no state “Done”" in error.message
    assert "it has: “New”, “Active”, “Resolved”, “Closed”, “Removed”." in error.message


def test_keeps_the_words_of_a_refused_step():
    error = refused(InvalidError("No.", fields={STATE: "Not today."}), STEPS, "New")

    assert error.fields == {STATE: "Not today. From “New” these are open: “Active”."}
