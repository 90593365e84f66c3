"""Wiki markup there and back, and as HTML."""

import jsonschema
import pytest

from integrations.sandbox.jira.markup import adf, html, wiki_reader, writers
from tests.contracts import sample

TEXTS = [
    "Just words.",
    "Two *strong* and _light_ words, {{code}}, -gone-, +new+.",
    "h2. Steps\n\n# First\n# Second\n## Deeper\n# Third",
    "* One\n** Inner\n* Two",
    "{code:python}\nx = [1]\n  y*2*3\n{code}",
    "{quote}\nSaid *so*.\n{quote}",
    "{info}\nMind this.\n{info}",
    "||Name||Value||\n|a|1|\n|b|2|",
    "Before\n\n----\n\nAfter",
    "See [the page|https://example.com/a_b_c] or [https://example.com].",
    "One line\nand another.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_survives_the_way_there_and_back(text):
    assert writers.to_wiki(wiki_reader.to_document(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_makes_valid_documents(text):
    document = wiki_reader.to_document(text)

    assert adf.problems(document) == []
    assert jsonschema.Draft4Validator(sample("adf.schema.json")).is_valid(document)


@pytest.mark.parametrize(
    "text",
    ["", "*", "{code}\nnever closed", "# ", "|", "||", "h1.", "a*b*c snake_case_name 3-2-1", "[x|"],
)
def test_takes_odd_text_without_harm(text):
    assert adf.problems(wiki_reader.to_document(text)) == []


def test_leaves_marks_inside_words_alone():
    document = wiki_reader.to_document("snake_case_name and 2*3*4")

    assert writers.to_text(document) == "snake_case_name and 2*3*4"


def test_writes_the_words_of_what_wiki_markup_lacks():
    mention = {"type": "mention", "attrs": {"id": "abc", "text": "@Ken"}}
    card = {"type": "inlineCard", "attrs": {"url": "https://x"}}
    inside = {"type": "paragraph", "content": [mention, {"type": "text", "text": " "}, card]}
    expand = {"type": "expand", "attrs": {"title": "More"}, "content": [inside]}

    written = writers.to_wiki({"type": "doc", "version": 1, "content": [expand]})

    assert written == "[~accountid:abc] https://x"


def test_escapes_everything_in_html():
    document = wiki_reader.to_document('<script>alert("x")</script> *<b>*')

    assert html.to_html(document) == (
        "<p>&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; <strong>&lt;b&gt;</strong></p>"
    )


@pytest.mark.parametrize("href", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//x"])
def test_links_only_to_safe_places(href):
    mark = {"type": "link", "attrs": {"href": href}}
    word = {"type": "text", "text": "click", "marks": [mark]}
    paragraph = {"type": "paragraph", "content": [word]}

    shown = html.to_html({"type": "doc", "version": 1, "content": [paragraph]})

    assert shown == "<p>click</p>"
