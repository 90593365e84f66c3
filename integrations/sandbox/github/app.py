"""The application: finds the endpoint or page of a request, and turns refusals into answers."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from integrations.sandbox.github import access, page
from integrations.sandbox.github.accounts import ANONYMOUS, Account, holder
from integrations.sandbox.github.api import (
    comments,
    hooks,
    issues,
    labels,
    repositories,
    search,
    users,
)
from integrations.sandbox.github.api.context import Context, Endpoint, Route, answer, moved
from integrations.sandbox.github.errors import GitHubError, not_found
from integrations.sandbox.github.site import Site

_SERVER = "/api/v3"
_ROOTS = ("/repos/", "/repositories/", "/orgs/", "/search/", f"{_SERVER}/")
_SINGLE = ("/user", "/user/repos", "/rate_limit", "/meta", "/versions")
# What a fine-grained token must be given to read; webhooks ask for theirs themselves.
_AREAS: Mapping[str, Sequence[Route]] = {
    "metadata": repositories.ROUTES,
    "issues": [
        *repositories.ISSUE_ROUTES,
        *issues.ROUTES,
        *comments.ROUTES,
        *labels.ROUTES,
    ],
    "webhooks": hooks.ROUTES,
}
_NO_AGENT = (
    "Request forbidden by administrative rules. Please make sure your request has a User-Agent "
    "header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api"
    "#user-agent-required). Check https://developer.github.com for other possible causes."
)
_OK, _NOT_MODIFIED = 200, 304


def is_api(path: str) -> bool:
    """Say whether a path belongs to the tracker's API, rather than to people."""
    return path.startswith(_ROOTS) or path in _SINGLE


class GitHubApp:
    """Answers requests to one site, each in one piece of work."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def respond(self, request: Request) -> Response:
        """Answer an API call, within the caller's limits; what is not modified costs nothing."""
        if not request.headers.get("User-Agent"):
            return Response(_NO_AGENT, 403, content_type="text/html; charset=utf-8")
        resource = "search" if "/search/" in request.path else "core"
        who, quota = ANONYMOUS, self._site.quota
        try:
            who = self._sign_in(request)
            quota.require(who, resource)
            response = _unless_known(request, self._answer(request, who))
        except GitHubError as error:
            response = answer(error.body(), error.status, error.headers)
        is_free = response.status_code == _NOT_MODIFIED or request.path.endswith("/rate_limit")
        if not is_free:
            quota.spend(who, resource)
        response.headers.update(quota.headers(who, resource))
        response.headers.update(self._headers(request, who))
        return response

    def show(self, request: Request) -> Response:
        """Answer a person's request."""
        try:
            endpoint, values = _pages().bind_to_environ(request.environ).match()
            with self._site.work():
                response: Response = endpoint(page.Visit(self._site, request), **values)
        except GitHubError as error:
            return page.refusal(error)
        except HTTPException as error:
            return page.refusal(GitHubError(error.code or 500, error.description or ""))
        return response

    def _sign_in(self, request: Request) -> Account:
        given = request.authorization
        if given is None and "Authorization" not in request.headers:
            return ANONYMOUS
        secret = (given.token or given.get("password") or "") if given is not None else ""
        found = holder(self._site.accounts.values(), secret)
        if found is None:
            raise GitHubError(401, "Bad credentials")
        return found

    def _answer(self, request: Request, who: Account) -> Response:
        version = request.headers.get("X-GitHub-Api-Version", users.VERSION)
        if version != users.VERSION:
            raise GitHubError(400, f"API version {version!r} is not supported.")
        try:
            endpoint, values = _api().bind_to_environ(request.environ).match()
        except (NotFound, MethodNotAllowed) as error:
            raise not_found() from error
        is_own_server = request.path.startswith(_SERVER)
        root = self._site.base_url + (_SERVER if is_own_server else "")
        path = request.path.removeprefix(_SERVER)
        with self._site.work():
            response: Response = endpoint(Context(self._site, request, who, root, path), **values)
        return response

    def _headers(self, request: Request, who: Account) -> Mapping[str, str]:
        headers = {
            "Date": self._site.http_date(),
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": uuid.uuid4().hex[:20].upper(),
            "x-github-api-version-selected": users.VERSION,
        }
        if request.path.startswith(_SERVER):
            headers["X-GitHub-Enterprise-Version"] = "3.17.0"
        if who is not ANONYMOUS and who.permissions is None:
            headers["X-OAuth-Scopes"] = ", ".join(who.scopes)
            headers["X-Accepted-OAuth-Scopes"] = "repo"
        return headers


def _unless_known(request: Request, response: Response) -> Response:
    """Return the answer with its tag, or 304 where the caller has that already."""
    if request.method != "GET" or response.status_code != _OK:
        return response
    links = response.headers.get("Link", "")
    tag = hashlib.sha256(response.get_data() + links.encode()).hexdigest()
    if tag in request.if_none_match or request.if_none_match.contains_weak(tag):
        response = Response(status=_NOT_MODIFIED)
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    return response


def _inside(endpoint: Endpoint, area: str) -> Endpoint:
    """Return the endpoint with the repository found, whose old names lead to its number."""

    def run(context: Context, repo: str, owner: str = "", **values: object) -> Response:
        repository = f"{owner}/{repo}" if owner else repo
        found = context.site.repository(context.who, repository)
        below = context.path.split(f"/{repository}", 1)[1]
        here = f"/repositories/{found.id}{below}"
        if repository.lower() not in (found.full_name.lower(), found.id):
            query = f"?{context.request.query_string.decode()}" if context.query else ""
            is_reading = context.request.method == "GET"
            raise moved(f"{context.root}{here}{query}", 301 if is_reading else 307)
        access.require_token(context.who, area, "read")
        inner = Context(context.site, context.request, context.who, context.root, here)
        return endpoint(inner, found, **values)

    return run


@cache
def _pages() -> Map:
    return Map([_rule(*route) for route in page.ROUTES])


@cache
def _api() -> Map:
    routes: list[Route] = [*users.ROUTES, *search.ROUTES]
    for area, inside in _AREAS.items():
        for method, path, endpoint in inside:
            run = _inside(endpoint, area)
            routes.append((method, f"/repos/<owner>/<repo>{path}", run))
            routes.append((method, f"/repositories/<repo>{path}", run))
    rules = [
        _rule(method, prefix + path, endpoint)
        for prefix in ("", _SERVER)
        for method, path, endpoint in routes
    ]
    return Map(rules)


def _rule(method: str, path: str, endpoint: Callable[..., Response]) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint)
