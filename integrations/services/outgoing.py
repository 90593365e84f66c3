"""Our outgoing view of a connection, for the other installation: what is linked, and what it holds.

An item is in the view once its link was opened: by a person's Sync, or by the rules.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from integrations import store
from integrations.base.errors import ConnectorError, GoneError
from integrations.base.exchange import item_json
from integrations.base.items import (
    Attachment,
    Comment,
    Denied,
    Fetched,
    Gone,
    Item,
    Moved,
    Person,
    Ref,
    Seen,
    Value,
    Version,
    Want,
)
from integrations.base.signing import MAX_SKEW, NONCE, PEER, TERMS, is_signed
from integrations.engine.markers import is_comment_of
from integrations.engine.ports import Engine
from integrations.engine.replicas import HERE, THERE, seen_of
from integrations.engine.rules import RulesError, UntranslatableError
from integrations.engine.run import Run
from integrations.engine.state import FileCopyState, LinkPhase, LinkState
from integrations.models import Connection, Link, Peer, PeerNonce, SyncTask
from integrations.services.agreements import agreement_of, terms_hash
from integrations.services.engines import engine_of
from integrations.services.hooks import UnsignedCallError
from testmgmt.core.errors import ConflictError, DomainError, NotFoundError

START = "start"
PAGE = 200
MOST = 100
OVERLAP = timedelta(seconds=60)
"""Changes as young as this are told again: their transaction may have ended after the last look."""
_LONGEST_NONCE = 64


class NotNowError(DomainError):
    """The view cannot be shown for a while; the other side tries again by itself."""

    code = "not_now"
    status = 503


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request of the other installation as it came; `now` is our clock in seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    now: float


def admitted(request: SignedRequest) -> Peer:
    """Return whose request it is; UnsignedCallError, with nothing changed, where it is nobody's."""
    peer = _named(request.headers.get(PEER, ""))
    key = b"" if peer is None else _key(peer)
    nonce = request.headers.get(NONCE, "")
    args = (request.method, request.path, request.headers, request.body, request.now)
    if not is_signed(key, *args) or not key or peer is None or len(nonce) > _LONGEST_NONCE:
        raise UnsignedCallError("The request is not signed by a paired installation.")
    _spend(peer, nonce)
    if request.headers[TERMS] != terms_hash(peer.conflicts):
        raise ConflictError(
            "The two installations do not agree on how conflicts end.", code="terms_differ"
        )
    if peer.connection.status != Connection.Status.ACTIVE:
        raise NotNowError("The connection is switched off on the other side.")
    return peer


def _named(connection: str) -> Peer | None:
    try:
        pk = UUID(connection)
    except ValueError:
        return None
    paired = Peer.objects.exclude(accepted_at=None).select_related("connection")
    return paired.filter(connection=pk).first()


def _key(peer: Peer) -> bytes:
    end = peer.connection.endpoints.select_related("system").get(side=THERE)
    agreement = agreement_of(end.system)
    return agreement.key if agreement else b""


def _spend(peer: Peer, nonce: str) -> None:
    """Remember a nonce for as long as its request could be repeated; refuse a known one."""
    PeerNonce.objects.filter(at__lt=Now() - timedelta(seconds=2 * MAX_SKEW)).delete()
    try:
        with transaction.atomic():
            PeerNonce.objects.create(peer=peer, nonce=nonce)
    except IntegrityError as error:
        raise UnsignedCallError("This request was answered already.") from error


# -- what changed


def changes(*, peer: Peer, cursor: str) -> dict[str, Any]:
    """Return the ids of the items whose links moved since a cursor; none without a cursor."""
    now = store.database_clock()()
    begin = now if not cursor else datetime.min.replace(tzinfo=now.tzinfo)
    at, after = _opened(peer, cursor) if cursor not in {"", START} else (begin, None)
    later = Q(updated_at__gt=at)
    if after is not None:
        later |= Q(updated_at=at, pk__gt=after)
    links = _links(peer).filter(later, ends__side=HERE).order_by("updated_at", "pk")
    rows = list(links.values_list("updated_at", "pk", "ends__item_id")[: PAGE + 1])
    has_more = len(rows) > PAGE
    rows = rows[:PAGE]
    moved_to = (rows[-1][0], str(rows[-1][1])) if has_more else (max(at, now - OVERLAP), None)
    return {
        "ids": [item_id for _at, _pk, item_id in rows],
        "cursor": _sealed(peer, *moved_to),
        "has_more": has_more,
        "now": now.isoformat(),
    }


def _links(peer: Peer) -> Any:
    closed = (Link.State.UNLINKED,)
    return Link.objects.filter(connection=peer.connection_id).exclude(state__in=closed)


def _sealed(peer: Peer, at: datetime, after: str | None) -> str:
    return signing.dumps([at.isoformat(), after], salt=f"peer cursor {peer.pk}")


def _opened(peer: Peer, cursor: str) -> tuple[datetime, str | None]:
    try:
        at, after = signing.loads(cursor, salt=f"peer cursor {peer.pk}")
    except signing.BadSignature as error:
        raise DomainError("This cursor is not ours.", field="cursor") from error
    return datetime.fromisoformat(at), after


# -- items


