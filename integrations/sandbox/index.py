"""The search index, which sees a change only after the lag that tests have set."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic

from integrations.sandbox.clock import Clock
from integrations.sandbox.store import Edit, R


@dataclass(frozen=True, slots=True)
class _Version(Generic[R]):
    """An item as it was from some moment on; None once it was deleted."""

    since: int
    item: R | None


class Index(Generic[R]):
    """Versions of one kind of row; `lag` is in seconds of real time."""

    def __init__(self, kind: type[R], clock: Clock) -> None:
        self.lag = 0.0
        self._kind = kind
        self._clock = clock
        self._versions: dict[str, list[_Version[R]]] = {}

    def fill(self, items: Iterable[R]) -> None:
        """Know these items as if they had always been there."""
        self._versions = {item.id: [_Version(0, item)] for item in items}

    def note(self, edits: Sequence[Edit]) -> None:
        """Learn of edits, to be seen later."""
        now = self._clock.real()
        for edit in edits:
            row = edit.after or edit.before
            if isinstance(row, self._kind):
                after = edit.after if isinstance(edit.after, self._kind) else None
                kept = self._seen_and_coming(row.id, now)
                self._versions[row.id] = [*kept, _Version(now, after)]

    def items(self, at_once: Collection[str] = ()) -> list[R]:
        """Return the items that search sees; the newest version of those asked for `at_once`."""
        horizon = self._clock.real() - self.lag * 1000
        found = [
            self._latest(versions, None if id_ in at_once else horizon)
            for id_, versions in self._versions.items()
        ]
        return [item for item in found if item is not None]

    @staticmethod
    def _latest(versions: Sequence[_Version[R]], horizon: float | None) -> R | None:
        for version in reversed(versions):
            if horizon is None or version.since <= horizon:
                return version.item
        return None

    def _seen_and_coming(self, id_: str, now: int) -> list[_Version[R]]:
        versions = self._versions.get(id_, [])
        horizon = now - self.lag * 1000
        old = [number for number, version in enumerate(versions) if version.since <= horizon]
        return versions[old[-1] :] if old else versions
