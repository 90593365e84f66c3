"""What a tracker's answer means: which error it is, in words that a tester can act on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    RateLimitedError,
    StaleError,
    TooLargeError,
    TransientError,
    UncertainError,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_WORDS = 300
MAX_WAIT = 86_400.0
_SENTENCES: Mapping[int, tuple[type[ConnectorError], str]] = {
    HTTPStatus.FORBIDDEN: (DeniedError, "{name} does not allow our account to do this."),
    HTTPStatus.NOT_FOUND: (GoneError, "{name} has no such thing (any more)."),
    HTTPStatus.GONE: (GoneError, "{name} has no such thing any more."),
    HTTPStatus.CONFLICT: (StaleError, "Somebody changed it at the same moment."),
    HTTPStatus.PRECONDITION_FAILED: (StaleError, "Somebody changed it at the same moment."),
}
_PASSWORD_INPUT = b'type="password"'
_SPOKEN_TO_IN_CLEAR = b"HTTPS port"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its whole body; `url` is where it came from after redirects."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    is_elsewhere: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port that answered."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_html(self) -> bool:
        """Whether a page for people came."""
        return "html" in self.headers.get("Content-Type", "")

    @property
    def server_now(self) -> datetime | None:
        """The tracker's own clock."""
        return _http_date(self.headers.get("Date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds that we were asked to wait; the header holds seconds or a date."""
        text = self.headers.get("Retry-After", "").strip()
        until = _http_date(text)
        if until is not None:
            seconds = (until - (self.server_now or datetime.now(UTC))).total_seconds()
        elif text.isascii() and text.isdigit():
            seconds = float(text)
        else:
            return None
        return min(max(seconds, 0.0), MAX_WAIT)

    def json(self) -> Any:
        """Parse the body; None where a write is answered with nothing."""
        if not self.body.strip() and self.method not in SAFE_METHODS:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise unanswered(self.method, f"{self.origin} answered with broken JSON.") from error


@dataclass(frozen=True, slots=True)
class Words:
    """What the tracker itself said: a sentence, and sentences by field id."""

    message: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


class Dialect:
    """How a tracker speaks of trouble; a connector overrides what its vendor does otherwise."""

    name = "The tracker"

    def words(self, answer: Answer) -> Words:
        """Read the tracker's own words from an answer that is an error."""
        document = read_json(answer)
        if not isinstance(document, Mapping):
            return Words()
        text = document.get("message") or document.get("error") or ""
        return Words(text if isinstance(text, str) else "")

    def error(self, answer: Answer, words: Words) -> ConnectorError | None:
        """Return the error where the status alone would mislead; None leaves it to the status."""
        del answer, words
        return None

    def page(self, answer: Answer) -> ConnectorError | None:
        """Return what a page for people means; None where it tells no more than others."""
        del answer
        return None

    def is_unapplied(self, answer: Answer) -> bool:
        """Say whether a write that ended in a server error surely changed nothing."""
        return answer.status == HTTPStatus.SERVICE_UNAVAILABLE and answer.retry_after is not None

    def buckets(self, method: str, path: str) -> Sequence[str]:
        """Name the buckets of the tracker's rate limit that a call draws from."""
        del method, path
        return ("site",)

    def rate_limit(self, answer: Answer) -> tuple[str, datetime | None]:
        """Name the bucket that is used up, and when it refills where that is told."""
        del answer
        return "site", None


def read_json(answer: Answer) -> Any:
    """Parse the body of an error, None where it is no JSON: errors often are pages."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def clean(text: str, secrets: frozenset[str]) -> str:
    """Mask secrets in a tracker's words and cut them to what a log line bears."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "•••")
    text = " ".join(text.split())
    return text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"


def unanswered(method: str, message: str) -> ConnectorError:
    """Return the error of a request that left and got no usable answer."""
    if method in SAFE_METHODS:
        return TransientError(message)
    return UncertainError(message, fix="We look whether it was applied before trying again.")


def error_of(answer: Answer, dialect: Dialect, secrets: frozenset[str]) -> ConnectorError | None:
    """Return what an answer means for the sync, None where it is a success."""
    is_success = answer.status < HTTPStatus.MULTIPLE_CHOICES or (
        answer.status == HTTPStatus.NOT_MODIFIED
    )
    if is_success:
        return _page_error(answer, dialect) if answer.is_html else None
    said = dialect.words(answer)
    words = Words(
        clean(said.message, secrets),
        {key: clean(text, secrets) for key, text in said.fields.items()},
    )
    return (
        dialect.error(answer, words)
        or _misdirected(answer, dialect)
        or _by_status(answer, dialect, words)
    )


def _page_error(answer: Answer, dialect: Dialect) -> ConnectorError:
    told = dialect.page(answer)
    if told is not None:
        return told
    if _PASSWORD_INPUT in answer.body.lower():
        return AuthFailedError(
            f"{answer.origin} shows a sign-in page to programs.",
            fix="Let API calls with a token pass the single sign-on in front of it.",
        )
    return AddressError(
        f"{answer.origin} answers with a web page, not as {dialect.name}.",
        fix="Enter the address that you see in the browser up to the first path of an item.",
    )


def _misdirected(answer: Answer, dialect: Dialect) -> ConnectorError | None:
    if answer.status < HTTPStatus.BAD_REQUEST:
        target = answer.headers.get("Location", "").partition("?")[0]
        return AddressError(
            f"{answer.origin} sends us on to {target[:MAX_WORDS]}.",
            fix="Enter that address for this system.",
        )
    if answer.is_elsewhere and answer.status == HTTPStatus.UNAUTHORIZED:
        return AddressError(
            f"The address leads on to {answer.origin}, where our credentials are not sent.",
            fix=f"Enter {answer.origin} for this system if you trust it.",
        )
    if _SPOKEN_TO_IN_CLEAR in answer.body:
        return AddressError(f"{answer.origin} wants https.", fix="Begin the address with https://.")
    if answer.status == HTTPStatus.NOT_FOUND and answer.is_html:
        # A wrong path, or a server that is still starting: never a sign that an item is gone.
        page = _page_error(answer, dialect)
        return TransientError(page.message, fix=page.fix)
    return None


def _by_status(answer: Answer, dialect: Dialect, words: Words) -> ConnectorError:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return AuthFailedError(
            f"{dialect.name} does not accept our credentials.",
            fix="Check user name and token; the token may have expired or been revoked.",
        )
    if answer.status in _SENTENCES:
        kind, sentence = _SENTENCES[answer.status]
        return kind(words.message or sentence.format(name=dialect.name))
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return rate_limited(answer, dialect)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or (
        answer.status == HTTPStatus.REQUEST_TIMEOUT
    ):
        return _server_error(answer, dialect, words)
    message = words.message or " ".join(words.fields.values())
    message = message or f"{dialect.name} refused it ({answer.status})."
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLargeError(message, field="", limit=0)
    return InvalidError(message, fields=words.fields)


def rate_limited(answer: Answer, dialect: Dialect) -> RateLimitedError:
    """Return the error of a call too many."""
    bucket, until = dialect.rate_limit(answer)
    return RateLimitedError(
        f"{dialect.name} asks us to slow down.",
        bucket=bucket,
        until=until,
        retry_after=answer.retry_after,
    )


def _server_error(answer: Answer, dialect: Dialect, words: Words) -> ConnectorError:
    message = f"{dialect.name} is out of order ({answer.status}). {words.message}".strip()
    if answer.method in SAFE_METHODS or dialect.is_unapplied(answer):
        return TransientError(message, retry_after=answer.retry_after)
    return unanswered(answer.method, message)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
