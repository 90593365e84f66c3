"""Texts made of everything that means something somewhere, for properties that hold for any."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

_MARKDOWN = [
    *("*", "**", "_", "`", "~~", "[", "](http://a.b)", "![i](http://c.d/e.png)", "\\", "<", "|"),
    *("- ", "1. ", "> ", "# ", "|---|\n", "```\n", "    ", "---\n", "=", "+", "[ ] ", "[x] "),
    *("> [!NOTE]\n", "\\\n", "&amp;", "&", "!", "3.", "2", "\n", "\n\n", "\r\n", "\t", " "),
]
_WIKI = [
    *(
        "h1. ",
        "||",
        "{code}",
        "{quote}",
        "{noformat}",
        "{panel:title=Tip}",
        "{panel}",
        "{color:red}",
    ),
    *(
        "{*}",
        "{{",
        "}}",
        "{",
        "}",
        "[a|http://x.y]",
        "[^f.txt]",
        "[~tom]",
        "!a.png!",
        "bq. ",
        "----",
    ),
    *("??", "^", "-", "(x)", ":)", "** ", "#* ", "|a|\n", "\\\\", "---"),
]
_WORDS = [
    *(
        "a",
        "b c",
        "ab_cd",
        "x*y",
        "é",
        "日本",
        "「」",
        "😀",
        "\u200f",
        "\u00a0",
        "@n",
        "http://x.y/z",
    ),
    *("\x00", "$", "#", "☐ ", "📎 f"),
]

soup = st.lists(st.sampled_from(_MARKDOWN + _WIKI + _WORDS), max_size=25).map("".join)

steady = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
sweep = settings(steady, max_examples=5_000)
