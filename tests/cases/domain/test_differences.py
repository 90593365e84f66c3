from testmgmt.cases.domain.differences import Part, step_differences, text_difference
from testmgmt.cases.domain.steps import Step


def test_marks_words_that_went_and_came():
    assert text_difference("five times", "six times") == [
        Part("removed", "five"),
        Part("added", "six"),
        Part("same", " times"),
    ]


def test_loses_no_character():
    before, after = "Ä b\n\tc » 日本 ", "Ä  b\nc »! 日本語"

    parts = text_difference(before, after)

    assert "".join(p.text for p in parts if p.kind != "added") == before
    assert "".join(p.text for p in parts if p.kind != "removed") == after


def test_says_nothing_of_nothing():
    assert text_difference("", "") == []


def test_gives_up_on_texts_that_would_take_for_ever():
    before, after = "a b " * 20_000, "b c " * 20_000

    assert [part.kind for part in text_difference(before, after)] == ["removed", "added"]


def test_follows_steps_by_id():
    before = [
        Step("Open", id="1"),
        Step("Wait", id="2"),
        Step("Close", id="3"),
        Step("End", id="4"),
    ]
    after = [
        Step("Close", id="3"),
        Step("Open it", id="1"),
        Step("New", id="9"),
        Step("End", id="4"),
    ]

    found = step_differences(before, after)

    assert [(d.kind, d.before, d.after) for d in found] == [
        ("moved", 3, 1),
        ("changed", 1, 2),
        ("removed", 2, None),
        ("added", None, 3),
        ("same", 4, 4),
    ]


def test_leaves_the_steps_behind_a_new_one_where_they_were():
    before = [Step("a", id="1"), Step("b", id="2")]

    found = step_differences(before, [Step("new", id="0"), *before])

    assert [d.kind for d in found] == ["added", "same", "same"]
