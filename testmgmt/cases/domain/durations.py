"""Estimates as people write them."""

import re

from testmgmt.core.errors import DomainError

MAX_SECONDS = 2_147_483_647
_UNITS = {"h": 3600, "m": 60, "s": 1}
_PART = re.compile(
    r"(\d{1,7})\s*(hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)?\s*", re.IGNORECASE
)


def seconds_of(text: str) -> int | None:
    """Read `1 h 30 min`, `90s` or `45` (minutes); nothing where nothing stands."""
    rest, seconds = text.strip(), 0
    if not rest:
        return None
    while rest:
        part = _PART.match(rest)
        if part is None:
            raise DomainError("Write an estimate such as 1 h 30 min.", field="estimate")
        unit = (part[2] or "m")[0].lower()
        seconds += int(part[1]) * _UNITS[unit]
        rest = rest[part.end() :]
    if seconds > MAX_SECONDS:
        raise DomainError("That is longer than anybody lives.", field="estimate")
    return seconds


def words_of(seconds: int | None) -> str:
    """Write an estimate as `seconds_of` reads it."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
