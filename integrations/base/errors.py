"""What a connector may raise: the class says what happens next, the message what a person does.

`Uncertain` stands alone: the request left, no answer came, so nobody may repeat it blindly.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID


class ConnectorError(Exception):
    """Base of all; `message` is a sentence for a person, `fix` says how to mend it.

    `system` is whose call it was, None where no call was made.
    """

    system: UUID | None = None

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class FatalError(ConnectorError):
    """Stop the whole connection until a person acts."""


class AuthFailedError(FatalError):
    """The tracker does not accept our credentials."""


class AddressError(FatalError):
    """The address is wrong, forbidden, or no such tracker answers there."""


class ScopeError(FatalError):
    """The project or repository does not exist or is closed to our account."""


class RetryableError(ConnectorError):
    """Try again later; `retry_after` is the least number of seconds to wait, None where unknown."""

    def __init__(self, message: str, *, fix: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, fix=fix)
        self.retry_after = retry_after


class TransientError(RetryableError):
    """The tracker is down, slow or out of order, and nothing was applied."""


class RateLimitedError(RetryableError):
    """We called too often; `bucket` names what is used up, `until` when it refills."""

    def __init__(
        self,
        message: str,
        *,
        bucket: str = "site",
        until: datetime | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.bucket = bucket
        self.until = until


class StaleError(RetryableError):
    """The item moved on since it was read: read, merge and try again at once."""


class SkippableError(ConnectorError):
    """This item or field cannot be done; go on with the others."""


class InvalidError(SkippableError):
    """The tracker refused values; `fields` gives its own words by field id."""

    def __init__(
        self, message: str, *, fields: Mapping[str, str] | None = None, fix: str = ""
    ) -> None:
        super().__init__(message, fix=fix)
        self.fields = dict(fields or {})


class TooLargeError(SkippableError):
    """A value exceeds the tracker's limit (characters or bytes)."""

    def __init__(self, message: str, *, field: str, limit: int) -> None:
        super().__init__(message)
        self.field = field
        self.limit = limit


class DeniedError(SkippableError):
    """Our account may not do this with this item."""


class GoneError(SkippableError):
    """The item no longer exists."""


class MovedError(SkippableError):
    """The item lives elsewhere; fetch tells where."""


class UnsupportedError(SkippableError):
    """The tracker has no such thing, for example no path from one status to another."""


class UncertainError(ConnectorError):
    """Sent, no answer: it may or may not have been applied. Only a look tells."""
