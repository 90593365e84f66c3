"""Rows of a wiki table to a table of single lines."""

import re
from collections.abc import Iterable, Iterator

from integrations.richtext import blocks as block
from integrations.richtext.inlines import tidy_line
from integrations.richtext.tree import Blocks, Inlines
from integrations.richtext.wiki.inline import read_inlines

_TOKEN = re.compile(
    r"\\.|\[[^\[\]\n]*\]|![^\s!|][^!\n]*!|\{[^{}\n]*\}|(?P<bar>\|\|?)|[^\\\[!{|]+|.", re.DOTALL
)
_MACRO = re.compile(r"(?<!\\)\{(?:code|noformat|quote|panel)(?::[^{}\n]*)?\}", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]*[*#-]+[ \t]+", re.MULTILINE)


def read_table(lines: Iterable[str]) -> Blocks:
    """Read rows; a first row of nothing but heading cells is the head."""
    rows = [list(_cells(line.strip())) for line in lines]
    contents = [[_content(cell) for _, cell in row] for row in rows]
    has_head = all(bar == "||" for bar, _ in rows[0])
    return block.table(contents[0], contents[1:]) if has_head else block.table((), contents)


def _cells(line: str) -> Iterator[tuple[str, str]]:
    """Yield each cell with the bar before it; bars in links, images and macros part nothing."""
    bar = ""
    parts: list[str] = []
    for token in _TOKEN.finditer(line):
        if token["bar"] is None:
            parts.append(token[0])
            continue
        if bar:
            yield bar, "".join(parts)
        bar, parts = token["bar"], []
    if "".join(parts).strip():
        yield bar, "".join(parts)


def _content(cell: str) -> Inlines:
    text = _BULLET.sub("• ", _MACRO.sub("", cell).strip())
    return tidy_line(read_inlines(text))
