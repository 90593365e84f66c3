"""Clusters: items that chains of links join, across connections.

A→B, B→C and C→A would otherwise copy an item back to where it is.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from integrations.base.items import Ref
from integrations.engine.state import other
from integrations.models import Endpoint, Link, LinkEnd
from integrations.store.rows import as_side

MOST = 100
"""Links of one cluster that are looked at."""

Member = tuple[UUID, str]


def member_at(item: Ref, target: Endpoint) -> str:
    """Return the key of the item's cluster that lives in the target's scope, empty if none does."""
    for end in _ends(_joined(item)):
        is_there = end.system_id == target.system_id and end.endpoint.scope == target.scope
        if is_there and (end.system_id, end.item_id) != (item.system, item.id):
            return end.key or end.item_id
    return ""


def is_contested(item: Ref, target: Endpoint, link_id: UUID) -> bool:
    """Whether another link of the item's cluster is just being created in the target's scope."""
    creating = Link.objects.filter(pk__in=_joined(item), state=Link.State.CREATING)
    others = creating.exclude(pk=link_id).values_list("connection_id", "origin_side")
    ends = Endpoint.objects.filter(system_id=target.system_id, scope=target.scope)
    there = set(ends.values_list("connection_id", "side")) if others else set()
    return any((connection, other(as_side(side))) in there for connection, side in others)


def _joined(item: Ref) -> set[UUID]:
    """Return the links that chains of links join to an item, closed ones left out."""
    seen: set[UUID] = set()
    new: set[Member] = {(item.system, item.id)}
    known = set(new)
    while new and len(seen) < MOST:
        links = _links_of(new) - seen
        seen |= links
        new = {(end.system_id, end.item_id) for end in _ends(links)} - known
        known |= new
    return seen


def _ends(links: set[UUID]) -> QuerySet[LinkEnd]:
    return LinkEnd.objects.filter(link_id__in=links).select_related("endpoint")


def _links_of(members: set[Member]) -> set[UUID]:
    where = Q()
    for system_id, item_id in members:
        where |= Q(system_id=system_id, item_id=item_id)
    closed = [Link.State.UNLINKED, Link.State.GONE]
    ends = LinkEnd.objects.filter(where).exclude(link__state__in=closed)
    return set(ends.values_list("link_id", flat=True))
