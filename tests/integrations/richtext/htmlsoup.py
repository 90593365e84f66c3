"""HTML as editors, mail programs and strangers leave it: samples, and random soup of it."""

from hypothesis import strategies as st

MENTION = '<a href="#" data-vss-mention="version:2.0,5b10a284-4b5e">@Mia Krystof</a>'
ITEM = (
    '<a href="https://dev.azure.com/o/p/_workitems/edit/7/" data-vss-mention="version:1.0">#7</a>'
)
PICTURE = (
    '<img src="https://dev.azure.com/o/_apis/wit/attachments/5b?fileName=shot.png" alt=shot.png>'
)
TABLE = (
    '<table style="width:50%"><colgroup><col></colgroup><tbody>'
    '<tr><th colspan=2>Wide</th><th style="background:#deebff">C</th></tr>'
    f"<tr><td rowspan=2>tall</td><td><div>two</div><ul><li>x</li></ul></td><td>{MENTION}</td></tr>"
    "<tr><td></td><td>end</td></tr></tbody></table>"
)
BLOCKS = [
    f'<div style="box-sizing:border-box">Ask {MENTION}&nbsp;about {ITEM}<br></div>',
    "<div><br></div>",
    '<div><span style="color:#ff5630;font-weight:bold">Red</span> and <u>under</u></div>',
    '<ul style="margin:0"><li>a<ul><li>b</li></ul></li><ol><li>c</li></ol><li><p>d</p></li></ul>',
    "<pre><code>if a &lt; b:<br>&nbsp; go()</code></pre>",
    f"<p>{PICTURE}</p>",
    "<h2><b>Steps</b></h2>",
    "<blockquote><div>said</div></blockquote>",
    TABLE,
    "<hr>",
    "<!--[if gte mso 9]><xml></xml><![endif]-->",
    "loose <b>words",
]
FULL = "<div>" + "\r\n".join(BLOCKS[:-1]) + "</div>"

_PARTS = [
    *BLOCKS,
    *("<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<span>", "</span>", "<br>"),
    *("<ul>", "</ul>", "<ol start=3>", "</ol>", "<li>", "</li>", "<table>", "</table>", "<tr>"),
    *("<td>", "</td>", "<th align=right>", "<caption>", "<pre>", "</pre>", "<code>", "</code>"),
    *("<blockquote>", "</blockquote>", "<h1>", "</h1>", "<a href=https://e.example/(1)>", "</a>"),
    *("<a href=javascript:x>", "<img src=data:x alt=d>", "<script>", "</script>", "<!--", "-->"),
    *("<details><summary>s</summary>", "</details>", "<input type=checkbox checked>", "<svg>"),
    *("<textarea>", "<template>", "</template>", "<plaintext", "<o:p></o:p>", "\ufeff", "</x>"),
    *("&lt;", "&nbsp;", "&#0;", "&", "<", ">", "\r\n", "\n", "  ", "\t", "a", "b c", "*", "☐ t"),
    *("https://e.example/z", "@ada", "[!NOTE]", "<b>Note</b>", "# ", "- ", "`", "\x00", "\u00a0"),
]

markup = st.lists(st.sampled_from(_PARTS), max_size=12).map("".join)
