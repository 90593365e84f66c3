"""Time spans such as `1w 2d 3h`, counted in working days."""

import re

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
_UNITS = {"w": "w", "d": "d", "h": "h", "m": "m", "s": "s", "min": "m", "sec": "s", "hr": "h"}
_LONGEST = 10 * 365 * 24 * 3600


def seconds_of(text: str, *, hours_a_day: int = 8, days_a_week: int = 5) -> int | None:
    """Return the seconds of a span, a bare number being seconds; None where it is not one."""
    sizes = {"s": 1, "m": 60, "h": 3600, "d": 3600 * hours_a_day}
    sizes |= {"w": sizes["d"] * days_a_week}
    rest = _PART.sub("", text).strip()
    parts = _PART.findall(text)
    if rest or not parts or (len(parts) > 1 and not all(unit for _, unit in parts)):
        return None
    total = 0.0
    for number, unit in parts:
        size = sizes.get(_UNITS.get(unit.lower() or "s", ""))
        if size is None:
            return None
        total += float(number) * size
    return int(total) if total <= _LONGEST else None
