"""From flat runs with marks to marks that open and close in order, as markup wants them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from integrations.richtext.tree import Inline, Link

Mark: TypeAlias = str | Link
Marked: TypeAlias = tuple[Inline, frozenset[Mark]]


@dataclass(frozen=True, slots=True)
class Open:
    """From here on the mark holds."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Close:
    """Here the mark that opened last ends."""

    mark: Mark


Span: TypeAlias = Open | Close | Inline


def nested(line: Sequence[Marked]) -> Iterator[Span]:
    """Yield inlines with their marks around them; the mark that lasts longest opens first."""
    ends = _ends(line)
    stack: list[Mark] = []
    for (inline, wanted), until in zip(line, ends, strict=True):
        while not wanted.issuperset(stack):
            yield Close(stack.pop())
        for mark in sorted(wanted.difference(stack), key=lambda mark: (-until[mark], str(mark))):
            stack.append(mark)
            yield Open(mark)
        yield inline
    while stack:
        yield Close(stack.pop())


def _ends(line: Sequence[Marked]) -> list[dict[Mark, int]]:
    """Return for each place where the marks that hold there end."""
    ends: list[dict[Mark, int]] = []
    later: dict[Mark, int] = {}
    for index in range(len(line) - 1, -1, -1):
        later = {mark: later.get(mark, index) for mark in line[index][1]}
        ends.append(later)
    return ends[::-1]
