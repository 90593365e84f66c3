"""The calls that a tracker received, so that tests can count them; secrets are left out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

_SECRET_PARAMETERS = ("token",)


@dataclass(frozen=True, slots=True)
class Call:
    """One call; status 0 where no answer was sent."""

    method: str
    path: str
    query: Mapping[str, str]
    status: int


class CallLog:
    """The calls since it was last cleared."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: list[Call] = []

    def add(self, method: str, path: str, query: Mapping[str, str], status: int) -> None:
        """Note a call."""
        shown = {name: value for name, value in query.items() if name not in _SECRET_PARAMETERS}
        with self._lock:
            self._calls.append(Call(method, path, shown, status))

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls = []

    def all(self) -> list[Call]:
        """Return the calls, oldest first."""
        with self._lock:
            return list(self._calls)

    def listing(self) -> list[dict[str, Any]]:
        """Return the calls as JSON."""
        return [asdict(call) for call in self.all()]
