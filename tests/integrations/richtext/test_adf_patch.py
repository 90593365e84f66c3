import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.richtext import adf
from integrations.richtext.adf.tasks import ids_of
from tests.integrations.richtext.corpus import DOCUMENTS
from tests.integrations.richtext.edits import edited, edits
from tests.integrations.richtext.native import (
    BLOCKS,
    EMPTY,
    EXPAND,
    FULL,
    INLINE,
    MACRO,
    MEDIA,
    PANEL,
    TABLE,
    TASKS,
    document,
    documents,
    paragraph,
    text,
)
from tests.integrations.richtext.schema import violations
from tests.integrations.richtext.soup import soup, steady, sweep

blocks = st.lists(st.sampled_from(BLOCKS), max_size=8).map(lambda content: document(*content))
single = st.lists(st.sampled_from([INLINE, PANEL, MEDIA, TABLE, MACRO]), max_size=8)


def as_sent(doc):
    return json.dumps(doc, ensure_ascii=False)


def test_nothing_asked_leaves_every_byte():
    assert as_sent(adf.patch(FULL, adf.to_markdown(FULL))) == as_sent(FULL)


def test_a_changed_block_leaves_all_others_as_they_were():
    md = adf.to_markdown(FULL).replace("plain", "**bold**")

    patched = adf.patch(FULL, md)

    assert patched["content"] == [*FULL["content"][:-1], paragraph(text("bold", "strong"))]


def test_a_removed_block_leaves_all_others_as_they_were():
    md = adf.to_markdown(FULL).replace("> [!NOTE]\n> In the panel\n\n", "")

    patched = adf.patch(FULL, md)

    assert patched["content"] == [node for node in FULL["content"] if node is not PANEL]


def test_a_new_block_goes_between_what_was_there():
    md = adf.to_markdown(document(PANEL, TABLE)).replace("\n\n|", "\n\nNew.\n\n|")

    patched = adf.patch(document(PANEL, TABLE), md)

    assert patched["content"] == [PANEL, paragraph(text("New.")), TABLE]


def test_new_tasks_take_no_id_that_is_in_use():
    native = adf.from_markdown("- [ ] a\n- [ ] b")

    patched = adf.patch(native, "- [ ] new\n\nbetween\n\n- [ ] a\n- [ ] b")

    assert patched["content"][2] == native["content"][0]
    assert len(ids_of(patched["content"])) == 5


def test_moved_blocks_keep_what_can_stay_in_order():
    native = document(PANEL, TABLE, EXPAND)

    patched = adf.patch(native, adf.to_markdown(document(TABLE, EXPAND, PANEL)))

    assert patched["content"][:2] == [TABLE, EXPAND]
    assert patched["content"][2]["attrs"] == {"panelType": "info"}


@pytest.mark.parametrize("native", [None, {}])
def test_an_empty_field_takes_the_whole_text(native):
    assert adf.patch(native, "a") == document(paragraph(text("a")))


def test_an_emptied_text_leaves_nothing_to_read():
    assert adf.to_markdown(adf.patch(FULL, "")) == ""


def test_the_document_keeps_its_other_keys():
    native = document(EMPTY) | {"localId": "d"}

    assert adf.patch(native, "")["localId"] == "d"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_text_can_follow_the_full_document(name):
    md = DOCUMENTS[name]

    patched = adf.patch(FULL, md)

    assert adf.to_markdown(patched) == adf.to_markdown(adf.from_markdown(md))


@given(documents)
@steady
def test_any_native_document_stays_as_it_was(native):
    assert as_sent(adf.patch(native, adf.to_markdown(native))) == as_sent(native)


@given(blocks, edits)
@steady
def test_any_edit_comes_out_as_asked(native, changes):
    md = edited(adf.to_markdown(native), changes)

    patched = adf.patch(native, md)

    assert adf.to_markdown(patched) == adf.to_markdown(adf.from_markdown(md))
    assert violations(patched) == []


@given(single, st.integers(0, 8))
@steady
def test_every_block_that_nobody_touched_is_the_same_node(nodes, place):
    parts = adf.to_markdown(document(*nodes)).split("\n\n") if nodes else []

    patched = adf.patch(document(*nodes), "\n\n".join([*parts[:place], "New.", *parts[place:]]))

    new = paragraph(text("New."))
    assert as_sent(patched["content"]) == as_sent([*nodes[:place], new, *nodes[place:]])


@pytest.mark.full
@given(documents, soup)
@sweep
def test_very_many_texts_come_out_as_asked(native, md):
    patched = adf.patch(native, md)

    assert adf.to_markdown(patched) == adf.to_markdown(adf.from_markdown(md))
    assert as_sent(adf.patch(native, adf.to_markdown(native))) == as_sent(native)


def entry(*content):
    return {"type": "listItem", "content": [paragraph(*content)]}


LIST = {
    "type": "bulletList",
    "attrs": {"localId": "l"},
    "content": [entry(text("ask "), *INLINE["content"][:1]), entry(text("two")), entry(EMPTY)],
}


def test_a_changed_entry_leaves_the_others_as_they_were():
    first, _, last = LIST["content"]

    patched = adf.patch(document(LIST), adf.to_markdown(document(LIST)).replace("two", "2"))

    assert patched == document({**LIST, "content": [first, entry(text("2")), last]})


def test_a_changed_entry_leaves_the_tasks_of_others_their_ids():
    native = document(
        {**LIST, "content": [*LIST["content"], {"type": "listItem", "content": [TASKS]}]}
    )

    patched = adf.patch(native, adf.to_markdown(native).replace("two", "- [ ] new"))

    assert patched["content"][0]["content"][-1]["content"] == [TASKS]
    assert ids_of([TASKS]) < ids_of(patched["content"])


@given(st.lists(st.sampled_from([entry(text("a")), *LIST["content"]]), max_size=6), edits)
@steady
def test_any_edited_entries_come_out_as_asked(entries, changes):
    native = document({"type": "orderedList", "content": entries})
    lines = adf.to_markdown(native).split("\n")
    for index, words in changes:
        lines[index % len(lines)] = f"1. {words}"
    md = "\n".join(lines)

    patched = adf.patch(native, md)

    assert adf.to_markdown(patched) == adf.to_markdown(adf.from_markdown(md))
