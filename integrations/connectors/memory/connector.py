"""The memory tracker as a connector: the shortest complete example of the contract."""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO, ClassVar

from integrations.base.config import Caps, ConfigField, SystemConfig
from integrations.base.connector import Connector
from integrations.base.errors import AuthFailedError, ConnectorError, GoneError, ScopeError
from integrations.base.items import (
    Attachment,
    Check,
    Comment,
    Denied,
    Fetched,
    Gone,
    Hint,
    Item,
    Moved,
    NewComment,
    Page,
    Ref,
    Schema,
    Scope,
    Value,
    Verified,
    Want,
)
from integrations.connectors.memory.tracker import US, Record, tracker_of

PAGE_SIZE = 50
SIGNATURE = "X-Memory-Signature"


class MemoryConnector(Connector):
    """A tracker in this process."""

    kind: ClassVar[str] = "memory"
    label: ClassVar[str] = "Memory"
    config_fields: ClassVar[Sequence[ConfigField]] = (
        ConfigField("token", "Token", "Any text, unless the tracker asks for one.", is_secret=True),
    )
    caps: ClassVar[Caps] = Caps(
        has_delete=True,
        has_strong_rev=True,
        read_after_write=timedelta(seconds=20),
        batch_fetch=PAGE_SIZE,
        batch_update=PAGE_SIZE,
    )

    def __init__(self, system: SystemConfig) -> None:
        super().__init__(system)
        self.tracker = tracker_of(system.id)

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        try:
            if self.tracker.hook is not None:
                self.tracker.hook("verify", "before")
        except ConnectorError as error:
            down = Check("Reach", is_ok=False, message=error.message, error=error)
            return Verified("", "", None, "", [down])
        is_token_ok = self._is_token_ok()
        is_scope_ok = scope in {"", self.tracker.scope}
        checks = [
            Check("Sign in", is_token_ok, "Signed in." if is_token_ok else "The token is wrong."),
            Check("Project", is_scope_ok, "Found." if is_scope_ok else "There is no such project."),
        ]
        account_id = US.id or "" if is_token_ok else ""
        return Verified(account_id, US.name, self.tracker.now(), "1", checks)

    def scopes(self) -> Iterable[Scope]:
        with self._call("scopes"):
            return [Scope(self.tracker.scope, self.tracker.scope, "Memory")]

    def schema(self, scope: str) -> Schema:
        with self._call("schema"):
            self._check_scope(scope)
            return self.tracker.schema

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        with self._call("changed_since"):
            self._check_scope(scope)
            now = self.tracker.now()
            safe = now - self.tracker.search_lag
            if cursor is None:
                return Page([], _cursor(safe, ""), now, has_more=False)
            after = (datetime.fromisoformat(cursor["at"]), str(cursor["id"]))
            changed = sorted(
                (record.updated_at, record.id)
                for record in self.tracker.here()
                if (record.updated_at, record.id) > after and self.tracker.seen(record.updated_at)
            )
            page = changed[:PAGE_SIZE]
            items = [self._item(self.tracker.records[id_], want) for _at, id_ in page]
            has_more = len(changed) > len(page)
            at, id_ = page[-1] if page else after
            return Page(items, _cursor(at, id_ if has_more else ""), now, has_more=has_more)

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        with self._call("fetch"):
            return {ref: self._fetched(ref, want) for ref in refs}

    def census(self, scope: str, query: str) -> Iterable[str]:
        with self._call("census"):
            self._check_scope(scope)
            return [
                record.id for record in self.tracker.here() if not query or query == record.type
            ]

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        with self._call("open"):
            self.tracker.record(ref.id)
            if attachment.id not in self.tracker.files:
                raise GoneError("The file does not exist.")
            return BytesIO(self.tracker.files[attachment.id])

    # -- writing

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        with self._call("create"):
            self._check_scope(scope)
            return self._item(self.tracker.add(fields, type_=type_, author=US, marker=marker))

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        with self._call("find"):
            self._check_scope(scope)
            for record in self.tracker.records.values():
                is_late = record.created_at >= since and self.tracker.seen(record.created_at)
                if record.marker == marker and record.author == US and is_late:
                    return self._item(record)
            return None

    def normalise(self, field: str, value: Value) -> Value:
        specs = {spec.id: spec for type_ in self.tracker.schema.types for spec in type_.fields}
        if field in specs:
            return self.tracker.stored(specs[field], value)
        return self.tracker.stored(specs["description"], value)

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        with self._call("update"):
            return self._edited(base, changes)

    def update_many(
        self, updates: Sequence[tuple[Item, Mapping[str, Value]]]
    ) -> Sequence[Item | ConnectorError]:
        answers: list[Item | ConnectorError] = []
        with self._call("update_many"):
            for base, changes in updates:
                try:
                    answers.append(self._edited(base, changes))
                except ConnectorError as error:
                    answers.append(error)
        return answers

    def delete(self, ref: Ref) -> None:
        with self._call("delete"):
            if ref.id in self.tracker.records:
                self.tracker.delete(ref.id)

    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        with self._call("add_comment"):
            return self.tracker.comment(ref.id, comment.body.md, author=US, marker=comment.marker)

    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        with self._call("find_comment"):
            comments = self.tracker.record(ref.id).comments
            return next((one for one in comments if one.marker == marker), None)

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        with self._call("edit_comment"):
            return self.tracker.edit_comment(ref.id, comment_id, comment.body.md)

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        with self._call("delete_comment"):
            self.tracker.delete_comment(ref.id, comment_id)

    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:
        with self._call("upload"):
            return self.tracker.attach(ref.id, name, mime, stream.read())

    # -- hooks

    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:
        signature = hmac.new(secret, body, sha256).hexdigest()
        if not hmac.compare_digest(headers.get(SIGNATURE, ""), signature):
            raise AuthFailedError("The signature of the call is wrong.")
        return [Hint(str(id_), self.tracker.scope) for id_ in json.loads(body)["ids"]]

    # -- inside

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        """Stand for one request: the hook may break it before or after it was applied."""
        self.tracker.call(name, "before")
        if not self._is_token_ok():
            raise AuthFailedError("The token is wrong.", fix="Enter a new token.")
        yield
        self.tracker.call(name, "applied")

    def _edited(self, base: Item, changes: Mapping[str, Value]) -> Item:
        rev = base.rev if self.tracker.has_strong_rev else ""
        return self._item(self.tracker.edit(base.ref.id, changes, rev=rev))

    def _is_token_ok(self) -> bool:
        return self.tracker.token in {"", self.system.credentials.get("token", "")}

    def _check_scope(self, scope: str) -> None:
        if scope != self.tracker.scope:
            raise ScopeError(f"There is no project {scope}.")

    def _fetched(self, ref: Ref, want: Want) -> Fetched:
        record = self.tracker.records.get(self.tracker.moved.get(ref.id, ref.id))
        if record is None:
            return Gone()
        if ref.id in self.tracker.denied:
            return Denied("This item is hidden from our account.")
        item = self._item(record, want)
        is_here = (record.scope, record.id) == (ref.scope, ref.id)
        return item if is_here else Moved(item.ref)

    def _item(self, record: Record, want: Want | None = None) -> Item:
        fields = record.fields
        if want is not None:
            fields = {name: value for name, value in fields.items() if name in want.fields}
        has_comments = want is not None and want.comments
        has_files = want is not None and want.attachments
        key = f"{record.scope}-{record.id}"
        return Item(
            ref=Ref(self.system.id, record.scope, record.id),
            key=key,
            url=f"{self.system.base_url}/{key}",
            type=record.type,
            fields=dict(fields),
            rev=str(record.rev),
            created_at=record.created_at,
            updated_at=record.updated_at,
            is_author_us=record.author == US,
            marker=record.marker or None,
            comments=tuple(record.comments) if has_comments else None,
            attachments=tuple(record.attachments.values()) if has_files else None,
        )


def _cursor(at: datetime, id_: str) -> Mapping[str, Any]:
    return {"at": at.isoformat(), "id": id_}
