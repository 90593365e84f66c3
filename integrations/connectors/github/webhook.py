"""GitHub's calls: is it theirs, and which issues do they name."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.base.errors import AuthFailedError, InvalidError
from integrations.base.items import Hint
from integrations.connectors.github.address import is_repository
from integrations.connectors.github.mapping import is_issue, item_id


def check(headers: Mapping[str, str], body: bytes, secret: bytes) -> None:
    """Refuse a body that was not signed with our secret.

    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    given = {name.lower(): value for name, value in headers.items()}
    method, _, signature = given.get("x-hub-signature-256", "").partition("=")
    if method != "sha256":
        raise AuthFailedError(
            "The call carries no signature of GitHub.", fix="Set the webhook's secret."
        )
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise AuthFailedError("The signature does not fit.", fix="Enter the same secret in GitHub.")


def hints(body: bytes) -> Sequence[Hint]:
    """Return the issues that a call names: none for a ping, a label or a pull request.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidError(
            "The call is no JSON.", fix="Choose the content type application/json in GitHub."
        ) from error
    if not isinstance(document, Mapping):
        raise InvalidError("The call is not of GitHub.")
    changes = _part(document, "changes")
    places = [
        (_part(document, "issue"), _part(document, "repository")),
        (_part(changes, "new_issue"), _part(changes, "new_repository")),
    ]
    found = [Hint(item_id(issue), _scope(place)) for issue, place in places if _is_named(issue)]
    return list(dict.fromkeys(found))


def _is_named(issue: Mapping[str, Any]) -> bool:
    """Ids end up in addresses: a number is all that GitHub gives."""
    is_numbered = all(type(issue.get(name)) is int for name in ("number", "id"))
    pull = issue.get("pull_request")
    return is_numbered and (not isinstance(pull, Mapping) or is_issue(issue))


def _scope(repository: Mapping[str, Any]) -> str:
    name = str(repository.get("full_name", ""))
    return name if is_repository(name) else ""


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}
