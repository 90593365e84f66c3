"""The tracker's own clock, which tests may set wrong."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class Clock:
    """Milliseconds since 1970 as this tracker believes; `skew` seconds off the real time."""

    def __init__(self, skew: float = 0.0) -> None:
        self.skew = skew

    def now(self) -> int:
        """Return the tracker's time."""
        return round(self.real() + self.skew * 1000)

    @staticmethod
    def real() -> int:
        """Return the true time."""
        return time.time_ns() // 1_000_000


def moment(millis: int, zone: str = "UTC") -> datetime:
    """Return the time as a datetime of that zone, exact to the millisecond."""
    whole = datetime.fromtimestamp(millis // 1000, UTC)
    return whole.replace(microsecond=millis % 1000 * 1000).astimezone(ZoneInfo(zone))
