"""What differs between two texts is marked in both."""

from integrations.richtext.differences import MAX_WORDS, marked


def shown(parts):
    return "".join(f"[{part.text}]" if part.is_marked else part.text for part in parts)


def test_marks_the_words_that_only_one_has():
    left, right = marked("500 on each login", "500 on login after reset")

    assert shown(left) == "500 on [each] login"
    assert shown(right) == "500 on login [after reset]"


def test_marks_nothing_in_equal_texts():
    assert [shown(parts) for parts in marked("same text", "same text")] == ["same text"] * 2


def test_blanks_alone_are_no_difference():
    assert [shown(parts) for parts in marked("a\n\nb ", "a b")] == ["a\n\nb ", "a b"]


def test_an_empty_text_has_no_parts():
    assert marked("", "new") == ([], [marked("", "new")[1][0]])
    assert shown(marked("", "new")[1]) == "[new]"


def test_very_long_texts_stand_unmarked():
    long = "word " * (MAX_WORDS + 1)

    assert [shown(parts) for parts in marked(long, "short")] == [long, "short"]
