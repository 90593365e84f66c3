"""Another installation: its items are read as replicas, and nothing is written there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, BinaryIO, ClassVar, NoReturn
from urllib.parse import quote

from integrations.base.config import Caps, ConfigField, SystemConfig
from integrations.base.connector import Connector
from integrations.base.errors import (
    ConnectorError,
    ScopeError,
    TransientError,
    UncertainError,
    UnsupportedError,
)
from integrations.base.exchange import read_item, read_schema
from integrations.base.items import (
    Attachment,
    Check,
    Denied,
    Fetched,
    Gone,
    Item,
    Page,
    Ref,
    Schema,
    Scope,
    Verified,
    Want,
)
from integrations.base.signing import Caller
from integrations.connectors.peer.client import ROOT, PeerClient

FROM_THE_START = "start"
VERSION = "1"
NO_ADDRESS = "The other side has none: it asks us, and we see nothing of it."
READ_ONLY = "Nothing is written into another installation."
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


class PeerConnector(Connector):
    """The view that another installation publishes of one connection; `scope` is its id there.

    `credentials` holds the shared key in hex; `options` the terms, the schema that came with the
    pairing, and whether the other side has an address (`is_reachable`): without one nothing is
    asked, and nothing comes.
    """

    kind: ClassVar[str] = "peer"
    label: ClassVar[str] = "Other installation"
    config_fields: ClassVar[Sequence[ConfigField]] = ()
    caps: ClassVar[Caps] = Caps(
        is_writable=False, has_comment_edit=False, has_comment_delete=False, batch_fetch=50
    )

    def __init__(self, system: SystemConfig) -> None:
        super().__init__(system)
        options = system.options
        self._is_reachable = bool(options.get("is_reachable"))
        key = bytes.fromhex(system.credentials.get("key", ""))
        caller = Caller(key, str(options.get("connection", "")), str(options.get("terms", "")))
        self._client = PeerClient(
            system.base_url, caller, is_private_allowed=system.is_private_allowed, system=system
        )

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        """Ask for the newest changes: the signature and the terms are checked with that."""
        if not self._is_reachable:
            check = Check(
                "Address",
                is_ok=True,
                message="The other side has none: it asks us, we never ask it.",
            )
            return Verified(self.kind, self.label, None, VERSION, [check])
        known = Check("Signature", is_ok=True, message="The other installation knows us.")
        try:
            now = self._moment(self._changes(None))
        except ScopeError as error:  # it knows us all the same
            agreed = [Check("Agreement", is_ok=False, message=str(error))] if scope else []
            return Verified(self.kind, self.label, None, VERSION, [known, *agreed])
        except ConnectorError as error:
            check = Check(
                "Signature", is_ok=False, message=error.message, fix=error.fix, error=error
            )
            version = "" if isinstance(error, TransientError) else VERSION
            return Verified("", "", None, version, [check])
        return Verified(self.kind, self.label, now, VERSION, [known])

    def scopes(self) -> Iterable[Scope]:
        """Name the one connection that the two were paired for."""
        connection = str(self.system.options.get("connection", ""))
        return [Scope(connection, connection, self.label)]

    def schema(self, _scope: str) -> Schema:
        """Return what came with the pairing."""
        return read_schema(self.system.options.get("schema") or {"types": []})

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, _want: Want) -> Page:
        """Read which items may have changed, at first all; their revisions come with the fetch."""
        if not self._is_reachable:
            return Page([], cursor or {}, datetime.now(UTC), has_more=False)
        told = self._changes((cursor or {}).get("cursor", FROM_THE_START))
        with _read_carefully():
            items = [self._changed(scope, str(id_)) for id_ in told["ids"]]
            now, next_ = self._moment(told), {"cursor": str(told["cursor"])}
            return Page(items, next_, now, has_more=bool(told["has_more"]))

    def fetch(self, refs: Sequence[Ref], _want: Want) -> Mapping[Ref, Fetched]:
        """Read replicas; what is shared no longer is denied, what was deleted is gone."""
        try:
            told = self._client.post("items", {"ids": [ref.id for ref in refs]}).json()
        except UncertainError as error:  # a question may be asked again
            raise TransientError(error.message) from error
        with _read_carefully():
            return {ref: self._fetched(ref, told["items"][ref.id]) for ref in refs}

    def census(self, _scope: str, _query: str) -> Iterable[str]:
        """Yield the ids of all items in the view."""
        cursor, has_more = FROM_THE_START, self._is_reachable
        while has_more:
            told = self._changes(cursor)
            yield from map(str, told["ids"])
            cursor, has_more = told["cursor"], bool(told["has_more"])

    @contextmanager
    def open(self, ref: Ref, attachment: Attachment) -> Iterator[BinaryIO]:
        """Stream a file that the view names."""
        item, file = quote(ref.id, safe=""), quote(attachment.id, safe="")
        with self._client.stream(f"{ROOT}items/{item}/attachments/{file}") as opened:
            yield opened

    # -- writing: never

    def create(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise UnsupportedError(READ_ONLY)

    def find(self, *_: Any) -> None:
        """Return nothing: nothing there is ours."""

    def update(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise UnsupportedError(READ_ONLY)

    def add_comment(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise UnsupportedError(READ_ONLY)

    def find_comment(self, *_: Any) -> None:
        """Return nothing: nothing there is ours."""

    def edit_comment(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise UnsupportedError(READ_ONLY)

    def delete_comment(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise UnsupportedError(READ_ONLY)

    def upload(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise UnsupportedError(READ_ONLY)

    def parse_hook(self, *_: Any) -> NoReturn:
        """Refuse: installations poll each other."""
        raise UnsupportedError(READ_ONLY)

    # -- inside

    def _changes(self, cursor: str | None) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self._client.get("changes", cursor=cursor).json()
        return told

    def _moment(self, told: Mapping[str, Any]) -> datetime:
        with _read_carefully():
            return datetime.fromisoformat(told["now"])

    def _changed(self, scope: str, id_: str) -> Item:
        """Return an item of which only the id is known, and no revision."""
        never = datetime.fromtimestamp(0, UTC)
        ref = Ref(self.system.id, scope, id_)
        return Item(ref, id_, "", "", {}, "", never, never)

    def _fetched(self, ref: Ref, told: Mapping[str, Any]) -> Fetched:
        if told.get("is_gone"):
            return Gone()
        if told.get("denied"):
            return Denied(str(told["denied"])[:300])
        return read_item(told, ref, f"{self.system.base_url}{ROOT}items/{quote(ref.id, safe='')}")


@contextmanager
def _read_carefully() -> Iterator[None]:
    """Take an answer that cannot be read for an installation out of order."""
    try:
        yield
    except _MALFORMED as error:
        raise TransientError("The other installation answered with something else.") from error
