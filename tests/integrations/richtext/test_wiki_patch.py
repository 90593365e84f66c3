import pytest
from hypothesis import given

from integrations.richtext import wiki
from tests.integrations.richtext.corpus import DOCUMENTS
from tests.integrations.richtext.edits import edited, edits
from tests.integrations.richtext.soup import soup, steady, sweep

NATIVE = (
    "h2. {color:red}Steps{color}\r\n\r\nAsk [~tom], see !shot.png|thumbnail!\r\n\r\n\r\n"
    "{panel:title=Mine|bgColor=#fff}\r\nKeep +this+\r\n{panel}\r\n"
    "* one\r\n* two\r\n\r\nLast ^words^\r\n"
)


def says(native):
    return wiki.to_markdown(native)


def test_nothing_asked_leaves_every_character():
    assert wiki.patch(NATIVE, wiki.to_markdown(NATIVE)) == NATIVE


def test_a_changed_paragraph_leaves_the_rest_as_it_was():
    md = wiki.to_markdown(NATIVE).replace("Last words", "New **words**")

    patched = wiki.patch(NATIVE, md)

    assert patched == NATIVE.replace("\r\n\r\nLast ^words^\r\n", "\n\nNew *words*")


def test_a_removed_block_leaves_the_rest_as_it_was():
    md = wiki.to_markdown(NATIVE).replace("- one\n- two\n\n", "")

    patched = wiki.patch(NATIVE, md)

    assert "* one" not in patched
    assert "{panel:title=Mine|bgColor=#fff}\r\nKeep +this+\r\n{panel}" in patched
    assert patched.endswith("Last ^words^\r\n")


def test_an_open_macro_does_not_swallow_what_is_new():
    native = "{code} open"

    patched = wiki.patch(native, "{code} open\n\n```java\nx\n```")

    assert says(patched) == "{code} open\n\n```java\nx\n```"


@pytest.mark.parametrize("native", [None, ""])
def test_an_empty_field_takes_the_whole_text(native):
    assert wiki.patch(native, "**a**") == "*a*"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_can_follow_any_native_text(name):
    md = DOCUMENTS[name]

    assert says(wiki.patch(NATIVE, md)) == says(wiki.from_markdown(md))


@given(soup)
@steady
def test_any_native_text_stays_as_it_was(native):
    assert wiki.patch(native, says(native)) == native


@given(soup, soup)
@steady
def test_any_text_comes_out_as_asked(native, md):
    assert says(wiki.patch(native, md)) == says(wiki.from_markdown(md))


@given(soup, edits)
@steady
def test_any_edit_comes_out_as_asked(native, changes):
    md = edited(says(native), changes)

    assert says(wiki.patch(native, md)) == says(wiki.from_markdown(md))


@pytest.mark.full
@given(soup, soup)
@sweep
def test_very_many_texts_come_out_as_asked(native, md):
    assert says(wiki.patch(native, md)) == says(wiki.from_markdown(md))
    assert wiki.patch(native, says(native)) == native
