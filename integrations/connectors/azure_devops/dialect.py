"""How Azure DevOps says no."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from integrations.base.answers import Answer, Dialect, Words, rate_limited, read_json
from integrations.base.errors import (
    AuthFailedError,
    ConnectorError,
    DeniedError,
    InvalidError,
    TooLargeError,
)
from integrations.connectors.azure_devops.upload import MAX_FILE

BUCKET = "tstu"
_RENEW = "Make a new personal access token in Azure DevOps under User settings."
_SIGN_IN = re.compile(r"/_signin\b|/signin\b|login\.microsoftonline\.com", re.IGNORECASE)
_TOO_MANY = "TF400733"
_NOT_AUTHORIZED = "TF400813"
_NOT_ALLOWED = ("TF237111", "TF50309")
"""Missing permissions, whatever their status: in an area path, and in general."""


class AzureDialect(Dialect):
    """Reads the service's exceptions: their words, the field that each is about, their kind."""

    name = "Azure DevOps"

    def words(self, answer: Answer) -> Words:
        """Read the message, and the broken rules by reference name of their field."""
        document = read_json(answer)
        if not isinstance(document, Mapping):
            return Words(_plain(answer))
        properties = document.get("customProperties")
        known = properties if isinstance(properties, Mapping) else {}
        message = str(document.get("message") or "")
        return Words(message, _rules(known, message))

    def error(self, answer: Answer, words: Words) -> ConnectorError | None:
        """Tell what the status alone would hide."""
        if answer.status < HTTPStatus.BAD_REQUEST:
            return _signed_out() if _SIGN_IN.search(answer.headers.get("Location", "")) else None
        if _TOO_MANY in words.message:
            return rate_limited(answer, self)
        if answer.status == HTTPStatus.UNAUTHORIZED and _NOT_AUTHORIZED in words.message:
            return AuthFailedError(
                f"The token does not allow this: {words.message}",
                fix="Give it the scope “Work Items: Read & write”, for this organisation.",
            )
        if any(code in words.message for code in _NOT_ALLOWED):
            return DeniedError(
                words.message, fix="Give the account this right, in the area path as well."
            )
        return _of_kind(_kind(answer), words)

    def page(self, answer: Answer) -> ConnectorError | None:
        """Know the sign-in page, which comes with 203, or at the end of a redirect."""
        is_sign_in = answer.status == HTTPStatus.NON_AUTHORITATIVE_INFORMATION
        if is_sign_in or _SIGN_IN.search(answer.url):
            return _signed_out()
        return None

    def buckets(self, method: str, path: str) -> Sequence[str]:
        """Name the one bucket of an account."""
        del method, path
        return (BUCKET,)

    def rate_limit(self, answer: Answer) -> tuple[str, datetime | None]:
        """Name the one bucket of an account, and when it refills.

        https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits
        """
        reset = answer.headers.get("X-RateLimit-Reset", "")
        is_moment = reset.isascii() and reset.isdigit()
        return BUCKET, datetime.fromtimestamp(int(reset), UTC) if is_moment else None


def _of_kind(kind: str, words: Words) -> ConnectorError | None:
    if kind == "WorkItemAttachmentExceedsMaxSizeException":
        return TooLargeError(words.message, field="attachment", limit=MAX_FILE)
    if kind in {"InvalidTagNameException", "WorkItemTagLimitExceededException"}:
        return InvalidError(words.message, fields={"System.Tags": words.message})
    return None


def _signed_out() -> AuthFailedError:
    return AuthFailedError(
        "Azure DevOps shows its sign-in page: the token is not valid.", fix=_RENEW
    )


def _plain(answer: Answer) -> str:
    is_plain = answer.headers.get("Content-Type", "").startswith("text/plain")
    return answer.body.decode(errors="replace") if is_plain else ""


def _kind(answer: Answer) -> str:
    document = read_json(answer)
    return str(document.get("typeKey") or "") if isinstance(document, Mapping) else ""


def _rules(properties: Mapping[str, Any], message: str) -> dict[str, str]:
    """Return the words by field; several broken rules come as a list, one alone does not."""
    listed = properties.get("RuleValidationErrors")
    several = [each for each in listed if isinstance(each, Mapping)] if listed else []
    found = {
        str(each["fieldReferenceName"]): str(each.get("errorMessage") or message)
        for each in several
        if each.get("fieldReferenceName")
    }
    alone = properties.get("FieldReferenceName") or properties.get("ReferenceName")
    return found or ({str(alone): message} if alone else {})
