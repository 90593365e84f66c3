"""The search index, which sees a change only after the lag that tests have set."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from integrations.sandbox.clock import Clock
from integrations.sandbox.jira.model import Issue
from integrations.sandbox.store import Edit


@dataclass(frozen=True, slots=True)
class _Version:
    """An issue as it was from some moment on; None once it was deleted."""

    since: int
    issue: Issue | None


class Index:
    """Versions of issues; `lag` is in seconds of real time."""

    def __init__(self, clock: Clock) -> None:
        self.lag = 0.0
        self._clock = clock
        self._versions: dict[str, list[_Version]] = {}

    def fill(self, issues: Iterable[Issue]) -> None:
        """Know these issues as if they had always been there."""
        self._versions = {issue.id: [_Version(0, issue)] for issue in issues}

    def note(self, edits: Sequence[Edit]) -> None:
        """Learn of edits, to be seen later."""
        now = self._clock.real()
        for edit in edits:
            row = edit.after or edit.before
            if isinstance(row, Issue):
                after = edit.after if isinstance(edit.after, Issue) else None
                kept = self._seen_and_coming(row.id, now)
                self._versions[row.id] = [*kept, _Version(now, after)]

    def issues(self, at_once: Collection[str] = ()) -> list[Issue]:
        """Return the issues that search sees; the newest version of those asked for `at_once`."""
        horizon = self._clock.real() - self.lag * 1000
        found = [
            self._latest(versions, None if id_ in at_once else horizon)
            for id_, versions in self._versions.items()
        ]
        return [issue for issue in found if issue is not None]

    @staticmethod
    def _latest(versions: Sequence[_Version], horizon: float | None) -> Issue | None:
        for version in reversed(versions):
            if horizon is None or version.since <= horizon:
                return version.issue
        return None

    def _seen_and_coming(self, id_: str, now: int) -> list[_Version]:
        versions = self._versions.get(id_, [])
        horizon = now - self.lag * 1000
        old = [number for number, version in enumerate(versions) if version.since <= horizon]
        return versions[old[-1] :] if old else versions
