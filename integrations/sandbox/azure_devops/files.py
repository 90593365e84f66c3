"""Uploaded files: in one piece or in chunks; an item has them once it is linked to them."""

import uuid
from dataclasses import replace

from integrations.sandbox.azure_devops.accounts import Account
from integrations.sandbox.azure_devops.errors import VssError, bad_request
from integrations.sandbox.azure_devops.model import Upload
from integrations.sandbox.azure_devops.organization import Organization

_OPEN = -1


def upload(site: Organization, who: Account, name: str, content: bytes) -> Upload:
    """Keep a file that came in one piece."""
    _require_fits(site, len(content))
    made = _blank(site, who, name)
    made = replace(made, size=len(content), total=len(content))
    site.store.put(made)
    site.store.put_blob(made.id, content)
    return made


def begin(site: Organization, who: Account, name: str) -> Upload:
    """Prepare for a file that comes in chunks."""
    made = _blank(site, who, name)
    site.store.put(made)
    return made


def append(site: Organization, found: Upload, span: tuple[int, int, int], content: bytes) -> Upload:
    """Add the chunk that goes from the first byte to the last, of so many in all."""
    first, last, total = span
    if first != found.size or last - first + 1 != len(content) or last >= total:
        message = f"TF401361: The chunk begins at {first}, but {found.size} bytes are there."
        raise bad_request(message, "WorkItemAttachmentIncorrectOffsetException")
    _require_fits(site, total)
    grown = replace(found, size=last + 1, total=total)
    before = site.store.blob(found.id) if found.size else b""
    site.store.put(grown)
    site.store.put_blob(grown.id, before + content)
    return grown


def find(site: Organization, id_: str) -> Upload:
    """Return an uploaded file."""
    found = site.store.get(Upload, id_.lower())
    if found is None:
        message = f"TF401398: The attachment {id_} does not exist."
        raise VssError(404, message, "AttachmentNotFoundException")
    return found


def _blank(site: Organization, who: Account, name: str) -> Upload:
    return Upload(str(uuid.uuid4()), who.name, name or "attachment", 0, _OPEN, site.clock.now())


def _require_fits(site: Organization, size: int) -> None:
    if size > site.settings.attachment_limit:
        raise VssError(
            400,
            "TF237082: The file you are trying to upload exceeds the supported file upload size.",
            "WorkItemAttachmentExceedsMaxSizeException",
        )
