"""The kinds of field that JQL can ask for: which operators each takes, and how it sorts."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, ClassVar

from integrations.sandbox.jira import times
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.jql import Clause, Value
from integrations.sandbox.jira.model import Issue
from integrations.sandbox.jira.site import Site

Test = Callable[[Issue], bool]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}
_EMPTINESS = ("is", "is not")
_SETS = ("=", "!=", "in", "not in", *_EMPTINESS)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: names are resolved, and times read, as this account sees them.

    Where the query is not validated, issues that are not there find nothing instead of an error.
    """

    site: Site
    who: Account
    is_validating: bool = True


class Column(ABC):
    """A field that can be asked for."""

    operators: ClassVar[Collection[str]]

    def test(self, clause: Clause, asker: Asker) -> Test:
        """Return the test that a clause means; JiraError in Jira's words."""
        if clause.operator not in self.operators:
            message = (
                f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
            )
            raise JiraError(400, [message])
        if clause.operator in _EMPTINESS:
            _require_empty(clause)
            is_wanted = clause.operator == "is"
            return lambda issue: self.is_empty(issue) is is_wanted
        return self.compare(clause, asker)

    @abstractmethod
    def compare(self, clause: Clause, asker: Asker) -> Test:
        """Return the test of an operator with operands."""

    @abstractmethod
    def sort_key(self, issue: Issue) -> Any:
        """Return what the issue sorts by; None where it has no value."""

    def is_empty(self, issue: Issue) -> bool:
        """Say whether the issue has no value."""
        return self.sort_key(issue) is None


@dataclass(frozen=True)
class Chosen(Column):
    """A field with one or several of the site's values; `resolve` knows their names."""

    held: Callable[[Issue], Collection[str]]
    resolve: Callable[[Value, Asker], Collection[str] | None]
    rank: Callable[[str], Any] = str
    operators = _SETS

    def compare(self, clause: Clause, asker: Asker) -> Test:
        """Compare with named values; a negative does not find empty fields."""
        wanted: set[str] = set()
        takes_empty = any(_is_empty_word(value) for value in clause.values)
        for value in clause.values:
            if not _is_empty_word(value):
                wanted |= self._resolved(clause, value, asker)
        if clause.operator in ("=", "in"):
            return lambda issue: (
                bool(wanted & set(self.held(issue))) or (takes_empty and not self.held(issue))
            )
        return lambda issue: bool(self.held(issue)) and not wanted & set(self.held(issue))

    def sort_key(self, issue: Issue) -> Any:
        """Sort by the first value's place in the site's own order."""
        held = list(self.held(issue))
        return self.rank(held[0]) if held else None

    def _resolved(self, clause: Clause, value: Value, asker: Asker) -> set[str]:
        found = self.resolve(value, asker)
        if found is None:
            message = f"The value '{value.text}' does not exist for the field '{clause.field}'."
            raise JiraError(400, [message])
        return set(found)


@dataclass(frozen=True)
class Moment(Column):
    """A field with a time."""

    get: Callable[[Issue], int | None]
    operators = (*_COMPARE, *_EMPTINESS)

    def compare(self, clause: Clause, asker: Asker) -> Test:
        """Compare with a time, read in the caller's time zone."""
        wanted = _read_time(clause, asker)
        holds = _COMPARE[clause.operator]

        def test(issue: Issue) -> bool:
            value = self.get(issue)
            return value is not None and holds(value, wanted)

        return test

    def sort_key(self, issue: Issue) -> Any:
        """Sort by time."""
        return self.get(issue)


