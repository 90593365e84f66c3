"""Pairing with another installation: a code that is pasted once, a key that both derive."""

import binascii
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from integrations.base.addresses import checked_url
from integrations.base.errors import AddressError, ConnectorError
from integrations.base.exchange import read_schema, schema_json
from integrations.base.items import Schema
from integrations.base.signing import derived, fingerprint
from integrations.connectors.peer.client import PeerClient
from integrations.engine.rules import default_document
from integrations.models import Connection, ConnectionVersion, Endpoint, Peer, System
from integrations.queries.systems import free_system_name, usable_system
from integrations.services.agreements import PEER, terms_hash
from integrations.services.connections import (
    End,
    Target,
    admit_sync,
    create_connection,
    free_name,
)
from integrations.services.engines import connector_of
from integrations.services.rights import connection_for
from integrations.services.systems import platform_system
from testmgmt.accounts.models import User
from testmgmt.core import audit
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require

VERSION = 1
LIFE = timedelta(hours=72)
TRIES_A_MINUTE = 10
CREATES = {"a": "asked", "b": "auto"}
"""An item is offered when somebody presses Sync; what the other side offers is taken."""
_SECRET = 16
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, binascii.Error)


class InvitationError(DomainError):
    """The code is unknown, was used, or came too late: the three look the same."""

    code = "invitation_refused"
    status = 403


class TooManyTriesError(DomainError):
    """Somebody tries codes."""

    code = "rate_limited"
    status = 429


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person chooses for one side of a pairing; without `target` the project itself."""

    target: Target | None = None
    name: str = ""
    is_private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code to hand over, shown once, and until when it holds."""

    connection_id: UUID
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Pairing:
    """What one side knows of the other once both have answered."""

    connection: UUID
    url: str
    key: bytes = field(repr=False)
    schema: Schema
    conflicts: str


def invite(
    *, user: User, project_id: int, wish: Wish, conflicts: str = Peer.Conflicts.NEWEST
) -> Invitation:
    """Make a connection that waits for another installation, and the code that invites it."""
    own, schema = _own_end(user, project_id, wish)
    if conflicts not in Peer.Conflicts.values:
        raise DomainError("There is no such policy.", field="conflicts")
    with transaction.atomic():
        system = _system(user, wish, Peer.Role.INVITER, conflicts)
        connection = _connection(user, project_id, wish, (own, End(system, "")), schema)
        peer = Peer.objects.create(
            connection=connection, role=Peer.Role.INVITER, conflicts=Peer.Conflicts(conflicts)
        )
        return _invitation(peer)


