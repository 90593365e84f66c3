"""Filters of lists: each is named in one place, and an unknown one is refused, never ignored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from testmgmt.core.ids import read_id

PAGING = frozenset({"limit", "offset", "cursor", "count", "format"})
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Filter:
    """What one query parameter means; `parse` raises ValueError with words for the caller."""

    parse: Callable[[str], Q]
    words: str
    type: type = str


def _any(parts: Sequence[Q]) -> Q:
    found = parts[0]
    for part in parts[1:]:
        found |= part
    return found


def whole_number(text: str) -> int:
    """Read an id as it stands in a query."""
    number = read_id(text)
    if number is None:
        raise ValueError("A whole number is needed.")
    return number


def _moment(text: str) -> datetime:
    """Read ISO 8601, or seconds since 1970; a time without a zone is in UTC."""
    try:
        found = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else parse_datetime(text)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError("There is no such time.") from error
    if found is None:
        raise ValueError("A time such as 2027-01-31T08:00:00Z is needed.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def ids(path: str, words: str) -> Filter:
    """Match one id or several, separated by commas."""
    return Filter(
        lambda text: Q(**{f"{path}__in": [whole_number(t) for t in text.split(",")]}), words
    )


def choice(path: str, words: str) -> Filter:
    """Match a choice by slug or name, or several separated by commas."""

    def parse(text: str) -> Q:
        names = [name.strip() for name in text.split(",")]
        return _any(
            [Q(**{f"{path}__slug__iexact": n}) | Q(**{f"{path}__name__iexact": n}) for n in names]
        )

    return Filter(parse, words)


def text(path: str, words: str) -> Filter:
    """Match a text whatever its capitals."""
    return Filter(lambda value: Q(**{f"{path}__iexact": value}), words)


def contains(*paths: str) -> Filter:
    """Search for words in any of these fields."""
    return Filter(
        lambda value: _any([Q(**{f"{path}__icontains": value}) for path in paths]),
        "Text to look for.",
    )


def moment(lookup: str, words: str) -> Filter:
    """Compare with a time."""
    return Filter(lambda value: Q(**{lookup: _moment(value)}), words, datetime)


def flag(when_true: Q, words: str) -> Filter:
    """Match what is so, or what is not."""

    def parse(value: str) -> Q:
        if value.lower() not in _TRUTH:
            raise ValueError("true or false is needed.")
        return when_true if _TRUTH[value.lower()] else ~when_true

    return Filter(parse, words, bool)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list can be asked: its filters, and the fields that it can be ordered by."""

    filters: Mapping[str, Filter]
    orders: Mapping[str, str]
    default: Sequence[str] = ("-id",)

    def condition(self, query: QueryDict) -> Q:
        """Return the rows asked for; a filter that is given twice has to hold twice."""
        found = Q()
        for name in query:
            if name in PAGING or name in {"ordering", "project"}:
                continue
            if name not in self.filters:
                known = ", ".join(sorted(self.filters))
                raise ValidationError({name: f"There is no such filter. There are: {known}."})
            for value in query.getlist(name):
                found &= self._parsed(name, value)
        return found

    def _parsed(self, name: str, value: str) -> Q:
        if "\0" in value:
            raise ValidationError({name: "This holds a character that nothing can hold (NUL)."})
        try:
            return self.filters[name].parse(value)
        except ValueError as error:
            raise ValidationError({name: str(error)}) from error

    def ordering(self, query: QueryDict) -> list[str]:
        """Return the order asked for, ids last so that pages never overlap."""
        asked = [name for name in query.get("ordering", "").split(",") if name]
        unknown = [name for name in asked if name.removeprefix("-") not in self.orders]
        if unknown:
            known = ", ".join(sorted(self.orders))
            raise ValidationError({"ordering": f"“{unknown[0]}” is none of: {known}."})
        fields = [
            f"{'-' if name.startswith('-') else ''}{self.orders[name.removeprefix('-')]}"
            for name in asked
        ]
        return [*fields, "-id"] if fields else [*self.default]

    def parameters(self) -> list[OpenApiParameter]:
        """Describe all of it for OpenAPI."""
        orders = ", ".join(sorted(self.orders))
        return [
            OpenApiParameter("project", str, description="Id or key of a project."),
            *(
                OpenApiParameter(name, entry.type, description=entry.words)
                for name, entry in self.filters.items()
            ),
            OpenApiParameter("ordering", str, description=f"Any of {orders}; a minus turns it."),
        ]
