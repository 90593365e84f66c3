"""Linking two items that were there before: found by key, address or words, joined by a person."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.db import transaction

from integrations import store
from integrations.base.errors import ConnectorError
from integrations.base.items import Denied, Found, Gone, Item, Moved, Ref, Want
from integrations.connectors.platform.reach import Thing
from integrations.engine.markers import link_id
from integrations.engine.ports import Engine
from integrations.engine.rules import RulesError
from integrations.engine.run import end_of
from integrations.engine.state import SIDES, LinkPhase, LinkState, Side
from integrations.models import Connection, Endpoint, Link, LinkEnd, SyncTask
from integrations.services.engines import engine_of
from integrations.services.links import unlink
from integrations.services.rights import connection_for
from testmgmt.accounts.models import User
from testmgmt.core import audit
from testmgmt.core.errors import ConflictError, DomainError, NotFoundError
from testmgmt.core.permissions import Action

FOUND = 20
_CLOSED = (Link.State.UNLINKED, Link.State.GONE)


def find_items(
    *, user: User, connection_id: UUID, text: str, side: Side = "b", limit: int = FOUND
) -> Sequence[Found]:
    """Look for items of one side by key, address or words, within the connection's scope."""
    connection = connection_for(user, connection_id, Action.SYNC)
    endpoint = store.connection_endpoints(connection)[side]
    engine = _engine(connection)
    try:
        found = engine.places[side].connector.search(endpoint.scope, text, limit)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    return [one for one in found if one.ref.scope == endpoint.scope]


def link_items(*, user: User, connection_id: UUID, here: str, there: str) -> Link:
    """Join an item of side a (by its id) to one of side b (by id, key or address).

    Both ends have to be free; at the first sync the rules' `first_sync` says which side wins.
    """
    connection = connection_for(user, connection_id, Action.SYNC)
    engine = _engine(connection)
    try:
        ids: Mapping[Side, str] = {"a": here, "b": _named(engine, "b", there)}
        items = {side: _item(engine, side, ids[side]) for side in SIDES}
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    return _join(user, connection, engine, items)


@transaction.atomic
def _join(user: User, connection: Connection, engine: Engine, items: Mapping[Side, Item]) -> Link:
    endpoints = store.connection_endpoints(connection)
    for side in SIDES:
        _free(endpoints[side], items[side])
    state = LinkState(
        id=_free_id(engine, items["a"]),
        origin="a",
        ends={side: end_of(engine.rules, side, items[side]) for side in SIDES},
        phase=LinkPhase.ACTIVE,
    )
    opened = engine.memory.open(state)
    if opened.id != state.id:
        raise ConflictError("Somebody else linked one of them just now.", code="linked_already")
    link = Link.objects.get(pk=opened.id)
    link.ends.update(rev="")  # nothing was compared yet
    audit.record(user_id=user.pk, project_id=connection.project_id, action="linked", target=link)
    store.hint_link(
        link_id=link.pk,
        endpoint=endpoints["b"],
        why="link",
        priority=store.PERSON,
        user_id=user.pk,
    )
    return link


def unlink_thing(*, user: User, thing: Thing, connection_id: UUID | None = None) -> None:
    """Stop keeping a thing in step with its counterpart; both stay as they are."""
    ends = LinkEnd.objects.filter(
        endpoint__system__kind="platform",
        endpoint__scope=str(thing.project.pk),
        item_id=thing.item_id,
    ).exclude(link__state=Link.State.UNLINKED)
    if connection_id is not None:
        ends = ends.filter(endpoint__connection=connection_id)
    links = list(ends.values_list("link_id", flat=True)[:2])
    if not links:
        raise NotFoundError(f"{thing.key} is not linked.")
    if len(links) > 1:
        raise DomainError("It has several links: name the connection.", field="connection")
    unlink(user=user, link_id=links[0])


def _engine(connection: Connection) -> Engine:
    """Return an engine of a person's own, without the lease of any task."""
    task = SyncTask(connection=connection, priority=store.PERSON)
    try:
        return engine_of(task, store.database_clock())
    except RulesError as error:
        raise DomainError(f"The rules cannot be read. {error}", code="rules_invalid") from error


def _named(engine: Engine, side: Side, named: str) -> str:
    """Return the id of the item that a person means by its id, key or address."""
    place, text = engine.places[side], named.strip()
    wanted = text.casefold().rstrip("/")
    for found in place.connector.search(place.scope, text, FOUND):
        names = {found.ref.id, found.key.casefold(), found.url.casefold().rstrip("/")}
        if wanted in names and found.ref.scope == place.scope:
            return found.ref.id
    raise NotFoundError(f"There is no {text} in the connected project there.", field="item")


def _item(engine: Engine, side: Side, item_id: str) -> Item:
    place = engine.places[side]
    ref = Ref(place.connector.system.id, place.scope, item_id)
    found = place.connector.fetch([ref], Want(engine.rules.wanted(side)))[ref]
    match found:
        case Item():
            return found
        case Gone():
            raise NotFoundError("The item no longer exists.", field="item")
        case Denied(message=message):
            raise NotFoundError(f"No access to the item: {message}", field="item")
        case Moved():
            raise NotFoundError("The item is outside the connected project.", field="item")


def _free(endpoint: Endpoint, item: Item) -> None:
    """Make sure that an item has no link, and let go of one that was closed."""
    end = LinkEnd.objects.filter(endpoint=endpoint, item_id=item.ref.id)
    taken = end.select_related("link").first()
    if taken is None:
        return
    if taken.link.state not in _CLOSED:
        partner = taken.link.ends.exclude(pk=taken.pk).first()
        raise ConflictError(
            f"{item.key} is linked to {partner or 'another item'} already.",
            field="item" if endpoint.side == "b" else "",
            code="linked_already",
        )
    taken.delete()
    if not taken.link.ends.exists():
        taken.link.delete()


def _free_id(engine: Engine, item: Item) -> UUID:
    """Return the id that the item's link would get by itself, or another where that is kept.

    A closed link stays known by the mark on its other item, which is then never taken for new.
    """
    derived = link_id(engine.key, "a", item.ref.id)
    return uuid4() if Link.objects.filter(pk=derived).exists() else derived
