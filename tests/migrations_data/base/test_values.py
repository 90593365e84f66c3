import pytest

from migrations_data.base.drafts import StepDraft
from migrations_data.base.records import Option, StepRecord
from migrations_data.base.values import as_custom, as_list, as_steps, as_text

IOS, MAC = Option("1", "iOS"), Option("2", "macOS")
STEPS = (StepRecord("Open", "It opens", "Data", "PROJ-1"), StepRecord("Close"))


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        (" as typed ", "rich", " as typed "),
        ("42", "number", 42),
        ("-1.5", "number", -1.5),
        ("nan", "number", None),
        ("many", "number", None),
        ("true", "boolean", True),
        ("No", "boolean", False),
        ("maybe", "boolean", None),
        ("2026-02-28", "date", "2026-02-28"),
        ("2026-02-30", "date", None),
        (IOS, "choice", "iOS"),
        ((IOS, MAC), "multi", ["iOS", "macOS"]),
        ("iOS, macOS", "multi", ["iOS", "macOS"]),
        ((IOS, MAC), "text", "iOS, macOS"),
    ],
)
def test_fits_a_value_into_a_custom_field(value, kind, stored):
    assert as_custom(value, kind) == stored


def test_keeps_what_accompanies_a_step_with_its_data():
    first, second = as_steps(STEPS)

    assert first == StepDraft("Open", "Data\n\nReferences: PROJ-1", "It opens")
    assert second == StepDraft("Close")


def test_makes_one_step_of_a_text():
    assert as_steps("1. Open\n2. Close") == (StepDraft("1. Open\n2. Close"),)


def test_makes_a_numbered_text_of_steps():
    text = "1. Open\nData\n\nReferences: PROJ-1\nIt opens\n2. Close"

    assert as_text(STEPS) == text


def test_splits_a_text_into_words():
    assert as_list(" smoke,, login ") == ["smoke", "login"]
