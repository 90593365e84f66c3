"""Keeps other sites' pages out of a server on loopback."""

from urllib.parse import urlsplit

from werkzeug import Request

_HOSTS = ("127.0.0.1", "localhost")


def is_trusted(request: Request) -> bool:
    """Say whether a request names this machine, and comes from our own page or from no page."""
    if request.host.rsplit(":", 1)[0] not in _HOSTS:
        return False
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    is_own = origin is None or urlsplit(origin).netloc == request.host
    return is_own and site in ("same-origin", "none")
