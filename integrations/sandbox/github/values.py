"""Reading the values of a request body, refused in GitHub's words where they are no good."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from integrations.sandbox.github.errors import bad_request, invalid, missing
from integrations.sandbox.github.model import Json

MAX_TITLE = 256
MAX_BODY = 65_536
_MAX_LABELS = 100


def title(raw: Json, resource: str = "Issue") -> str:
    """Return the title without blanks around it; a number is taken for a word."""
    if "title" not in raw:
        raise missing("title")
    value = raw["title"]
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise bad_request(f"For 'properties/title', {value!r} is not a string.")
    text = " ".join(str(value).split("\n")).strip()
    if not text:
        raise invalid(resource, "title", "missing_field")
    not_too_long(resource, "title", text, MAX_TITLE)
    return text


def text(raw: Json, name: str) -> str | None:
    """Return a string, None for null or nothing."""
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise bad_request(f"For 'properties/{name}', {value!r} is not a string or null.")
    return value


def body(raw: Json, resource: str = "Issue") -> str | None:
    """Return Markdown as it was sent, line ends and all; None for an empty one."""
    found = text(raw, "body")
    not_too_long(resource, "body", found or "", MAX_BODY)
    return found or None


def not_too_long(resource: str, name: str, value: str, most: int) -> None:
    """Refuse text over a limit."""
    if len(value) > most:
        message = f"{name} is too long (maximum is {most} characters)"
        raise invalid(resource, name, "custom", message)


def chosen(raw: Json, name: str, among: Collection[str]) -> str:
    """Return one of the values that a field knows."""
    value = raw[name]
    if value not in among:
        known = ", ".join(sorted(among))
        raise bad_request(f"For 'properties/{name}', {value!r} is not a member of [{known}].")
    return str(value)


def strings(raw: Json, name: str) -> list[str]:
    """Return a list of words, each once."""
    value = raw.get(name)
    if not isinstance(value, list):
        raise bad_request(f"For 'properties/{name}', {value!r} is not an array.")
    return list(dict.fromkeys(_word(name, one) for one in value))


def label_names(raw: Json) -> list[str]:
    """Return the names of labels, given as words or as objects with a name."""
    value = raw.get("labels")
    if not isinstance(value, list):
        raise bad_request(f"For 'properties/labels', {value!r} is not an array.")
    plain = [one.get("name") if isinstance(one, dict) else one for one in value]
    found = strings({"labels": plain}, "labels")
    if len(found) > _MAX_LABELS:
        raise invalid("Issue", "labels", "custom", "too many labels (maximum is 100)")
    return found


def time(raw: Json, name: str) -> int | None:
    """Return a time in milliseconds, None for null."""
    value = text(raw, name)
    if value is None:
        return None
    found = read_time(value)
    if found is None:
        raise bad_request(f"For 'properties/{name}', {value!r} is not a valid date-time.")
    return found


def read_time(value: str) -> int | None:
    """Return an ISO 8601 time in milliseconds; None where the text is none."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise bad_request(f"For 'properties/{name}/items', {value!r} is not a string.")
    return value
