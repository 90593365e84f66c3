"""Endpoints about service hooks."""

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from werkzeug import Response

from integrations.sandbox.azure_devops import subscriptions
from integrations.sandbox.azure_devops.accounts import HOOKS, Account
from integrations.sandbox.azure_devops.api.context import (
    Context,
    Route,
    answer,
    listing,
    nothing,
)
from integrations.sandbox.azure_devops.catalogue import PROJECTS, Project
from integrations.sandbox.azure_devops.errors import VssError, bad_request, not_allowed
from integrations.sandbox.azure_devops.model import Json, Subscription
from integrations.sandbox.azure_devops.times import stamp
from integrations.sandbox.courier import Delivery

_CONSUMER = ("webHooks", "httpRequest")
_SECRET = ("basicAuthPassword", "httpHeaders")
_MASK = "********"
_VERSIONS = ("1.0", "1.0-preview.1", "1.0-preview.2", "3.1-preview.3", "latest")
_GOOD = range(200, 300)


def create(context: Context) -> Response:
    """Subscribe."""
    made = _read(context, context.object(), None)
    context.site.store.put(made)
    return answer(_shown(context, made))


def replace_all(context: Context, guid: str) -> Response:
    """Change a subscription as a whole; a masked secret stays as it was."""
    before = _find(context, guid)
    changed = _read(context, context.object(), before)
    context.site.store.put(changed)
    return answer(_shown(context, changed))


def every(context: Context) -> Response:
    """List the subscriptions of the projects that the caller sees."""
    seen = {project.id for project in context.site.projects(context.who)}
    found = [
        one
        for one in context.site.store.all(Subscription)
        if one.publisher_inputs["projectId"] in seen
        and context.text("eventType") in ("", one.event)
        and context.text("consumerId") in ("", _CONSUMER[0])
    ]
    return listing([_shown(context, one) for one in found])


def get(context: Context, guid: str) -> Response:
    """Return a subscription with its state."""
    return answer(_shown(context, _find(context, guid)))


def delete(context: Context, guid: str) -> Response:
    """Unsubscribe."""
    found = _find(context, guid)
    _require_right(context.who, _project(found.publisher_inputs))
    context.site.store.delete(found)
    return nothing()


def notifications(context: Context, guid: str) -> Response:
    """List what was delivered, newest first."""
    found = subscriptions.deliveries(context.site, _find(context, guid))
    shown = [_notification(guid, number, one) for number, one in enumerate(found, 1)]
    return listing(list(reversed(shown))[: context.number("maxResults", 100)])


def _read(context: Context, body: Json, before: Subscription | None) -> Subscription:
    inputs = _texts(body.get("consumerInputs"))
    publisher = _texts(body.get("publisherInputs"))
    project = _project(publisher)
    _require_right(context.who, project)
    event = str(body.get("eventType", ""))
    consumer = (body.get("consumerId"), body.get("consumerActionId"))
    if body.get("publisherId") != "tfs" or event not in subscriptions.EVENTS:
        raise _refused(f"Event type '{event}' is not known to the publisher.")
    if consumer != _CONSUMER:
        raise _refused(f"Consumer action '{consumer[1]}' is not known.")
    if urlsplit(inputs.get("url", "")).scheme not in ("http", "https"):
        raise _refused("The value of the input 'url' is not a valid URL.")
    version = str(body.get("resourceVersion") or "1.0")
    if version not in _VERSIONS:
        raise _refused(f"Resource version '{version}' is not known.")
    now = context.site.clock.now()
    if before is None:
        number = str(context.site.store.next_number("subscription"))
        guid = str(uuid.uuid4())
        return Subscription(
            number, guid, event, version, publisher, inputs, context.who.name, now, now
        )
    kept = {key: before.consumer_inputs[key] for key in _SECRET if inputs.get(key) == _MASK}
    return replace(
        before,
        event=event,
        resource_version=version,
        publisher_inputs=publisher,
        consumer_inputs={**inputs, **kept},
        changed=now,
    )


def _texts(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise bad_request("publisherInputs and consumerInputs must be objects.")
    return {str(name): str(value) for name, value in raw.items()}


def _project(inputs: dict[str, str]) -> Project:
    for project in PROJECTS:
        if project.id == inputs.get("projectId", "").casefold():
            return project
    raise _refused("The value of the input 'projectId' is not a project.")


def _find(context: Context, guid: str) -> Subscription:
    found = context.site.store.named(Subscription, guid)
    seen = {project.id for project in context.site.projects(context.who)}
    if found is None or found.publisher_inputs["projectId"] not in seen:
        message = f"VS1410012: The subscription {guid} does not exist."
        raise VssError(404, message, "SubscriptionNotFoundException")
    return found


def _require_right(who: Account, project: Project) -> None:
    if not who.may(HOOKS, project.key):
        raise not_allowed(
            f"TF400813: The user '{who.unique_name}' does not have permission to edit "
            f"subscriptions in the project {project.name}."
        )


def _refused(message: str) -> VssError:
    return bad_request(message, "SubscriptionInputException")


def _shown(context: Context, found: Subscription) -> Json:
    view, inputs = context.view, found.consumer_inputs
    person = view.person_of(found.owner)
    url = view.link(f"hooks/subscriptions/{found.guid}")
    return {
        "id": found.guid,
        "url": url,
        "status": subscriptions.status(context.site, found),
        "publisherId": "tfs",
        "eventType": found.event,
        "subscriber": person,
        "resourceVersion": found.resource_version,
        "eventDescription": subscriptions.EVENTS[found.event],
        "consumerId": _CONSUMER[0],
        "consumerActionId": _CONSUMER[1],
        "actionDescription": f"To host {urlsplit(inputs['url']).hostname}",
        "createdBy": person,
        "createdDate": stamp(found.created),
        "modifiedBy": person,
        "modifiedDate": stamp(found.changed),
        "publisherInputs": found.publisher_inputs,
        "consumerInputs": {k: _MASK if k in _SECRET else v for k, v in inputs.items()},
        "_links": {"self": {"href": url}},
    }


def _notification(guid: str, number: int, delivery: Delivery) -> Json:
    at = stamp(round(delivery.at * 1000))
    return {
        "id": number,
        "subscriptionId": guid,
        "eventId": delivery.parcel.id,
        "createdDate": at,
        "modifiedDate": at,
        "status": "completed",
        "result": "succeeded" if delivery.status in _GOOD else "failed",
    }


_ALL = "/hooks/subscriptions"
ROUTES: list[Route] = [
    ("POST", _ALL, create),
    ("GET", _ALL, every),
    ("GET", f"{_ALL}/<guid>", get),
    ("PUT", f"{_ALL}/<guid>", replace_all),
    ("DELETE", f"{_ALL}/<guid>", delete),
    ("GET", f"{_ALL}/<guid>/notifications", notifications),
]
