"""The endpoint of search."""

from werkzeug import Response

from integrations.sandbox.github import search
from integrations.sandbox.github.api.context import Context, Route, answer, sliced
from integrations.sandbox.github.errors import GitHubError, invalid
from integrations.sandbox.github.model import Comment, Issue, Json

_SORTS = ("created", "updated", "comments")


def issues(context: Context) -> Response:
    """Find issues and pull requests."""
    found = _sorted(context, search.find(context.site, context.who, context.query.get("q", "")))
    reachable = found[: search.LIMIT]
    shown, links = sliced(context, reachable)
    if not shown and context.number("page", 1) > 1 and len(found) > search.LIMIT:
        raise GitHubError(422, f"Only the first {search.LIMIT} search results are available")
    body = {
        "total_count": len(found),
        "incomplete_results": False,
        "search_type": "lexical",
        "items": [_item(context, one) for one in shown],
    }
    return answer(body, headers=links)


def _item(context: Context, issue: Issue) -> Json:
    return {**context.view.issue(issue), "body": issue.body or "", "score": 1.0}


def _sorted(context: Context, found: list[Issue]) -> list[Issue]:
    sort, order = context.query.get("sort"), context.query.get("order", "desc")
    if not sort:
        return found
    if sort not in _SORTS or order not in ("asc", "desc"):
        raise invalid("Search", "sort")
    keys = {
        "created": lambda one: (one.created, int(one.id)),
        "updated": lambda one: (one.updated, int(one.id)),
        "comments": lambda one: (len(context.site.store.children(Comment, one.id)), int(one.id)),
    }
    return sorted(found, key=keys[sort], reverse=order == "desc")


ROUTES: list[Route] = [("GET", "/search/issues", issues)]
