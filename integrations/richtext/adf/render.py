"""The document to ADF nodes, within what the schema lets nest."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from integrations.richtext import blocks as block
from integrations.richtext.inlines import tidy
from integrations.richtext.tree import (
    CODE,
    EM,
    STRIKE,
    STRONG,
    Block,
    Blocks,
    Code,
    Heading,
    Image,
    Inline,
    Inlines,
    Item,
    Link,
    List,
    Panel,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
    Text,
)

Node = dict[str, Any]

_MARK_ORDER = (STRONG, EM, STRIKE, CODE)
_PANEL_TYPES = {
    "NOTE": "info",
    "TIP": "success",
    "IMPORTANT": "note",
    "WARNING": "warning",
    "CAUTION": "error",
}


def fitted(blocks: Blocks) -> Blocks:
    """Return the document as ADF can hold it."""
    return block.fit(blocks, _SHAPE)


def render(blocks: Iterable[Block]) -> list[Node]:
    """Write fitted blocks as nodes; tasks have no ids yet."""
    return [_RENDERERS[type(each)](each) for each in blocks]


def entries(items: Iterable[Item]) -> list[Node]:
    """Write entries of a list of bullets or numbers."""
    return [_item(item) for item in items]


def _leaf(leaf: Block) -> Blocks:
    match leaf:
        case Paragraph(inlines):
            return tuple(_lifted(_plain_code(inlines)))
        case Heading(level, inlines):
            return block.heading(level, map(_as_text, _plain_code(inlines)))
        case Table(head, rows):
            return block.table(_cells(head), [_cells(row) for row in rows])
    return (leaf,)


def _plain_code(inlines: Inlines) -> Iterator[Inline]:
    """Drop marks beside code and titles of images, for which ADF has no room."""
    for inline in inlines:
        if isinstance(inline, Text) and CODE in inline.marks:
            yield Text(inline.text, frozenset({CODE}), inline.link)
        elif isinstance(inline, Image):
            yield Image(inline.src, inline.alt or inline.title, "", inline.link)
        else:
            yield inline


def _lifted(inlines: Iterable[Inline]) -> Iterator[Block]:
    """Set each image as a paragraph of its own."""
    for is_image, group in groupby(inlines, lambda inline: isinstance(inline, Image)):
        for content in ([each] for each in group) if is_image else [group]:
            yield from block.paragraph(content)


def _as_text(inline: Inline) -> Inline:
    if not isinstance(inline, Image):
        return inline
    return Text(inline.alt or inline.src, link=inline.link or Link(inline.src))


def _cells(row: Row) -> list[Inlines]:
    return [tuple(_spaced(_plain_code(cell))) for cell in row]


def _spaced(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Set images apart, as a cell reads that holds them as blocks."""
    for inline in inlines:
        yield from (Text(" "), inline, Text(" ")) if isinstance(inline, Image) else (inline,)


def _takes(_: Block | None, inner: Block) -> bool:
    return isinstance(inner, Paragraph | Code | List)


_SHAPE = block.Shape(
    in_quote=(Paragraph, Code, List),
    in_panel=(Paragraph, Heading, Code, Rule, List),
    takes=_takes,
    leaf=_leaf,
    has_start=True,
)


def _paragraph(paragraph: Paragraph) -> Node:
    only = paragraph.inlines[0]
    if isinstance(only, Image):
        return _media(only)
    return {"type": "paragraph", "content": _inlines(paragraph.inlines)}


def _media(image: Image) -> Node:
    attrs = {"type": "external", "url": image.src} | ({"alt": image.alt} if image.alt else {})
    media: Node = {"type": "media", "attrs": attrs}
    if image.link is not None:
        media["marks"] = [_link(image.link)]
    return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]}


def _heading(heading: Heading) -> Node:
    attrs = {"level": heading.level}
    return {"type": "heading", "attrs": attrs, "content": _inlines(heading.inlines)}


def _code(code: Code) -> Node:
    node: Node = {"type": "codeBlock"}
    if code.language:
        node["attrs"] = {"language": code.language}
    if code.text:
        node["content"] = [{"type": "text", "text": code.text}]
    return node


