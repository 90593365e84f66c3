"""Endpoints about a repository and its people."""

from werkzeug import Response

from integrations.sandbox.github import access
from integrations.sandbox.github.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.github.catalogue import TYPES
from integrations.sandbox.github.errors import not_found
from integrations.sandbox.github.model import Repository
from integrations.sandbox.github.view import type_json

_OLD_NAMES = {"": "none", "triage": "read"}  # a permission of old for each role of today


def get(context: Context, repository: Repository) -> Response:
    """Return a repository."""
    return answer(context.view.full_repository(repository))


def assignees(context: Context, repository: Repository) -> Response:
    """List who can be assigned."""
    found = context.site.people_of(repository)
    return page(context, found, lambda one: context.view.person(one.login))


def check_assignee(context: Context, repository: Repository, login: str) -> Response:
    """Say by the status whether somebody can be assigned."""
    if login.lower() not in [one.login for one in context.site.people_of(repository)]:
        raise not_found()
    return nothing()


def permission(context: Context, repository: Repository, login: str) -> Response:
    """Return what somebody may do."""
    access.require_login(context.who)
    access.require_role(context.who, "triage")
    account = context.site.accounts.get(login.lower())
    if account is None:
        raise not_found()
    is_seen = context.site.sees(account, repository)
    role = account.role if is_seen and account.role else ("read" if is_seen else "none")
    allowed = {
        name: account.has(least)
        for name, least in (("admin", "admin"), ("maintain", "admin"), ("push", "write"))
    }
    rights = {**allowed, "triage": account.has("triage"), "pull": is_seen}
    person = {**context.view.person(account.login), "permissions": rights, "role_name": role}
    return answer({"permission": _OLD_NAMES.get(role, role), "role_name": role, "user": person})


def types(_: Context, __: Repository) -> Response:
    """Return the types that issues may have here."""
    return answer([type_json(one) for one in TYPES])


ROUTES: list[Route] = [
    ("GET", "", get),
    ("GET", "/collaborators/<login>/permission", permission),
]
ISSUE_ROUTES: list[Route] = [
    ("GET", "/assignees", assignees),
    ("GET", "/assignees/<login>", check_assignee),
    ("GET", "/issue-types", types),
]
