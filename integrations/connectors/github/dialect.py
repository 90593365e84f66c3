"""How GitHub says no."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from integrations.base.answers import SAFE_METHODS, Answer, Dialect, Words, read_json
from integrations.base.errors import (
    AuthFailedError,
    ConnectorError,
    DeniedError,
    MovedError,
    RateLimitedError,
)
from integrations.base.meter import Budget

SLOW_DOWN = 60.0
"""Seconds to wait after a secondary limit that names none.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
"""
_ELSEWHERE = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}
_REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
_SECONDARY = ("secondary rate limit", "abuse detection")
_NO_WORDS = {"Not Found", "Validation Failed", "Validation failed", "Gone"}
_CODES = {
    "missing_field": "is missing",
    "missing": "does not exist",
    "invalid": "is not valid",
    "already_exists": "exists already",
    "too_long": "is too long",
    "unprocessable": "cannot be used",
}
_FIELDS = {"state_reason": "state", "assignees": "assignee"}


BUDGETS = {
    "core": Budget(capacity=400, per_second=1.1),
    "content": Budget(capacity=1, per_second=1.0),
    "creation": Budget(capacity=500, per_second=500 / 3600),
    "search": Budget(capacity=20, per_second=0.4),
}
"""A fifth of the hourly calls stays for others; writes are a second apart, creations 500 an hour.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""


class GitHubDialect(Dialect):
    """Reads `errors`, tells limits from rights, and what moved from what is gone."""

    name = "GitHub"

    def buckets(self, method: str, path: str) -> Sequence[str]:
        """Draw from the content buckets for writes; what is new counts by the hour as well."""
        if method in SAFE_METHODS:
            return ("search",) if "/search/" in path else ("core",)
        return ("core", "content", "creation") if method == "POST" else ("core", "content")

    def words(self, answer: Answer) -> Words:
        """Read GitHub's sentence, and one for each field that it refuses.

        https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
        """
        document = read_json(answer)
        if not isinstance(document, Mapping):
            return Words()
        message = str(document.get("message") or "")
        told = list(_refusals(document.get("errors")))
        sentences = [] if message in _NO_WORDS else [message]
        sentences += [text for _, text in told if text not in message]
        return Words(" ".join(sentences), {name: text for name, text in told if name})

    def error(self, answer: Answer, words: Words) -> ConnectorError | None:
        """Tell limits, missing permissions and new places apart."""
        if answer.status in _ELSEWHERE and answer.method not in SAFE_METHODS:
            return MovedError("It lives at another address on GitHub now.")
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return AuthFailedError(
                "GitHub does not accept our token.",
                fix="It may have expired or been revoked: make a new one and enter it here.",
            )
        if answer.status in _REFUSED:
            return _limit(answer, words) or _permission(words)
        return None


def _refusals(errors: Any) -> Iterator[tuple[str, str]]:
    for error in errors if isinstance(errors, list) else []:
        if not isinstance(error, Mapping):
            yield "", str(error)
            continue
        name = str(error.get("field") or "")
        field = "labels" if error.get("resource") == "Label" else _FIELDS.get(name, name)
        code = str(error.get("code") or "")
        yield field, str(error.get("message") or f"{name or field} {_CODES.get(code, code)}.")


def _limit(answer: Answer, words: Words) -> RateLimitedError | None:
    """Return a limit: the hour's calls are used up, or we wrote too much at a time."""
    message = "GitHub asks us to slow down."
    is_secondary = any(text in words.message.lower() for text in _SECONDARY)
    if answer.headers.get("X-RateLimit-Remaining") == "0" and not is_secondary:
        return RateLimitedError(
            message,
            bucket=answer.headers.get("X-RateLimit-Resource") or "core",
            until=_moment(answer.headers.get("X-RateLimit-Reset", "")),
            retry_after=answer.retry_after,
        )
    asked = answer.retry_after
    if asked is None and not is_secondary and answer.status == HTTPStatus.FORBIDDEN:
        return None
    bucket = "core" if answer.method in SAFE_METHODS else "content"
    seconds = SLOW_DOWN if asked is None else asked
    return RateLimitedError(message, bucket=bucket, retry_after=seconds)


def _permission(words: Words) -> DeniedError | None:
    if "SAML" in words.message:
        fix = "In GitHub's settings, authorise the token for the organisation's single sign-on."
    elif "not accessible by personal access token" in words.message:
        fix = "Give the token the repository permission “Issues: read and write”."
    else:
        return None
    return DeniedError(words.message, fix=fix)


def _moment(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if text.isascii() and text.isdigit() else None
