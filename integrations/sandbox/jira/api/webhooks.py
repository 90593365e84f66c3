"""Endpoints of the webhook administration, for administrators only."""

from dataclasses import replace

from werkzeug import Response

from integrations.sandbox.jira import query
from integrations.sandbox.jira.api.context import Context, Route, answer, nothing
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Json, Webhook

_FILTER = "issue-related-events-section"


def listing(context: Context) -> Response:
    """List the webhooks."""
    _require_admin(context)
    return answer([_json(context, hook) for hook in context.site.store.all(Webhook)])


def get(context: Context, hook: str) -> Response:
    """Return a webhook."""
    _require_admin(context)
    return answer(_json(context, _find(context, hook)))


def create(context: Context) -> Response:
    """Register a webhook; its secret is never shown again."""
    _require_admin(context)
    new_id = str(context.site.store.next_number("webhook"))
    hook = _read(context, new_id)
    context.site.store.put(hook)
    return answer(_json(context, hook), 201)


def edit(context: Context, hook: str) -> Response:
    """Replace a webhook; the secret stays where none is given."""
    _require_admin(context)
    kept = _find(context, hook)
    changed = _read(context, kept.id)
    context.site.store.put(replace(changed, secret=changed.secret or kept.secret))
    return answer(_json(context, changed))


def delete(context: Context, hook: str) -> Response:
    """Forget a webhook."""
    _require_admin(context)
    context.site.store.delete(_find(context, hook))
    return nothing()


def _require_admin(context: Context) -> None:
    context.require_login()
    if not context.who.may("ADMINISTER"):
        raise JiraError(403, ["You do not have permission to administer webhooks."])


def _find(context: Context, hook_id: str) -> Webhook:
    found = context.site.store.get(Webhook, hook_id)
    if found is None:
        raise JiraError(404, [f"Webhook with id {hook_id} does not exist."])
    return found


def _read(context: Context, hook_id: str) -> Webhook:
    body = context.json()
    if missing := [name for name in ("name", "url") if not body.get(name)]:
        raise JiraError(400, [f"The {missing[0]} of the webhook is missing."])
    jql = (body.get("filters") or {}).get(_FILTER) or body.get("jqlFilter") or ""
    if jql:
        query.parse(jql, context.site, context.who)
    return Webhook(
        id=hook_id,
        name=body["name"],
        url=body["url"],
        events=list(body.get("events") or []),
        jql=jql,
        exclude_body=bool(body.get("excludeBody")),
        secret=str(body.get("secret") or ""),
        owner=context.who.name,
        updated=context.site.clock.now(),
    )


def _json(context: Context, hook: Webhook) -> Json:
    owner = context.site.account(hook.owner)
    return {
        "name": hook.name,
        "url": hook.url,
        "events": hook.events,
        "filters": {_FILTER: hook.jql},
        "excludeBody": hook.exclude_body,
        "enabled": True,
        "self": f"{context.site.base_url}/rest/webhooks/1.0/webhook/{hook.id}",
        "lastUpdatedUser": owner.account_id if context.is_cloud else owner.key,
        "lastUpdatedDisplayName": owner.display_name,
        "lastUpdated": hook.updated,
    }


ROUTES: list[Route] = [
    ("GET", "/rest/webhooks/1.0/webhook", listing),
    ("POST", "/rest/webhooks/1.0/webhook", create),
    ("GET", "/rest/webhooks/1.0/webhook/<hook>", get),
    ("PUT", "/rest/webhooks/1.0/webhook/<hook>", edit),
    ("DELETE", "/rest/webhooks/1.0/webhook/<hook>", delete),
]
