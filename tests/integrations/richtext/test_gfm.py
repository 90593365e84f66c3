import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.richtext import gfm, markdown
from integrations.richtext.tree import CODE, Text
from tests.integrations.richtext.corpus import DOCUMENTS, inventory
from tests.integrations.richtext.edits import edited, edits
from tests.integrations.richtext.htmlsoup import markup
from tests.integrations.richtext.soup import soup, steady, sweep
from tests.integrations.richtext.walk import inlines_of

# https://github.com/jch/html-pipeline: how GitHub finds names in what Markdown left as text.
MENTION = re.compile(r"(?:\A|[^A-Za-z0-9_])@[A-Za-z0-9][A-Za-z0-9-]*")
BODY = (
    "Hi @mona, see #12 and octo/shop#3\nsecond <kbd>Ctrl</kbd> line\r\n\r\n"
    "<details>\n<summary>Log</summary>\n\n```\n@not a name\n```\n\n</details>\n\n"
    '<img width="300" src="https://e.example/a.png">\n\n'
    "1) - [ ] a\n   - [x] b @tom\n\n<!-- marker -->\n\nLast <b>words</b> :tada:\n"
)
bodies = st.lists(st.one_of(soup, markup, st.just("\n\n")), max_size=4).map("".join)


def says(native):
    return gfm.to_markdown(native)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_lost_on_the_way_and_back(name):
    md = DOCUMENTS[name]

    returned = says(gfm.from_markdown(md))

    assert inventory(returned) == inventory(md)
    assert returned == markdown.canonical(md)


@given(soup)
@steady
def test_any_text_comes_back_as_it_was_written(md):
    assert says(gfm.from_markdown(md)) == markdown.canonical(md)


@given(bodies)
@steady
def test_any_body_reads_as_canonical_markdown(native):
    assert markdown.canonical(says(native)) == says(native)


@pytest.mark.parametrize(
    ("native", "md"),
    [
        ("a\nb  \nc", "a\\\nb\\\nc"),
        ("@ada #1 octo/shop#2 :tada:", "@ada #1 octo/shop#2 :tada:"),
        ("- [x] @ada", "- [x] @ada"),
        ("> [!note]\n> a\n> b", "> [!NOTE]\n> a\\\n> b"),
        ("a <!-- b --> c", "a c"),
        ("<!-- a\n\nb -->\n\nc", "c"),
        ("<b>a</b> <kbd>b</kbd><br>c<sub>2</sub>", "**a** `b`\\\nc2"),
        ("<b>a<br><br>b</b>", "**a**\\\n**b**"),
        ("<details><summary>a</summary>\n\n- b\n</details>", "**a**\n\n- b"),
        ('<p align="center">\n  <img src="https://e.example/a.png" alt=a>\n</p>', "![a](https://e.example/a.png)"),
        ("<table><tr><th>a</th></tr><tr><td>b</td></tr></table>", "| a |\n| --- |\n| b |"),
        ("> <ul><li>a</ul>", "> - a"),
        ("<https://e.example> https://e.example/a", "<https://e.example> <https://e.example/a>"),
        ("@\u200bada &lt;b&gt;", "@ada \\<b>"),
        ("# a <i>b</i>\n\n| <s>c</s> |\n|-|", "# a *b*\n\n| ~~c~~ |\n| --- |"),
    ],
)  # fmt: skip
def test_what_people_write_on_github_is_read(native, md):
    assert says(native) == md


@pytest.mark.parametrize(
    ("md", "native"),
    [
        ("@ada (@octo/team) a@e.example", "@\u200bada (@\u200bocto/team) a@e.example"),
        ("&#64;ada \\@ada **@ada** é@ada", "@\u200bada @\u200bada **@\u200bada** é@\u200bada"),
        ("# @ada\n\n- > @ada", "# @\u200bada\n\n- > @\u200bada"),
        ("| @ada |\n|-|", "| @\u200bada |\n| --- |"),
        ("`@ada` [@ada](https://e.example)", "`@ada` [@ada](https://e.example)"),
        ("https://e.example/@ada", "<https://e.example/@ada>"),
        ("@<5b10a284>", "@\u200b<5b10a284>"),
    ],
)  # fmt: skip
def test_a_name_calls_nobody_and_reads_as_itself(md, native):
    assert gfm.from_markdown(md) == native
    assert says(native) == markdown.canonical(md)


@given(soup)
@steady
def test_no_text_calls_anybody(md):
    for inline in inlines_of(markdown.parse(gfm.from_markdown(md))):
        is_prose = isinstance(inline, Text) and CODE not in inline.marks and not inline.link
        assert not is_prose or not MENTION.search(inline.text)


def test_nothing_asked_leaves_every_character():
    assert gfm.patch(BODY, says(BODY)) == BODY


def test_a_changed_paragraph_leaves_the_rest_as_it_was():
    patched = gfm.patch(BODY, says(BODY).replace("Last **words**", "@ada"))

    assert patched == BODY.replace("Last <b>words</b> :tada:\n", "@\u200bada :tada:")


def test_people_named_before_stay_named():
    patched = gfm.patch(BODY, f"{says(BODY)}\n\nNew @ada")

    assert patched == f"{BODY.rstrip()}\n\nNew @\u200bada"


def test_an_open_comment_does_not_swallow_what_is_new():
    assert says(gfm.patch("a\n\n<!-- open", "a\n\nnew")) == "a\n\nnew"


@pytest.mark.parametrize("native", [None, "", "\r\n"])
def test_an_empty_body_takes_the_whole_text(native):
    assert gfm.patch(native, "**a**").strip() == "**a**"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_can_follow_any_body(name):
    md = DOCUMENTS[name]

    assert says(gfm.patch(BODY, md)) == markdown.canonical(md)


@given(bodies)
@steady
def test_any_body_stays_as_it_was(native):
    assert gfm.patch(native, says(native)) == native


@given(bodies, soup)
@steady
def test_any_text_comes_out_as_asked(native, md):
    assert says(gfm.patch(native, md)) == markdown.canonical(md)


@given(bodies, edits)
@steady
def test_any_edit_comes_out_as_asked(native, changes):
    md = edited(says(native), changes)

    assert says(gfm.patch(native, md)) == markdown.canonical(md)


@pytest.mark.full
@given(bodies, soup)
@sweep
def test_very_many_texts_come_out_as_asked(native, md):
    assert says(gfm.patch(native, md)) == markdown.canonical(md)
    assert gfm.patch(native, says(native)) == native
