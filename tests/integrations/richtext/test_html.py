import pytest
from hypothesis import given

from integrations.richtext import html, markdown
from tests.contracts import sample
from tests.integrations.richtext.corpus import DOCUMENTS, inventory
from tests.integrations.richtext.htmlsoup import ITEM, MENTION, PICTURE, TABLE, markup
from tests.integrations.richtext.laws import holds_still
from tests.integrations.richtext.soup import soup, steady, sweep


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_lost_on_the_way_and_back(name):
    md = DOCUMENTS[name]

    returned = html.to_markdown(html.from_markdown(md))

    assert inventory(returned) == inventory(md)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_second_trip_changes_nothing(name):
    assert holds_still(html, DOCUMENTS[name])


@given(soup)
@steady
def test_the_second_trip_of_any_text_changes_nothing(md):
    assert holds_still(html, md)


@given(markup)
@steady
def test_any_html_reads_as_canonical_markdown(native):
    md = html.to_markdown(native)

    assert markdown.canonical(md) == md
    assert html.to_markdown(html.from_markdown(md)) == md


@pytest.mark.full
@given(soup, markup)
@sweep
def test_the_second_trip_of_very_many_texts_changes_nothing(md, native):
    assert holds_still(html, md)
    assert holds_still(html, html.to_markdown(native))


@pytest.mark.parametrize(
    ("md", "native"),
    [
        ("", ""),
        ("# A **b**", "<h1>A <strong>b</strong></h1>"),
        ("~~c~~ *`d`*", "<p><s>c</s> <code><em>d</em></code></p>"),
        ("a & <b>", "<p>a &amp; &lt;b&gt;</p>"),
        (
            '[a](https://e.example/?a=1&b "T")',
            '<p><a href="https://e.example/?a=1&amp;b" title="T">a</a></p>',
        ),
        ("![alt](https://e.example/a.png)", '<p><img src="https://e.example/a.png" alt="alt"></p>'),
        ("3. a\n   - b\n4. c", '<ol start="3"><li>a<ul><li>b</li></ul></li><li>c</li></ol>'),
        ("- [ ] a\n- [x] b", "<ul><li>☐ a</li><li>☑ b</li></ul>"),
        ("```python\nx < 1\n```", '<pre><code class="language-python">x &lt; 1\n</code></pre>'),
        ("> a\n>\n> > b", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"),
        ("> [!TIP]\n> a", "<blockquote><p><strong>Tip</strong></p><p>a</p></blockquote>"),
        ("a\\\nb", "<p>a<br>b</p>"),
        ("---", "<hr>"),
    ],
)
def test_markdown_becomes_html(md, native):
    assert html.from_markdown(md) == native
    assert html.to_markdown(native) == markdown.canonical(md)


def test_a_table_has_borders_and_sides():
    native = html.from_markdown("| a | b |\n|---|--:|\n| 1 | |")

    assert native == (
        '<table border="1" style="border-collapse:collapse"><tbody>'
        '<tr><th>a</th><th style="text-align:right">b</th></tr>'
        '<tr><td>1</td><td style="text-align:right"></td></tr></tbody></table>'
    )


@pytest.mark.parametrize(
    ("native", "md"),
    [
        (
            f"Ask {MENTION} on {ITEM}",
            "Ask @Mia Krystof on [#7](https://dev.azure.com/o/p/_workitems/edit/7/)",
        ),
        (
            PICTURE,
            "![shot.png](https://dev.azure.com/o/_apis/wit/attachments/5b?fileName=shot.png)",
        ),
        ('<img src="/_apis/wit/attachments/5b?fileName=a%20b.png">', "📎 a b.png"),
        ("<div>a</div><div>b<br></div><div><br></div><div>c</div>", "a\n\nb\n\nc"),
        ("a<br><br>b<br>c", "a\n\nb\\\nc"),
        ("a&nbsp; &nbsp;b <b> c </b>d&nbsp;", "a b **c** d"),
        ("<span style='font-weight:700'>a</span> <b style='font-weight:normal'>b</b>", "**a** b"),
        ("<font color=red><u>a</u></font><sub>2</sub>", "a2"),
        ("<h2><b>a</b><div>b</div></h2>", "## **a** b"),
        ("<pre>a<div>b</div>c<br>d &nbsp;e</pre>", "```\na\nb\nc\nd  e\n```"),
        ("<ul><li>a</li><ul><li>b</li></ul>c</ul>", "- a\n  - b\n- c"),
        ("<ol start=x><li><p>a</p><p>b</p></li></ol>", "1. a\n\n   b"),
        ("<ul><li><input type=checkbox checked> a</li></ul>", "- [x] a"),
        ("<details><summary>More</summary>a</details>", "**More**\n\na"),
        ("<p class=MsoNormal>a<o:p>&nbsp;</o:p></p><!--[if x]>b<![endif]-->", "a"),
        ("<style>p{}</style><p>a<script>alert(1)</script>", "a"),
        ("<b>a<p>b</b>c", "**a**\n\n**b**c"),
        (
            TABLE,
            (
                "| Wide |  | C |\n| --- | --- | --- |\n"
                "| tall | two • x | @Mia Krystof |\n|  |  | end |"
            ),
        ),
        ("<table><caption>T</caption><td>a<table><td>b</table>", "T\n\n|  |\n| --- |\n| a b |"),
        ("&lt;b&gt; *a* [x]", "\\<b> \\*a\\* \\[x]"),
    ],
)
def test_what_people_leave_in_azure_devops_is_read(native, md):
    assert html.to_markdown(native) == md


def test_captured_comments_read_as_they_are():
    event = sample("webhooks/azure-devops/workitem.commented.2021-unicode.json")

    assert html.to_markdown(event["resource"]["fields"]["System.History"]) == "评论"
