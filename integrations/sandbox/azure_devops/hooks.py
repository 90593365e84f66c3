"""The events of work items as service hooks tell them: people and dates are plain text."""

import html

from integrations.sandbox.azure_devops.catalogue import ACCOUNT, COLLECTION, FIELDS
from integrations.sandbox.azure_devops.model import Comment, Json, Update, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.subscriptions import (
    containers,
    event_id,
    listeners,
    send,
)
from integrations.sandbox.azure_devops.text import plain
from integrations.sandbox.azure_devops.times import FOREVER, long_stamp
from integrations.sandbox.azure_devops.view import View, changed

_LISTED = ("System.State", "System.AssignedTo", "Microsoft.VSTS.Common.Severity")
_HIDDEN = ("System.Id", "System.Rev", "System.AuthorizedDate", "System.RevisedDate")


def created(site: Organization, item: WorkItem) -> None:
    """Tell of a new work item."""
    _tell(site, item, "created", _item(site, item), _fields_said(site, item))


def updated(site: Organization, item: WorkItem, update: Update) -> None:
    """Tell of a change; here the resource is the update, and the item is inside."""
    said = [
        f"New {FIELDS[ref].name}: {plain(str(View(site).value(ref, new, View(site).label_of)))}"
        for ref, change in update.fields.items()
        if (new := change["newValue"]) is not None and not FIELDS[ref].is_read_only
    ]
    _tell(site, item, "updated", update_json(site, item, update), said, update)


def deleted(site: Organization, item: WorkItem) -> None:
    """Tell of a work item in the recycle bin."""
    resource = _item(site, item)
    links = {name: resource["_links"][name] for name in ("workItemType", "fields")}
    resource["_links"] = {"self": {"href": resource["url"]}, **links}
    _tell(site, item, "deleted", resource, _fields_said(site, item))


def restored(site: Organization, item: WorkItem) -> None:
    """Tell of a work item that is back."""
    _tell(site, item, "restored", _item(site, item), _fields_said(site, item))


def commented(site: Organization, item: WorkItem, comment: Comment) -> None:
    """Tell of a comment, new or edited."""
    own = View(site).links(item)["workItemComments"]["href"]
    resource = _item(site, item)
    resource["commentVersionRef"] = {
        "commentId": int(comment.id),
        "version": comment.version,
        "url": f"{own}/{comment.id}/versions/{comment.version}",
    }
    _tell(site, item, "commented", resource, [plain(comment.text)])


def update_json(site: Organization, item: WorkItem, update: Update) -> Json:
    """Return an update with the whole item as it left it."""
    view = View(site)
    own = view.links(item)["self"]["href"]
    person = view.person_of(update.author)
    body: Json = {
        "id": update.number,
        "workItemId": item.number,
        "rev": update.rev,
        "revisedBy": {**person, "name": view.label_of(update.author)},
        "revisedDate": FOREVER,
        "fields": changed(update, view, view.label_of),
    }
    if update.relations:
        body["relations"] = update.relations
    body["_links"] = {
        "self": {"href": f"{own}/updates/{update.number}"},
        "workItemUpdates": {"href": f"{own}/updates"},
        "parent": {"href": own},
        "html": view.links(item)["html"],
    }
    body["url"] = f"{own}/updates/{update.number}"
    revision = _item(site, item)
    revision["url"] = f"{own}/revisions/{item.rev}"
    revision["_links"] = {
        "self": {"href": revision["url"]},
        "workItemRevisions": {"href": f"{own}/revisions"},
        "parent": {"href": own},
    }
    return {**body, "revision": revision}


def _item(site: Organization, item: WorkItem) -> Json:
    view = View(site)
    fields = view.fields(item, view.label_of)
    return {
        "id": item.number,
        "rev": item.rev,
        "fields": {ref: value for ref, value in fields.items() if ref not in _HIDDEN},
        "multilineFieldsFormat": dict.fromkeys(item.formats, "markdown"),
        **({"relations": item.relations} if item.relations else {}),
        "_links": view.links(item),
        "url": view.item_link(item),
    }


def _fields_said(site: Organization, item: WorkItem) -> list[str]:
    view = View(site)
    fields = view.fields(item, view.label_of)
    return [f"{FIELDS[ref].name}: {fields.get(ref, '')}" for ref in _LISTED if ref in fields]


def _tell(
    site: Organization,
    item: WorkItem,
    verb: str,
    resource: Json,
    said: list[str],
    update: Update | None = None,
) -> None:
    event = f"workitem.{verb}"
    for subscription in listeners(site, event, item, update):
        payload = {
            "id": event_id(),
            "eventType": event,
            "publisherId": "tfs",
            "message": _message(site, item, verb, []),
            "detailedMessage": _message(site, item, verb, said),
            "resource": resource,
            "resourceVersion": subscription.resource_version,
            "resourceContainers": containers(site, COLLECTION, ACCOUNT, item),
            "createdDate": long_stamp(site.clock.now()),
        }
        send(site, subscription, payload)


def _message(site: Organization, item: WorkItem, verb: str, said: list[str]) -> Json:
    url = f"{site.base_url}/web/wi.aspx?pcguid={COLLECTION}&id={item.number}"
    head = f"{item.type} #{item.number}"
    title = item.values.get("System.Title", "")
    words = "commented on" if verb == "commented" else verb
    rest = f"{words} by {site.accounts[item.changer].display_name}"
    listed = "".join(f"\r\n- {one}" for one in said)
    items = "".join(f"<li>{html.escape(one)}</li>" for one in said)
    return {
        "text": f"{head} ({title}) {rest}\r\n({url}){listed}",
        "html": f'<a href="{html.escape(url)}">{head}</a> ({html.escape(title)}) {rest}'
        + (f"<ul>{items}</ul>" if items else ""),
        "markdown": f"[{head}]({url}) ({title}) {rest}{listed}",
    }
