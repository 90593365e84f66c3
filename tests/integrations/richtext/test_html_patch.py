import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.richtext import html
from tests.integrations.richtext.corpus import DOCUMENTS
from tests.integrations.richtext.edits import edited, edits
from tests.integrations.richtext.htmlsoup import BLOCKS, FULL, MENTION, TABLE, markup
from tests.integrations.richtext.soup import soup, steady, sweep

shown = st.lists(st.sampled_from([BLOCKS[0], BLOCKS[2], BLOCKS[4], BLOCKS[6], TABLE]), max_size=8)


def says(native):
    return html.to_markdown(native)


def test_nothing_asked_leaves_every_character():
    assert html.patch(FULL, says(FULL)) == FULL


def test_a_changed_block_leaves_all_others_as_they_were():
    patched = html.patch(FULL, says(FULL).replace("> said", "New **words**"))

    assert patched == FULL.replace(
        "<blockquote><div>said</div></blockquote>\r\n", "<p>New <strong>words</strong></p>"
    )


def test_a_new_block_goes_inside_the_wrapper():
    native = f"<div class=x>{BLOCKS[0]}{TABLE}</div>"

    patched = html.patch(native, says(native).replace("\n\n|", "\n\nNew.\n\n|"))

    assert patched == f"<div class=x>{BLOCKS[0]}<p>New.</p>{TABLE}</div>"


def test_loose_lines_that_lose_the_block_between_stay_two():
    patched = html.patch(f"one {MENTION}<ul><li>x</li></ul>two", "one @Mia Krystof\n\ntwo")

    assert patched == f"one {MENTION}<br><br>two"


def test_an_open_element_does_not_swallow_what_is_new():
    patched = html.patch("a<textarea>b", "ab\n\n- new")

    assert says(patched) == "ab\n\n- new"


@pytest.mark.parametrize("native", [None, ""])
def test_an_empty_field_takes_the_whole_text(native):
    assert html.patch(native, "**a**") == "<p><strong>a</strong></p>"


def test_an_emptied_text_leaves_nothing_to_read():
    assert says(html.patch(FULL, "")) == ""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_can_follow_any_native_text(name):
    md = DOCUMENTS[name]

    assert says(html.patch(FULL, md)) == says(html.from_markdown(md))


@given(markup)
@steady
def test_any_native_text_stays_as_it_was(native):
    assert html.patch(native, says(native)) == native


@given(markup, soup)
@steady
def test_any_text_comes_out_as_asked(native, md):
    assert says(html.patch(native, md)) == says(html.from_markdown(md))


@given(markup, edits)
@steady
def test_any_edit_comes_out_as_asked(native, changes):
    md = edited(says(native), changes)

    assert says(html.patch(native, md)) == says(html.from_markdown(md))


@given(shown, st.integers(0, 8))
@steady
def test_every_block_that_nobody_touched_is_the_same(natives, place):
    parts = says("".join(natives)).split("\n\n") if natives else []

    patched = html.patch("".join(natives), "\n\n".join([*parts[:place], "New.", *parts[place:]]))

    assert patched == "".join([*natives[:place], "<p>New.</p>", *natives[place:]])


@pytest.mark.full
@given(markup, soup)
@sweep
def test_very_many_texts_come_out_as_asked(native, md):
    assert says(html.patch(native, md)) == says(html.from_markdown(md))
    assert html.patch(native, says(native)) == native


LIST = f'<ul style="margin:0">\r\n<li>ask {MENTION}</li>\r\n<li>two<li class=x>three</ul>'


def test_a_changed_entry_leaves_the_others_as_they_were():
    patched = html.patch(LIST, "- ask @Mia Krystof\n- 2\n- three\n- four")

    assert patched == LIST.replace("<li>two", "<li>2</li>").replace("</ul>", "<li>four</li></ul>")


def test_a_removed_entry_leaves_the_others_as_they_were():
    assert html.patch(LIST, "- ask @Mia Krystof\n- three") == LIST.replace("<li>two", "")


@given(st.lists(st.sampled_from(["a", MENTION, "<b>c</b>", "d<ul><li>e</ul>"]), max_size=6), edits)
@steady
def test_any_edited_entries_come_out_as_asked(entries, changes):
    native = f"<ol>{''.join(f'<li>{each}' for each in entries)}</ol>"
    lines = says(native).split("\n")
    for index, text in changes:
        lines[index % len(lines)] = f"1. {text}"
    md = "\n".join(lines)

    assert says(html.patch(native, md)) == says(html.from_markdown(md))
