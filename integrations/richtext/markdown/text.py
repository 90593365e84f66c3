"""Running text to Markdown: marks nested, special characters escaped.

A mark only counts where CommonMark lets its delimiter open or close (the "flanking" rules). Where
the neighbouring letter would forbid that, the letter is written as a character reference.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from markdown_it.common.utils import isPunctChar, isWhiteSpace

from integrations.richtext.spans import Close, Mark, Marked, Open, nested
from integrations.richtext.tree import (
    CODE,
    EM,
    STRIKE,
    STRONG,
    Break,
    Image,
    Inline,
    Inlines,
    Link,
    Text,
)

_DELIMITERS = {STRONG: "**", STRIKE: "~~"}
_SPECIAL = re.compile(r"[`*\[\]]|\\(?=[!-/:-@\[-`{-~]|\Z)|<(?=[A-Za-z/!?]|\Z)|&(?=#?\w+;)|_+|~+")
_REFERENCE = re.compile(r"&(?=#?\w+;)")
_TICKS = re.compile(r"`+")
_IN_TITLE = re.compile(r"[\\\"&<`*_\[\]~]")
_LINE_START = re.compile(r"[-+](?=\s|\Z)|#{1,6}(?=\s|\Z)|>|=+\s*\Z|[-:| ]+\Z")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|\Z)")
_CLOSING_HASH = re.compile(r"(?<!\\)#\Z")


@dataclass(slots=True)
class _Piece:
    """A stretch of output; `mark` is set on delimiters, `is_plain` where letters may change."""

    text: str
    mark: str = ""
    is_open: bool = False
    is_plain: bool = False


def running_text(inlines: Inlines) -> str:
    """Write a paragraph; each break is a backslash at the end of a line."""
    groups = groupby(inlines, lambda inline: isinstance(inline, Break))
    lines: list[list[Inline]] = [[]]
    for is_break, group in groups:
        if is_break:
            lines += [[] for _ in group]
        else:
            lines[-1] = list(group)
    return "\\\n".join(_line(line) for line in lines)


def heading_text(inlines: Inlines) -> str:
    """Write the text of a heading."""
    return _CLOSING_HASH.sub(r"\\#", _line(list(inlines)))


def cell_text(inlines: Inlines) -> str:
    """Write a cell; a bar inside would end it."""
    return _line(list(inlines)).replace("|", "\\|")


def _line(line: list[Inline]) -> str:
    pieces = _pieces(line)
    _choose_emphasis(pieces)
    _mind_flanks(pieces)
    text = "".join(piece.text for piece in pieces)
    return _escape_start(text) if pieces and pieces[0].is_plain else text


def _pieces(line: list[Inline]) -> list[_Piece]:
    pieces: list[_Piece] = []
    link: Link | None = None
    for span in nested(_marked(line)):
        if isinstance(span, Open | Close) and isinstance(span.mark, Link):
            link = span.mark if isinstance(span, Open) else None
            pieces.append(_Piece("[" if link else f"]({_target(span.mark.href, span.mark.title)})"))
        elif isinstance(span, Open | Close):
            mark = str(span.mark)
            is_open = isinstance(span, Open)
            pieces.append(_Piece(_DELIMITERS.get(mark, "*"), mark=mark, is_open=is_open))
        else:
            pieces.append(_leaf(span, is_linked=link is not None))
        if len(pieces) > 1 and pieces[-1].text[0] == "[" and pieces[-2].text[-1:] == "!":
            pieces[-2].text = pieces[-2].text[:-1] + "\\!"
    return pieces


def _marked(line: list[Inline]) -> list[Marked]:
    """Pair each inline with its marks; an address that is its own text needs no brackets."""
    runs = groupby(line, lambda inline: None if isinstance(inline, Break) else inline.link)
    marked: list[Marked] = []
    for link, group in runs:
        run = list(group)
        is_address = link is not None and _is_address(run, link)
        outer: frozenset[Mark] = frozenset() if link is None or is_address else frozenset({link})
        marked += [(inline, outer | _marks(inline)) for inline in run]
    return marked


def _is_address(run: list[Inline], link: Link) -> bool:
    only = run[0]
    is_own_name = isinstance(only, Text) and only.text == link.href and CODE not in only.marks
    return is_own_name and len(run) == 1 and not link.title


def _marks(inline: Inline) -> frozenset[Mark]:
    return frozenset(inline.marks - {CODE}) if isinstance(inline, Text) else frozenset()


def _leaf(inline: Inline, *, is_linked: bool) -> _Piece:
    if isinstance(inline, Image):
        alt = _escape(inline.alt, is_linked=True)
        return _Piece(f"![{alt}]({_target(inline.src, inline.title)})")
    if not isinstance(inline, Text):
        return _Piece(" ")
    if CODE in inline.marks:
        return _Piece(_code(inline.text))
    if inline.link is not None and not is_linked:
        return _Piece(f"<{inline.link.href}>")
    return _Piece(_escape(inline.text, is_linked=is_linked), is_plain=True)


def _code(text: str) -> str:
    ticks = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _target(href: str, title: str) -> str:
    address = _REFERENCE.sub(r"\\&", href)
    if "(" in href or ")" in href:
        address = f"<{address}>"
    words = _IN_TITLE.sub(r"\\\g<0>", title)
    return f'{address} "{words}"' if title else address


def _escape(text: str, *, is_linked: bool) -> str:
    """Write every character that Markdown would read as more than itself with a backslash."""

    def escaped(match: re.Match[str]) -> str:
        run = match[0]
        if run == "]" and not is_linked:
            return run
        if run[0] in "_~" and _is_harmless(match, text):
            return run
        return "".join(f"\\{char}" for char in run)

    return _SPECIAL.sub(escaped, text)


def _is_harmless(match: re.Match[str], text: str) -> bool:
    """Whether a run of _ or ~ stands inside a word, or is a lone ~ with text around it."""
    start, end = match.span()
    if start == 0 or end == len(text):
        return False
    if match[0][0] == "~":
        return len(match[0]) == 1
    return _is_letter(text[start - 1]) and _is_letter(text[end])


def _is_letter(char: str) -> bool:
    return bool(char) and not isWhiteSpace(ord(char)) and not isPunctChar(char)


def _choose_emphasis(pieces: list[_Piece]) -> None:
    """Write emphasis as _ where a * would run into the ** beside it, else as *."""
    opened: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.mark != EM:
            continue
        if piece.is_open:
            opened.append(index)
            continue
        start = opened.pop()
        if _touches_strong(pieces, start) or _touches_strong(pieces, index):
            pieces[start].text = piece.text = "_"


def _touches_strong(pieces: list[_Piece], index: int) -> bool:
    around = pieces[max(index - 1, 0) : index + 2]
    return any(piece.mark == STRONG for piece in around)


def _mind_flanks(pieces: list[_Piece]) -> None:
    """Mind closers forward and openers backward, as each may change what the next one sees."""
    for before, piece, after in _triples(pieces):
        if piece.mark and not piece.is_open and _is_blocked(piece, before.text[-1], after.text[0]):
            after.text = f"&#{ord(after.text[0])};{after.text[1:]}"
    for before, piece, after in reversed(_triples(pieces)):
        if piece.mark and piece.is_open and _is_blocked(piece, after.text[0], before.text[-1]):
            before.text = f"{before.text[:-1]}&#{ord(before.text[-1])};"


def _triples(pieces: list[_Piece]) -> list[tuple[_Piece, _Piece, _Piece]]:
    return list(zip(pieces, pieces[1:], pieces[2:], strict=False))


def _is_blocked(piece: _Piece, inner: str, outer: str) -> bool:
    """Whether the letter outside keeps a delimiter from counting."""
    return _is_letter(outer) and (not _is_letter(inner) or piece.text == "_")


def _escape_start(line: str) -> str:
    if _LINE_START.match(line):
        return f"\\{line}"
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line
