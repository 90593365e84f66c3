"""The normal form of blocks, and fitting them into a format that nests less than Markdown."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from integrations.richtext.inlines import clean, tidy, tidy_line
from integrations.richtext.tree import (
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

ANY = (Paragraph, Heading, Code, Rule, Quote, Panel, List, Table)
PANEL_KINDS = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
BOXES = {False: "☐", True: "☑"}

_BOX = re.compile(r"([☐☑])(?:\s+|\Z)")
_NO_LANGUAGE = re.compile(r"[^\w+#./-]")
_MAX_NUMBER = 999_999_999  # CommonMark's limit of nine digits
_MAX_CELLS = 0x10000  # what the parser fills up, too


def paragraph(inlines: Iterable[Inline]) -> Blocks:
    """Return one paragraph, none where nothing shows."""
    content = tidy(inlines)
    return (Paragraph(content),) if content else ()


def heading(level: int, inlines: Iterable[Inline]) -> Blocks:
    """Return one heading, none where nothing shows."""
    content = tidy_line(inlines)
    return (Heading(min(max(level, 1), 6), content),) if content else ()


def code(text: str, language: str = "") -> Blocks:
    """Return one code block with a language of one word."""
    word = language.split(maxsplit=1)[0] if language.strip() else ""
    return (Code(clean(text), _NO_LANGUAGE.sub("", word)),)


def one_line(text: str) -> str:
    """Return the words of a label, which holds no line ends."""
    return " ".join(clean(text).split())


def image(src: str, alt: str, title: str = "", link: Link | None = None) -> Image:
    """Return one picture with its words on one line."""
    return Image(src, one_line(alt), one_line(title), link)


def quote(blocks: Iterable[Block]) -> Blocks:
    """Return one quote, none where it is empty."""
    content = tuple(blocks)
    return (Quote(content),) if content else ()


def panel(kind: str, blocks: Iterable[Block]) -> Blocks:
    """Return one panel, none where it is empty."""
    content = tuple(blocks)
    return (Panel(kind, content),) if content else ()


def item(blocks: Iterable[Block], *, is_done: bool | None = None) -> Item:
    """Return one entry; a leading ballot box makes it a task, as formats without tasks write it."""
    content = tuple(blocks)
    if is_done is not None or not content or not isinstance(content[0], Paragraph):
        return Item(content, is_done)
    first = content[0].inlines[0]
    box = _BOX.match(first.text) if isinstance(first, Text) and not first.link else None
    if box is None or not isinstance(first, Text):
        return Item(content, is_done)
    rest = replace(first, text=first.text[box.end() :])
    text = paragraph((rest, *content[0].inlines[1:]))
    return Item((*text, *content[1:]), box[1] == BOXES[True])


def listing(items: Iterable[Item], start: int | None = None) -> Blocks:
    """Return one list, none where it has no entry."""
    content = tuple(items)
    if start is not None:
        start = min(max(start, 0), _MAX_NUMBER - len(content))
    return (List(content, start),) if content else ()


def table(
    head: Sequence[Inlines], rows: Iterable[Sequence[Inlines]], aligns: Sequence[str] = ()
) -> Blocks:
    """Return one table whose head is as wide as its widest row; none where it has no column."""
    body = tuple(_trimmed(row) for row in rows)
    width = max(len(head), *(len(row) for row in body), 0)
    if not width:
        return ()
    sides = tuple((*aligns, *[""] * width)[:width]) if any(aligns) else ()
    return (Table(_padded(tuple(map(tidy_line, head)), width), body, sides),)


def squared(block: Table) -> tuple[Row, ...]:
    """Return the rows filled up with empty cells, unless that made a small text a huge one."""
    width = len(block.head)
    if width * len(block.rows) > _MAX_CELLS:
        return block.rows
    return tuple(_padded(row, width) for row in block.rows)


def _trimmed(row: Sequence[Inlines]) -> Row:
    cells = [tidy_line(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _padded(row: Row, width: int) -> Row:
    return row + ((),) * (width - len(row))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a format can hold: blocks by container, and how it takes each leaf.

    `leaf` turns a block without children into the blocks that the format has for it; `takes` says
    whether an entry of a list may hold a block after the one before; `entry` joins what it holds.
    Without more it nests as Markdown does.
    """

    leaf: Callable[[Block], Blocks]
    in_quote: tuple[type[Block], ...] = ANY
    in_panel: tuple[type[Block], ...] = ANY
    takes: Callable[[Block | None, Block], bool] = lambda _before, _inner: True
    has_start: bool = True
    entry: Callable[[Blocks], Blocks] = tuple


def leaf_of(
    paragraphs: Callable[[Inlines], Blocks], line: Callable[[Inlines], Iterable[Inline]]
) -> Callable[[Block], Blocks]:
    """Return how to fit blocks without children whose running text changes."""

    def leaf(each: Block) -> Blocks:
        match each:
            case Paragraph(inlines):
                return paragraphs(inlines)
            case Heading(level, inlines):
                return heading(level, line(inlines))
            case Table(head, rows, aligns):
                lines = [[tuple(line(cell)) for cell in row] for row in (head, *rows)]
                return table(lines[0], lines[1:], aligns)
        return (each,)

    return leaf


def fit(blocks: Iterable[Block], shape: Shape) -> Blocks:
    """Return the document as the format can hold it: what may not nest comes out, in order."""
    return tuple(fitted for block in blocks for fitted in _fit(block, shape))


def _fit(block: Block, shape: Shape) -> Iterable[Block]:
    if isinstance(block, Quote):
        return _split(fit(block.blocks, shape), shape.in_quote, Quote)
    if isinstance(block, Panel):
        kind = block.kind
        inner = fit(block.blocks, shape)
        return _split(inner, shape.in_panel, lambda content: Panel(kind, content))
    if isinstance(block, List):
        return _fit_list(block, shape)
    return shape.leaf(block)


def _split(
    blocks: Blocks, allowed: tuple[type[Block], ...], wrap: Callable[[Blocks], Block]
) -> Iterator[Block]:
    for is_allowed, group in groupby(blocks, lambda block: isinstance(block, allowed)):
        if is_allowed:
            yield wrap(tuple(group))
        else:
            yield from group


def _fit_list(block: List, shape: Shape) -> Iterator[Block]:
    number = 1 if block.start is not None and not shape.has_start else block.start
    items: list[Item] = []
    for entry in block.items:
        inner = shape.entry(fit(entry.blocks, shape))
        kept = _kept(inner, shape)
        items.append(item(inner[:kept], is_done=entry.is_done))
        if kept < len(inner):
            yield List(tuple(items), number)
            yield from inner[kept:]
            number = _after(number, len(items), shape)
            items = []
    if items:
        yield List(tuple(items), number)


def _kept(blocks: Blocks, shape: Shape) -> int:
    before: Block | None = None
    for index, block in enumerate(blocks):
        if not shape.takes(before, block):
            return index
        before = block
    return len(blocks)


def _after(number: int | None, count: int, shape: Shape) -> int | None:
    return number + count if number is not None and shape.has_start else number
