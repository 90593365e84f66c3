"""ADF to the document: what Markdown can say is kept, the rest becomes plain words.

Nodes come from people's trackers, so nothing is taken for granted about their shape.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from integrations.richtext import blocks as block
from integrations.richtext.adf.table import read_table
from integrations.richtext.adf.text import (
    Node,
    attrs_of,
    content_of,
    read_card,
    read_inlines,
    read_media,
    words_of,
)
from integrations.richtext.inlines import plain
from integrations.richtext.tree import MAX_LEVEL, STRONG, Block, Blocks, Item, Rule, Text

_PANEL_KINDS = {
    "success": "TIP",
    "tip": "TIP",
    "note": "IMPORTANT",
    "warning": "WARNING",
    "error": "CAUTION",
}
_INLINE = {"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "mediaInline"}


def read_block(node: Any, level: int = 0) -> Iterator[Block]:
    """Read one block node as none, one or several blocks."""
    if not isinstance(node, Mapping):
        return
    reader = _READERS.get(str(node.get("type")), _read_unknown)
    yield from reader(node, level) if level < MAX_LEVEL else _read_deep(node)


def _read_all(nodes: Iterable[Node], level: int) -> Iterator[Block]:
    for node in nodes:
        yield from read_block(node, level)


def _children(node: Node, level: int) -> Iterator[Block]:
    return _read_all(content_of(node), level)


def _read_paragraph(node: Node, _: int) -> Blocks:
    return block.paragraph(read_inlines(content_of(node)))


def _read_heading(node: Node, _: int) -> Blocks:
    level = attrs_of(node).get("level")
    known = level if isinstance(level, int) else 1
    return block.heading(known, read_inlines(content_of(node)))


def _read_code(node: Node, _: int) -> Blocks:
    text = "".join(str(child.get("text") or "") for child in content_of(node))
    return block.code(text, words_of(node, "language"))


def _read_quote(node: Node, level: int) -> Blocks:
    return block.quote(_children(node, level + 1))


def _read_panel(node: Node, level: int) -> Blocks:
    kind = _PANEL_KINDS.get(words_of(node, "panelType"), "NOTE")
    return block.panel(kind, _children(node, level + 1))


def _read_bullets(node: Node, level: int) -> Blocks:
    return block.listing(_items(node, level))


def _read_numbers(node: Node, level: int) -> Blocks:
    order = attrs_of(node).get("order", 1)
    return block.listing(_items(node, level), int(order) if isinstance(order, int | float) else 1)


def _items(node: Node, level: int) -> Iterator[Item]:
    for child in content_of(node):
        yield block.item(_children(child, level + 2))


def _read_tasks(node: Node, level: int) -> Blocks:
    """Read tasks; a list of tasks below one is its sibling in ADF and its child here."""
    items: list[Item] = []
    for child in content_of(node):
        if child.get("type") == "taskList":
            above = items.pop() if items else Item((), is_done=False)
            inner = read_block(child, level + 2)
            items.append(Item((*above.blocks, *inner), above.is_done))
        else:
            text = _read_text_or_blocks(child, level + 2)
            items.append(Item(tuple(text), attrs_of(child).get("state") == "DONE"))
    return block.listing(items)


def _read_decisions(node: Node, _: int) -> Blocks:
    lines = (block.paragraph(read_inlines(content_of(child))) for child in content_of(node))
    return block.listing(block.item(line) for line in lines)


def _read_media(node: Node, level: int) -> Iterator[Block]:
    for child in content_of(node):
        if child.get("type") == "media":
            yield from block.paragraph([read_media(child)])
        else:
            yield from _read_text_or_blocks(child, level + 1)


def _read_card(node: Node, _: int) -> Blocks:
    return block.paragraph([read_card(node)])


def _read_expand(node: Node, level: int) -> Iterator[Block]:
    yield from block.paragraph([Text(words_of(node, "title"), frozenset({STRONG}))])
    yield from _children(node, level + 1)


def _read_table(node: Node, level: int) -> Blocks:
    return read_table(node, lambda cell: tuple(_children(cell, level + 1)))


def _read_unknown(node: Node, level: int) -> Iterator[Block]:
    """Read through a container; show by name what holds no text."""
    if content_of(node):
        return _read_text_or_blocks(node, level + 1)
    name = words_of(node, "text", "extensionKey") or str(node.get("type") or "node")
    return iter(block.paragraph([Text(f"[{name}]")]))


def _read_text_or_blocks(node: Node, level: int) -> Iterator[Block]:
    content = content_of(node)
    if content and content[0].get("type") in _INLINE:
        return iter(block.paragraph(read_inlines(content)))
    return _read_all(content, level)


def _read_deep(node: Node) -> Blocks:
    """Read the words of what lies too deep, without going down into it by recursion."""
    words: list[str] = []
    todo = [node]
    while todo:
        each = todo.pop()
        words.append(plain(read_inlines([each])) if each.get("type") in _INLINE else " ")
        todo += reversed(content_of(each))
    return block.paragraph([Text("".join(words))])


_READERS: dict[str, Callable[[Node, int], Iterable[Block]]] = {
    "paragraph": _read_paragraph,
    "heading": _read_heading,
    "codeBlock": _read_code,
    "rule": lambda _node, _level: [Rule()],
    "blockquote": _read_quote,
    "panel": _read_panel,
    "bulletList": _read_bullets,
    "orderedList": _read_numbers,
    "taskList": _read_tasks,
    "decisionList": _read_decisions,
    "table": _read_table,
    "mediaSingle": _read_media,
    "mediaGroup": _read_media,
    "blockCard": _read_card,
    "embedCard": _read_card,
    "expand": _read_expand,
    "nestedExpand": _read_expand,
}
