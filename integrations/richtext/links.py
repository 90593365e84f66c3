"""Which addresses may leave the house, and where bare ones hide in text."""

import re
from collections.abc import Iterator

from markdown_it.common.normalize_url import normalizeLink

_SAFE = re.compile(r"(?:https?://|mailto:)[^\s/]", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_BARE = re.compile(r"(?<![^\W_])https?://[^\s<>\"`|\\^{}\[\]]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'*_~"


def is_safe(url: str) -> bool:
    """Whether an address is of the web or of mail; scripts, data and relative ones are not."""
    return _SAFE.match(url) is not None


def safe(url: str) -> str | None:
    """Return the address percent-encoded, None where it may not be followed."""
    address = normalizeLink(_BLANK.sub("", url))
    return address if is_safe(address) else None


def bare(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each web address in text, without the sentence's punctuation."""
    position = 0
    while match := _BARE.search(text, position):
        position = bare_end(text, match.start()) or match.end()
        if is_safe(text[match.start() : position]):
            yield match.start(), position


def bare_end(text: str, start: int) -> int | None:
    """Return where the address ends that begins at `start`, None where none does."""
    match = _BARE.match(text, start)
    address = _balanced(match[0].rstrip(_TRAILING)).rstrip(_TRAILING) if match else ""
    return start + len(address) if is_safe(address) else None


def _balanced(address: str) -> str:
    depth = 0
    for index, char in enumerate(address):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return address[:index]
    return address
