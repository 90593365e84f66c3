"""Markdown to the document, over the tokens of the house's one parser."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_block import table as gfm_table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from integrations.richtext import blocks as block
from integrations.richtext import links
from integrations.richtext.inlines import clean
from integrations.richtext.tree import (
    CODE,
    EM,
    MAX_LEVEL,
    STRIKE,
    STRONG,
    Blocks,
    Break,
    Inline,
    Link,
    Rule,
    Text,
)

_Rule = Callable[[StateBlock, int, int, bool], bool]
Leaf = Callable[[Token, Sequence[Token]], Sequence[Any]]

_TASK = re.compile(r"\[([ xX])\](?:\s+|\Z)")
_ALERT = re.compile(rf"\[!({'|'.join(block.PANEL_KINDS)})\]\s*(?:\n|\Z)", re.IGNORECASE)
_MARKS = {"strong": STRONG, "em": EM, "s": STRIKE}


def parse(md: str) -> Blocks:
    """Read Markdown into its normal form."""
    return read(_PARSER.parse(clean(md)), read_leaf)


def read(tokens: Sequence[Token], leaf: Leaf) -> Blocks:
    """Read tokens; `leaf` reads those that hold no others, below those that are open."""
    opened: list[Token] = []
    children: list[list[Any]] = [[]]
    for token in tokens:
        if token.nesting > 0:
            opened.append(token)
            children.append([])
        elif token.nesting < 0:
            inner = children.pop()
            children[-1].extend(_CONTAINERS[opened[-1].type](opened.pop(), inner))
        else:
            children[-1].extend(leaf(token, opened))
    return tuple(children[0])


def read_leaf(token: Token, opened: Sequence[Token]) -> Sequence[Any]:
    """Read running text, a code block or a rule."""
    if token.type == "inline":
        lift_marker(token, opened)
        return [_inlines(token.children or [])]
    if token.type == "hr":
        return [Rule()]
    return block.code(token.content.removesuffix("\n"), token.info)


def lift_marker(token: Token, opened: Sequence[Token]) -> None:
    """Move a task's box or an alert's kind from the text to the container that it opens."""
    holder = opened[-2] if len(opened) > 1 else None
    if holder is None or holder.meta.get("has_text") or opened[-1].type != "paragraph_open":
        return
    holder.meta["has_text"] = True
    if holder.type == "list_item_open" and (match := _TASK.match(token.content)):
        holder.meta["is_done"] = match[1] != " "
        _cut(token, len("[ ]"))
    elif holder.type == "blockquote_open" and (match := _ALERT.match(token.content)):
        holder.meta["kind"] = match[1].upper()
        _cut(token, len(match[0].rstrip()))


def _cut(token: Token, length: int) -> None:
    first = (token.children or [])[0]
    first.content = first.content[length:]


def _inlines(tokens: Sequence[Token]) -> list[Inline]:
    inlines: list[Inline] = []
    marks: list[str] = []
    link: Link | None = None
    before: Token | None = None
    for token in tokens:
        if token.type == "link_open":
            link = Link(str(token.attrs["href"]), block.one_line(str(token.attrs.get("title", ""))))
        elif token.type == "link_close":
            if link is not None and before is not None and before.type == "link_open":
                inlines.append(Text(link.href, frozenset(marks), link))
            link = None
        elif token.nesting > 0:
            marks.append(_MARKS[token.tag])
        elif token.nesting < 0:
            marks.remove(_MARKS[token.tag])
        else:
            inlines.append(_inline(token, frozenset(marks), link))
        before = token
    return inlines


def _inline(token: Token, marks: frozenset[str], link: Link | None) -> Inline:
    match token.type:
        case "hardbreak":
            return Break()
        case "softbreak":
            return Text(" ", marks, link)
        case "code_inline":
            return Text(token.content, marks | {CODE}, link)
        case "image":
            return _image(token, link)
    return Text(token.content, marks, link)


def _image(token: Token, link: Link | None) -> Inline:
    breaks = ("softbreak", "hardbreak")
    parts = (" " if child.type in breaks else child.content for child in token.children or [])
    title = str(token.attrs.get("title", ""))
    return block.image(str(token.attrs["src"]), "".join(parts), title, link)


def _table(_: Token, rows: list[Any]) -> Blocks:
    aligns, head = rows[0]
    return block.table(head, [cells for _, cells in rows[1:]], aligns)


def _row(_: Token, cells: list[Any]) -> list[Any]:
    return [([align for align, _ in cells], [inlines for _, inlines in cells])]


def _cell(token: Token, content: list[Any]) -> list[Any]:
    style = str(token.attrs.get("style", ""))
    return [(style.removeprefix("text-align:"), content[0])]


_CONTAINERS: dict[str, Callable[[Token, list[Any]], Sequence[Any]]] = {
    "paragraph_open": lambda _, inner: block.paragraph(inner[0]),
    "heading_open": lambda token, inner: block.heading(int(token.tag[1]), inner[0]),
    "blockquote_open": lambda token, inner: (
        block.panel(token.meta["kind"], inner) if "kind" in token.meta else block.quote(inner)
    ),
    "list_item_open": lambda token, inner: [block.item(inner, is_done=token.meta.get("is_done"))],
    "bullet_list_open": lambda _, inner: block.listing(inner),
    "ordered_list_open": lambda token, inner: block.listing(
        inner, int(token.attrs.get("start", 1))
    ),
    "table_open": _table,
    "thead_open": lambda _, inner: inner,
    "tbody_open": lambda _, inner: inner,
    "tr_open": _row,
    "th_open": _cell,
    "td_open": _cell,
}


def _bounded(rule: _Rule) -> _Rule:
    """Keep a container that lies too deep as text; the parser itself would drop it."""

    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- the parser's signature
        return state.level < MAX_LEVEL and rule(state, start, end, silent)

    return bounded


def _whole_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- the parser's signature
    """Read a table with the cells that stand beyond its head; GFM would drop them."""
    first = len(state.tokens)
    if not gfm_table(state, start, end, silent):
        return False
    if not silent:
        state.tokens[first:] = _with_all_cells(state, state.tokens[first:])
    return True


def _with_all_cells(state: StateBlock, tokens: list[Token]) -> list[Token]:
    whole: list[Token] = []
    width = sum(token.type == "th_open" for token in tokens)
    line = -1
    is_body = False
    for token in tokens:
        is_body = is_body or token.type == "tbody_open"
        if token.type == "tr_open" and token.map:
            line = token.map[0]
        if token.type == "tr_close" and is_body:
            for cell in _cells(state, line)[width:]:
                whole += _cell_tokens(cell, line, token.level + 1)
        whole.append(token)
    return whole


def _cells(state: StateBlock, line: int) -> list[str]:
    source = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    cells = escapedSplit(source)
    return cells[not cells[0] : len(cells) - (not cells[-1])]


def _cell_tokens(cell: str, line: int, level: int) -> list[Token]:
    content = Token("inline", "", 0, map=[line, line + 1], content=cell.strip(), children=[])
    opened = Token("td_open", "td", 1, level=level)
    return [opened, content, Token("td_close", "td", -1, level=level)]


def parser_of(options: Mapping[str, bool]) -> MarkdownIt:
    """Return the house's parser: CommonMark with GFM's tables and strikethrough, safe links."""
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_LEVEL + 8, **options})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = links.is_safe  # type: ignore[method-assign]  # the parser's own hook
    parser.normalizeLinkText = str  # type: ignore[method-assign,assignment]  # as typed
    rules = parser.block.ruler
    outer = ["paragraph", "reference", "blockquote", "list"]
    rules.at("blockquote", _bounded(blockquote), {"alt": outer})
    rules.at("list", _bounded(list_block), {"alt": outer[:3]})
    rules.at("table", _whole_table, {"alt": outer[:2]})
    return parser


_PARSER = parser_of({"html": False})
