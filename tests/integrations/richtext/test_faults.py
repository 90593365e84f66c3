"""Rows 21 and 22 of the fault matrix, for every format: too much, too deep, and malice."""

import re

import pytest

from integrations.richtext import adf, gfm, html, markdown, wiki
from integrations.richtext.tree import MAX_LEVEL, Break, Image
from tests.integrations.richtext.native import document, paragraph, text
from tests.integrations.richtext.walk import inlines_of, level_of

FORMATS = {"ADF": adf, "wiki": wiki, "HTML": html, "GitHub": gfm}
MARKER = "<!-- testmgmt:forged -->"


def nested(kind, depth):
    node = paragraph(text("the end"))
    for _ in range(depth):
        node = {"type": kind, "content": [node]}
    return document(node)


DEEP = {
    "ADF panels": (adf, nested("panel", 200)),
    "ADF lists": (adf, nested("bulletList", 200)),
    "ADF tables": (adf, nested("table", 200)),
    "ADF unknown": (adf, nested("mystery", 200)),
    "wiki lists": (wiki, "*" * 200 + " the end"),
    "wiki macros": (wiki, "{quote}{panel}" * 200 + "the end" + "{panel}{quote}" * 200),
    "HTML lists": (html, "<ul><li>" * 200 + "the end"),
    "HTML quotes": (html, "<blockquote>" * 200 + "the end"),
    "HTML tables": (html, "<table><tr><td>" * 200 + "the end"),
    "HTML wrappers": (html, "<div><b>" * 200 + "the end"),
    "GitHub quotes": (gfm, "> " * 200 + "the end"),
    "GitHub lists": (gfm, "- " * 200 + "the end"),
    "GitHub HTML": (gfm, "> " * 20 + "<blockquote>" * 200 + "the end"),
}
LARGE = {
    "ADF": (adf, document(*[paragraph(text(f"word {n} " * 10)) for n in range(9_000)])),
    "wiki": (wiki, "".join(f"* word {n} *bold*\n\n" for n in range(50_000))),
    "HTML": (html, "".join(f"<div>word {n} <b>bold</b></div>" for n in range(30_000))),
    "GitHub": (gfm, "".join(f"word {n} **bold** @ada\n\n" for n in range(40_000))),
    "HTML in one line": (html, "word <" * 170_000),
}
LINKS = {
    "ADF": document(paragraph(text("a", {"type": "link", "attrs": {"href": "javascript:x"}}))),
    "ADF card": document({"type": "blockCard", "attrs": {"url": "javascript:x"}}),
    "ADF picture": document(
        {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"url": "data:x;base64,y"}}]}
    ),
}
HOSTILE_HTML = [
    "<script>alert(1)</script>a",
    "<scr<script>ipt>alert(1)</script>a",
    '<img src=x onerror="alert(1)">a',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="&#106;ava\tscript:alert(1)">a</a>',
    '<a href=" JaVaScRiPt:alert(1)">a</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">a</a>',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=" alt=a>',
    '<a href="vbscript:x">a</a><a href="//evil.example">b</a>',
    '<div style="background:url(javascript:alert(1));position:fixed">a</div>',
    "<style>@import url(http://evil.example/x.css)</style>a",
    '<iframe src="https://evil.example"></iframe>a',
    '<svg onload="alert(1)"><a href="javascript:x">b</a></svg>a',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>a",
    '<form action="javascript:x"><button formaction="javascript:y">a</button></form>',
    '<meta http-equiv=refresh content="0;url=javascript:x"><base href="javascript:x">a',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>a",
    "<table><tr><td><table><tr><td><script>alert(1)</script>a</table></table>",
    "<template><img src=x onerror=alert(1)></template>a",
]
HOSTILE_MARKDOWN = [
    "[a](javascript:alert(1)) ![a](data:image/png;base64,x)",
    "<javascript:alert(1)> <script>alert(1)</script>",
    '<a href="javascript:x">a</a> <img src=x onerror=alert(1)>',
    '<div style="position:fixed" onclick="x">\na\n</div>',
    "[a][r]\n\n[r]: data:text/html,x",
    "[a](&#106;avascript:x)",
    '```js"onload=x\na\n```',
    MARKER,
]
_TAG = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)
_ALLOWED = re.compile(
    r"</?(?:p|h[1-6]|br|hr|pre|blockquote|ul|li|ol|strong|em|s|code|tbody|tr|t[dh]|table|a)>"
    r'|<code class="language-[^"\s]+">|<(?:a href|img src)="(?:https?://|mailto:)[^"]*"[^>]*>'
    r'|<ol start="\d+">|<table border="1" style="border-collapse:collapse">'
    r'|<t[dh] style="text-align:(?:left|center|right)">',
)


