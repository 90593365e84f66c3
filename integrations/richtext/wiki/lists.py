"""Flat entries with markers such as `*#` to lists within lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from integrations.richtext import blocks as block
from integrations.richtext.tree import MAX_LEVEL, Block, Blocks, Item


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: its markers, outermost first, and what it holds."""

    markers: str
    blocks: Blocks


def nest(entries: Sequence[Entry], level: int) -> Blocks:
    """Return the lists that the entries make; markers beyond the deepest level count no more."""
    deepest = max((MAX_LEVEL - level + 1) // 2, 1)
    flat = [Entry(entry.markers.replace("-", "*")[:deepest], entry.blocks) for entry in entries]
    return _lists(flat, 0)


def _lists(entries: Sequence[Entry], depth: int) -> Blocks:
    """Make one list of each run of entries with the same kind of marker at this depth."""
    lists: list[Block] = []
    for marker, run in groupby(entries, lambda entry: entry.markers[depth]):
        start = 1 if marker == "#" else None
        lists += block.listing(_items(list(run), depth), start)
    return tuple(lists)


def _items(entries: Sequence[Entry], depth: int) -> Iterator[Item]:
    head: Blocks = ()
    below: list[Entry] = []
    has_head = False
    for entry in entries:
        if len(entry.markers) > depth + 1:
            below.append(entry)
            continue
        if has_head or below:
            yield block.item((*head, *_lists(below, depth + 1)))
        head, below, has_head = entry.blocks, [], True
    yield block.item((*head, *_lists(below, depth + 1)))
