"""What the demo has to remember in the clear: its password, its tokens; a file of mode 600."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

USERNAME = "demo"


@dataclass
class DemoKeys:
    """The demo's login, its API token, and the sandbox's tokens by account."""

    password: str
    token: str
    sandbox: dict[str, str]

    def save(self) -> None:
        """Write the file so that only its owner can read it."""
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file)
        draft.replace(path)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


def demo_keys() -> DemoKeys:
    """Return the keys of this installation; the first call makes them."""
    if _path().exists():
        return DemoKeys(**json.loads(_path().read_text()))
    sandbox = {name: secrets.token_urlsafe(24) for name in ("sync", "ken", "admin")}
    keys = DemoKeys(password=secrets.token_urlsafe(9), token="", sandbox=sandbox)
    keys.save()
    return keys
