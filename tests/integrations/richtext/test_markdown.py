import pytest
from hypothesis import given

from integrations.richtext import markdown
from integrations.richtext.tree import MAX_LEVEL, Paragraph, Quote
from tests.integrations.richtext.corpus import DOCUMENTS
from tests.integrations.richtext.soup import soup, steady, sweep


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_canonical_spelling_says_the_same(name):
    md = DOCUMENTS[name]

    spelled = markdown.canonical(md)

    assert markdown.parse(spelled) == markdown.parse(md)
    assert markdown.canonical(spelled) == spelled


@given(soup)
@steady
def test_the_canonical_spelling_of_any_text_says_the_same(md):
    assert markdown.parse(markdown.canonical(md)) == markdown.parse(md)


@pytest.mark.full
@given(soup)
@sweep
def test_the_canonical_spelling_of_very_many_texts_says_the_same(md):
    assert markdown.parse(markdown.canonical(md)) == markdown.parse(md)


@pytest.mark.parametrize(
    ("md", "spelled"),
    [
        ("", ""),
        (" \r\n\t\n", ""),
        ("a\r\nb  \r\n", "a b"),
        ("a  \nb", "a\\\nb"),
        ("__a__ _b_", "**a** *b*"),
        ("***a***", "_**a**_"),
        ("* a\n* b", "- a\n- b"),
        ("- a\n\n* b", "- a\n\n* b"),
        ("1) a", "1. a"),
        ("Title\n===", "# Title"),
        ("    code", "```\ncode\n```"),
        ("<https://e.example>", "<https://e.example>"),
        ("https://e.example/a", "<https://e.example/a>"),
        ("[a][r]\n\n[r]: https://e.example 'T'", '[a](https://e.example "T")'),
        ("[](https://e.example)", "<https://e.example>"),
        ("a < b & c &lt; d", "a < b & c < d"),
        ("2*3 snake_case", "2\\*3 snake_case"),
        ("- [X] done", "- [x] done"),
        ("- ☑ done", "- [x] done"),
        ("> [!note]\n> a", "> [!NOTE]\n> a"),
        ("|a|\n|-|\n|1|2|", "| a |  |\n| --- | --- |\n| 1 | 2 |"),
        ("![](https://e.example/a.png 'T')", '![](https://e.example/a.png "T")'),
    ],
)
def test_each_thing_has_one_spelling(md, spelled):
    assert markdown.canonical(md) == spelled


@pytest.mark.parametrize(
    "md",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](data:image/png;base64,x)",
        "<javascript:alert(1)>",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "[x](&#106;avascript:alert(1))",
        "<b onclick=x>b</b>",
        "<!-- x --><script>alert(1)</script>",
    ],
)
def test_what_could_run_stays_text(md):
    words = [inline for block in markdown.parse(md) for inline in block.inlines]

    assert words
    assert all(inline.link is None for inline in words)
    assert not markdown.canonical(md).startswith("<")


def test_control_characters_and_half_characters_go():
    assert markdown.canonical("a\x00\x1b\x7f\x85b\ud800c\ufffe") == "abc"


@pytest.mark.parametrize("marker", ["> ", "- ", "1. ", ">", "> - "])
def test_what_nests_200_deep_stays_as_text(marker):
    md = marker * 200 + "the end"

    spelled = markdown.canonical(md)

    assert "the end" in spelled
    assert markdown.canonical(spelled) == spelled


def test_containers_nest_as_deep_as_allowed():
    (block,) = markdown.parse("> " * MAX_LEVEL + "x")

    for _ in range(MAX_LEVEL - 1):
        (block,) = block.blocks

    assert isinstance(block, Quote)
    assert isinstance(block.blocks[0], Paragraph)


def test_a_small_text_makes_no_huge_table():
    md = "|" + "a|" * 400 + "\n|" + "-|" * 400 + "\n" + "|x\n" * 400

    spelled = markdown.canonical(md)

    assert spelled.count("x") == 400
    assert len(spelled) < 20 * len(md)
