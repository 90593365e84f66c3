"""Inline nodes of ADF to running text."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.richtext import blocks as block
from integrations.richtext import links
from integrations.richtext.tree import CODE, EM, STRIKE, STRONG, Break, Inline, Link, Text

Node = Mapping[str, Any]

_MARKS = {STRONG, EM, STRIKE, CODE}


def content_of(node: Node) -> list[Node]:
    """Return the children that are nodes."""
    content = node.get("content")
    return (
        [each for each in content if isinstance(each, Mapping)] if isinstance(content, list) else []
    )


def attrs_of(node: Node) -> Node:
    """Return the attributes, none where there are none."""
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, Mapping) else {}


def words_of(node: Node, *names: str) -> str:
    """Return the first of some attributes that says anything."""
    attrs = attrs_of(node)
    return next((str(attrs[name]) for name in names if attrs.get(name)), "")


def read_inlines(nodes: Iterable[Node]) -> Iterator[Inline]:
    """Read inline nodes; those that Markdown cannot hold become their words."""
    for node in nodes:
        match node.get("type"):
            case "text":
                yield from _text(node)
            case "hardBreak":
                yield Break()
            case "media" | "mediaInline":
                yield read_media(node)
            case "inlineCard" | "blockCard" | "embedCard":
                yield read_card(node)
            case kind:
                yield Text(_words(node, str(kind)))


def read_media(node: Node) -> Inline:
    """Read a picture by its address; a file that only the tracker can open becomes its name."""
    url = links.safe(words_of(node, "url"))
    if url is None:
        return Text(f"📎 {words_of(node, 'alt', '__fileName', 'id') or 'file'}")
    _, link = _marks(node)
    return block.image(url, words_of(node, "alt"), link=link)


def read_card(node: Node) -> Inline:
    """Read a smart link as its address."""
    url = words_of(node, "url")
    href = links.safe(url)
    return Text(url or "[link]", link=Link(href) if href else None)


def _text(node: Node) -> Iterator[Inline]:
    marks, link = _marks(node)
    for number, line in enumerate(str(node.get("text") or "").split("\n")):
        if number:
            yield Break()
        yield Text(line, marks, link)


def _marks(node: Node) -> tuple[frozenset[str], Link | None]:
    marks = node.get("marks")
    known = [mark for mark in marks if isinstance(mark, Mapping)] if isinstance(marks, list) else []
    names = frozenset(str(mark.get("type")) for mark in known) & _MARKS
    link = next((_link(mark) for mark in known if mark.get("type") == "link"), None)
    return names, link


def _link(mark: Node) -> Link | None:
    href = links.safe(words_of(mark, "href"))
    return Link(href, block.one_line(words_of(mark, "title"))) if href else None


def _words(node: Node, kind: str) -> str:
    match kind:
        case "mention":
            name = words_of(node, "text", "id")
            return name if name.startswith("@") else f"@{name}"
        case "date":
            return _date(words_of(node, "timestamp"))
        case "emoji":
            return words_of(node, "text", "shortName")
    return words_of(node, "text") or f"[{words_of(node, 'extensionKey') or kind}]"


def _date(timestamp: str) -> str:
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return timestamp
