"""The attribution line through every format, and in people's hands."""

import pytest

from integrations.base.attribution import compose, split
from integrations.base.items import NewComment, Person, Rich
from integrations.richtext import adf, markdown, wiki

MARKER = "k3J_x-9aZ_-Q2w"


def copied(text="It broke.", author="Ann", key="ABC-12", url="https://platform.example/r/Xy7"):
    return compose(NewComment(Rich(text), Person("7", author), key, url, MARKER))


def untouched(md):
    return md


def through_adf(md):
    return adf.to_markdown(adf.from_markdown(md))


def through_wiki(md):
    return wiki.to_markdown(wiki.from_markdown(md))


TRIPS = [untouched, markdown.canonical, through_adf, through_wiki]


@pytest.mark.parametrize("trip", TRIPS)
def test_the_line_names_author_item_and_marker_after_every_format(trip):
    md = copied()

    returned = trip(md)

    link = f"https://platform.example/r/Xy7#tp-sync-{MARKER}"
    assert returned == f"**Ann** · [ABC-12]({link}):\n\nIt broke."


@pytest.mark.parametrize("trip", TRIPS)
@pytest.mark.parametrize(
    ("author", "key", "url"),
    [
        ("Ann *the* [Tester] (QA)", "org/repo#12", "https://platform.example/r/1?a=1&b=2"),
        ("李雷 & Søren_K", "DEF_7", "https://platform.example/r/(x)"),
        ("", "ABC-1", "https://платформа.example/r/1"),
        ("A\nB\\", "[x](y)", "http://localhost:8000/d/7/"),
        ("<b>Bob</b> ~~x~~ `y`", "", "https://platform.example/#top"),
        ("{code}! {x}|y", "A|B", "https://platform.example/a|b"),
    ],
)
def test_the_marker_and_text_come_back_for_any_name(trip, author, key, url):
    md = copied("- one\n- two", author, key, url)

    marker, text = split(trip(md))

    assert (marker, text) == (MARKER, "- one\n- two")


@pytest.mark.parametrize("trip", TRIPS)
def test_an_empty_comment_keeps_its_marker(trip):
    md = copied("")

    assert split(trip(md)) == (MARKER, "")


def test_code_at_the_beginning_keeps_its_indentation():
    md = copied("    indented\n")

    assert split(md) == (MARKER, "    indented\n")


@pytest.mark.parametrize(
    "edited",
    [
        "\n\n" + copied("New words."),
        copied("New words.").replace("):\n\n", ")\n\n"),
        copied("New words.").replace(":\n\n", ":\\\n"),
        copied("New words.").replace(":\n\n", ": "),
        copied("New words.").replace("**Ann**", "**Ann Lee**"),
    ],
)
def test_an_edit_around_the_line_keeps_the_marker(edited):
    assert split(edited) == (MARKER, "New words.")


@pytest.mark.parametrize(
    "md",
    [
        "",
        "It broke.",
        "> " + copied(),
        "See:\n\n" + copied(),
        copied().replace("#tp-sync-", "#"),
        copied().replace("**Ann**", "Ann"),
    ],
)
def test_a_comment_that_does_not_begin_with_the_line_is_nobodys_copy(md):
    assert split(md) == (None, md)


def test_a_pasted_line_inside_a_copy_stays_text():
    pasted = copied("Quoted.").replace(MARKER, "other")

    assert split(copied(pasted)) == (MARKER, pasted)


def test_a_forged_line_without_end_is_read_once():
    forged = "**a** · [k](" + "#tp-sync-x" * 20_000

    assert split(forged) == (None, forged)
