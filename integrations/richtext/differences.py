"""Two texts beside each other, with the words marked that only one of them has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
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
    blocks = SequenceMatcher(None, *words, autojunk=False).get_opcodes()
    lefts, rights = [], []
    for kind, start, end, other_start, other_end in blocks:
        lefts += _part(words[0][start:end], is_marked=kind != "equal")
        rights += _part(words[1][other_start:other_end], is_marked=kind != "equal")
    return lefts, rights


def _part(words: Sequence[str], *, is_marked: bool) -> list[Part]:
    text = "".join(words)
    return [Part(text, is_marked and bool(text.strip()))] if text else []


def _whole(text: str) -> list[Part]:
    return [Part(text, is_marked=False)]
