import pytest

from migrations_data.base.inventory import MAX_VALUES, FieldUse, shape_of, take
from migrations_data.base.records import CaseRecord, Option, StepRecord


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("true", "boolean"),
        ("42", "integer"),
        ("2026-11-22", "date"),
        ("https://www.example.com/a", "url"),
        ("A line", "string"),
        ("Two\nlines", "text"),
        (Option("1", "a"), "choice"),
        ((Option("1", "a"),), "choices"),
        ((StepRecord("a"),), "steps"),
    ],
)
def test_tells_the_kind_of_a_value_by_its_looks(value, shape):
    assert shape_of(value) == shape


def test_widens_a_field_until_all_its_values_fit():
    use = FieldUse("custom_build")
    for value in ("1", "2", "1.0-rc"):
        use.add(value)

    assert use.shape == "string"


def test_stops_keeping_values_where_there_are_too_many():
    use = FieldUse("custom_build")
    for number in range(MAX_VALUES + 50):
        use.add(f"value {number}")

    assert (use.uses, len(use.values), use.is_open) == (MAX_VALUES + 50, MAX_VALUES, True)


def test_counts_cases_steps_and_uses():
    steps = (StepRecord("a"), StepRecord("b"))
    cases = [CaseRecord("C1", "", "One", {"custom_steps": steps}), CaseRecord("C2", "", "Two")]

    inventory = take(cases)

    assert inventory.counts == {"case": 2, "step": 2, "attachment": 0}
    assert inventory.as_json()["fields"]["custom_steps"]["uses"] == 1
