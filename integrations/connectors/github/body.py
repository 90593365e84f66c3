"""A body as GitHub keeps it: Markdown for people, and at its end our marker, which nobody sees."""

import re
from dataclasses import dataclass
from typing import Self

from integrations.base.errors import TooLargeError
from integrations.base.items import Rich
from integrations.richtext import gfm

MAX_RICH = 65_536
_MARKER = re.compile(r"<!-- tp-sync:([\w-]+) -->", re.ASCII)


@dataclass(frozen=True, slots=True)
class Body:
    """The text, and the comment that holds our marker where the body has one."""

    text: str
    marker: str | None = None

    @classmethod
    def read(cls, raw: str | None) -> Self:
        """Take a body apart; people may have written below the marker."""
        parts = _MARKER.split(raw or "")
        text = "".join([*(part.rstrip() for part in parts[:-1:2]), parts[-1]])
        return cls(text.lstrip("\r\n").rstrip(), parts[-2] if len(parts) > 1 else None)

    @classmethod
    def write(cls, md: str, marker: str | None = None) -> Self:
        """Return the body that says what the Markdown says."""
        return cls(gfm.from_markdown(md), marker)

    def patched(self, md: str) -> Self:
        """Return the body with its text changed; its marker stays, a deleted one stays gone."""
        return type(self)(gfm.patch(self.text, md), self.marker)

    @property
    def rich(self) -> Rich | None:
        """The text as Markdown, None where there is none."""
        md = gfm.to_markdown(self.text)
        return Rich(md, self.text) if md.strip() else None

    def dump(self, field: str) -> str:
        """Return what GitHub is sent."""
        mark = f"\n\n<!-- tp-sync:{self.marker} -->" if self.marker else ""
        whole = f"{self.text.rstrip()}{mark}".lstrip("\r\n")
        if len(whole) > MAX_RICH:
            limit = MAX_RICH - len(mark)
            raise TooLargeError(
                f"GitHub takes {limit:,} characters at most.", field=field, limit=limit
            )
        return whole
