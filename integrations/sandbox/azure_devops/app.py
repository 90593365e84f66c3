"""The application: signs callers in, finds the endpoint or page, turns refusals into answers."""

import json
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import escape
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder

from integrations.sandbox.azure_devops import page
from integrations.sandbox.azure_devops.accounts import WORK, WORK_WRITE, Account
from integrations.sandbox.azure_devops.api import (
    comments,
    files,
    hooks,
    items,
    locations,
    meta,
    nodes,
    search,
)
from integrations.sandbox.azure_devops.api.context import (
    PLAIN_JSON,
    Context,
    Route,
    answer,
    require_version,
)
from integrations.sandbox.azure_devops.errors import SignInError, VssError, bad_request
from integrations.sandbox.azure_devops.organization import Organization

_ANYWHERE: Sequence[Route] = [*items.ROUTES, *files.ROUTES, *search.ROUTES, *meta.ROUTES]
_AT_ROOT: Sequence[Route] = [*meta.ROOT_ROUTES, *locations.ROOT_ROUTES, *hooks.ROUTES]
_IN_PROJECT: Sequence[Route] = [
    *items.PROJECT_ROUTES,
    *comments.ROUTES,
    *meta.PROJECT_ROUTES,
    *nodes.PROJECT_ROUTES,
]
_PREVIEWS = (meta.connection_data, *(endpoint for _, _, endpoint in comments.ROUTES))
_SIGN_IN = "/_signin"
_BATCH = "/_apis/wit/$batch"
_MAX_BATCH = 200
_READING_POSTS = ("/wiql", "/workitemsbatch", "/workitemrevisions")
_NOT_HERE = "The controller for path '{}' was not found or does not implement IController."
_SIGN_IN_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Azure DevOps Services | Sign In</title></head>"
    "<body><h1>Sign in to {}</h1></body></html>"
)


def is_api(path: str) -> bool:
    """Say whether a path belongs to the API, rather than to people."""
    return "/_apis" in path.casefold()


