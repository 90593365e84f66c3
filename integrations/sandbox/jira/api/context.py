"""What every endpoint is given: who calls, what they sent, what they see; and how to answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug import Request, Response

from integrations.sandbox.jira.accounts import ANONYMOUS, Account
from integrations.sandbox.jira.errors import JiraError, NeedsLoginError
from integrations.sandbox.jira.model import Issue, Json
from integrations.sandbox.jira.site import Site
from integrations.sandbox.jira.view import View

_JSON = "application/json;charset=UTF-8"
_NOT_JSON = "There was an error parsing JSON. Check that your request body is valid."
_WRONG_KEYS = "Invalid request payload. Refer to the REST API documentation and try again."


@dataclass(frozen=True, slots=True)
class Context:
    """One call to the API."""

    site: Site
    request: Request
    who: Account
    version: str

    @property
    def view(self) -> View:
        """Return what the caller sees."""
        return View(self.site, self.who, self.version)

    @property
    def is_cloud(self) -> bool:
        """Say which kind of Jira is called."""
        return self.site.face.deployment == "Cloud"

    def require_login(self) -> None:
        """Refuse a call without an account."""
        if self.who is ANONYMOUS:
            raise NeedsLoginError

    def issue(self, key_or_id: str) -> Issue:
        """Return an issue that the caller may see."""
        return self.site.issue(self.who, key_or_id)

    def number(self, name: str, default: int, most: int | None = None) -> int:
        """Return a number of the query string."""
        raw = self.request.args.get(name, "")
        try:
            found = int(raw) if raw else default
        except ValueError as error:
            raise JiraError(400, [f"'{raw}' is not a number"]) from error
        if found < 0:
            raise JiraError(400, [f"{name} must not be negative"])
        return found if most is None else min(found, most)

    def words(self, name: str) -> list[str]:
        """Return a list of the query string, given with commas or again and again."""
        return [word for raw in self.request.args.getlist(name) for word in raw.split(",") if word]

    def any_json(self) -> Any:
        """Return the body, whatever JSON it is."""
        try:
            return json.loads(self.request.get_data())
        except ValueError as error:
            raise JiraError(400, [_NOT_JSON]) from error

    def json(self, *known: str) -> Json:
        """Return the body, an object; one with other than the known keys is refused."""
        body = self.any_json()
        if not isinstance(body, dict) or (known and set(body) - set(known)):
            raise JiraError(400, [_WRONG_KEYS])
        return body


Endpoint = Callable[..., Response]
Route = tuple[str, str, Endpoint]


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, dict(headers or {}), content_type=_JSON)


def nothing() -> Response:
    """Return 204."""
    return Response(status=204)


def page(
    context: Context, items: Sequence[Json], name: str, default: int = 50, most: int = 1000
) -> Json:
    """Return a slice of a list with the numbers that Jira puts around it."""
    start = context.number("startAt", 0)
    size = context.number("maxResults", default, most)
    return {
        "startAt": start,
        "maxResults": size,
        "total": len(items),
        name: list(items[start : start + size]),
    }
