"""Files, copied both ways: streamed, known by a keyed digest, copied once or left out aloud."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from integrations.base.errors import GoneError, RetryableError, SkippableError
from integrations.base.items import Attachment, NewComment, Person, Rich
from integrations.engine.markers import comment_marker
from integrations.engine.ports import Entry, Result
from integrations.engine.run import Items, Run
from integrations.engine.state import SIDES, FileCopyState, FileState, Side, other

IN_MEMORY = 8 * 1024 * 1024
"""A file up to this many bytes is held in memory, a larger one on the disk."""
PIECE = 256 * 1024
DEADLINE = timedelta(seconds=60)
"""An upload whose worker died is over by then; a living one renews its lease as it goes."""
BEAT = timedelta(seconds=30)
_MEBI = 1024 * 1024


def sync_attachments(run: Run, items: Items) -> datetime | None:
    """Copy new files both ways; say when to look again, if at all."""
    if any(items[side].attachments is None for side in SIDES):
        return None
    due: list[datetime] = []
    for side in SIDES:
        due += _Copier(run, items, side).resume()
    for side in SIDES:
        is_writable = run.place(other(side)).connector.caps.is_writable
        if is_writable and side in run.engine.rules.attachments.senders & run.engine.senders:
            _Copier(run, items, side).copy()
    return min(due, default=None)


class FileGoneError(Exception):
    """The file was deleted while we were about to read it."""


@dataclass(slots=True)
class _Fetched:
    """A file on its way: its bytes, their keyed digest and their number."""

    stream: IO[bytes]
    digest: str
    size: int


class _Copier:
    """Carries the files of one side over to the other."""

    def __init__(self, run: Run, items: Items, side: Side) -> None:
        self.run = run
        self.side: Side = side
        self.target: Side = other(side)
        self.item = items[side]
        self.here = {file.id: file for file in items[side].attachments or ()}
        self.there = {file.id: file for file in items[self.target].attachments or ()}

    # -- what was begun

    def resume(self) -> list[datetime]:
        """Finish interrupted copies: look first, and repeat only once the request is over."""
        waiting = []
        for state in self._states():
            if state.state is not FileCopyState.SENDING:
                continue
            over_at = (state.sent_at or self.run.engine.now()) + DEADLINE
            found = self._copy_there(state)
            if found is not None:
                self._made(state, found, "Found the copy of a file")
            elif self.run.engine.now() < over_at:
                waiting.append(over_at)
            else:
                self._drop(state)
        return waiting

    def _copy_there(self, state: FileState) -> Attachment | None:
        """Look for our copy among the files of its size that nobody else put there."""
        known = self._ids_on(self.target)
        for file in self.there.values():
            if file.id in known or file.size != state.size:
                continue
            with self._fetched(self.target, file) as fetched:
                if fetched.digest == state.digest:
                    return file
        return None

    # -- what is new

    def copy(self) -> None:
        """Copy every file that is new here; one that is gone here stays there."""
        known = self._ids_on(self.side)
        for file in sorted(self.here.values(), key=lambda one: (one.created_at, one.id)):
            if file.id not in known:
                self._begin(file)
        for state in self._states():
            if state.origin_id not in self.here and state.state is not FileCopyState.DELETED:
                self._save(replace(state, state=FileCopyState.DELETED))

    def _begin(self, file: Attachment) -> None:
        reason = self._refusal(file)
        if reason:
            self._skip(FileState(self.side, file.id, "", file.size), file, reason)
            return
        try:
            with self._fetched(self.side, file) as fetched:
                self._send(file, fetched)
        except FileGoneError:
            return

    def _send(self, file: Attachment, fetched: _Fetched) -> None:
        state = FileState(
            self.side, file.id, fetched.digest, fetched.size, sent_at=self.run.engine.now()
        )
        if self._is_known(fetched.digest):
            self._save(replace(state, state=FileCopyState.SKIPPED, reason="It is there already."))
            return
        self._save(state)
        self.run.guard()
        stream = cast("BinaryIO", _Guarded(fetched.stream, self.run))
        connector = self.run.place(self.target).connector
        try:
            copy = connector.upload(self.run.ref(self.target), file.name, file.mime, stream)
        except RetryableError:
            self._drop(state)
            raise
        except SkippableError as error:
            self._skip(state, file, str(error))
            return
        self._made(state, copy, "Copied a file")

    def _refusal(self, file: Attachment) -> str:
        """Say why a file cannot be copied, empty where it can."""
        place = self.run.place(self.target)
        caps, limit = place.connector.caps, self.run.engine.rules.attachments.max_bytes
        if not caps.has_attachments:
            return f"{place.name} takes no files"
        limit = min(limit, caps.max_attachment or limit)
        if file.size > limit:
            return f"it has {file.size // _MEBI} MiB and at most {limit // _MEBI} MiB are copied"
        if caps.max_attachments is not None and len(self.there) >= caps.max_attachments:
            return f"{place.name} takes at most {caps.max_attachments} files for one item"
        return ""

    def _is_known(self, digest: str) -> bool:
        return any(state.digest == digest for state in self.run.link.files.values())

    # -- bytes

    @contextmanager
    def _fetched(self, side: Side, file: Attachment) -> Iterator[_Fetched]:
        """Read a file whole, into memory or onto the disk, and compute its digest."""
        digest, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(IN_MEMORY) as spool:
            with self._opened(side, file) as stream:
                guarded = _Guarded(stream, self.run)
                while piece := guarded.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    spool.write(piece)
            spool.seek(0)
            mark = self.run.prints.neutral("file", digest.hexdigest())
            yield _Fetched(cast("IO[bytes]", spool), mark, size)

    @contextmanager
    def _opened(self, side: Side, file: Attachment) -> Iterator[BinaryIO]:
        """Open a file, and tell one that is gone from an item that is."""
        try:
            with self.run.place(side).connector.open(self.run.ref(side), file) as stream:
                yield stream
        except GoneError as error:
            raise FileGoneError from error

    # -- remembering

    def _states(self) -> list[FileState]:
        return [state for state in self.run.link.files.values() if state.side == self.side]

    def _ids_on(self, side: Side) -> set[str]:
        """Return the files of a side that are known as origins or as copies."""
        states = self.run.link.files.values()
        copies = {state.copy_id for state in states if state.side != side and state.copy_id}
        return copies | {state.origin_id for state in states if state.side == side}

    def _made(self, state: FileState, copy: Attachment, words: str) -> None:
        self.there[copy.id] = copy
        made = replace(state, state=FileCopyState.OK, copy_id=copy.id)
        if copy.size != state.size:
            reason = f"The copy has {copy.size} bytes instead of {state.size}."
            made = replace(made, reason=reason)
            self._save(made, Entry("held", f"A file was damaged. {reason}", Result.FAILED))
            return
        self._save(made, Entry("file copied", f"{words} of {self.item.key}.", to=self.target))

    def _skip(self, state: FileState, file: Attachment, reason: str) -> None:
        """Leave a file out, and say so in the log and in a comment that links back to it."""
        message = f"A file of {self.item.key} was not copied: {reason.rstrip('.')}."
        self._leave_note(file, reason)
        skipped = replace(state, state=FileCopyState.SKIPPED, reason=message)
        self._save(skipped, Entry("skipped", message, Result.SKIPPED, to=self.target))

    def _leave_note(self, file: Attachment, reason: str) -> None:
        run, connector = self.run, self.run.place(self.target).connector
        is_wanted = self.side in run.engine.rules.comments.senders
        if not (connector.caps.has_comments and is_wanted):
            return
        ref = run.ref(self.target)
        marker = comment_marker(run.engine.key, run.link.id, self.side, f"file:{file.id}")
        if connector.find_comment(ref, marker) is not None:
            return
        us = Person(connector.system.account_id or None, "Synchronisation")
        text = Rich(f"The file “{file.name}” stays there: {reason.rstrip('.')}.")
        run.guard()
        connector.add_comment(ref, NewComment(text, us, self.item.key, self.item.url, marker))

    def _save(self, state: FileState, *entries: Entry) -> None:
        self.run.save(self.run.link.with_file(state), *entries)

    def _drop(self, state: FileState) -> None:
        """Forget a copy that was surely not made."""
        key = (state.side, state.origin_id)
        rest = {known: one for known, one in self.run.link.files.items() if known != key}
        self.run.save(replace(self.run.link, files=rest))


class _Guarded(io.RawIOBase):
    """A file that keeps our lease while it is read, however long that takes."""

    def __init__(self, stream: IO[bytes], run: Run) -> None:
        self._stream = stream
        self._run = run
        self._guarded_at = run.engine.now()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1) -> bytes:
        now = self._run.engine.now()
        if now - self._guarded_at > BEAT:
            self._run.guard()
            self._guarded_at = now
        return self._stream.read(size)
