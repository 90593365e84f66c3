r"""What a case says as Markdown, and back: its steps as a list, all of it as one document.

Step 2 with all its parts:

    2. Press “Sign in”\
       **Data:** ada, a wrong password\
       **Expected:** A message says what is wrong.

What nobody changed comes back letter by letter, whatever way it took.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest

from integrations.base.errors import InvalidError
from integrations.richtext.blocks import item, listing, paragraph
from integrations.richtext.gfm.parse import read_blocks
from integrations.richtext.inlines import plain
from integrations.richtext.markdown import parse, render
from integrations.richtext.tree import (
    STRONG,
    Block,
    Blocks,
    Break,
    Heading,
    Inline,
    List,
    Paragraph,
    Text,
)
from testmgmt.cases.domain import Step

_LABELS = {"data": "Data", "expected": "Expected"}
_PARTS = {**{label.casefold(): part for part, label in _LABELS.items()}, "test data": "data"}
_PARTS |= {"expected result": "expected", "expected results": "expected"}
_SECTIONS = {
    "preconditions": "Preconditions",
    "steps": "Steps",
    "expected": "Expected result",
}
_BY_HEADING = {heading.casefold(): part for part, heading in _SECTIONS.items()}
_HEADING = 2
TEXTS = ("description", "preconditions", "expected")


def steps_md(steps: Iterable[Step]) -> str:
    """Return steps as a numbered list."""
    return render(_list_of(steps))


def steps_of(md: str, before: Sequence[Step], field: str) -> list[Step]:
    """Return the steps that a list says; InvalidError naming the field where it is no list."""
    return _steps(parse(md), before, field)


def document_md(texts: Mapping[str, str], steps: Sequence[Step]) -> str:
    """Return all that a case says: its description, then a section for each other part."""
    parts = {
        "preconditions": read_blocks(texts["preconditions"]),
        "steps": _list_of(steps),
        "expected": read_blocks(texts["expected"]),
    }
    blocks = [*read_blocks(texts["description"])]
    for part, content in parts.items():
        if content:
            blocks += [Heading(_HEADING, (Text(_SECTIONS[part]),)), *content]
    return render(tuple(blocks))


def document_of(
    md: str, texts: Mapping[str, str], before: Sequence[Step], field: str
) -> tuple[dict[str, str], list[Step]]:
    """Return the texts and steps that a document says, next to those from before."""
    parts: dict[str, list[Block]] = {part: [] for part in ("description", *_SECTIONS)}
    place = "description"
    for block in parse(md):
        part = _section(block)
        if part is None:
            parts[place].append(block)
        place = part or place
    said = {name: kept(texts[name], tuple(parts[name])) for name in TEXTS}
    return said, _steps(tuple(parts["steps"]), before, field)


def kept(before: str, blocks: Blocks) -> str:
    """Return a text in the spelling it had, where it says the same."""
    after = render(blocks)
    return before if render(read_blocks(before)) == after else after


def _section(block: Block) -> str | None:
    """Return which part a heading opens, None where it is none of ours."""
    words = plain(block.inlines) if isinstance(block, Heading) else ""
    return _BY_HEADING.get(words.strip().casefold())


def _list_of(steps: Iterable[Step]) -> Blocks:
    return listing((item(_blocks(step)) for step in steps), 1)


def _blocks(step: Step) -> Blocks:
    """Return a step as an entry: its parts in one paragraph, as far as they are text only."""
    blocks = [*read_blocks(step.action)]
    for part, label in _LABELS.items():
        blocks = _with(blocks, label, read_blocks(getattr(step, part)))
    return parse(render(tuple(blocks)))


def _with(blocks: list[Block], label: str, content: Blocks) -> list[Block]:
    if not content:
        return blocks
    named: list[Inline] = [Text(f"{label}:", frozenset({STRONG}))]
    first, rest = content[0], content
    if isinstance(first, Paragraph):
        named += [Text(" "), *first.inlines]
        rest = content[1:]
    last = blocks[-1] if blocks else None
    if isinstance(last, Paragraph):
        return [*blocks[:-1], *paragraph([*last.inlines, Break(), *named]), *rest]
    return [*blocks, *paragraph(named), *rest]


def _steps(blocks: Blocks, before: Sequence[Step], field: str) -> list[Step]:
    """Return the steps of a list; those that were there keep their ids, and what did not change."""
    entries = list(_entries(blocks, field))
    known = [_blocks(step) for step in before]
    steps: list[Step] = []
    matcher = SequenceMatcher(None, known, entries, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        old = before[start:end]
        if tag == "equal":
            steps += old
        else:
            new = entries[first:last]
            steps += [_step(each, was) for each, was in zip_longest(new, old[: len(new)])]
    return steps


def _entries(blocks: Blocks, field: str) -> Iterator[Blocks]:
    for block in blocks:
        if not isinstance(block, List):
            raise InvalidError(
                "The steps of a case are one list.",
                fields={field: "The steps have to be a list, one entry a step."},
                fix="Write one entry of a list for each step, and nothing beside the list.",
            )
        yield from (entry.blocks for entry in block.items)


def _step(blocks: Blocks, before: Step | None) -> Step:
    parts: dict[str, list[Block]] = {"action": [], "data": [], "expected": []}
    place = "action"
    for block in blocks:
        if not isinstance(block, Paragraph):
            parts[place].append(block)
            continue
        for part, inlines in _lines(block, place):
            place = part
            parts[place] += paragraph(inlines)
    was = before or Step()
    texts = {part: kept(getattr(was, part), tuple(said)) for part, said in parts.items()}
    return replace(was, **texts)


def _lines(block: Paragraph, place: str) -> Iterator[tuple[str, list[Inline]]]:
    """Split a paragraph where a line begins with the name of a part."""
    lines: list[list[Inline]] = [[]]
    for inline in block.inlines:
        if isinstance(inline, Break):
            lines.append([])
        else:
            lines[-1].append(inline)
    said: list[Inline] = []
    for line in lines:
        part = _part_of(line)
        if part is not None:
            yield place, said
            place, said = part, _without_label(line)
        else:
            said = [*said, Break(), *line] if said else line
    yield place, said


def _part_of(line: Sequence[Inline]) -> str | None:
    first = line[0] if line else None
    if not isinstance(first, Text) or STRONG not in first.marks:
        return None
    return _PARTS.get(first.text.strip().removesuffix(":").strip().casefold())


def _without_label(line: Sequence[Inline]) -> list[Inline]:
    rest = list(line[1:])
    if rest and isinstance(rest[0], Text):
        rest[0] = replace(rest[0], text=rest[0].text.lstrip(" :"))
    return rest
