"""Large text as the service keeps it: HTML is cleaned, and not given back as it was sent."""

import re
from html import unescape

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
_ATTRIBUTES = {
    "*": {"style", "class"},
    "a": {"href", "target", "data-vss-mention"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "font": {"color", "size", "face"},
}
_BLOCK = re.compile(r"<(div|p|ul|ol|h[1-6]|table|pre|blockquote|br|li)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def keep_html(raw: str) -> str:
    """Return HTML as it is stored: scripts and forms gone, line ends flattened, in a block."""
    flat = re.sub(r"[\r\n]+\s*", " ", raw) if "<pre" not in raw else raw.replace("\r\n", "\n")
    clean = nh3.clean(
        flat.strip(), tags=set(_TAGS), attributes=_ATTRIBUTES, link_rel=None, strip_comments=True
    )
    if clean and not _BLOCK.match(clean):
        return f"<div>{clean}</div>"
    return clean


def keep_markdown(raw: str) -> str:
    """Return Markdown as it is stored: with plain line ends."""
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def render(stored: str, *, is_markdown: bool) -> Markup:
    """Return stored text as HTML that is safe to show."""
    return Markup(nh3.clean(_MARKDOWN.render(stored) if is_markdown else stored))  # noqa: S704


def plain(stored: str) -> str:
    """Return the words of stored text."""
    return unescape(_TAG.sub(" ", stored)).strip()
