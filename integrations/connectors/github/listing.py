"""GitHub reads one issue a call, or a list of a hundred: many at once come cheaper as a list."""

from collections.abc import Collection
from urllib.parse import parse_qsl

from integrations.base.errors import InvalidError
from integrations.connectors.github.client import GitHubClient, Json

FEW = 3
"""How many single calls are still better than a list that may not hold what is wanted."""
_FILTERS = ("state", "labels", "milestone", "assignee", "creator", "mentioned", "type")


def newest(client: GitHubClient, scope: str, numbers: Collection[int]) -> dict[int, Json]:
    """Return those of many that are among the last hundred changed, as most asked for are."""
    if len(numbers) <= FEW:
        return {}
    rows = client.issues(scope, sort="updated", direction="desc").json()
    return {row["number"]: row for row in rows if row["number"] in numbers}


def filters_of(query: str) -> dict[str, str]:
    """Read a query such as `labels=bug&state=open`: the filters of GitHub's own list.

    https://docs.github.com/en/rest/issues/issues#list-repository-issues
    """
    if not query.strip():
        return {}
    pairs = parse_qsl(query.strip().lstrip("?"), keep_blank_values=True)
    unknown = sorted({name for name, _ in pairs} - set(_FILTERS))
    if unknown or not pairs:
        raise InvalidError(
            f"GitHub's list of issues knows no filter {', '.join(unknown) or query}.",
            fix=f"Write name=value, joined by &; names are {', '.join(_FILTERS)}.",
        )
    return dict(pairs)
