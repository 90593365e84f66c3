"""What every endpoint is given: who calls, what they sent, what they see; and how to answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug import Request, Response

from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import GitHubError, not_found
from integrations.sandbox.github.model import Issue, Json, Repository
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import View

_JSON = "application/json; charset=utf-8"
_PER_PAGE = 30
_MOST_PER_PAGE = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """One call to the API; `path` is what its links name, below `root`."""

    site: Site
    request: Request
    who: Account
    root: str
    path: str

    @property
    def view(self) -> View:
        """Return what the caller sees."""
        return View(self.site, self.who, self.root)

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query string."""
        return self.request.args.to_dict()

    def issue(self, repository: Repository, number: int) -> Issue:
        """Return an issue; one that moved to another repository is pointed to."""
        found = self.site.issue(repository, number)
        if found.repository != repository.id:
            target = self.site.repository(self.who, found.repository)
            raise moved(f"{self.root}/repositories/{target.id}/issues/{found.number}")
        return found

    def issue_here(self, repository: Repository, number: int) -> Issue:
        """Return an issue for what hangs on it: nothing points from there to a moved one."""
        found = self.site.issue(repository, number)
        if found.repository != repository.id:
            raise not_found()
        return found

    def any_json(self) -> Any:
        """Return the body, whatever JSON it is; an empty one is an empty object."""
        try:
            return json.loads(self.request.get_data() or b"{}")
        except ValueError as error:
            raise GitHubError(400, "Problems parsing JSON") from error

    def json(self) -> Json:
        """Return the body, an object."""
        body = self.any_json()
        if not isinstance(body, dict):
            raise GitHubError(400, "Body should be a JSON object")
        return body

    def number(self, name: str, default: int) -> int:
        """Return a positive number of the query string; anything else is the default."""
        raw = self.request.args.get(name, "")
        return int(raw) if raw.isdecimal() and int(raw) > 0 else default


Endpoint = Callable[..., Response]
Route = tuple[str, str, Endpoint]


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, dict(headers or {}), content_type=_JSON)


def nothing() -> Response:
    """Return 204."""
    return Response(status=204)


def moved(url: str, status: int = 301) -> GitHubError:
    """Return the answer that points elsewhere."""
    return GitHubError(status, "Moved Permanently", headers={"Location": url}, url=url)


def page(context: Context, items: Sequence[T], show: Callable[[T], Any]) -> Response:
    """Return a slice of a list, with links to the other slices."""
    shown, links = sliced(context, items)
    return answer([show(one) for one in shown], headers=links)


def sliced(context: Context, items: Sequence[T]) -> tuple[Sequence[T], Mapping[str, str]]:
    """Return a slice of a list, and the header that links to the others."""
    size = min(context.number("per_page", _PER_PAGE), _MOST_PER_PAGE)
    number = context.number("page", 1)
    last = max(1, -(-len(items) // size))
    others = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    wanted = [name for name in others if (name in ("prev", "first")) is (number > 1)]
    if 1 < number < last:
        wanted = list(others)
    if number == last == 1:
        wanted = []
    links = ", ".join(f'<{_link(context, others[name])}>; rel="{name}"' for name in wanted)
    start = (number - 1) * size
    return items[start : start + size], {"Link": links} if links else {}


def _link(context: Context, number: int) -> str:
    query = urlencode({**context.query, "page": number})
    return f"{context.root}{context.path}?{query}"
