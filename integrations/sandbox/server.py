"""A real HTTP server on loopback in a thread of its own."""

from threading import Thread
from wsgiref.types import WSGIApplication

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

_HOST = "127.0.0.1"
_POLL_SECONDS = 0.02


class _Handler(WSGIRequestHandler):
    """Answers without a line in the terminal for each call."""

    timeout = 30.0

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the call log has it."""

    def send_response(self, code: int, message: str | None = None) -> None:
        """Leave the date to the tracker: its clock may be wrong."""
        self.send_response_only(code, message)

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        """Hang up: otherwise the caller waits for an answer on a connection that is kept alive."""
        del error, environ
        self.close_connection = True


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # closing waits for calls in progress, so no socket outlives a test


class LoopbackServer:
    """Serves an application on 127.0.0.1 until closed; port 0 takes a free one."""

    def __init__(self, app: WSGIApplication, port: int = 0) -> None:
        self._server = _Server(_HOST, port, app, handler=_Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,))

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        return f"http://{_HOST}:{self._server.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Finish the calls in progress, then free the port."""
        self._server.shutdown()
        self._thread.join()
