"""HTML to blocks, each with the stretch of source that it was read from.

The parser is a browser's: whatever people or mail programs left, it makes a tree of it. Elements
that only arrange are seen through at any depth; what runs, embeds or styles is dropped.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from justhtml import JustHTML

from integrations.richtext import blocks as block
from integrations.richtext.grid import flat
from integrations.richtext.html.table import read_table
from integrations.richtext.html.text import (
    Around,
    Node,
    entered,
    number_of,
    read_inline,
    squeezed,
    word_of,
)
from integrations.richtext.inlines import plain, tidy
from integrations.richtext.patch import Unit
from integrations.richtext.tree import (
    MAX_LEVEL,
    STRONG,
    Block,
    Blocks,
    Break,
    Inline,
    Item,
    Paragraph,
    Rule,
    Text,
)

_Reader = Callable[[Node, int, Around], Iterable[Block]]

_DROPPED = frozenset(
    {"#comment", "!doctype", "script", "style", "template", "noscript", "iframe", "title"}
    | {"svg", "math", "head", "noembed", "noframes"}
)
_WRAPPERS = frozenset({"div", "section", "article", "main"})
_BLOCKS = _WRAPPERS | frozenset(
    {"address", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog"}
    | {"dir", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "menu", "nav", "ol"}
    | {"option", "p", "pre", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_LANGUAGE = re.compile(r"(?:\A|\s)lang(?:uage)?-(\S+)")
_END = re.compile(r"</[a-z]+\s*>\s*\Z", re.IGNORECASE)
_MAX_PEELS = 8
_LONGEST_END = 200


@dataclass(frozen=True, slots=True)
class Source:
    """A text from `start` to `end` in units; around it stand wrappers that never change."""

    start: int
    end: int
    units: list[Unit]


def read(html: str, level: int = 0) -> Blocks:
    """Read a whole text, which may stand below some levels of containers."""
    return tuple(read_blocks(_nodes(html), level))


def read_source(html: str) -> Source:
    """Read a text as units, whose natives are the places where they begin and end."""
    nodes = _nodes(html)
    start, end = 0, len(html)
    around = Around()
    for _ in range(_MAX_PEELS):
        wrapper = _only_wrapper(nodes)
        inner = _inside(html, start, end, wrapper) if wrapper is not None else None
        if wrapper is None or inner is None:
            break
        start, end = inner
        nodes = wrapper.children
        around = entered(around, wrapper)
    return Source(start, end, list(_units(html, start, end, nodes, around)))


def read_entries(html: str) -> Source | None:
    """Read the entries of a text that is one list, None where it is anything else."""
    shown = [node for node in _nodes(html) if not _is_blank(node)]
    listing = shown[0] if shown and shown[0].name in _LISTS else None
    inner = _inside(html, 0, len(html), listing) if listing and listing.children else None
    if listing is None or inner is None or len(shown) > 1:
        return None
    start, end = inner
    groups = _grouped(html, start, end, listing.children, _is_entry)
    return Source(
        start, end, [Unit(place, tuple(_items(group, 2, Around()))) for place, group in groups]
    )


def read_blocks(
    nodes: Sequence[Node],
    level: int = 0,
    around: Around = Around(),  # noqa: B008 -- frozen
) -> Iterator[Block]:
    """Read nodes as blocks; text that stands beside blocks is a paragraph."""
    run: list[Inline] = []
    todo: list[tuple[Node | None, Around]] = [(node, around) for node in reversed(nodes)]
    while todo:
        node, outer = todo.pop()
        reader = _reader(node, level) if node is not None else None
        if node is None or reader is not None or node.name in _BLOCKS:
            yield from paragraphs(run)
            run = []
        if node is None or node.name in _DROPPED:
            continue
        if node.name == "#text":
            run.append(Text(node.data, outer.marks, outer.link))
        elif reader is not None:
            yield from reader(node, level, outer)
        else:
            run += read_inline(node, outer)
            inner = entered(outer, node)
            todo += [(None, outer)] if node.name in _BLOCKS else []
            todo += [(child, inner) for child in reversed(node.children)]
    yield from paragraphs(run)


def quoted(blocks: Blocks) -> Blocks:
    """Return a quote, or the panel that one is whose first words name a panel in bold."""
    first = blocks[0] if blocks else None
    kind = plain(first.inlines).upper() if isinstance(first, Paragraph) else ""
    is_name = kind in block.PANEL_KINDS and first == title(kind)
    return (block.panel(kind, blocks[1:]) if is_name else ()) or block.quote(blocks)


def title(kind: str) -> Paragraph:
    """Return the words above a panel."""
    return Paragraph((Text(kind.capitalize(), frozenset({STRONG})),))


def paragraphs(inlines: Iterable[Inline]) -> Iterator[Block]:
    """Yield paragraphs; in HTML an empty line parts them as well."""
    parts: list[list[Inline]] = [[]]
    for inline in tidy(squeezed(inlines)):
        part = parts[-1]
        if isinstance(inline, Break) and part and isinstance(part[-1], Break):
            parts.append([])
        else:
            part.append(inline)
    for part in parts:
        yield from block.paragraph(part)


def _nodes(html: str) -> Sequence[Node]:
    parsed = JustHTML(html, fragment=True, sanitize=False, track_node_locations=True)
    children: Sequence[Node] = parsed.root.children or ()
    return children


def _is_blank(node: Node) -> bool:
    return node.name in _DROPPED or (node.name == "#text" and not node.data.strip())


def _only_wrapper(nodes: Sequence[Node]) -> Node | None:
    shown = [node for node in nodes if not _is_blank(node)]
    is_wrapped = len(shown) == 1 and shown[0].name in _WRAPPERS and nodes[-1] is shown[0]
    return shown[0] if is_wrapped and any(map(_is_block, shown[0].children)) else None


def _inside(html: str, start: int, end: int, wrapper: Node) -> tuple[int, int] | None:
    """Return where the text inside a wrapper begins and ends, None where its end is not written."""
    place = wrapper.children[0].origin_offset
    closing = _END.search(html, max(start, end - _LONGEST_END), end)
    if place is None or closing is None or not start < place <= closing.start():
        return None
    return place, closing.start()


def _units(
    html: str, start: int, end: int, nodes: Sequence[Node], around: Around
) -> Iterator[Unit]:
    """Yield units that cover the text; running text between blocks is one."""
    for place, group in _grouped(html, start, end, nodes, _is_apart):
        yield Unit(place, tuple(read_blocks(group, 0, around)))


def _grouped(
    html: str,
    start: int,
    end: int,
    nodes: Sequence[Node],
    is_apart: Callable[[Node, Node], bool],
) -> Iterator[tuple[tuple[int, int], list[Node]]]:
    """Yield stretches that cover the text, with their nodes; one begins where two stand apart."""
    position = start
    group: list[Node] = []
    for node in nodes:
        place = node.origin_offset
        is_placed = place is not None and position < place < end
        is_start = bool(group) and is_placed and is_apart(group[-1], node)
        if is_start and (html[place] == "<" or node.name == "#text"):
            yield (position, place), group
            position, group = place, []
        group.append(node)
    if position < end:
        yield (position, end), group


def _is_apart(before: Node, node: Node) -> bool:
    return _is_block(before) or _is_block(node)


def _is_entry(_: Node, node: Node) -> bool:
    return bool(node.name == "li")


def _is_block(node: Node) -> bool:
    return node.name in _BLOCKS


def _reader(node: Node, level: int) -> _Reader | None:
    """Return how to read an element; containers that lie too deep are seen through."""
    if node.name in _CONTAINERS:
        return _CONTAINERS[node.name] if level < MAX_LEVEL else None
    if node.name == "table":
        return _read_table if level < MAX_LEVEL + 2 else None
    return _LEAVES.get(node.name)


def _inner(node: Node, level: int, around: Around) -> Blocks:
    return tuple(read_blocks(node.children, level, entered(around, node)))


def _read_heading(node: Node, level: int, around: Around) -> Blocks:
    return block.heading(int(node.name[1]), squeezed(flat(_inner(node, level, around))))


def _read_code(node: Node, _level: int, _around: Around) -> Blocks:
    first = next((child for child in node.children if child.name == "code"), node)
    classes = f"{word_of(node, 'class')} {word_of(first, 'class')}"
    language = _LANGUAGE.search(classes)
    return block.code(_raw(node).removesuffix("\n"), language[1] if language else "")


def _raw(node: Node) -> str:
    """Return text letter by letter; each block inside begins and ends a line."""
    parts: list[str] = []
    todo: list[Node | None] = [node]
    while todo:
        each = todo.pop()
        if each is None or (each is not node and _is_block(each)):
            parts += ["\n"] if parts and not parts[-1].endswith("\n") else []
        if each is None or each.name in _DROPPED:
            continue
        if each.name == "#text":
            parts += [each.data.replace("\u00a0", " ")] if each.data else []
            continue
        parts += ["\n"] if each.name == "br" else []
        todo += [None] if each is not node and _is_block(each) else []
        todo += reversed(each.children)
    return "".join(parts)


def _read_quote(node: Node, level: int, around: Around) -> Blocks:
    return quoted(_inner(node, level + 1, around))


def _read_list(node: Node, level: int, around: Around) -> Blocks:
    items = _items(node.children, level + 2, entered(around, node))
    return block.listing(items, number_of(node, "start") if node.name == "ol" else None)


def _items(nodes: Iterable[Node], level: int, around: Around) -> list[Item]:
    """Read entries; a list that stands directly in another belongs to the entry before."""
    items: list[Item] = []
    for node in nodes:
        if node.name == "li":
            items.append(block.item(_inner(node, level, around)))
            continue
        inner = tuple(read_blocks([node], level, around))
        if inner and items and node.name in _LISTS:
            above = items.pop()
            items.append(Item((*above.blocks, *inner), above.is_done))
        elif inner:
            items.append(block.item(inner))
    return items


def _read_table(node: Node, level: int, around: Around) -> Blocks:
    return read_table(node, lambda cell: _inner(cell, level + 1, around))


_LISTS = ("ul", "ol", "menu", "dir")
_CONTAINERS: dict[str, _Reader] = {
    "blockquote": _read_quote,
    **dict.fromkeys(_LISTS, _read_list),
}
_LEAVES: dict[str, _Reader] = {
    "pre": _read_code,
    "hr": lambda _node, _level, _around: (Rule(),),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _read_heading),
}
