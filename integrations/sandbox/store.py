"""Rows in memory, written through to one SQLite file so that a crash leaves all or nothing."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import RLock
from typing import TypeVar, cast

_SCHEMA = """
CREATE TABLE IF NOT EXISTS row (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
);
CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is kept; rows never change, they are replaced."""

    id: str

    @property
    def parent(self) -> str:
        """Return the id of the row that this one belongs to."""
        return ""

    @property
    def names(self) -> Sequence[str]:
        """Return other unique names under which the row is found."""
        return ()


@dataclass(frozen=True, slots=True)
class Counter(Row):
    """The last number given out under a name."""

    value: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What a transaction did to one row; None where there is no row."""

    before: Row | None
    after: Row | None


@dataclass(slots=True)
class _Table:
    rows: dict[str, Row] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_parent: dict[str, dict[str, None]] = field(default_factory=dict)

    def replace(self, edit: Edit) -> None:
        if edit.before is not None:
            self._forget(edit.before)
        if edit.after is not None:
            self._learn(edit.after)

    def _learn(self, row: Row) -> None:
        self.rows[row.id] = row
        self.by_name.update(dict.fromkeys(row.names, row.id))
        self.by_parent.setdefault(row.parent, {})[row.id] = None

    def _forget(self, row: Row) -> None:
        del self.rows[row.id]
        for name in row.names:
            self.by_name.pop(name, None)
        self.by_parent[row.parent].pop(row.id, None)


R = TypeVar("R", bound=Row)


def _age(id_: str) -> tuple[int, str]:
    """Return what ids sort by, oldest first: they are numbers that count up."""
    return len(id_), id_


class Store:
    """All rows of one tracker. Every use happens inside `transaction`, one at a time.

    `on_commit` is told all edits once they are kept, before anybody else may look.
    """

    def __init__(
        self,
        kinds: Sequence[type[Row]],
        path: Path | None,
        on_commit: Callable[[Sequence[Edit]], None],
    ) -> None:
        self._on_commit = on_commit
        self._lock = RLock()
        self._depth = 0
        self._edits: dict[tuple[type[Row], str], Edit] = {}
        self._blobs: list[tuple[str, bytes]] = []
        self._kinds = {kind.__name__: kind for kind in (*kinds, Counter)}
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)
        self._tables = self._load()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all edits of the block or none; an inner block belongs to the outer one."""
        with self._lock:
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._commit()
            except BaseException:
                self._undo()
                raise
            finally:
                self._depth -= 1

    def get(self, kind: type[R], id_: str) -> R | None:
        """Return the row with that id."""
        return cast("R | None", self._tables[kind].rows.get(id_))

    def named(self, kind: type[R], name: str) -> R | None:
        """Return the row with that other name."""
        return self.get(kind, self._tables[kind].by_name.get(name, ""))

    def all(self, kind: type[R]) -> list[R]:
        """Return the rows of a kind, oldest first."""
        rows = self._tables[kind].rows
        return cast("list[R]", [rows[id_] for id_ in sorted(rows, key=_age)])

    def children(self, kind: type[R], parent: str) -> list[R]:
        """Return the rows that belong to another, in the order of their ids."""
        table = self._tables[kind]
        ids = sorted(table.by_parent.get(parent, ()), key=_age)
        return cast("list[R]", [table.rows[id_] for id_ in ids])

    def put(self, row: Row) -> None:
        """Keep a row, in place of the one with its id."""
        self._edit(type(row), row.id, row)

    def delete(self, row: Row) -> None:
        """Forget a row."""
        self._edit(type(row), row.id, None)

    def next_number(self, name: str, first: int = 1) -> int:
        """Give out the next number under a name."""
        last = self.get(Counter, name)
        number = first if last is None else last.value + 1
        self.put(Counter(id=name, value=number))
        return number

    def put_blob(self, id_: str, content: bytes) -> None:
        """Keep bytes that belong to the transaction."""
        self._blobs.append((id_, content))

    def blob(self, id_: str) -> bytes:
        """Return bytes kept by an earlier transaction."""
        found = self._db.execute("SELECT content FROM blob WHERE id = ?", (id_,)).fetchone()
        return cast("bytes", found[0])

    def clear(self) -> None:
        """Forget everything."""
        for table in self._tables.values():
            for row in list(table.rows.values()):
                self.delete(row)

    def _edit(self, kind: type[Row], id_: str, after: Row | None) -> None:
        before = self._tables[kind].rows.get(id_)
        self._tables[kind].replace(Edit(before, after))
        first = self._edits.get((kind, id_))
        self._edits[kind, id_] = Edit(before if first is None else first.before, after)

    def _commit(self) -> None:
        with self._db:
            for (kind, id_), edit in self._edits.items():
                self._write_row(kind.__name__, id_, edit.after)
            self._db.executemany("INSERT OR REPLACE INTO blob VALUES (?, ?)", self._blobs)
        edits = list(self._edits.values())
        self._edits, self._blobs = {}, []
        self._on_commit(edits)

    def _write_row(self, kind: str, id_: str, row: Row | None) -> None:
        if row is None:
            self._db.execute("DELETE FROM row WHERE kind = ? AND id = ?", (kind, id_))
            return
        body = json.dumps(asdict(row), ensure_ascii=False)
        self._db.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", (kind, id_, body))

    def _undo(self) -> None:
        for (kind, _), edit in self._edits.items():
            self._tables[kind].replace(Edit(edit.after, edit.before))
        self._edits, self._blobs = {}, []

    def _load(self) -> dict[type[Row], _Table]:
        tables = {kind: _Table() for kind in self._kinds.values()}
        for kind_name, body in self._db.execute("SELECT kind, body FROM row ORDER BY rowid"):
            kind = self._kinds[kind_name]
            tables[kind].replace(Edit(None, kind(**json.loads(body))))
        return tables