@transaction.atomic
def renew_invitation(*, user: User, connection_id: UUID) -> Invitation:
    """Replace a code that nobody used yet; the old one is void."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    peer = Peer.objects.filter(connection=connection, role=Peer.Role.INVITER).first()
    if peer is None:
        raise ConflictError("Nobody can be invited to this connection.")
    if peer.accepted_at is not None:
        raise ConflictError("It was accepted already; to pair anew, disconnect first.")
    audit.record(
        user_id=user.pk, project_id=connection.project_id, action="invited", target=connection
    )
    return _invitation(peer)


def accept_invitation(
    *, user: User, project_id: int, code: str, wish: Wish, is_reachable: bool = True
) -> Connection:
    """Pair with the installation that made a code; `is_reachable` says if it can call us.

    Nothing is stored before it has answered. Where its answer is lost the code may be used up.
    """
    own, schema = _own_end(user, project_id, wish)
    told = _read_code(code)
    _require_address(told["url"], is_private_allowed=wish.is_private_allowed)
    pk, nonce = uuid4(), secrets.token_bytes(_SECRET)
    request = {
        "connection": told["connection"],
        "secret": told["secret"],
        "nonce": nonce.hex(),
        "back": str(pk),
        "url": settings.PUBLIC_URL if is_reachable else "",
        "schema": schema_json(schema),
    }
    client = PeerClient(told["url"], None, is_private_allowed=wish.is_private_allowed)
    try:
        with closing(client):
            answer = client.request("POST", "accept", json=request).json()
        salt = nonce + bytes.fromhex(answer["nonce"])
        pairing = _Pairing(
            connection=UUID(told["connection"]),
            url=told["url"],
            key=derived(bytes.fromhex(told["secret"]), salt, "peer pairing"),
            schema=read_schema(answer["schema"]),
            conflicts=Peer.Conflicts(answer["conflicts"]),
        )
    except (ConnectorError, *_MALFORMED) as error:
        said = str(error) if isinstance(error, ConnectorError) else "It answered something else."
        message = f"The pairing failed: {said} Ask for a new code if this one is used up now."
        raise DomainError(message, field="code", code="connection_failed") from error
    return _store(user, project_id, wish, own, schema, pk, pairing)


@transaction.atomic
def _store(  # noqa: PLR0913, PLR0917  all of one row
    user: User,
    project_id: int,
    wish: Wish,
    own: End,
    schema: Schema,
    pk: UUID,
    pairing: _Pairing,
) -> Connection:
    system = _system(user, wish, Peer.Role.INVITEE, pairing.conflicts)
    connection = _connection(user, project_id, wish, (own, End(system, "")), schema, pk)
    peer = Peer.objects.create(
        connection=connection, role=Peer.Role.INVITEE, conflicts=pairing.conflicts
    )
    Peer.objects.filter(pk=peer.pk).update(accepted_at=Now())
    _settle(peer, pairing, schema)
    return connection


def admit(*, body: Mapping[str, Any], caller: str) -> dict[str, Any]:
    """Answer the other installation that presents a code; it is used up with that, and only then.

    InvitationError where it is unknown, used or expired. `caller` is who may try ten a minute.
    """
    _count_try(caller)
    try:
        digest = sha256(bytes.fromhex(body["secret"])).hexdigest()
        pk, nonce = UUID(body["connection"]), bytes.fromhex(body["nonce"])
        back, url, theirs = UUID(body["back"]), str(body["url"]), read_schema(body["schema"])
    except _MALFORMED as error:
        raise InvitationError("This is no request to pair.") from error
    open_ = Peer.objects.filter(
        connection=pk, invite_hash=digest, accepted_at=None, expires_at__gt=Now()
    )
    peer = open_.select_related("connection__created_by").first()
    if peer is None or len(nonce) != _SECRET:
        raise InvitationError("The invitation does not exist, was used, or has expired.")
    ends = _ends(peer.connection)
    if url:
        _require_address(url, is_private_allowed=ends["b"].system.is_private_allowed)
    schema = connector_of(ends["a"].system).schema(ends["a"].scope)
    ours = secrets.token_bytes(_SECRET)
    key = derived(bytes.fromhex(body["secret"]), nonce + ours, "peer pairing")
    with transaction.atomic():
        if not open_.update(accepted_at=Now(), invite_hash=None):
            raise InvitationError("The invitation does not exist, was used, or has expired.")
        _settle(peer, _Pairing(back, url, key, theirs, peer.conflicts), schema)
    return {"nonce": ours.hex(), "schema": schema_json(schema), "conflicts": peer.conflicts}


def _settle(peer: Peer, pairing: _Pairing, schema: Schema) -> None:
    """Keep the key, and make the rules of what both sides can hold."""
    connection = peer.connection
    end = _ends(connection)["b"]
    system = end.system
    system.base_url = pairing.url
    system.credentials = json.dumps({"key": pairing.key.hex()})
    system.options = {
        **system.options,
        "connection": str(pairing.connection),
        "is_reachable": bool(pairing.url),
        "schema": schema_json(pairing.schema),
        "terms": terms_hash(pairing.conflicts),
    }
    system.status = System.Status.OK
    system.account_id = PEER
    system.save()
    Endpoint.objects.filter(pk=end.pk).update(scope=str(pairing.connection))
    peer.fingerprint = fingerprint(pairing.key)
    peer.save(update_fields=["fingerprint"])
    last = connection.versions.aggregate(last=Max("number"))["last"] or 0
    connection.versions.update(state=ConnectionVersion.State.ARCHIVED)
    ConnectionVersion.objects.create(
        connection=connection,
        number=last + 1,
        rules=_document(schema, pairing.schema),
        state=ConnectionVersion.State.PUBLISHED,
        created_by=connection.created_by,
    )
    audit.record(
        user_id=connection.created_by_id,
        project_id=connection.project_id,
        action="paired",
        target=connection,
    )


def _own_end(user: User, project_id: int, wish: Wish) -> tuple[End, Schema]:
    """Return our side and what it can hold; the person has to administer the project."""
    require(user, Action.CONFIGURE, project_id)
    if wish.is_private_allowed and not user.is_superuser:
        raise ForbiddenError("Only an administrator of this installation may allow that.")
    admit_sync(user, project_id)
    end = End(platform_system(), str(project_id))
    if wish.target is not None:
        system = usable_system(user, wish.target.system_id)
        end = End(system, wish.target.scope, wish.target.scope_name)
    if end.system.kind == PEER:
        raise DomainError("What another installation shows is not passed on.", field="system")
    try:
        return end, connector_of(end.system).schema(end.scope)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error


def _system(user: User, wish: Wish, role: str, conflicts: str) -> System:
    return System.objects.create(
        kind=PEER,
        name=free_system_name(wish.name or "Other installation"),
        options={"role": str(role), "conflicts": str(conflicts)},
        is_private_allowed=wish.is_private_allowed,
        created_by=user,
    )


def _connection(
    user: User,
    project_id: int,
    wish: Wish,
    ends: tuple[End, End],
    schema: Schema,
    pk: UUID | None = None,
) -> Connection:
    name = wish.name or free_name(project_id, ends[1].system.name)
    document = _document(schema, schema)  # until the other side tells its own
    return create_connection(user, project_id, name, document, ends, pk=pk)


def _document(here: Schema, there: Schema) -> dict[str, Any]:
    return {**default_document(here, there), "create": CREATES}


def _ends(connection: Connection) -> dict[str, Endpoint]:
    return {end.side: end for end in connection.endpoints.select_related("system")}


def _invitation(peer: Peer) -> Invitation:
    secret = secrets.token_bytes(_SECRET)
    expires_at = datetime.now(UTC) + LIFE
    peer.invite_hash, peer.expires_at = sha256(secret).hexdigest(), expires_at
    peer.save(update_fields=["invite_hash", "expires_at"])
    told = {
        "v": VERSION,
        "url": settings.PUBLIC_URL,
        "connection": str(peer.connection_id),
        "secret": secret.hex(),
        "expires": int(expires_at.timestamp()),
    }
    code = urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    return Invitation(peer.connection_id, code, expires_at)


def _read_code(code: str) -> Mapping[str, str]:
    """Return what a code says, or say in words why it cannot be used."""
    raw = "".join(code.split())
    try:
        told = json.loads(urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
        version, expires = told["v"], int(told["expires"])
        secret = bytes.fromhex(told["secret"]).hex()
        read = {"url": told["url"], "connection": str(UUID(told["connection"])), "secret": secret}
    except _MALFORMED as error:
        raise DomainError("This is no invitation code. Copy it whole.", field="code") from error
    if version != VERSION:
        raise DomainError("The code comes from another version of this product.", field="code")
    if expires < datetime.now(UTC).timestamp():
        raise InvitationError("The invitation has expired. Ask for a new one.", field="code")
    if not isinstance(read["url"], str) or not read["url"]:
        message = "The inviting side cannot be reached. Invite it from here instead."
        raise DomainError(message, field="code")
    return read


def _require_address(url: str, *, is_private_allowed: bool) -> None:
    """Refuse an address that is none, or over which the key would travel in the clear."""
    try:
        scheme = checked_url(url).scheme
    except AddressError as error:
        raise DomainError(str(error), field="code") from error
    if scheme != "https" and not is_private_allowed:
        raise DomainError("The other installation has to be reached over https.", field="code")


def _count_try(caller: str) -> None:
    key = f"peer_accept:{sha256(caller.encode()).hexdigest()}"
    cache.add(key, 0, timeout=60)
    try:
        tries = cache.incr(key)
    except ValueError:  # its minute ended between the two calls
        return
    if tries > TRIES_A_MINUTE:
        raise TooManyTriesError("Too many tries; wait a minute.")
