"""GitHub's Markdown to blocks, each with the lines of source that it was read from.

It is the house's Markdown with two things more: a line end in running text is a line break, as
in issues and comments, and raw HTML counts, read as everywhere else in the house.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from integrations.richtext.grid import flat
from integrations.richtext.html.parse import read as read_html
from integrations.richtext.inlines import clean
from integrations.richtext.markdown.parse import lift_marker, parser_of, read, read_leaf
from integrations.richtext.patch import Unit
from integrations.richtext.tree import Blocks, Break, Inline

_PARSER = parser_of({"html": True, "breaks": True})
_RENDERER = RendererHTML()
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")


def read_units(md: str) -> Iterator[Unit]:
    """Yield units, whose natives are the places where they begin and end; they cover the text."""
    groups = list(_groups(_PARSER.parse(clean(md))))
    ends = [0, *accumulate(len(line) for line in _LINE.findall(md))]
    places = [ends[_first_line(group)] for group in groups[1:]]
    starts, stops = [0, *places], [*places, len(md)]
    if not groups and md:
        yield Unit((0, len(md)), ())
    for start, stop, group in zip(starts, stops, groups, strict=False):
        yield Unit((start, stop), read(group, _read_leaf))


def read_blocks(md: str) -> Blocks:
    """Read a whole text."""
    return read(_PARSER.parse(clean(md)), _read_leaf)


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each outermost block."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _first_line(group: Sequence[Token]) -> int:
    return (group[0].map or [0])[0]


def _read_leaf(token: Token, opened: Sequence[Token]) -> Sequence[Any]:
    if token.type == "html_block":
        return read_html(token.content, token.level)
    children = token.children or []
    if any(child.type == "html_inline" for child in children):
        lift_marker(token, opened)
        written = _RENDERER.renderInline(children, _PARSER.options, {})
        return [list(_joined(read_html(written)))]
    for child in children:
        child.type = "hardbreak" if child.type == "softbreak" else child.type
    return read_leaf(token, opened)


def _joined(blocks: Blocks) -> Iterator[Inline]:
    """Yield blocks as running text, each on a line of its own."""
    for number, each in enumerate(blocks):
        yield from (Break(),) if number else ()
        yield from flat((each,))
