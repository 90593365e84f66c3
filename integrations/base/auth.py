"""Credentials as one header, and the strings that may never be shown."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Self

from integrations.base.errors import AuthFailedError


@dataclass(frozen=True, slots=True)
class Auth:
    """A header that signs a request in; `secrets` are masked in whatever a tracker says."""

    header: str
    value: str = field(repr=False)
    secrets: frozenset[str] = field(repr=False)

    @classmethod
    def basic(cls, username: str, secret: str) -> Self:
        """Sign in with a user name and a password or token."""
        pair = b64encode(f"{username}:{secret}".encode()).decode()
        return cls("Authorization", f"Basic {pair}", frozenset({secret, pair} - {""}))

    @classmethod
    def bearer(cls, token: str) -> Self:
        """Sign in with a token alone."""
        return cls.named("Authorization", token, prefix="Bearer ")

    @classmethod
    def named(cls, header: str, token: str, *, prefix: str = "") -> Self:
        """Sign in with a token in a header of the tracker's own."""
        if not (token.isascii() and token.isprintable()):
            raise AuthFailedError(
                "The token holds characters that no token has.", fix="Copy it again, whole."
            )
        return cls(header, f"{prefix}{token}", frozenset({token} - {""}))
