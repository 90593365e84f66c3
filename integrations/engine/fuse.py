"""The fuse: a field that is written again and again is held before two systems chase each other.

Writes are counted per field: people may well change many fields of one item in ten minutes.
"""

from datetime import datetime, timedelta

from integrations.engine.rules.model import FieldRule
from integrations.engine.state import Written

WINDOW = timedelta(minutes=10)
MAX_WRITES = 10
MEMORY = 6
MAX_RETURNS = 3


def recent(history: tuple[Written, ...], now: datetime) -> tuple[Written, ...]:
    """Return the writes that still count."""
    return tuple(write for write in history if now - write.at < WINDOW)


def tripped(history: tuple[Written, ...], write: Written, rule: FieldRule) -> str | None:
    """Say why a write must not happen, None where it may."""
    writes = recent(history, write.at)
    if _returns((*writes, write)) >= MAX_RETURNS:
        return (
            f"“{rule.a}” and “{rule.b}” oscillate between two values: an automation or another"
            " connection changes back what this rule writes."
        )
    if len(writes) >= MAX_WRITES:
        return (
            f"“{rule.a}” and “{rule.b}” were written {MAX_WRITES} times within ten minutes:"
            " an automation or another connection answers each write with a change."
        )
    return None


def _returns(writes: tuple[Written, ...]) -> int:
    """Count the writes that turned round and brought back one of the last values."""
    return sum(
        write.to != writes[index - 1].to
        and any(write.print == past.print for past in writes[max(0, index - MEMORY) : index])
        for index, write in enumerate(writes)
        if index
    )
