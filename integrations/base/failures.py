"""Requests that got no answer: what went wrong, and whether anything was sent."""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from requests.exceptions import InvalidURL, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from integrations.base.answers import unanswered
from integrations.base.errors import AddressError, ConnectorError, TransientError

# What OpenSSL reports when the other end does not speak TLS at all, old names and new.
_NOT_TLS = {
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
    "HTTP_REQUEST",
}


def failure_of(error: Exception, method: str, url: str) -> ConnectorError:
    """Translate the wire's exception; only what surely never left may be tried again blindly."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    causes = list(_causes(error))
    return _before_sending(causes, origin, parts.hostname or "") or unanswered(
        method, _silence(causes, origin)
    )


def _before_sending(causes: list[BaseException], origin: str, host: str) -> ConnectorError | None:
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            error = _tls_error(cause, origin)
        else:
            error = _unconnected(cause, origin, host)
        if error is not None:
            return error
    return None


def _unconnected(cause: BaseException, origin: str, host: str) -> ConnectorError | None:
    match cause:
        case InvalidURL() | LocationParseError():
            return AddressError(f"{origin} is not a web address.", fix="Check its spelling.")
        case NameResolutionError():
            return TransientError(
                f"Nobody knows the host {host}.",
                fix="Check the address for typing mistakes; name resolution may be down, too.",
            )
        case NewConnectionError():
            return TransientError(
                f"Nothing answers at {origin}.",
                fix="Check the address and that the server is running.",
            )
        case ConnectTimeoutError():
            return TransientError(
                f"{origin} does not answer.",
                fix="Check the address, and that a firewall lets this server through.",
            )
    return None


def _tls_error(cause: ssl.SSLError, origin: str) -> ConnectorError | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return AddressError(
            f"The certificate of {origin} is not trusted: {cause.verify_message}.",
            fix="Renew it, or add the authority that issued it to this server's store.",
        )
    if cause.reason in _NOT_TLS:
        return AddressError(
            f"{origin} does not speak https.", fix="Try http://, or check the port."
        )
    return None


def _silence(causes: list[BaseException], origin: str) -> str:
    if any(isinstance(cause, Timeout | ReadTimeoutError | TimeoutError) for cause in causes):
        return f"{origin} took too long to answer."
    return f"{origin} broke off before its answer was complete."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk inwards: the libraries hide the cause in `reason`, in arguments or in the chain."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [getattr(found, "reason", None), *found.args, found.__cause__, found.__context__]
