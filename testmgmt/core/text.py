"""Markdown to safe HTML: GitHub's dialect in, an allow-list out."""

from functools import cache

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("img", "input", "li", "ol", "p", "pre", "s", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"src", "alt", "title"},
    "input": {"type", "checked", "disabled"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_SCHEMES = {"http", "https", "mailto"}


@cache
def _parser() -> MarkdownIt:
    options = {"html": True, "linkify": True, "breaks": True}
    return MarkdownIt("gfm-like", options).use(tasklists_plugin)


def _kept(tag: str, name: str, value: str) -> str | None:
    """Drop what would load from elsewhere, or look like our own controls."""
    if tag == "img" and name == "src":
        return value if value.startswith("/") and not value.startswith("//") else None
    if tag == "code" and name == "class":
        return value if value.startswith("language-") else None
    if tag == "input" and name == "type":
        return "checkbox"
    return value


def to_html(markdown: str) -> str:
    """Return safe HTML; links leave without a referrer and may go to the web or to mail only."""
    return nh3.clean(
        _parser().render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
