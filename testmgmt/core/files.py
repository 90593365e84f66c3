"""What a file is, by its bytes and never by its name; and names that are safe to keep."""

import unicodedata
from pathlib import PurePosixPath

HEAD_LENGTH = 512
NAME_LENGTH = 255
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

# Safe to show in the browser: none of these can run anything.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "application/ogg"),
    (0, b"ID3", "audio/mpeg"),
)


def sniffed(head: bytes) -> str:
    """Return the kind of file that these first bytes begin."""
    for offset, magic, mime in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return mime
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head[: HEAD_LENGTH - 4].decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def safe_name(name: str) -> str:
    """Return a file's own name: no folders, no control characters, not too long."""
    base = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    if len(shown) <= NAME_LENGTH:
        return shown or "file"
    return f"{stem[: NAME_LENGTH - len(suffix) - 1]}{dot}{suffix}"[:NAME_LENGTH]
