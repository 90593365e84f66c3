"""The socket side of the one door: each connection resolves once and opens only where it may."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import DefaultCookiePolicy
from threading import Event, Timer
from typing import Any
from weakref import WeakSet

from requests import Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from integrations.base.addresses import Answer, resolve

MAX_ADDRESSES = 4


class Guard:
    """Opens the sockets of one client, to where it may, and hangs up when its time is over."""

    def __init__(self, *, is_private_allowed: bool = False) -> None:
        self.is_private_allowed = is_private_allowed
        self._connections: WeakSet[HTTPConnection] = WeakSet()

    @contextmanager
    def hanging_up_after(self, seconds: float) -> Iterator[Event]:
        """Break off what still runs then; the event tells that this happened.

        Timeouts of sockets are not enough: each byte of an endless head starts them anew.
        """
        is_over = Event()
        timer = Timer(seconds, self._hang_up, [is_over])
        timer.daemon = True
        timer.start()
        try:
            yield is_over
        finally:
            timer.cancel()

    def _hang_up(self, is_over: Event) -> None:
        is_over.set()
        for connection in list(self._connections):
            if connection.sock is not None:
                with suppress(OSError):
                    # The plain shutdown, under TLS as well: the other thread reads the end.
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """Connect to one of the addresses just checked, never to the name again."""
        try:
            answers = resolve(
                connection.host, connection.port, is_private_allowed=self.is_private_allowed
            )
        except (socket.gaierror, UnicodeError) as error:
            failure = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(connection.host, connection, failure) from error
        self._connections.add(connection)
        problem = OSError("no address")
        for answer in answers[:MAX_ADDRESSES]:
            try:
                return _open(answer, connection)
            except OSError as error:
                problem = error
        if isinstance(problem, TimeoutError):
            raise ConnectTimeoutError(connection, "connect timeout") from problem
        raise NewConnectionError(connection, str(problem)) from problem


def _open(answer: Answer, connection: HTTPConnection) -> socket.socket:
    family, kind, protocol, _, address = answer
    opened = socket.socket(family, kind, protocol)
    try:
        for option in connection.socket_options or ():
            opened.setsockopt(*option)
        opened.settimeout(connection.timeout)
        opened.connect(address)
    except OSError:
        opened.close()
        raise
    return opened


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(self)

        def connect(self) -> None:
            # The system's store too: on-premise trackers often have a company's own authority.
            self.ssl_context = self.ssl_context or ssl.create_default_context()
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class GuardedAdapter(HTTPAdapter):
    """Sends over guarded connections; host name, port and TLS name stay the URL's own."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools open guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)


class _Session(Session):
    """Keeps no cookies (a token is all we are) and leaves redirects to `ApiClient`."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["User-Agent"] = "testmgmt"
        self.adapters.clear()
        adapter = GuardedAdapter(guard)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: Response) -> None:
        # Otherwise requests would read the redirect's body, however long, and prepare the next hop.
        del resp


def guarded_session(guard: Guard) -> Session:
    """Return a session that ignores proxies and .netrc and has no other way out."""
    return _Session(guard)
