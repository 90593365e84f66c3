"""Moments as GitHub writes them: UTC, to the second."""

from datetime import UTC, datetime


def moment(raw: str) -> datetime:
    """Return a moment."""
    return datetime.fromisoformat(raw).astimezone(UTC)


def written(at: datetime) -> str:
    """Return a moment as GitHub reads it; texts of this form sort by time."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
