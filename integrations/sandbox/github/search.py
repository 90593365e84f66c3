"""Search over issues and pull requests: words and qualifiers.

https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from integrations.sandbox.github import values
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import GitHubError, invalid
from integrations.sandbox.github.model import Comment, Issue
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import names

LIMIT = 1000
_PART = re.compile(r'(?P<no>-?)(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
_TIME = re.compile(r"(?P<sign>>=|<=|>|<)?(?P<from>[^.\s]+?)(?:\.\.(?P<to>\S+))?")
_DAY_MILLIS = 86_400_000
_HIDDEN = (
    "The listed users and repositories cannot be searched either because the resources do not "
    "exist or you do not have permission to view them."
)
Test = Callable[[Issue], bool]


@dataclass(slots=True)
class _Search:
    """A query read: tests, words, and where to look for them."""

    tests: list[Test] = field(default_factory=list)
    words: list[tuple[str, bool]] = field(default_factory=list)
    places: set[str] = field(default_factory=set)


def find(site: Site, who: Account, query: str) -> list[Issue]:
    """Return what the index knows, as far as the account may see it; best match first."""
    search = _read(site, who, query)
    visible = {one.id for one in site.repositories(who)}
    found = [one for one in site.index.items() if one.repository in visible]
    return sorted(
        (one for one in found if _accepts(site, search, one)),
        key=lambda one: (one.created, int(one.id)),
        reverse=True,
    )


def _read(site: Site, who: Account, query: str) -> _Search:
    if not query.strip():
        raise invalid("Search", "q", "missing")
    search = _Search()
    for part in _PART.finditer(query):
        name, is_not = part["name"] or "", bool(part["no"])
        value = part["plain"] if part["quoted"] is None else part["quoted"]
        if name == "in":
            search.places |= set(value.split(","))
        elif name in _QUALIFIERS:
            test = _QUALIFIERS[name](site, who, value.lower())
            search.tests.append(_negated(test) if is_not else test)
        else:
            search.words.append((f"{name}:{value}".lstrip(":").lower(), is_not))
    return search


def _accepts(site: Site, search: _Search, issue: Issue) -> bool:
    if not all(test(issue) for test in search.tests):
        return False
    text = _text(site, search, issue)
    return all((word in text) is not is_not for word, is_not in search.words)


def _text(site: Site, search: _Search, issue: Issue) -> str:
    places = search.places or {"title", "body", "comments"}
    parts = [issue.title] if "title" in places else []
    parts += [issue.body or ""] if "body" in places else []
    if "comments" in places:
        parts += [one.body for one in site.store.children(Comment, issue.id)]
    return "\n".join(parts).lower()


def _negated(test: Test) -> Test:
    return lambda issue: not test(issue)


def _is(_: Site, __: Account, value: str) -> Test:
    tests: Mapping[str, Test] = {
        "issue": lambda one: not one.is_pull_request,
        "pr": lambda one: one.is_pull_request,
        "pull-request": lambda one: one.is_pull_request,
        "open": lambda one: one.state == "open",
        "closed": lambda one: one.state == "closed",
        "locked": lambda one: one.is_locked,
    }
    if value not in tests:
        raise invalid("Search", "q")
    return tests[value]


def _repository(site: Site, who: Account, value: str) -> Test:
    try:
        found = site.repository(who, value)
    except GitHubError as error:
        raise invalid("Search", "q", message=_HIDDEN) from error
    return lambda one: one.repository == found.id


def _owner(site: Site, who: Account, value: str) -> Test:
    ids = {one.id for one in site.repositories(who) if one.owner.lower() == value}
    return lambda one: one.repository in ids


def _label(site: Site, _: Account, value: str) -> Test:
    wanted = {name.strip('"') for name in value.split(",")}
    return lambda one: bool(wanted & {name.lower() for name in names(site.labels(one))})


def _author(_: Site, who: Account, value: str) -> Test:
    login = who.login if value == "@me" else value
    return lambda one: one.author.lower() == login


def _assignee(_: Site, who: Account, value: str) -> Test:
    login = who.login if value == "@me" else value
    return lambda one: login in [person.lower() for person in one.assignees]


def _reason(_: Site, __: Account, value: str) -> Test:
    return lambda one: (one.state_reason or "").replace("_", " ") == value


def _type(_: Site, __: Account, value: str) -> Test:
    if value in ("issue", "pr"):
        return lambda one: one.is_pull_request is (value == "pr")
    return lambda one: (one.type or "").lower() == value


def _when(of: Callable[[Issue], int]) -> Callable[[Site, Account, str], Test]:
    def read(_: Site, __: Account, value: str) -> Test:
        first, last = _span(value)
        return lambda one: first <= of(one) < last

    return read


def _span(value: str) -> tuple[float, float]:
    """Return from when (included) to when (excluded) a time qualifier reaches."""
    part = _TIME.fullmatch(value)
    begin = _moment(part["from"]) if part else None
    if part is None or begin is None:
        raise invalid("Search", "q")
    length = 1000 if "t" in part["from"] else _DAY_MILLIS
    if part["to"]:
        end = _moment(part["to"])
        if end is None:
            raise invalid("Search", "q")
        return begin, end + (1000 if "t" in part["to"] else _DAY_MILLIS)
    spans = {
        ">": (begin + length, float("inf")),
        ">=": (begin, float("inf")),
        "<": (float("-inf"), begin),
        "<=": (float("-inf"), begin + length),
        None: (begin, begin + length),
    }
    return spans[part["sign"]]


def _moment(text: str) -> int | None:
    return values.read_time(text.upper())


_QUALIFIERS: Mapping[str, Callable[[Site, Account, str], Test]] = {
    "is": _is,
    "state": _is,
    "repo": _repository,
    "org": _owner,
    "user": _owner,
    "label": _label,
    "author": _author,
    "assignee": _assignee,
    "reason": _reason,
    "type": _type,
    "created": _when(lambda one: one.created),
    "updated": _when(lambda one: one.updated),
}
