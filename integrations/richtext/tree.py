"""The document between the formats: blocks and inlines, frozen so that they compare by value."""

from dataclasses import dataclass
from typing import TypeAlias

STRONG = "strong"
EM = "em"
STRIKE = "strike"
CODE = "code"

NO_MARKS: frozenset[str] = frozenset()

MAX_LEVEL = 24
"""How deep containers may nest (a quote counts 1, a list 2); what lies deeper stays as text."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a piece of text leads; the address is safe and percent-encoded."""

    href: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters that share marks and link."""

    text: str
    marks: frozenset[str] = NO_MARKS
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address."""

    src: str
    alt: str = ""
    title: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A line break that the author asked for."""


Inline: TypeAlias = Text | Image | Break
Inlines: TypeAlias = tuple[Inline, ...]
Row: TypeAlias = tuple[Inlines, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of level 1 to 6; never holds a break."""

    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    """Text kept letter by letter, without the final line end."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else said."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A highlighted box; `kind` is one of GitHub's five alerts in capitals."""

    kind: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; `is_done` is None where it is no task."""

    blocks: tuple["Block", ...]
    is_done: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    """Entries, numbered from `start`; bullets where it is None."""

    items: tuple[Item, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head as wide as the widest; empty cells stand for no head. Cells hold one line.

    Empty cells at the end of a row are left out.
    """

    head: Row
    rows: tuple[Row, ...]
    aligns: tuple[str, ...] = ()


Block: TypeAlias = Paragraph | Heading | Code | Rule | Quote | Panel | List | Table
Blocks: TypeAlias = tuple[Block, ...]
