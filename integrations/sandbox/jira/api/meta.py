"""Endpoints about the site: server, caller, rights, people."""

from werkzeug import Response

from integrations.sandbox.clock import moment
from integrations.sandbox.jira.accounts import PERMISSIONS, Account
from integrations.sandbox.jira.api.context import Context, Route, answer
from integrations.sandbox.jira.catalogue import PRIORITIES, RESOLUTIONS, STATUSES
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Json

_GLOBAL = ("ADMINISTER",)


def server_info(context: Context) -> Response:
    """Say what server this is; everybody may ask."""
    site = context.site
    release = site.face.release
    now = site.clock.now()
    at = moment(now, context.who.time_zone)
    return answer(
        {
            "baseUrl": site.base_url,
            "version": ".".join(map(str, release)),
            "versionNumbers": list(release),
            "deploymentType": site.face.deployment,
            "buildNumber": 100_292,
            "buildDate": "2026-10-01T00:00:00.000+0000",
            "serverTime": f"{at:%Y-%m-%dT%H:%M:%S}.{now % 1000:03}{at:%z}",
            "scmInfo": "sandbox",
            "serverTitle": "Sandbox Jira",
        }
    )


def myself(context: Context) -> Response:
    """Say who calls."""
    context.require_login()
    person = context.view.person(context.who.name) or {}
    groups = {"size": 0, "items": list[Json]()}
    return answer({**person, "groups": groups, "applicationRoles": groups})


def my_permissions(context: Context) -> Response:
    """Say what the caller may do, in a project or with an issue where one is named."""
    asked = context.words("permissions") or list(PERMISSIONS)
    if context.is_cloud and "permissions" not in context.request.args:
        raise JiraError(400, ["The 'permissions' query parameter is required."])
    if unknown := [key for key in asked if key not in PERMISSIONS]:
        raise JiraError(400, [f"Unrecognized permission(s): {', '.join(unknown)}"])
    project = _project_key(context)
    entries = {
        key: {
            "id": str(number),
            "key": key,
            "name": PERMISSIONS[key],
            "type": "GLOBAL" if key in _GLOBAL else "PROJECT",
            "description": PERMISSIONS[key],
            "havePermission": context.who.may(key, project),
        }
        for number, key in enumerate(PERMISSIONS)
        if key in asked
    }
    return answer({"permissions": entries})


def statuses(context: Context) -> Response:
    """List the statuses of the projects that the caller sees."""
    seen = {status.id for p in context.site.projects(context.who) for status in p.statuses}
    return answer([context.view.status(STATUSES[id_]) for id_ in STATUSES if id_ in seen])


def priorities(context: Context) -> Response:
    """List all priorities of the site, whichever project has them."""
    return answer([context.view.priority(option) for option in PRIORITIES])


def resolutions(context: Context) -> Response:
    """List the resolutions."""
    return answer([context.view.resolution(option) for option in RESOLUTIONS])


def users(context: Context) -> Response:
    """Find people by name or mail."""
    return _people(context, list(context.site.accounts.values()))


def assignable_users(context: Context) -> Response:
    """Find people to whom issues of a project can be given."""
    args = context.request.args
    if issue_key := args.get("issueKey"):
        key = context.site.project_of(context.issue(issue_key)).key
    elif project_key := args.get("project"):
        key = context.site.project(context.who, project_key).key
    else:
        raise JiraError(400, ["Either the 'project' or the 'issueKey' parameter is required."])
    able = [a for a in context.site.accounts.values() if a.may("ASSIGNABLE_USER", key)]
    return _people(context, able)


def user(context: Context) -> Response:
    """Return one account."""
    context.require_login()
    args = context.request.args
    for account in context.site.accounts.values():
        by_id = args.get("accountId") == account.account_id
        by_name = args.get("username") == account.name or args.get("key") == account.key
        if by_id if context.is_cloud else by_name:
            return answer(context.view.person(account.name))
    raise JiraError(404, ["Specified user does not exist or you do not have required permissions"])


def _people(context: Context, accounts: list[Account]) -> Response:
    context.require_login()
    parameter = "query" if context.is_cloud else "username"
    if context.is_cloud and "username" in context.request.args:
        raise JiraError(
            400, ["The query parameter 'username' is not supported in GDPR strict mode."]
        )
    wanted = context.request.args.get(parameter, "").lower()
    found = [account for account in accounts if account.is_active and _matches(account, wanted)]
    start, size = context.number("startAt", 0), context.number("maxResults", 50, 1000)
    return answer([context.view.person(one.name) for one in found[start : start + size]])


def _matches(account: Account, wanted: str) -> bool:
    texts = (account.name, account.email, account.display_name.lower())
    words = [word for text in texts for word in (text, *text.split())]
    return wanted in ("", ".") or any(word.startswith(wanted) for word in words)


def _project_key(context: Context) -> str:
    args = context.request.args
    if issue_key := args.get("issueId") or args.get("issueKey"):
        return context.site.project_of(context.issue(issue_key)).key
    if project_key := args.get("projectId") or args.get("projectKey"):
        return context.site.project(context.who, project_key).key
    return ""


ROUTES: list[Route] = [
    ("GET", "/serverInfo", server_info),
    ("GET", "/myself", myself),
    ("GET", "/mypermissions", my_permissions),
    ("GET", "/status", statuses),
    ("GET", "/priority", priorities),
    ("GET", "/resolution", resolutions),
    ("GET", "/user", user),
    ("GET", "/user/search", users),
    ("GET", "/user/assignable/search", assignable_users),
]
