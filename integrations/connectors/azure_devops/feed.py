"""The cursor of changes: a place in the feed of revisions, which knows no clock.

Before the first page there is no place yet: it begins at a moment of the service's own clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from integrations.connectors.azure_devops.client import BATCH
from integrations.connectors.azure_devops.times import written

Json = Mapping[str, Any]
MANY = 1_000
"""Rows of a page of which only the revisions are wanted."""
_FIELDS = (
    "System.Id",
    "System.Rev",
    "System.TeamProject",
    "System.WorkItemType",
    "System.CreatedDate",
    "System.CreatedBy",
    "System.ChangedDate",
    "System.IsDeleted",
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The token of the next page, or the moment to begin at."""

    token: str = ""
    start: str = ""

    @classmethod
    def now(cls, server_now: datetime) -> Self:
        """Begin at the present moment."""
        return cls(start=written(server_now))

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read what `dump` gave."""
        return cls(token=str(document.get("token", "")), start=str(document.get("start", "")))

    def dump(self) -> dict[str, Any]:
        """Return JSON."""
        return {"token": self.token} if self.token else {"start": self.start}

    def params(self, *, is_bare: bool) -> dict[str, Any]:
        """Ask for the next page: of each item its last revision only, deleted ones too."""
        place = {"continuationToken": self.token} if self.token else {"startDateTime": self.start}
        return {
            **place,
            "fields": ",".join(_FIELDS),
            "includeDeleted": "true",
            "includeIdentityRef": "true",
            "includeLatestOnly": "true",
            "$maxPageSize": MANY if is_bare else BATCH,
        }

    def after(self, page: Json) -> Self:
        """Return where to read on after a page."""
        return type(self)(str(page.get("continuationToken") or self.token), self.start)


def latest(page: Json) -> Sequence[Json]:
    """Return the rows of a page, one for each item, in the order of their last change."""
    rows: dict[int, Json] = {}
    for row in page.get("values") or []:
        rows.pop(row["id"], None)
        rows[row["id"]] = row
    return list(rows.values())
