import pytest

from testmgmt.cases.domain.steps import MAX_TEXT, Step, edited, settled, steps_of_text
from testmgmt.core.errors import DomainError

OLD = [Step("Open", id="a1"), Step("Close", "", "Gone", id="a2")]


def test_keeps_the_id_of_a_step_that_is_reworded_and_moved():
    after = settled([Step("Shut", id="a2"), Step("Open", id="a1")], OLD)

    assert [step.id for step in after] == ["a2", "a1"]


def test_finds_the_id_of_an_equal_step_that_names_none():
    after = settled([Step("New"), Step("Close", "", "Gone")], OLD)

    assert after[1].id == "a2"
    assert after[0].id not in {"", "a1", "a2"}


def test_gives_a_doubled_id_to_its_first_bearer_only():
    after = settled([Step("Open", id="a1"), Step("Open again", id="a1")], OLD)

    assert after[0].id == "a1"
    assert after[1].id not in {"", "a1"}


def test_replaces_an_id_that_is_none_of_ours():
    (step,) = settled([Step("Open", id="x' OR 1=1")])

    assert step.id.isalnum()


def test_keeps_an_id_of_a_version_that_is_restored():
    (step,) = settled([Step("Open", id="0123456789ab")], [])

    assert step.id == "0123456789ab"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Step("  ", "", "\n"), "Step 2 is empty"),
        (Step("x" * (MAX_TEXT + 1)), "Step 2 is longer"),
        (Step("a\0b"), "Step 2 holds a character"),
    ],
)
def test_names_the_step_that_it_refuses(bad, words):
    with pytest.raises(DomainError, match=words):
        settled([Step("Open"), bad])


def test_refuses_a_case_without_end():
    with pytest.raises(DomainError, match="at most 1000 steps"):
        settled([Step("Open")] * 1001)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1. Open\n2. Close", [Step("Open"), Step("Close")]),
        ("1) Open\r\n2) Close", [Step("Open"), Step("Close")]),
        ("- Open\n* Close\n• Wait", [Step("Open"), Step("Close"), Step("Wait")]),
        ("Open\n\nClose", [Step("Open"), Step("Close")]),
        (
            "1. Open -> Shown\n2. Close → Gone",
            [Step("Open", "", "Shown"), Step("Close", "", "Gone")],
        ),
        (
            "1. Open\n   the page\nExpected: Shown\n2. Close",
            [Step("Open\nthe page", "", "Shown"), Step("Close")],
        ),
        ("Open\nexpected result: Shown", [Step("Open", "", "Shown")]),
        ("Open\tShown\nClose\tGone", [Step("Open", "", "Shown"), Step("Close", "", "Gone")]),
        ("Open\turl\tShown", [Step("Open", "url", "Shown")]),
        ('"Open\nthe page"\tShown', [Step("Open\nthe page", "", "Shown")]),
        ("Нажать 🔑 => Вошёл", [Step("Нажать 🔑", "", "Вошёл")]),
        ("a->b", [Step("a->b")]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_reads_what_people_paste(text, steps):
    assert steps_of_text(text) == steps


@pytest.mark.parametrize(
    ("command", "actions"),
    [
        ("add", ["a", "b", "c", ""]),
        ("up-2", ["b", "a", "c"]),
        ("up-1", ["a", "b", "c"]),
        ("down-1", ["b", "a", "c"]),
        ("down-3", ["a", "b", "c"]),
        ("copy-2", ["a", "b", "b", "c"]),
        ("drop-1", ["b", "c"]),
        ("drop-9", ["a", "b", "c"]),
        ("drop-x", ["a", "b", "c"]),
    ],
)
def test_does_what_the_buttons_of_the_editor_say(command, actions):
    steps = [Step("a", id="1"), Step("b", id="2"), Step("c", id="3")]

    assert [step.action for step in edited(steps, command)] == actions


def test_gives_the_copy_of_a_step_no_id():
    assert [step.id for step in edited([Step("a", id="1")], "copy-1")] == ["1", ""]
