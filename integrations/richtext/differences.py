"""Two texts beside each other, with the words marked that only one of them has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s*(?:\w+|[^\w\s])|\s+\Z")
MAX_WORDS = 3000
"""The comparison takes quadratic time; longer texts stand side by side unmarked."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text."""

    text: str
    is_marked: bool


def marked(left: str, right: str) -> tuple[list[Part], list[Part]]:
    """Return both texts in parts; what the other one lacks is marked."""
    words = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(side) for side in words) > MAX_WORDS:
        return _whole(left), _whole(right)
    here, there = ([word.strip() for word in side] for side in words)
    blocks = SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    lefts, rights = [], []
    for kind, start, end, other_start, other_end in blocks:
        lefts += _parts(words[0][start:end], is_changed=kind != "equal")
        rights += _parts(words[1][other_start:other_end], is_changed=kind != "equal")
    return lefts, rights


def _parts(words: Sequence[str], *, is_changed: bool) -> list[Part]:
    """Return a stretch; blanks at its ends are never marked."""
    text = "".join(words)
    core = text.strip() if is_changed else ""
    before, _, after = text.partition(core) if core else (text, "", "")
    parts = [(before, False), (core, True), (after, False)]
    return [Part(text, is_marked) for text, is_marked in parts if text]


def _whole(text: str) -> list[Part]:
    return [Part(text, is_marked=False)]