@dataclass(frozen=True)
class Words(Column):
    """A field with text, searched by word; no `field_id` where it is several texts at once."""

    get: Callable[[Issue, Asker], str]
    field_id: str = ""
    operators = ("~", "!~", *_EMPTINESS)

    def compare(self, clause: Clause, asker: Asker) -> Test:
        """Look for all words; one ending in `*` finds what begins so."""
        wanted = re.findall(r"\w+\*?", clause.values[0].text.lower())
        is_wanted = clause.operator == "~"

        if clause.operator == "~" and not wanted:
            raise JiraError(400, [f"The field '{clause.field}' is searched for nothing."])

        def test(issue: Issue) -> bool:
            words = set(re.findall(r"\w+", self.get(issue, asker).lower()))
            return all(_has_word(words, word) for word in wanted) is is_wanted

        return test

    def is_empty(self, issue: Issue) -> bool:
        """Say whether the field holds nothing."""
        return self.field_id not in issue.values

    def sort_key(self, issue: Issue) -> Any:
        """Sort by the summary, the only text that is sorted by."""
        return str(issue.values["summary"]).lower()


@dataclass(frozen=True)
class Key(Column):
    """The issue itself: by key or id; it must be there and be visible."""

    operators = (*_COMPARE, "in", "not in")

    def compare(self, clause: Clause, asker: Asker) -> Test:
        """Compare the place in the project, or look in a list."""
        named = [_named_issue(clause, value, asker) for value in clause.values]
        found = [issue for issue in named if issue is not None]
        ids = {issue.id for issue in found}
        if clause.operator in ("in", "="):
            return lambda issue: issue.id in ids
        if clause.operator in ("not in", "!="):
            return lambda issue: issue.id not in ids
        if not found:
            return lambda _: False
        holds, border = _COMPARE[clause.operator], self.sort_key(found[0])
        return lambda issue: bool(holds(self.sort_key(issue), border))

    def sort_key(self, issue: Issue) -> Any:
        """Sort by project, then number."""
        project, number = issue.key.rsplit("-", 1)
        return [project, int(number)]


@dataclass(frozen=True)
class Number(Column):
    """A custom field with a number."""

    field_id: str
    operators = (*_COMPARE, *_EMPTINESS)

    def compare(self, clause: Clause, _: Asker) -> Test:
        """Compare numbers."""
        try:
            wanted = float(clause.values[0].text)
        except ValueError as error:
            message = f"Value '{clause.values[0].text}' is invalid for the '{clause.field}' field."
            raise JiraError(400, [message]) from error
        holds = _COMPARE[clause.operator]
        field_id = self.field_id
        return lambda issue: field_id in issue.values and holds(issue.values[field_id], wanted)

    def sort_key(self, issue: Issue) -> Any:
        """Sort by number."""
        return issue.values.get(self.field_id)


def _is_empty_word(value: Value) -> bool:
    return not value.is_quoted and value.text.lower() in ("empty", "null")


def _require_empty(clause: Clause) -> None:
    if not _is_empty_word(clause.values[0]):
        message = f"The operator '{clause.operator}' takes only EMPTY or NULL."
        raise JiraError(400, [f"Error in the JQL Query: {message}"])


def _has_word(words: Collection[str], wanted: str) -> bool:
    if wanted.endswith("*"):
        return any(word.startswith(wanted[:-1]) for word in words)
    return wanted in words


def _read_time(clause: Clause, asker: Asker) -> int:
    value, now, zone = clause.values[0], asker.site.clock.now(), asker.who.time_zone
    if value.call is not None and value.text == "now":
        return now
    if value.call is not None and value.text == "startofday":
        return times.start_of_day(zone, now)
    found = times.read_time(value.text, zone, now, is_quoted=value.is_quoted)
    if found is None:
        message = (
            f"Date value '{value.text}' for field '{clause.field}' is invalid. Valid formats"
            " include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a"
            " period format e.g. '-5d', '4w 2d'."
        )
        raise JiraError(400, [message])
    return found


def _named_issue(clause: Clause, value: Value, asker: Asker) -> Issue | None:
    found = asker.site.find_issue(value.text)
    if found is None or not asker.site.may(asker.who, "BROWSE_PROJECTS", found):
        if not asker.is_validating:
            return None
        kind = "ID" if value.text.isdigit() else "key"
        message = f"An issue with {kind} '{value.text}' does not exist for field '{clause.field}'."
        raise JiraError(400, [message])
    return found
