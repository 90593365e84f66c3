"""Secrets of an embedded installation: made once, kept in a file that only its owner can read.

Runs before Django's settings exist, so it stands on the standard library alone.
"""

import base64
import os
import secrets
import uuid
from pathlib import Path


def _fresh() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SYNC_KEY": secrets.token_urlsafe(32),
        "SYNC_INSTALLATION_ID": str(uuid.uuid4()),
    }


def _read(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def load_secrets(path: Path) -> dict[str, str]:
    """Return this installation's secrets; the first call writes them (mode 600).

    Two processes may start at once: the file appears whole by a hard link, and the first wins.
    """
    if path.exists():
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in _fresh().items())
    try:
        os.link(draft, path)
    except FileExistsError:
        return _read(path)
    finally:
        draft.unlink()
    return _read(path)
