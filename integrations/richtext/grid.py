"""What tables of any markup share: merged cells laid out, and cells that hold one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from integrations.richtext import blocks as block
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
    Table,
    Text,
)

_MAX_SPAN = 100  # more columns than any editor offers; a forged number must not cost memory
_MAX_COVERED = 0x4000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with what it holds; it covers `width` columns and `height` rows."""

    blocks: Blocks
    width: int = 1
    height: int = 1


def laid_out(lines: Iterable[Iterable[Cell]]) -> Iterator[list[Inlines]]:
    """Yield rows of single lines, with an empty cell wherever a merged one covers a place.

    Once merged cells cover more than any table of people has, cells count as single ones.
    """
    below: dict[int, int] = {}
    left = _MAX_COVERED
    for line in lines:
        row: list[Inlines] = []
        for cell in line:
            left -= _skip_covered(row, below)
            width, height = (_span(cell.width), _span(cell.height)) if left > 0 else (1, 1)
            left -= width - 1
            for offset in range(width):
                if height > 1:
                    below[len(row)] = height - 1
                row.append(() if offset else tuple(flat(cell.blocks)))
        left -= _skip_covered(row, below)
        if left <= 0:
            below.clear()
        yield row


def flat(blocks: Blocks) -> Iterator[Inline]:
    """Yield everything that stands in some blocks as running text."""
    for each in blocks:
        match each:
            case Paragraph(inlines) | Heading(_, inlines):
                yield from inlines
            case Code(text):
                yield Text(text, frozenset({CODE}))
            case Quote(inner) | Panel(_, inner):
                yield from flat(inner)
            case List():
                yield from _flat_list(each)
            case Table(head, rows):
                yield from _flat_table((head, *rows))
        yield Text(" ")


def _flat_list(listing: List) -> Iterator[Inline]:
    for number, item in enumerate(listing.items, listing.start or 0):
        bullet = "•" if listing.start is None else f"{number}."
        yield Text(f"{bullet if item.is_done is None else block.BOXES[item.is_done]} ")
        yield from flat(item.blocks)


def _flat_table(rows: Iterable[Iterable[Inlines]]) -> Iterator[Inline]:
    for row in rows:
        for cell in row:
            yield from cell
            yield Text(" ")


def _skip_covered(row: list[Inlines], below: dict[int, int]) -> int:
    """Fill places that cells from above cover; `below` counts the rows left by column."""
    first = len(row)
    while below.get(len(row)):
        below[len(row)] -= 1
        row.append(())
    return len(row) - first


def _span(asked: int) -> int:
    return min(max(asked, 1), _MAX_SPAN)
