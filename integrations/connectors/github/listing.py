"""GitHub reads one issue a call, or a list of a hundred: many at once come cheaper as a list."""

from collections.abc import Collection
from urllib.parse import parse_qsl

from integrations.base.errors import InvalidError
from integrations.connectors.github.client import PAGE, GitHubClient, Json

FEW = 3
"""How many single calls are still better than a list that may not hold what is wanted."""
_FILTERS = ("state", "labels", "milestone", "assignee", "creator", "mentioned", "type")


def listed(client: GitHubClient, scope: str, numbers: Collection[int]) -> dict[int, Json]:
    """Return by number those of many issues that lists give at less than a call each.

    First the hundred that changed last, as most asked for did. Then pages in order of creation, on
    which neighbours share a call; what was deleted or moved away makes them lie further in front.
    """
    if len(numbers) <= FEW:
        return {}
    found = _page(client, scope, sort="updated", direction="desc")
    rest = sorted(set(numbers) - set(found))
    missing, seen = 0, set[int]()
    while len(rest) > FEW:
        place = max(0, rest[0] - 1 - missing)
        page = place // PAGE + 1
        if page in seen or rest[FEW] - rest[0] >= PAGE:
            rest = rest[1:]  # it is not where it would be, or has no neighbours to share a call
            continue
        seen.add(page)
        rows = _page(client, scope, sort="created", direction="asc", page=page)
        found |= rows
        missing = _missing(rows, page, rest[0], missing)
        rest = [number for number in rest if number not in rows]
    return {number: found[number] for number in numbers if number in found}


def _page(client: GitHubClient, scope: str, **order: str | int) -> dict[int, Json]:
    return {row["number"]: row for row in client.issues(scope, **order).json()}


def _missing(rows: Collection[int], page: int, wanted: int, known: int) -> int:
    """Return how many numbers are missing before the place of the wanted one, as far as seen."""
    start = (page - 1) * PAGE
    if not rows:
        return wanted - 1 - start // 2
    if wanted < min(rows):
        return min(rows) - 1 - start
    return max(rows) - start - len(rows) if wanted > max(rows) else known


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
