"""Canonical form of values, and the keyed fingerprints by which changes are seen.

A fingerprint is bound to its link, side and field, so equal values on two items look unrelated,
and without the key no dictionary of likely values can be tried.
"""

import hmac
import json
import unicodedata
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from integrations.base.items import Person, Rich, Value
from integrations.engine.state import Side

VERSION = "1"


def connection_key(sync_key: bytes, salt: bytes) -> bytes:
    """Derive the key of one connection from the installation's sync key."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"testmgmt sync 1")
    return kdf.derive(sync_key)


def mac(key: bytes, message: str) -> bytes:
    """Return the first 16 bytes of the keyed digest."""
    return hmac.digest(key, message.encode(), sha256)[:16]


def encode(raw: bytes) -> str:
    """Return bytes as URL-safe text without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def is_empty(value: Value) -> bool:
    """Whether a value says nothing: no text, no element, no value at all."""
    return canonical(value) == ""


def same(left: Value, right: Value) -> bool:
    """Whether two values of one vocabulary mean the same; plain and rich text compare as text."""
    return canonical(_comparable(left)) == canonical(_comparable(right))


def canonical(value: Value) -> str:
    """Return the one form of a value: type tag and normalised text, empty for an empty value."""
    match value:
        case None | "":
            return ""
        case str():
            return f"s:{_text(value)}"
        case Rich(md=md):
            text = _text(md).strip()
            return f"r:{text}" if text else ""
        case frozenset():
            elements = sorted(_text(element) for element in value)
            return f"S:{json.dumps(elements, ensure_ascii=False)}" if elements else ""
        case _:
            return _plain(value)


def _comparable(value: Value) -> Value:
    return Rich(value) if isinstance(value, str) else value


def _plain(value: Person | int | Decimal | date) -> str:
    match value:
        case Person():
            return f"p:{value.id or (value.email or '').lower() or _text(value.name)}"
        case bool():
            return f"b:{int(value)}"
        case int() | Decimal():
            return f"d:{Decimal(value).normalize():f}"
        case datetime():
            return f"t:{_utc(value).isoformat()}"
        case date():
            return f"D:{value.isoformat()}"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"A moment needs its time zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


def _text(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Makes the fingerprints of one link."""

    key: bytes
    link: UUID

    def of(self, side: Side, field: str, value: Value) -> str:
        """Return the fingerprint of a value as one side holds it."""
        return self._print(side, field, canonical(value))

    def neutral(self, field: str, value: Value) -> str:
        """Return the fingerprint of a value apart from any side."""
        return self._print("", field, canonical(value))

    def _print(self, side: str, field: str, text: str) -> str:
        message = f"{VERSION}|{self.link}|{side}|{field}|{text}"
        return VERSION + encode(mac(self.key, message))
