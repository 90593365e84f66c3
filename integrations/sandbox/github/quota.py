"""Rate limits: so many calls an hour, so many searches a minute, so many new things a minute.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from integrations.sandbox.clock import Clock
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import GitHubError
from integrations.sandbox.github.model import Json

_WINDOWS = {"core": 3600, "search": 60}
_CONTENT_SECONDS = 60
_ANONYMOUS_LIMIT = 60
_TOO_MANY = "API rate limit exceeded for user ID {}."
_TOO_FAST = (
    "You have exceeded a secondary rate limit and have been temporarily blocked from content "
    "creation. Please retry your request again later."
)


@dataclass(slots=True)
class _Window:
    """What was used since a window began; times in seconds."""

    reset: int
    used: int = 0


class Quota:
    """Counts by account. All limits can be set; a `content_limit` of 0 is none."""

    def __init__(self, clock: Clock) -> None:
        self.limits = {"core": 5000, "search": 30}
        self.content_limit = 80
        self.refusal = 403
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[tuple[int, str], _Window] = {}
        self._created: dict[int, deque[int]] = {}

    def require(self, who: Account, resource: str) -> None:
        """Refuse a call where the window is used up."""
        with self._lock:
            window = self._window(who, resource)
            if window.used >= self._limit(who, resource):
                raise GitHubError(self.refusal, _TOO_MANY.format(who.id))

    def spend(self, who: Account, resource: str) -> None:
        """Count a call."""
        with self._lock:
            self._window(who, resource).used += 1

    def create(self, who: Account) -> None:
        """Count a new issue or comment; too many in a minute are refused for a while."""
        if not self.content_limit:
            return
        with self._lock:
            now = self._now()
            recent = self._created.setdefault(who.id, deque())
            while recent and recent[0] <= now - _CONTENT_SECONDS:
                recent.popleft()
            if len(recent) >= self.content_limit:
                raise GitHubError(403, _TOO_FAST, headers={"Retry-After": str(_CONTENT_SECONDS)})
            recent.append(now)

    def headers(self, who: Account, resource: str) -> Mapping[str, str]:
        """Return what every answer tells of the limit."""
        shown = self.overview(who)[resource]
        return {
            **{f"X-RateLimit-{name.title()}": str(value) for name, value in shown.items()},
            "X-RateLimit-Resource": resource,
        }

    def overview(self, who: Account) -> Json:
        """Return all windows of an account."""
        with self._lock:
            return {resource: self._shown(who, resource) for resource in self.limits}

    def forget(self) -> None:
        """Begin all windows anew."""
        with self._lock:
            self._windows, self._created = {}, {}

    def _shown(self, who: Account, resource: str) -> Json:
        window, limit = self._window(who, resource), self._limit(who, resource)
        used = min(window.used, limit)
        return {"limit": limit, "remaining": limit - used, "reset": window.reset, "used": used}

    def _window(self, who: Account, resource: str) -> _Window:
        now = self._now()
        found = self._windows.get((who.id, resource))
        ends = now + _WINDOWS[resource]
        if found is None or not now < found.reset <= ends:
            found = self._windows[who.id, resource] = _Window(ends)
        return found

    def _limit(self, who: Account, resource: str) -> int:
        limit = self.limits[resource]
        return limit if who.id else min(limit, _ANONYMOUS_LIMIT)

    def _now(self) -> int:
        return self._clock.now() // 1000
