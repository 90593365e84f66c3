"""A file as the body of a request, sent piece by piece."""

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

from integrations.base.errors import TooLargeError
from integrations.base.multipart import PIECE

MAX_FILE = 60 * 1024 * 1024
"""Bytes that a file of a work item may have.

https://learn.microsoft.com/azure/devops/organizations/settings/work/object-limits
"""


class Body:
    """The bytes of a file; iterate it once, `sent` and `sha256` then tell what they were."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.sent = 0
        self.is_sized = stream.seekable()
        if self.is_sized and len(self) > MAX_FILE:
            raise _too_large()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(PIECE):
            self.sent += len(piece)
            if self.sent > MAX_FILE:
                raise _too_large()
            self._digest.update(piece)
            yield piece

    def __len__(self) -> int:
        position = self._stream.tell()
        end = self._stream.seek(0, io.SEEK_END)
        self._stream.seek(position)
        return end - position

    @property
    def sha256(self) -> str:
        """The digest of what was sent, in hex."""
        return self._digest.hexdigest()


def _too_large() -> TooLargeError:
    return TooLargeError(
        f"Azure DevOps takes files of {MAX_FILE // 1024 // 1024} MB at most.",
        field="attachment",
        limit=MAX_FILE,
    )
