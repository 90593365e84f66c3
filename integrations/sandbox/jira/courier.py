"""Delivers webhooks from a thread of its own, signed as Cloud signs them."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread

import requests

from integrations.sandbox.jira.model import Json, Webhook

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Event:
    """One delivery to make."""

    webhook: Webhook
    payload: Json


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an event; status 0 where nobody answered."""

    webhook: str
    event: str
    status: int


class Courier:
    """Takes events and delivers each once, in order."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        self._lock = Lock()
        self._deliveries: list[Delivery] = []
        self._thread: Thread | None = None

    def send(self, events: Sequence[Event]) -> None:
        """Take events; the first one starts the thread."""
        if not events:
            return
        if self._thread is None:
            self._thread = Thread(target=self._run)
            self._thread.start()
        for event in events:
            self._queue.put(event)

    def deliveries(self) -> list[Delivery]:
        """Return what was delivered, oldest first."""
        with self._lock:
            return list(self._deliveries)

    def close(self) -> None:
        """Deliver what is waiting, then stop."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        with requests.Session() as session:
            while (event := self._queue.get()) is not None:
                status = _deliver(session, event)
                done = Delivery(event.webhook.id, event.payload["webhookEvent"], status)
                with self._lock:
                    self._deliveries.append(done)


def _deliver(session: requests.Session, event: Event) -> int:
    body = b"" if event.webhook.exclude_body else json.dumps(event.payload).encode()
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
        "X-Atlassian-Webhook-Identifier": str(uuid.uuid4()),
        "X-Atlassian-Webhook-Flow": "Primary",
    }
    if event.webhook.secret:
        digest = hmac.new(event.webhook.secret.encode(), body, hashlib.sha256).hexdigest()
        headers["X-Hub-Signature"] = f"sha256={digest}"
    try:
        answer = session.post(
            event.webhook.url, data=body, headers=headers, timeout=_TIMEOUT_SECONDS
        )
    except requests.RequestException:
        return 0
    return answer.status_code
