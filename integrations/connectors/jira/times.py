"""Moments as Jira writes and counts them."""

from datetime import UTC, datetime
from typing import Any


def moment(raw: Any) -> datetime:
    """Return a moment; Jira writes the zone without a colon, and some files in milliseconds."""
    if isinstance(raw, int):
        return datetime.fromtimestamp(raw / 1000, UTC)
    return datetime.strptime(raw, "%Y-%m-%dT%H:%M:%S.%f%z")


def written(at: datetime) -> str:
    """Return a moment as Jira reads it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"


def millis(at: datetime) -> int:
    """Return a moment as JQL counts it."""
    return int(at.timestamp() * 1000)
