"""Endpoints about webhooks and their deliveries."""

import json

from werkzeug import Response

from integrations.sandbox.courier import Delivery
from integrations.sandbox.github import access, announce, hooks
from integrations.sandbox.github.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.github.errors import not_found
from integrations.sandbox.github.model import Hook, Json, Repository
from integrations.sandbox.github.view import shown_time


def listed(context: Context, repository: Repository) -> Response:
    """List webhooks."""
    access.require_hooks(context.who, "read")
    found = context.site.store.children(Hook, repository.id)
    return page(context, found, lambda one: announce.hook_json(context.view, one))


def create(context: Context, repository: Repository) -> Response:
    """Register a webhook."""
    access.require_hooks(context.who, "write")
    made = hooks.create(context.site, context.who, repository, context.json())
    shown = announce.hook_json(context.view, made)
    return answer(shown, 201, {"Location": shown["url"]})


def get(context: Context, repository: Repository, hook: int) -> Response:
    """Return a webhook."""
    return answer(announce.hook_json(context.view, _hook(context, repository, hook, "read")))


def edit(context: Context, repository: Repository, hook: int) -> Response:
    """Change a webhook."""
    found = _hook(context, repository, hook, "write")
    return answer(announce.hook_json(context.view, hooks.edit(context.site, found, context.json())))


def config(context: Context, repository: Repository, hook: int) -> Response:
    """Return where and how a webhook delivers."""
    found = _hook(context, repository, hook, "read")
    return answer(announce.hook_json(context.view, found)["config"])


def edit_config(context: Context, repository: Repository, hook: int) -> Response:
    """Change parts of that, such as the secret alone."""
    found = _hook(context, repository, hook, "write")
    changed = hooks.edit_config(context.site, found, context.json())
    return answer(announce.hook_json(context.view, changed)["config"])


def delete(context: Context, repository: Repository, hook: int) -> Response:
    """Forget a webhook."""
    context.site.store.delete(_hook(context, repository, hook, "write"))
    return nothing()


def ping(context: Context, repository: Repository, hook: int) -> Response:
    """Greet a webhook."""
    announce.ping(context.view, _hook(context, repository, hook, "read"))
    return nothing()


def deliveries(context: Context, repository: Repository, hook: int) -> Response:
    """List deliveries, newest first; those that failed where `status=failure` is asked for."""
    found = hooks.deliveries(context.site, _hook(context, repository, hook, "read"))
    wanted = context.query.get("status")
    if wanted:
        found = [one for one in found if _is_ok(one) is (wanted == "success")]
    return page(context, found, lambda one: _item(repository, one))


def delivery(context: Context, repository: Repository, hook: int, delivery_id: int) -> Response:
    """Return a delivery with what was sent."""
    found = _delivery(context, _hook(context, repository, hook, "read"), delivery_id)
    sent = dict(found.parcel.headers)
    is_json = sent["Content-Type"] == "application/json"
    payload = json.loads(found.parcel.body) if is_json else {}
    return answer(
        {
            **_item(repository, found),
            "url": found.parcel.url,
            "request": {"headers": sent, "payload": payload},
            "response": {"headers": {}, "payload": ""},
        }
    )


def redeliver(context: Context, repository: Repository, hook: int, delivery_id: int) -> Response:
    """Deliver once more."""
    found = _hook(context, repository, hook, "write")
    announce.again(context.site, found, _delivery(context, found, delivery_id).parcel)
    return answer({}, 202)


def _hook(context: Context, repository: Repository, hook: int, level: str) -> Hook:
    access.require_hooks(context.who, level)
    return hooks.find(context.site, repository, hook)


def _delivery(context: Context, hook: Hook, delivery_id: int) -> Delivery:
    for one in hooks.deliveries(context.site, hook):
        if one.parcel.id == str(delivery_id):
            return one
    raise not_found()


def _item(repository: Repository, found: Delivery) -> Json:
    body = found.parcel.body
    is_json = found.parcel.headers["Content-Type"] == "application/json"
    return {
        "id": int(found.parcel.id),
        "guid": found.parcel.headers["X-GitHub-Delivery"],
        "delivered_at": shown_time(round(found.at * 1000)),
        "redelivery": found.parcel.is_again,
        "duration": round(found.took, 2),
        "status": _status(found),
        "status_code": found.status,
        "event": found.parcel.event,
        "action": json.loads(body).get("action") if is_json else None,
        "installation_id": None,
        "repository_id": int(repository.id),
        "throttled_at": None,
    }


def _is_ok(found: Delivery) -> bool:
    return 200 <= found.status < 300  # noqa: PLR2004 - the statuses of success


def _status(found: Delivery) -> str:
    if not found.status:
        return "failed to connect to host"
    return "OK" if _is_ok(found) else f"Invalid HTTP Response: {found.status}"


ROUTES: list[Route] = [
    ("GET", "/hooks", listed),
    ("POST", "/hooks", create),
    ("GET", "/hooks/<int:hook>", get),
    ("PATCH", "/hooks/<int:hook>", edit),
    ("DELETE", "/hooks/<int:hook>", delete),
    ("GET", "/hooks/<int:hook>/config", config),
    ("PATCH", "/hooks/<int:hook>/config", edit_config),
    ("POST", "/hooks/<int:hook>/pings", ping),
    ("GET", "/hooks/<int:hook>/deliveries", deliveries),
    ("GET", "/hooks/<int:hook>/deliveries/<int:delivery_id>", delivery),
    ("POST", "/hooks/<int:hook>/deliveries/<int:delivery_id>/attempts", redeliver),
]