def replicas(*, peer: Peer, ids: Sequence[str]) -> dict[str, Any]:
    """Return items by id as the other side may see them now, or why not."""
    engine = _engine(peer)
    links = {item_id: engine.memory.link_at(HERE, item_id) for item_id in ids[:MOST]}
    told: dict[str, Any] = {
        item_id: {"denied": "It is not shared."}
        if link is None or link.phase is LinkPhase.UNLINKED
        else {"is_gone": True}
        for item_id, link in links.items()
    }
    shown = {
        item_id: link
        for item_id, link in links.items()
        if link is not None and link.phase not in {LinkPhase.UNLINKED, LinkPhase.GONE}
    }
    found = _fetched(engine, shown)
    return told | {item_id: _told(engine, link, found[item_id]) for item_id, link in shown.items()}


@contextmanager
def attachment(*, peer: Peer, item_id: str, attachment_id: str) -> Iterator[BinaryIO]:
    """Open a file that the view names; NotFoundError for any other."""
    engine = _engine(peer)
    link = engine.memory.link_at(HERE, item_id)
    shown = {} if link is None or link.phase is LinkPhase.UNLINKED else {item_id: link}
    found = _fetched(engine, shown).get(item_id)
    files = _files(Run(engine, shown[item_id]), found) if isinstance(found, Item) else ()
    file = next((one for one in files if one.id == attachment_id), None)
    if file is None or not isinstance(found, Item):
        raise NotFoundError("There is no such file.")
    with _own_trouble(), engine.places[HERE].connector.open(found.ref, file) as opened:
        yield opened


def _engine(peer: Peer) -> Engine:
    """Return an engine whose memory is only read."""
    task = SyncTask(connection=peer.connection, priority=store.PERSON)
    try:
        return engine_of(task, store.database_clock())
    except RulesError as error:
        raise NotNowError(str(error)) from error


@contextmanager
def _own_trouble() -> Iterator[None]:
    """Let the other side try again later where our own tracker fails; its words stay here."""
    try:
        yield
    except GoneError as error:
        raise NotFoundError("It no longer exists.") from error
    except ConnectorError as error:
        raise NotNowError("Our tracker does not answer now.") from error


def _fetched(engine: Engine, links: Mapping[str, LinkState]) -> Mapping[str, Fetched]:
    if not links:
        return {}
    place, rules = engine.places[HERE], engine.rules
    refs = {
        item_id: Ref(place.connector.system.id, link.ends[HERE].scope, item_id)
        for item_id, link in links.items()
    }
    want = Want(
        rules.wanted(HERE),
        comments=HERE in rules.comments.senders and place.connector.caps.has_comments,
        attachments=HERE in rules.attachments.senders and place.connector.caps.has_attachments,
    )
    with _own_trouble():
        found = place.connector.fetch(list(refs.values()), want)
    return {item_id: found[ref] for item_id, ref in refs.items()}


def _told(engine: Engine, link: LinkState, found: Fetched) -> dict[str, Any]:
    match found:
        case Gone():
            return {"is_gone": True}
        case Denied() | Moved():
            return {"denied": "It is not shared any more."}
    told = item_json(_replica(Run(engine, link), found))
    digest = sha256(json.dumps(told, sort_keys=True).encode())
    return {**told, "rev": digest.hexdigest()[:32]}


def _replica(run: Run, item: Item) -> Item:
    """Return an item as the other side may see it.

    A field that is just being written is left out: nobody could tell our write from an edit. So is
    an edit that no run has counted yet.
    """
    run.know_type(HERE, item)
    fields: dict[str, Value] = {}
    seen: dict[str, Seen] = {}
    versions: dict[str, Version] = {}
    for rule in run.rules if run.place(HERE).sends else ():
        state = run.link.field_state(rule.id)
        if state.pending is not None or not rule.name(HERE):
            continue
        try:
            if HERE not in rule.senders_of({HERE: item}):
                continue
            value = rule.value(HERE, item)
            mark = run.words.print(rule, HERE, value)
        except UntranslatableError:
            continue
        if state.version is not None and isinstance(mark, str) and mark != state.a:
            continue
        fields[rule.name(HERE)] = value
        stands_for = seen_of(state, mark)
        if state.version is not None and isinstance(mark, str):
            versions[rule.name(HERE)] = state.version
        elif stands_for is not None:
            seen[rule.name(HERE)] = Seen(run.link.id, rule.id, stands_for)
    there = run.link.ends.get(THERE)
    return replace(
        item,
        fields=fields,
        seen=seen,
        versions=versions,
        counterpart=there.id if there else "",
        updated_at=item.updated_at - run.place(HERE).clock_offset,
        comments=_comments(run, item),
        attachments=_files(run, item),
    )


def _comments(run: Run, item: Item) -> Sequence[Comment]:
    """Return the comments that began here; of their authors only the names leave."""
    copies = {one.copy_id for one in run.link.comments.values() if one.side == THERE}
    return [
        replace(one, author=Person(None, one.author.name))
        for one in item.comments or ()
        if one.id not in copies
        and not is_comment_of(run.engine.key, run.link.id, one.marker)
        and (run.engine.rules.comments.restricted or not one.is_restricted)
    ]


def _files(run: Run, item: Item) -> Sequence[Attachment]:
    """Return the files that began here; one that may be a copy on its way waits."""
    states = [one for one in run.link.files.values() if one.side == THERE]
    copies = {one.copy_id for one in states}
    arriving = {one.size for one in states if one.state is FileCopyState.SENDING}
    return [
        one for one in item.attachments or () if one.id not in copies and one.size not in arriving
    ]