class AzureDevOpsApp:
    """Answers requests to one organization, each in one piece of work."""

    def __init__(self, site: Organization) -> None:
        self._site = site

    def respond(self, request: Request) -> Response:
        """Answer an API call."""
        try:
            who = self._sign_in(request)
            if request.path.casefold() == _BATCH and request.method == "PATCH":
                response = self._answer_batch(request, who)
            else:
                response = self._answer(request, who)
        except SignInError as error:
            response = self._send_to_sign_in(request, error)
        except VssError as error:
            response = answer(error.body(), error.status)
        response.headers.update(self._headers())
        return response

    def show(self, request: Request) -> Response:
        """Answer a person's request."""
        if request.path == _SIGN_IN:
            return self._sign_in_page(200)
        try:
            endpoint, values = _match(_pages(), request, request.path)
            with self._site.work():
                response: Response = endpoint(page.Visit(self._site, request), **values)
        except VssError as error:
            return page.refusal(error.message, error.status)
        except HTTPException as error:
            return page.refusal(error.description or "", error.code or 500)
        return response

    def _sign_in(self, request: Request) -> Account:
        given = request.authorization
        if given is None or given.type != "basic":
            has_some = "Authorization" in request.headers
            message = "TF400813: The user '' is not authorized to access this resource."
            raise SignInError(message, has_credentials=has_some)
        token = (given.password or "").encode()
        for account in self._site.accounts.values():
            if account.token and secrets.compare_digest(account.token.encode(), token):
                return _active(account)
        message = "TF400813: The user '' is not authorized to access this resource."
        raise SignInError(message, has_credentials=True)

    def _answer(self, request: Request, who: Account) -> Response:
        path = request.path.casefold()
        try:
            endpoint, values = _match(_api(), request, path)
        except NotFound:
            text = _NOT_HERE.format(request.path)
            return Response(text, 404, content_type="text/plain; charset=utf-8")
        except MethodNotAllowed:
            words = f"The requested resource does not support http method '{request.method}'."
            return answer({"count": 1, "value": {"Message": words}}, 405)
        _require_scope(who, request, path)
        require_version(request, is_preview=endpoint in _PREVIEWS)
        place = request.path.split("/")[1] if values.pop("place", "") else ""
        with self._site.work():
            context = Context(self._site, request, who, place)
            if place:
                self._site.project(who, place)
            return endpoint(context, **values)

    def _answer_batch(self, request: Request, who: Account) -> Response:
        require_version(request, is_preview=False)
        _require_scope(who, request, _BATCH)
        parts = Context(self._site, request, who).body(PLAIN_JSON)
        if not isinstance(parts, list) or not 0 < len(parts) <= _MAX_BATCH:
            raise bad_request(f"A batch holds 1 to {_MAX_BATCH} requests.")
        found = [self._answer_part(part, who) for part in parts]
        return answer({"count": len(found), "value": found})

    def _answer_part(self, part: Any, who: Account) -> dict[str, Any]:
        try:
            response = self._answer(_part_request(part), who)
        except VssError as error:
            response = answer(error.body(), error.status)
        return {
            "code": response.status_code,
            "headers": {"Content-Type": response.content_type},
            "body": response.get_data(as_text=True),
        }

    def _send_to_sign_in(self, request: Request, error: SignInError) -> Response:
        if error.is_known:
            return answer(error.body(), 401, self._challenge())
        if request.headers.get("X-TFS-FedAuthRedirect", "").casefold() == "suppress":
            return Response(error.message, 401, self._challenge(), content_type="text/plain")
        if error.has_credentials:
            return self._sign_in_page(203)
        return Response("", 302, {"Location": self._site.base_url + _SIGN_IN})

    def _challenge(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": f'Basic realm="{self._site.base_url}/"'}

    def _sign_in_page(self, status: int) -> Response:
        text = _SIGN_IN_PAGE.format(escape(self._site.name))
        return Response(text, status, content_type="text/html; charset=utf-8")

    def _headers(self) -> Mapping[str, str]:
        activity = str(uuid.uuid4())
        found = {"ActivityId": activity, "X-VSS-E2EID": activity, "Date": self._site.http_date()}
        if self._site.settings.throttle:
            found |= self._throttled(self._site.settings.throttle)
        return found

    def _throttled(self, seconds: float) -> Mapping[str, str]:
        reset = round(self._site.clock.now() / 1000 + seconds)
        return {
            "Retry-After": f"{seconds:g}",
            "X-RateLimit-Resource": "Core",
            "X-RateLimit-Delay": f"{seconds:g}",
            "X-RateLimit-Limit": "200",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(reset),
        }


def _active(account: Account) -> Account:
    if not account.is_active:
        raise SignInError(
            "Access Denied: The Personal Access Token used has expired.",
            has_credentials=True,
            is_known=True,
        )
    return account


def _require_scope(who: Account, request: Request, path: str) -> None:
    if "/wit/" not in path and "/hooks/" not in path:
        return
    is_reading = request.method in ("GET", "OPTIONS") or path.endswith(_READING_POSTS)
    wanted = {WORK, WORK_WRITE} if is_reading else {WORK_WRITE}
    if not who.scopes & wanted:
        raise VssError(
            403,
            f"TF400813: The user '{who.identity}' is not authorized to access this resource.",
            "UnauthorizedRequestException",
            namespace="Microsoft.TeamFoundation.Framework.Server",
        )


def _part_request(part: Any) -> Request:
    if not isinstance(part, dict) or not str(part.get("uri", "")).startswith("/"):
        raise bad_request("Each request of a batch needs method, uri, headers and body.")
    path, _, query = str(part["uri"]).partition("?")
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        method=str(part.get("method", "PATCH")),
        headers=dict(part.get("headers") or {}),
        data=json.dumps(part.get("body")),
    )
    return Request(builder.get_environ())


def _match(
    routes: Map, request: Request, path: str
) -> tuple[Callable[..., Response], dict[str, Any]]:
    endpoint, values = routes.bind("127.0.0.1").match(path, request.method)
    return endpoint, dict(values)


def _rules() -> Iterator[Rule]:
    for routes, prefixes in (
        (_ANYWHERE, ("/_apis", "/<place>/_apis")),
        (_AT_ROOT, ("/_apis",)),
        (_IN_PROJECT, ("/<place>/_apis",)),
    ):
        for method, path, endpoint in routes:
            for prefix in prefixes:
                yield Rule(prefix + path, methods=[method], endpoint=endpoint)


@cache
def _api() -> Map:
    return Map(list(_rules()), strict_slashes=False)


@cache
def _pages() -> Map:
    return Map(
        [Rule(path, methods=[method], endpoint=endpoint) for method, path, endpoint in page.ROUTES]
    )
