"""Jira's calls: is it theirs, and which issues do they name."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.base.errors import AuthFailedError, InvalidError
from integrations.base.items import Hint

_METHODS = {"sha256", "sha384", "sha512"}
_ISSUE_IN_URL = re.compile(r"/issue/(\d+)(?:/|\Z)")


def check(headers: Mapping[str, str], body: bytes, secret: bytes) -> None:
    """Refuse a body that was not signed with our secret.

    https://developer.atlassian.com/cloud/jira/platform/webhooks/#securing-admin-webhooks
    """
    given = {name.lower(): value for name, value in headers.items()}.get("x-hub-signature", "")
    method, _, signature = given.partition("=")
    if method not in _METHODS or not secret:
        raise AuthFailedError(
            "The call carries no signature of Jira.", fix="Set the webhook's secret."
        )
    expected = hmac.new(secret, body, getattr(hashlib, method)).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise AuthFailedError("The signature does not fit.", fix="Enter the same secret in Jira.")


def hints(body: bytes) -> Sequence[Hint]:
    """Return the issues that a call names; its other content may be old or in another format."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidError("The call is no JSON.") from error
    if not isinstance(document, Mapping):
        raise InvalidError("The call is not of Jira.")
    scope = _scope(document)
    return [Hint(id_, scope) for id_ in dict.fromkeys(_ids(document)) if _is_id(id_)]


def _is_id(text: str) -> bool:
    """Ids end up in addresses and queries: a number is all that Jira gives."""
    return text.isascii() and text.isdigit()


def _ids(document: Mapping[str, Any]) -> list[str]:
    """Data Center tells a comment's issue only in the comment's address."""
    issue = _part(document, "issue")
    if issue.get("id"):
        return [str(issue["id"])]
    link = _part(document, "issueLink")
    if link:
        return [str(link.get(end) or "") for end in ("sourceIssueId", "destinationIssueId")]
    found = _ISSUE_IN_URL.search(str(_part(document, "comment").get("self", "")))
    return [found[1]] if found else []


def _scope(document: Mapping[str, Any]) -> str:
    project = _part(_part(_part(document, "issue"), "fields"), "project")
    scope = str(project.get("id", ""))
    return scope if _is_id(scope) else ""


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}
