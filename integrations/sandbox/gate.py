"""What stands before a tracker's API: it counts calls, plays faults, and is down on request."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from threading import Event
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug import Request, Response

from integrations.sandbox.calls import CallLog
from integrations.sandbox.faults import Fault, FaultBook, FaultKind

_REFUSALS = (FaultKind.BEFORE, FaultKind.RATE_LIMIT)
_TOO_MANY = 429
_UNAVAILABLE = 503


class Outage(StrEnum):
    """Whether the tracker is up, and how it is down."""

    NONE = "none"
    UNAVAILABLE = "503"
    CLOSED = "closed"


class ConnectionClosedError(ConnectionError):
    """Raised into the server, which then closes the connection without a word."""


class Gate:
    """A WSGI application: programs' calls go to `respond`, people's to `show`, without faults."""

    def __init__(
        self,
        respond: Callable[[Request], Response],
        show: Callable[[Request], Response],
        is_api: Callable[[str], bool],
    ) -> None:
        self.faults = FaultBook()
        self.calls = CallLog()
        self.outage = Outage.NONE
        self._respond = respond
        self._show = show
        self._is_api = is_api
        self._closing = Event()

    def close(self) -> None:
        """Wake every call that hangs."""
        self._closing.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        with Request(environ) as request:
            return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> WSGIApplication:
        if not self._is_api(request.path):
            return self._show(request)
        status = 0
        try:
            response, is_broken = self._play(request)
            status = response.status_code
        finally:
            self.calls.add(request.method, request.path, request.args.to_dict(), status)
        return _broken(response) if is_broken else response

    def _play(self, request: Request) -> tuple[Response, bool]:
        if self.outage is Outage.CLOSED:
            raise ConnectionClosedError
        if self.outage is Outage.UNAVAILABLE:
            return Response("Service Unavailable", _UNAVAILABLE), False
        faults = self.faults.due(request.method, request.path)
        for fault in faults:
            refusal = self._before(fault)
            if refusal is not None:
                return refusal, False
        response = self._respond(request)
        for fault in faults:
            if fault.kind is FaultKind.AFTER_APPLY:
                response = _after_apply(fault)
        return response, any(fault.kind is FaultKind.HALF_BODY for fault in faults)

    def _before(self, fault: Fault) -> Response | None:
        if fault.kind in (FaultKind.DELAY, FaultKind.HANG):
            self._closing.wait(fault.seconds)
        if fault.kind in (FaultKind.DROP, FaultKind.HANG):
            raise ConnectionClosedError
        if fault.kind in _REFUSALS:
            status = fault.status or (_TOO_MANY if fault.kind is FaultKind.RATE_LIMIT else 500)
            return Response(fault.body, status, dict(fault.headers))
        return None


def _after_apply(fault: Fault) -> Response:
    if not fault.status:
        raise ConnectionClosedError
    return Response(fault.body, fault.status, dict(fault.headers))


def _broken(response: Response) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        content = b"".join(response(environ, start_response))
        yield content[: len(content) // 2]
        raise ConnectionClosedError

    return answer
