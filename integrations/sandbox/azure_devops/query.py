"""A query made ready for one caller: which work items it finds, and in which order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from integrations.sandbox.azure_devops import tags, times, wiql
from integrations.sandbox.azure_devops.accounts import READ, Account
from integrations.sandbox.azure_devops.catalogue import FIELDS, Field, Kind, Project
from integrations.sandbox.azure_devops.errors import VssError
from integrations.sandbox.azure_devops.model import WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.text import plain
from integrations.sandbox.azure_devops.view import View, stored_value
from integrations.sandbox.azure_devops.wiql import Clause, Group, Negated, Parsed, Token, Tree
from integrations.sandbox.clock import moment

Test = Callable[[WorkItem], bool]
_NUMBERS = (Kind.INTEGER, Kind.NUMBER)
_LONG = (Kind.HTML, Kind.HISTORY)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and whether times count to the second or to the day only."""

    site: Organization
    who: Account
    project: Project | None
    is_precise: bool


def find(asker: Asker, parsed: Parsed) -> list[WorkItem]:
    """Return the work items that a query finds, sorted."""
    site = asker.site
    holds = _test(parsed.where, asker) if parsed.where is not None else _everything
    found = [
        item
        for item in site.index.items()
        if not item.is_deleted and site.may(asker.who, READ, item) and holds(item)
    ]
    found.sort(key=lambda item: item.number)
    for field, is_descending in reversed(parsed.order):
        found.sort(key=lambda item: _sortable(_value(asker, field, item)), reverse=is_descending)
    return found


def _everything(_: WorkItem) -> bool:
    return True


def _test(tree: Tree, asker: Asker) -> Test:
    if isinstance(tree, Negated):
        inside = _test(tree.part, asker)
        return lambda item: not inside(item)
    if isinstance(tree, Group):
        parts = [_test(part, asker) for part in tree.parts]
        holds = all if tree.is_all else any
        return lambda item: holds(part(item) for part in parts)
    return _clause(tree, asker)


def _clause(clause: Clause, asker: Asker) -> Test:
    field, operator = clause.field, clause.operator
    if field.kind in _LONG and operator in (*_COMPARE, "=", "<>", "IN"):
        raise wiql.wrong(f"The operator {operator} cannot be used with the field [{field.ref}].")
    wanted = [_read(clause, token, asker) for token in clause.values]
    holds = _holds(field, operator, wanted)
    return lambda item: holds(_value(asker, field, item))


def _holds(field: Field, operator: str, wanted: Sequence[Any]) -> Callable[[Any], bool]:
    known: Mapping[str, Callable[[Any], bool]] = {
        "IS EMPTY": lambda value: value is None,
        "IS NOT EMPTY": lambda value: value is not None,
        "IN": lambda value: any(_is_same(value, one) for one in wanted),
        "CONTAINS": lambda value: _contains(value, field, str(wanted[0])),
        "CONTAINS WORDS": lambda value: _contains(value, field, str(wanted[0])),
        "UNDER": lambda value: _is_under(value, str(wanted[0])),
        "=": lambda value: _is_same(value, wanted[0]),
        "<>": lambda value: not _is_same(value, wanted[0]),
    }
    compare = _COMPARE.get(operator)
    if operator in known or compare is None:
        return known[operator]
    return lambda value: value is not None and compare(value, wanted[0])


def _is_same(value: Any, wanted: Any) -> bool:
    if isinstance(value, str):
        return value.casefold() == str(wanted).casefold()
    return bool(value == wanted) if value is not None else wanted == ""


def _contains(value: Any, field: Field, wanted: str) -> bool:
    if value is None:
        return False
    if field.ref == "System.Tags":
        return wanted.casefold() in [tag.casefold() for tag in tags.read(value)]
    words = plain(value) if field.kind in _LONG else str(value)
    return wanted.casefold() in words.casefold()


def _is_under(value: Any, wanted: str) -> bool:
    path, root = str(value).casefold(), wanted.strip("\\").casefold()
    return path == root or path.startswith(f"{root}\\")


def _value(asker: Asker, field: Field, item: WorkItem) -> Any:
    stored = stored_value(item, field.ref)
    if stored is not None and field.kind is Kind.DATE:
        return _precise(asker, times.read(stored))
    return stored


def _precise(asker: Asker, millis: int) -> int:
    if asker.is_precise:
        return millis
    midnight = moment(millis, asker.who.time_zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return round(midnight.timestamp() * 1000)


def _read(clause: Clause, token: Token, asker: Asker) -> Any:
    if token.kind == "macro":
        return _macro(token.text, asker)
    if clause.field.kind is Kind.DATE:
        return _date(clause, token, asker)
    if clause.field.kind in _NUMBERS:
        try:
            return float(token.text)
        except ValueError as error:
            raise wiql.wrong(f"The error is caused by «{token.text}».") from error
    if clause.field.is_identity:
        account = asker.site.person(token.text)
        return account.name if account else token.text
    if clause.field.kind is Kind.SWITCH:
        return token.text.casefold() == "true"
    return token.text


def _macro(text: str, asker: Asker) -> Any:
    name, _, shift = (
        re.sub(r"\s", "", text).casefold().replace("+", "|+").replace("-", "|-").partition("|")
    )
    if name == "@me":
        return asker.who.name
    if name == "@project" and asker.project is not None:
        return asker.project.name
    if name == "@today":
        today = moment(asker.site.clock.now(), asker.who.time_zone)
        start = today.replace(hour=0, minute=0, second=0, microsecond=0)
        return round((start + timedelta(days=int(shift or 0))).timestamp() * 1000)
    raise wiql.wrong(f"The macro {text} has no meaning here.")


def _date(clause: Clause, token: Token, asker: Asker) -> int:
    try:
        millis = times.read(token.text)
    except ValueError as error:
        raise wiql.wrong(f"The error is caused by «{token.text}».") from error
    if not asker.is_precise and re.search(r"\d:\d", token.text):
        message = (
            "You cannot supply a time with the date when running a query using date precision. "
            f"The error is caused by «{clause.source}»."
        )
        raise VssError(400, message, "QueryException")
    return _precise(asker, millis)


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is not None, value.casefold() if isinstance(value, str) else value or 0


def columns(view: View, fields: Sequence[Field]) -> list[dict[str, str]]:
    """Return the columns of an answer."""
    return [
        {
            "referenceName": field.ref,
            "name": FIELDS[field.ref].name,
            "url": view.link(f"wit/fields/{field.ref}"),
        }
        for field in fields
    ]