def _quote(quote: Quote) -> Node:
    return {"type": "blockquote", "content": _without_tasks(quote.blocks)}


def _panel(panel: Panel) -> Node:
    attrs = {"panelType": _PANEL_TYPES[panel.kind]}
    return {"type": "panel", "attrs": attrs, "content": render(panel.blocks)}


def _without_tasks(blocks: Blocks) -> list[Node]:
    return [_plain_list(each) if isinstance(each, List) else render([each])[0] for each in blocks]


def _list(listing: List) -> Node:
    return _task_list(listing) if _is_task_list(listing) else _plain_list(listing)


def _is_task_list(listing: List) -> bool:
    return listing.start is None and all(
        item.is_done is not None and _is_task(item.blocks) for item in listing.items
    )


def _is_task(blocks: Blocks) -> bool:
    rest = blocks[1:] if blocks and _is_text(blocks[0]) else blocks
    return all(isinstance(each, List) and _is_task_list(each) for each in rest)


def _is_text(each: Block) -> bool:
    return isinstance(each, Paragraph) and not isinstance(each.inlines[0], Image)


def _task_list(listing: List) -> Node:
    content: list[Node] = []
    for item in listing.items:
        state = "DONE" if item.is_done else "TODO"
        task: Node = {"type": "taskItem", "attrs": {"localId": "", "state": state}}
        content.append(task)
        for each in item.blocks:
            if isinstance(each, Paragraph):
                task["content"] = _inlines(each.inlines)
            elif isinstance(each, List):
                content.append(_task_list(each))
    return {"type": "taskList", "attrs": {"localId": ""}, "content": content}


def _plain_list(listing: List) -> Node:
    node: Node = {"type": "bulletList" if listing.start is None else "orderedList"}
    if listing.start not in (None, 1):
        node["attrs"] = {"order": listing.start}
    node["content"] = entries(listing.items)
    return node


def _item(item: Item) -> Node:
    content = item.blocks
    if item.is_done is not None:
        content = _boxed(content, block.BOXES[item.is_done])
    nodes = render(content)
    if not nodes or nodes[0]["type"] not in ("paragraph", "codeBlock", "mediaSingle"):
        nodes.insert(0, {"type": "paragraph"})
    return {"type": "listItem", "content": nodes}


def _boxed(blocks: Blocks, box: str) -> Blocks:
    """Write a task's state as text where no task list may stand."""
    if blocks and _is_text(blocks[0]) and isinstance(blocks[0], Paragraph):
        text = tidy((Text(f"{box} "), *blocks[0].inlines))
        return (Paragraph(text), *blocks[1:])
    return (Paragraph((Text(box),)), *blocks)


def _table(table: Table) -> Node:
    rows = [_row(row, "tableCell") for row in block.squared(table)]
    if not rows or any(table.head):
        rows.insert(0, _row(table.head, "tableHeader"))
    return {"type": "table", "content": rows}


def _row(row: Row, kind: str) -> Node:
    return {
        "type": "tableRow",
        "content": [
            {"type": kind, "content": render(_lifted(cell)) or [{"type": "paragraph"}]}
            for cell in row
        ],
    }


def _inlines(inlines: Inlines) -> list[Node]:
    return [_inline(inline) for inline in inlines]


def _inline(inline: Inline) -> Node:
    if not isinstance(inline, Text):
        return {"type": "hardBreak"}
    node: Node = {"type": "text", "text": inline.text}
    marks = [{"type": mark} for mark in _MARK_ORDER if mark in inline.marks]
    if inline.link is not None:
        marks.append(_link(inline.link))
    if marks:
        node["marks"] = marks
    return node


def _link(link: Link) -> Node:
    attrs = {"href": link.href} | ({"title": link.title} if link.title else {})
    return {"type": "link", "attrs": attrs}


_RENDERERS: dict[type[Block], Callable[[Any], Node]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Code: _code,
    Rule: lambda _: {"type": "rule"},
    Quote: _quote,
    Panel: _panel,
    List: _list,
    Table: _table,
}
