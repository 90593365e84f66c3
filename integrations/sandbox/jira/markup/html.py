"""An Atlassian document as HTML; every word is escaped, only safe links are links."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Node = dict[str, Any]

_SAFE_SCHEMES = ("http://", "https://", "mailto:")
_PLAIN_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "taskList": "ul",
    "taskItem": "li",
    "decisionList": "ul",
    "decisionItem": "li",
    "blockquote": "blockquote",
    "panel": "aside",
    "table": "table",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
    "expand": "details",
    "nestedExpand": "details",
}
_MARK_TAGS = {"strong": "strong", "em": "em", "strike": "s", "underline": "u", "code": "code"}


def to_html(document: Node) -> Markup:
    """Return the document for people to read."""
    return _children(document)


def _children(node: Node) -> Markup:
    return Markup("").join(_render(child) for child in node.get("content", []))


def _render(node: Node) -> Markup:
    kind = node["type"]
    if kind in _PLAIN_TAGS:
        return _element(_PLAIN_TAGS[kind], _children(node))
    writer = _WRITERS.get(kind)
    return writer(node) if writer else _children(node)


def _element(tag: str, inside: Markup) -> Markup:
    return Markup("<{tag}>{inside}</{tag}>").format(tag=tag, inside=inside)


def _heading(node: Node) -> Markup:
    return _element(f"h{node['attrs']['level']}", _children(node))


def _code(node: Node) -> Markup:
    return _element("pre", _element("code", _children(node)))


def _text(node: Node) -> Markup:
    inside = Markup("{}").format(node["text"])
    for mark in node.get("marks", []):
        if mark["type"] in _MARK_TAGS:
            inside = _element(_MARK_TAGS[mark["type"]], inside)
        elif mark["type"] == "link":
            inside = _link(mark["attrs"]["href"], inside)
    return inside


def _link(href: str, inside: Markup) -> Markup:
    if not href.lower().startswith(_SAFE_SCHEMES):
        return inside
    return Markup('<a href="{}" rel="noopener nofollow">{}</a>').format(href, inside)


def _named(name: str) -> Callable[[Node], Markup]:
    def write(node: Node) -> Markup:
        return Markup("<span>{}</span>").format(node["attrs"].get(name, ""))

    return write


def _card(node: Node) -> Markup:
    url = node["attrs"].get("url", "")
    return _link(url, Markup("{}").format(url))


def _media(node: Node) -> Markup:
    return Markup("<em>{}</em>").format(node["attrs"].get("alt") or "Attached file")


_WRITERS: dict[str, Callable[[Node], Markup]] = {
    "heading": _heading,
    "codeBlock": _code,
    "text": _text,
    "hardBreak": lambda _: Markup("<br>"),
    "rule": lambda _: Markup("<hr>"),
    "mention": _named("text"),
    "emoji": _named("shortName"),
    "status": _named("text"),
    "date": _named("timestamp"),
    "placeholder": _named("text"),
    "inlineCard": _card,
    "blockCard": _card,
    "embedCard": _card,
    "media": _media,
    "mediaInline": _media,
}
