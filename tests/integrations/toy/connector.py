"""The toy tracker as a connector: all that a new tracker has to say."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, BinaryIO, ClassVar

from integrations.base.answers import Answer, Dialect, Words, read_json
from integrations.base.auth import Auth
from integrations.base.config import Caps, ConfigField
from integrations.base.connector import Connector
from integrations.base.errors import (
    AuthFailedError,
    ConnectorError,
    GoneError,
    InvalidError,
    ScopeError,
    UnsupportedError,
)
from integrations.base.http import ApiClient
from integrations.base.items import (
    Attachment,
    Check,
    Comment,
    Fetched,
    FieldSpec,
    FieldType,
    Gone,
    Hint,
    Item,
    NewComment,
    Option,
    Page,
    Person,
    Ref,
    Rich,
    Schema,
    Scope,
    TypeSpec,
    Value,
    Verified,
    Want,
)

BOARD = "main"
STATUSES = (Option("open", "open", "new"), Option("closed", "closed", "done"))
FIELDS = (
    FieldSpec("title", "Title", FieldType.TEXT, "title", is_required=True),
    FieldSpec("text", "Text", FieldType.RICH, "description"),
    FieldSpec("status", "Status", FieldType.STATUS, "status", options=STATUSES, has_default=True),
)


class ToyDialect(Dialect):
    name = "The toy"

    def words(self, answer: Answer) -> Words:
        document = read_json(answer)
        return Words(document["message"], document.get("fields", {}))


class ToyConnector(Connector):
    kind: ClassVar[str] = "toy"
    label: ClassVar[str] = "Toy"
    config_fields: ClassVar[Sequence[ConfigField]] = (
        ConfigField("token", "Token", "It is printed below the toy.", is_secret=True),
    )
    caps: ClassVar[Caps] = Caps(has_attachments=False)

    def __init__(self, system):
        super().__init__(system)
        self.http = ApiClient(
            system.base_url,
            Auth.named("X-Token", system.credentials.get("token", "")),
            dialect=ToyDialect(),
            is_private_allowed=system.is_private_allowed,
            system=system,
        )

    def verify(self, scope: str = "") -> Verified:
        try:
            name = self.http.get("/me").json()["name"]
        except ConnectorError as error:
            check = Check("Sign in", is_ok=False, message=error.message, fix=error.fix, error=error)
            version = "1" if isinstance(error, AuthFailedError) else ""
            return Verified("", "", None, version, [check])
        is_there = scope in {"", BOARD}
        checks = [Check("Sign in", is_ok=True, message="Signed in.")]
        checks += [Check("Board", is_there, "Found." if is_there else "There is no such board.")]
        return Verified(name, name, datetime.now(UTC), "1", checks)

    def scopes(self) -> Iterable[Scope]:
        return [Scope(BOARD, BOARD, "The board")]

    def schema(self, scope: str) -> Schema:
        return Schema((TypeSpec("note", "Bug", FIELDS),))

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        notes = self._notes(scope, 0 if cursor is None else cursor["after"])
        after = max([(cursor or {}).get("after", 0), *(note["change"] for note in notes)])
        items = [] if cursor is None else [self._item(note, want) for note in notes]
        return Page(items, {"after": after}, datetime.now(UTC), has_more=False)

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        return {ref: self._fetched(ref, want) for ref in refs}

    def census(self, scope: str, query: str) -> Iterable[str]:
        return [note["id"] for note in self._notes(scope)]

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        raise UnsupportedError("The toy has no files.")

    # -- writing

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        self._check(scope)
        new = {"title": "", **_told(fields), "mark": marker}
        return self._item(self.http.post(f"/boards/{scope}/notes", new).json())

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        ours = [note for note in self._notes(scope) if note["mark"] == marker]
        return self._item(ours[0]) if ours else None

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        return self._item(self.http.patch(self._path(base.ref), _told(changes)).json())

    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        sent = {"text": comment.body.md, "mark": comment.marker}
        return _comment(self.http.post(f"{self._path(ref)}/comments", sent).json())

    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        comments = self.http.get(self._path(ref)).json()["comments"]
        return next((_comment(one) for one in comments if one["mark"] == marker), None)

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        path = f"{self._path(ref)}/comments/{comment_id}"
        return _comment(self.http.patch(path, {"text": comment.body.md}).json())

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        self.http.delete(f"{self._path(ref)}/comments/{comment_id}")

    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:
        raise UnsupportedError("The toy has no files.")

    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:
        raise AuthFailedError("The toy calls nobody.")

    # -- inside

    def _path(self, ref: Ref) -> str:
        return f"/boards/{ref.scope}/notes/{ref.id}"

    def _check(self, scope: str) -> None:
        if scope != BOARD:
            raise ScopeError(f"There is no board {scope}.")

    def _notes(self, scope: str, after: int = 0) -> list[dict[str, Any]]:
        self._check(scope)
        return self.http.get(f"/boards/{scope}/notes", after=after).json()

    def _fetched(self, ref: Ref, want: Want) -> Fetched:
        try:
            return self._item(self.http.get(self._path(ref)).json(), want)
        except GoneError:
            return Gone()

    def _item(self, note: Mapping[str, Any], want: Want | None = None) -> Item:
        values = {"title": note["title"], "text": Rich(note["text"]), "status": note["status"]}
        has_comments = want is None or want.comments
        is_ours, now = note["by"] == "sync", datetime.now(UTC)
        return Item(
            ref=Ref(self.system.id, BOARD, note["id"]),
            key=f"TOY-{note['id']}",
            url=f"{self.system.base_url}/notes/{note['id']}",
            type="Bug",
            fields={k: v for k, v in values.items() if want is None or k in want.fields},
            rev=str(note["change"]),
            created_at=now,
            updated_at=now,
            is_author_us=is_ours,
            marker=note["mark"] or None,
            comments=[_comment(one) for one in note["comments"]] if has_comments else None,
            attachments=() if want is not None and want.attachments else None,
        )


def _told(fields: Mapping[str, Value]) -> dict[str, Any]:
    told = {name: value.md if isinstance(value, Rich) else value for name, value in fields.items()}
    if unknown := told.keys() - {"title", "text", "status"}:
        raise InvalidError("No such field.", fields=dict.fromkeys(unknown, "The toy has none."))
    return told


def _comment(raw: Mapping[str, Any]) -> Comment:
    author, body = Person(raw["by"], raw["by"].title()), Rich(raw["text"])
    return Comment(
        raw["id"], author, body, datetime.now(UTC), raw["text"], marker=raw["mark"] or None
    )
