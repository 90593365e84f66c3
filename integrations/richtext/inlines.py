"""The normal form of running text, the same for every format.

White space never stands at an edge of a line, of a mark or of a link, equal neighbours are one,
and bare web addresses are links. Every parser ends here, so documents can be compared.
"""

import re
from collections.abc import Iterable, Iterator

from integrations.richtext import links
from integrations.richtext.tree import CODE, NO_MARKS, Break, Image, Inline, Inlines, Link, Text

_CONTROL = {
    code: None
    for span in ((0, 9), (11, 13), (14, 32), (127, 160), (0xD800, 0xE000), (0xFFFE, 0x10000))
    for code in range(*span)
} | {0x2028: " ", 0x2029: " "}
_LINE_END = re.compile(r"\r\n?")
_CHUNK = re.compile(r"\s+|\S+")
_LINE_BLANK = str.maketrans("\n\t", "  ")


def clean(text: str) -> str:
    """Drop what no tracker stores: control characters, half characters, foreign line ends."""
    return _LINE_END.sub("\n", text).translate(_CONTROL)


def tidy(inlines: Iterable[Inline]) -> Inlines:
    """Return running text in its normal form, empty where nothing shows."""
    lines = _strip_breaks(_place_blanks(_chunks(inlines)))
    return tuple(_merged(_linked(_merged(lines))))


def tidy_line(inlines: Iterable[Inline]) -> Inlines:
    """Return the normal form for headings and cells, which hold one line."""
    return tidy(Text(" ") if isinstance(inline, Break) else inline for inline in inlines)


def plain(inlines: Iterable[Inline]) -> str:
    """Return the words alone."""
    return "".join(inline.text for inline in inlines if isinstance(inline, Text))


def _chunks(inlines: Iterable[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if not isinstance(inline, Text):
            yield inline
            continue
        text = clean(inline.text).translate(_LINE_BLANK)
        for match in _CHUNK.finditer(text):
            yield Text(match[0], inline.marks, inline.link)


def _place_blanks(chunks: Iterable[Inline]) -> Iterator[Inline]:
    """Give blanks only what both sides share, and drop those at the edge of a line."""
    before: Inline = Break()
    gap: list[Text] = []
    for chunk in chunks:
        if isinstance(chunk, Text) and chunk.text.isspace():
            gap.append(chunk)
            continue
        if gap and not isinstance(before, Break) and not isinstance(chunk, Break):
            yield _blank(before, gap, chunk)
        yield chunk
        before, gap = chunk, []


def _blank(before: Text | Image, gap: list[Text], after: Text | Image) -> Text:
    around = [before, *gap, after]
    marks = frozenset.intersection(*(_marks(inline) for inline in around))
    is_linked = all(inline.link == before.link for inline in around)
    text = "".join(blank.text for blank in gap)
    return Text(text, marks, before.link if is_linked else None)


def _marks(inline: Text | Image) -> frozenset[str]:
    return inline.marks if isinstance(inline, Text) else NO_MARKS


def _strip_breaks(inlines: Iterable[Inline]) -> list[Inline]:
    lines = list(inlines)
    while lines and isinstance(lines[-1], Break):
        lines.pop()
    start = next((i for i, inline in enumerate(lines) if not isinstance(inline, Break)), 0)
    return lines[start:]


def _merged(inlines: Iterable[Inline]) -> Iterator[Inline]:
    run: list[Text] = []
    for inline in inlines:
        is_same = isinstance(inline, Text) and (
            not run or (inline.marks == run[0].marks and inline.link == run[0].link)
        )
        if not is_same and run:
            yield _joined(run)
            run = []
        if isinstance(inline, Text):
            run.append(inline)
        else:
            yield inline
    if run:
        yield _joined(run)


def _joined(run: list[Text]) -> Text:
    return Text("".join(text.text for text in run), run[0].marks, run[0].link)


def _linked(inlines: Iterable[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if isinstance(inline, Text) and inline.link is None and CODE not in inline.marks:
            yield from _link_addresses(inline)
        else:
            yield inline


def _link_addresses(text: Text) -> Iterator[Text]:
    position = 0
    for start, end in links.bare(text.text):
        href = links.safe(text.text[start:end])
        if href is None:
            continue
        if start > position:
            yield Text(text.text[position:start], text.marks)
        yield Text(text.text[start:end], text.marks, Link(href))
        position = end
    if position < len(text.text):
        yield Text(text.text[position:], text.marks)
