import pytest

from testmgmt.core.errors import DomainError
from testmgmt.defects.domain import (
    DefectChange,
    FailedStep,
    Failure,
    check_text,
    description_of,
    title_of,
    wanted,
)
from testmgmt.projects.domain import Outcome


def failure(*steps, comment=""):
    return Failure("C-7", "Locked account", "R-3", "Smoke", comment, steps)


def step(action, outcome=Outcome.PASSED, actual="", expected="It works"):
    return FailedStep(action, expected, outcome, actual)


def test_tells_how_to_reproduce_a_failure():
    text = description_of(
        failure(
            step("Open the page"),
            step("Sign in", Outcome.FAILED, "500\nand a blank page"),
            comment="Only on rc3.",
        )
    )

    assert text == (
        "## Steps to reproduce\n\n"
        "1. Open the page\n"
        "   - Expected: It works\n"
        "2. Sign in **(failed here)**\n"
        "   - Expected: It works\n"
        "   - Actual: 500\n     and a blank page\n\n"
        "Only on rc3.\n\n"
        "Found in R-3 “Smoke” by C-7."
    )


def test_tells_of_a_failure_without_steps():
    assert description_of(failure(comment="Crash.")) == "Crash.\n\nFound in R-3 “Smoke” by C-7."


def test_a_title_says_what_was_seen():
    seen = failure(step("Sign in", Outcome.FAILED, "500\nand a blank page"))

    assert title_of(seen) == "Locked account: 500"
    assert title_of(failure(comment="It hangs")) == "Locked account: It hangs"
    assert title_of(failure()) == "Locked account"


def test_a_title_fits_its_column():
    assert len(title_of(failure(comment="x" * 600))) == 500


def test_naming_a_member_unnames_the_outsider():
    assert wanted(DefectChange(assignee="tom")) == {"assignee": "tom", "assignee_name": ""}
    assert wanted(DefectChange(assignee_name="Ken Ito")) == {
        "assignee": "",
        "assignee_name": "Ken Ito",
    }
    assert wanted(DefectChange(assignee="")) == {"assignee": ""}


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "  "), ("title", "x" * 501), ("description", "a\0b"), ("build", "x" * 151)],
)
def test_refuses_what_no_column_holds(field, value):
    with pytest.raises(DomainError) as refusal:
        check_text(field, value)

    assert refusal.value.field == field
