"""Service hooks: do they know our secret, and which work item do they name?

They carry no signature: the secret is the password of their basic authentication, or stands in a
header of its own. https://learn.microsoft.com/azure/devops/service-hooks/services/webhooks
"""

import hmac
import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from integrations.base.errors import AuthFailedError, InvalidError
from integrations.base.items import Hint

SECRET_HEADER = "X-Sync-Secret"  # noqa: S105  the name of a header
_EVENTS = "workitem."
_ITEM = re.compile(r"/workitems/(\d+)", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def check(headers: Mapping[str, str], secret: bytes) -> None:
    """Refuse a call that does not know our secret."""
    if not any(hmac.compare_digest(given, secret) for given in [*_given(headers)]):
        raise AuthFailedError(
            "The call does not carry our secret.",
            fix="Enter the secret as the password of the service hook's basic authentication.",
        )


def hints(body: bytes) -> Sequence[Hint]:
    """Return the work item that a call names; its other content may be old."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidError("The call is no JSON.") from error
    if not isinstance(document, Mapping) or "eventType" not in document:
        raise InvalidError("The call is not of Azure DevOps.")
    if not str(document["eventType"]).startswith(_EVENTS):
        return []
    id_ = _item(_part(document, "resource"), str(document["eventType"]))
    return [Hint(id_, _scope(document))] if id_ else []


def _given(headers: Mapping[str, str]) -> Iterator[bytes]:
    lower = {name.lower(): value for name, value in headers.items()}
    yield lower.get(SECRET_HEADER.lower(), "").encode()
    kind, _, value = lower.get("authorization", "").partition(" ")
    if kind.casefold() == "basic":
        yield _password(value)


def _password(value: str) -> bytes:
    try:
        return b64decode(value, validate=True).partition(b":")[2]
    except (Base64Error, ValueError):
        return b""


def _item(resource: Mapping[str, Any], event: str) -> str:
    """Return the item's id; an update has a number of its own, and its item may be named 0."""
    if event != "workitem.updated":
        return _id(resource.get("id"))
    found = _ITEM.search(str(resource.get("url", "")))
    return (
        _id(resource.get("workItemId"))
        or _id(_part(resource, "revision").get("id"))
        or (found[1] if found else "")
    )


def _id(raw: Any) -> str:
    """Ids end up in addresses: a number is all that Azure DevOps gives."""
    text = str(raw)
    return text if text.isascii() and text.isdigit() and int(text) > 0 else ""


def _scope(document: Mapping[str, Any]) -> str:
    project = _part(_part(document, "resourceContainers"), "project")
    id_ = str(project.get("id", ""))
    return id_.lower() if _UUID.match(id_) else ""


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}
