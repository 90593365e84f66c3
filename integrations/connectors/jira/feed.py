"""The cursor of changes: a place in the order of change, on the tracker's own clock.

A sweep walks forward by time, not by page number: an issue touched meanwhile is seen twice, never
missed. The next sweep begins a little earlier than the last one ended, because search lags.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from integrations.connectors.jira.endpoints import Found
from integrations.connectors.jira.times import millis, moment

OVERLAP = 5 * 60 * 1000
"""How far search may lag behind a write, in milliseconds."""
LONGEST_LAG = 30 * 60 * 1000
"""How long the last changes are read again when nothing follows them."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """All in milliseconds: where we are, the last change seen, when we and the sweep began."""

    at: int
    last: int
    start: int
    began: int | None = None
    token: str | None = None

    @classmethod
    def now(cls, server_now: datetime) -> Self:
        """Begin at the present moment."""
        now = millis(server_now)
        return cls(at=now, last=now, start=now)

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        """Read what `dump` gave."""
        return cls(**document)

    def dump(self) -> dict[str, Any]:
        """Return JSON."""
        return asdict(self)

    def after(self, found: Found, server_now: datetime) -> Self:
        """Return where to read on after a page."""
        began = self.began or millis(server_now)
        last = max([self.last, *_times(found.issues)])
        if found.token is None:
            return replace(self, at=self._restart(began, last), last=last, began=None, token=None)
        reached = max([self.at, *_times(found.issues)])
        # A whole page of one millisecond, as bulk changes leave: only the token leads on.
        token = found.token if reached == self.at else None
        return replace(self, at=reached, last=last, began=began, token=token)

    def _restart(self, began: int, last: int) -> int:
        at = max(min(began, last) - OVERLAP, began - LONGEST_LAG)
        return max(at, self.start) if self.start <= began else at


def _times(issues: Sequence[Mapping[str, Any]]) -> list[int]:
    return [millis(moment(issue["fields"]["updated"])) for issue in issues]
