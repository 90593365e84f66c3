import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.connectors.azure_devops import richtext
from integrations.richtext import markdown
from tests.integrations.richtext import corpus

TEXTS = [
    "It **breaks**.",
    "a < b and \\<b>no tag\\</b>",
    "code `x < y` and `&lt;` and `&amp;gt;`",
    "```html\n<p>1 > 0 &lt;</p>\n```",
    "> a quote > with a bracket",
    "- [ ] open `<i>`\n- [x] done",
    "[here](<https://example.com/a(b>)",
    "| a | b |\n| --- | --- |\n| `<` | < |",
    "1. one\n\n   ```\n   <two>\n   ```",
]


@pytest.mark.parametrize("md", TEXTS)
@pytest.mark.parametrize("is_markdown", [True, False])
def test_reads_what_it_wrote(md, is_markdown):
    stored = richtext.write(md, is_markdown=is_markdown)

    assert richtext.read(stored, is_markdown=is_markdown).md == markdown.canonical(md)


@pytest.mark.parametrize("md", TEXTS)
def test_writes_no_bracket_that_could_begin_a_tag(md):
    stored = richtext.write(md, is_markdown=True)

    assert "<" not in stored.replace("](<", "")


@pytest.mark.parametrize("md", corpus.DOCUMENTS.values(), ids=corpus.DOCUMENTS.keys())
@pytest.mark.parametrize("is_markdown", [True, False])
def test_settles_on_one_reading_of_any_document(md, is_markdown):
    read = richtext.read(richtext.write(md, is_markdown=is_markdown), is_markdown=is_markdown)

    again = richtext.write(read.md, is_markdown=is_markdown)

    assert richtext.read(again, is_markdown=is_markdown).md == read.md


@pytest.mark.parametrize(
    "native",
    [
        richtext.Native("<div style='color:red'>Kept</div><p>Changed</p>", is_markdown=False),
        richtext.Native("Kept  *as*   it is &lt;\n\nChanged", is_markdown=True),
    ],
    ids=["html", "markdown"],
)
def test_leaves_blocks_that_nobody_changed(native):
    before = richtext.read(native.text, is_markdown=native.is_markdown).md

    after = richtext.patch(native, before.replace("Changed", "New `<`"))

    kept = native.text.partition("Changed")[0].removesuffix("<p>")
    assert after.startswith(kept)
    read = richtext.read(after, is_markdown=native.is_markdown).md
    assert read == before.replace("Changed", "New `<`")


def test_patching_with_the_same_text_changes_nothing():
    native = richtext.Native("*  odd   list*\n\n`&lt;`", is_markdown=True)
    md = richtext.read(native.text, is_markdown=True).md

    assert richtext.patch(native, md) == native.text


def test_reads_tags_that_a_person_typed_as_tags():
    assert richtext.read("a <b>bold</b> word", is_markdown=True).md == "a **bold** word"


@given(st.text(alphabet="&lt;gamp<> ", max_size=20))
def test_code_keeps_every_sign(code):
    text = f"`` {code.strip() or '-'} ``"

    stored = richtext.write(text, is_markdown=True)

    assert richtext.read(stored, is_markdown=True).md == markdown.canonical(text)
