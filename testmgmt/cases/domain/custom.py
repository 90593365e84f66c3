"""Values of the fields that a project adds."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from testmgmt.core.errors import DomainError

MAX_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class CustomSpec:
    """What a project's own field takes."""

    slug: str
    name: str
    kind: str
    options: Sequence[str] = ()
    is_required: bool = False


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT and "\0" not in value


def _number(value: Any) -> bool:
    return type(value) in {int, float} and math.isfinite(value)


def _date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _link(value: Any) -> bool:
    if not _text(value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (_text, "takes text"),
    "rich": (_text, "takes text"),
    "number": (_number, "takes a number"),
    "boolean": (lambda value: isinstance(value, bool), "is true or false"),
    "date": (_date, "takes a date such as 2027-01-31"),
    "user": (_text, "takes a username"),
    "url": (_link, "takes a link that begins with http:// or https://"),
}


def _refuse(spec: CustomSpec, why: str) -> DomainError:
    return DomainError(f"{spec.name} {why}.", field="custom", code="invalid_custom_value")


def _chosen(spec: CustomSpec, value: Any) -> Any:
    wanted = value if spec.kind == "multi" else [value]
    if not isinstance(wanted, list) or any(option not in spec.options for option in wanted):
        offered = ", ".join(spec.options)
        how = "takes a list out of" if spec.kind == "multi" else "is one of"
        raise _refuse(spec, f"{how}: {offered}")
    return list(dict.fromkeys(wanted)) if spec.kind == "multi" else value


def _checked(spec: CustomSpec, value: Any) -> Any:
    if spec.kind in {"choice", "multi"}:
        return _chosen(spec, value)
    fits, wish = _KINDS[spec.kind]
    if not fits(value):
        raise _refuse(spec, wish)
    return value


def merged_custom(
    specs: Iterable[CustomSpec], before: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values with the wanted ones checked and put in; None and "" take one out."""
    by_slug = {spec.slug: spec for spec in specs}
    values = dict(before)
    for slug, value in wanted.items():
        if slug not in by_slug:
            raise DomainError(
                f"This project has no field “{slug}”.", field="custom", code="unknown_custom_field"
            )
        if value in (None, "", []):
            values.pop(slug, None)
        else:
            values[slug] = _checked(by_slug[slug], value)
    return values


def check_required(specs: Iterable[CustomSpec], values: Mapping[str, Any]) -> None:
    """Refuse what lacks a required value, naming the field."""
    for spec in specs:
        if spec.is_required and spec.slug not in values:
            raise DomainError(f"{spec.name} is needed.", field="custom", code="required")
