"""Times in JQL: in the time zone of the caller, epoch milliseconds, or relative to now."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.sandbox.clock import moment

_FORMATS = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
_PERIOD = re.compile(r"(-?)\s*((?:\d+[wdhm]\s*)+)")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def read_time(text: str, zone: str, now: int, *, is_quoted: bool) -> int | None:
    """Return the time in milliseconds; None where the text is no time."""
    if not is_quoted and re.fullmatch(r"-?\d+", text):
        return int(text)
    if period := _PERIOD.fullmatch(text.strip()):
        return now + (-1 if period[1] else 1) * _length(period[2])
    for pattern in _FORMATS:
        try:
            local = datetime.strptime(text, pattern).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            continue
        return round(local.timestamp() * 1000)
    return None


def start_of_day(zone: str, now: int) -> int:
    """Return when the caller's day began."""
    midnight = moment(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return round(midnight.timestamp() * 1000)


def _length(text: str) -> int:
    parts = re.findall(r"(\d+)([wdhm])", text)
    total = sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in parts), timedelta())
    return round(total.total_seconds() * 1000)
