"""Moments as the service writes and reads them."""

from datetime import UTC, datetime

from integrations.sandbox.clock import moment

FOREVER = "9999-01-01T00:00:00Z"


def stamp(millis: int) -> str:
    """Return a time in UTC; zeros at the end of the fraction are left out."""
    at = moment(millis)
    fraction = f".{at.microsecond // 1000:03}".rstrip("0").rstrip(".")
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def long_stamp(millis: int) -> str:
    """Return a time with the seven digits of service hooks and continuation tokens."""
    return f"{moment(millis):%Y-%m-%dT%H:%M:%S.%f}0Z"


def read(text: str) -> int:
    """Return the time that a text means, in milliseconds; UTC where it names no zone."""
    at = datetime.fromisoformat(text.strip())
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
