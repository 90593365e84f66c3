"""Wiki markup to blocks, each with the stretch of source that it was read from."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from integrations.richtext import blocks as block
from integrations.richtext.inlines import clean
from integrations.richtext.tree import STRONG, Block, Blocks, Rule, Text
from integrations.richtext.wiki.inline import read_inlines
from integrations.richtext.wiki.lists import Entry, nest
from integrations.richtext.wiki.table import read_table

Read = tuple[int, int, Blocks]

_BLANK = re.compile(r"[ \t\r]*(?:\n|\Z)")
_HEADING = re.compile(r"[ \t]*h([1-6])\.[ \t]+([^\n]*)(?:\n|\Z)")
_QUOTED_LINE = re.compile(r"[ \t]*bq\.[ \t]+([^\n]*)(?:\n|\Z)")
_RULE = re.compile(r"[ \t]*-{4,5}[ \t\r]*(?:\n|\Z)")
_ENTRY = re.compile(r"[ \t]*(?!-{2,3})([*#-]+)[ \t]+")
_ROW = re.compile(r"[ \t]*\|")
_MACRO = re.compile(
    r"(?<!\\)\{(code|noformat|quote|panel|info|note|tip|warning)(?::([^{}\n]*))?\}", re.IGNORECASE
)
_VERBATIM = ("code", "noformat")
_PANELS = {"info": "NOTE", "note": "WARNING", "tip": "TIP", "warning": "CAUTION"}
_ONE_LINERS: dict[re.Pattern[str], Callable[[re.Match[str]], Blocks]] = {
    _HEADING: lambda match: block.heading(int(match[1]), read_inlines(match[2])),
    _QUOTED_LINE: lambda match: block.quote(block.paragraph(read_inlines(match[1]))),
    _RULE: lambda _: (Rule(),),
}
_STARTS = (*_ONE_LINERS, _ENTRY, _ROW)
_SPACES = re.compile(r"[ \t]*")
_NAME = re.compile(r"[\w+#-]+")


def read_units(text: str) -> Iterator[Read]:
    """Yield start, end and blocks of each unit; together they cover the whole text."""
    return _Reader(text, 0).units()


@dataclass(frozen=True, slots=True)
class _Macro:
    """A macro from its opening tag (`start`) over its `body` to behind its closing tag (`end`)."""

    name: str
    params: str
    start: int
    body: int
    body_end: int
    end: int


class _Reader:
    """Reads one text from front to back; `unclosed` names macros that have no end any more."""

    def __init__(self, text: str, level: int) -> None:
        self.text = text
        self.level = level
        self.unclosed: set[str] = set()

    def units(self) -> Iterator[Read]:
        start = position = 0
        pending: Blocks | None = None
        while position < len(self.text):
            if blank := _BLANK.match(self.text, position):
                position = blank.end()
                continue
            if pending is not None:
                yield start, position, pending
                start = position
            pending, position = self._block(position)
        if self.text:
            yield start, len(self.text), pending or ()

    def blocks(self) -> Blocks:
        return tuple(each for _, _, blocks in self.units() for each in blocks)

    def _block(self, position: int) -> tuple[Blocks, int]:
        if macro := self._macro_at(position):
            return self._macro(macro)
        for pattern, read in _ONE_LINERS.items():
            if match := pattern.match(self.text, position):
                return read(match), match.end()
        if _ENTRY.match(self.text, position):
            return self._list(position)
        if _ROW.match(self.text, position):
            return self._table(position)
        text, end = self._running_text(position)
        return block.paragraph(read_inlines(text)), end

    def _running_text(self, position: int) -> tuple[str, int]:
        """Read the line at hand and those after it that continue it, up to a macro."""
        start = position
        while position < len(self.text):
            end = self._line_end(position)
            if macro := self._macro_in(position, end):
                return self.text[start : macro.start], macro.start
            position = end
            if self._is_end(position):
                break
        return self.text[start:position].rstrip(), position

    def _is_end(self, position: int, inside: tuple[str, ...] = ()) -> bool:
        """Whether what begins here does not continue the text before it."""
        if _BLANK.match(self.text, position) or any(
            start.match(self.text, position) for start in _STARTS
        ):
            return True
        macro = self._macro_at(position)
        return macro is not None and macro.name not in inside

    def _list(self, position: int) -> tuple[Blocks, int]:
        entries: list[Entry] = []
        while marker := _ENTRY.match(self.text, position):
            blocks, position = self._entry(marker.end())
            entries.append(Entry(marker[1], blocks))
        return nest(entries, self.level), position

    def _entry(self, position: int) -> tuple[Blocks, int]:
        """Read one entry: text, and code that follows it without a blank line."""
        blocks: list[Block] = []
        is_first = True
        while is_first or not self._is_end(position, inside=_VERBATIM):
            macro = self._macro_at(position)
            if macro is not None and macro.name not in _VERBATIM:
                break
            if macro is None:
                text, position = self._running_text(position)
                blocks += block.paragraph(read_inlines(text))
            else:
                code, position = self._macro(macro)
                blocks += code
                position = self._past_line_end(position)
            is_first = False
        return tuple(blocks), position

    def _past_line_end(self, position: int) -> int:
        blank = _BLANK.match(self.text, position)
        return blank.end() if blank else position

    def _table(self, position: int) -> tuple[Blocks, int]:
        rows: list[str] = []
        while _ROW.match(self.text, position):
            start = position
            position = self._line_end(position)
            while not self.text[start:position].rstrip().endswith("|"):
                if position >= len(self.text) or _BLANK.match(self.text, position):
                    break
                position = self._line_end(position)
            rows.append(self.text[start:position])
        return read_table(rows), position

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def _macro(self, macro: _Macro) -> tuple[Blocks, int]:
        body = self.text[macro.body : macro.body_end]
        if macro.name in _VERBATIM:
            return block.code(_code_text(body), _language(macro.params)), macro.end
        inner = _Reader(body, self.level + 1).blocks()
        if macro.name == "quote":
            return block.quote(inner), macro.end
        return _panel(macro, inner), macro.end

    def _macro_at(self, position: int) -> _Macro | None:
        start = _SPACES.match(self.text, position)
        match = _MACRO.match(self.text, start.end() if start else position)
        return self._closed(match) if match else None

    def _macro_in(self, start: int, end: int) -> _Macro | None:
        for match in _MACRO.finditer(self.text, start, end):
            if macro := self._closed(match):
                return macro
        return None

    def _closed(self, opening: re.Match[str]) -> _Macro | None:
        """Return the macro that begins here, None where nothing ends it."""
        name = opening[1].lower()
        closing = None if name in self.unclosed else self._closing(name, opening.end())
        if closing is None:
            self.unclosed.add(name)
            return None
        ends = closing.start(), closing.end()
        return _Macro(name, opening[2] or "", opening.start(), opening.end(), *ends)

    def _closing(self, name: str, position: int) -> re.Match[str] | None:
        while match := _MACRO.search(self.text, position):
            position = match.end()
            other = match[1].lower()
            if other == name and match[2] is None:
                return match
            if name not in _VERBATIM and other in _VERBATIM and (inner := self._closed(match)):
                position = inner.end
        return None


def _code_text(body: str) -> str:
    lines = clean(body)
    return lines.removeprefix("\n").removesuffix("\n")


def _language(params: str) -> str:
    """Return the language a code macro names; ours stands in the title where Jira knows it not."""
    named = _named(params)
    title = named.get("title", "")
    return named.get("", named.get("language", title if _NAME.fullmatch(title) else ""))


def _named(params: str) -> dict[str, str]:
    """Return the parameters of a macro by name, the unnamed one under no name."""
    pairs = (part.rpartition("=") for part in params.split("|") if part.strip())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _panel(macro: _Macro, inner: Blocks) -> Blocks:
    title = _named(macro.params).get("title", "")
    if title.upper() in block.PANEL_KINDS:
        return block.panel(title.upper(), inner)
    head = block.paragraph([Text(title, frozenset({STRONG}))])
    return block.panel(_PANELS.get(macro.name, "NOTE"), (*head, *inner))
