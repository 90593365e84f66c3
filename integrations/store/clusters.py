"""Clusters: items that chains of links join, across connections.

A→B, B→C and C→A would otherwise copy an item back to where it is.
"""

from uuid import UUID

from django.db.models import Q

from integrations.base.items import Ref
from integrations.models import Endpoint, Link, LinkEnd

MOST = 100
"""Links of one cluster that are looked at."""

Member = tuple[UUID, str]


def member_at(item: Ref, target: Endpoint) -> str:
    """Return the key of the item's cluster that lives in the target's scope, empty if none does."""
    seen: set[UUID] = set()
    new: set[Member] = {(item.system, item.id)}
    known = set(new)
    while new and len(seen) < MOST:
        links = _links_of(new) - seen
        seen |= links
        ends = list(LinkEnd.objects.filter(link_id__in=links).select_related("endpoint"))
        for end in ends:
            is_there = end.system_id == target.system_id and end.endpoint.scope == target.scope
            if is_there and (end.system_id, end.item_id) != (item.system, item.id):
                return end.key or end.item_id
        new = {(end.system_id, end.item_id) for end in ends} - known
        known |= new
    return ""


def _links_of(members: set[Member]) -> set[UUID]:
    where = Q()
    for system_id, item_id in members:
        where |= Q(system_id=system_id, item_id=item_id)
    closed = [Link.State.UNLINKED, Link.State.GONE]
    ends = LinkEnd.objects.filter(where).exclude(link__state__in=closed)
    return set(ends.values_list("link_id", flat=True))
