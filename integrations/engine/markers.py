"""Markers: what our own creations carry, so that they are known again whatever happens.

All are derived, never drawn: a lost database computes the same link ids and markers once more.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from uuid import UUID

from integrations.engine.canonical import encode, mac
from integrations.engine.state import Side

_ITEM_BYTES = 32
_COMMENT_TAG = 11


def link_id(key: bytes, side: Side, item_id: str) -> UUID:
    """Return the id of the link that begins at an item; one per item and connection."""
    return UUID(bytes=mac(key, f"link|{side}|{item_id}"))


def item_marker(key: bytes, link: UUID) -> str:
    """Return the marker of a link's created item: the link's id and its proof."""
    return encode(link.bytes + mac(key, f"item|{link}"))


def link_of(key: bytes, marker: str | None) -> UUID | None:
    """Return the link that a marker names, None where the marker is not of this connection."""
    raw = _decode(marker or "")
    if len(raw) != _ITEM_BYTES:
        return None
    link = UUID(bytes=raw[:16])
    return link if hmac.compare_digest(raw[16:], mac(key, f"item|{link}")) else None


def comment_marker(key: bytes, link: UUID, side: Side, origin_id: str) -> str:
    """Return the marker of a comment's copy: a tag of the link, then the proof of the origin."""
    return _tag(key, link) + encode(mac(key, f"comment|{link}|{side}|{origin_id}"))


def is_comment_of(key: bytes, link: UUID, marker: str | None) -> bool:
    """Whether a comment's marker was made for this link, whatever its origin was."""
    return marker is not None and hmac.compare_digest(
        marker[:_COMMENT_TAG].encode(), _tag(key, link).encode()
    )


def _tag(key: bytes, link: UUID) -> str:
    return encode(mac(key, f"comments|{link}")[:8])


def _decode(marker: str) -> bytes:
    try:
        return urlsafe_b64decode(marker.encode() + b"=" * (-len(marker) % 4))
    except (Base64Error, ValueError):
        return b""
