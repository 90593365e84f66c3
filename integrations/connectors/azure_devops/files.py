"""Attaching a file: it is sent first, then linked, and what arrived is compared."""

from dataclasses import replace
from typing import BinaryIO

from integrations.base.errors import UncertainError
from integrations.base.items import Attachment, Ref
from integrations.connectors.azure_devops.client import Client
from integrations.connectors.azure_devops.reading import DIGEST, FILE, attachments
from integrations.connectors.azure_devops.upload import Body
from integrations.connectors.azure_devops.writing import link

MAX_FILES = 100


def attach(client: Client, ref: Ref, name: str, stream: BinaryIO) -> Attachment:
    """Attach a file; the link to it keeps the digest of its bytes."""
    body = Body(stream)
    url = client.upload(ref.scope, name, body)
    changed = client.edit_links(ref.id, [link(url, f"{DIGEST}{body.sha256}", FILE)])
    for found in attachments(changed):
        if found.id in url.lower():
            return _compared(found, body)
    raise UncertainError(f"{name} was sent, but does not show on the work item.")


def _compared(found: Attachment, body: Body) -> Attachment:
    if found.size not in {0, body.sent}:
        raise UncertainError(f"Of {body.sent:,} bytes {found.size:,} arrived.")
    # Old servers do not tell the size.
    return replace(found, size=body.sent)
