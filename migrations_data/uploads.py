"""Files to import, stored once by their digest, outside the web root and under no name of theirs.

They are no attachments: nothing hangs on them, so they lie apart from the product's files.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from testmgmt.core.attachments import MEGABYTE, FileTooLargeError


@dataclass(frozen=True, slots=True)
class Upload:
    """What has arrived."""

    sha256: str
    size: int


def keep(chunks: Iterable[bytes]) -> Upload:
    """Store a file; one that is larger than `MAX_UPLOAD_MB` is refused and leaves nothing."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix="upload-")
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                _check_size(size)
                digest.update(chunk)
                stream.write(chunk)
        path = path_of(digest.hexdigest())
        path.parent.mkdir(exist_ok=True)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return Upload(digest.hexdigest(), size)


def path_of(sha256: str) -> Path:
    """Return where a file lies."""
    return _folder() / sha256[:2] / sha256


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def _check_size(size: int) -> None:
    if size > settings.MAX_UPLOAD_MB * MEGABYTE:
        raise FileTooLargeError(f"Files end at {settings.MAX_UPLOAD_MB} MB.", field="file")
