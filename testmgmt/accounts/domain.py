"""How tokens look: a prefix that secret scanners can know, and much chance."""

import hashlib
import secrets

PREFIX = "tmp_"
SHOWN_LENGTH = 12  # of a token, so that its owner can tell it from the others


def new_token() -> str:
    """Return a token that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is stored of a token: it is random, so a plain digest cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
