"""Two memory trackers in a process of their own, so that they outlive a killed worker."""

import threading
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from typing import Any
from uuid import UUID, uuid4

from integrations.base.config import SystemConfig
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import MemoryTracker, install

AUTHKEY = b"for these tests only"
TRACKER = UUID(int=42)


class Outside:
    """Both ends of a connection; a worker calls them over a socket."""

    def __init__(self) -> None:
        self.tracker, self.platform = self._connector(TRACKER), self._connector(uuid4())
        self.platform.tracker.add({"title": "Login fails"})
        self.reached, self.released = threading.Event(), threading.Event()

    def call(self, system: UUID, method: str, *arguments: Any) -> Any:
        """Do what a worker asks one of the ends to do."""
        connector = self.tracker if system == TRACKER else self.platform
        return getattr(connector, method)(*arguments)

    def hold_at(self, call: str) -> None:
        """Hold the answer of a call that the tracker has carried out."""

        def hook(name: str, moment: str) -> None:
            if (name, moment) == (call, "applied"):
                self.reached.set()
                self.released.wait(30)

        self.tracker.tracker.hook = hook

    def wait_until_held(self) -> bool:
        return self.reached.wait(30)

    def release(self) -> None:
        self.tracker.tracker.hook = None
        self.released.set()

    def issues(self) -> int:
        return len(self.tracker.tracker.records)

    def calls(self, name: str) -> int:
        return self.tracker.tracker.calls.count(name)

    def _connector(self, system: UUID) -> MemoryConnector:
        install(system, MemoryTracker())
        return MemoryConnector(SystemConfig(system, "https://memory.example", {}))


_OUTSIDE: list[Outside] = []


def the_outside() -> Outside:
    """Return the one outside of the serving process."""
    if not _OUTSIDE:
        _OUTSIDE.append(Outside())
    return _OUTSIDE[0]


class Door(BaseManager):
    """The way to the process that holds the trackers."""


Door.register("outside", the_outside)


def serve() -> Door:
    """Start the process; the caller shuts it down."""
    door = Door(("127.0.0.1", 0), AUTHKEY, ctx=get_context("spawn"))
    door.start()
    return door
