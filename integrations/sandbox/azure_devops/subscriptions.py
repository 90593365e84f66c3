"""Service hooks: who wants to hear of what, and what became of their deliveries."""

import base64
import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.azure_devops.catalogue import project_of
from integrations.sandbox.azure_devops.model import Json, Subscription, Update, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.courier import Delivery, Parcel

EVENTS = {
    f"workitem.{verb}": f"Work item {verb}"
    for verb in ("created", "updated", "deleted", "restored", "commented")
}
_GONE = 410
_GOOD = range(200, 300)
_PROBATION_AFTER = 3


def status(site: Organization, subscription: Subscription) -> str:
    """Return whether a subscription still hears: 410 ends it, failures in a row restrict it."""
    codes = [one.status for one in deliveries(site, subscription)]
    if _GONE in codes:
        return "disabledBySystem"
    last = codes[-_PROBATION_AFTER:]
    is_failing = len(last) == _PROBATION_AFTER and not any(code in _GOOD for code in last)
    return "onProbation" if is_failing else "enabled"


def deliveries(site: Organization, subscription: Subscription) -> list[Delivery]:
    """Return what was delivered to a subscription since it was last changed."""
    return [
        one
        for one in site.courier.deliveries()
        if one.parcel.webhook == subscription.guid and one.at * 1000 >= subscription.changed
    ]


def listeners(
    site: Organization, event: str, item: WorkItem, update: Update | None = None
) -> Iterator[Subscription]:
    """Return the subscriptions that an event of a work item is for."""
    for subscription in site.store.all(Subscription):
        wanted = subscription.publisher_inputs
        if subscription.event != event or status(site, subscription) == "disabledBySystem":
            continue
        if _is_meant(wanted, item) and _is_changed(wanted, update):
            yield subscription


def send(site: Organization, subscription: Subscription, payload: Json) -> None:
    """Hand a payload over, with no more of it than the subscriber asked for."""
    inputs = subscription.consumer_inputs
    number = site.store.next_number(f"notification-{subscription.guid}")
    body = {
        "subscriptionId": subscription.guid,
        "notificationId": number,
        **_reduced(payload, inputs),
    }
    headers = {"Content-Type": "application/json; charset=utf-8", **_credentials(inputs)}
    for line in inputs.get("httpHeaders", "").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    text = json.dumps(body, ensure_ascii=False).encode()
    site.announce(
        Parcel(subscription.guid, payload["eventType"], inputs["url"], text, headers, body["id"])
    )


def event_id() -> str:
    """Return a new id of an event."""
    return str(uuid.uuid4())


def _is_meant(wanted: Mapping[str, str], item: WorkItem) -> bool:
    area = item.values["System.AreaPath"]
    under = wanted.get("areaPath", "")
    return (
        wanted.get("projectId", "") in ("", item.project)
        and wanted.get("workItemType", "") in ("", item.type)
        and (not under or area == under or area.startswith(f"{under}\\"))
    )


def _is_changed(wanted: Mapping[str, str], update: Update | None) -> bool:
    name = wanted.get("changedFields", "")
    return not name or update is None or name in update.fields


def _reduced(payload: Json, inputs: Mapping[str, str]) -> Json:
    kept = dict(payload)
    if inputs.get("messagesToSend", "all") == "none":
        kept["message"] = None
    if inputs.get("detailedMessagesToSend", "all") == "none":
        kept["detailedMessage"] = None
    wanted = inputs.get("resourceDetailsToSend", "all")
    if wanted == "none":
        kept["resource"] = None
    elif wanted == "minimal":
        names = ("id", "workItemId", "rev", "url")
        kept["resource"] = {n: v for n, v in payload["resource"].items() if n in names}
    return kept


def _credentials(inputs: Mapping[str, str]) -> dict[str, str]:
    name, password = inputs.get("basicAuthUsername", ""), inputs.get("basicAuthPassword", "")
    if not name and not password:
        return {}
    token = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


def containers(site: Organization, collection: str, account: str, item: WorkItem) -> Json:
    """Return where an event happened."""
    base = f"{site.base_url}/"
    ids: dict[str, Any] = {
        "collection": collection,
        "account": account,
        "project": project_of(item.project).id,
    }
    return {name: {"id": id_, "baseUrl": base} for name, id_ in ids.items()}
