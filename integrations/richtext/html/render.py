"""The document to HTML, with no more elements and attributes than Azure DevOps keeps."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from typing import Any

from integrations.richtext import blocks as block
from integrations.richtext.html.parse import paragraphs, quoted, title
from integrations.richtext.html.text import squeezed
from integrations.richtext.inlines import tidy_line
from integrations.richtext.spans import Close, Mark, Marked, Open, nested
from integrations.richtext.tree import (
    CODE,
    EM,
    STRIKE,
    STRONG,
    Block,
    Blocks,
    Break,
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

_TAGS = {STRONG: "strong", EM: "em", STRIKE: "s", CODE: "code"}
_TABLE = '<table border="1" style="border-collapse:collapse">'


def fitted(blocks: Blocks) -> Blocks:
    """Return the document as HTML can hold it."""
    return tuple(each for fit in block.fit(blocks, _SHAPE) for each in _named(fit))


def render(blocks: Blocks) -> str:
    """Write fitted blocks."""
    return "".join(_RENDERERS[type(each)](each) for each in blocks)


def entries(items: Iterable[Item]) -> str:
    """Write entries of a list."""
    return "".join(f"<li>{_item(item)}</li>" for item in items)


def _named(each: Block) -> Blocks:
    """Return panels for quotes that read as panels, at any depth."""
    match each:
        case Quote(inner):
            return quoted(_all_named(inner))
        case Panel(kind, inner):
            return (Panel(kind, _all_named(inner)),)
        case List(items, start):
            entries = tuple(Item(_all_named(item.blocks), item.is_done) for item in items)
            return (List(entries, start),)
    return (each,)


def _all_named(blocks: Blocks) -> Blocks:
    return tuple(named for each in blocks for named in _named(each))


def _leaf(leaf: Block) -> Blocks:
    if isinstance(leaf, Code):
        return (replace(leaf, text=leaf.text.replace("\u00a0", " ")),)
    return _text_leaf(leaf)


_text_leaf = block.leaf_of(lambda inlines: tuple(paragraphs(inlines)), squeezed)
_SHAPE = block.Shape(_leaf)


def _code(code: Code) -> str:
    name = f' class="language-{escape(code.language)}"' if code.language else ""
    text = f"{escape(code.text)}\n" if code.text else ""
    return f"<pre><code{name}>{text}</code></pre>"


def _quote(blocks: Blocks) -> str:
    return f"<blockquote>{render(blocks)}</blockquote>"


def _list(listing: List) -> str:
    items = entries(listing.items)
    if listing.start is None:
        return f"<ul>{items}</ul>"
    start = f' start="{listing.start}"' if listing.start != 1 else ""
    return f"<ol{start}>{items}</ol>"


def _item(item: Item) -> str:
    box = "" if item.is_done is None else f"{block.BOXES[item.is_done]} "
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, Paragraph):
        return f"{box}{_text(first.inlines)}{render(item.blocks[1:])}"
    return f"{box.strip()}{render(item.blocks)}"


def _table(table: Table) -> str:
    aligns = table.aligns or ("",) * len(table.head)
    rows = [_row(row, "td", aligns) for row in block.squared(table)]
    if not rows or any(table.head):
        rows.insert(0, _row(table.head, "th", aligns))
    return f"{_TABLE}<tbody>{''.join(rows)}</tbody></table>"


def _row(row: Row, name: str, aligns: tuple[str, ...]) -> str:
    cells = (
        f"<{name}{_style(align)}>{_text(tidy_line(cell))}</{name}>"
        for cell, align in zip(row, aligns, strict=False)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _style(align: str) -> str:
    return f' style="text-align:{align}"' if align else ""


def _text(inlines: Inlines) -> str:
    return "".join(_part(span) for span in nested([_marked(inline) for inline in inlines]))


def _marked(inline: Inline) -> Marked:
    marks: frozenset[Mark] = frozenset(inline.marks) if isinstance(inline, Text) else frozenset()
    link = None if isinstance(inline, Break) else inline.link
    return inline, marks | ({link} if link else set())


def _part(span: Open | Close | Inline) -> str:
    match span:
        case Open(mark):
            return _opening(mark)
        case Close(mark):
            return "</a>" if isinstance(mark, Link) else f"</{_TAGS[mark]}>"
        case Image(src, alt, words):
            named = _attribute("alt", alt) + _attribute("title", words)
            return f'<img src="{escape(src)}"{named}>'
        case Text(text):
            return escape(text, quote=False)
    return "<br>"


def _opening(mark: Mark) -> str:
    if isinstance(mark, Link):
        return f'<a href="{escape(mark.href)}"{_attribute("title", mark.title)}>'
    return f"<{_TAGS[mark]}>"


def _attribute(name: str, words: str) -> str:
    return f' {name}="{escape(words)}"' if words else ""


_RENDERERS: dict[type[Block], Callable[[Any], str]] = {
    Paragraph: lambda each: f"<p>{_text(each.inlines)}</p>",
    Heading: lambda each: f"<h{each.level}>{_text(each.inlines)}</h{each.level}>",
    Code: _code,
    Rule: lambda _: "<hr>",
    Quote: lambda each: _quote(each.blocks),
    Panel: lambda each: _quote((title(each.kind), *each.blocks)),
    List: _list,
    Table: _table,
}
