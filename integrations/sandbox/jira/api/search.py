"""Search: with tokens and without a total on Cloud, by position on Data Center."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug import Response

from integrations.sandbox.jira import query
from integrations.sandbox.jira.api.context import Context, Route, answer
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.issue_view import Wanted, issue_json
from integrations.sandbox.jira.model import Json

_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full"
    " migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
_UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
_KEYS = (
    "jql",
    "nextPageToken",
    "maxResults",
    "fields",
    "expand",
    "properties",
    "fieldsByKeys",
    "reconcileIssues",
)
_SERVER_KEYS = ("jql", "startAt", "maxResults", "fields", "expand", "validateQuery")
_TYPES: Mapping[str, type] = {
    "jql": str,
    "nextPageToken": str,
    "maxResults": int,
    "startAt": int,
    "fields": list,
    "properties": list,
    "reconcileIssues": list,
}
_BARE_FIELDS = {"id", "key"}
_MAX_BARE = 5000
_MAX_PAGE = 100
_MAX_SERVER_PAGE = 1000
_MAX_RECONCILED = 50
_COMMENTS_IN_SEARCH = 20


@dataclass(frozen=True, slots=True)
class _Ask:
    """A search, however it was sent."""

    jql: str
    size: int
    wanted: Wanted
    token: str = ""
    start: int = 0
    at_once: frozenset[str] = frozenset()
    is_validating: bool = True


def search_cloud(context: Context) -> Response:
    """Search on Cloud."""
    ask = _read_cloud(context)
    found = query.parse(ask.jql, context.site, context.who)
    if not found.is_bounded:
        raise JiraError(400, [_UNBOUNDED])
    issues = found.find(ask.at_once)
    rest = found.after(issues, ask.token) if ask.token else issues
    shown = rest[: ask.size]
    is_last = len(shown) == len(rest)
    body: Json = {
        "issues": [_shown(context, issue, ask.wanted) for issue in shown],
        "isLast": is_last,
    }
    if not is_last:
        body["nextPageToken"] = found.token(shown[-1])
    return answer(body)


def count(context: Context) -> Response:
    """Say about how many issues a query finds."""
    found = query.parse(context.json("jql").get("jql", ""), context.site, context.who)
    if not found.is_bounded:
        raise JiraError(400, [_UNBOUNDED])
    return answer({"count": len(found.find())})


def removed(_: Context) -> Response:
    """Refuse the search that Cloud no longer has."""
    raise JiraError(410, [_REMOVED])


def search_server(context: Context) -> Response:
    """Search on Data Center."""
    ask = _read_server(context)
    parsed = query.parse(ask.jql, context.site, context.who, is_validating=ask.is_validating)
    issues = parsed.find()
    shown = issues[ask.start : ask.start + ask.size]
    return answer(
        {
            "expand": "schema,names",
            "startAt": ask.start,
            "maxResults": ask.size,
            "total": len(issues),
            "issues": [issue_json(context.view, issue, ask.wanted) for issue in shown],
        }
    )


def _shown(context: Context, issue: Any, wanted: Wanted) -> Json:
    if set(wanted.fields) <= {"id"} and not wanted.properties:
        return {"id": issue.id}
    body = issue_json(context.view, issue, wanted)
    return body if body["fields"] else {**body, "fields": {}}


def _read_cloud(context: Context) -> _Ask:
    if context.request.method == "POST":
        raw = _checked(context.json(*_KEYS))
    else:
        args = context.request.args
        raw = {name: args[name] for name in ("jql", "nextPageToken") if name in args}
        raw |= {name: context.words(name) for name in ("fields", "properties", "reconcileIssues")}
        raw |= {"maxResults": context.number("maxResults", 50), "expand": args.get("expand", "")}
    fields = raw.get("fields") or ["id"]
    most = _MAX_BARE if set(fields) <= _BARE_FIELDS else _MAX_PAGE
    at_once = frozenset(map(str, raw.get("reconcileIssues") or ()))
    if len(at_once) > _MAX_RECONCILED:
        raise JiraError(400, [f"At most {_MAX_RECONCILED} issues can be reconciled."])
    expand = [word for word in (raw.get("expand") or "").split(",") if word]
    wanted = Wanted(fields, expand, raw.get("properties") or (), _COMMENTS_IN_SEARCH)
    size = min(raw.get("maxResults") or 50, most)
    return _Ask(raw.get("jql") or "", size, wanted, raw.get("nextPageToken") or "", 0, at_once)


def _read_server(context: Context) -> _Ask:
    if context.request.method == "POST":
        raw = _checked(context.json(*_SERVER_KEYS))
        start, size = raw.get("startAt", 0), raw.get("maxResults", 50)
        fields, expand = raw.get("fields"), raw.get("expand") or []
        properties: list[str] = []
    else:
        raw = {name: context.request.args.get(name) for name in ("jql", "validateQuery")}
        start, size = context.number("startAt", 0), context.number("maxResults", 50)
        fields, expand = context.words("fields"), context.words("expand")
        properties = context.words("properties")
    wanted = Wanted(fields or ["*navigable"], expand, properties)
    jql, size = raw.get("jql") or "", min(size, _MAX_SERVER_PAGE)
    is_validating = str(raw.get("validateQuery", True)).lower() != "false"
    return _Ask(jql, size, wanted, start=start, is_validating=is_validating)


def _checked(body: Json) -> Json:
    """Return the body without nulls; JiraError where a value has the wrong type."""
    given = {name: value for name, value in body.items() if value is not None}
    for name, value in given.items():
        if not isinstance(value, _TYPES.get(name, object)):
            raise JiraError(400, [f"Can not read '{name}'."])
    return given


CLOUD_ROUTES: list[Route] = [
    ("GET", "/search/jql", search_cloud),
    ("POST", "/search/jql", search_cloud),
    ("POST", "/search/approximate-count", count),
    ("GET", "/search", removed),
    ("POST", "/search", removed),
]
SERVER_ROUTES: list[Route] = [
    ("GET", "/search", search_server),
    ("POST", "/search", search_server),
]
