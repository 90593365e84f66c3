"""A JQL query made ready: which issues it finds for one account, and in which order."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from integrations.sandbox.jira import jql
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.clauses import column
from integrations.sandbox.jira.columns import Asker, Column, Test
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.jql import Both, Clause, Negated, Order, Tree
from integrations.sandbox.jira.model import Issue
from integrations.sandbox.jira.site import Site

Place = list[Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one account."""

    text: str
    asker: Asker
    test: Test | None
    order: Sequence[tuple[Column, bool]]

    @property
    def is_bounded(self) -> bool:
        """Say whether the query restricts anything."""
        return self.test is not None

    def accepts(self, issue: Issue) -> bool:
        """Say whether the query finds an issue."""
        return self.test is None or self.test(issue)

    def find(self, at_once: Collection[str] = ()) -> list[Issue]:
        """Return what search finds, sorted; `at_once` names issues that no lag may hide."""
        site, who = self.asker.site, self.asker.who
        found = [
            issue
            for issue in site.index.items(at_once)
            if site.may(who, "BROWSE_PROJECTS", issue) and self.accepts(issue)
        ]
        return sorted(found, key=cmp_to_key(self._compare_issues))

    def after(self, issues: Sequence[Issue], token: str) -> list[Issue]:
        """Return those of the sorted issues that come after the place that a token names."""
        place = self._read(token)
        return [issue for issue in issues if self._compare(self._at(issue), place) > 0]

    def token(self, issue: Issue) -> str:
        """Return a token for the place right after an issue."""
        return urlsafe_b64encode(json.dumps([self.text, self._at(issue)]).encode()).decode()

    def _compare_issues(self, one: Issue, other: Issue) -> int:
        return self._compare(self._at(one), self._at(other))

    def _read(self, token: str) -> Place:
        try:
            text, place = json.loads(urlsafe_b64decode(token.encode()))
        except ValueError as error:
            raise JiraError(400, ["The provided next page token is invalid."]) from error
        if text != self.text:
            raise JiraError(400, ["The provided next page token belongs to another query."])
        found: Place = place
        return found

    def _at(self, issue: Issue) -> Place:
        keys = [(key.sort_key(issue), is_descending) for key, is_descending in self.order]
        return [value for value, _ in keys] + [int(issue.id)]

    def _compare(self, one: Place, other: Place) -> int:
        directions = [-1 if is_descending else 1 for _, is_descending in self.order]
        for left, right, direction in zip(one, other, [*directions, -1], strict=True):
            if left != right:
                return _order(left, right) * direction
        return 0


def parse(text: str, site: Site, who: Account, *, is_validating: bool = True) -> Query:
    """Return the query that the text means to an account."""
    parsed = jql.parse(text)
    asker = Asker(site, who, is_validating=is_validating)
    test = _test(parsed.where, asker) if parsed.where is not None else None
    return Query(text, asker, test, [_sort_key(order) for order in parsed.order])


def _sort_key(order: Order) -> tuple[Column, bool]:
    return column(order.field), order.is_descending


def _test(tree: Tree, asker: Asker) -> Test:
    if isinstance(tree, Clause):
        return column(tree.field).test(tree, asker)
    if isinstance(tree, Negated):
        inside = _test(tree.part, asker)
        return lambda issue: not inside(issue)
    parts = [_test(part, asker) for part in tree.parts]
    holds: Callable[[Sequence[bool]], bool] = all if isinstance(tree, Both) else any
    return lambda issue: holds([part(issue) for part in parts])


def _order(left: Any, right: Any) -> int:
    if left is None or right is None:
        return 1 if left is None else -1
    return 1 if left > right else -1
