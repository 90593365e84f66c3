"""Inline elements and styles of HTML to running text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.richtext import blocks as block
from integrations.richtext import links
from integrations.richtext.tree import (
    CODE,
    EM,
    NO_MARKS,
    STRIKE,
    STRONG,
    Break,
    Inline,
    Link,
    Text,
)

Node = Any
"""An element, text or comment of the parser, which gives its nodes no common type."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_BLANKS = re.compile("[ \t\n\r\f\u00a0]+")
_MARKS = (
    dict.fromkeys(("b", "strong", "summary", "dt"), STRONG)
    | dict.fromkeys(("i", "em", "cite", "dfn", "var"), EM)
    | dict.fromkeys(("s", "strike", "del"), STRIKE)
    | dict.fromkeys(("code", "tt", "kbd", "samp"), CODE)
)
_BOLD = re.compile(r"bold|[6-9]00")
_LIGHT = re.compile(r"normal|lighter|[1-5]00")


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for text by the elements around it."""

    marks: frozenset[str] = NO_MARKS
    link: Link | None = None


def entered(around: Around, node: Node) -> Around:
    """Return what holds inside an element."""
    marks = around.marks | ({_MARKS[node.name]} if node.name in _MARKS else set())
    link = _link(node) if node.name == "a" else around.link
    return Around(_styled(marks, style_of(node)), link)


def read_inline(node: Node, around: Around) -> Iterator[Inline]:
    """Read an element that stands for something by itself; none for all others."""
    match node.name:
        case "br":
            yield Break()
        case "img":
            yield _image(node, around)
        case "input" if word_of(node, "type").lower() == "checkbox":
            yield Text(f"{block.BOXES['checked' in node.attrs]} ")


def squeezed(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield running text with single blanks, as HTML shows it; editors strew unbreakable ones."""
    is_after_blank = False
    for inline in inlines:
        if not isinstance(inline, Text):
            is_after_blank = False
            yield inline
            continue
        text = _BLANKS.sub(" ", inline.text)
        text = text[1:] if is_after_blank and text.startswith(" ") else text
        if text:
            is_after_blank = text.endswith(" ")
            yield replace(inline, text=text)


def word_of(node: Node, name: str) -> str:
    """Return an attribute, an empty one where there is none."""
    return str(node.attrs.get(name) or "")


def number_of(node: Node, name: str) -> int:
    """Return an attribute that is a number, one where it is none."""
    number = word_of(node, name).strip()
    return int(number) if _NUMBER.fullmatch(number) else 1


def style_of(node: Node) -> dict[str, str]:
    """Return the style written on an element, by property."""
    parts = (part.partition(":") for part in word_of(node, "style").lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in parts}


def _styled(marks: frozenset[str], style: dict[str, str]) -> frozenset[str]:
    weight = style.get("font-weight", "")
    slant = style.get("font-style", "")
    line = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    wanted = {STRONG: _BOLD.match(weight), EM: slant == "italic", STRIKE: "line-through" in line}
    refused = {STRONG: _LIGHT.match(weight), EM: slant == "normal"}
    added = {mark for mark, is_wanted in wanted.items() if is_wanted}
    return (marks | added) - {mark for mark, is_refused in refused.items() if is_refused}


def _link(node: Node) -> Link | None:
    href = links.safe(word_of(node, "href"))
    return Link(href, block.one_line(word_of(node, "title"))) if href else None


def _image(node: Node, around: Around) -> Inline:
    """Read a picture by its address; one that only the tracker can open becomes its name."""
    source = word_of(node, "src")
    alt = word_of(node, "alt")
    src = links.safe(source)
    if src is not None:
        return block.image(src, alt, word_of(node, "title"), around.link)
    return Text(f"📎 {alt or _file_name(source) or 'image'}", around.marks, around.link)


def _file_name(source: str) -> str:
    """Return the name that an address ends in or, as with Azure DevOps' attachments, tells."""
    if source.lower().startswith(("data:", "javascript:")):
        return ""
    try:
        address = urlsplit(source)
    except ValueError:
        return ""
    asked = {name.lower(): values for name, values in parse_qs(address.query).items()}
    name = asked.get("filename", [address.path.rpartition("/")[2]])[0]
    return block.one_line(unquote(name))[:255]
