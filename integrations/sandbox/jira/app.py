"""The application: finds the endpoint or page of a request, and turns refusals into answers."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from integrations.sandbox.jira import files, page, reading
from integrations.sandbox.jira.accounts import ANONYMOUS, Account
from integrations.sandbox.jira.api import comments as comments_api
from integrations.sandbox.jira.api import files as files_api
from integrations.sandbox.jira.api import issues as issues_api
from integrations.sandbox.jira.api import links, meta, projects, properties, search, webhooks
from integrations.sandbox.jira.api.context import Context, Route, answer
from integrations.sandbox.jira.errors import JiraError, NeedsLoginError
from integrations.sandbox.jira.site import Site

_COMMON: Sequence[Route] = [
    *meta.ROUTES,
    *projects.ROUTES,
    *issues_api.ROUTES,
    *comments_api.ROUTES,
    *properties.ROUTES,
    *links.ROUTES,
    *files_api.ROUTES,
]
_CLOUD: Sequence[Route] = [
    *projects.CLOUD_ROUTES,
    *issues_api.CLOUD_ROUTES,
    *search.CLOUD_ROUTES,
    *files_api.CLOUD_ROUTES,
]
_LOGIN_HEADER = "X-Seraph-LoginReason"


def is_api(path: str) -> bool:
    """Say whether a path belongs to the tracker's API and files, rather than to people."""
    return path.startswith(("/rest/", "/media/", "/secure/"))


class JiraApp:
    """Answers requests to one site, each in one piece of work."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._api = _api(site.face.deployment, site.face.version)

    def respond(self, request: Request) -> Response:
        """Answer an API call."""
        who = self._site.face.sign_in(request, self._site.accounts)
        if who is None and self._site.face.deployment != "Cloud":
            return self._site.face.refuse_sign_in()
        caller = who or ANONYMOUS
        response = self._answer(request, caller)
        response.headers["Date"] = self._site.http_date()
        if who is None:
            response.headers[_LOGIN_HEADER] = "AUTHENTICATED_FAILED"
        elif caller is not ANONYMOUS:
            response.headers[_LOGIN_HEADER] = "OK"
        return response

    def show(self, request: Request) -> Response:
        """Answer a person's request."""
        try:
            endpoint, values = self._match(_pages(), request)
            with self._site.work():
                response: Response = endpoint(page.Visit(self._site, request), **values)
        except JiraError as error:
            return page.refusal(error)
        except HTTPException as error:
            return page.refusal(JiraError(error.code or 500, [error.description or ""]))
        return response

    def _answer(self, request: Request, who: Account) -> Response:
        try:
            endpoint, values = self._match(self._api, request)
            version = request.path.split("/")[3] if "/rest/api/" in request.path else ""
            shown = self._site.face.version if version in ("latest", "") else version
            with self._site.work():
                response: Response = endpoint(Context(self._site, request, who, shown), **values)
        except NeedsLoginError:
            return self._site.face.refuse_sign_in()
        except JiraError as error:
            return answer(self._site.face.refuse(error), error.status)
        except (NotFound, MethodNotAllowed) as error:
            return answer({"message": error.name, "status-code": error.code}, error.code or 404)
        return response

    @staticmethod
    def _match(routes: Map, request: Request) -> tuple[Callable[..., Response], Mapping[str, str]]:
        return routes.bind_to_environ(request.environ).match()


def _rule(method: str, path: str, endpoint: Callable[..., Response]) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint)


@cache
def _pages() -> Map:
    return Map([_rule(*route) for route in page.ROUTES])


@cache
def _api(deployment: str, own_version: str) -> Map:
    is_cloud = deployment == "Cloud"
    own = _CLOUD if is_cloud else search.SERVER_ROUTES
    routes: list[Route] = [
        (method, f"/rest/api/{version}{path}", endpoint)
        for version in (own_version, "latest")
        for method, path, endpoint in [*_COMMON, *own]
    ]
    if is_cloud:
        routes.append(("GET", "/rest/api/2/serverInfo", meta.server_info))
        routes += [(method, "/rest/api/2/search", search.removed) for method in ("GET", "POST")]
    routes.append(("GET", "/media/<attachment>", _media))
    routes.append(("GET", "/secure/attachment/<attachment>/<path:name>", _secure))
    return Map([_rule(*route) for route in [*routes, *webhooks.ROUTES]])


def _media(context: Context, attachment: str) -> Response:
    """Return a file to whoever holds its ticket; accounts do not count here."""
    ticket = context.request.args.get("token", "")
    return files_api.send(context.site, files.by_ticket(context.site, attachment, ticket))


def _secure(context: Context, attachment: str, name: str) -> Response:
    """Return a file, as Data Center does."""
    found = reading.attachment(context.site, context.who, attachment)
    if found.filename != name:
        raise JiraError(404, [f"The attachment with id '{attachment}' does not exist"])
    return files_api.send(context.site, found)
