import pytest
from hypothesis import given

from integrations.richtext import adf, markdown
from integrations.richtext.adf.tasks import ids_of
from tests.contracts import sample
from tests.integrations.richtext.corpus import DOCUMENTS, inventory
from tests.integrations.richtext.native import FULL, TABLE, document, documents, paragraph, text
from tests.integrations.richtext.schema import violations
from tests.integrations.richtext.soup import soup, steady, sweep

FULL_AS_MARKDOWN = """\
@Mia Krystof on 2026-01-01 is BLOCKED\\
🐛 see <https://e.example/browse/A-1> and us

> [!NOTE]
> In the panel

📎 shot.png

| Wide |  | C |
| --- | --- | --- |
| tall | two • x | @Mia Krystof |
|  |  | end |

- [x] done
  - [ ] open

**More**

inside

- [x] done
  - [ ] open

\\[toc]

plain"""


def holds_still(md):
    """Whether a text that went through ADF once goes through it unchanged."""
    doc = adf.from_markdown(md)
    returned = adf.to_markdown(doc)
    return markdown.canonical(returned) == returned and adf.from_markdown(returned) == doc


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_keeps_to_the_schema(name):
    doc = adf.from_markdown(DOCUMENTS[name])

    assert violations(doc) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_lost_on_the_way_and_back(name):
    md = DOCUMENTS[name]

    returned = adf.to_markdown(adf.from_markdown(md))

    assert inventory(returned) == inventory(md)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_second_trip_changes_nothing(name):
    assert holds_still(DOCUMENTS[name])


@given(soup)
@steady
def test_the_second_trip_of_any_text_changes_nothing(md):
    assert holds_still(md)


@given(soup)
@steady
def test_any_text_keeps_to_the_schema(md):
    assert violations(adf.from_markdown(md)) == []


@pytest.mark.full
@given(soup)
@sweep
def test_very_many_texts_keep_to_the_schema_and_hold_still(md):
    assert violations(adf.from_markdown(md)) == []
    assert holds_still(md)


@given(documents)
@steady
def test_any_native_document_reads_as_canonical_markdown(doc):
    md = adf.to_markdown(doc)

    assert markdown.canonical(md) == md
    assert adf.to_markdown(adf.from_markdown(md)) == md


def test_an_empty_text_is_an_empty_document():
    assert adf.from_markdown(" \r\n") == {"type": "doc", "version": 1, "content": []}


def test_what_markdown_cannot_say_becomes_plain_words():
    assert adf.to_markdown(FULL) == FULL_AS_MARKDOWN


def test_a_name_in_text_notifies_nobody():
    doc = adf.from_markdown("@ada and [~tom]")

    assert doc["content"] == [paragraph(text("@ada and [~tom]"))]


def test_a_picture_stands_on_its_own():
    doc = adf.from_markdown("a ![b](https://e.example/c.png) d")

    picture = {"type": "external", "url": "https://e.example/c.png", "alt": "b"}
    assert [node["type"] for node in doc["content"]] == ["paragraph", "mediaSingle", "paragraph"]
    assert doc["content"][1]["content"] == [{"type": "media", "attrs": picture}]


def test_tasks_that_hold_more_than_text_are_boxes_in_a_list():
    doc = adf.from_markdown("- [x] a\n\n  more\n- [ ] b")

    first, second = doc["content"][0]["content"]
    assert doc["content"][0]["type"] == "bulletList"
    assert first["content"] == [paragraph(text("☑ a")), paragraph(text("more"))]
    assert second["content"] == [paragraph(text("☐ b"))]


def test_every_task_has_an_id_of_its_own_and_the_same_each_time():
    md = "- [ ] a\n  - [ ] b\n\ntext\n\n- [ ] a\n  - [ ] b"

    doc = adf.from_markdown(md)

    assert len(ids_of(doc["content"])) == 8
    assert adf.from_markdown(md) == doc


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "/x", ""]
)
def test_a_link_that_may_not_be_followed_is_text(href):
    link = {"type": "link", "attrs": {"href": href}}

    assert adf.to_markdown(document(paragraph(text("here", link)))) == "here"


def test_raw_html_and_markup_in_native_text_stay_text():
    doc = document(paragraph(text("<script>x</script> **a** [b](c) # d")))

    md = adf.to_markdown(doc)

    assert md == "\\<script>x\\</script> \\*\\*a\\*\\* \\[b](c) # d"
    assert adf.from_markdown(md) == doc


@pytest.mark.parametrize("kind", ["blockquote", "bulletList", "panel", "expand", "mystery"])
def test_what_nests_2000_deep_keeps_its_words(kind):
    node = paragraph(text("the end"))
    for _ in range(2_000):
        node = {"type": kind, "content": [node]}

    assert "the end" in adf.to_markdown(document(node))


def test_a_forged_span_makes_no_huge_table():
    cell = {
        "type": "tableCell",
        "attrs": {"colspan": 10**9, "rowspan": 10**9},
        "content": [paragraph(text("x"))],
    }
    table = {"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}

    assert len(adf.to_markdown(document(table))) < 5_000


@pytest.mark.parametrize(
    "doc",
    [
        {},
        {"content": None},
        {"content": "x"},
        document(None, 1, [], {"type": None}, {"type": "paragraph", "content": {"a": 1}}),
        document({"type": "heading", "attrs": None, "content": [text("x")]}),
        document({"type": "orderedList", "attrs": {"order": "x"}, "content": [{}]}),
        document({"type": "text", "text": "x", "marks": "strong"}),
        document(paragraph({"type": "date", "attrs": {"timestamp": "soon"}})),
        document(paragraph({"type": "date", "attrs": {"timestamp": "9" * 40}})),
        document({"type": "table", "content": []}, {"type": "table", "content": [{}]}),
        document({"type": "table", "content": [{"content": [{"attrs": {"colspan": "2"}}]}]}),
    ],
)
def test_a_broken_document_is_read_as_far_as_it_goes(doc):
    md = adf.to_markdown(doc)

    assert markdown.canonical(md) == md


def test_cells_with_many_blocks_read_on_one_line():
    assert adf.to_markdown(document(TABLE)).splitlines()[2] == "| tall | two • x | @Mia Krystof |"


def test_captured_documents_keep_their_words_and_their_schema():
    issue = sample("responses/jira-cloud/issue.get.json")["response"]["body"]["fields"]
    natives = [issue["description"], issue["comment"][0]["body"], issue["worklog"][0]["comment"]]

    for native in natives:
        md = adf.to_markdown(native)
        assert md == native["content"][0]["content"][0]["text"]
        assert adf.from_markdown(md) == native
        assert violations(native) == []


@pytest.mark.parametrize(
    "node",
    [
        paragraph({"type": "text", "text": ""}),
        {"type": "blockquote", "content": [TABLE]},
        {"type": "codeBlock", "content": [text("x", "strong")]},
        {"type": "heading", "content": []},
        {"type": "mystery"},
    ],
)
def test_our_reading_of_the_schema_refuses_what_jira_refuses(node):
    assert violations(document(node))
