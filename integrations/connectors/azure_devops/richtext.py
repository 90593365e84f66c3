"""Azure DevOps' two formats of rich text: each large field is Markdown or HTML, for itself.

Its Markdown loses what follows an angle bracket, even in code: brackets are written as entities.
https://github.com/microsoft/azure-devops-mcp/pull/500
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from integrations.base.items import Rich
from integrations.richtext import html, markdown
from integrations.richtext.gfm.parse import read_blocks, read_units
from integrations.richtext.gfm.render import fitted, render
from integrations.richtext.patch import Form, Unit, splice
from integrations.richtext.tree import (
    CODE,
    Blocks,
    Code,
    Heading,
    Item,
    List,
    Panel,
    Paragraph,
    Quote,
    Table,
    Text,
)

T = TypeVar("T")
_ENTITY = re.compile(r"&((?:amp;)*)(lt;|gt;)")
_BRACKET = re.compile(
    r"(?P<address>\]\(<[^>\n]*>)"
    r"|(?<!\\)<(?P<bare>[A-Za-z][A-Za-z0-9+.-]+:[^<>\s]*)>"
    r"|\\?<"
)
_SIGNS = re.compile(r"([\\`*_\[\]~&])")
_BRACKETS = {"lt;": "<", "gt;": ">"}
_PARTS = ("inlines", "blocks", "items", "head", "rows")


@dataclass(frozen=True, slots=True)
class Native:
    """A field's text as it is stored."""

    text: str
    is_markdown: bool


def read(text: str, *, is_markdown: bool) -> Rich:
    """Return a stored text as Markdown, with the original beside it."""
    native = Native(text, is_markdown)
    if is_markdown:
        return Rich(markdown.render(_read(text)), native)
    return Rich(html.to_markdown(text), native)


def write(md: str, *, is_markdown: bool) -> str:
    """Return the text to store in a field of its own."""
    return _written(fitted(markdown.parse(md))) if is_markdown else html.from_markdown(md)


def patch(native: Native, md: str) -> str:
    """Return a stored text changed to say `md`, in its own format, all else as it was."""
    if not native.is_markdown:
        return html.patch(native.text, md)
    wanted = fitted(markdown.parse(md))
    units = [Unit(unit.native, _shown(fitted(unit.blocks))) for unit in read_units(native.text)]
    text = splice(native.text, units, wanted, Form(_written, "\n\n"))
    return text if text == native.text or _read(text) == wanted else _written(wanted)


def _read(text: str) -> Blocks:
    return _shown(fitted(read_blocks(text)))


def _written(blocks: Blocks) -> str:
    return _BRACKET.sub(_without_tag, render(_in_code(blocks, _hide)))


def _without_tag(match: re.Match[str]) -> str:
    if match["bare"]:
        words = _SIGNS.sub(r"\\\1", match["bare"])
        return f"[{words}](<{match['bare']}>)"
    return match["address"] or "&lt;"


def _shown(blocks: Blocks) -> Blocks:
    """Return code as it is meant: only there an entity is not read as its sign."""
    return _in_code(blocks, lambda code: _ENTITY.sub(_sign, code))


def _hide(code: str) -> str:
    return _ENTITY.sub(r"&amp;\1\2", code).replace("<", "&lt;").replace(">", "&gt;")


def _sign(match: re.Match[str]) -> str:
    return f"&{match[1][4:]}{match[2]}" if match[1] else _BRACKETS[match[2]]


def _in_code(node: T, change: Callable[[str], str]) -> T:
    """Return a document, or a part of one, with the text of all code changed."""
    if isinstance(node, tuple):
        return type(node)(_in_code(each, change) for each in node)
    if isinstance(node, Code) or (isinstance(node, Text) and CODE in node.marks):
        return replace(node, text=change(node.text))
    if not isinstance(node, Paragraph | Heading | Quote | Panel | Item | List | Table):
        return node
    parts = {name: _in_code(getattr(node, name), change) for name in _PARTS if hasattr(node, name)}
    return replace(node, **parts)
