"""Rows: all or nothing, in memory and in the file."""

from dataclasses import dataclass

import pytest

from integrations.sandbox.store import Row, Store


@dataclass(frozen=True, slots=True)
class Note(Row):
    owner: str
    text: str

    @property
    def parent(self):
        return self.owner

    @property
    def names(self):
        return (f"note {self.id}",)


class BrokenOffError(Exception):
    """Raised in the middle of a transaction."""


@pytest.fixture
def told():
    return []


@pytest.fixture
def store(tmp_path, told):
    store = Store([Note], tmp_path / "rows.sqlite3", told.append)
    yield store
    store.close()


def break_off(store):
    with store.transaction():
        with store.transaction():
            store.put(Note("1", "b", "lost"))
            store.put(Note("2", "a", "lost"))
        store.put_blob("2", b"lost")
        raise BrokenOffError


def reopened(tmp_path):
    return Store([Note], tmp_path / "rows.sqlite3", lambda _: None)


def test_finds_rows_by_id_name_and_parent(store):
    with store.transaction():
        store.put(Note("2", "a", "two"))
        store.put(Note("10", "a", "ten"))
        store.put(Note("3", "b", "three"))

    assert store.get(Note, "3").text == "three"
    assert store.named(Note, "note 10").text == "ten"
    assert [note.id for note in store.children(Note, "a")] == ["2", "10"]
    assert [note.id for note in store.all(Note)] == ["2", "3", "10"]


def test_keeps_nothing_of_a_block_that_broke_off(store, told, tmp_path):
    with store.transaction():
        store.put(Note("1", "a", "kept"))

    with pytest.raises(BrokenOffError):
        break_off(store)

    assert [note.text for note in store.all(Note)] == ["kept"]
    assert [note.id for note in store.children(Note, "a")] == ["1"]
    assert len(told) == 1


def test_breaks_off_the_outer_block_with_the_inner_one(store):
    with pytest.raises(BrokenOffError), store.transaction():
        break_off(store)

    assert store.all(Note) == []


def test_reads_the_file_again(store, tmp_path):
    with store.transaction():
        store.put(Note("1", "a", "first"))
        store.put(Note("2", "a", "second"))
        store.put_blob("2", b"\x00bytes")
        assert store.next_number("note") == 1
    with store.transaction():
        store.delete(store.get(Note, "1"))

    again = reopened(tmp_path)

    with again.transaction():
        assert [note.text for note in again.all(Note)] == ["second"]
        assert again.blob("2") == b"\x00bytes"
        assert again.next_number("note") == 2
    again.close()


def test_tells_each_row_once_with_its_first_and_last_state(store, told):
    with store.transaction():
        store.put(Note("1", "a", "one"))

    with store.transaction():
        store.put(Note("1", "a", "two"))
        store.put(Note("1", "a", "three"))

    (edit,) = told[-1]
    assert (edit.before.text, edit.after.text) == ("one", "three")
