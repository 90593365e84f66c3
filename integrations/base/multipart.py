"""A form with one file, sent piece by piece: an attachment never stands in memory whole."""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO
from uuid import uuid4

from urllib3.fields import RequestField

PIECE = 64 * 1024
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+\Z", re.ASCII)


class Multipart:
    """The body of an upload; iterate it once. `sent` counts the bytes of the file so far."""

    def __init__(self, field: str, name: str, mime: str, stream: BinaryIO) -> None:
        boundary = uuid4().hex
        part = RequestField(name=field, data=b"", filename=name)
        part.make_multipart(content_type=mime if _MIME.match(mime) else "application/octet-stream")
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = f"--{boundary}\r\n{part.render_headers()}".encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._stream = stream
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        while piece := self._stream.read(PIECE):
            self.sent += len(piece)
            yield piece
        yield self._tail

    def __len__(self) -> int:
        position = self._stream.tell()
        end = self._stream.seek(0, io.SEEK_END)
        self._stream.seek(position)
        return len(self._head) + end - position + len(self._tail)

    @property
    def is_sized(self) -> bool:
        """Whether the bytes to come can be counted; if not they are sent in chunks."""
        return self._stream.seekable()
