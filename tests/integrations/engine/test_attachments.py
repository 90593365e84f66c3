"""Files are copied once, known by their bytes, and left out aloud."""

from dataclasses import replace

from integrations.connectors.memory.connector import MemoryConnector
from integrations.engine.ports import Result
from integrations.engine.state import FileCopyState
from tests.integrations.engine.test_schedules import linked, one


def files(world, side):
    return sorted(file.name for file in one(world, side).attachments.values())


def states(world):
    [link] = world.links.values()
    return sorted(file.state for file in link.files.values())


def attached(world, name="log.txt", content=b"a log", side="a"):
    world.person(side).attach(one(world, side).id, name, "text/plain", content)
    world.settle()


def test_the_same_bytes_are_copied_once_whatever_their_name():
    world = linked()
    attached(world)
    attached(world, name="the same again.txt")

    assert files(world, "b") == ["log.txt"]
    assert states(world) == [FileCopyState.OK, FileCopyState.SKIPPED]


def test_other_bytes_of_the_same_name_are_another_file():
    world = linked()
    attached(world)
    attached(world, content=b"another log")

    assert files(world, "b") == ["log.txt", "log.txt"]


def test_a_copy_never_comes_back():
    world = linked()
    attached(world)
    attached(world, name="shot.png", content=b"a picture", side="b")
    world.settle()

    assert files(world, "a") == files(world, "b") == ["log.txt", "shot.png"]


def test_a_file_that_was_deleted_here_stays_there():
    world = linked()
    attached(world)
    one(world, "a").attachments.clear()
    one(world, "a").rev += 1
    world.settle()

    assert files(world, "b") == ["log.txt"]
    assert states(world) == [FileCopyState.DELETED]


def test_a_damaged_copy_is_told(monkeypatch):
    upload = MemoryConnector.upload

    def damaging(self, *arguments):
        made = upload(self, *arguments)
        return replace(made, size=made.size - 1)

    monkeypatch.setattr(MemoryConnector, "upload", damaging)
    world = linked()
    attached(world)

    [entry] = [one for one in world.log if one.result is Result.FAILED]
    assert entry.message == "A file was damaged. The copy has 4 bytes instead of 5."


def test_a_full_item_takes_no_more_files_and_says_so(monkeypatch):
    caps = replace(MemoryConnector.caps, max_attachments=1)
    monkeypatch.setattr(MemoryConnector, "caps", caps)
    world = linked()
    attached(world)
    attached(world, content=b"one too many")

    assert len(files(world, "b")) == 1
    [said] = [comment.body.md for comment in one(world, "b").comments]
    assert said.endswith("takes at most 1 files for one item.")
