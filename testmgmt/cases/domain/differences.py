"""What is different between two versions, word by word and step by step."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from testmgmt.cases.domain.steps import Step

MAX_WORK = 4_000_000  # words × words; beyond it a text counts as replaced: difflib is quadratic
_WORDS = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text: "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class StepDifference:
    """One step in both versions: "same", "changed", "added", "removed" or "moved"."""

    kind: str
    before: int | None
    after: int | None
    action: list[Part]
    data: list[Part]
    expected: list[Part]


def _part(kind: str, words: Sequence[str]) -> list[Part]:
    return [Part(kind, "".join(words))] if words else []


def text_difference(before: str, after: str) -> list[Part]:
    """Return both texts in one, what went and what came marked."""
    if before == after:
        return _part("same", [before] if before else [])
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) * len(new) > MAX_WORK:
        return [*_part("removed", old), *_part("added", new)]
    parts: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            parts += _part("same", old[a:b])
        else:
            parts += [*_part("removed", old[a:b]), *_part("added", new[c:d])]
    return parts


def _difference(kind: str, old: tuple[int, Step] | None, new: tuple[int, Step]) -> StepDifference:
    was = old[1] if old else Step()
    now = new[1]
    return StepDifference(
        kind,
        old[0] if old else None,
        new[0],
        text_difference(was.action, now.action),
        text_difference(was.data, now.data),
        text_difference(was.expected, now.expected),
    )


def _removed(number: int, step: Step) -> StepDifference:
    action, data, expected = (_part("removed", [text] if text else []) for text in step.words)
    return StepDifference("removed", number, None, action, data, expected)


def _steady(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the ids that keep their order: the others were moved."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {step_id for block in blocks for step_id in old[block.a : block.a + block.size]}


def step_differences(before: Sequence[Step], after: Sequence[Step]) -> list[StepDifference]:
    """Return the steps of both versions, matched by id, in the order of the newer one.

    A step that went stands behind the one that it followed.
    """
    old = {step.id: (number, step) for number, step in enumerate(before, 1)}
    new_ids = {step.id for step in after}
    stay = [step.id for step in before if step.id in new_ids]
    steady = _steady(stay, [step.id for step in after if step.id in old])
    differences: list[StepDifference] = []
    for number, step in enumerate(after, 1):
        was = old.get(step.id)
        kind = "added"
        if was:
            is_same = was[1].words == step.words
            kind = "changed" if not is_same else "same" if step.id in steady else "moved"
        differences.append(_difference(kind, was, (number, step)))
    for number, step in enumerate(before, 1):
        if step.id not in new_ids:
            differences.insert(_place(differences, number), _removed(number, step))
    return differences


def _place(differences: Sequence[StepDifference], number: int) -> int:
    """Return where a removed step stands: behind the one that preceded it."""
    earlier = [
        index for index, entry in enumerate(differences) if entry.before and entry.before < number
    ]
    return max(earlier, default=-1) + 1
