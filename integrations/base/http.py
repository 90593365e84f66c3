"""The one door to the network.

No retries and no logging in here: the engine decides what happens next, and headers and bodies
hold secrets.
"""

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from http import HTTPStatus
from typing import Any, BinaryIO, ClassVar, TypedDict, Unpack
from urllib.parse import urljoin, urlsplit

from requests import PreparedRequest, Request, Response
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from integrations.base.addresses import checked_url
from integrations.base.answers import SAFE_METHODS, Answer, Dialect, error_of, unanswered
from integrations.base.auth import Auth
from integrations.base.config import SystemConfig
from integrations.base.errors import AddressError, ConnectorError, TransientError
from integrations.base.failures import failure_of
from integrations.base.meter import Count
from integrations.base.multipart import PIECE, Multipart
from integrations.base.transport import Guard, guarded_session

Observer = Callable[[str, str, int | None, float], None]
_REDIRECTS = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}


class Parts(TypedDict, total=False):
    """What a request may carry besides method and path."""

    params: Mapping[str, Any]
    json: Any
    data: bytes | Iterable[bytes]
    headers: Mapping[str, str]


class ApiClient:
    """Calls one tracker; whatever goes wrong leaves as an error of `base/errors.py`.

    `observer(method, path, status, milliseconds)` hears of every exchange, status None where no
    answer came. The meter of `system` paces the calls, and errors name it. Credentials go to the
    origin of `base_url` and nowhere else.
    """

    max_body: ClassVar[int] = 32 * 1024 * 1024
    max_file: ClassVar[int] = 2 * 1024 * 1024 * 1024
    max_seconds: ClassVar[float] = 60.0
    max_file_seconds: ClassVar[float] = 900.0
    max_redirects: ClassVar[int] = 5

    def __init__(  # noqa: PLR0913  all but the address are optional
        self,
        base_url: str,
        auth: Auth | None = None,
        *,
        dialect: Dialect | None = None,
        is_private_allowed: bool = False,
        timeout: tuple[float, float] = (5.0, 25.0),
        observer: Observer | None = None,
        system: SystemConfig | None = None,
    ) -> None:
        self.base_url = base_url.strip().rstrip("/")
        self._guard = Guard(is_private_allowed=is_private_allowed)
        self.session = guarded_session(self._guard)
        self._auth = auth
        self._dialect = dialect or Dialect()
        self._timeout = timeout
        self._observer = observer
        self._system_id = system.id if system else None
        self._meter = system.meter if system else Count()

    def close(self) -> None:
        """Close the connections that are kept open between calls."""
        self.session.close()

    def get(self, path: str, **params: Any) -> Answer:
        """Read; parameters that are None are left out."""
        return self.request("GET", path, params=params)

    def post(self, path: str, json: Any = None, **params: Any) -> Answer:
        """Send a document."""
        return self.request("POST", path, json=json, params=params)

    def put(self, path: str, json: Any = None, **params: Any) -> Answer:
        """Replace a document."""
        return self.request("PUT", path, json=json, params=params)

    def patch(self, path: str, json: Any = None, **params: Any) -> Answer:
        """Change parts of a document."""
        return self.request("PATCH", path, json=json, params=params)

    def delete(self, path: str, **params: Any) -> Answer:
        """Delete a document."""
        return self.request("DELETE", path, params=params)

    def upload(
        self, path: str, form: Multipart, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a file as a form, piece by piece."""
        sent = {**(headers or {}), "Content-Type": form.content_type}
        body = form if form.is_sized else iter(form)
        return self.request("POST", path, data=body, headers=sent)

    def request(self, method: str, path: str, **parts: Unpack[Parts]) -> Answer:
        """Send and read the whole answer; `path` may be an absolute URL that the tracker gave."""
        deadline = time.monotonic() + self.max_seconds
        with self._charged(), closing(self._exchange(method, path, parts)) as response:
            return self._checked(method, response, deadline)

    @contextmanager
    def stream(self, path: str, **params: Any) -> Iterator[BinaryIO]:
        """Read a file without holding it."""
        parts: Parts = {"params": params, "headers": {"Accept": "*/*"}}
        with self._charged(), closing(self._exchange("GET", path, parts)) as response:
            if response.status_code != HTTPStatus.OK:
                self._checked("GET", response, time.monotonic() + self.max_seconds)
            with io.BufferedReader(_Download(response, self.max_file), PIECE) as opened:
                yield opened

    def checked(self, answer: Answer) -> Answer:
        """Return an answer that is a success; also for each part of a batch's answer."""
        error = error_of(answer, self._dialect, self._auth.secrets if self._auth else frozenset())
        if error is not None:
            raise error
        return answer

    def _checked(self, method: str, response: Response, deadline: float) -> Answer:
        return self.checked(
            Answer(
                method=method,
                url=response.url,
                status=response.status_code,
                headers=response.headers,
                body=self._body(method, response, deadline),
                is_elsewhere=not self._is_home(response.url),
            )
        )

    def _body(self, method: str, response: Response, deadline: float) -> bytes:
        body = bytearray()
        while piece := _read(response, PIECE, method):
            body += piece
            if len(body) > self.max_body:
                raise unanswered(method, f"{_origin(response.url)} answered with far too much.")
            if time.monotonic() > deadline:
                raise _too_long(method, response.url)
        return bytes(body)

    def _exchange(self, method: str, path: str, parts: Parts) -> Response:
        """Send, and follow redirects of reads; a write is never sent on or turned into a read."""
        url = path if "://" in path else f"{self.base_url}{path}"
        for _ in range(self.max_redirects + 1):
            response = self._send(method, url, parts)
            target = response.headers.get("Location", "")
            is_redirect = response.status_code in _REDIRECTS and target
            if not is_redirect or method not in SAFE_METHODS:
                return response
            response.close()
            url = _followed(url, target)
            parts = {"headers": parts.get("headers", {})}
        raise AddressError(f"{_origin(url)} sends us round in circles.", fix="Check the address.")

    def _send(self, method: str, url: str, parts: Parts) -> Response:
        for bucket in self._dialect.buckets(method, urlsplit(url).path):
            self._meter.before(bucket)
        started, status = time.monotonic(), None
        limit = self.max_file_seconds if parts.get("data") else self.max_seconds
        with self._guard.hanging_up_after(limit) as is_over:
            try:
                request = self._prepared(method, url, parts)
                response = self.session.send(request, stream=True, timeout=self._timeout)
                status = response.status_code
            except (RequestException, HTTPError) as error:
                if is_over.is_set():
                    raise _too_long(method, url) from error
                raise failure_of(error, method, url) from error
            finally:
                self._observe(method, url, status, started)
        if is_over.is_set():  # a head that we broke off looks whole
            response.close()
            raise _too_long(method, url)
        return response

    def _prepared(self, method: str, url: str, parts: Parts) -> PreparedRequest:
        checked_url(url)
        headers = {"Accept": "application/json", **parts.get("headers", {})}
        if self._auth and self._is_home(url):
            headers[self._auth.header] = self._auth.value
        return self.session.prepare_request(
            Request(
                method,
                url,
                headers=headers,
                params=parts.get("params"),
                json=parts.get("json"),
                data=parts.get("data"),
            )
        )

    def _observe(self, method: str, url: str, status: int | None, started: float) -> None:
        milliseconds = (time.monotonic() - started) * 1000
        self._meter.after(milliseconds)
        if self._observer:
            self._observer(method, urlsplit(url).path, status, milliseconds)

    @contextmanager
    def _charged(self) -> Iterator[None]:
        """Let every error say whose call it was."""
        try:
            yield
        except ConnectorError as error:
            error.system = self._system_id
            raise

    def _is_home(self, url: str) -> bool:
        return _origin(url) == _origin(self.base_url)


class _Download(io.RawIOBase):
    """A body as a file that ends in an error where the tracker sends too little or too much."""

    def __init__(self, response: Response, limit: int) -> None:
        self._response = response
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = _read(self._response, len(buffer), "GET")
        self._left -= len(piece)
        if self._left < 0:
            raise TransientError(f"{_origin(self._response.url)} sends a file without end.")
        buffer[: len(piece)] = piece
        return len(piece)


def _read(response: Response, size: int, method: str) -> bytes:
    """Read what has arrived: a plain read would wait for all of `size`, whatever the deadline."""
    try:
        return response.raw.read1(size, decode_content=True) or b""
    except (HTTPError, OSError) as error:
        raise failure_of(error, method, response.url) from error


def _too_long(method: str, url: str) -> ConnectorError:
    return unanswered(method, f"{_origin(url)} took too long to answer.")


def _followed(url: str, target: str) -> str:
    """Return where a redirect leads; from https it may not lead back into the clear."""
    following = urljoin(url, target)
    parts = checked_url(following)
    if urlsplit(url).scheme == "https" and parts.scheme != "https":
        raise AddressError(
            f"{_origin(url)} sends us on to an address without https.",
            fix="Set the tracker's own base address to https.",
        )
    return following


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
