"""A table of ADF to a table of single lines."""

from collections.abc import Callable, Iterator

from integrations.richtext import blocks as block
from integrations.richtext.adf.text import Node, attrs_of, content_of
from integrations.richtext.tree import (
    CODE,
    Blocks,
    Code,
    Heading,
    Inline,
    Inlines,
    List,
    Panel,
    Paragraph,
    Quote,
    Text,
)

_MAX_SPAN = 100  # more columns than Jira's editor offers; a forged number must not cost memory


def read_table(node: Node, read_cell: Callable[[Node], Blocks]) -> Blocks:
    """Read a table; merged cells leave empty ones, a first row of headers is the head."""
    lines = [content_of(row) for row in content_of(node)]
    rows = list(_grid(lines, read_cell))
    has_head = bool(lines) and all(cell.get("type") == "tableHeader" for cell in lines[0])
    return block.table(rows[0], rows[1:]) if has_head else block.table((), rows)


def _grid(lines: list[list[Node]], read_cell: Callable[[Node], Blocks]) -> Iterator[list[Inlines]]:
    """Lay cells out; `below` counts by column how many rows a merged cell still covers."""
    below: dict[int, int] = {}
    for line in lines:
        row: list[Inlines] = []
        for cell in line:
            _skip_covered(row, below)
            height = _span(cell, "rowspan") - 1
            for offset in range(_span(cell, "colspan")):
                if height:
                    below[len(row)] = height
                row.append(() if offset else tuple(_flat(read_cell(cell))))
        _skip_covered(row, below)
        yield row


def _skip_covered(row: list[Inlines], below: dict[int, int]) -> None:
    while below.get(len(row)):
        below[len(row)] -= 1
        row.append(())


def _span(cell: Node, name: str) -> int:
    span = attrs_of(cell).get(name)
    return min(max(span, 1), _MAX_SPAN) if isinstance(span, int) else 1


def _flat(blocks: Blocks) -> Iterator[Inline]:
    """Yield everything that stands in a cell on one line."""
    for each in blocks:
        match each:
            case Paragraph(inlines) | Heading(_, inlines):
                yield from inlines
            case Code(text):
                yield Text(text, frozenset({CODE}))
            case Quote(inner) | Panel(_, inner):
                yield from _flat(inner)
            case List():
                yield from _flat_list(each)
        yield Text(" ")


def _flat_list(listing: List) -> Iterator[Inline]:
    for number, item in enumerate(listing.items, listing.start or 0):
        bullet = "•" if listing.start is None else f"{number}."
        yield Text(f"{bullet if item.is_done is None else block.BOXES[item.is_done]} ")
        yield from _flat(item.blocks)
