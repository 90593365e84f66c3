"""Change a native document block by block, so that what nobody touched stays as it was.

A native block is reused where its reading occurs in the wanted document, in the same order;
everything between is converted anew, lists entry by
entry where a format can. Colours, mentions, media and macros live on in what is reused.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from integrations.richtext.tree import List


@dataclass(frozen=True, slots=True)
class Unit:
    """One native block or entry and how it reads; some read as nothing, some as several."""

    native: Any
    blocks: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A native list that changes, and the list that it should become."""

    unit: Unit
    wanted: List


C = TypeVar("C")


def whole(_: Sequence[Unit], wanted: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield all that comes, to be converted anew."""
    yield from (wanted,) if wanted else ()


def by_entry(dropped: Sequence[Unit], wanted: tuple[Any, ...]) -> Iterator[Edit | tuple[Any, ...]]:
    """Yield what comes; a list takes the place of the next one of its kind that goes."""
    lists: dict[int | None, list[Unit]] = {}
    for unit in reversed(dropped):
        first = unit.blocks[0]
        if len(unit.blocks) == 1 and isinstance(first, List):
            lists.setdefault(first.start, []).append(unit)
    begin = 0
    for index, each in enumerate(wanted):
        if isinstance(each, List) and lists.get(each.start):
            yield from whole((), wanted[begin:index])
            yield Edit(lists[each.start].pop(), each)
            begin = index + 1
    yield from whole((), wanted[begin:])


def pick(units: Sequence[Unit], wanted: tuple[Any, ...]) -> Iterator[Unit | tuple[Any, ...]]:
    """Yield units to keep and, between them, what to convert: together they read as wanted."""
    return weave(units, wanted, whole)


def weave(
    units: Sequence[Unit],
    wanted: tuple[Any, ...],
    changes: Callable[[Sequence[Unit], tuple[Any, ...]], Iterator[C]],
) -> Iterator[Unit | C]:
    """Yield units to keep and, between them, what `changes` makes of those that go."""
    kept = _kept(units, wanted)
    done = 0
    is_before_kept = True
    dropped: list[Unit] = []
    for index, unit in enumerate(units):
        start = kept.get(index)
        if start is None and unit.blocks:
            is_before_kept = False
            dropped.append(unit)
            continue
        if start is not None:
            yield from changes(dropped, wanted[done:start])
            done = start + len(unit.blocks)
            is_before_kept = True
            dropped = []
        if is_before_kept:
            yield unit
    yield from changes(dropped, wanted[done:])


@dataclass(frozen=True, slots=True)
class Form:
    """How a format of plain text writes blocks, what parts neighbours, and how a list changes."""

    write: Callable[[Any], str]
    gap: str
    edit: Callable[[str, List], str] | None = None


def splice(native: str, units: Sequence[Unit], wanted: tuple[Any, ...], form: Form) -> str:
    """Return text of kept units and written blocks, with a gap where new neighbours meet.

    The native of each unit is where it begins and ends in the native text.
    """
    parts: list[str] = []
    last_end: int | None = units[0].native[0] if units else None
    for part in weave(units, wanted, by_entry if form.edit else whole):
        unit = part.unit if isinstance(part, Edit) else part
        start, end = unit.native if isinstance(unit, Unit) else (None, None)
        if parts and form.gap and start != last_end:
            parts += [parts.pop().rstrip(), form.gap]
        if isinstance(part, Edit) and form.edit:
            parts.append(form.edit(native[start:end], part.wanted))
        else:
            parts.append(native[start:end] if isinstance(part, Unit) else form.write(part))
        last_end = end
    return "".join(parts)


def _kept(units: Sequence[Unit], wanted: tuple[Any, ...]) -> dict[int, int]:
    """Return where in the wanted document each unit begins that can stay whole."""
    native = [block for unit in units for block in unit.blocks]
    places = dict(align(native, wanted))
    kept: dict[int, int] = {}
    position = 0
    for index, unit in enumerate(units):
        found = [places.get(position + offset) for offset in range(len(unit.blocks))]
        position += len(unit.blocks)
        first = found[0] if found else None
        if first is not None and found == list(range(first, first + len(found))):
            kept[index] = first
    return kept


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of equal elements, rising on both sides, in about n log n steps.

    What occurs once on both sides is the anchor (patience diff); between anchors the same again.
    """
    numbers: dict[Hashable, int] = {}
    left = [numbers.setdefault(each, len(numbers)) for each in old]
    right = [numbers.setdefault(each, len(numbers)) for each in new]
    pairs: list[tuple[int, int]] = []
    todo = [(0, len(left), 0, len(right))]
    while todo:
        low, high, start, end = todo.pop()
        while low < high and start < end and left[low] == right[start]:
            pairs.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and left[high - 1] == right[end - 1]:
            high, end = high - 1, end - 1
            pairs.append((high, end))
        anchors = [(low + i, start + j) for i, j in _anchors(left[low:high], right[start:end])]
        pairs += anchors
        if anchors:
            edges = pairwise([(low - 1, start - 1), *anchors, (high, end)])
            todo += [(i + 1, to_i, j + 1, to_j) for (i, j), (to_i, to_j) in edges]
    return sorted(pairs)


def _anchors(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """Return the longest rising row of matches: of what is unique, else of equal occurrences."""
    row = _rising(_matches(_unique(left), _unique(right)))
    return row or _rising(_matches(_numbered(left), _numbered(right)))


def _unique(row: list[int]) -> dict[tuple[int, int], int]:
    counts = Counter(row)
    return {(each, 0): index for index, each in enumerate(row) if counts[each] == 1}


def _numbered(row: list[int]) -> dict[tuple[int, int], int]:
    seen: Counter[int] = Counter()
    places: dict[tuple[int, int], int] = {}
    for index, each in enumerate(row):
        places[each, seen[each]] = index
        seen[each] += 1
    return places


def _matches(
    left: dict[tuple[int, int], int], right: dict[tuple[int, int], int]
) -> list[tuple[int, int]]:
    return [(index, right[key]) for key, index in left.items() if key in right]


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part whose second numbers rise; the first ones rise already."""
    tops: list[int] = []
    chains: list[tuple[tuple[int, int], Any]] = []
    for pair in pairs:
        place = bisect_left(tops, pair[1])
        chain = (pair, chains[place - 1] if place else None)
        tops[place : place + 1] = [pair[1]]
        chains[place : place + 1] = [chain]
    row = []
    link = chains[-1] if chains else None
    while link is not None:
        row.append(link[0])
        link = link[1]
    return row[::-1]
