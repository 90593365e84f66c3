"""A body as GitHub keeps it: text, then where it is synced with, then our marker, which is hidden.

An issue has no other place for the last two; neither is part of the text that is synced.
"""

import re
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote

from integrations.base.errors import TooLargeError
from integrations.base.items import Rich
from integrations.richtext import gfm

MAX_RICH = 65_536
_MARKER = re.compile(r"<!-- tp-sync:([\w-]+) -->", re.ASCII)
_MENTION = re.compile(r"^Synced with (\[[^\n]*)<!-- tp-link -->", re.MULTILINE)
_MARKUP = re.compile(r"[\[\]*_`\\<>~|]")
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Body:
    """The text, our marker, and the link to the other side's item, each where the body has one."""

    text: str
    marker: str | None = None
    mention: str = ""

    @classmethod
    def read(cls, raw: str | None) -> Self:
        """Take a body apart; people may have written below the marker."""
        mentions = _MENTION.findall(raw or "")
        parts = _MARKER.split(_MENTION.sub("", raw or ""))
        text = "".join([*(part.rstrip() for part in parts[:-1:2]), parts[-1]])
        marker = parts[-2] if len(parts) > 1 else None
        return cls(text.lstrip("\r\n").rstrip(), marker, mentions[-1] if mentions else "")

    @classmethod
    def write(cls, md: str, marker: str | None = None) -> Self:
        """Return the body that says what the Markdown says."""
        return cls(gfm.from_markdown(md), marker)

    def patched(self, md: str) -> Self:
        """Return the body with its text changed; its marker stays, a deleted one stays gone."""
        return replace(self, text=gfm.patch(self.text, md))

    def mentioning(self, key: str, url: str, title: str) -> Self:
        """Return the body with a link to the other side's item, instead of any it has."""
        name = " ".join(_MARKUP.sub(" ", f"{key} {title}").split())[:_MAX_NAME]
        address = quote(url, safe="%/:?#=&;,+~!$'*@")
        return replace(self, mention=f"[{name}]({address})")

    @property
    def rich(self) -> Rich | None:
        """The text as Markdown, None where there is none."""
        md = gfm.to_markdown(self.text)
        return Rich(md, self.text) if md.strip() else None

    def dump(self, field: str) -> str:
        """Return what GitHub is sent."""
        mark = f"\n\nSynced with {self.mention}<!-- tp-link -->" if self.mention else ""
        mark += f"\n\n<!-- tp-sync:{self.marker} -->" if self.marker else ""
        whole = f"{self.text.rstrip()}{mark}".lstrip("\r\n")
        if len(whole) > MAX_RICH:
            limit = MAX_RICH - len(mark)
            raise TooLargeError(
                f"GitHub takes {limit:,} characters at most.", field=field, limit=limit
            )
        return whole
