"""Running text of wiki markup to inlines, line by line, as marks never cross a line end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape

from integrations.richtext import blocks as block
from integrations.richtext import links
from integrations.richtext.tree import (
    CODE,
    EM,
    STRIKE,
    STRONG,
    Break,
    Inline,
    Link,
    Text,
)

_TOKEN = re.compile(
    r"""
      (?P<force>(?<!\\)\\\\(?!\S{0,99}\\))
    | \\(?P<escaped>[-\#*_+?^~|%{}\[\]()!@])
    | &(?P<entity>\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|\w{2,31});
    | \{\{\{\}(?P<loose>(?:\\.|[^\\{}]|\{(?!\}))+)\{\}\}\}
    | \{\{(?P<mono>(?:\\.|[^\\{}]|\{(?!\{)|\}(?!\}))+)\}\}
    | \{(?:color|anchor)(?::[^{}]*)?(?P<tag>\})
    | \{(?P<braced>[*_+^~-]|\?\?)\}
    | (?<![^\W_])(?P<url>https?://)
    | \[(?P<link>(?:\\.|[^\[\]\\])+)\]
    | (?<![^\W_])!(?P<image>[^\s!|][^!|]*)(?:\|(?P<labels>[^!]*))?!
    | (?P<dashes>-{2,})
    | (?P<delimiter>\?\?|[*_+^~-])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PICTURE = re.compile(r"!([^\s!|][^!|]*)(?:\|([^!]*))?!\|")
_BAR = re.compile(r"(?<!\\)\|")
_FILE = re.compile(r"[^/\\]+\.\w{1,8}\Z")
_MARKS = {"*": STRONG, "_": EM, "-": STRIKE, "??": EM}


_CARDS = {"smart-link", "smart-card", "smart-embed"}  # how Jira Cloud marks cards, not a title


def read_inlines(text: str) -> Iterator[Inline]:
    """Read text of one or several lines; a line end is a break, though not after a forced one."""
    is_broken = True
    for line in text.split("\n"):
        if not is_broken:
            yield Break()
        inlines = _Line(line).read()
        is_broken = bool(inlines) and isinstance(inlines[-1], Break)
        yield from inlines


class _Line:
    """One line being read; `openers` remembers by delimiter where a mark may have begun."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.inlines: list[Inline] = []
        self.openers: dict[str, int] = {}

    def read(self) -> list[Inline]:
        position = 0
        while match := _TOKEN.search(self.text, position):
            self._add(self.text[position : match.start()])
            position = self._take(match)
        self._add(self.text[position:])
        return self.inlines

    def _add(self, text: str) -> None:
        if text:
            self.inlines.append(Text(text))

    def _take(self, match: re.Match[str]) -> int:
        """Read one token; what turns out to be none is its first character and no more."""
        kind = str(match.lastgroup)
        if kind in ("delimiter", "braced"):
            self._mark(match)
            return match.end()
        if kind == "url":
            end = links.bare_end(self.text, match.start()) or match.end()
            self._add(self.text[match.start() : end])
            return end
        found = _READERS[kind](match)
        if found is None:
            self._add(match[0][0])
            return match.start() + 1
        self.inlines += found
        return match.end()

    def _mark(self, match: re.Match[str]) -> None:
        before = self.text[max(match.start() - 1, 0) : match.start()]
        after = self.text[match.end() : match.end() + 1]
        name = match["delimiter"] or match["braced"]
        is_free = match["braced"] is not None
        opener = self.openers.get(name)
        if opener is not None and before.strip() and (is_free or not after.isalnum()):
            self._close(name, opener)
            return
        if after.strip() and after != name and (is_free or not before.isalnum()):
            self.openers[name] = len(self.inlines)
        self._add(match[0])

    def _close(self, name: str, opener: int) -> None:
        del self.openers[name]
        mark = frozenset({_MARKS[name]} if name in _MARKS else ())
        self.inlines[opener] = Text("")
        for index in range(opener, len(self.inlines)):
            inline = self.inlines[index]
            if isinstance(inline, Text):
                self.inlines[index] = replace(inline, marks=inline.marks | mark)


def _words(raw: str) -> str:
    """Return a label or code without its escapes."""
    return unescape(re.sub(r"\\([-#*_+?^~|%{}\[\]()!@])", r"\1", raw))


def _read_mono(match: re.Match[str]) -> list[Inline]:
    return [Text(_words(match["loose"] or match["mono"]), frozenset({CODE}))]


def _read_image(match: re.Match[str]) -> list[Inline] | None:
    return _image(match["image"], match["labels"])


def _image(src: str, labels: str | None, link: Link | None = None) -> list[Inline] | None:
    address = links.safe(src)
    if address is not None:
        parts = (label.partition("=") for label in (labels or "").split(","))
        words = {name.strip().lower(): _words(value) for name, _, value in parts}
        return [block.image(address, words.get("alt", ""), words.get("title", ""), link)]
    return [Text(f"📎 {src}", link=link)] if _FILE.fullmatch(src) else None


def _read_link(match: re.Match[str]) -> list[Inline] | None:
    inner = match["link"]
    if picture := _PICTURE.match(inner):
        href = links.safe(inner[picture.end() :].partition("|")[0])
        return _image(picture[1], picture[2], Link(href) if href else None)
    label, *rest = _BAR.split(inner)
    if not rest:
        return _short_link(label)
    href = links.safe(rest[0])
    title = block.one_line(_words(rest[1])) if len(rest) > 1 and rest[1] not in _CARDS else ""
    link = Link(href, title) if href else None
    return [_linked(inline, link) for inline in _Line(label or rest[0]).read()]


def _linked(inline: Inline, link: Link | None) -> Inline:
    return inline if isinstance(inline, Break) else replace(inline, link=link)


def _short_link(target: str) -> list[Inline] | None:
    if target.startswith("^"):
        return [Text(f"📎 {_words(target[1:])}")]
    if target.startswith("~"):
        return [Text(f"@{_words(target[1:]).removeprefix('accountid:')}")]
    href = links.safe(target)
    return [Text(target, link=Link(href))] if href else None


_READERS: dict[str, Callable[[re.Match[str]], list[Inline] | None]] = {
    "force": lambda _: [Break()],
    "escaped": lambda match: [Text(match["escaped"])],
    "entity": lambda match: [Text(unescape(match[0]))],
    "tag": lambda _: [],
    "dashes": lambda match: [Text(match[0])],
    "loose": _read_mono,
    "mono": _read_mono,
    "image": _read_image,
    "labels": _read_image,
    "link": _read_link,
}
