"""Endpoints about the caller, the organization and the service itself."""

from werkzeug import Response

from integrations.sandbox.github import access
from integrations.sandbox.github.api.context import Context, Route, answer, page
from integrations.sandbox.github.catalogue import ORGANIZATION, TYPES
from integrations.sandbox.github.errors import not_found
from integrations.sandbox.github.view import type_json

VERSION = "2022-11-28"


def myself(context: Context) -> Response:
    """Return who calls."""
    access.require_login(context.who)
    return answer(context.view.myself(context.who))


def own_repositories(context: Context) -> Response:
    """List the repositories that the caller works in; public ones of others are not among them."""
    access.require_login(context.who)
    found = context.site.repositories(context.who) if context.who.has("read") else []
    return page(context, found, context.view.full_repository)


def rate_limit(context: Context) -> Response:
    """Return what is left; to ask costs nothing."""
    windows = context.site.quota.overview(context.who)
    return answer({"resources": windows, "rate": windows["core"]})


def meta(context: Context) -> Response:
    """Return what the service tells of itself."""
    is_own_server = context.root.endswith("/api/v3")
    own = {"installed_version": "3.17.0"} if is_own_server else {}
    return answer({"verifiable_password_authentication": False, **own})


def versions(_: Context) -> Response:
    """Return the versions of the API."""
    return answer([VERSION])


def types(_: Context, org: str) -> Response:
    """Return the organization's types of issues."""
    if org.lower() != ORGANIZATION:
        raise not_found()
    return answer([type_json(one) for one in TYPES])


ROUTES: list[Route] = [
    ("GET", "/user", myself),
    ("GET", "/user/repos", own_repositories),
    ("GET", "/rate_limit", rate_limit),
    ("GET", "/meta", meta),
    ("GET", "/versions", versions),
    ("GET", "/orgs/<org>/issue-types", types),
]
