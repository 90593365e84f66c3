"""The link on a work item that shows people where its counterpart is."""

from collections.abc import Mapping
from typing import Any

from integrations.connectors.azure_devops.reading import HYPERLINK
from integrations.connectors.azure_devops.writing import Operation, guard, link

SAID = "In sync with "
MAX_COMMENT = 255


def mentioned(raw: Mapping[str, Any], key: str, url: str, title: str) -> list[Operation]:
    """Return the patch that makes the one link of ours say this; empty where it does already."""
    comment = f"{SAID}{key}: {title}"[:MAX_COMMENT]
    relations = raw.get("relations") or []
    stale = [place for place, each in enumerate(relations) if _is_ours(each, url)]
    if [_told(relations[place]) for place in stale] == [(url, comment)]:
        return []
    # From behind, since each removal moves those that follow.
    removals = [{"op": "remove", "path": f"/relations/{place}"} for place in reversed(stale)]
    return [guard(str(raw["rev"])), *removals, link(url, comment)]


def _is_ours(relation: Mapping[str, Any], url: str) -> bool:
    told, comment = _told(relation)
    return relation.get("rel") == HYPERLINK and (told == url or comment.startswith(SAID))


def _told(relation: Mapping[str, Any]) -> tuple[str, str]:
    comment = (relation.get("attributes") or {}).get("comment")
    return str(relation.get("url") or ""), str(comment or "")
