"""The document to Markdown, in one spelling."""

import re
from collections.abc import Callable
from typing import Any

from integrations.richtext.blocks import squared
from integrations.richtext.markdown.text import cell_text, heading_text, running_text
from integrations.richtext.tree import (
    Block,
    Blocks,
    Code,
    Heading,
    Item,
    List,
    Panel,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
)

_TICKS = re.compile(r"`+")
_ALIGNS = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}


def render(blocks: Blocks) -> str:
    """Write a document in normal form; reading the result gives the same document."""
    return _joined(blocks, lambda _before, _block: "\n\n", "-")


def _joined(blocks: Blocks, gap: Callable[[Block, Block], str], bullet: str) -> str:
    """Join blocks; of two lists that would run into one the second has the other marker."""
    parts: list[str] = []
    before: Block | None = None
    is_other = bullet == "*"
    for block in blocks:
        if before is not None:
            parts.append(gap(before, block))
            is_other = _is_same_kind(before, block) and not is_other
        parts.append(_list(block, is_other) if isinstance(block, List) else _block(block))
        before = block
    return "".join(parts)


def _block(block: Block) -> str:
    return _RENDERERS[type(block)](block)


def _is_same_kind(before: Block | None, block: Block) -> bool:
    """Whether two lists would run into one if both had the same marker."""
    if not isinstance(before, List) or not isinstance(block, List):
        return False
    return (before.start is None) == (block.start is None)


def _item_gap(before: Block, block: Block) -> str:
    """Set a list below its text without a blank line where CommonMark lets it interrupt."""
    if not isinstance(before, Paragraph) or not isinstance(block, List):
        return "\n\n"
    return "\n" if block.start in (None, 1) and block.items[0].blocks else "\n\n"


def _code(code: Code) -> str:
    longest = max((len(run) for run in _TICKS.findall(code.text)), default=0)
    fence = "`" * max(3, longest + 1)
    text = f"{code.text}\n" if code.text else ""
    return f"{fence}{code.language}\n{text}{fence}"


def _quote(quote: Quote) -> str:
    return _indented(render(quote.blocks), "> ")


def _panel(panel: Panel) -> str:
    gap = "\n" if isinstance(panel.blocks[0], Paragraph) else "\n\n"
    return _indented(f"[!{panel.kind}]{gap}{render(panel.blocks)}", "> ")


def _list(listing: List, is_other: bool) -> str:  # noqa: FBT001 -- decided by the neighbour before
    if listing.start is None:
        marker = "*" if is_other else "-"
        return "\n".join(_item(item, marker) for item in listing.items)
    end = ")" if is_other else "."
    numbered = enumerate(listing.items, listing.start)
    return "\n".join(_item(item, f"{number}{end}") for number, item in numbered)


def _item(item: Item, marker: str) -> str:
    box = "" if item.is_done is None else f"[{'x' if item.is_done else ' '}]"
    if not item.blocks:
        return f"{marker} {box}".rstrip()
    width = " " * (len(marker) + 1)
    body = _joined(item.blocks, _item_gap, "*" if marker == "-" else "-")  # "- - -" is a rule
    if isinstance(item.blocks[0], Rule):
        body = body.replace("---", "___", 1)  # "- ---" would be a rule of its own
    if box:
        body = box + (" " if isinstance(item.blocks[0], Paragraph) else "\n\n") + body
    return marker + " " + _indented(body, width).removeprefix(width)


def _indented(text: str, prefix: str) -> str:
    blank = prefix.rstrip()
    return "\n".join(prefix + line if line else blank for line in text.split("\n"))


def _table(table: Table) -> str:
    aligns = table.aligns or ("",) * len(table.head)
    rule = " | ".join(_ALIGNS[align] for align in aligns)
    return "\n".join([_row(table.head), f"| {rule} |", *map(_row, squared(table))])


def _row(row: Row) -> str:
    return f"| {' | '.join(cell_text(cell) for cell in row)} |"


_RENDERERS: dict[type[Block], Callable[[Any], str]] = {
    Paragraph: lambda block: running_text(block.inlines),
    Heading: lambda block: f"{'#' * block.level} {heading_text(block.inlines)}",
    Code: _code,
    Rule: lambda _: "---",
    Quote: _quote,
    Panel: _panel,
    Table: _table,
}
