"""A loopback server that plays scripts: each connection gets the next behaviour."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from typing import Self

Behaviour = Callable[[socket.socket], None]


def says(data: bytes) -> Behaviour:
    """Read a request, answer these bytes, close."""

    def behave(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(data)

    return behave


def answers(status: str, body: bytes = b"{}", **headers: str) -> Behaviour:
    """Read a request and give a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    named = {"Content_Type": "application/json", **headers}
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return says("\r\n".join([*lines, "", ""]).encode() + body)


def resets(connection: socket.socket) -> None:
    """Read a request and break the connection off without a word."""
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def sleeps(connection: socket.socket) -> None:
    """Read a request and say nothing until the client gives up."""
    read_request(connection)
    connection.settimeout(5)
    connection.recv(1)


def dribbles(connection: socket.socket) -> None:
    """Answer a body byte by byte, without end."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        connection.sendall(b" ")
        time.sleep(0.02)


def never_ends_its_head(connection: socket.socket) -> None:
    """Answer one header after another."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        connection.sendall(b"X-Y: z\r\n")
        time.sleep(0.1)


def floods(connection: socket.socket) -> None:
    """Answer a body without end as fast as it is read."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        connection.sendall(b" " * 65536)


def read_request(connection: socket.socket) -> bytes:
    """Read head and body, the latter by Content-Length or in chunks."""
    connection.settimeout(5)
    data = b""
    while b"\r\n\r\n" not in data:
        data += _received(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if lines.get(b"transfer-encoding") == b"chunked":
        while not body.endswith(b"0\r\n\r\n"):
            body += _received(connection)
    while len(body) < int(lines.get(b"content-length", b"0")):
        body += _received(connection)
    return head + b"\r\n\r\n" + body


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the client left")
    return data


class ScriptedServer:
    """Plays one behaviour per connection, in order; further connections are closed at once."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours: Sequence[Behaviour] = behaviours
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.port = self._listener.getsockname()[1]
        self.connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        for behave in self._behaviours:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    behave(connection)
                except OSError:
                    continue

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)
