"""What two installations derive from one secret, and how their requests prove it.

Every request carries an HMAC over method, path, time, nonce, terms and the digest of its body.
"""

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PEER, TIME, NONCE, TERMS, SIGNATURE = (
    "X-Peer-Connection",
    "X-Peer-Time",
    "X-Peer-Nonce",
    "X-Peer-Terms",
    "X-Peer-Signature",
)
MAX_SKEW = 300
"""Seconds by which the clocks of two installations may differ."""
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Caller:
    """Signs requests to one connection of another installation; `terms` is what was agreed on."""

    key: bytes
    connection: str
    terms: str

    def headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """Return the headers that sign one request; `path` includes the query."""
        moment, nonce = str(int(time.time())), secrets.token_urlsafe(16)
        headers = {PEER: self.connection, TIME: moment, NONCE: nonce, TERMS: self.terms}
        return {**headers, SIGNATURE: signature(self.key, method, path, headers, body)}


def signature(key: bytes, method: str, path: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the signature of a request in hex."""
    signed = (headers[name] for name in (PEER, TIME, NONCE, TERMS))
    message = "\n".join([method, path, *signed, sha256(body).hexdigest()])
    return hmac.new(key, message.encode(), sha256).hexdigest()


def signed_path(path: str) -> str:
    """Return the part of a path that both sides see, whatever a proxy puts before it."""
    return path[path.index("/peer/") :]


def is_signed(
    key: bytes, method: str, path: str, headers: Mapping[str, str], body: bytes, now: float
) -> bool:
    """Whether a request is signed with the key, and not too long ago; in constant time."""
    moment = headers.get(TIME, "")
    if any(name not in headers for name in (PEER, NONCE, TERMS, SIGNATURE)):
        return False
    if not (moment.isascii() and moment.isdecimal() and len(moment) < len(str(2**63))):
        return False
    expected = signature(key, method, path, headers, body)
    is_ours = hmac.compare_digest(expected.encode(), headers[SIGNATURE].encode())
    return is_ours and abs(now - int(moment)) <= MAX_SKEW


def derived(secret: bytes, salt: bytes, what: str) -> bytes:
    """Return 32 bytes for one purpose."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=f"testmgmt {what} 1".encode())
    return kdf.derive(secret)


def fingerprint(key: bytes) -> str:
    """Return four words of 64 bits in all (https://arxiv.org/html/0901.4016) to read aloud."""
    raw = derived(key, b"", "peer fingerprint")
    return " ".join(_word(int.from_bytes(raw[at : at + 2])) for at in range(0, 2 * _WORDS, 2))


def _word(number: int) -> str:
    parts = ((12, _CONSONANTS), (10, _VOWELS), (6, _CONSONANTS), (4, _VOWELS), (0, _CONSONANTS))
    return "".join(letters[number >> shift & len(letters) - 1] for shift, letters in parts)
