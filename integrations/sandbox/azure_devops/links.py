"""Relations of a work item: hyperlinks and attached files."""

import re
from collections.abc import Sequence
from typing import Any

from integrations.sandbox.azure_devops.errors import VssError, bad_request
from integrations.sandbox.azure_devops.model import Json, Upload
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.times import stamp

HYPERLINK = "Hyperlink"
FILE = "AttachedFile"
MAX_FILES = 100
_FILE_URL = re.compile(r"/_apis/wit/attachments/([0-9a-f-]{36})", re.IGNORECASE)


def made(site: Organization, others: Sequence[Json], raw: Any) -> Json:
    """Return a new relation as it is stored."""
    if not isinstance(raw, dict) or not raw.get("rel") or not raw.get("url"):
        raise bad_request("A relation needs rel and url.")
    given = {"rel": raw["rel"], "url": raw["url"], "attributes": dict(raw.get("attributes") or {})}
    if raw["rel"] == FILE:
        return _file(site, others, given)
    if raw["rel"] != HYPERLINK:
        raise VssError(
            404,
            f"Relation type {raw['rel']} does not exist.",
            "WorkItemTrackingLinkTypeNotFoundException",
        )
    if any(one["rel"] == HYPERLINK and one["url"] == given["url"] for one in others):
        raise bad_request("Relation already exists.", "RelationAlreadyExistsException")
    return {**given, "attributes": {**_dates(site), **given["attributes"], "id": _number(site)}}


def upload_of(site: Organization, relation: Json) -> Upload | None:
    """Return the file that a relation points to."""
    found = _FILE_URL.search(relation["url"])
    return site.store.get(Upload, found[1].lower()) if found else None


def _file(site: Organization, others: Sequence[Json], given: Json) -> Json:
    upload = upload_of(site, given)
    if upload is None or upload.size != upload.total:
        raise VssError(
            404,
            f"TF401399: The attachment at {given['url']} does not exist.",
            "AttachmentNotFoundException",
        )
    if upload.size > site.settings.attachment_limit:
        raise bad_request(
            f"TF237082: The file you are trying to upload exceeds the supported file upload size "
            f"of {site.settings.attachment_limit} bytes.",
            "WorkItemAttachmentExceedsMaxSizeException",
        )
    if sum(one["rel"] == FILE for one in others) >= MAX_FILES:
        raise bad_request(f"A work item can have up to {MAX_FILES} attached files.")
    made_at = stamp(upload.created)
    more = {"resourceCreatedDate": made_at, "resourceModifiedDate": made_at}
    attributes = {**_dates(site), **more, "resourceSize": upload.size, "name": upload.name}
    attributes |= {**given["attributes"], "id": _number(site)}
    return {**given, "attributes": attributes}


def _dates(site: Organization) -> Json:
    return {"authorizedDate": stamp(site.clock.now())}


def _number(site: Organization) -> int:
    return site.store.next_number("relation")
