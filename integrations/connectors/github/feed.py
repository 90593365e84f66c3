"""The cursor of changes: how far we read issues and comments, on GitHub's own clock.

Each of the two is looked at by one call that costs nothing where nothing is new. Only then a sweep
walks forward by time, not by page: what is touched meanwhile is seen twice, never missed. The next
sweep begins a little earlier than the last one ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from integrations.connectors.github.times import moment, written

OVERLAP = timedelta(minutes=2)
ISSUES, COMMENTS = "issues", "issues/comments"


@dataclass(frozen=True, slots=True)
class Sweep:
    """One of the two lists. `etag` is that of its newest row, `began` is empty between sweeps."""

    since: str
    last: str
    etag: str = ""
    began: str = ""
    link: str = ""

    def begin(self, etag: str, server_now: datetime) -> Self:
        """Set out, because the newest row is another one than the last time."""
        return replace(self, etag=etag, began=written(server_now))

    def after(self, times: Sequence[str], link: str, start: str) -> Self:
        """Return where to read on after a page; `link` leads to the next one, empty on the last."""
        last = max([self.last, *times])
        if not link:
            back = written(moment(min(self.began, last)) - OVERLAP)
            return replace(self, since=max(back, start), last=last, began="", link="")
        reached = max([self.since, *times])
        # A whole page of one second, as bulk changes leave: only the link leads on.
        return replace(self, since=reached, last=last, link=link if reached == self.since else "")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Both sweeps, when we began at all, and the issues that this poll has given already."""

    start: str
    issues: Sweep
    comments: Sweep
    told: list[int] = field(default_factory=list)

    @classmethod
    def now(cls, server_now: datetime) -> Self:
        """Begin at the present moment; not all clocks of a site agree to the second."""
        at = written(server_now - timedelta(seconds=1))
        return cls(at, Sweep(at, at), Sweep(at, at))

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        """Read what `dump` gave."""
        sweeps = {name: Sweep(**document[name]) for name in ("issues", "comments")}
        return cls(**{**document, **sweeps})

    def dump(self) -> dict[str, Any]:
        """Return JSON."""
        return asdict(self)

    @property
    def is_reading(self) -> bool:
        """Whether a sweep is under way."""
        return bool(self.issues.began or self.comments.began)

    def read(self, kind: str, sweep: Sweep, told: Sequence[int] = ()) -> Self:
        """Return the cursor after a page of issues or of comments."""
        issues, comments = (sweep, self.comments) if kind == ISSUES else (self.issues, sweep)
        numbers = sorted({*self.told, *told})
        moved = replace(self, issues=issues, comments=comments, told=numbers)
        return moved if moved.is_reading else replace(moved, told=[])
