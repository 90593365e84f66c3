"""Turns values as another tool holds them into ours."""

import math
import re
from datetime import date

from migrations_data.base.drafts import StepDraft
from migrations_data.base.mapping import Settings
from migrations_data.base.records import FieldValue, Option, StepRecord
from migrations_data.base.timespan import seconds_of

_LINK = re.compile(r"https?://[^/\s]\S*")
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})

CustomValue = str | int | float | bool | list[str]


def as_list(value: FieldValue) -> list[str]:
    """Return the words of a value; text is split at commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if isinstance(value, Option):
        return [value.label]
    return [item.label if isinstance(item, Option) else item.content for item in value]


def as_text(value: FieldValue) -> str:
    """Return a value as one text; steps become a numbered list."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value and isinstance(value[0], StepRecord):
        steps = as_steps(value)
        return "\n".join(
            "\n".join([f"{number}. {step.action}", *filter(None, (step.data, step.expected))])
            for number, step in enumerate(steps, start=1)
        )
    return ", ".join(as_list(value))


def as_steps(value: FieldValue) -> tuple[StepDraft, ...]:
    """Return steps; anything else becomes the only step."""
    if isinstance(value, tuple):
        steps = tuple(_step(item) for item in value if isinstance(item, StepRecord))
        if steps or not value:
            return steps
    return (StepDraft(action=as_text(value)),)


def _step(record: StepRecord) -> StepDraft:
    """What accompanies a step in the source stands in its data: our steps have no other place."""
    references = f"References: {record.references}" if record.references else ""
    data = "\n\n".join(filter(None, (record.additional_info, references)))
    return StepDraft(action=record.content, data=data, expected=record.expected)


def as_seconds(text: str, settings: Settings) -> int | None:
    """Return the seconds of an estimate; None where it is none."""
    return seconds_of(text, hours_a_day=settings.hours_a_day, days_a_week=settings.days_a_week)


def as_custom(value: FieldValue, kind: str) -> CustomValue | None:
    """Return a value as a custom field of that kind stores it; None where it does not fit."""
    if kind == "multi":
        return as_list(value)
    text = as_text(value)
    if kind == "number":
        return _number(text.strip())
    if kind == "boolean":
        return _boolean(text.strip().lower())
    if kind == "date":
        return _date(text.strip())
    if kind == "url":
        return text.strip() if _LINK.fullmatch(text.strip()) else None
    return text.strip() if kind == "choice" else text


def _number(text: str) -> int | float | None:
    for read in (int, float):
        try:
            number = read(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None


def _boolean(text: str) -> bool | None:
    if text in _YES:
        return True
    return False if text in _NO else None


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