def leads_to(md):
    """Return all addresses that a text links to or shows pictures from."""
    inlines = [each for each in inlines_of(markdown.parse(md)) if not isinstance(each, Break)]
    links = {each.link.href for each in inlines if each.link}
    return links | {each.src for each in inlines if isinstance(each, Image)}


@pytest.mark.parametrize("name", DEEP)
def test_row_21_what_nests_200_deep_keeps_its_words_within_the_limit(name):
    form, native = DEEP[name]

    md = form.to_markdown(native)

    assert "the end" in md
    assert level_of(markdown.parse(md)) <= MAX_LEVEL + 1
    assert form.patch(native, md) == native


@pytest.mark.full
@pytest.mark.parametrize("name", LARGE)
def test_row_21_a_megabyte_keeps_its_size_and_its_blocks(name):
    form, native = LARGE[name]

    md = form.to_markdown(native)
    patched = form.patch(native, f"{md}\n\nNew.")

    assert len(md) < 3 * len(str(native))
    assert form.to_markdown(patched).endswith("New.")
    assert len(str(patched)) < len(str(native)) + 200


def test_row_21_a_forged_span_makes_no_huge_table():
    native = "<table>" + "<tr><td colspan=99999 rowspan=99999>x" * 300

    md = html.to_markdown(native)

    assert md.count("x") == 300
    assert len(md) < 20 * len(native)


@pytest.mark.parametrize("native", HOSTILE_HTML)
@pytest.mark.parametrize("form", [html, gfm])
def test_row_22_html_that_could_run_reads_as_words(native, form):
    md = form.to_markdown(native)

    assert "a" in md
    assert leads_to(md) == set()
    assert not _TAG.search(re.sub(r"\\<", "", md))


@pytest.mark.parametrize("name", LINKS)
def test_row_22_adf_that_could_run_reads_as_words(name):
    md = adf.to_markdown(LINKS[name])

    assert md
    assert leads_to(md) == set()


@pytest.mark.parametrize("native", ["[a|javascript:x]", "!javascript:x!", "[a|data:text/html,x]"])
def test_row_22_wiki_markup_that_could_run_reads_as_words(native):
    assert leads_to(wiki.to_markdown(native)) == set()


@pytest.mark.parametrize("md", HOSTILE_MARKDOWN)
def test_row_22_html_is_written_with_known_elements_only(md):
    native = html.from_markdown(md)

    assert [tag for tag in _TAG.findall(native) if not _ALLOWED.fullmatch(tag)] == []


@pytest.mark.parametrize("md", HOSTILE_MARKDOWN)
@pytest.mark.parametrize("name", FORMATS)
def test_row_22_malice_stays_words_on_the_way_and_back(name, md):
    form = FORMATS[name]

    assert leads_to(form.to_markdown(form.from_markdown(md))) == set()


@pytest.mark.parametrize("name", FORMATS)
def test_row_22_a_forged_marker_in_text_becomes_no_comment(name):
    form = FORMATS[name]

    native = form.from_markdown(f"a {MARKER}\n\n{MARKER}")

    assert form.to_markdown(native).count("testmgmt:forged") == 2
    assert not re.search(r"(?<!\\)<!--", native) if isinstance(native, str) else native


@pytest.mark.parametrize("form", [html, gfm])
def test_row_22_a_comment_from_elsewhere_never_reaches_the_other_side(form):
    assert "testmgmt" not in form.to_markdown(f"a {MARKER}\n\n{MARKER}\n\nb")


def test_row_22_a_storm_of_mentions_calls_nobody():
    md = "@ada, @tom/team; " * 1_000

    assert not re.search(r"@\w", gfm.from_markdown(md))
    assert "data-vss-mention" not in html.from_markdown(md)
    assert "mention" not in str(adf.from_markdown(md))
    assert "[~" not in wiki.from_markdown(md + "[~tom]").replace("\\[~", "")


def test_row_22_a_mention_in_html_is_read_as_a_name_and_never_written():
    native = '<a href="#" data-vss-mention="version:2.0,5b10">@Mia</a>'

    md = html.to_markdown(native * 1_000)

    assert md == "@Mia" * 1_000
    assert not re.search(r"<[^>]*mention", html.from_markdown(f"{md}\n\n{native}"))
