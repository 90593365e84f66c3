"""Work grows no faster than the text: eight times the text may cost twelve times the calls."""

import sys

import pytest

from integrations.richtext import adf, gfm, html, markdown, wiki

PATTERNS = [
    *("*", "**a ", "_a*b_ ", "[", "[a](", "![", "`", "``a", "~~a", "> ", "- ", "- a\n", "1. a\n"),
    *(
        "|a",
        "|a|b|\n",
        "\\",
        "<a",
        "&amp;",
        "http://a.b/",
        "http://a)",
        "a\n\n",
        "h1. a\n",
        "* a\n",
    ),
    *(
        "{code}",
        "{quote}",
        "{quote:a}",
        "{color:red}",
        "{{a",
        "!a",
        "!a.b|",
        "[a|",
        "*a_b-c+",
        "\\\\a",
    ),
    *(
        "||a",
        "|a|\n",
        "{*}a",
        "---\n",
        "bq. a\n",
        "* a{code}",
        "{{{}a",
        " ",
        "\n",
        "\u00a0a",
        "a\n---\n",
    ),
]
WAYS = {
    "canonical": markdown.canonical,
    "through ADF": lambda md: adf.to_markdown(adf.from_markdown(md)),
    "to wiki": wiki.from_markdown,
    "from wiki": wiki.to_markdown,
    "patch of ADF": lambda md: adf.patch(adf.from_markdown(f"a\n\n{md}"), f"{md}\n\nb"),
    "patch of wiki": lambda md: wiki.patch(f"a\n\n{md}", f"{md}\n\nb"),
    "through HTML": lambda md: html.to_markdown(html.from_markdown(md)),
    "patch of HTML": lambda md: html.patch(f"<p>a</p>{md}", f"{md}\n\nb"),
    "from GitHub": gfm.to_markdown,
    "patch of GitHub": lambda md: gfm.patch(f"a\n\n{md}", f"{md}\n\nb"),
}
HTML_PATTERNS = [
    *("<div>", "<div>a</div>", "<b>a", "<b><p>a", "<ul><li>a", "<ul><li>a</li><ul>", "<li>a"),
    *("<table><tr><td>a", "<tr><td colspan=99 rowspan=99>a", "<blockquote>a", "<pre>a<div>b"),
    *("<a href=http://a.b>a", "<img src=http://a.b>", "<br>", "&amp;", "<!--a", "<script>", "<a a"),
    *("<p style='a:b;c'>a", "<div>\n\n", "<details>\n", "a <b>x</b>", "a <!-- ", "@a ", "</p>"),
]
FROM_HTML = {
    "from HTML": lambda native: html.to_markdown(f"<table>{native}"),
    "patch of HTML": lambda native: html.patch(f"a{native}", f"{html.to_markdown(native)}\n\nb"),
    "from GitHub": gfm.to_markdown,
}


def calls(way, text):
    """Count the calls of functions, of ours and of the interpreter's, that a conversion makes."""
    count = 0

    def seen(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        way(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pattern", ["- a\n", "a\n\n", "*a_b-c+", "[a]("])
def test_calls_grow_with_the_text(way, pattern):
    small, large = pattern * (800 // len(pattern)), pattern * (6_400 // len(pattern))

    assert calls(WAYS[way], large) < 12 * calls(WAYS[way], small) + 1_000


@pytest.mark.full
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_calls_grow_with_any_text(way, pattern):
    small, large = pattern * (800 // len(pattern)), pattern * (6_400 // len(pattern))

    assert calls(WAYS[way], large) < 12 * calls(WAYS[way], small) + 1_000


@pytest.mark.parametrize("way", FROM_HTML)
@pytest.mark.parametrize("pattern", ["<ul><li>a", "<tr><td colspan=99 rowspan=99>a", "<b><p>a"])
def test_calls_grow_with_the_html(way, pattern):
    small, large = pattern * (800 // len(pattern)), pattern * (6_400 // len(pattern))

    assert calls(FROM_HTML[way], large) < 12 * calls(FROM_HTML[way], small) + 1_000


@pytest.mark.full
@pytest.mark.parametrize("way", FROM_HTML)
@pytest.mark.parametrize("pattern", HTML_PATTERNS)
def test_calls_grow_with_any_html(way, pattern):
    small, large = pattern * (800 // len(pattern)), pattern * (6_400 // len(pattern))

    assert calls(FROM_HTML[way], large) < 12 * calls(FROM_HTML[way], small) + 1_000
