"""Which issues and comments a list holds, and in which order. Times count in whole seconds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from integrations.sandbox.github import values
from integrations.sandbox.github.errors import GitHubError, invalid
from integrations.sandbox.github.model import Comment, Issue, Milestone, Repository, place
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import names

Query = Mapping[str, str]
Test = Callable[[Issue], bool]
_STATES = ("open", "closed", "all")
_ANY, _NONE = "*", "none"


def issues(site: Site, repository: Repository, query: Query) -> list[Issue]:
    """Return issues and pull requests of a repository as a query string asks.

    https://docs.github.com/en/rest/issues/issues#list-repository-issues
    """
    tests = _tests(site, repository, query)
    found = [one for one in site.issues(repository) if all(test(one) for test in tests)]
    keys: Mapping[str, Callable[[Issue], Any]] = {
        "created": lambda one: (one.created // 1000, one.number),
        "updated": lambda one: (one.updated // 1000, one.number),
        "comments": lambda one: (len(site.store.children(Comment, one.id)), one.number),
    }
    key = keys[_one_of(query, "sort", "created", tuple(keys))]
    return sorted(found, key=key, reverse=_descends(query))


def comments(found: Sequence[Comment], query: Query) -> list[Comment]:
    """Return comments since a time; `sort` and `direction` where a query string has them."""
    since = _since(query)
    recent = [one for one in found if one.updated // 1000 >= since]
    if "sort" not in query:
        return sorted(recent, key=lambda one: int(one.id))
    by = _one_of(query, "sort", "created", ("created", "updated"))
    is_created = by == "created"
    return sorted(
        recent,
        key=lambda one: ((one.created if is_created else one.updated) // 1000, int(one.id)),
        reverse=_descends(query),
    )


def _tests(site: Site, repository: Repository, query: Query) -> list[Test]:
    since, state = _since(query), _one_of(query, "state", "open", _STATES)
    wanted = {name.strip().lower() for name in query.get("labels", "").split(",") if name.strip()}
    tests: list[Test] = [
        lambda one: one.updated // 1000 >= since,
        lambda one: state in ("all", one.state),
        lambda one: wanted <= {name.lower() for name in names(site.labels(one))},
    ]
    if creator := query.get("creator"):
        tests.append(lambda one: one.author.lower() == creator.lower())
    if mentioned := query.get("mentioned"):
        tests.append(lambda one: f"@{mentioned.lower()}" in (one.body or "").lower())
    if assignee := query.get("assignee"):
        tests.append(lambda one: _fits(assignee, [login.lower() for login in one.assignees]))
    if type_ := query.get("type"):
        tests.append(lambda one: _fits(type_, [one.type.lower()] if one.type else []))
    if wish := query.get("milestone"):
        tests.append(_planned(site, repository, wish))
    return tests


def _fits(wish: str, present: Sequence[str]) -> bool:
    if wish in (_ANY, _NONE):
        return bool(present) is (wish == _ANY)
    return wish.lower() in present


def _planned(site: Site, repository: Repository, wish: str) -> Test:
    if wish in (_ANY, _NONE):
        return lambda one: bool(one.milestone) is (wish == _ANY)
    found = site.store.named(Milestone, place(repository.id, wish))
    if found is None:
        raise invalid("Issue", "milestone", value=wish)
    id_ = found.id
    return lambda one: one.milestone == id_


def _since(query: Query) -> int:
    raw = query.get("since")
    if not raw:
        return 0
    found = values.read_time(raw.replace(" ", "+"))
    if found is None:
        raise GitHubError(422, "Validation Failed: since is not a valid time")
    return found // 1000


def _one_of(query: Query, name: str, default: str, known: Sequence[str]) -> str:
    found = query.get(name) or default
    if found not in known:
        raise invalid("Search", name, value=found)
    return found


def _descends(query: Query) -> bool:
    return _one_of(query, "direction", "desc", ("asc", "desc")) == "desc"
