"""Moments as Azure DevOps writes them, with up to seven digits behind the second."""

from datetime import UTC, datetime


def moment(raw: str) -> datetime:
    """Return a moment; one without a zone counts as UTC."""
    found = datetime.fromisoformat(raw)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def written(at: datetime) -> str:
    """Return a moment as fields and queries take it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
