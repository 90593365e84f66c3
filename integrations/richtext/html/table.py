"""A table of HTML to a table of single lines."""

from collections.abc import Callable, Iterator, Sequence

from integrations.richtext import blocks as block
from integrations.richtext.grid import Cell, laid_out
from integrations.richtext.html.text import Node, number_of, squeezed, style_of, word_of
from integrations.richtext.tree import Blocks

_PARTS = ("thead", "tbody", "tfoot")
_SIDES = ("left", "center", "right")


def read_table(node: Node, read_cell: Callable[[Node], Blocks]) -> Blocks:
    """Read a table; merged cells leave empty ones, a first row of headers is the head."""
    lines = [_cells(row) for row in _rows(node)]
    grid = laid_out([_cell(cell, read_cell) for cell in line] for line in lines)
    rows = [[tuple(squeezed(cell)) for cell in row] for row in grid]
    has_head = bool(lines and lines[0]) and all(cell.name == "th" for cell in lines[0])
    aligns = [_side(cell) for cell in lines[0]] if lines else []
    head, body = (rows[0], rows[1:]) if has_head else ((), rows)
    return (*_caption(node, read_cell), *block.table(head, body, aligns))


def _caption(node: Node, read_cell: Callable[[Node], Blocks]) -> Blocks:
    captions = (child for child in node.children if child.name == "caption")
    return tuple(each for caption in captions for each in read_cell(caption))


def _rows(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.name == "tr":
            yield child
        elif child.name in _PARTS:
            yield from (row for row in child.children if row.name == "tr")


def _cells(row: Node) -> Sequence[Node]:
    return [cell for cell in row.children if cell.name in ("td", "th")]


def _cell(node: Node, read_cell: Callable[[Node], Blocks]) -> Cell:
    return Cell(read_cell(node), number_of(node, "colspan"), number_of(node, "rowspan"))


def _side(cell: Node) -> str:
    side = style_of(cell).get("text-align") or word_of(cell, "align").lower()
    return side if side in _SIDES else ""
