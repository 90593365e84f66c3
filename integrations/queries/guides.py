"""How to set a tracker up, as its connector's README says it."""

import re
from functools import cache
from pathlib import Path

from integrations import connectors

_FOLDER = Path(connectors.__file__).parent
_WRAP = re.compile(r"(?<=\S)\n(?!\n|[ \t]*(?:[-*]|#+|\d+\.)[ \t]|[ \t]*[|>])[ \t]*")
"""A line break inside a paragraph, which Markdown's reader here would show as one."""


@cache
def guide_of(kind: str) -> str:
    """Return the guide in Markdown, without its title; the README ends what is to be set up."""
    text = (_FOLDER / kind / "README.md").read_text(encoding="utf-8")
    _title, _, body = text.partition("\n")
    body = body.partition("\n## What it costs")[0]
    return _WRAP.sub(" ", body).strip().replace("\n## ", "\n### ").removeprefix("## Set it up")
