"""A table of ADF to a table of single lines."""

from collections.abc import Callable

from integrations.richtext import blocks as block
from integrations.richtext.adf.text import Node, attrs_of, content_of
from integrations.richtext.grid import Cell, laid_out
from integrations.richtext.tree import Blocks


def read_table(node: Node, read_cell: Callable[[Node], Blocks]) -> Blocks:
    """Read a table; merged cells leave empty ones, a first row of headers is the head."""
    lines = [content_of(row) for row in content_of(node)]
    rows = list(laid_out([_cell(cell, read_cell) for cell in line] for line in lines))
    has_head = bool(lines) and all(cell.get("type") == "tableHeader" for cell in lines[0])
    return block.table(rows[0], rows[1:]) if has_head else block.table((), rows)


def _cell(node: Node, read_cell: Callable[[Node], Blocks]) -> Cell:
    return Cell(read_cell(node), _span(node, "colspan"), _span(node, "rowspan"))


def _span(node: Node, name: str) -> int:
    span = attrs_of(node).get(name)
    return span if isinstance(span, int) else 1
