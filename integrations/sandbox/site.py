"""What every tracker's site is: rows, clock, search index and courier, and work in one piece."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic

from werkzeug.http import http_date

from integrations.sandbox.clock import Clock
from integrations.sandbox.courier import Courier, Parcel
from integrations.sandbox.index import Index
from integrations.sandbox.store import Edit, R, Row, Store


class TrackerSite(Generic[R]):
    """One site that keeps rows of these kinds. All that reads or writes it runs inside `work`.

    `item` is the kind that search finds; `base_url` is set once an address is known.
    """

    def __init__(self, kinds: Sequence[type[Row]], item: type[R], path: Path | None) -> None:
        self.clock = Clock()
        self.base_url = ""
        self.index = Index(item, self.clock)
        self.courier = Courier()
        self._parcels: list[Parcel] = []
        self.store = Store(kinds, path, self._committed)
        with self.work():
            self.begin()
            self.index.fill(self.store.all(item))

    def begin(self) -> None:
        """Put in place what a site has from its first day; done at every start and reset."""

    def close(self) -> None:
        """Stop the courier and let go of the file."""
        self.courier.close()
        self.store.close()

    @contextmanager
    def work(self) -> Iterator[None]:
        """Do all of the block or nothing, alone; what it announces leaves afterwards."""
        with self.store.transaction():
            try:
                yield
            except BaseException:
                self._parcels = []
                raise

    def reset(self) -> None:
        """Forget everything, and begin as a new site."""
        with self.work():
            self.store.clear()
            self.begin()

    def http_date(self) -> str:
        """Return the clock's time for the Date header."""
        return http_date(self.clock.now() / 1000)

    def announce(self, parcel: Parcel) -> None:
        """Tell a webhook once the work is kept."""
        self._parcels.append(parcel)

    def _committed(self, edits: Sequence[Edit]) -> None:
        self.index.note(edits)
        parcels, self._parcels = self._parcels, []
        self.courier.send(parcels)
