"""Reading what a caller wants in fields: each kind of field checks and normalises its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import FIELDS, RESOLUTIONS, Field, Kind, Option, Project
from integrations.sandbox.jira.errors import FieldError, JiraError, not_on_screen
from integrations.sandbox.jira.face import TOO_LONG
from integrations.sandbox.jira.model import Json
from integrations.sandbox.jira.site import Site

MAX_LINE = 255
_NO_SUMMARY = "You must specify a summary of the issue."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is written: the site, the project, who writes, and which fields there are."""

    site: Site
    project: Project
    who: Account
    screen: Mapping[str, bool]


def read(place: Place, fields: Json, update: Json, current: Json) -> Json:
    """Return the current values with what the caller asks; JiraError names each bad field."""
    values, errors = dict(current), dict[str, str]()
    for field_id in (*fields, *update):
        try:
            field = _writable(place, field_id)
            if field_id in update:
                values[field_id] = _operate(place, field, update[field_id], values.get(field_id))
            else:
                values[field_id] = read_value(place, field, fields[field_id])
        except FieldError as error:
            errors[field_id] = str(error)
    if both := set(fields) & set(update):
        raise JiraError(
            400, [f"Field '{name}' cannot appear in both 'fields' and 'update'" for name in both]
        )
    errors = {**missing(place, values), **errors}
    if errors:
        raise JiraError(400, fields=errors)
    return {name: value for name, value in values.items() if value not in (None, [])}


def missing(place: Place, values: Json) -> dict[str, str]:
    """Return what to say of each required field that is empty."""
    return {
        name: _NO_SUMMARY if name == "summary" else f"{FIELDS[name].name} is required."
        for name, is_required in place.screen.items()
        if is_required and values.get(name) in (None, "", [])
    }


def read_value(place: Place, field: Field, raw: Any) -> Any:
    """Return a value as it is stored; FieldError where the field refuses it."""
    return _READERS[field.kind](place, field, raw)


def _writable(place: Place, field_id: str) -> Field:
    if field_id not in place.screen:
        raise FieldError(not_on_screen(field_id))
    if field_id == "reporter" and not place.who.may("MODIFY_REPORTER", place.project.key):
        raise FieldError(not_on_screen(field_id))
    return FIELDS[field_id]


def _operate(place: Place, field: Field, operations: Any, current: Any) -> Any:
    if not isinstance(operations, list):
        raise FieldError("data was not an array")
    for operation in operations:
        if not isinstance(operation, dict) or len(operation) != 1:
            raise FieldError("Each operation must be an object with one key.")
        ((verb, raw),) = operation.items()
        if verb == "set":
            current = read_value(place, field, raw)
        elif verb in ("add", "remove") and field.kind in (Kind.LABELS, Kind.OPTIONS):
            chosen = read_value(place, field, [raw])
            kept = [value for value in current or [] if value not in chosen]
            current = sorted([*kept, *chosen]) if verb == "add" else kept
        else:
            raise FieldError(
                f"Field with id '{field.id}' and name '{field.name}' does not support operation"
                f" '{verb}' Supported operation(s) are: 'set'"
            )
    return current


def _line(_: Place, field: Field, raw: Any) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise FieldError("Operation value must be a string")
    is_summary = field.id == "summary"
    if is_summary and re.search(r"[\r\n]", raw.strip()):
        raise FieldError("The summary is invalid because it contains newline characters.")
    text = raw.strip() if is_summary else raw
    if len(text) > MAX_LINE:
        raise FieldError(
            f"Summary must be less than {MAX_LINE} characters."
            if is_summary
            else TOO_LONG.format(MAX_LINE)
        )
    return text or None


def _rich(place: Place, _: Field, raw: Any) -> Any:
    return place.site.face.read_rich(raw)


def _number(_: Place, __: Field, raw: Any) -> float | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise FieldError("Operation value must be a number")
    return float(raw)


def _date(_: Place, __: Field, raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        raise FieldError(f"Error parsing date string: {raw}")
    try:
        return date.fromisoformat(raw).isoformat()
    except ValueError as error:
        raise FieldError(f"Error parsing date string: {raw}") from error


def _labels(_: Place, __: Field, raw: Any) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(label, str) for label in raw):
        raise FieldError("data was not an array")
    for label in raw:
        if re.search(r"\s", label) or not label:
            raise FieldError(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > MAX_LINE:
            raise FieldError(f"The label '{label}' exceeds the maximum length of {MAX_LINE}.")
    return sorted(set(raw))


def _user(place: Place, field: Field, raw: Any) -> str | None:
    if raw is None or (field.id == "assignee" and _is_nobody(raw)):
        return None
    account = place.site.face.find_person(raw, place.site.accounts)
    if field.id == "assignee" and not account.may("ASSIGNABLE_USER", place.project.key):
        raise FieldError(f"User '{account.display_name}' cannot be assigned issues.")
    return account.name


def _is_nobody(raw: Any) -> bool:
    return isinstance(raw, dict) and bool(raw) and all(value is None for value in raw.values())


def _priority(place: Place, _: Field, raw: Any) -> str:
    return _chosen(raw, place.project.priorities, "name", "The priority selected is invalid.")


def _resolution(_: Place, __: Field, raw: Any) -> str:
    return _chosen(raw, RESOLUTIONS, "name", "The resolution selected is invalid.")


def _option(_: Place, field: Field, raw: Any) -> str | None:
    if raw is None:
        return None
    return _chosen(raw, field.options, "value", _bad_option(raw))


def _options(_: Place, field: Field, raw: Any) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise FieldError("data was not an array")
    return sorted({_chosen(one, field.options, "value", _bad_option(one)) for one in raw})


def _bad_option(raw: Any) -> str:
    if isinstance(raw, dict) and "value" in raw:
        return f"Option value '{raw['value']}' is not valid"
    wanted = raw.get("id") if isinstance(raw, dict) else None
    return f"Option id '{wanted}' is not valid"


def _chosen(raw: Any, options: Sequence[Option], name_key: str, refusal: str) -> str:
    if isinstance(raw, dict):
        for option in options:
            by_id = "id" in raw and str(raw["id"]) == option.id
            if by_id or ("id" not in raw and raw.get(name_key) == option.name):
                return option.id
    raise FieldError(refusal)


_READERS: Mapping[Kind, Callable[[Place, Field, Any], Any]] = {
    Kind.LINE: _line,
    Kind.RICH: _rich,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.LABELS: _labels,
    Kind.USER: _user,
    Kind.PRIORITY: _priority,
    Kind.RESOLUTION: _resolution,
    Kind.OPTION: _option,
    Kind.OPTIONS: _options,
}
