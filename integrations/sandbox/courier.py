"""Delivers webhooks from a thread of its own: each once, in order, never again by itself."""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

import requests

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery to make; `id` is the tracker's own for it, `is_again` marks a repeated one."""

    webhook: str
    event: str
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a parcel; status 0 where nobody answered. Times in seconds."""

    parcel: Parcel
    status: int
    at: float
    took: float


class Courier:
    """Takes parcels and delivers them."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Parcel | None] = SimpleQueue()
        self._lock = Lock()
        self._deliveries: list[Delivery] = []
        self._thread: Thread | None = None

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Take parcels; the first one starts the thread."""
        if not parcels:
            return
        if self._thread is None:
            self._thread = Thread(target=self._run)
            self._thread.start()
        for parcel in parcels:
            self._queue.put(parcel)

    def deliveries(self) -> list[Delivery]:
        """Return what was delivered, oldest first."""
        with self._lock:
            return list(self._deliveries)

    def listing(self) -> list[dict[str, Any]]:
        """Return the deliveries as JSON."""
        return [
            {"webhook": one.parcel.webhook, "event": one.parcel.event, "status": one.status}
            for one in self.deliveries()
        ]

    def close(self) -> None:
        """Deliver what is waiting, then stop."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine is no way to this machine
            while (parcel := self._queue.get()) is not None:
                done = _deliver(session, parcel)
                with self._lock:
                    self._deliveries.append(done)


def signature(secret: str, body: bytes) -> str:
    """Return what GitHub and Jira put into the header of a signed delivery."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _deliver(session: requests.Session, parcel: Parcel) -> Delivery:
    begun = time.time()
    try:
        answer = session.post(
            parcel.url,
            data=parcel.body,
            headers=dict(parcel.headers),
            timeout=_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException:
        return Delivery(parcel, 0, begun, time.time() - begun)
    return Delivery(parcel, answer.status_code, begun, time.time() - begun)
