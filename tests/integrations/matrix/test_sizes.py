"""Row 21: very large items take bounded memory and a bounded number of calls."""

import tracemalloc
from contextlib import contextmanager
from hashlib import sha256
from io import RawIOBase

import pytest

from integrations.base.items import Attachment, Rich
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import SCHEMA
from integrations.engine.rules import default_document
from integrations.engine.state import FileCopyState
from tests.integrations.engine import world as worlds
from tests.integrations.engine.test_schedules import linked, one
from tests.integrations.engine.world import World
from tests.integrations.matrix.hands import hinted, link_of, minutes

MEBI = 1024 * 1024


class Zeros(RawIOBase):
    """A file of zeros that is never in memory as a whole."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        taken = min(self.left, MEBI if size < 0 else size)
        self.left -= taken
        return bytes(taken)


class Streaming(MemoryConnector):
    """A memory tracker whose files only exist while they are read."""

    @contextmanager
    def open(self, ref, attachment):
        yield Zeros(attachment.size)

    def upload(self, ref, name, mime, stream):
        digest, size = sha256(), 0
        while piece := stream.read(MEBI):
            digest.update(piece)
            size += len(piece)
        made = Attachment(
            f"copy of {name}", name, size, mime, self.tracker.now(), digest.hexdigest()
        )
        self.tracker.record(ref.id).attachments[made.id] = made
        return made


@contextmanager
def at_most(mebibytes: float):
    """Hold that what happens inside needs no more memory than this at any moment."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < mebibytes * MEBI, f"{peak / MEBI:.1f} MiB"


def big_file_world(monkeypatch, mebibytes: int) -> World:
    monkeypatch.setattr(worlds, "MemoryConnector", Streaming)
    document = default_document(SCHEMA, SCHEMA)
    world = linked(document={**document, "attachments": {"max_mb": 1000}})
    source = one(world, "a")
    file = Attachment("f1", "dump.bin", mebibytes * MEBI, "application/octet-stream", world.now())
    source.attachments[file.id] = file
    source.rev += 1
    return world


@pytest.mark.parametrize("mebibytes", [40, pytest.param(500, marks=pytest.mark.full)])
def test_row_21_a_big_file_is_streamed(monkeypatch, mebibytes):
    world = big_file_world(monkeypatch, mebibytes)

    with at_most(25):
        world.settle()

    [copy] = one(world, "b").attachments.values()
    assert copy.size == mebibytes * MEBI
    [link] = world.links.values()
    assert [file.state for file in link.files.values()] == [FileCopyState.OK]


def test_row_21_a_file_that_is_too_big_is_left_out_aloud(linked):
    linked.b.files["f1"] = b""
    file = Attachment("f1", "dump.bin", 500 * MEBI, "application/octet-stream", linked.a.now())
    linked.a.records["1"].attachments["f1"] = file
    linked.a.edit("1", {"status": "Doing"})

    with at_most(25):
        minutes(linked, 2)

    assert linked.b.records["1"].attachments == {}
    [said] = [comment.body.md for comment in linked.b.records["1"].comments]
    assert said == "The file “dump.bin” stays there: it has 500 MiB and at most 25 MiB are copied."
    assert "A file of" in " ".join(linked.log())


@pytest.mark.parametrize("number", [500, pytest.param(10_000, marks=pytest.mark.full)])
def test_row_21_very_many_comments_are_copied_once_each(number):
    world = linked()
    item = one(world, "a")
    for index in range(number):
        world.trackers["a"].comment(item.id, f"Comment {index}")

    with at_most(10 + number / 100):
        world.settle()
    calls = world.trackers["b"].calls.count("add_comment")
    world.settle()

    assert calls == number
    assert world.trackers["b"].calls.count("add_comment") == number
    assert len(one(world, "b").comments) == number


def test_row_21_five_thousand_labels_and_a_megabyte_of_text(both):
    link_of(both)
    labels = frozenset(f"label-{number}" for number in range(5_000))
    text = "A line of text that says something.\n\n" * 27_000
    both.a.edit("1", {"labels": labels, "description": Rich(text)})
    hinted(both)

    with at_most(80):
        minutes(both, 1)
    issue = both.b.records["1"]
    assert issue.fields["labels"] == labels
    assert issue.fields["description"].md.strip() == text.strip()

    both.b.edit("1", {"labels": labels - {"label-7"} | {"new"}})
    minutes(both, 1)
    assert both.a.records["1"].fields["labels"] == labels - {"label-7"} | {"new"}
